//! Tables `region` and `specialty`.

use diesel::{QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::region::{Region, Specialty},
    row,
    schema::{region, specialty},
};

row!(Region, region);
row!(Specialty, specialty);

/// Every region, by code.
pub fn all(db: &mut Db) -> QueryResult<Vec<Region>> {
    region::table
        .order(region::id)
        .select(Region::as_select())
        .load(db)
}

/// Every specialty, by code.
pub fn specialties(db: &mut Db) -> QueryResult<Vec<Specialty>> {
    specialty::table
        .order(specialty::id)
        .select(Specialty::as_select())
        .load(db)
}
