//! Tables `session`, `invitation`, `factor_use`: who is signed in and how people are let in, by the
//! machine's clock; outside the journal.

use diesel::{
    AsChangeset, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _, QueryResult,
    Queryable, RunQueryDsl as _,
};

use super::Db;
use crate::{
    domain::{id::Id, time::Instant},
    schema::{factor_use, invitation, session},
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
    /// What an agent is for; empty for a browser.
    pub label: String,
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
        .get_result(db)
        .optional()
}

/// The agents of an account in force, the newest first.
pub fn agents(db: &mut Db, account: &Id, now: Instant) -> QueryResult<Vec<Session>> {
    session::table
        .filter(session::account_id.eq(account))
        .filter(session::kind.eq("agent"))
        .filter(session::until_at.gt(now))
        .order(session::created_at.desc())
        .load(db)
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

/// A one-time link by which a person sets a password.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = invitation)]
pub struct Invitation {
    /// Its id; the link also carries a token that only this installation can make.
    pub id: Id,
    /// Whose password it sets.
    pub account_id: Id,
    /// Machine time.
    pub until_at: Instant,
    /// When it was used; machine time.
    pub used_at: Option<Instant>,
}

/// A link that can still be used.
pub fn invitation(db: &mut Db, id: &Id, now: Instant) -> QueryResult<Option<Invitation>> {
    invitation::table
        .find(id)
        .filter(invitation::until_at.gt(now))
        .filter(invitation::used_at.is_null())
        .get_result(db)
        .optional()
}

/// Makes a link, and spends every older one of the account.
pub fn invite(db: &mut Db, new: &Invitation) -> QueryResult<usize> {
    spend(db, &new.account_id, new.until_at)?;
    diesel::insert_into(invitation::table)
        .values(new.clone())
        .execute(db)
}

/// Spends every link of an account.
pub fn spend(db: &mut Db, account: &Id, now: Instant) -> QueryResult<usize> {
    let open = invitation::table
        .filter(invitation::account_id.eq(account))
        .filter(invitation::used_at.is_null());
    diesel::update(open).set(invitation::used_at.eq(now)).execute(db)
}

/// Forgets the steps taken with an account's second factor, which is another one now.
pub fn forget_steps(db: &mut Db, account: &Id) -> QueryResult<usize> {
    diesel::delete(factor_use::table.find(account)).execute(db)
}

/// Takes a step of an account's second factor; `false` when it, or a later one, was taken before.
pub fn take_step(db: &mut Db, account: &Id, step: i64) -> QueryResult<bool> {
    let last: Option<i64> = factor_use::table
        .find(account)
        .select(factor_use::step)
        .get_result(db)
        .optional()?;
    match last {
        Some(last) if last >= step => return Ok(false),
        Some(_) => diesel::update(factor_use::table.find(account))
            .set(factor_use::step.eq(step))
            .execute(db)?,
        None => diesel::insert_into(factor_use::table)
            .values((factor_use::id.eq(account), factor_use::step.eq(step)))
            .execute(db)?,
    };
    Ok(true)
}
