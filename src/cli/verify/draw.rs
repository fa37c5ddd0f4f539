//! `tianping verify draw`: a transcript alone gives the order it claims; a bundle proves it.
//!
//! Never: a transcript alone shown as verified; its contributions could have been chosen.

use std::path::PathBuf;

use clap::Args;

use super::{Problem, Report, TrustFiles, read};
use crate::proof::{bundle::Bundle, canon::Object as _, transcript::Transcript};

/// What is printed for a transcript without its bundle.
pub const ORDER_ONLY: &str = "order only, contributions NOT checked";

/// The arguments.
#[derive(Debug, Args)]
pub struct Draw {
    /// A .bundle, or the .txt of a transcript.
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
}

impl Draw {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let bytes = read(&self.file)?;
        let mut report = Report::default();
        if bytes.starts_with(b"tianping-draw/1\n") {
            order(&mut report, &Transcript::parse(&bytes)?)?;
            report.skipped(ORDER_ONLY);
            return Ok(report);
        }
        let bundle = Bundle::from_bytes(&bytes)?;
        let Some((parties, policy)) = self.trust.read()? else {
            order(&mut report, &Transcript::parse(bundle.transcript.as_bytes())?)?;
            report.skipped(format!("{ORDER_ONLY}: give --parties and --policy"));
            return Ok(report);
        };
        let verified = bundle.verify(&parties, &policy)?;
        report.witnessed(&policy);
        order(&mut report, &verified.transcript)?;
        for n in verified.unchecked {
            report.skipped(format!("row {n} is erased, NOT checked"));
        }
        Ok(report)
    }
}

/// The draw and its order: the selected first, then the reserve.
fn order(report: &mut Report, transcript: &Transcript) -> Result<(), Problem> {
    report.found("draw", &transcript.draw);
    report.found("attempt", transcript.attempt);
    report.found("seed", transcript.seed()?.to_hex());
    for (drawn, place) in transcript.order()?.into_iter().zip(1..) {
        let name = if place <= transcript.take {
            "selected"
        } else {
            "reserve"
        };
        let (ticket, item) = (drawn.ticket.to_hex(), drawn.item);
        report.found(name, format!("{place}\t{ticket}\t{item}"));
    }
    Ok(())
}
