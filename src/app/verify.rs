//! Verifying an installation: its database against its trust file and the last checkpoint it kept.

use std::fs;

use super::App;
use crate::{
    config::Config,
    proof::{
        note::{Checkpoint, Note},
        policy::Policy,
    },
    store::{
        Db, Fault,
        verify::{self, Progress, Report},
    },
};

/// The tables whose rows no event seals, and which are not covered: what lasts for hours or days.
pub const UNSEALED: &[&str] = verify::EXEMPT;

/// How much is to be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Chains, payloads and the tree.
    Journal,
    /// These, and every row of every table.
    Tables,
}

/// Verifies a database; nothing of the platform need run, and nothing is written.
pub fn database(config: &Config, scope: Scope, progress: Progress<'_>) -> Result<Report, Fault> {
    let policy: Policy = fs::read_to_string(config.data.join("log.policy"))?.parse()?;
    let kept = config.secrets.join("checkpoint");
    let kept = if kept.exists() {
        let note: Note = fs::read_to_string(kept)?.parse()?;
        Some(Checkpoint::from_text(&note.text)?)
    } else {
        None
    };
    let mut db = Db::open(&config.database)?;
    match scope {
        Scope::Journal => verify::journal(&mut db, &policy, kept.as_ref(), progress),
        Scope::Tables => verify::run(&mut db, &policy, kept.as_ref(), progress),
    }
}

impl App {
    /// Recomputes the journal from its leaves, behind the running platform, and stops all writing
    /// when it is not what was signed. It blocks: call it off the async threads.
    pub fn verify_journal(&self) -> Result<Report, Fault> {
        // the kept checkpoint is read first: the tables may only be ahead of it
        let report = database(&self.config, Scope::Journal, &mut |_, _, _| {})?;
        if !report.findings.is_empty() {
            for finding in report.findings.iter().take(20) {
                tracing::error!(?finding, "the journal is not what was signed; writing stops");
            }
            self.journal.stop();
        }
        Ok(report)
    }
}
