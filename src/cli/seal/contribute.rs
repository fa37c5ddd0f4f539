//! `tianping seal contribute`: seals a contribution to a draw that is repeated (protocols B.5), offline.

use clap::Args;

use super::{
    Said,
    sealing::{Body, Sealing},
};
use crate::{
    cli::Try,
    proof::{
        bid::Slot,
        keyset::StageKeys,
        stage::{KeyStage, named},
    },
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Contribute {
    #[command(flatten)]
    sealing: Sealing,
}

impl Contribute {
    /// Seals 32 random bytes.
    pub fn run(self) -> Said {
        self.sealing.run(slot, |_, entropy| Body::contribution(entropy))
    }
}

/// The one part of a contribution; only to a later attempt is one made beside the bid.
fn slot(stage: &StageKeys) -> Try<Slot> {
    let name = stage.keyset.stage.clone();
    if !named(name.as_str()).is_some_and(KeyStage::invites_bidders) {
        return Err(format!("{name}: not a draw that is repeated; seal a bid with `seal bid`").into());
    }
    Ok(Slot::contribution(name, stage.id))
}
