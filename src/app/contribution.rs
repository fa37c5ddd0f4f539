//! The duties' sealed contributions to the draws (protocols A.2, B.2).
//!
//! In: signed submissions of one draw part each, with their ciphertexts, of one duty for one lot.
//! Out: rows on chains of their own; a stage to which all three contributed is ready. Never: a
//! contribution taken once the list of bids, or of the draw, is fixed.

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
    store::{self, Fault, Row as _, Tx, tx::Payload},
};

/// A contribution as it is posted.
#[derive(Debug, Clone)]
pub struct Given {
    /// `signed/1` of the `bid.submit/1`.
    pub signed: Signed,
    /// The ciphertext of its part.
    pub ct: Vec<u8>,
}

struct Checked {
    keyset: Keyset,
    submit: Submit,
    digest: Hash,
    given: Given,
}

fn unfit(flaw: Flaw) -> Error {
    Refusal::new(&CONTRIBUTION_UNFIT).fact("why", flaw).into()
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
            let mut taken = Taken::default();
            for one in checked {
                take(tx, &lot, &duty, one, &mut taken)?;
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
    let not_asked = || Refusal::new(&NOT_ASKED).fact("stage", named.unwrap_or_default());
    let keyset = keyset.filter(|keyset| keyset.is_draw()).ok_or_else(not_asked)?;
    let digest = keyset.digest.as_deref().ok_or_else(not_asked)?;
    let slot = Slot::contribution(Token::new(keyset.stage.as_str())?, Hash::from_hex(digest)?);
    let submit = Submit::read(&given.signed.x, &[slot]).map_err(unfit)?;
    let duty = submit.bidder.as_str();
    let ours =
        (submit.tender.as_str(), submit.lot.as_str()) == (keyset.tender_id.as_str(), keyset.lot_id.as_str());
    require(ours && CONTRIBUTORS.contains(&duty), not_asked)?;
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

fn take(tx: &mut Tx<'_>, lot: &Lot, duty: &str, one: Checked, taken: &mut Taken) -> Answer<()> {
    let mut keyset = Keyset::find(tx.db, one.keyset.id.as_str())?.ok_or(Error::NotFound)?;
    let stage = keyset.stage.clone();
    require(is_in_time(lot, &keyset, tx.now), || {
        Refusal::new(&CONTRIBUTION_LATE)
    })?;
    let before = store::contribution::last(tx.db, &lot.id, &stage, duty)?;
    let before = before
        .map(|before| {
            let seq = u64::try_from(before.seq).map_err(|e| Flaw::new(e.to_string()))?;
            Ok::<_, Flaw>((seq, Hash::from_hex(&before.x_digest)?))
        })
        .transpose()?;
    follows(one.submit.seq, one.submit.prev, before).map_err(unfit)?;
    let chain = store::chain::begin(tx, &lot.id, duty, &stage)?;
    let row = Contribution {
        id: tx.id(),
        lot_id: lot.id.clone(),
        stage: stage.clone(),
        duty: duty.to_owned(),
        seq: i64::try_from(one.submit.seq).map_err(|e| Fault::new("seq", e))?,
        keyset: keyset.digest.clone().unwrap_or_default(),
        tx: chain.tx.clone(),
        x_digest: one.digest.to_hex(),
        signed: text(&one.given.signed)?,
        ct: Bytes(one.given.ct),
        submitted_at: tx.now,
    };
    tx.insert(&row)?;
    let given = store::contribution::of_stage(tx.db, &lot.id, &stage)?;
    let is_there = |duty: &&str| {
        let mut given = given.iter().filter(|given| given.duty == **duty);
        given.any(|given| Some(&given.keyset) == keyset.digest.as_ref())
    };
    if keyset.state == KeysetState::Frozen && CONTRIBUTORS.iter().all(is_there) {
        keyset.go_on(KeysetState::Ready, tx.now);
        tx.update(&keyset)?;
        taken.done.push(stage);
    }
    let payload = Payload::object("bid", &one.given.signed)?;
    tx.record(&chain.tx, Act::ContributionSubmitted, vec![payload])?;
    taken.taken += 1;
    Ok(())
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
