//! `tianping verify receipt`: that an event is in the log that the reader trusts, and what it refers to; of
//! an acknowledgement, which comes before the receipt, that the log owes this event.

use std::path::PathBuf;

use clap::Args;

use super::{Problem, Report, TrustFiles, read};
use crate::proof::{
    canon::{Hash, Object as _},
    receipt::{self, Ack},
    sig::Signed,
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Receipt {
    /// A tlog-proof, as `GET /receipts/{c}` gives it, or the acknowledgement that came at once.
    pub(super) file: PathBuf,
    /// Your own object, e.g. the signed/1 of your bid: that the event refers to it, or that it is what was
    /// acknowledged. With a receipt, give --salt too.
    #[arg(long)]
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
        let bytes = read(&self.file)?;
        if let Ok(signed) = Signed::from_bytes(&bytes) {
            return self.acknowledged(&signed);
        }
        let receipt: receipt::Receipt = String::from_utf8(bytes)?.parse()?;
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
            (Some(_), None) => report.skipped("the object was NOT compared: give --salt"),
            (None, _) => {
                for reference in &event.refs {
                    report.found("reference", format!("{}\t{}", reference.k.as_str(), reference.h));
                }
            }
        }
        Ok(report)
    }

    /// The log's word that it received something: what the receipt has to bear out within two ticks.
    fn acknowledged(&self, signed: &Signed) -> Result<Report, Problem> {
        let mut report = Report::default();
        let ack = if let Some(policy) = self.trust.policy()? {
            Ack::open(signed, &policy)?
        } else {
            report.skipped("the log's signature was NOT compared with a trust file: give --policy");
            signed.open::<Ack>()?.1
        };
        report.found("acknowledged by", &ack.origin);
        report.found("c", ack.c);
        report.found("chain", &ack.tx);
        report.found("n", ack.n);
        report.found("ts", ack.ts);
        report.found("x", ack.x);
        if let Some(object) = &self.object {
            let object: Signed = Signed::from_bytes(&read(object)?)?;
            if object.x_digest()? == ack.x {
                report.found("acknowledges", object.x_digest()?);
            } else {
                report.wrong("the acknowledgement is of another object".to_owned());
            }
        }
        Ok(report)
    }
}
