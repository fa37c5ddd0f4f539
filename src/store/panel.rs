//! Tables `panel`, `panel_seat`.

use std::collections::BTreeSet;

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        id::Id,
        panel::{BUSY_SPAN, Panel, PanelState, Seat, SeatState},
        review::Verdict,
        time::Instant,
    },
    row,
    schema::{panel, panel_seat},
};

row!(Panel, panel);
row!(Seat, panel_seat);

/// The panel of a lot.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Option<Panel>> {
    panel::table
        .filter(panel::lot_id.eq(lot))
        .select(Panel::as_select())
        .get_result(db)
        .optional()
}

/// The newest panels of which something is not ended, up to `limit`.
pub fn newest(db: &mut Db, limit: i64) -> QueryResult<Vec<Panel>> {
    panel::table
        .order((panel::requested_at.desc(), panel::id))
        .limit(limit)
        .select(Panel::as_select())
        .load(db)
}

/// The panels that ask something of the supervision bureau's client, after an id.
pub fn asked(db: &mut Db, after: &str, limit: i64) -> QueryResult<Vec<Panel>> {
    panel::table
        .filter(panel::asked_at.is_not_null())
        .filter(panel::id.gt(after))
        .order(panel::id)
        .limit(limit)
        .select(Panel::as_select())
        .load(db)
}

/// The panels whose order is the record of an outside library and is being called.
pub fn called_by_record(db: &mut Db) -> QueryResult<Vec<Panel>> {
    panel::table
        .filter(panel::library_id.is_not_null())
        .filter(panel::state.eq(PanelState::Calling))
        .order(panel::id)
        .select(Panel::as_select())
        .load(db)
}

/// The calls and seats of a panel, in the order they were called.
pub fn seats(db: &mut Db, of: &Id) -> QueryResult<Vec<Seat>> {
    panel_seat::table
        .filter(panel_seat::panel_id.eq(of))
        .order((panel_seat::attempt, panel_seat::kind, panel_seat::position))
        .select(Seat::as_select())
        .load(db)
}

/// The calls and seats of an account, newest first.
pub fn of_account(db: &mut Db, account: &Id, limit: i64) -> QueryResult<Vec<Seat>> {
    panel_seat::table
        .filter(panel_seat::account_id.eq(account))
        .order((panel_seat::called_at.desc(), panel_seat::id))
        .limit(limit)
        .select(Seat::as_select())
        .load(db)
}

/// The experts called or seated at a time.
pub fn busy(db: &mut Db, from: Instant, until: Instant) -> QueryResult<BTreeSet<Id>> {
    let booked: Vec<Option<Id>> = panel_seat::table
        .filter(panel_seat::state.eq_any([SeatState::Invited, SeatState::Accepted]))
        .filter(panel_seat::busy_from_at.lt(until))
        // a booking is never longer: the index finds it by its beginning
        .filter(panel_seat::busy_from_at.gt(from.plus(-BUSY_SPAN)))
        .filter(panel_seat::busy_until_at.gt(from))
        .select(panel_seat::expert_id)
        .load(db)?;
    Ok(booked.into_iter().flatten().collect())
}

/// Whether an expert is called or seated at a time by another panel than `but`.
pub fn is_busy(db: &mut Db, expert: &Id, from: Instant, until: Instant, but: &Id) -> QueryResult<bool> {
    let booked = panel_seat::table
        .filter(panel_seat::expert_id.eq(expert))
        .filter(
            panel_seat::state
                .eq(SeatState::Invited)
                .or(panel_seat::state.eq(SeatState::Accepted)),
        )
        .filter(panel_seat::busy_from_at.lt(until))
        .filter(panel_seat::busy_until_at.gt(from))
        .filter(panel_seat::panel_id.ne(but));
    diesel::select(diesel::dsl::exists(booked)).get_result(db)
}

/// The first instant after `now` at which an invitation ends unanswered.
pub fn next_silence(db: &mut Db, now: Instant) -> QueryResult<Option<Instant>> {
    panel_seat::table
        .filter(panel_seat::state.eq(SeatState::Invited))
        .filter(panel_seat::answer_by_at.gt(now))
        .select(diesel::dsl::min(panel_seat::answer_by_at))
        .get_result(db)
}

/// The panel's word on each bid reviewed, by the bidder's token.
pub fn verdicts(db: &mut Db, lot: &Id) -> QueryResult<Vec<(String, Verdict)>> {
    let reviews = super::review::of_lot(db, lot)?;
    let told = reviews.into_iter().filter_map(|review| {
        let verdict = review.verdict()?;
        Some((review.bidder, verdict))
    });
    Ok(told.collect())
}
