//! `tianping verify keyset`: all checks of protocols A.3 with the reader's own trust files.

use std::path::PathBuf;

use clap::Args;

use super::{Problem, Report, TrustFiles, read};
use crate::proof::{
    canon::Object as _,
    keyset::{Keyset, Pack},
};

/// The arguments.
#[derive(Debug, Args)]
pub struct KeySet {
    /// A .keyset.
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
}

impl KeySet {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let pack = Pack::from_bytes(&read(&self.file)?)?;
        let mut report = Report::default();
        match self.trust.read()? {
            Some((parties, policy)) => {
                pack.open(&parties, &policy)?;
                report.witnessed(&policy);
            }
            None => report.skipped("keys, shares and receipt NOT checked: give --parties and --policy"),
        }
        facts(&mut report, &pack.keyset.0)?;
        Ok(report)
    }
}

fn facts(report: &mut Report, keyset: &Keyset) -> Result<(), Problem> {
    report.found("key set", keyset.digest()?.to_hex());
    report.found("tender", &keyset.tender);
    report.found("lot", &keyset.lot);
    report.found("stage", &keyset.stage);
    report.found("not before", keyset.not_before);
    for layer in &keyset.layers {
        report.found(
            "layer",
            format!(
                "{}\tkey {}\t{} shares",
                layer.duty,
                layer.key.to_hex(),
                layer.acks.len()
            ),
        );
    }
    Ok(())
}
