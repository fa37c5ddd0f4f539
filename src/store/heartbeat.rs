//! Table `heartbeat`: when the platform last was alive, by the law's clock; outside the journal.

use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _};

use super::Db;
use crate::{domain::time::Instant, schema::heartbeat};

const ID: &str = "platform";

/// The last beat, if there was one.
pub fn last(db: &mut Db) -> QueryResult<Option<Instant>> {
    heartbeat::table
        .find(ID)
        .select(heartbeat::at)
        .get_result(db)
        .optional()
}

/// Beats.
pub fn beat(db: &mut Db, at: Instant) -> QueryResult<usize> {
    let beaten = diesel::update(heartbeat::table.find(ID))
        .set(heartbeat::at.eq(at))
        .execute(db)?;
    if beaten > 0 {
        return Ok(beaten);
    }
    diesel::insert_into(heartbeat::table)
        .values((heartbeat::id.eq(ID), heartbeat::at.eq(at)))
        .execute(db)
}
