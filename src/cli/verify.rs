//! `tianping verify`: redoes what the platform did, from files alone (protocols C.7).
//!
//! In: a file and the reader's own trust files. Out: what was found, what was not checked; 0 only when
//! every check ran, 1 when one failed, 2 when one could not run. Never: a check left out in silence;
//! anything taken from a server.

mod bundle;
mod draw;
mod keyset;
mod log;
mod open;
mod receipt;
#[cfg(test)]
mod tests;
mod tx;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Outcome, say};
use crate::proof::{canon::Object as _, parties::Parties, policy::Policy};

/// Why a check failed or a file could not be read.
type Problem = Box<dyn std::error::Error + Send + Sync>;

/// The arguments of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(subcommand)]
    what: What,
    /// Print JSON: {"found": [[name, value], ...], "not_checked": [...], "wrong": [...]}.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A draw: from its bundle everything; from the transcript alone only the order (exit 2).
    Draw(draw::Draw),
    /// The archive of a lot: its chain, its receipt, its draws
    Bundle(bundle::Bundle),
    /// A key set (.keyset): who holds the keys, who keeps the shares, and that it was logged.
    Keyset(keyset::KeySet),
    /// A sealed bid (.bid), opened again with the keys that were released.
    #[command(name = "opening", alias = "open")]
    Open(open::Open),
    /// A receipt: that an event is in the log, and what it refers to.
    Receipt(receipt::Receipt),
    /// A chain of events as it was disclosed.
    Tx(tx::Tx),
    /// Two checkpoints: that the log only grew.
    Consistency(log::Consistency),
    /// The whole tree, from a witness's mirror or from an installation.
    Journal(log::Journal),
    /// Every row of an installation's tables against its journal; names each that was changed.
    Db(log::Tables),
}

/// The reader's own trust files, obtained out of band.
#[derive(Debug, Args, Default)]
struct TrustFiles {
    /// parties.json: who holds which duty, with their keys.
    #[arg(long, global = true)]
    parties: Option<PathBuf>,
    /// log.policy: the log's key, its witnesses and their quorum.
    #[arg(long, global = true)]
    policy: Option<PathBuf>,
}

impl TrustFiles {
    /// The log's trust file alone, if it is given.
    fn policy(&self) -> Result<Option<Policy>, Problem> {
        let Some(path) = &self.policy else {
            return Ok(None);
        };
        Ok(Some(String::from_utf8(read(path)?)?.parse()?))
    }

    /// Both files, if both are given.
    fn read(&self) -> Result<Option<(Parties, Policy)>, Problem> {
        let (Some(parties), Some(policy)) = (&self.parties, &self.policy) else {
            return Ok(None);
        };
        let policy = String::from_utf8(read(policy)?)?;
        Ok(Some((Parties::from_bytes(&read(parties)?)?, policy.parse()?)))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()).into())
}

/// What a verification came to.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Report {
    /// Name and value of what was found, in order.
    found: Vec<(String, String)>,
    /// What could not be checked.
    not_checked: Vec<String>,
    /// What is wrong, where that is told item by item.
    wrong: Vec<String>,
}

impl Report {
    fn found(&mut self, name: impl Into<String>, value: impl ToString) {
        self.found.push((name.into(), value.to_string()));
    }

    fn skipped(&mut self, what: impl Into<String>) {
        self.not_checked.push(what.into());
    }

    fn wrong(&mut self, what: impl Into<String>) {
        self.wrong.push(what.into());
    }

    /// Says that a receipt without a quorum of witnesses rests on the log alone.
    fn witnessed(&mut self, policy: &Policy) {
        if policy.logs().iter().any(|log| log.name().starts_with("sandbox.")) {
            self.found("SANDBOX", "for rehearsal only, nothing here has legal effect");
        }
        self.found("witnessed", if policy.is_witnessed() { "yes" } else { "no" });
    }

    fn print(&self, json: bool) -> Outcome {
        let mut out = say::out();
        if json {
            writeln!(out, "{}", serde_json::to_string(self)?)?;
        } else {
            for (name, value) in &self.found {
                writeln!(out, "{name}\t{value}")?;
            }
            for what in self.not_checked.iter().chain(&self.wrong) {
                writeln!(out, "{what}")?;
            }
        }
        Ok(self.code())
    }

    fn code(&self) -> ExitCode {
        match (self.wrong.is_empty(), self.not_checked.is_empty()) {
            (false, _) => ExitCode::FAILURE,
            (true, false) => ExitCode::from(2),
            (true, true) => ExitCode::SUCCESS,
        }
    }
}

impl Verify {
    /// Runs the command.
    pub fn run(self) -> Outcome {
        let report = match &self.what {
            What::Draw(draw) => draw.check(),
            What::Bundle(bundle) => bundle.check(),
            What::Keyset(keyset) => keyset.check(),
            What::Open(open) => open.check(),
            What::Receipt(receipt) => receipt.check(),
            What::Tx(tx) => tx.check(),
            What::Consistency(consistency) => consistency.check(),
            What::Journal(journal) => journal.check(),
            What::Db(tables) => tables.check(),
        }?;
        report.print(self.json)
    }
}
