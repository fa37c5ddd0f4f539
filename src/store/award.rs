//! Tables `award_session`, `award`, `exclusion`, `list_confirmation`, `minutes_signature`,
//! `session_attendance`.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        award::{Award, AwardSession, Excluded, ListConfirmation, MinutesSignature, SessionAttendance},
        id::Id,
    },
    row,
    schema::{award, award_session, exclusion, list_confirmation, minutes_signature, session_attendance},
};

row!(Award, award);
row!(AwardSession, award_session);
row!(Excluded, exclusion);
row!(ListConfirmation, list_confirmation);
row!(MinutesSignature, minutes_signature);
row!(SessionAttendance, session_attendance);

/// How far the award of a lot is.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Option<Award>> {
    award::table
        .filter(award::lot_id.eq(lot))
        .select(Award::as_select())
        .get_result(db)
        .optional()
}

/// How far the award session of a lot is.
pub fn session(db: &mut Db, lot: &Id) -> QueryResult<Option<AwardSession>> {
    award_session::table
        .filter(award_session::lot_id.eq(lot))
        .select(AwardSession::as_select())
        .get_result(db)
        .optional()
}

/// Who fell out after the ranking, in order of time.
pub fn exclusions(db: &mut Db, lot: &Id) -> QueryResult<Vec<Excluded>> {
    exclusion::table
        .filter(exclusion::lot_id.eq(lot))
        .order((exclusion::excluded_at, exclusion::id))
        .select(Excluded::as_select())
        .load(db)
}

/// Who confirmed the list, in order of time.
pub fn confirmations(db: &mut Db, lot: &Id) -> QueryResult<Vec<ListConfirmation>> {
    list_confirmation::table
        .filter(list_confirmation::lot_id.eq(lot))
        .order((list_confirmation::confirmed_at, list_confirmation::id))
        .select(ListConfirmation::as_select())
        .load(db)
}

/// Who signed in to the session, in order of time.
pub fn attendances(db: &mut Db, lot: &Id) -> QueryResult<Vec<SessionAttendance>> {
    session_attendance::table
        .filter(session_attendance::lot_id.eq(lot))
        .order((
            session_attendance::attended_at,
            session_attendance::role,
            session_attendance::organisation_id,
        ))
        .select(SessionAttendance::as_select())
        .load(db)
}

/// The signatures under the minutes, in order of time.
pub fn signatures(db: &mut Db, lot: &Id) -> QueryResult<Vec<MinutesSignature>> {
    minutes_signature::table
        .filter(minutes_signature::lot_id.eq(lot))
        .order((minutes_signature::signed_at, minutes_signature::id))
        .select(MinutesSignature::as_select())
        .load(db)
}
