//! A bidder: checks the key sets, seals the bid offline, submits it, keeps the acknowledgement.
//!
//! In: a published lot and a price. Out: the event of the submission. Never: a price in the clear on
//! its way; a bid sealed to key sets that were not checked.

use std::{collections::BTreeMap, io::Cursor};

use base64::Engine as _;
use serde_json::json;

use super::{
    company::Bidder,
    door::{Done, Door, Trouble, at, text},
    owner::Project,
};
use crate::{
    cli::seal::send::{goes_in_pieces, upload},
    proof::{
        bid::{BodyHead, Kind, Price, Slot},
        canon::{Object as _, Token},
        envelope::Recipient,
        keyset::Pack,
        parties::Parties,
        policy::Policy,
        seal::{Address, Content},
        stage::KeyStage,
    },
};

/// The parts of a lot, with the recipients of their layers: what every bid for it is sealed to.
pub struct Envelopes {
    tender: Token,
    lot: Token,
    parts: Vec<(Slot, Vec<Recipient>)>,
}

/// What a bid says.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The price, fen.
    pub total: u64,
    /// The quality promised.
    pub quality: String,
    /// The project manager.
    pub manager: String,
}

/// Fetches and checks the key sets of a lot against the trust files of its tender.
pub fn envelopes(door: &Door, project: &Project, needs_docs: bool) -> Done<Envelopes> {
    let trust = |file: &str| door.bytes(&format!("/tenders/{}/{file}", project.tender), "");
    let parties = Parties::from_bytes(&trust("parties.json")?)?;
    let policy = String::from_utf8(trust("log.policy")?).map_err(Trouble::broken)?;
    let policy: Policy = policy.parse()?;
    let mut stages = vec![KeyStage::COEFFICIENT, KeyStage::ORDER, KeyStage::PRICE];
    if needs_docs {
        stages.insert(0, KeyStage::DOCS);
    }
    let mut parts = Vec::new();
    for (stage, kind) in stages
        .into_iter()
        .filter_map(|stage| Some((stage, stage.part()?)))
    {
        let path = format!("/lots/{}/keysets/{stage}", project.lot);
        let pack = door.until("a key set", || {
            let bytes = door.bytes(&path, "")?;
            Ok((!bytes.is_empty()).then_some(bytes))
        })?;
        let keys = Pack::from_bytes(&pack)?.open(&parties, &policy)?;
        let slot = Slot {
            part: stage.token()?,
            stage: stage.token()?,
            kind,
            keyset: keys.id,
        };
        parts.push((slot, keys.recipients().copied().collect()));
    }
    Ok(Envelopes {
        tender: Token::new(&*project.tender)?,
        lot: Token::new(&*project.lot)?,
        parts,
    })
}

/// Seals a first bid and submits it.
pub fn bid(door: &Door, bidder: &Bidder, envelopes: &Envelopes, offer: &Offer) -> Done<Ack> {
    let address = Address {
        tender: envelopes.tender.clone(),
        lot: envelopes.lot.clone(),
        bidder: Token::new(&*bidder.code)?,
        seq: 1,
        prev: None,
    };
    let (mut parts, mut cts, mut uploads) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for (slot, layers) in &envelopes.parts {
        let (name, body) = body(door, slot.kind, offer)?;
        let content = Content {
            head: BodyHead { name, media: None },
            len: u64::try_from(body.len()).map_err(Trouble::broken)?,
            bytes: body.as_slice(),
        };
        let mut ct = Vec::new();
        let sealed = address.seal(slot, layers, content, door.entropy.bytes(), &mut ct)?;
        let name = slot.part.as_str().to_owned();
        if goes_in_pieces(&sealed.part) {
            let token = &bidder.player.token;
            let id = upload(door, token, &sealed.part, &mut Cursor::new(&ct))?;
            uploads.insert(name, id);
        } else {
            cts.insert(name, base64::engine::general_purpose::STANDARD.encode(&ct));
        }
        parts.push(sealed.part);
    }
    let slots: Vec<Slot> = envelopes.parts.iter().map(|(slot, _)| slot.clone()).collect();
    let submit = address.submit(parts, &slots)?;
    let signed = bidder.key.sign_object(&submit)?;
    let body = json!({ "x": signed.x, "sig": signed.sig, "ct": cts, "uploads": uploads });
    let token = bidder.player.token.clone();
    let signed = door.post(&format!("/lots/{}/bids", envelopes.lot), &token, &body)?;
    let c = text(at(&signed, "/x"), "c")?;
    Ok(Ack { c, token })
}

/// What is sealed in a part of a kind: its name and its bytes.
fn body(door: &Door, kind: Kind, offer: &Offer) -> Done<(String, Vec<u8>)> {
    Ok(match kind {
        Kind::Draw => ("contribution".to_owned(), door.entropy.bytes::<32>().to_vec()),
        Kind::Docs => (
            "documents.pdf".to_owned(),
            b"%PDF-1.7 documents of the bid".to_vec(),
        ),
        Kind::Price => {
            let price = Price {
                total: offer.total,
                days: Some(90),
                quality: Some(offer.quality.clone()),
                manager: Some(offer.manager.clone()),
                note: String::new(),
            };
            ("price.json".to_owned(), price.bytes()?)
        }
    })
}

/// What a submission's acknowledgement names, and the token of whoever may fetch its receipt.
#[derive(Debug, Clone)]
pub struct Ack {
    /// c of the event.
    pub c: String,
    /// The bidder's token.
    pub token: String,
}

/// Checks the receipt of an acknowledged event against the tender's log policy, offline but for
/// fetching it.
pub fn check_receipt(door: &Door, project: &Project, ack: &Ack) -> Done<()> {
    let policy = door.bytes(&format!("/tenders/{}/log.policy", project.tender), "")?;
    let policy: Policy = String::from_utf8(policy).map_err(Trouble::broken)?.parse()?;
    let c = &ack.c;
    let receipt = door.bytes(&format!("/receipts/{c}"), &ack.token)?;
    let receipt = String::from_utf8(receipt).map_err(Trouble::broken)?;
    let receipt: crate::proof::receipt::Receipt = receipt.parse()?;
    receipt.check(&policy)?;
    let given = receipt.event().c(&receipt.extra.salt)?.to_hex();
    if given != *c {
        return Err(Trouble::broken(format!("the receipt of {c} is of {given}")));
    }
    Ok(())
}
