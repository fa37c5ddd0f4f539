//! Table `platform`, and the lease by which one process leads.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _};

use super::Db;
use crate::{
    domain::{platform::Platform, time::Instant},
    row,
    schema::lease,
};

row!(Platform, platform);

/// Takes or renews the lease `id` until `until` for `holder`; false while another one holds it.
/// By the machine's clock.
pub fn lead(db: &mut Db, id: &str, holder: &str, now: Instant, until: Instant) -> QueryResult<bool> {
    use diesel::BoolExpressionMethods as _;
    let mine = lease::holder.eq(holder).or(lease::until_at.le(now));
    let renewed = diesel::update(lease::table.filter(lease::id.eq(id)).filter(mine))
        .set((lease::holder.eq(holder), lease::until_at.eq(until)))
        .execute(db)?;
    if renewed > 0 {
        return Ok(true);
    }
    let taken: i64 = lease::table.filter(lease::id.eq(id)).count().get_result(db)?;
    if taken > 0 {
        return Ok(false);
    }
    let row = (
        lease::id.eq(id),
        lease::holder.eq(holder),
        lease::until_at.eq(until),
    );
    Ok(diesel::insert_into(lease::table).values(row).execute(db)? > 0)
}
