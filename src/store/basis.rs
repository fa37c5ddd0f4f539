//! Table `basis`.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{domain::basis::Basis, row, schema::basis};

row!(Basis, basis);

/// Every recorded basis, the newest first.
pub fn all(db: &mut Db) -> QueryResult<Vec<Basis>> {
    basis::table
        .order((basis::recorded_at.desc(), basis::id))
        .limit(1000)
        .select(Basis::as_select())
        .load(db)
}
