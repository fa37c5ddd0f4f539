//! The tables of the journal walked in order, a page at a time, for the verifier.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
};

use super::{StoredEvent, StoredPayload, Tick};
use crate::{
    schema::{event, log_entry, log_tile, payload, row_list, row_seal, tick},
    store::Db,
};

/// How many rows a page has.
pub const PAGE: i64 = 1000;

/// The events after (tx, n), in that order.
pub fn events(db: &mut Db, tx: &str, n: i64) -> QueryResult<Vec<StoredEvent>> {
    let later = event::tx.gt(tx).or(event::tx.eq(tx).and(event::n.gt(n)));
    event::table
        .filter(later)
        .order((event::tx, event::n))
        .limit(PAGE)
        .load(db)
}

/// The payloads after h, in order of h.
pub fn payloads(db: &mut Db, h: &str) -> QueryResult<Vec<StoredPayload>> {
    payload::table
        .filter(payload::h.gt(h))
        .order(payload::h)
        .limit(PAGE)
        .load(db)
}

/// The row lists after c, in order of c: c and the list.
pub fn row_lists(db: &mut Db, c: &str) -> QueryResult<Vec<(String, Vec<u8>)>> {
    row_list::table
        .filter(row_list::c.gt(c))
        .order(row_list::c)
        .limit(PAGE)
        .load(db)
}

/// A stored seal: id, table, row, salt, h, c.
pub type StoredSeal = (String, String, String, Vec<u8>, String, String);

/// The seals after id, in order of id.
pub fn seals(db: &mut Db, id: &str) -> QueryResult<Vec<StoredSeal>> {
    row_seal::table
        .filter(row_seal::id.gt(id))
        .order(row_seal::id)
        .limit(PAGE)
        .load(db)
}

/// The position and c of the events placed from `from` to before `to`.
pub fn placed(db: &mut Db, from: i64, to: i64) -> QueryResult<Vec<(Option<i64>, String)>> {
    event::table
        .filter(event::pos.ge(from))
        .filter(event::pos.lt(to))
        .order(event::pos)
        .select((event::pos, event::c))
        .load(db)
}

/// Every tick, in order of size.
pub fn ticks(db: &mut Db, after: i64) -> QueryResult<Vec<Tick>> {
    super::ticks_after(db, after, PAGE)
}

/// Level and number of every stored tile.
pub fn tiles(db: &mut Db) -> QueryResult<Vec<(i64, i64)>> {
    log_tile::table
        .order((log_tile::level, log_tile::n))
        .select((log_tile::level, log_tile::n))
        .load(db)
}

/// How many events, payloads, leaves and seals there are.
pub fn counts(db: &mut Db) -> QueryResult<[i64; 4]> {
    Ok([
        event::table.count().get_result(db)?,
        payload::table.count().get_result(db)?,
        log_entry::table.count().get_result(db)?,
        row_seal::table.count().get_result(db)?,
    ])
}

/// The size of the tree at the last tick.
pub fn size(db: &mut Db) -> QueryResult<i64> {
    let size: Option<i64> = tick::table.select(diesel::dsl::max(tick::size)).get_result(db)?;
    Ok(size.unwrap_or(0))
}
