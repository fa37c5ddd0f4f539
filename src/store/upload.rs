//! Tables `upload`, `upload_piece`: ciphertext on its way in, 1 MiB at a time; outside the journal.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, RunQueryDsl as _,
    dsl::{exists, select},
};

use super::Db;
use crate::{
    domain::{id::Id, procedure::Stage, time::Instant},
    schema::{bid_part, document, lot, opened_part, upload, upload_piece},
};

/// An upload begun.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = upload)]
pub struct Upload {
    /// Its random id; others get 404.
    pub id: Id,
    /// The lot it is for.
    pub lot_id: Id,
    /// Whose it is.
    pub account_id: Id,
    /// The part.
    pub part: String,
    /// The length of the ciphertext.
    pub len: i64,
    /// SHA-256 of the ciphertext, hex.
    pub sha256: String,
    /// RFC 6962 root of its 1 MiB pieces, hex.
    pub chunks: String,
    /// Whether every piece is there and the bytes lie in the blob store.
    pub is_complete: bool,
    /// Machine time.
    pub created_at: Instant,
}

/// Begins an upload.
pub fn insert(db: &mut Db, new: &Upload) -> QueryResult<usize> {
    diesel::insert_into(upload::table).values(new.clone()).execute(db)
}

/// An upload of this account.
pub fn find(db: &mut Db, id: &Id, account: &str) -> QueryResult<Option<Upload>> {
    upload::table
        .find(id)
        .filter(upload::account_id.eq(account))
        .get_result(db)
        .optional()
}

/// A complete upload of this account for a lot.
pub fn complete(db: &mut Db, id: &Id, lot: &Id, account: &str) -> QueryResult<Option<Upload>> {
    let found = find(db, id, account)?;
    Ok(found.filter(|upload| upload.is_complete && upload.lot_id == *lot))
}

/// The leaves of the pieces that are there, by number.
pub fn leaves(db: &mut Db, id: &Id) -> QueryResult<Vec<(i64, String)>> {
    upload_piece::table
        .filter(upload_piece::upload_id.eq(id))
        .order(upload_piece::i)
        .select((upload_piece::i, upload_piece::leaf))
        .load(db)
}

/// Notes that a piece is there.
pub fn add_piece(db: &mut Db, id: &Id, i: i64, leaf: &str) -> QueryResult<usize> {
    diesel::insert_into(upload_piece::table)
        .values((
            upload_piece::upload_id.eq(id),
            upload_piece::i.eq(i),
            upload_piece::leaf.eq(leaf),
        ))
        .execute(db)
}

/// The leaf of a piece, if it is there.
pub fn leaf(db: &mut Db, id: &Id, i: i64) -> QueryResult<Option<String>> {
    upload_piece::table
        .find((id, i))
        .select(upload_piece::leaf)
        .get_result(db)
        .optional()
}

/// The bytes that an account has announced since an instant.
pub fn announced(db: &mut Db, account: &Id, since: Instant) -> QueryResult<i64> {
    let lens: Vec<i64> = upload::table
        .filter(upload::account_id.eq(account))
        .filter(upload::created_at.ge(since))
        .select(upload::len)
        .load(db)?;
    Ok(lens.into_iter().fold(0, i64::saturating_add))
}

/// Notes that the bytes lie in the blob store; which pieces they came in stays known.
pub fn set_complete(db: &mut Db, id: &Id) -> QueryResult<usize> {
    diesel::update(upload::table.find(id))
        .set(upload::is_complete.eq(true))
        .execute(db)
}

/// The uploads begun before an instant that never became complete.
pub fn stale(db: &mut Db, before: Instant) -> QueryResult<Vec<Id>> {
    upload::table
        .filter(upload::created_at.lt(before))
        .filter(upload::is_complete.eq(false))
        .select(upload::id)
        .load(db)
}

/// The complete uploads begun before an instant for lots that take no bid any more.
pub fn spent(db: &mut Db, before: Instant) -> QueryResult<Vec<Upload>> {
    let closed = lot::table
        .filter(lot::stage.ne_all([Stage::Draft, Stage::Open, Stage::Closing]))
        .select(lot::id);
    upload::table
        .filter(upload::created_at.lt(before))
        .filter(upload::is_complete.eq(true))
        .filter(upload::lot_id.eq_any(closed))
        .load(db)
}

/// Whether a bid, an opened part, a document or another upload has these bytes.
pub fn is_needed(db: &mut Db, upload: &Upload) -> QueryResult<bool> {
    let hash = &upload.sha256;
    let others = upload::table.filter(upload::sha256.eq(hash).and(upload::id.ne(&upload.id)));
    Ok(select(exists(others)).get_result(db)?
        || select(exists(bid_part::table.filter(bid_part::sha256.eq(hash)))).get_result(db)?
        || select(exists(opened_part::table.filter(opened_part::blob.eq(hash)))).get_result(db)?
        || select(exists(document::table.filter(document::sha256.eq(hash)))).get_result(db)?)
}

/// Forgets an upload.
pub fn delete(db: &mut Db, id: &Id) -> QueryResult<usize> {
    diesel::delete(upload_piece::table.filter(upload_piece::upload_id.eq(id))).execute(db)?;
    diesel::delete(upload::table.find(id)).execute(db)
}
