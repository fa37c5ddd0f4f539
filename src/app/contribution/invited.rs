//! The bidders' contributions to a later attempt at a draw: they are invited from the freeze of its keys
//! on, and its list waits for them (protocols B.5).
//!
//! In: what a bidder with a bid on the list sealed and signed. Out: the acknowledgement, from which the
//! receipt follows. Never: a contribution to a list that is frozen, or of somebody who has no bid in it; a
//! list frozen before the time said to the bidders.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Checked, Given, Giver, before, keep, slot_of, unfit};
use crate::{
    app::{
        Answer, App, Ask, Error,
        bid::{self, Sent, bidder_of, public_lot, sealing::Sealing},
        message,
    },
    domain::{
        account::Organisation,
        act::Act,
        actor::{Actor, Role},
        bid::BidState,
        ceremony::{CONTRIBUTORS, Keyset, KeysetState},
        contribution::invited_until,
        refusal::{
            Refusal, bid as reason,
            ceremony::{CONTRIBUTION_LATE, NOT_ASKED},
            draw::{INVITED, NOT_INVITED},
            require,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        canon::{Flaw, Hash, Object as _, Token},
        draw::Who,
        sig::{Sig, Signed},
        stage::KeyStage,
    },
    store::{self, Db, Fault, Row as _, Tx, tx::Recorded},
};

/// The invitation to a later attempt, as the session's page shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = DrawInvitation)]
pub struct Invitation {
    /// The lot.
    pub lot: String,
    /// The stage of the draw's keys.
    pub stage: String,
    /// Since when the keys are there, Unix ms; null while they are made.
    #[schema(value_type = Option<i64>)]
    pub since: Option<Instant>,
    /// Until when the list waits, Unix ms; null while the keys are made.
    #[schema(value_type = Option<i64>)]
    pub until: Option<Instant>,
    /// Whether the list may be frozen: the time is over, and the duties' contributions are there.
    pub is_over: bool,
    /// How many bidders contributed.
    pub n_given: usize,
    /// Whether the reader may contribute: he has a bid, and the keys are there.
    pub may_give: bool,
    /// c of the event of the reader's own contribution: the address of its receipt.
    pub own: Option<String>,
}

impl Invitation {
    /// The page on which the reader seals his contribution.
    #[must_use]
    pub fn path(&self) -> String {
        path(&self.lot, &self.stage)
    }

    /// The message key of the way there.
    #[must_use]
    pub fn give_key(&self) -> &'static str {
        if self.own.is_some() {
            "hall-contribute-again"
        } else {
            "hall-contribute"
        }
    }
}

/// The page of a stage on which an invited bidder seals his contribution.
fn path(lot: &str, stage: &str) -> String {
    format!("/lots/{lot}/draws/{stage}/contributions/new")
}

/// Where a bidder's chain of contributions to a stage stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = OwnContribution)]
pub struct Mine {
    /// The seq of the next contribution.
    pub seq: u64,
    /// Its prev; null for seq 1.
    pub prev: Option<String>,
    /// The key of seq 1, which all later ones carry.
    pub kid: Option<String>,
    /// Always null: a contribution is replaced, not withdrawn.
    pub state: Option<&'static str>,
}

/// How often a bidder may replace his contribution to one attempt; nobody needs to.
const SEQ_MAX: u64 = 10;

fn is_open(keyset: &Keyset) -> bool {
    matches!(keyset.state, KeysetState::Frozen | KeysetState::Ready)
}

/// The key set of a stage to which bidders are invited, and its lot.
fn invited(db: &mut Db, lot: &str, stage: &str) -> Answer<(Lot, Keyset)> {
    let lot = public_lot(db, lot)?;
    let keyset = store::ceremony::of_stage(db, &lot.id, stage)?.ok_or(Error::NotFound)?;
    let is_it = keyset.is_of(KeyStage::invites_bidders) && keyset.digest.is_some();
    require(is_it, || Refusal::new(&NOT_ASKED).fact("stage", stage))?;
    Ok((lot, keyset))
}

/// Refuses who has no bid on the list, which names the bidders also after they are disqualified (B.2).
fn must_have_a_bid(db: &mut Db, lot: &Lot, organisation: &Organisation) -> Answer<()> {
    let has_bid = has_bid(db, lot, &organisation.code)?;
    Ok(require(has_bid, || Refusal::new(&NOT_INVITED))?)
}

fn has_bid(db: &mut Db, lot: &Lot, code: &str) -> Answer<bool> {
    let rows = store::bid::of_bidder(db, &lot.id, code)?;
    Ok(rows.iter().any(|row| row.state == BidState::Effective))
}

/// Refuses a list that is frozen before the time said to the bidders.
pub fn must_be_over(keyset: &Keyset, now: Instant) -> Answer<()> {
    let until = invited_until(keyset).filter(|until| now < *until);
    match until {
        Some(until) => Err(Refusal::new(&INVITED).fact("until", until).into()),
        None => Ok(()),
    }
}

/// The keys of a later attempt are there: the bidders on the list are told until when they may contribute.
pub fn tell(tx: &mut Tx<'_>, keyset: &Keyset) -> Answer<()> {
    let Some(until) = invited_until(keyset) else {
        return Ok(());
    };
    let lot = Lot::find(tx.db, keyset.lot_id.as_str())?.ok_or(Error::NotFound)?;
    let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    let senders = store::bid::senders(tx.db, &lot.id)?;
    let accounts: Vec<_> = senders.into_iter().map(|(_, account)| account).collect();
    let (title, until) = (tender.title_of(&lot), until.to_string());
    let said = [("name", title.as_str()), ("until", until.as_str())];
    let link = path(lot.id.as_str(), &keyset.stage);
    message::tell_all(tx, &tender.id, &accounts, "message-invited", &said, &link)
}

/// The invitation that stands for a lot, as this reader sees it; none while no attempt is prepared.
pub fn of_lot(db: &mut Db, lot: &Lot, actor: &Actor, now: Instant) -> Answer<Option<Invitation>> {
    let prepared = |keyset: &Keyset| {
        keyset.is_of(KeyStage::invites_bidders) && (is_open(keyset) || keyset.state == KeysetState::Called)
    };
    let keysets = store::ceremony::of_lot(db, &lot.id)?;
    let Some(keyset) = keysets.into_iter().find(prepared) else {
        return Ok(None);
    };
    let given = store::contribution::counted(db, &lot.id)?;
    let is_bidder = |who: &str| !CONTRIBUTORS.contains(&who);
    let until = invited_until(&keyset);
    let (mut may_give, mut own) = (false, None);
    if let Some(id) = actor.organisation(Role::Bidder) {
        let organisation = Organisation::find(db, id.as_str())?.ok_or(Error::NotFound)?;
        may_give = is_open(&keyset) && has_bid(db, lot, &organisation.code)?;
        if let Some(chain) = store::chain::find(db, &lot.id, &organisation.code, &keyset.stage)? {
            own = store::journal::head(db, &chain.tx)?.map(|head| head.c.to_hex());
        }
    }
    Ok(Some(Invitation {
        lot: lot.id.0.clone(),
        is_over: keyset.state == KeysetState::Ready && until.is_some_and(|until| until <= now),
        n_given: given
            .iter()
            .filter(|given| given.stage == keyset.stage && is_bidder(&given.who))
            .count(),
        since: keyset.frozen_at,
        stage: keyset.stage,
        until,
        may_give,
        own,
    }))
}

/// The page on which an invited bidder seals his contribution, and what a program needs to seal one.
pub fn sealing(db: &mut Db, ask: &Ask, lot: &str, stage: &str) -> Answer<Sealing> {
    let organisation = bidder_of(db, ask)?;
    let (lot, keyset) = invited(db, lot, stage)?;
    must_have_a_bid(db, &lot, &organisation)?;
    require(is_open(&keyset), || Refusal::new(&CONTRIBUTION_LATE))?;
    let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    let (until, submit) = (
        invited_until(&keyset),
        format!("/lots/{}/draws/{stage}/contributions", lot.id),
    );
    Sealing::new(
        (tender, lot),
        organisation,
        vec![slot_of(&keyset)?],
        (submit, until),
    )
}

/// Where the asker's chain of contributions to a stage stands.
pub fn mine(db: &mut Db, ask: &Ask, lot: &str, stage: &str) -> Answer<Mine> {
    let organisation = bidder_of(db, ask)?;
    let (lot, keyset) = invited(db, lot, stage)?;
    let who = Who::bidder(&Token::new(organisation.code)?)?.to_string();
    let before = before(db, &lot.id, &keyset.stage, &who)?;
    Ok(Mine {
        seq: before.map_or(1, |(seq, _)| seq + 1),
        prev: before.map(|(_, digest)| digest.to_hex()),
        kid: key_of(db, &lot, &keyset, &who)?,
        state: None,
    })
}

/// The key that made the last contribution on a chain.
fn key_of(db: &mut Db, lot: &Lot, keyset: &Keyset, who: &str) -> Answer<Option<String>> {
    let last = store::contribution::last(db, &lot.id, &keyset.stage, who)?;
    let kid = last.map(|last| {
        let signed = Signed::from_bytes(last.signed.0.as_bytes())?;
        let key = Sig::from_value(&signed.sig)?.verify(&signed.x)?;
        Ok::<_, Flaw>(key.kid().to_hex())
    });
    Ok(kid.transpose()?)
}

/// Takes an invited bidder's contribution; the answer is its acknowledgement (`signed/1` of `ack/1`).
pub async fn submit(
    app: &App,
    ask: Ask,
    (lot, stage): (String, String),
    sent: Sent,
    received_at: Instant,
) -> Answer<Signed> {
    let asked = ask.clone();
    let (named, at) = (lot.clone(), stage.clone());
    let (organisation, slot) = app
        .view(move |db| {
            let organisation = bidder_of(db, &asked)?;
            let (_, keyset) = invited(db, &named, &at)?;
            Ok((organisation, slot_of(&keyset)?))
        })
        .await?;
    let checked = tokio::task::spawn_blocking(move || bid::check(&sent, &[slot], &BTreeMap::new()));
    let checked = checked.await.map_err(|e| Fault::new("check", e))?;
    let (recorded, x): (Recorded, Hash) = app
        .act(ask.received_at(received_at), move |tx| {
            let (lot, keyset) = invited(tx.db, &lot, &stage)?;
            must_have_a_bid(tx.db, &lot, &organisation)?;
            let checked = checked?;
            let submit = &checked.submit;
            bid::belongs(&lot, &organisation, [&submit.tender, &submit.lot, &submit.bidder])?;
            bid::must_be_in_force(tx.db, &organisation, &checked.kid)?;
            if submit.seq > SEQ_MAX {
                return Err(unfit(Flaw::new(format!("seq: {SEQ_MAX} at most"))));
            }
            let who = Who::bidder(&submit.bidder)?.to_string();
            let first = key_of(tx.db, &lot, &keyset, &who)?;
            require(first.as_ref().is_none_or(|first| *first == checked.kid), || {
                Refusal::new(&reason::KEY).fact("kid", first.clone().unwrap_or_default())
            })?;
            let x = checked.digest;
            let giver = Giver {
                who: &who,
                subject: &organisation.code,
            };
            let one = one_part(checked, keyset)?;
            let (chain, payload) = keep(tx, &lot, &giver, one)?;
            let recorded = tx.record(&chain, Act::ContributionSubmitted, vec![payload])?;
            Ok((recorded, x))
        })
        .await?;
    app.ack(&recorded, x)
}

/// The one part of a submission that was checked, with its bytes, which came with it.
fn one_part(checked: bid::Checked, keyset: Keyset) -> Answer<Checked> {
    let part = checked.parts.into_iter().next();
    let (.., ct, _) = part.ok_or_else(|| Fault::new("contribution", "no part"))?;
    let ct = ct.ok_or_else(|| Fault::new("contribution", "no ciphertext"))?;
    Ok(Checked {
        keyset,
        submit: checked.submit,
        digest: checked.digest,
        given: Given {
            signed: checked.signed,
            ct: ct.0,
        },
    })
}
