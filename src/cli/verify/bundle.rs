//! `tianping verify bundle`: the archive of a lot, from the file and the reader's own trust files.

use std::path::PathBuf;

use clap::Args;

use super::{Problem, Report, TrustFiles, read};
use crate::{
    domain::award::redo,
    proof::{archive::Archive, canon::Object as _},
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Bundle {
    /// The archive, as `GET /lots/{lot}/archive` gives it.
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
}

impl Bundle {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let archive = Archive::from_bytes(&read(&self.file)?)?;
        let mut report = Report::default();
        report.found("tender", &archive.tender);
        report.found("lot", &archive.lot);
        let Some((parties, policy)) = self.trust.read()? else {
            report.skipped("nothing else is checked: give --parties and --policy");
            return Ok(report);
        };
        let verified = archive.verify(&parties, &policy)?;
        report.witnessed(&policy);
        for (n, act) in verified.acts {
            report.found(format!("event {n}"), act);
        }
        for (draw, sha256) in verified.draws {
            report.found(format!("draw {draw}"), sha256.to_hex());
        }
        if verified.withheld.is_empty() && verified.unchecked.is_empty() {
            // every list, K, order, candidate and price follows from the papers before it
            let redone = redo::redo(&archive, &policy)?;
            for (n, act) in redone.judged {
                report.found(
                    format!("event {n}"),
                    format!("{act}: a judgement, taken as it is written"),
                );
            }
            let winner = redone.winner.unwrap_or_else(|| "no winner".to_owned());
            report.found("award redone", winner);
        } else {
            report.skipped("the award is NOT redone: papers are missing");
        }
        for (n, label) in verified.withheld {
            report.skipped(format!("event {n}: {} is withheld, NOT checked", label.as_str()));
        }
        for n in verified.unchecked {
            report.skipped(format!("row {n} is erased, NOT checked"));
        }
        Ok(report)
    }
}
