//! `verify db`: every row against its seal and the newest event that names it, both ways; every
//! event against its chain and the tree; the tree against what the log signed.
//!
//! In: a database as somebody left it, and the trust file. Out: each row that was edited, inserted,
//! deleted or rolled back behind the program's back, by table and id. Never: a table that is in
//! neither list below. What cannot be found here: an event added to the end of a chain before the
//! next tick by somebody who writes to the database itself; acknowledgements are for that.

mod chains;
mod rows;
mod tree;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use super::{Db, Fault};
use crate::proof::{canon::Hash, note::Checkpoint, policy::Policy};

pub use rows::SEALED;

/// Tables outside the journal: what is in them decides nothing and is forgotten in time.
pub const EXEMPT: &[&str] = &[
    "factor_use",
    "heartbeat",
    "idempotency",
    "invitation",
    "lease",
    "message_delivery",
    "session",
    "upload",
    "upload_piece",
];

/// The tables of the journal itself.
pub const JOURNAL: &[&str] = &[
    "event",
    "log_entry",
    "log_tile",
    "payload",
    "row_list",
    "row_seal",
    "tick",
];

/// What was done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tampering {
    /// It says something else than it was sealed with.
    Edited,
    /// Nothing of the journal knows it.
    Inserted,
    /// The journal knows it and it is not there.
    Deleted,
    /// It is what it was once, before a later act.
    RolledBack,
}

/// A row that is not what the journal says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The table.
    pub table: String,
    /// The primary key; its columns joined by `/`.
    pub id: String,
    /// What was done to it.
    pub tampering: Tampering,
    /// By what it shows.
    pub why: String,
}

/// What the verifier found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// The rows that are not what the journal says, each once; empty is good.
    pub findings: BTreeSet<Finding>,
    /// What could not be checked, because it was erased by the book.
    pub unchecked: Vec<String>,
    /// Events checked.
    pub n_events: u64,
    /// Leaves checked.
    pub n_leaves: u64,
    /// Rows of sealed tables checked.
    pub n_rows: u64,
    /// Events that wait for their tick.
    pub n_pending: u64,
    /// Events that are not to be trusted: what only they name is not accused as well.
    #[serde(skip)]
    broken: HashSet<String>,
    /// Table and id of every finding: the first word on a row stands.
    #[serde(skip)]
    accused: HashSet<(String, String)>,
}

impl Report {
    fn add(&mut self, table: &str, id: impl Into<String>, tampering: Tampering, why: impl Into<String>) {
        let id = id.into();
        if table == "event" {
            self.broken.insert(id.clone());
        }
        if !self.accused.insert((table.to_owned(), id.clone())) {
            return;
        }
        self.findings.insert(Finding {
            table: table.to_owned(),
            id,
            tampering,
            why: why.into(),
        });
    }
}

/// Told how far a part is: its name, rows done, rows in all.
pub type Progress<'a> = &'a mut dyn FnMut(&'static str, u64, u64);

/// The newest naming of a row by an event.
struct Named {
    ts: i64,
    n: u64,
    h: Hash,
    c: Hash,
    /// Of the row's seal, once found.
    salt: Option<Hash>,
    /// Whether the row was found.
    is_seen: bool,
    /// Whether nothing more is to be said of it.
    is_judged: bool,
}

/// What the chains say: the newest naming of every row, by its label, and all earlier ones.
#[derive(Default)]
struct Namings {
    newest: BTreeMap<Box<str>, Named>,
    /// [`naming`] of each.
    earlier: HashSet<u64>,
}

/// A small mark of a row's hash and the event that names it: there are many, and they decide only
/// whether a seal that does not fit is called edited or rolled back.
fn naming(h: &Hash, c: &Hash) -> u64 {
    let mark = Hash::of(&[&h.0, &c.0]).0;
    mark.first_chunk().map_or(0, |head| u64::from_be_bytes(*head))
}

/// Verifies the whole database. `kept` is the last checkpoint signed, as the operator keeps it
/// outside the database.
pub fn run(
    db: &mut Db,
    policy: &Policy,
    kept: Option<&Checkpoint>,
    progress: Progress<'_>,
) -> Result<Report, Fault> {
    db.begin_snapshot()?;
    let report = check(db, policy, kept, progress);
    db.rollback()?;
    report
}

fn check(
    db: &mut Db,
    policy: &Policy,
    kept: Option<&Checkpoint>,
    progress: Progress<'_>,
) -> Result<Report, Fault> {
    let mut report = Report::default();
    let namings = check_journal(db, policy, kept, &mut report, progress)?;
    rows::check(db, namings, &mut report, progress)?;
    Ok(report)
}

/// The tree before the payloads: it knows which events are missing, whose payloads then are not
/// accused.
fn check_journal(
    db: &mut Db,
    policy: &Policy,
    kept: Option<&Checkpoint>,
    report: &mut Report,
    progress: Progress<'_>,
) -> Result<Namings, Fault> {
    let mut namings = Namings::default();
    let wanted = chains::events(db, report, &mut namings, progress)?;
    tree::check(db, policy, kept, report, progress)?;
    chains::payloads(db, report, &mut namings, wanted, progress)?;
    Ok(namings)
}

/// Verifies the journal alone: chains, payloads and the tree.
pub fn journal(
    db: &mut Db,
    policy: &Policy,
    kept: Option<&Checkpoint>,
    progress: Progress<'_>,
) -> Result<Report, Fault> {
    db.begin_snapshot()?;
    let mut report = Report::default();
    let done = check_journal(db, policy, kept, &mut report, progress);
    db.rollback()?;
    done.map(|_| report)
}

/// A stored count for progress and reports.
fn whole(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
