//! `tianping verify tx`: a chain as it was disclosed, row by row.
//!
//! Never: an erased row passed over in silence; a chain taken as logged without the receipt of its
//! last row.

use std::path::PathBuf;

use clap::Args;

use super::{Problem, Report, TrustFiles, read};
use crate::proof::{
    chain::{Chain, Row},
    receipt::Receipt,
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Tx {
    /// Disclosure rows, one JSON object to a line.
    pub(super) file: PathBuf,
    /// The receipt of the last row, which proves the whole chain before it.
    #[arg(long)]
    pub(super) receipt: Option<PathBuf>,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
}

impl Tx {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let text = String::from_utf8(read(&self.file)?)?;
        let rows: Vec<Row> = text
            .lines()
            .filter(|line| !line.is_empty())
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        let chain = Chain::check(&rows)?;
        let mut report = Report::default();
        if let Some(tx) = chain.tx {
            report.found("chain", tx);
        }
        for (c, row) in chain.shown() {
            let event = row.event();
            report.found("event", format!("{}\t{}\t{}\t{c}", event.n, event.ts, event.act));
        }
        for n in chain.unchecked() {
            report.skipped(format!("row {n} is erased, NOT checked"));
        }
        let last = chain.links.last().map(|link| link.c);
        match (self.trust.policy()?, &self.receipt) {
            (Some(policy), Some(file)) => {
                let receipt: Receipt = String::from_utf8(read(file)?)?.parse()?;
                let proven = receipt.check(&policy)?;
                if last != Some(proven.c) {
                    return Err("the receipt is not of the last row".into());
                }
                report.found("quorum time", proven.quorum_ms);
                report.witnessed(&policy);
            }
            (_, _) => report.skipped("that the chain is in the log NOT checked: give --receipt and --policy"),
        }
        if chain.links.first().is_some_and(|link| link.n > 0) {
            report.skipped("the chain does not begin at 0; what came before is NOT checked");
        }
        Ok(report)
    }
}
