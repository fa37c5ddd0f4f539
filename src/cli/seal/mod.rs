//! `tianping seal`: the bidder's own client, which needs no network to seal (protocols A.4, A.5).
//!
//! In: the bidder's key file, the tender's trust files and key sets, the bid. Out: one package; sent, its
//! acknowledgement and receipt. Never: an unwrapped key on the disk, a bid sealed to key sets that were
//! not checked, a file overwritten.

mod bid;
mod key;
pub(super) mod send;

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use clap::{Args, Subcommand};

use super::Outcome;

/// Make a signing key, seal a bid offline, send it
#[derive(Debug, Args)]
pub struct Seal {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a signing key, wrapped with a passphrase; its public half is registered on the platform
    Key(key::Key),
    /// Seal a bid to the checked key sets of a lot, offline; out comes one package
    Bid(bid::Bid),
    /// Send a package in pieces that can be resumed; keep the acknowledgement
    Send(send::Send),
    /// Fetch the receipt of a submission, once the log's next tick contains it, and check it
    Receipt(send::Fetch),
}

impl Seal {
    /// Does it.
    pub fn run(self) -> Outcome {
        match self.what {
            What::Key(key) => key.run(),
            What::Bid(bid) => bid.run(),
            What::Send(send) => send.run(),
            What::Receipt(fetch) => fetch.run(),
        }
    }
}

/// A new file; one that is there already is left alone.
fn fresh(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path);
    file.map_err(|e| std::io::Error::new(e.kind(), format!("{}: {e}", path.display())))
}
