//! The answers to requests that may be repeated, kept 7 days; outside the journal.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _,
};

use super::Db;
use crate::{domain::time::Instant, proof::canon::Hash, schema::idempotency};

/// An answer given before.
#[derive(Queryable)]
pub struct Given {
    /// SHA-256 of actor and key.
    pub id: String,
    /// The digest of the request it answered.
    pub digest: String,
    /// The answer, JSON.
    pub answer: String,
    /// Machine time.
    pub created_at: Instant,
}

fn id(actor: &str, key: &str) -> String {
    Hash::of(&[actor.as_bytes(), b"\n", key.as_bytes()]).to_hex()
}

/// The answer given to this actor's request with this key.
pub fn find(db: &mut Db, actor: &str, key: &str) -> QueryResult<Option<Given>> {
    idempotency::table.find(id(actor, key)).get_result(db).optional()
}

/// Keeps an answer, in the transaction of its act.
pub fn insert(
    db: &mut Db,
    actor: &str,
    key: &str,
    digest: &Hash,
    answer: &str,
    at: Instant,
) -> QueryResult<usize> {
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::id.eq(id(actor, key)),
            idempotency::digest.eq(digest.to_hex()),
            idempotency::answer.eq(answer),
            idempotency::created_at.eq(at),
        ))
        .execute(db)
}

/// Forgets answers given before an instant.
pub fn forget_before(db: &mut Db, at: Instant) -> QueryResult<usize> {
    diesel::delete(idempotency::table.filter(idempotency::created_at.lt(at))).execute(db)
}
