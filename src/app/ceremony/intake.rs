//! What holders and custodians post: announcements, acknowledgements, canary answers; and the freeze
//! by whoever posts the last.
//!
//! In: objects signed by the duties of `parties.json`, of any number of stages of one lot. Out: rows,
//! events on the tender's chain, frozen key sets. Never: an object of another duty's key, a recipient
//! announced twice on the platform, a key set frozen that its readers would refuse.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parties_of;
use crate::{
    app::{Answer, App, Ask, Error, contribution::invited},
    domain::{
        act::Act,
        actor::Actor,
        bytes::{Bytes, JsonText},
        ceremony::{Canary, CanaryRound, Ceremony, KeysetState, StageAck, StageKey},
        id::Id,
        refusal::{
            Refusal,
            ceremony::{
                ACK_UNFIT, ALREADY, CANARY_WRONG, KEYSET_UNFIT, NOT_ASKED, NOT_SIGNED, ONE_DUTY,
                RECIPIENT_USED,
            },
        },
        tender::Lot,
    },
    proof::{
        canary::{self, CanaryAnswer},
        canon::{Flaw, Hash, Object, Whole},
        ceremony::{SealAck, SealKey},
        keyset::Keyset,
        parties::Parties,
        sig::Signed,
    },
    store::{self, Fault, Row as _, Tx, tx::Payload},
};

/// What was taken of what was posted; what was there already is passed over.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Taken {
    /// How many objects were new.
    pub taken: usize,
    /// The stages frozen, or opened, by them.
    pub done: Vec<String>,
}

/// A lot and its ceremonies, as an intake sees them.
struct Open {
    lot: Lot,
    ceremonies: Vec<Ceremony>,
}

impl Open {
    async fn load(app: &App, lot: &Id) -> Answer<Self> {
        let lot = lot.clone();
        app.view(move |db| {
            let lot = Lot::find(db, lot.as_str())?.ok_or(Error::NotFound)?;
            let keysets = store::ceremony::of_lot(db, &lot.id)?;
            let ceremonies = store::ceremony::whole(db, keysets)?;
            Ok(Self { lot, ceremonies })
        })
        .await
    }

    fn stage(&self, stage: &str) -> Answer<&Ceremony> {
        let mut all = self.ceremonies.iter();
        all.find(|ceremony| ceremony.keyset.stage == stage)
            .ok_or_else(|| not_asked(stage).into())
    }

    fn chain(&self) -> String {
        self.lot.tender_id.0.clone()
    }
}

fn not_asked(stage: &str) -> Refusal {
    Refusal::new(&NOT_ASKED).fact("stage", stage)
}

fn not_signed(flaw: Flaw) -> Error {
    Refusal::new(&NOT_SIGNED).fact("why", flaw).into()
}

/// Reads an object that this duty must have signed.
pub(in crate::app) fn opened<T: Object>(signed: &Signed, parties: &Parties, duty: &str) -> Answer<T> {
    let key = parties.key(duty).map_err(not_signed)?;
    signed.open_by(&key).map_err(not_signed)
}

/// Reads an object before it is known who must have signed it.
pub(in crate::app) fn claimed<T: Object>(signed: &Signed) -> Answer<T> {
    T::from_value(&signed.x).map_err(not_signed)
}

/// The one duty of a request.
pub(in crate::app) fn one_duty(duties: BTreeSet<String>) -> Answer<String> {
    let mut duties = duties.into_iter();
    match (duties.next(), duties.next()) {
        (Some(duty), None) => Ok(duty),
        _ => Err((&ONE_DUTY).into()),
    }
}

/// The canonical text of a signed object, as it is kept.
pub(in crate::app) fn text(signed: &Signed) -> Answer<JsonText> {
    let bytes = String::from_utf8(signed.bytes()?).map_err(|e| Fault::new("signed", e))?;
    Ok(JsonText(bytes))
}

/// Reads a kept text back.
pub(in crate::app) fn signed(text: &JsonText) -> Answer<Signed> {
    let value: Value = text.get()?;
    Ok(Signed::from_value(&value)?)
}

/// The ceremony as it stands in the act, still called.
fn still_called(tx: &mut Tx<'_>, id: &Id) -> Answer<Ceremony> {
    let ceremony = store::ceremony::find(tx.db, id)?.ok_or(Error::NotFound)?;
    if ceremony.keyset.state == KeysetState::Called {
        Ok(ceremony)
    } else {
        Err(not_asked(&ceremony.keyset.stage).into())
    }
}

/// Announcements of one holder, `signed/1` of `seal.key/1`.
pub async fn announce(app: &App, lot: &Id, posted: Vec<Signed>) -> Answer<Taken> {
    let open = Open::load(app, lot).await?;
    let mut new = Vec::new();
    let mut duties = BTreeSet::new();
    for signed in posted {
        let key: SealKey = claimed(&signed)?;
        let ceremony = open.stage(key.stage.as_str())?;
        let key: SealKey = opened(&signed, &parties_of(&ceremony.keyset)?, key.duty.as_str())?;
        duties.insert(key.duty.to_string());
        let digest = signed.x_digest()?;
        match ceremony.key(key.duty.as_str()) {
            Some(known) if known.digest == digest.to_hex() => {}
            Some(_) => return Err(Refusal::new(&ALREADY).fact("duty", &key.duty).into()),
            None => {
                ceremony.keyset.check_key(&key)?;
                let sent = canary::make(&key.recipient, &app.entropy.bytes())?;
                new.push((ceremony.keyset.id.clone(), key, digest, signed, sent));
            }
        }
    }
    let duty = one_duty(duties)?;
    if new.is_empty() {
        return Ok(Taken::default());
    }
    let chain = open.chain();
    let ask = Ask::new(Actor::Holder(duty.clone()), Act::KeyAnnounced).on(chain.clone());
    app.act(ask, move |tx| {
        let (mut payloads, mut canaries) = (Vec::new(), Vec::new());
        let taken = new.len();
        for (keyset_id, key, digest, signed, sent) in new {
            let ceremony = still_called(tx, &keyset_id)?;
            if ceremony.key(&duty).is_some() {
                return Err(Refusal::new(&ALREADY).fact("duty", &duty).into());
            }
            insert_key(tx, &keyset_id, &key, &digest, &signed)?;
            payloads.push(Payload::object(format!("key.{}", key.stage), &signed)?);
            canaries.push(Canary {
                id: tx.id(),
                keyset_id,
                duty: duty.clone(),
                round: CanaryRound::Ceremony,
                key_digest: digest.to_hex(),
                nonce: sent.nonce.to_hex(),
                h: sent.h.to_hex(),
                ciphertext: Bytes(sent.ciphertext),
                sent_at: tx.now,
                answer: None,
                answered_at: None,
                alarmed_at: None,
            });
        }
        tx.record(&chain, Act::KeyAnnounced, payloads)?;
        for canary in &canaries {
            tx.insert(canary)?;
        }
        tx.record(&chain, Act::CanarySent, Vec::new())?;
        let done = Vec::new();
        Ok(Taken { taken, done })
    })
    .await
}

fn insert_key(tx: &mut Tx<'_>, keyset_id: &Id, key: &SealKey, digest: &Hash, signed: &Signed) -> Answer<()> {
    let row = StageKey {
        id: tx.id(),
        keyset_id: keyset_id.clone(),
        duty: key.duty.to_string(),
        digest: digest.to_hex(),
        recipient: key.recipient.to_text()?,
        signed: text(signed)?,
        announced_at: tx.now,
    };
    tx.insert(&row).map_err(|fault| {
        if fault.is_duplicate {
            Refusal::new(&RECIPIENT_USED)
                .fact("recipient", &row.recipient)
                .into()
        } else {
            Error::Fault(fault)
        }
    })
}

/// Acknowledgements of one custodian, `signed/1` of `seal.ack/1`.
pub async fn acknowledge(app: &App, lot: &Id, posted: Vec<Signed>) -> Answer<Taken> {
    let open = Open::load(app, lot).await?;
    let unfit = |why: &str| Error::from(Refusal::new(&ACK_UNFIT).fact("why", why));
    let mut new = Vec::new();
    let mut duties = BTreeSet::new();
    for signed in posted {
        let ack: SealAck = claimed(&signed)?;
        let ceremony = open.stage(ack.stage.as_str())?;
        let ack: SealAck = opened(&signed, &parties_of(&ceremony.keyset)?, ack.to.as_str())?;
        duties.insert(ack.to.to_string());
        let holder = ack.duty.as_str();
        if ceremony.ack(holder, ack.to.as_str()).is_some() {
            continue;
        }
        let key = ceremony
            .key(holder)
            .ok_or_else(|| not_asked(ack.stage.as_str()))?;
        let announced: SealKey = claimed(&self::signed(&key.signed)?)?;
        let named = (&ack.tender, &ack.lot, ack.key.to_hex());
        if named != (&announced.tender, &announced.lot, key.digest.clone()) {
            return Err(unfit("key"));
        }
        if announced.seat(&ack.to).ok() != Some(ack.i) {
            return Err(unfit("i"));
        }
        new.push((ceremony.keyset.id.clone(), ack, signed));
    }
    let duty = one_duty(duties)?;
    if new.is_empty() {
        return Ok(Taken::default());
    }
    let chain = open.chain();
    app.act(Ask::new(Actor::Holder(duty), Act::ShareAcknowledged), move |tx| {
        let (taken, mut payloads, mut touched) = (new.len(), Vec::new(), BTreeSet::new());
        for (keyset_id, ack, signed) in new {
            let ceremony = still_called(tx, &keyset_id)?;
            if ceremony.ack(ack.duty.as_str(), ack.to.as_str()).is_some() {
                return Err(Refusal::new(&ALREADY).fact("duty", &ack.to).into());
            }
            let row = StageAck {
                id: tx.id(),
                keyset_id: keyset_id.clone(),
                duty: ack.duty.to_string(),
                custodian: ack.to.to_string(),
                seat: i64::from(ack.i),
                signed: text(&signed)?,
                acknowledged_at: tx.now,
            };
            tx.insert(&row)?;
            payloads.push(Payload::object(
                format!("ack.{}.{}", ack.stage, ack.duty),
                &signed,
            )?);
            touched.insert(keyset_id);
        }
        tx.record(&chain, Act::ShareAcknowledged, payloads)?;
        let done = freeze(tx, &chain, touched)?;
        Ok(Taken { taken, done })
    })
    .await
}

/// Canary answers of one holder, `signed/1` of `canary.answer/1`.
pub async fn answer_canary(app: &App, lot: &Id, posted: Vec<Signed>) -> Answer<Taken> {
    let open = Open::load(app, lot).await?;
    let mut new = BTreeMap::new();
    let mut duties = BTreeSet::new();
    let (mut wrong, mut failed) = (None, Vec::new());
    for signed in posted {
        let answer: CanaryAnswer = claimed(&signed)?;
        let nonce = answer.nonce.to_hex();
        let mut all = open.ceremonies.iter();
        let found = all.find_map(|ceremony| {
            let mut canaries = ceremony.canaries.iter();
            let canary = canaries.find(|canary| canary.nonce == nonce)?;
            Some((ceremony, canary))
        });
        let (ceremony, canary) = found.ok_or_else(|| not_asked("canary"))?;
        let answer: CanaryAnswer = opened(&signed, &parties_of(&ceremony.keyset)?, &canary.duty)?;
        duties.insert(canary.duty.clone());
        if canary.answer.is_some() {
            continue;
        }
        if (answer.key.to_hex(), answer.h.to_hex()) != (canary.key_digest.clone(), canary.h.clone()) {
            wrong = Some(Refusal::new(&CANARY_WRONG).fact("duty", &canary.duty));
            failed.push(canary.id.clone());
        }
        new.insert(
            canary.id.clone(),
            (ceremony.keyset.stage.clone(), canary.round, signed),
        );
    }
    let duty = one_duty(duties)?;
    if new.is_empty() {
        return Ok(Taken::default());
    }
    let chain = open.chain();
    let ask = Ask::new(Actor::Holder(duty), Act::CanaryAnswered).on(chain.clone());
    let taken = app.act(ask, move |tx| {
        if let Some(wrong) = wrong {
            return Err(wrong.into());
        }
        let (taken, mut payloads, mut touched) = (new.len(), Vec::new(), BTreeSet::new());
        for (id, (stage, round, signed)) in new {
            let mut canary = Canary::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
            canary.answer = Some(text(&signed)?);
            canary.answered_at = Some(tx.now);
            tx.update(&canary)?;
            payloads.push(Payload::object(format!("canary.{stage}.{round}"), &signed)?);
            touched.insert(canary.keyset_id);
        }
        tx.record(&chain, Act::CanaryAnswered, payloads)?;
        let done = freeze(tx, &chain, touched)?;
        Ok(Taken { taken, done })
    });
    let taken = taken.await;
    if !failed.is_empty() {
        super::canary::raise(app, lot, failed).await?;
    }
    taken
}

/// Freezes those of the ceremonies that lack nothing any more; returns their stages.
fn freeze(tx: &mut Tx<'_>, chain: &str, touched: BTreeSet<Id>) -> Answer<Vec<String>> {
    let mut frozen = Vec::new();
    for id in touched {
        let ceremony = store::ceremony::find(tx.db, &id)?.ok_or(Error::NotFound)?;
        if ceremony.keyset.state == KeysetState::Called && ceremony.missing().is_empty() {
            let mut row = ceremony.keyset.clone();
            let (keyset, pack) = compose(&ceremony)?;
            let recorded = tx.record(
                chain,
                Act::KeysetFrozen,
                vec![Payload::object("keyset", &keyset)?],
            )?;
            row.digest = Some(keyset.digest()?.to_hex());
            row.pack = Some(pack);
            row.frozen_c = Some(recorded.c.to_hex());
            row.frozen_at = Some(tx.now);
            let next = if row.is_draw() {
                KeysetState::Frozen
            } else {
                KeysetState::Ready
            };
            row.go_on(next, tx.now);
            frozen.push(row);
        }
    }
    if frozen.is_empty() {
        return Ok(Vec::new());
    }
    // the row names the event of the freeze, so it is another event that seals the row
    for row in &frozen {
        tx.update(row)?;
        invited::tell(tx, row)?;
    }
    let stages: Vec<String> = frozen.into_iter().map(|row| row.stage).collect();
    let facts = Payload::facts("ceremony", "ceremony.ended/1", &json!({ "stages": stages }))?;
    tx.record(chain, Act::CeremonyEnded, vec![facts])?;
    Ok(stages)
}

/// The key set of a ceremony that lacks nothing, checked as its readers will, and the members of its
/// pack that are known already.
fn compose(ceremony: &Ceremony) -> Answer<(Keyset, JsonText)> {
    let parties = parties_of(&ceremony.keyset)?;
    let unfit = |flaw: Flaw| Refusal::new(&KEYSET_UNFIT).fact("why", flaw);
    let (mut keys, mut acks) = (Vec::new(), Vec::new());
    for layer in ceremony.keyset.plan() {
        let key = ceremony.key(&layer.duty).ok_or(Error::NotFound)?;
        keys.push(Whole(signed(&key.signed)?));
        let own = layer.to.iter().map(|to| {
            let ack = ceremony.ack(&layer.duty, to).ok_or(Error::NotFound)?;
            Ok(Whole(signed(&ack.signed)?))
        });
        acks.push(own.collect::<Answer<Vec<_>>>()?);
    }
    let keyset = Keyset::of(&parties, ceremony.keyset.grace_span, &keys, &acks).map_err(unfit)?;
    keyset.open(&parties, &keys, &acks).map_err(unfit)?;
    let pack = json!({ "keyset": Whole(keyset.clone()), "keys": keys, "acks": acks });
    Ok((keyset, JsonText::of(&pack)?))
}
