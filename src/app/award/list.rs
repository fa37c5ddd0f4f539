//! The list of qualified bids, from which the draws of K and of the order are held.
//!
//! In: the bids as opened, the panel's verdicts. Out: the list as it stands, each bid with its fate, on
//! the tender's chain; whoever is next told so. Never: a draw while too few bids qualify (Z74R).

use serde_json::json;

use super::Case;
use crate::{
    app::{Answer, duty, lot as lots, message},
    domain::{act::Act, award::AwardSession, duty::DutyKind, id::Id, tender::Lot},
    store::{self, Tx, tx::Payload},
};

/// The list stands: with too few, the lot fails; else the centre draws K.
pub(super) fn stand(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    let case = Case::of(tx.db, lot.clone())?;
    let digest = case.pool.digest(&lot.id)?.to_hex();
    let session = AwardSession::begin(tx.id(), &lot.id, digest, tx.now);
    tx.insert(&session)?;
    let is_enough = case.pool.is_enough();
    if is_enough {
        duty::owe(tx, DutyKind::DrawCoefficient, &case.tender, lot, None)?;
        tell(tx, &case)?;
    }
    let (band, fates) = (case.terms.draw().band, case.pool.bids.iter());
    let facts = json!({
        "lot": lot.id, "digest": session.list_digest,
        "low": band.low(), "high": band.high(),
        "bids": fates.map(|bid| json!({ "bidder": bid.bidder, "fate": bid.fate })).collect::<Vec<_>>(),
    });
    let payload = Payload::facts("qualified", "qualified.listed/1", &facts)?;
    tx.record(lot.tender_id.as_str(), Act::QualifiedListed, vec![payload])?;
    if is_enough {
        return Ok(());
    }
    lots::fail(tx, lot, case.procedure.n_qualified_min)
}

/// The bidders are asked to confirm the list.
fn tell(tx: &mut Tx<'_>, case: &Case) -> Answer<()> {
    let senders = store::bid::senders(tx.db, &case.lot.id)?;
    let accounts: Vec<Id> = senders.into_iter().map(|(_, account)| account).collect();
    let title = case.title();
    let facts = [("name", title.as_str())];
    let link = format!("/lots/{}/hall", case.lot.id);
    message::tell_all(tx, &case.tender.id, &accounts, "message-list", &facts, &link)
}
