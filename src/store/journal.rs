//! The tables of the journal: events on their chains, payloads, the seals of rows, the leaves of
//! the tree, its tiles and its ticks. What the bytes mean is in `proof`; here they are kept.

pub mod walk;

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _,
    dsl::{max, min},
};

use super::{Db, Fault, row};
use crate::{
    proof::{
        canon::{Hash, Object as _},
        event::Event,
    },
    schema::{event, log_entry, log_tile, payload, row_list, row_seal, tick},
};

/// The newest event of a chain.
pub struct Head {
    /// Its position.
    pub n: u64,
    /// Its c.
    pub c: Hash,
    /// Its time.
    pub ts: i64,
}

/// The newest event of a chain, if the chain has begun.
pub fn head(db: &mut Db, chain: &str) -> Result<Option<Head>, Fault> {
    let newest: Option<i64> = event::table
        .filter(event::tx.eq(chain))
        .select(diesel::dsl::max(event::n))
        .get_result(db)?;
    let Some(n) = newest else { return Ok(None) };
    let (c, ts): (String, i64) = event::table
        .filter(event::tx.eq(chain))
        .filter(event::n.eq(n))
        .select((event::c, event::ts))
        .get_result(db)?;
    Ok(Some(Head {
        n: u64::try_from(n).map_err(|e| Fault::new("event.n", e))?,
        c: Hash::from_hex(&c)?,
        ts,
    }))
}

/// Stores an event, not yet in the tree.
pub fn insert_event(db: &mut Db, e: &Event, c: &Hash, salt: &Hash) -> Result<(), Fault> {
    let n = i64::try_from(e.n).map_err(|e| Fault::new("event.n", e))?;
    diesel::insert_into(event::table)
        .values((
            event::c.eq(c.to_hex()),
            event::tx.eq(e.tx.as_str()),
            event::n.eq(n),
            event::ts.eq(e.ts),
            event::act.eq(&e.act),
            event::salt.eq(salt.0.to_vec()),
            event::cj.eq(e.bytes()?),
        ))
        .execute(db)?;
    Ok(())
}

/// Stores a payload that an event refers to.
pub fn insert_payload(
    db: &mut Db,
    c: &Hash,
    k: &str,
    h: &Hash,
    salt: &Hash,
    bytes: &[u8],
) -> Result<(), Fault> {
    diesel::insert_into(payload::table)
        .values((
            payload::h.eq(h.to_hex()),
            payload::c.eq(c.to_hex()),
            payload::k.eq(k),
            payload::salt.eq(salt.0.to_vec()),
            payload::bytes.eq(bytes),
        ))
        .execute(db)?;
    Ok(())
}

/// Stores the list behind a `rows.root/1`.
pub fn insert_row_list(db: &mut Db, c: &Hash, refs: &[u8]) -> Result<(), Fault> {
    diesel::insert_into(row_list::table)
        .values((row_list::c.eq(c.to_hex()), row_list::refs.eq(refs)))
        .execute(db)?;
    Ok(())
}

/// Keeps the newest reference of a row; that of a deleted row is over its tombstone.
pub fn seal_row(db: &mut Db, table: &str, key: &str, salt: &Hash, h: &Hash, c: &Hash) -> Result<(), Fault> {
    let id = row::label(table, key);
    let newest = (
        row_seal::salt.eq(salt.0.to_vec()),
        row_seal::h.eq(h.to_hex()),
        row_seal::c.eq(c.to_hex()),
    );
    if diesel::update(row_seal::table.find(&id))
        .set(newest.clone())
        .execute(db)?
        == 0
    {
        diesel::insert_into(row_seal::table)
            .values((
                row_seal::id.eq(&id),
                row_seal::table_name.eq(table),
                row_seal::row_id.eq(key),
                newest,
            ))
            .execute(db)?;
    }
    Ok(())
}

/// The chain and the time of the event that last named a row, by the row's label.
pub fn last_named(db: &mut Db, label: &str) -> QueryResult<Option<(String, i64)>> {
    row_seal::table
        .inner_join(event::table.on(event::c.eq(row_seal::c)))
        .filter(row_seal::id.eq(label))
        .select((event::tx, event::ts))
        .get_result(db)
        .optional()
}

/// A stored event as the sequencer, the disclosure and the verifier need it.
#[derive(Debug, Clone, Queryable)]
pub struct StoredEvent {
    /// c, hex.
    pub c: String,
    /// The chain.
    pub tx: String,
    /// The position on it.
    pub n: i64,
    /// Unix ms.
    pub ts: i64,
    /// `noun.verb`.
    pub act: String,
    /// None once erased.
    pub salt: Option<Vec<u8>>,
    /// CJ of event/1; None once erased.
    pub cj: Option<Vec<u8>>,
    /// The leaf's position; None before its tick.
    pub pos: Option<i64>,
    /// c of the payload.erased event, hex, once erased.
    pub erased: Option<String>,
}

/// The c of every event without a position, in order, and its time.
pub fn pending(db: &mut Db) -> QueryResult<Vec<(String, i64)>> {
    event::table
        .filter(event::pos.is_null())
        .order(event::c)
        .select((event::c, event::ts))
        .load(db)
}

/// Whether any event has no position.
pub fn has_pending(db: &mut Db) -> QueryResult<bool> {
    let waiting = event::table.filter(event::pos.is_null());
    diesel::select(diesel::dsl::exists(waiting)).get_result(db)
}

/// Gives an event its position.
pub fn set_position(db: &mut Db, c: &str, pos: i64) -> QueryResult<usize> {
    diesel::update(event::table.find(c))
        .set(event::pos.eq(pos))
        .execute(db)
}

/// The events of a chain from position `n` on.
pub fn chain_from(db: &mut Db, chain: &str, n: i64) -> QueryResult<Vec<StoredEvent>> {
    event::table
        .filter(event::tx.eq(chain))
        .filter(event::n.ge(n))
        .order(event::n)
        .load(db)
}

/// One event.
pub fn event_by_c(db: &mut Db, c: &str) -> QueryResult<Option<StoredEvent>> {
    event::table.find(c).get_result(db).optional()
}

/// The newest events of some acts, after one (its time and c) where it is given, at most `limit`.
pub fn latest(
    db: &mut Db,
    acts: &[&str],
    after: Option<(i64, String)>,
    limit: i64,
) -> QueryResult<Vec<StoredEvent>> {
    let mut query = event::table
        .filter(event::act.eq_any(acts))
        .order((event::ts.desc(), event::c))
        .limit(limit)
        .into_boxed();
    if let Some((ts, c)) = after {
        query = query.filter(event::ts.lt(ts).or(event::ts.eq(ts).and(event::c.gt(c))));
    }
    query.load(db)
}

/// A stored payload.
#[derive(Debug, Clone, Queryable)]
pub struct StoredPayload {
    /// The blinded hash, hex.
    pub h: String,
    /// The event it belongs to.
    pub c: String,
    /// The label.
    pub k: String,
    /// The blinding.
    pub salt: Vec<u8>,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
}

/// The payloads of an event, in order of label.
pub fn payloads(db: &mut Db, c: &str) -> QueryResult<Vec<StoredPayload>> {
    payload::table.filter(payload::c.eq(c)).order(payload::k).load(db)
}

/// c of the event that refers to exactly this payload under a label: a row cannot name the event
/// that seals it, so what needs that name looks here.
pub fn c_of_payload(db: &mut Db, k: &str, bytes: &[u8]) -> Result<Option<Hash>, Fault> {
    let found: Option<String> = payload::table
        .filter(payload::k.eq(k))
        .filter(payload::bytes.eq(bytes))
        .select(payload::c)
        .get_result(db)
        .optional()?;
    Ok(found.as_deref().map(Hash::from_hex).transpose()?)
}

/// The newest payload under a label of an act on a chain, with c of its event.
pub fn payload_on(db: &mut Db, chain: &str, act: &str, k: &str) -> Result<Option<(Hash, Vec<u8>)>, Fault> {
    let all: Vec<(String, Vec<u8>)> = event::table
        .inner_join(payload::table.on(payload::c.eq(event::c)))
        .filter(event::tx.eq(chain))
        .filter(event::act.eq(act))
        .filter(payload::k.eq(k))
        .order(event::n.desc())
        .select((event::c, payload::bytes))
        .load(db)?;
    all.into_iter()
        .next()
        .map(|(c, bytes)| Ok((Hash::from_hex(&c)?, bytes)))
        .transpose()
}

/// The event at a position of a chain.
pub fn event_at(db: &mut Db, chain: &str, n: i64) -> QueryResult<Option<StoredEvent>> {
    event::table
        .filter(event::tx.eq(chain))
        .filter(event::n.eq(n))
        .get_result(db)
        .optional()
}

/// Removes a payload; the one procedure that logs it calls this.
pub fn erase_payload(db: &mut Db, c: &str, k: &str) -> QueryResult<usize> {
    diesel::delete(payload::table.filter(payload::c.eq(c)).filter(payload::k.eq(k))).execute(db)
}

/// Stores a leaf.
pub fn insert_entry(db: &mut Db, pos: i64, entry: &[u8], leaf: &Hash) -> QueryResult<usize> {
    diesel::insert_into(log_entry::table)
        .values((
            log_entry::pos.eq(pos),
            log_entry::entry.eq(entry),
            log_entry::leaf.eq(leaf.0.to_vec()),
        ))
        .execute(db)
}

/// A leaf as stored: its position, its entry and its hash.
pub type StoredEntry = (i64, Vec<u8>, Vec<u8>);

/// Entries and leaves from a position on, at most `limit`.
pub fn entries(db: &mut Db, from: i64, limit: i64) -> QueryResult<Vec<StoredEntry>> {
    log_entry::table
        .filter(log_entry::pos.ge(from))
        .order(log_entry::pos)
        .limit(limit)
        .load(db)
}

/// The hashes of a tile as far as it is filled.
pub fn tile(db: &mut Db, level: i64, n: i64) -> QueryResult<Option<Vec<u8>>> {
    log_tile::table
        .find((level, n))
        .select(log_tile::hashes)
        .get_result(db)
        .optional()
}

/// Keeps a tile that grew.
pub fn put_tile(db: &mut Db, level: i64, n: i64, hashes: &[u8]) -> QueryResult<usize> {
    let grown = diesel::update(log_tile::table.find((level, n)))
        .set(log_tile::hashes.eq(hashes))
        .execute(db)?;
    if grown > 0 {
        return Ok(grown);
    }
    diesel::insert_into(log_tile::table)
        .values((
            log_tile::level.eq(level),
            log_tile::n.eq(n),
            log_tile::hashes.eq(hashes),
        ))
        .execute(db)
}

/// A tick: how the tree grew, and its signed checkpoint.
#[derive(Debug, Clone, Queryable, diesel::Insertable, diesel::Selectable)]
#[diesel(table_name = tick)]
pub struct Tick {
    /// The size of the tree after it.
    pub size: i64,
    /// The instant, strictly increasing.
    pub ts: i64,
    /// How many of its leaves are events; the rest are noops.
    pub n_events: i64,
    /// From this the noops' chains and salts are made, so that they can be told from lost events.
    pub noop_seed: Vec<u8>,
    /// The checkpoint note with the log's signature.
    pub checkpoint: String,
    /// The cosignature lines, each with its line feed.
    pub cosignatures: String,
}

/// The newest tick.
pub fn last_tick(db: &mut Db) -> QueryResult<Option<Tick>> {
    let newest = tick::table.select(max(tick::size)).get_result(db)?;
    of_size(db, newest)
}

/// The tick of a size that was looked for. (`ORDER BY .. LIMIT 1` says the same, and SQLite prepares
/// it anew every time, because its limit is bound.)
fn of_size(db: &mut Db, size: Option<i64>) -> QueryResult<Option<Tick>> {
    match size {
        Some(size) => tick::table.find(size).get_result(db).optional(),
        None => Ok(None),
    }
}

/// The newest tick that counts: with cosignatures, where there are witnesses.
pub fn last_counted(db: &mut Db, witnessed: bool) -> QueryResult<Option<Tick>> {
    let newest = tick::table.select(max(tick::size));
    let newest = if witnessed {
        newest.filter(tick::cosignatures.ne("")).get_result(db)?
    } else {
        newest.get_result(db)?
    };
    of_size(db, newest)
}

/// The first tick that counts and whose tree contains a position.
pub fn counted_with(db: &mut Db, pos: i64, witnessed: bool) -> QueryResult<Option<Tick>> {
    let first = tick::table.select(min(tick::size)).filter(tick::size.gt(pos));
    let first = if witnessed {
        first.filter(tick::cosignatures.ne("")).get_result(db)?
    } else {
        first.get_result(db)?
    };
    of_size(db, first)
}

/// The latest time that the journal knows: of a tick or of an event.
pub fn last_time(db: &mut Db) -> QueryResult<Option<i64>> {
    let ticked: Option<i64> = tick::table.select(max(tick::ts)).get_result(db)?;
    let happened: Option<i64> = event::table.select(max(event::ts)).get_result(db)?;
    Ok(ticked.max(happened))
}

/// The first tick whose tree contains a position.
pub fn tick_with(db: &mut Db, pos: i64) -> QueryResult<Option<Tick>> {
    counted_with(db, pos, false)
}

/// Ticks after a size, in order, at most `limit`.
pub fn ticks_after(db: &mut Db, size: i64, limit: i64) -> QueryResult<Vec<Tick>> {
    tick::table
        .filter(tick::size.gt(size))
        .order(tick::size)
        .limit(limit)
        .load(db)
}

/// Stores a tick.
pub fn insert_tick(db: &mut Db, new: &Tick) -> QueryResult<usize> {
    diesel::insert_into(tick::table).values(new.clone()).execute(db)
}

/// Adds the cosignatures of a tick.
pub fn set_cosignatures(db: &mut Db, size: i64, lines: &str) -> QueryResult<usize> {
    diesel::update(tick::table.find(size))
        .set(tick::cosignatures.eq(lines))
        .execute(db)
}
