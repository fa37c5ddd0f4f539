//! `tianping seal complain`: the list of bids leaves out what the platform acknowledged.
//!
//! In: what was sent, and its acknowledgement. Out: a complaint in a file, and filed. Never: only filed;
//! a platform that leaves a bid out may refuse to hear of it, and the file goes to the bureau then.

use std::{
    fs::File,
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Said, fresh,
    way::{must_be_free, policy, signed},
};
use crate::{
    cli::{
        Try,
        play::door::{Door, text},
    },
    proof::{
        canon::{Object as _, Whole, ensure},
        complaint::Complaint,
        package::Package,
        receipt::Ack,
        sig::Signed,
    },
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Complain {
    /// The package that was sent, or the withdrawal.
    file: PathBuf,
    /// Its acknowledgement.
    #[arg(long)]
    ack: PathBuf,
    /// `log.policy`, obtained from the supervision bureau.
    #[arg(long)]
    policy: PathBuf,
    /// The complaint to make.
    #[arg(short, long)]
    out: PathBuf,
    /// File it here, without signing in. If it is refused, hand the file to the supervision bureau: its
    /// client judges by itself.
    #[arg(long)]
    server: Option<String>,
}

impl Complain {
    /// Makes the complaint, and files it.
    pub fn run(self) -> Said {
        must_be_free(&self.out)?;
        let x = sent(&self.file)?;
        let ack = signed(&self.ack)?;
        let word = Ack::open(&ack, &policy(&self.policy)?)?;
        ensure(
            word.x == x.x_digest()?,
            "the acknowledgement is of another submission",
        )?;
        let lot = text(&x.x, "lot")?;
        let complaint = Complaint {
            ack: Some(Whole(ack)),
            receipt: None,
            x: Whole(x),
            rows: Vec::new(),
        };
        let body = serde_json::to_value(&complaint)?;
        fresh(&self.out)?.write_all(body.to_string().as_bytes())?;
        let mut said = vec![("complaint", self.out.display().to_string())];
        if let Some(server) = &self.server {
            let filed = Door::new(server).post(&format!("/lots/{lot}/objections"), "", &body)?;
            said.push(("filed", text(&filed, "submission")?));
        }
        Ok(said)
    }
}

/// What was signed: that of a package, or a withdrawal as it was kept.
fn sent(path: &Path) -> Try<Signed> {
    if let Ok(withdrawal) = signed(path) {
        return Ok(withdrawal);
    }
    let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let package = Package::read(BufReader::new(file), |_, ct| {
        std::io::copy(ct, &mut std::io::sink()).map(drop)
    })?;
    Ok(Signed {
        x: package.submit.value()?,
        sig: package.sig.value()?,
    })
}
