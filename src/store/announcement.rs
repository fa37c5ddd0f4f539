//! Table `announcement`.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        announcement::{Announcement, AnnouncementKind},
        id::Id,
    },
    row,
    schema::announcement,
};

row!(Announcement, announcement);

/// What was announced about a tender, in order.
pub fn published(db: &mut Db, tender: &Id) -> QueryResult<Vec<Announcement>> {
    announcement::table
        .filter(announcement::tender_id.eq(tender))
        .filter(announcement::published_at.is_not_null())
        .order((announcement::published_at, announcement::id))
        .select(Announcement::as_select())
        .load(db)
}

/// The addenda that its owner is drafting.
pub fn drafts(db: &mut Db, tender: &Id) -> QueryResult<Vec<Announcement>> {
    announcement::table
        .filter(announcement::tender_id.eq(tender))
        .filter(announcement::kind.eq(AnnouncementKind::Addendum))
        .filter(announcement::published_at.is_null())
        .order((announcement::drafted_at, announcement::id))
        .select(Announcement::as_select())
        .load(db)
}

/// The new time that is proposed for a lot on incident; there is one at most.
pub fn proposal(db: &mut Db, lot: &Id) -> QueryResult<Option<Announcement>> {
    announcement::table
        .filter(announcement::lot_id.eq(lot))
        .filter(announcement::kind.eq(AnnouncementKind::Resumption))
        .filter(announcement::published_at.is_null())
        .select(Announcement::as_select())
        .get_result(db)
        .optional()
}
