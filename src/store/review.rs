//! Tables `review`, `review_sheet`, `report_signature`.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        id::Id,
        review::{ReportSignature, Review, Sheet},
    },
    row,
    schema::{report_signature, review, review_sheet},
};

row!(Review, review);
row!(Sheet, review_sheet);
row!(ReportSignature, report_signature);

/// The bids under review, in order of alias.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Review>> {
    review::table
        .filter(review::lot_id.eq(lot))
        .order(review::alias)
        .select(Review::as_select())
        .load(db)
}

/// The sheet of a seat.
pub fn sheet(db: &mut Db, seat: &Id) -> QueryResult<Option<Sheet>> {
    review_sheet::table
        .filter(review_sheet::seat_id.eq(seat))
        .select(Sheet::as_select())
        .get_result(db)
        .optional()
}

/// The sheets of a panel.
pub fn sheets(db: &mut Db, panel: &Id) -> QueryResult<Vec<Sheet>> {
    review_sheet::table
        .filter(review_sheet::panel_id.eq(panel))
        .order(review_sheet::id)
        .select(Sheet::as_select())
        .load(db)
}

/// The signatures under a panel's report, in order of time.
pub fn signatures(db: &mut Db, panel: &Id) -> QueryResult<Vec<ReportSignature>> {
    report_signature::table
        .filter(report_signature::panel_id.eq(panel))
        .order((report_signature::signed_at, report_signature::id))
        .select(ReportSignature::as_select())
        .load(db)
}
