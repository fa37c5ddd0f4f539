//! Table `announcement`.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::{announcement::Announcement, id::Id},
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

/// What its owner is drafting.
pub fn drafts(db: &mut Db, tender: &Id) -> QueryResult<Vec<Announcement>> {
    announcement::table
        .filter(announcement::tender_id.eq(tender))
        .filter(announcement::published_at.is_null())
        .order((announcement::drafted_at, announcement::id))
        .select(Announcement::as_select())
        .load(db)
}
