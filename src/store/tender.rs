//! Tables `tender` and `lot`.

pub mod list;

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::{
        id::Id,
        procedure::Stage,
        tender::{Lot, Tender},
        time::Instant,
    },
    row,
    schema::{lot, tender},
};

row!(Tender, tender);
row!(Lot, lot);

/// The lots of a tender, in order of id.
pub fn lots(db: &mut Db, tender: &Id) -> QueryResult<Vec<Lot>> {
    lot::table
        .filter(lot::tender_id.eq(tender))
        .order(lot::id)
        .select(Lot::as_select())
        .load(db)
}

/// Up to `limit` lots that time may do something to by `now`, the longest due first.
pub fn due(db: &mut Db, now: Instant, limit: i64) -> QueryResult<Vec<Lot>> {
    lot::table
        .filter(lot::next_tick_at.le(now))
        .order((lot::next_tick_at, lot::id))
        .limit(limit)
        .select(Lot::as_select())
        .load(db)
}

/// The first instant after `now` at which time does something to a lot.
pub fn next_tick(db: &mut Db, now: Instant) -> QueryResult<Option<Instant>> {
    lot::table
        .filter(lot::next_tick_at.gt(now))
        .select(diesel::dsl::min(lot::next_tick_at))
        .get_result(db)
}

/// Whether any lot takes bids.
pub fn any_open(db: &mut Db) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(lot::table.filter(lot::stage.eq(Stage::Open)))).get_result(db)
}

/// The tenders of an owner or agency, newest first.
pub fn of_organisation(db: &mut Db, organisation: &Id) -> QueryResult<Vec<Tender>> {
    use diesel::BoolExpressionMethods as _;
    tender::table
        .filter(
            tender::owner_id
                .eq(organisation)
                .or(tender::agency_id.eq(organisation)),
        )
        .order(tender::drafted_at.desc())
        .select(Tender::as_select())
        .load(db)
}

/// The greatest number that begins with a stem; drafts count as well.
pub fn last_number(db: &mut Db, stem: &str) -> QueryResult<Option<String>> {
    use diesel::{OptionalExtension as _, TextExpressionMethods as _};
    tender::table
        .filter(tender::number.like(format!("{stem}%")))
        .order(tender::number.desc())
        .select(tender::number)
        .first(db)
        .optional()
}

/// The lots that take bids.
pub fn open(db: &mut Db) -> QueryResult<Vec<Lot>> {
    lot::table
        .filter(lot::stage.eq(crate::domain::procedure::Stage::Open))
        .order(lot::id)
        .select(Lot::as_select())
        .load(db)
}
