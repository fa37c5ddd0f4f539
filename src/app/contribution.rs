//! Sealed contributions to the draws (protocols A.2, B.2): the duties' own, and how one is kept, whoever
//! gave it.
//!
//! In: signed submissions of one draw part each, with their ciphertexts, of one duty for one lot.
//! Out: rows on chains of their own; a stage to which all three contributed is ready. Never: a
//! contribution taken once the list of bids, or of the draw, is fixed.

pub mod invited;

use std::collections::BTreeSet;

use super::{
    Answer, App, Ask, Error,
    ceremony::{
        Taken,
        intake::{one_duty, opened, text},
        parties_of,
    },
};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        bytes::Bytes,
        ceremony::{CONTRIBUTORS, Keyset, KeysetState},
        contribution::Contribution,
        id::Id,
        procedure::Stage,
        refusal::{
            Refusal,
            ceremony::{CONTRIBUTION_LATE, CONTRIBUTION_UNFIT, NOT_ASKED},
            require,
        },
        tender::Lot,
        time::Instant,
    },
    proof::{
        bid::{Slot, Submit, follows},
        canon::{Flaw, Hash, Token},
        measure::Measures,
        sig::Signed,
        stage::KeyStage,
    },
    store::{self, Db, Fault, Row as _, Tx, contribution::Counted, tx::Payload},
};

/// A contribution as it is posted.
#[derive(Debug, Clone)]
pub struct Given {
    /// `signed/1` of the `bid.submit/1`.
    pub signed: Signed,
    /// The ciphertext of its part.
    pub ct: Vec<u8>,
}

/// A contribution found sound: its form, its signature, its bytes.
struct Checked {
    keyset: Keyset,
    submit: Submit,
    digest: Hash,
    given: Given,
}

/// Whose contribution it is: as the frozen list names him, and as the chain in the journal does.
struct Giver<'a> {
    who: &'a str,
    subject: &'a str,
}

fn unfit(flaw: Flaw) -> Error {
    Refusal::new(&CONTRIBUTION_UNFIT).fact("why", flaw).into()
}

fn not_asked(stage: &str) -> Refusal {
    Refusal::new(&NOT_ASKED).fact("stage", stage)
}

/// The one part of a contribution to a draw whose keys are there.
fn slot_of(keyset: &Keyset) -> Answer<Slot> {
    let digest = keyset.digest.as_deref().filter(|_| keyset.is_draw());
    let digest = digest.ok_or_else(|| not_asked(&keyset.stage))?;
    Ok(Slot::contribution(
        Token::new(keyset.stage.as_str())?,
        Hash::from_hex(digest)?,
    ))
}

/// Takes contributions of one duty to draws of one lot.
pub async fn submit(app: &App, lot: &Id, posted: Vec<Given>) -> Answer<Taken> {
    let of = lot.clone();
    let keysets = app.view(move |db| Ok(store::ceremony::of_lot(db, &of)?)).await?;
    let mut checked = Vec::new();
    let mut duties = BTreeSet::new();
    for given in posted {
        let one = check(&keysets, given)?;
        duties.insert(one.submit.bidder.to_string());
        checked.push(one);
    }
    let duty = one_duty(duties)?;
    let lot = lot.clone();
    app.act(
        Ask::new(Actor::Holder(duty.clone()), Act::ContributionSubmitted),
        move |tx| {
            let lot = Lot::find(tx.db, lot.as_str())?.ok_or(Error::NotFound)?;
            let giver = Giver {
                who: &duty,
                subject: &duty,
            };
            let mut taken = Taken::default();
            for one in checked {
                let keyset = one.keyset.id.clone();
                let (chain, payload) = keep(tx, &lot, &giver, one)?;
                taken.done.extend(go_on(tx, &keyset)?);
                tx.record(&chain, Act::ContributionSubmitted, vec![payload])?;
                taken.taken += 1;
            }
            Ok(taken)
        },
    )
    .await
}

/// Everything that needs no writer: names, signature, form, bytes.
fn check(keysets: &[Keyset], given: Given) -> Answer<Checked> {
    let named = given.signed.x.get("parts").and_then(|parts| parts.get(0));
    let named = named.and_then(|part| part.get("hd")?.get("stage")?.as_str());
    let keyset = keysets.iter().find(|keyset| Some(keyset.stage.as_str()) == named);
    let keyset = keyset.ok_or_else(|| not_asked(named.unwrap_or_default()))?;
    let submit = Submit::read(&given.signed.x, &[slot_of(keyset)?]).map_err(unfit)?;
    let duty = submit.bidder.as_str();
    let ours =
        (submit.tender.as_str(), submit.lot.as_str()) == (keyset.tender_id.as_str(), keyset.lot_id.as_str());
    require(ours && CONTRIBUTORS.contains(&duty), || not_asked(&keyset.stage))?;
    opened::<Submit>(&given.signed, &parties_of(keyset)?, duty)?;
    let part = submit.part(&keyset.stage).map_err(unfit)?;
    let measures = Measures::of(given.ct.as_slice()).map_err(|e| Fault::new("measure", e))?;
    if !measures.fit(&part.hd.0) {
        return Err(unfit(Flaw::new("len, sha256 or chunks")));
    }
    Ok(Checked {
        keyset: keyset.clone(),
        digest: given.signed.x_digest()?,
        submit,
        given,
    })
}

/// The contribution before on the same chain: its number and digest.
fn before(db: &mut Db, lot: &Id, stage: &str, who: &str) -> Answer<Option<(u64, Hash)>> {
    let last = store::contribution::last(db, lot, stage, who)?;
    let named = last.map(|last| {
        let seq = u64::try_from(last.seq).map_err(|e| Flaw::new(e.to_string()))?;
        Ok::<_, Flaw>((seq, Hash::from_hex(&last.x_digest)?))
    });
    Ok(named.transpose()?)
}

/// Keeps a contribution, the next on its giver's chain; the list of the draw is still open. The chain and
/// the payload of the event, which the caller records.
fn keep(tx: &mut Tx<'_>, lot: &Lot, giver: &Giver<'_>, one: Checked) -> Answer<(String, Payload)> {
    let keyset = Keyset::find(tx.db, one.keyset.id.as_str())?.ok_or(Error::NotFound)?;
    require(is_in_time(lot, &keyset, tx.now), || {
        Refusal::new(&CONTRIBUTION_LATE)
    })?;
    let before = before(tx.db, &lot.id, &keyset.stage, giver.who)?;
    follows(one.submit.seq, one.submit.prev, before).map_err(unfit)?;
    let chain = store::chain::begin(tx, &lot.id, giver.subject, &keyset.stage)?;
    let payload = Payload::object("bid", &one.given.signed)?;
    let row = Contribution {
        id: tx.id(),
        lot_id: lot.id.clone(),
        stage: keyset.stage,
        who: giver.who.to_owned(),
        seq: i64::try_from(one.submit.seq).map_err(|e| Fault::new("seq", e))?,
        keyset: keyset.digest.unwrap_or_default(),
        tx: chain.tx.clone(),
        x_digest: one.digest.to_hex(),
        signed: text(&one.given.signed)?,
        ct: Bytes(one.given.ct),
        submitted_at: tx.now,
    };
    tx.insert(&row)?;
    Ok((chain.tx, payload))
}

/// Where nothing is missing any more to a draw, it is ready; the stage, if it is so now.
fn go_on(tx: &mut Tx<'_>, keyset: &Id) -> Answer<Option<String>> {
    let mut keyset = Keyset::find(tx.db, keyset.as_str())?.ok_or(Error::NotFound)?;
    let given = store::contribution::counted(tx.db, &keyset.lot_id)?;
    let is_there = |duty: &&str| {
        let of = |given: &&Counted| given.stage == keyset.stage && given.who == **duty;
        let mut given = given.iter().filter(of);
        given.any(|given| Some(&given.keyset) == keyset.digest.as_ref())
    };
    if keyset.state != KeysetState::Frozen || !CONTRIBUTORS.iter().all(is_there) {
        return Ok(None);
    }
    keyset.go_on(KeysetState::Ready, tx.now);
    tx.update(&keyset)?;
    Ok(Some(keyset.stage))
}

/// Until the deadline for what the list of bids names; else until the keys are asked for.
fn is_in_time(lot: &Lot, keyset: &Keyset, now: Instant) -> bool {
    let is_open = matches!(keyset.state, KeysetState::Frozen | KeysetState::Ready);
    if keyset.is_of(KeyStage::is_listed) {
        let is_before = lot.closes_at.is_none_or(|closes_at| now < closes_at);
        return is_open && is_before && matches!(lot.stage, Stage::Draft | Stage::Open);
    }
    is_open
}
