//! What the page needs on which a bidder seals a bid in the browser: the parts of the lot, the key
//! set of each, and where the trust files lie.
//!
//! Never: a key itself; the page checks those in the key sets against the trust files.

use serde::Serialize;

use super::{bidder_of, public_lot};
use crate::{
    app::{Answer, Ask, Error},
    domain::{
        award::{MethodRule, Terms},
        bid,
        id::Id,
        money::Fen,
        tender::Tender,
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
    /// The deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
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

/// The page of sealing, for a bidder before the deadline.
pub fn sealing(db: &mut Db, ask: &Ask, lot: &str, now: Instant) -> Answer<Sealing> {
    let organisation = bidder_of(db, ask)?;
    let lot = public_lot(db, lot)?;
    bid::in_time(&lot, now)?;
    let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    tender.may_be_bid_for_by(&organisation.id)?;
    let terms = Terms::of(&lot)?;
    let slots = store::ceremony::parts(db, &lot)?.parts;
    let parts = slots.into_iter().map(|slot| SealingPart::new(&lot.id, slot));
    Ok(Sealing {
        parts: parts.collect(),
        ceiling: lot.ceiling_fen,
        interval: match terms.method {
            MethodRule::ReasonablePriceDraw(draw) => [draw.band.low(), draw.band.high()],
        },
        parties: format!("/tenders/{}/parties.json", tender.id),
        policy: format!("/tenders/{}/log.policy", tender.id),
        title: tender.title_of(&lot),
        tender: tender.id,
        number: tender.number,
        bidder: organisation.code,
        organisation: organisation.name,
        closes_at: lot.closes_at,
        lot: lot.id,
    })
}
