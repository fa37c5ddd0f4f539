//! `tianping verify receipt`: that an event is in the log that the reader trusts, and what it refers to.

use std::path::PathBuf;

use clap::Args;

use super::{Problem, Report, TrustFiles, read};
use crate::proof::{canon::Hash, receipt};

/// The arguments.
#[derive(Debug, Args)]
pub struct Receipt {
    /// A tlog-proof, as `GET /receipts/{c}` gives it.
    pub(super) file: PathBuf,
    /// Your own object, e.g. the signed/1 of your bid: that the event refers to it.
    #[arg(long, requires = "salt")]
    pub(super) object: Option<PathBuf>,
    /// The label of the object's reference.
    #[arg(long, default_value = "bid")]
    pub(super) label: String,
    /// The salt of that reference, 64 hexadecimal digits.
    #[arg(long)]
    pub(super) salt: Option<String>,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
}

impl Receipt {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let receipt: receipt::Receipt = String::from_utf8(read(&self.file)?)?.parse()?;
        let mut report = Report::default();
        match self.trust.policy()? {
            Some(policy) => {
                let proven = receipt.check(&policy)?;
                report.found("origin", &proven.accepted.checkpoint.origin);
                report.found("size", proven.accepted.checkpoint.size);
                report.found("quorum time", proven.quorum_ms);
                report.witnessed(&policy);
            }
            None => report.skipped("log, witnesses and inclusion NOT checked: give --policy"),
        }
        let event = receipt.event();
        report.found("c", event.c(&receipt.extra.salt)?);
        report.found("act", &event.act);
        report.found("chain", &event.tx);
        report.found("n", event.n);
        report.found("ts", event.ts);
        report.found("tick", receipt.extra.ts);
        let waited = receipt.waited_ms();
        if waited > receipt::TICKS_OWED_MS {
            report.wrong(format!(
                "placed {} s after its ts: not in the first two ticks, as its acknowledgement promised",
                waited / 1000
            ));
        }
        match (&self.object, &self.salt) {
            (Some(object), Some(salt)) => {
                let object = serde_json::from_slice(&read(object)?)?;
                event.refers_to(&self.label, &Hash::from_hex(salt)?, &object)?;
                report.found("refers to", &self.label);
            }
            (_, _) => {
                for reference in &event.refs {
                    report.found("reference", format!("{}\t{}", reference.k.as_str(), reference.h));
                }
            }
        }
        Ok(report)
    }
}
