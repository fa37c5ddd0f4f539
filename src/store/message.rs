//! Tables `message` (sealed by the journal) and `message_delivery` (outside it).

use diesel::{
    ExpressionMethods as _, Insertable, JoinOnDsl as _, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{id::Id, message::Message, time::Instant},
    row,
    schema::{account, message, message_delivery},
};

row!(Message, message);

/// The state of one message for one account.
#[derive(Debug, Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = message_delivery)]
pub struct Delivery {
    /// Its id.
    pub id: Id,
    /// The message.
    pub message_id: Id,
    /// Who reads it.
    pub account_id: Id,
    /// The law's time.
    pub told_at: Instant,
    /// Machine time of the next try by mail; none when there is nothing left to send.
    pub next_at: Option<Instant>,
    /// How often the mail was tried.
    pub n_tries: i64,
    /// What the mail server last said.
    pub fault: Option<String>,
}

/// Puts a message into an inbox, in the transaction of the act that tells it.
pub fn deliver(db: &mut Db, new: &Delivery) -> QueryResult<usize> {
    diesel::insert_into(message_delivery::table)
        .values(new.clone())
        .execute(db)
}

/// The newest messages of an account.
pub fn inbox(db: &mut Db, of: &Id, limit: i64) -> QueryResult<Vec<Message>> {
    message_delivery::table
        .inner_join(message::table.on(message::id.eq(message_delivery::message_id)))
        .filter(message_delivery::account_id.eq(of))
        .order((message_delivery::told_at.desc(), message_delivery::id))
        .limit(limit)
        .select(Message::as_select())
        .load(db)
}

/// The newest messages of everybody told since an instant, each with the login of its reader.
pub fn outbox(db: &mut Db, since: Instant, limit: i64) -> QueryResult<Vec<(Message, String)>> {
    message_delivery::table
        .inner_join(message::table.on(message::id.eq(message_delivery::message_id)))
        .inner_join(account::table.on(account::id.eq(message_delivery::account_id)))
        .filter(message_delivery::told_at.ge(since))
        .order((message_delivery::told_at.desc(), message_delivery::id))
        .limit(limit)
        .select((Message::as_select(), account::login))
        .load(db)
}

/// A mail that waits: its delivery, the message and the address.
pub type Due = (Delivery, Message, Option<String>);

/// Mails to be tried by `now` (machine time), the longest due first.
pub fn due(db: &mut Db, now: Instant, limit: i64) -> QueryResult<Vec<Due>> {
    message_delivery::table
        .inner_join(message::table.on(message::id.eq(message_delivery::message_id)))
        .inner_join(account::table.on(account::id.eq(message_delivery::account_id)))
        .filter(message_delivery::next_at.le(now))
        .order((message_delivery::next_at, message_delivery::id))
        .limit(limit)
        .select((Delivery::as_select(), Message::as_select(), account::email))
        .load(db)
}

/// Keeps what became of a try: the next one, or none.
pub fn tried(
    db: &mut Db,
    delivery: &Id,
    next_at: Option<Instant>,
    fault: Option<&str>,
) -> QueryResult<usize> {
    diesel::update(message_delivery::table.find(delivery))
        .set((
            message_delivery::next_at.eq(next_at),
            message_delivery::n_tries.eq(message_delivery::n_tries + 1),
            message_delivery::fault.eq(fault),
        ))
        .execute(db)
}
