//! What the page needs on which a bidder seals a bid in the browser, or a contribution to a draw that is
//! repeated: the parts, the key set of each, and where the trust files lie.
//!
//! Never: a key itself; the page checks those in the key sets against the trust files.

use serde::Serialize;

use super::{bidder_of, public_lot};
use crate::{
    app::{Answer, Ask, Error},
    domain::{
        account::Organisation,
        award::{MethodRule, Terms},
        bid,
        id::Id,
        money::Fen,
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::bid::{Kind, Slot},
    store::{self, Db, Row as _},
};

/// A part that a bid for the lot must have.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SealingPart {
    /// Its name.
    pub part: String,
    /// The stage that opens it.
    pub stage: String,
    /// `docs`, `price` or `draw`.
    pub kind: &'static str,
    /// The id of its key set, hex.
    pub keyset: String,
    /// The address of `<stage>.keyset`.
    pub pack: String,
}

/// The page of sealing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Sealing {
    /// The tender.
    #[schema(value_type = String)]
    pub tender: Id,
    /// Its unified deal code.
    pub number: String,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The bidder's token.
    pub bidder: String,
    /// The bidder's name.
    pub organisation: String,
    /// Project and lot, as people call them.
    pub title: String,
    /// Until when it is taken, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// Where the sealed submission goes.
    pub submit: String,
    /// Where the bidder's chain stands.
    pub mine: String,
    /// The address of `parties.json`.
    pub parties: String,
    /// The address of `log.policy`.
    pub policy: String,
    /// The parts.
    pub parts: Vec<SealingPart>,
    /// 最高投标限价, fen.
    #[schema(value_type = i64)]
    pub ceiling: Fen,
    /// The interval in which a bid can be drawn, both ends in it, fen.
    #[schema(value_type = Vec<i64>)]
    pub interval: [Fen; 2],
}

impl SealingPart {
    fn new(lot: &Id, slot: Slot) -> Self {
        Self {
            part: slot.part.to_string(),
            pack: format!("/lots/{lot}/keysets/{}", slot.stage),
            stage: slot.stage.to_string(),
            kind: match slot.kind {
                Kind::Docs => "docs",
                Kind::Price => "price",
                Kind::Draw => "draw",
            },
            keyset: slot.keyset.to_hex(),
        }
    }
}

impl Sealing {
    /// What a bidder seals for a lot, where it goes, and until when it is taken.
    pub(in crate::app) fn new(
        (tender, lot): (Tender, Lot),
        organisation: Organisation,
        slots: Vec<Slot>,
        (submit, closes_at): (String, Option<Instant>),
    ) -> Answer<Self> {
        let terms = Terms::of(&lot)?;
        let parts = slots.into_iter().map(|slot| SealingPart::new(&lot.id, slot));
        Ok(Self {
            parts: parts.collect(),
            ceiling: lot.ceiling_fen,
            interval: match terms.method {
                MethodRule::ReasonablePriceDraw(draw) => [draw.band.low(), draw.band.high()],
            },
            mine: format!("{submit}/mine"),
            submit,
            parties: format!("/tenders/{}/parties.json", tender.id),
            policy: format!("/tenders/{}/log.policy", tender.id),
            title: tender.title_of(&lot),
            tender: tender.id,
            number: tender.number,
            bidder: organisation.code,
            organisation: organisation.name,
            closes_at,
            lot: lot.id,
        })
    }

    /// Whether a bid is sealed here, and not a contribution alone.
    #[must_use]
    pub fn is_bid(&self) -> bool {
        self.parts.iter().any(|part| part.kind == "price")
    }

    /// What is sealed here: `bid` or `contribution`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        if self.is_bid() { "bid" } else { "contribution" }
    }

    /// The message key of what ends at the time given.
    #[must_use]
    pub fn until_key(&self) -> &'static str {
        if self.is_bid() {
            "project-next-open"
        } else {
            "hall-invited"
        }
    }
}

/// The page of sealing, for a bidder before the deadline.
pub fn sealing(db: &mut Db, ask: &Ask, lot: &str, now: Instant) -> Answer<Sealing> {
    let organisation = bidder_of(db, ask)?;
    let lot = public_lot(db, lot)?;
    bid::in_time(&lot, now)?;
    let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    tender.may_be_bid_for_by(&organisation.id)?;
    let (slots, closes_at) = (store::ceremony::parts(db, &lot)?.parts, lot.closes_at);
    let base = format!("/lots/{}/bids", lot.id);
    Sealing::new((tender, lot), organisation, slots, (base, closes_at))
}
