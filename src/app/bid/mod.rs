//! Sealed bids: submitted, replaced and withdrawn until the deadline; signed in to the opening.
//!
//! In: what a bidder's client made and signed. Out: the acknowledgement, from which the receipt
//! follows. Never: a look inside, a word to anybody about how many there are. Signatures, hashes
//! and the outer form are checked before the queue; the writer only decides and writes.

pub mod closing;
pub mod mine;
pub mod sealing;
pub mod upload;

pub use mine::{Mine, mine};

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, App, Ask, Error};
use crate::{
    domain::{
        account::Organisation,
        act::Act,
        actor::Role,
        bid::{self, Bid, BidAct, BidPart, BidState, Past},
        bytes::{Bytes, JsonText},
        id::Id,
        refusal::{Refusal, bid as reason},
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        bid::{Kind, Part, Slot, Submit, Withdraw},
        canon::{Base64, Flaw, Hash, Object as _, ensure},
        envelope::check_header,
        measure::Measures,
        sig::{Sig, Signed},
    },
    store::{
        self, Db, Fault, Row as _, Tx,
        tx::{Payload, Recorded},
    },
};

/// Parts up to this many bytes may come inside the submission and lie in the database.
pub const SMALL: usize = 256 << 10;

/// The longest envelope of a part, bytes: it holds one key in a few layers, some 0.6 kB (protocols A.4).
const ENVELOPE_MAX: usize = 16 << 10;
/// The longest ciphertext of a contribution, bytes: it holds 32 random bytes and a name.
const DRAW_MAX: u64 = 4 << 10;

/// A submission as sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// `bid.submit/1`.
    #[schema(value_type = Object)]
    pub x: Value,
    /// `sig/1` over it.
    #[schema(value_type = Object)]
    pub sig: Value,
    /// Parts uploaded before, by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub uploads: BTreeMap<String, Id>,
    /// Small parts, base64, by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub ct: BTreeMap<String, Base64>,
}

/// A withdrawal as sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SentWithdrawal {
    /// `bid.withdraw/1`.
    #[schema(value_type = Object)]
    pub x: Value,
    /// `sig/1` over it.
    #[schema(value_type = Object)]
    pub sig: Value,
}

/// A submission that passed everything that needs no table.
pub(in crate::app) struct Checked {
    pub(in crate::app) signed: Signed,
    pub(in crate::app) kid: String,
    pub(in crate::app) digest: Hash,
    pub(in crate::app) submit: Submit,
    pub(in crate::app) parts: Vec<(String, String, Option<Bytes>, String)>,
}

fn flawed(why: &'static crate::domain::refusal::Reason, flaw: &Flaw) -> Error {
    Refusal::new(why).fact("flaw", flaw).into()
}

fn open_signature(x: &Value, sig: &Value) -> Answer<(Signed, String)> {
    let verified = Sig::from_value(sig).and_then(|s| s.verify(x));
    let key = verified.map_err(|flaw| flawed(&reason::SIGNATURE, &flaw))?;
    Ok((
        Signed {
            x: x.clone(),
            sig: sig.clone(),
        },
        key.kid().to_hex(),
    ))
}

/// The bidder's organisation, for which the asker may sign.
pub fn bidder_of(db: &mut Db, ask: &Ask) -> Answer<Organisation> {
    let id = ask.actor.organisation(Role::Bidder).ok_or(Error::Forbidden)?;
    Organisation::find(db, id.as_str())?.ok_or(Error::NotFound)
}

/// A lot that is public.
pub fn public_lot(db: &mut Db, id: &str) -> Answer<Lot> {
    let lot = Lot::find(db, id)?.filter(|lot| lot.issued_at.is_some());
    lot.ok_or(Error::NotFound)
}

impl App {
    /// Takes a sealed bid; the answer is its acknowledgement (`signed/1` of `ack/1`).
    pub async fn submit_bid(
        &self,
        ask: Ask,
        lot: String,
        sent: Sent,
        received_at: Instant,
    ) -> Answer<Signed> {
        let asked = ask.clone();
        let organisation = self.view(move |db| bidder_of(db, &asked)).await?;
        // who comes late is told so and recorded, whatever is wrong with the rest: the writer decides
        let checked = self.checked(&ask, lot.clone(), sent).await;
        let (recorded, x): (Recorded, Hash) = self
            .act(ask.received_at(received_at), move |tx| {
                submit(tx, &lot, &organisation, checked)
            })
            .await?;
        self.ack(&recorded, x)
    }

    /// Checks a submission before its act: what needs the lot's key sets and the uploads, and then
    /// everything that needs no table.
    async fn checked(&self, ask: &Ask, lot: String, sent: Sent) -> Answer<Checked> {
        let account = ask.actor.token().to_owned();
        let (required, sent, uploads) = self
            .view(move |db| {
                let lot = public_lot(db, &lot)?;
                let required = store::ceremony::parts(db, &lot)?.parts;
                let mut found = BTreeMap::new();
                for (part, upload) in &sent.uploads {
                    let upload = store::upload::complete(db, upload, &lot.id, &account)?;
                    let upload = upload.ok_or_else(|| Refusal::new(&reason::UPLOAD).fact("part", part))?;
                    found.insert(part.clone(), upload);
                }
                Ok((required, sent, found))
            })
            .await?;
        tokio::task::spawn_blocking(move || check(&sent, &required, &uploads))
            .await
            .map_err(|e| Fault::new("check", e))?
    }

    /// Takes a withdrawal; the answer is its acknowledgement.
    pub async fn withdraw_bid(
        &self,
        ask: Ask,
        lot: String,
        sent: SentWithdrawal,
        received_at: Instant,
    ) -> Answer<Signed> {
        let sent = withdrawal(&sent);
        let asked = ask.clone();
        let organisation = self.view(move |db| bidder_of(db, &asked)).await?;
        let (recorded, x): (Recorded, Hash) = self
            .act(ask.received_at(received_at), move |tx| {
                let lot = public_lot(tx.db, &lot)?;
                bid::in_time(&lot, tx.now)?;
                let (signed, kid, withdraw) = sent?;
                let x = signed.x_digest()?;
                belongs(
                    &lot,
                    &organisation,
                    [&withdraw.tender, &withdraw.lot, &withdraw.bidder],
                )?;
                let rows = store::bid::of_bidder(tx.db, &lot.id, &organisation.code)?;
                let past = Past::of(&rows);
                bid::can_withdraw(&past)?;
                bid::follows(&past, withdraw.seq, Some(withdraw.prev), &kid)?;
                must_be_in_force(tx.db, &organisation, &kid)?;
                supersede(tx, &rows, BidState::Withdrawn)?;
                let row = Row {
                    lot: &lot,
                    organisation: &organisation,
                    act: BidAct::Withdrawal,
                    seq: withdraw.seq,
                    kid,
                };
                let state = BidState::Withdrawn;
                let recorded = keep(tx, row, signed, Act::BidWithdrawn, state, Vec::new())?;
                Ok((recorded, x))
            })
            .await?;
        self.ack(&recorded, x)
    }

    /// A bidder signs in to the opening (在线签到), from two hours before the deadline until the opening
    /// is published; a second time changes nothing.
    pub async fn sign_in_to_opening(&self, ask: Ask, lot: String) -> Answer<Recorded> {
        let asked = ask.clone();
        let organisation = self.view(move |db| bidder_of(db, &asked)).await?;
        let actor = ask.actor.token().to_owned();
        self.act(ask, move |tx| {
            let lot = public_lot(tx.db, &lot)?;
            bid::can_sign_in(&lot, tx.now)?;
            let chain = store::chain::begin(tx, &lot.id, &organisation.code, "")?;
            if store::bid::signed_in(tx.db, &lot.id, &organisation.id)?.is_none() {
                tx.insert(&bid::SignIn {
                    id: tx.id(),
                    lot_id: lot.id.clone(),
                    organisation_id: organisation.id.clone(),
                    account_id: Id(actor),
                    signed_in_at: tx.now,
                })?;
            }
            Ok(tx.record(&chain.tx, Act::BidderSignedIn, Vec::new())?)
        })
        .await
    }
}

/// Everything about a submission that needs no table: signature, form, key sets, ciphertexts.
pub(in crate::app) fn check(
    sent: &Sent,
    required: &[Slot],
    uploads: &BTreeMap<String, store::upload::Upload>,
) -> Answer<Checked> {
    let (signed, kid) = open_signature(&sent.x, &sent.sig)?;
    let submit = Submit::read(&sent.x, required).map_err(|flaw| flawed(&reason::FORM, &flaw))?;
    let mut parts = Vec::new();
    for part in &submit.parts {
        let name = part.hd.0.part.as_str();
        let refused = |flaw: &Flaw| Refusal::new(&reason::PART).fact("part", name).fact("flaw", flaw);
        let ct = match (sent.ct.get(name), uploads.get(name)) {
            (Some(ct), None) => Some(check_small(part, &ct.0).map_err(|flaw| refused(&flaw))?),
            // holders are shown these themselves before they release, so they are small and at hand
            (None, Some(_)) if part.hd.0.kind != Kind::Docs => {
                let small =
                    Flaw::new("a price or a contribution is sent with the submission, at most 256 KiB");
                return Err(refused(&small).into());
            }
            (None, Some(upload)) => {
                let fits = upload.sha256 == part.hd.0.sha256.to_hex()
                    && upload.chunks == part.hd.0.chunks.to_hex()
                    && u64::try_from(upload.len) == Ok(part.hd.0.len);
                ensure(fits, "the upload is of other bytes").map_err(|flaw| refused(&flaw))?;
                None
            }
            (Some(_), Some(_)) | (None, None) => {
                return Err(refused(&Flaw::new("exactly one of ct and uploads must bring it")).into());
            }
        };
        let fits =
            part.env.0.len() <= ENVELOPE_MAX && (part.hd.0.kind != Kind::Draw || part.hd.0.len <= DRAW_MAX);
        ensure(
            fits,
            "longer than an envelope (16 KiB) or a contribution (4 KiB) can be",
        )
        .map_err(|flaw| refused(&flaw))?;
        check_header(part.env.0.as_slice()).map_err(|flaw| refused(&flaw))?;
        parts.push((
            name.to_owned(),
            part.hd.0.stage.to_string(),
            ct,
            part.hd.0.sha256.to_hex(),
        ));
    }
    let known = |name: &&String| {
        submit
            .parts
            .iter()
            .any(|part| part.hd.0.part.as_str() == name.as_str())
    };
    if let Some(extra) = sent
        .ct
        .keys()
        .chain(sent.uploads.keys())
        .find(|name| !known(name))
    {
        return Err(Refusal::new(&reason::PART)
            .fact("part", extra)
            .fact("flaw", "no such part")
            .into());
    }
    Ok(Checked {
        digest: signed.x_digest()?,
        signed,
        kid,
        submit,
        parts,
    })
}

/// A withdrawal with its signature and the name of the key that made it.
fn withdrawal(sent: &SentWithdrawal) -> Answer<(Signed, String, Withdraw)> {
    let (signed, kid) = open_signature(&sent.x, &sent.sig)?;
    let withdraw = Withdraw::from_value(&sent.x).map_err(|flaw| flawed(&reason::FORM, &flaw))?;
    Ok((signed, kid, withdraw))
}

fn check_small(part: &Part, ct: &[u8]) -> Result<Bytes, Flaw> {
    ensure(ct.len() <= SMALL, "larger than 256 KiB: upload it in pieces")?;
    let measures = Measures::of(ct).map_err(|e| Flaw::new(e.to_string()))?;
    ensure(measures.fit(&part.hd.0), "the bytes are not those of the head")?;
    check_header(ct)?;
    Ok(Bytes(ct.to_vec()))
}

/// Refuses what names another lot or bidder.
pub(in crate::app) fn belongs(
    lot: &Lot,
    organisation: &Organisation,
    [tender, of, bidder]: [&crate::proof::canon::Token; 3],
) -> Answer<()> {
    let is_ours = tender.as_str() == lot.tender_id.as_str()
        && of.as_str() == lot.id.as_str()
        && bidder.as_str() == organisation.code;
    if is_ours {
        Ok(())
    } else {
        Err((&reason::NOT_YOURS).into())
    }
}

fn submit(
    tx: &mut Tx<'_>,
    lot: &str,
    organisation: &Organisation,
    checked: Answer<Checked>,
) -> Answer<(Recorded, Hash)> {
    let lot = public_lot(tx.db, lot)?;
    bid::in_time(&lot, tx.now)?;
    let checked = checked?;
    let submit = &checked.submit;
    belongs(&lot, organisation, [&submit.tender, &submit.lot, &submit.bidder])?;
    let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    tender.may_be_bid_for_by(&organisation.id)?;
    let rows = store::bid::of_bidder(tx.db, &lot.id, &organisation.code)?;
    bid::follows(&Past::of(&rows), submit.seq, submit.prev, &checked.kid)?;
    must_be_in_force(tx.db, organisation, &checked.kid)?;
    supersede(tx, &rows, BidState::Superseded)?;
    let row = Row {
        lot: &lot,
        organisation,
        act: BidAct::Submission,
        seq: submit.seq,
        kid: checked.kid.clone(),
    };
    let (act, state) = (Act::BidSubmitted, BidState::Effective);
    let recorded = keep(tx, row, checked.signed, act, state, checked.parts)?;
    Ok((recorded, checked.digest))
}

/// Refuses a key that is not the organisation's, or was retired.
pub(in crate::app) fn must_be_in_force(db: &mut Db, organisation: &Organisation, kid: &str) -> Answer<()> {
    let key = store::signing_key::by_kid(db, kid)?.filter(|key| key.organisation_id == organisation.id);
    let flaw = match key {
        Some(key) if key.retired_at.is_none() => return Ok(()),
        Some(_) => "the key was retired",
        None => "the key is not registered to the organisation",
    };
    Err(flawed(&reason::SIGNATURE, &Flaw::new(flaw)))
}

fn supersede(tx: &mut Tx<'_>, rows: &[Bid], state: BidState) -> Answer<()> {
    for before in rows.iter().filter(|row| row.state == BidState::Effective) {
        tx.update(&Bid {
            state,
            ..before.clone()
        })?;
    }
    Ok(())
}

/// What a new row of `bid` is made of.
struct Row<'a> {
    lot: &'a Lot,
    organisation: &'a Organisation,
    act: BidAct,
    seq: u64,
    kid: String,
}

fn keep(
    tx: &mut Tx<'_>,
    row: Row<'_>,
    signed: Signed,
    act: Act,
    state: BidState,
    parts: Vec<(String, String, Option<Bytes>, String)>,
) -> Answer<Recorded> {
    let chain = store::chain::begin(tx, &row.lot.id, &row.organisation.code, "")?;
    let n = store::journal::head(tx.db, &chain.tx)?.map_or(0, |head| head.n + 1);
    let bid = Bid {
        id: tx.id(),
        lot_id: row.lot.id.clone(),
        organisation_id: row.organisation.id.clone(),
        bidder: row.organisation.code.clone(),
        seq: i64::try_from(row.seq).map_err(|e| Fault::new("seq", e))?,
        act: row.act,
        state,
        digest: signed.x_digest()?.to_hex(),
        kid: row.kid,
        signed: Some(JsonText(String::from_utf8_lossy(&signed.bytes()?).into_owned())),
        tx: chain.tx.clone(),
        n: i64::try_from(n).map_err(|e| Fault::new("n", e))?,
        received_at: tx.now,
        account_id: Id(tx.actor().to_owned()),
    };
    tx.insert(&bid)?;
    for (part, stage, ct, sha256) in parts {
        tx.insert(&BidPart {
            id: tx.id(),
            bid_id: bid.id.clone(),
            part,
            stage,
            ct,
            sha256,
        })?;
    }
    Ok(tx.record(&chain.tx, act, vec![Payload::object("bid", &signed)?])?)
}
