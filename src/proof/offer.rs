//! Offers of an auction.
//!
//! In and out: `offer/1`, signed by the bidder. Never: a maximum bid; an offer says one price.

use serde::{Deserialize, Serialize};

use super::canon::{Checked, Hash, Object, Token, ensure};

/// `offer/1`. Whether it was accepted is said by the act of its event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The lot.
    pub lot: Token,
    /// The bidder.
    pub bidder: Token,
    /// 1, 2, ... over the offers of this bidder for this lot.
    pub seq: u64,
    /// The price, 分.
    pub price: u64,
    /// c of the last accepted offer that the bidder saw.
    pub seen: Option<Hash>,
}

impl Object for Offer {
    const T: &'static str = "offer/1";

    fn check(&self) -> Checked<()> {
        ensure(self.seq >= 1, "seq begins with 1")
    }
}
