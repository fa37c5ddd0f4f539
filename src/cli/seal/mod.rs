//! `tianping seal`: the bidder's own client, which needs no network to seal (protocols A.4, A.5).
//!
//! In: the bidder's key file, the tender's trust files and key sets, the bid. Out: one package; sent, its
//! acknowledgement and receipt; a complaint, should the list of bids leave it out. Never: an unwrapped key on the disk, a bid sealed to key sets that were
//! not checked, a file overwritten.

mod bid;
mod complain;
mod contribute;
mod key;
mod sealing;
pub(super) mod send;
mod way;
mod withdraw;

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    path::Path,
    process::ExitCode,
};

use clap::{Args, Subcommand};

use super::{Outcome, Try, say};

/// Make a signing key, seal a bid offline, send or withdraw it
#[derive(Debug, Args)]
pub struct Seal {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a signing key, wrapped with a passphrase; its public half is registered on the platform
    Key(key::Key),
    /// Seal a bid to the checked key sets of a lot, offline; out comes one package
    Bid(bid::Bid),
    /// Seal a contribution to a draw that is repeated, offline; out comes one package
    Contribute(contribute::Contribute),
    /// Send a package in pieces that can be resumed; keep the acknowledgement
    Send(send::Send),
    /// Withdraw what was sent last, before the deadline; keep the acknowledgement
    Withdraw(withdraw::Back),
    /// Fetch the receipt of a submission, once the log's next tick contains it, and check it
    Receipt(send::Fetch),
    /// Complain that the list of bids leaves out what the platform acknowledged
    Complain(complain::Complain),
}

impl Seal {
    /// Does it.
    pub fn run(self) -> Outcome {
        let said = match self.what {
            What::Key(key) => key.run(),
            What::Bid(bid) => bid.run(),
            What::Contribute(contribute) => contribute.run(),
            What::Send(send) => send.run(),
            What::Withdraw(back) => back.run(),
            What::Receipt(fetch) => fetch.run(),
            What::Complain(complain) => complain.run(),
        }?;
        if self.json {
            let said: BTreeMap<_, _> = said.into_iter().collect();
            say::line(serde_json::to_string(&said)?)?;
        } else {
            for (name, value) in said {
                say::line(format_args!("{name}\t{value}"))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What a command did: names and values, in order.
type Said = Try<Vec<(&'static str, String)>>;

/// A new file; one that is there already is left alone.
fn fresh(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path);
    file.map_err(|e| std::io::Error::new(e.kind(), format!("{}: {e}", path.display())))
}
