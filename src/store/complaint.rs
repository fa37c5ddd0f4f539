//! Table `complaint`.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::{complaint::FiledComplaint, id::Id},
    row,
    schema::complaint,
};

row!(FiledComplaint, complaint);

/// The complaints about the list of a lot, in the order they were filed.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<FiledComplaint>> {
    complaint::table
        .filter(complaint::lot_id.eq(lot))
        .order((complaint::filed_at, complaint::id))
        .select(FiledComplaint::as_select())
        .load(db)
}
