//! Table `session`: who is signed in, by the machine's clock; outside the journal.

use diesel::{
    ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _,
};

use super::Db;
use crate::{
    domain::{id::Id, time::Instant},
    schema::session,
};

/// A session; revoking it ends its tokens at once.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = session)]
pub struct Session {
    /// What the token carries.
    pub id: Id,
    /// Whose it is.
    pub account_id: Id,
    /// `browser`, or `agent` for an unattended client.
    pub kind: String,
    /// Whether the second factor was given.
    pub has_factor: bool,
    /// Machine time.
    pub created_at: Instant,
    /// Machine time.
    pub until_at: Instant,
}

/// A session in force.
pub fn find(db: &mut Db, id: &Id, now: Instant) -> QueryResult<Option<Session>> {
    session::table
        .find(id)
        .filter(session::until_at.gt(now))
        .first(db)
        .optional()
}

/// Begins a session.
pub fn insert(db: &mut Db, new: &Session) -> QueryResult<usize> {
    diesel::insert_into(session::table)
        .values(new.clone())
        .execute(db)
}

/// Ends a session.
pub fn delete(db: &mut Db, id: &Id) -> QueryResult<usize> {
    diesel::delete(session::table.find(id)).execute(db)
}

/// Ends every session of an account.
pub fn delete_of(db: &mut Db, account: &Id) -> QueryResult<usize> {
    diesel::delete(session::table.filter(session::account_id.eq(account))).execute(db)
}

/// Forgets sessions that have ended.
pub fn forget_before(db: &mut Db, at: Instant) -> QueryResult<usize> {
    diesel::delete(session::table.filter(session::until_at.lt(at))).execute(db)
}
