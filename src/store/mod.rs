//! All SQL. Reading goes through [`Store::read`], writing through the one writer ([`writer`]),
//! inside a [`tx::Tx`] that names every row it writes in the journal.
//!
//! Each table is touched by exactly one file of this folder. A row found by a unique key is asked for
//! with `get_result`: `first` binds a LIMIT, and a bound LIMIT makes SQLite prepare the statement anew
//! each time it is run.

pub mod account;
pub mod announcement;
pub mod award;
pub mod basis;
pub mod bid;
pub mod blob;
pub mod ceremony;
pub mod chain;
pub mod complaint;
pub mod conn;
pub mod consent;
pub mod contribution;
pub mod document;
pub mod draw;
pub mod duty;
pub mod expert;
pub mod heartbeat;
pub mod idempotency;
pub mod journal;
pub mod message;
pub mod objection;
pub mod panel;
pub mod platform;
pub mod question;
pub mod region;
pub mod release;
pub mod review;
pub mod row;
pub mod rule;
pub mod session;
pub mod signing_key;
pub mod tender;
pub mod tx;
pub mod upload;
pub mod verify;
pub mod writer;

use std::sync::Arc;

use diesel::r2d2::Pool;

pub use conn::Db;
pub use row::Row;
pub use tx::Tx;

/// Something that should not happen did: a database, a disk, a bug. Never shown to people whole.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Where.
    pub part: &'static str,
    /// What the machine said.
    pub cause: String,
    /// Whether it is the violation of a UNIQUE constraint, which often means one refusal.
    pub is_duplicate: bool,
}

impl Fault {
    /// A fault of a part, with its cause.
    pub fn new(part: &'static str, cause: impl std::fmt::Display) -> Self {
        Self {
            part,
            cause: cause.to_string(),
            is_duplicate: false,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.part, self.cause)
    }
}

impl std::error::Error for Fault {}

impl From<diesel::result::Error> for Fault {
    fn from(e: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError};
        let is_duplicate = matches!(e, DatabaseError(UniqueViolation, _));
        Self {
            part: "database",
            cause: e.to_string(),
            is_duplicate,
        }
    }
}

impl From<crate::proof::canon::Flaw> for Fault {
    fn from(flaw: crate::proof::canon::Flaw) -> Self {
        Self::new("canonical form", flaw)
    }
}

impl From<std::io::Error> for Fault {
    fn from(e: std::io::Error) -> Self {
        Self::new("file", e)
    }
}

/// The database, seen by readers; clones share the pool.
#[derive(Clone)]
pub struct Store {
    pool: Pool<conn::Opener>,
    /// The URL, for the writer and for maintenance.
    pub url: Arc<str>,
}

impl Store {
    /// Opens the database, brings its schema up to date and makes the pool.
    pub fn open(url: &str) -> Result<Self, Fault> {
        Db::open(url)?.migrate()?;
        let pool = Pool::builder()
            .max_size(8)
            .min_idle(Some(1))
            .connection_timeout(std::time::Duration::from_secs(10))
            .build(conn::Opener(url.to_owned()))
            .map_err(|e| Fault::new("database pool", e))?;
        Ok(Self {
            pool,
            url: url.into(),
        })
    }

    /// Runs `query` on a connection for reading. It blocks: call it off the async threads.
    pub fn read<T, E: From<Fault>>(&self, query: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut db = self.pool.get().map_err(|e| Fault::new("database pool", e))?;
        query(&mut db)
    }
}
