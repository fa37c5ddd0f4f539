//! `tianping seal bid`: seals a bid offline.

use std::path::PathBuf;

use clap::Args;

use super::{
    Said,
    sealing::{Body, Sealing},
};
use crate::{
    cli::Try,
    domain::money::Fen,
    entropy::Entropy,
    proof::{
        bid::{Kind, Price, Slot},
        canon::Object as _,
        keyset::StageKeys,
        stage::{KeyStage, named},
    },
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Bid {
    #[command(flatten)]
    sealing: Sealing,
    #[command(flatten)]
    offer: Offer,
}

/// What is bid.
#[derive(Debug, Args)]
struct Offer {
    /// The price in yuan, with two decimals at most.
    #[arg(long, value_parser = yuan)]
    price: Fen,
    /// Days to completion.
    #[arg(long)]
    days: Option<i64>,
    /// The quality you promise.
    #[arg(long)]
    quality: Option<String>,
    /// The project manager and his certificate.
    #[arg(long)]
    manager: Option<String>,
    /// Anything else.
    #[arg(long, default_value = "")]
    note: String,
    /// The documents, where the lot asks for them.
    #[arg(long)]
    docs: Option<PathBuf>,
}

fn yuan(text: &str) -> Result<Fen, String> {
    Fen::parse_yuan(text, "").map_err(|_| "expected yuan with two decimals at most, e.g. 1234567.89".into())
}

impl Bid {
    /// Seals the bid.
    pub fn run(self) -> Said {
        let Self { sealing, offer } = self;
        sealing.run(slot, |slot, entropy| offer.body(slot.kind, entropy))
    }
}

impl Offer {
    fn body(&self, kind: Kind, entropy: &Entropy) -> Try<Body> {
        match kind {
            Kind::Draw => Body::contribution(entropy),
            Kind::Price => {
                let price = Price {
                    total: self.price.0.try_into()?,
                    days: self.days,
                    quality: self.quality.clone(),
                    manager: self.manager.clone(),
                    note: self.note.clone(),
                };
                Body::whole("price.json", price.bytes()?)
            }
            Kind::Docs => {
                let path = self.docs.as_ref();
                Body::file(path.ok_or("the lot asks for documents: give --docs")?)
            }
        }
    }
}

/// The part of a stage: its stage says what kind it is.
fn slot(stage: &StageKeys) -> Try<Slot> {
    let name = stage.keyset.stage.clone();
    let kind = named(name.as_str()).and_then(KeyStage::part);
    let kind = kind.ok_or_else(|| format!("{name}: not a stage that a bid is sealed to"))?;
    Ok(Slot {
        part: name.clone(),
        stage: name,
        kind,
        keyset: stage.id,
    })
}
