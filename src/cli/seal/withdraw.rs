//! `tianping seal withdraw`: takes a bid back before the deadline.

use std::{io::Write as _, path::PathBuf};

use clap::Args;
use serde_json::Map;

use super::{
    Said, fresh,
    key::KeyFile,
    way::{Way, must_be_free},
};
use crate::{
    cli::play::door::{at, text},
    proof::{
        bid::Withdraw,
        canon::{Hash, Object as _, Token},
    },
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Back {
    /// The lot.
    lot: String,
    /// Its tender.
    #[arg(long)]
    tender: String,
    /// Where to keep what was signed; its acknowledgement is kept beside it in `.ack`.
    #[arg(short, long)]
    out: PathBuf,
    #[command(flatten)]
    key: KeyFile,
    #[command(flatten)]
    way: Way,
}

impl Back {
    /// Withdraws what was sent last.
    pub fn run(self) -> Said {
        let ack = self.out.with_extension("ack");
        must_be_free(&ack)?;
        let mine = format!("/lots/{}/bids/mine", self.lot);
        let mine = self.way.door().get(&mine, &self.way.token)?;
        let prev = at(&mine, "/prev").as_str().ok_or("nothing was sent yet")?;
        let withdraw = Withdraw {
            tender: Token::new(&*self.tender)?,
            lot: Token::new(&*self.lot)?,
            bidder: Token::new(text(&mine, "bidder")?)?,
            seq: at(&mine, "/seq").as_u64().ok_or("an answer without seq")?,
            prev: Hash::from_hex(prev)?,
        };
        let key = self.key.open()?;
        let signed = key.sign_object(&withdraw)?;
        fresh(&self.out)?.write_all(&signed.bytes()?)?;
        let path = format!("/lots/{}/bids/withdrawals", self.lot);
        self.way.submit(&path, &signed, Map::new(), &ack)
    }
}
