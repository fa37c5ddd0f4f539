//! The only file that knows two databases: SQLite (the default) and PostgreSQL.
//!
//! In: a URL. Out: connections that behave alike. The dialect, the pragmas, the isolation level
//! and the append-only triggers are here and nowhere else.
#![expect(
    missing_docs,
    reason = "the derive of the connection makes items without docs"
)]

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _, r2d2::ManageConnection,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::Fault;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// A file, WAL mode.
    Sqlite(SqliteConnection),
    /// A server.
    Pg(PgConnection),
}

/// The backend of [`Db`], to check row structs against.
pub type Backend = <Db as diesel::Connection>::Backend;

/// Runs the same body against the concrete connection, for what the derive lacks.
#[macro_export]
macro_rules! on_both {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::store::conn::Db::Sqlite($c) => $body,
            $crate::store::conn::Db::Pg($c) => $body,
        }
    };
}

impl Db {
    /// Opens a connection: `postgres://…`, else a path to a SQLite file.
    pub fn open(url: &str) -> Result<Self, Fault> {
        if is_postgres(url) {
            let mut c = PgConnection::establish(url).map_err(|e| Fault::new("database", e))?;
            c.batch_execute(
                "SET default_transaction_isolation TO 'read committed'; SET client_min_messages TO warning",
            )?;
            Ok(Self::Pg(c))
        } else {
            let mut c = SqliteConnection::establish(url).map_err(|e| Fault::new("database", e))?;
            c.batch_execute(PRAGMAS)?;
            Ok(Self::Sqlite(c))
        }
    }

    /// Brings the schema up to date and lays the append-only triggers.
    pub fn migrate(&mut self) -> Result<(), Fault> {
        let done = on_both!(self, c => c.run_pending_migrations(MIGRATIONS).map(|_| ()));
        done.map_err(|e| Fault::new("migration", e))?;
        self.batch_execute(match self {
            Self::Sqlite(_) => SQLITE_TRIGGERS,
            Self::Pg(_) => PG_TRIGGERS,
        })?;
        Ok(())
    }

    /// Begins the transaction of a batch: the write lock at once on SQLite.
    pub fn begin(&mut self) -> Result<(), Fault> {
        use diesel::connection::AnsiTransactionManager as Manager;
        match self {
            Self::Sqlite(c) => Manager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
            Self::Pg(c) => Manager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")?,
        }
        Ok(())
    }

    /// Begins a transaction that sees one state of the database and writes nothing.
    pub fn begin_snapshot(&mut self) -> Result<(), Fault> {
        use diesel::connection::AnsiTransactionManager as Manager;
        match self {
            Self::Sqlite(c) => Manager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
            Self::Pg(c) => {
                Manager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            }
        }
        Ok(())
    }

    /// Commits the transaction of a batch. A failure is *unknown*: the rows may be there.
    pub fn commit(&mut self) -> Result<(), Fault> {
        use diesel::connection::{AnsiTransactionManager as Manager, TransactionManager as _};
        on_both!(self, c => Manager::commit_transaction(c))?;
        Ok(())
    }

    /// Rolls the transaction of a batch back.
    pub fn rollback(&mut self) -> Result<(), Fault> {
        use diesel::connection::{AnsiTransactionManager as Manager, TransactionManager as _};
        on_both!(self, c => Manager::rollback_transaction(c))?;
        Ok(())
    }

    /// The tables of the database with their columns: (table, column, type, not null), for tests
    /// and for the check that every table is either sealed or named as exempt.
    pub fn catalogue(&mut self) -> Result<Vec<Column>, Fault> {
        let sql = match self {
            Self::Sqlite(_) => SQLITE_CATALOGUE,
            Self::Pg(_) => PG_CATALOGUE,
        };
        Ok(diesel::sql_query(sql).load(self)?)
    }
}

/// A column of the catalogue, in the words of this program (`TEXT`, `BIGINT`, `BYTEA`, `BOOLEAN`, `INTEGER`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub struct Column {
    /// The table.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub table_name: String,
    /// The column.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub column_name: String,
    /// Its type, upper case.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub kind: String,
    /// 1 when NOT NULL.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub required: i64,
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

const PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
                       PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1000;";

const SQLITE_CATALOGUE: &str = "SELECT m.name AS table_name, c.name AS column_name, upper(c.type) AS kind, \
     CAST(c.\"notnull\" OR c.pk > 0 AS BIGINT) AS required \
     FROM sqlite_master m, pragma_table_info(m.name) c \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' \
     ORDER BY m.name, c.cid";

const PG_CATALOGUE: &str = "SELECT table_name::text, column_name::text, upper(data_type)::text AS kind, \
     (CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END)::bigint AS required \
     FROM information_schema.columns \
     WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name, ordinal_position";

/// What no program may change once written: the leaves of the journal.
const SQLITE_TRIGGERS: &str = "\
CREATE TRIGGER IF NOT EXISTS log_entry_no_update BEFORE UPDATE ON log_entry BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END;
CREATE TRIGGER IF NOT EXISTS log_entry_no_delete BEFORE DELETE ON log_entry BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END;";

const PG_TRIGGERS: &str = "\
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS log_entry_append_only ON log_entry;
CREATE TRIGGER log_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entry FOR EACH STATEMENT EXECUTE FUNCTION append_only();";

/// Makes the connections of the pool for reading.
#[derive(Debug)]
pub struct Opener(pub String);

impl ManageConnection for Opener {
    type Connection = Db;
    type Error = Fault;

    fn connect(&self) -> Result<Db, Fault> {
        Db::open(&self.0)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), Fault> {
        Ok(db.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        use diesel::r2d2::R2D2Connection as _;
        db.is_broken()
    }
}
