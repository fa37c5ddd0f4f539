//! Canaries before the deadline: a day and an hour ahead every holder is asked to show that its saved
//! keys still open, and who does not is reported (protocols A.3).
//!
//! In: a lot that takes bids, an instant. Out: canaries sent once per round; an alarm to the centre and
//! the bureau for each that is not answered in time or answered wrongly. Never: an alarm said twice.

use serde_json::json;

use crate::{
    app::{Answer, App, Ask, Error, message},
    domain::{
        act::Act,
        actor::Role,
        bytes::Bytes,
        ceremony::{Canary, CanaryRound, Keyset, KeysetState},
        id::Id,
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{canary, canon::Object as _, ceremony::SealKey},
    store::{self, Db, Row as _, Tx, tx::Payload},
};

use super::intake::signed;

/// A canary to be sent: the key set, the holder's duty, its key.
type Owed = (Keyset, String, SealKey);

/// Sends what the lot's round is due by now, and reports what is overdue.
pub async fn tend(app: &App, lot: &Lot, now: Instant) -> Answer<()> {
    let Some(round) = lot.canary_round(now) else {
        return Ok(());
    };
    let of = lot.clone();
    let (owed, late) = app
        .view(move |db| Ok((owed(db, &of, round)?, overdue(db, &of, now)?)))
        .await?;
    if !owed.is_empty() {
        send(app, lot, round, owed).await?;
    }
    if !late.is_empty() {
        raise(app, &lot.id, late).await?;
    }
    Ok(())
}

/// The keys of the lot that got no canary of this round.
fn owed(db: &mut Db, lot: &Lot, round: CanaryRound) -> Answer<Vec<Owed>> {
    let keysets = store::ceremony::of_lot(db, &lot.id)?;
    let mut owed = Vec::new();
    for ceremony in store::ceremony::whole(db, keysets)? {
        let state = ceremony.keyset.state;
        if !matches!(state, KeysetState::Frozen | KeysetState::Ready) {
            continue;
        }
        for key in &ceremony.keys {
            let mut sent = ceremony.canaries.iter();
            if !sent.any(|canary| canary.duty == key.duty && canary.round == round) {
                let announced = SealKey::from_value(&signed(&key.signed)?.x)?;
                owed.push((ceremony.keyset.clone(), key.duty.clone(), announced));
            }
        }
    }
    Ok(owed)
}

async fn send(app: &App, lot: &Lot, round: CanaryRound, owed: Vec<Owed>) -> Answer<()> {
    let mut made = Vec::new();
    for (keyset, duty, key) in owed {
        let sent = canary::make(&key.recipient, &app.entropy.bytes())?;
        made.push((keyset.id, duty, key.digest()?, sent));
    }
    let (chain, entropy) = (lot.tender_id.clone(), app.entropy.clone());
    app.act(Ask::clock(Act::CanarySent), move |tx| {
        for (keyset_id, duty, digest, sent) in made {
            tx.insert(&Canary {
                id: entropy.id(),
                keyset_id,
                duty,
                round,
                key_digest: digest.to_hex(),
                nonce: sent.nonce.to_hex(),
                h: sent.h.to_hex(),
                ciphertext: Bytes(sent.ciphertext),
                sent_at: tx.now,
                answer: None,
                answered_at: None,
                alarmed_at: None,
            })?;
        }
        tx.record(chain.as_str(), Act::CanarySent, Vec::new())?;
        Ok(())
    })
    .await
}

/// The canaries of the lot that nobody answered in time and nobody was told of.
fn overdue(db: &mut Db, lot: &Lot, now: Instant) -> Answer<Vec<Id>> {
    let mut late = Vec::new();
    for keyset in store::ceremony::of_lot(db, &lot.id)? {
        let canaries = store::ceremony::canaries(db, &keyset.id)?;
        late.extend(canaries.into_iter().filter(|canary| canary.is_overdue(now)));
    }
    Ok(late.into_iter().map(|canary| canary.id).collect())
}

/// Tells the centre and the bureau of the region that these canaries failed; each once.
pub async fn raise(app: &App, lot: &Id, failed: Vec<Id>) -> Answer<()> {
    let lot = lot.clone();
    app.act(Ask::clock(Act::CanaryFailed), move |tx| {
        let lot = Lot::find(tx.db, lot.as_str())?.ok_or(Error::NotFound)?;
        let mut told = Vec::new();
        for id in failed {
            let mut canary = Canary::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
            if canary.alarmed_at.is_none() && canary.answer.is_none() {
                canary.alarmed_at = Some(tx.now);
                tx.update(&canary)?;
                let keyset = Keyset::find(tx.db, canary.keyset_id.as_str())?.ok_or(Error::NotFound)?;
                told.push((canary.duty, keyset.stage));
            }
        }
        if !told.is_empty() {
            alarm(tx, &lot, &told)?;
        }
        let facts = json!({ "lot": lot.id, "failed": told });
        let payload = Payload::facts("failed", "canary.failed/1", &facts)?;
        tx.record(lot.tender_id.as_str(), Act::CanaryFailed, vec![payload])?;
        Ok(())
    })
    .await
}

fn alarm(tx: &mut Tx<'_>, lot: &Lot, failed: &[(String, String)]) -> Answer<()> {
    let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    let keys: Vec<String> = failed
        .iter()
        .map(|(duty, stage)| format!("{duty} {stage}"))
        .collect();
    let keys = keys.join(", ");
    let title = tender.title_of(lot);
    let facts = [("name", title.as_str()), ("keys", keys.as_str())];
    let duty = failed.first().map_or("op", |(duty, _)| duty);
    let link = format!("/duties/{duty}/board");
    let roles = [Role::CentreOperator, Role::CentreHead, Role::Supervisor];
    message::tell_staff(tx, &tender, &roles, ("hold-canary-failed", &facts, &link))
}
