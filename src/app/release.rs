//! Releases: what holders and custodians are given to judge, and what they give out (protocols A.6).
//!
//! In: `stage.release/1` and `share.release/1`. Out: rows, events, and once every layer has its
//! identity a lot that goes on. Never: a release taken that is not the layer's, for another event, or
//! of another signer; the wrong ones are refused by name and stay in the journal.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    ceremony::{
        self, Taken,
        intake::{claimed, opened, signed, text},
        parties_of,
    },
    complaint, draw,
    journal::proofs,
};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        ceremony::{Keyset, KeysetState},
        id::Id,
        refusal::{
            Refusal,
            ceremony::{NOT_ASKED, RELEASE_WRONG, SHARE_WRONG},
        },
        release::Release,
        tender::Lot,
    },
    proof::{
        canon::{Base64, Flaw, Hash, Object as _, Token, Whole},
        chain::Row,
        complaint::Complaint,
        draw::Frozen,
        keyset::StageKeys,
        parties::Parties,
        release::{Opening, ShareRelease, StageRelease, Task},
        sig::Signed,
        stage::KeyStage,
    },
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// A part that a client has to have in hand before it releases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The submission, signed.
    pub signed: Whole<Signed>,
    /// The part.
    pub part: Token,
    /// Its ciphertext.
    pub ct: Base64,
}

/// What the public sees of a stage, beside the task: parts and lists, checked by the client itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The `price` or `draw` parts of every effective submission; none for `docs`.
    pub held: Vec<Held>,
    /// `[draw id, attempt, items]` of the draws of experts: what an award is drawn from the client
    /// takes from the public papers of the chain.
    pub displayed: Vec<(Token, u64, Vec<Token>)>,
    /// The complaints filed about the list of bids.
    pub complaints: Vec<Complaint>,
    /// The releases made so far.
    pub releases: Vec<Whole<Signed>>,
}

async fn due(app: &App, lot: &Id, stage: &str) -> Answer<(Lot, Keyset)> {
    let (lot, stage) = (lot.clone(), stage.to_owned());
    app.view(move |db| {
        let lot = Lot::find(db, lot.as_str())?.ok_or(Error::NotFound)?;
        let keyset = store::ceremony::of_stage(db, &lot.id, &stage)?.ok_or(Error::NotFound)?;
        if matches!(keyset.state, KeysetState::Due | KeysetState::Opened) {
            return Ok((lot, keyset));
        }
        Err(Refusal::new(&NOT_ASKED).fact("stage", &stage).into())
    })
    .await
}

/// The task of a stage whose keys are asked for; `None` while the journal's witness is waited for.
pub async fn task(app: &App, lot: &Id, stage: &str) -> Answer<Option<Task>> {
    let (lot, keyset) = due(app, lot, stage).await?;
    let journal = app.journal.clone();
    app.view(move |db| {
        let Some(pack) = ceremony::pack(db, &journal, &keyset)? else {
            return Ok(None);
        };
        let draws = store::draw::of_stage(db, &lot.id, &keyset.stage)?;
        // what the items of an award draw follow from
        let [opening, report] = ["opening", "report"].map(|paper| format!("{paper}.{}", lot.id));
        let papers: &[&str] = if keyset.is_draw() {
            &["notice", "opened", &opening, &report, "qualified"]
        } else {
            &[]
        };
        let rows = rows(db, &lot, papers)?;
        let (mut receipts, mut named) = (Vec::new(), Vec::new());
        if let Some((c, _)) = super::bid::closing::list(db, &lot)?
            && !keyset.is_of(KeyStage::is_before_bids)
        {
            named.push(c);
        }
        if let Some(Row::Shown(last)) = rows.last() {
            named.push(last.check()?);
        }
        named.dedup();
        for c in named {
            let Some(receipt) = journal.receipt(db, &c)? else {
                return Ok(None);
            };
            receipts.push(receipt);
        }
        let draws = draws.into_iter().map(|draw| Token::new(draw.draw_id));
        Ok(Some(Task {
            pack: Whole(pack),
            draws: draws.collect::<Result<_, _>>()?,
            rows,
            receipts,
        }))
    })
    .await
}

/// The tender's chain from its publication to the last event that a release rests on, with the papers
/// that it is judged by and those asked for.
pub(super) fn rows(db: &mut Db, lot: &Lot, papers: &[&str]) -> Answer<Vec<Row>> {
    let own = |k: &str, label: &str| {
        let rest = k
            .strip_prefix(label)
            .and_then(|rest| rest.strip_prefix(lot.id.as_str()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let labels = ["parts.", "deadline.", "closed.", "frozen."];
    let rests =
        |k: &str| matches!(k, "custody" | "decision" | "beacon") || labels.iter().any(|label| own(k, label));
    let wants = |k: &str| rests(k) || papers.contains(&k);
    let published = store::journal::chain_from(db, lot.tender_id.as_str(), 0)?
        .into_iter()
        .find(|event| event.act == Act::TenderPublished.name());
    let from = published.map_or(Ok(0), |event| u64::try_from(event.n));
    let from = from.map_err(|e| Flaw::new(e.to_string()))?;
    let mut rows = proofs::disclosure(db, lot.tender_id.as_str(), from, &wants)?;
    let rests_on = |row: &Row| match row {
        Row::Shown(shown) => {
            let mut labels = shown.pay.iter().map(|pay| pay.k.as_str());
            labels.any(|k| rests(k) && !k.starts_with("parts."))
        }
        Row::Erased(_) => false,
    };
    let last = rows.iter().rposition(rests_on).map_or(0, |at| at + 1);
    rows.truncate(last);
    Ok(rows)
}

/// What a client fetches and checks beside the task.
pub async fn shown(app: &App, lot: &Id, stage: &str) -> Answer<Shown> {
    let (lot, keyset) = due(app, lot, stage).await?;
    app.view(move |db| {
        let mut displayed = Vec::new();
        for draw in store::draw::of_stage(db, &lot.id, &keyset.stage)? {
            if !keyset.is_of(KeyStage::is_before_bids) {
                continue;
            }
            let frozen = Frozen::from_bytes(draw.frozen.0.as_bytes())?;
            displayed.push((frozen.draw, frozen.attempt, frozen.items));
        }
        let releases = store::release::of_keyset(db, &keyset.id)?;
        let releases = releases.iter().map(|release| Ok(Whole(signed(&release.signed)?)));
        Ok(Shown {
            held: held(db, &lot, &keyset)?,
            displayed,
            complaints: complaint::of_lot(db, &lot.id)?,
            releases: releases.collect::<Answer<_>>()?,
        })
    })
    .await
}

fn held(db: &mut Db, lot: &Lot, keyset: &Keyset) -> Answer<Vec<Held>> {
    let mut held = Vec::new();
    if keyset.is_draw() {
        for given in draw::contributions(db, lot, keyset.stage.parse()?)? {
            held.push(Held {
                signed: Whole(given.signed),
                part: given.part.hd.0.part,
                ct: Base64(given.ct),
            });
        }
    } else if keyset.is_of(|stage| stage == KeyStage::PRICE) {
        for bid in store::bid::effective(db, &lot.id)? {
            for part in bid.parts.into_iter().filter(|part| part.stage == keyset.stage) {
                if let Some(ct) = part.ct {
                    held.push(Held {
                        signed: Whole(bid.signed.clone()),
                        part: Token::new(part.part)?,
                        ct: Base64(ct.0),
                    });
                }
            }
        }
    }
    Ok(held)
}

/// A posted release, judged: who signed for which layer, and the identity if it gives one.
struct Judged {
    duty: Token,
    signer: Token,
    signed: Signed,
    wrong: Option<Refusal>,
}

fn judge(keyset: &Keyset, keys: &StageKeys, parties: &Parties, posted: Signed) -> Answer<Judged> {
    let opening = Opening {
        keys,
        event: Hash::from_hex(keyset.for_c.as_deref().unwrap_or_default())?,
        parties,
    };
    let t = posted.x.get("t").and_then(serde_json::Value::as_str);
    let (duty, signer, flaw, reason) = if t == Some(StageRelease::T) {
        let release: StageRelease = claimed(&posted)?;
        let release: StageRelease = opened(&posted, parties, release.duty.as_str())?;
        let flaw = keys
            .key(&release.duty)
            .and_then(|key| opening.identity(key, &posted))
            .err();
        (release.duty.clone(), release.duty, flaw, &RELEASE_WRONG)
    } else {
        let release: ShareRelease = claimed(&posted)?;
        let seat = usize::from(release.i).checked_sub(1);
        let key = keys.key(&release.duty);
        let custodian = key.as_ref().ok().and_then(|key| key.escrow.to.get(seat?));
        let signer = custodian
            .cloned()
            .ok_or_else(|| Refusal::new(&NOT_ASKED).fact("stage", &keyset.stage))?;
        opened::<ShareRelease>(&posted, parties, signer.as_str())?;
        let flaw = key.and_then(|key| opening.share(key, &posted)).err();
        (release.duty, signer, flaw, &SHARE_WRONG)
    };
    let wrong = flaw.map(|why| Refusal::new(reason).fact("duty", &signer).fact("why", why));
    Ok(Judged {
        duty,
        signer,
        signed: posted,
        wrong,
    })
}

/// Takes one release of a holder, or one share of a custodian.
pub async fn take(app: &App, lot: &Id, stage: &str, posted: Signed) -> Answer<Taken> {
    let (lot, keyset) = due(app, lot, stage).await?;
    let parties = parties_of(&keyset)?;
    let keys = ceremony::stage_keys(&keyset, &parties)?;
    let judged = judge(&keyset, &keys, &parties, posted)?;
    let act = if judged.duty == judged.signer {
        Act::KeyReleased
    } else {
        Act::ShareReleased
    };
    let ask = Ask::new(Actor::Holder(judged.signer.to_string()), act).on(lot.tender_id.as_str());
    app.act(ask, move |tx| {
        if let Some(wrong) = judged.wrong {
            return Err(wrong.into());
        }
        let before = store::release::of_keyset(tx.db, &keyset.id)?;
        let (duty, signer) = (judged.duty.to_string(), judged.signer.to_string());
        if before.iter().any(|r| (&r.duty, &r.signer) == (&duty, &signer)) {
            return Err(Refusal::new(&NOT_ASKED).fact("stage", &keyset.stage).into());
        }
        let identity = identity(&keyset, &keys, &parties, &judged.duty, &before, &judged.signed)?;
        let row = Release {
            id: tx.id(),
            keyset_id: keyset.id.clone(),
            duty,
            signer,
            for_c: keyset.for_c.clone().unwrap_or_default(),
            signed: text(&judged.signed)?,
            released_at: tx.now,
            identity,
        };
        tx.insert(&row)?;
        let done = proceed(tx, &lot.id, &keyset.id)?;
        let payload = Payload::object("release", &judged.signed)?;
        tx.record(lot.tender_id.as_str(), act, vec![payload])?;
        Ok(Taken { taken: 1, done })
    })
    .await
}

/// The layer's identity, if this release gives it or completes its recovery and no other did before.
fn identity(
    keyset: &Keyset,
    keys: &StageKeys,
    parties: &Parties,
    duty: &Token,
    before: &[Release],
    posted: &Signed,
) -> Answer<Option<String>> {
    let layer = before.iter().filter(|release| release.duty == duty.as_str());
    if layer.clone().any(|release| release.identity.is_some()) {
        return Ok(None);
    }
    let mut all: Vec<Signed> = layer
        .map(|release| signed(&release.signed))
        .collect::<Answer<_>>()?;
    all.push(posted.clone());
    let opening = Opening {
        keys,
        event: Hash::from_hex(keyset.for_c.as_deref().unwrap_or_default())?,
        parties,
    };
    let found = opening.layer(keys.key(duty)?, &all);
    Ok(found
        .map(|identity| identity.to_text())
        .transpose()?
        .map(|text| text.to_string()))
}

/// Once every layer has its identity, the stage is open and the lot goes on.
fn proceed(tx: &mut Tx<'_>, lot: &Id, keyset: &Id) -> Answer<Vec<String>> {
    let mut keyset = Keyset::find(tx.db, keyset.as_str())?.ok_or(Error::NotFound)?;
    let all = store::release::identities(tx.db, lot, &keyset.stage)?;
    if all.is_none() || keyset.state != KeysetState::Due {
        return Ok(Vec::new());
    }
    keyset.go_on(KeysetState::Opened, tx.now);
    keyset.opened_at = Some(tx.now);
    tx.update(&keyset)?;
    let mut lot = Lot::find(tx.db, lot.as_str())?.ok_or(Error::NotFound)?;
    lot.wake(tx.now);
    tx.update(&lot)?;
    Ok(vec![keyset.stage])
}
