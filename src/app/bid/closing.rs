//! The deadline: the list of submissions is closed, superseded envelopes are erased, every stored
//! part is hashed again, and only then are the keys asked for (protocols A.6).
//!
//! Never: a list that leaves out a submission received before the deadline and already answered; a
//! key asked for while a stored part is not the one submitted.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::{
    app::{Answer, App, Ask, Error, duty, lot::Advanced},
    domain::{
        act::Act,
        bid::{self, Bid, BidPart, BidState},
        duty::DutyKind,
        id::Id,
        procedure::Stage,
        refusal::{Refusal, common::NOT_NOW, require},
        rule::Moment,
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        canon::{Hash, Object as _, Token},
        closing::{BidsClosed, Custody, CustodyChecked, DutySub, Fate, Sub},
        event::{Label, PayloadErased},
        stage::{KeyStage, named},
    },
    store::{self, Fault, Row as _, Tx, bid::Effective, tx::Payload},
};

/// The label of the list of a lot.
pub fn label(lot: &Id) -> String {
    format!("closed.{lot}")
}

/// The list of a lot as it was closed, with c of its event.
pub fn list(db: &mut store::Db, lot: &Lot) -> Answer<Option<(Hash, BidsClosed)>> {
    let Some((c, bytes)) = store::journal::payload_on(
        db,
        lot.tender_id.as_str(),
        Act::BidsClosed.name(),
        &label(&lot.id),
    )?
    else {
        return Ok(None);
    };
    Ok(Some((c, BidsClosed::from_bytes(&bytes)?)))
}

impl App {
    /// Closes the list at the deadline; too few bidders fail the lot (rule Z43R).
    pub async fn close_bids(&self, lot: &Lot) -> Answer<()> {
        let closes_at = lot.closes_at.unwrap_or_default();
        self.in_flight.settle(&lot.id, closes_at).await;
        let id = lot.id.clone();
        self.act(Ask::clock(Act::BidsClosed), move |tx| {
            let mut lot = Lot::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
            lot.must_be(Stage::Open)?;
            require(lot.incident_at.is_none() && tx.now >= closes_at, || {
                Refusal::new(&NOT_NOW).fact("at", closes_at)
            })?;
            let closed = compose(tx, &lot)?;
            let n_effective = closed.effective().count();
            tx.record(
                lot.tender_id.as_str(),
                Act::BidsClosed,
                vec![Payload::object(label(&lot.id), &closed)?],
            )?;
            if bid::enough(&lot, n_effective) {
                lot.enter(Stage::Closing, tx.now);
                lot.wake(tx.now);
                tx.update(&lot)?;
                let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
                let since = Some((Moment::ClosesAt, closes_at));
                duty::owe(tx, DutyKind::OpenBids, &tender, &lot, since)?;
                tx.record(lot.tender_id.as_str(), Act::LotMoved, Vec::new())?;
            } else {
                let rule = lot.procedure()?.n_bidders_min;
                crate::app::lot::fail(tx, &mut lot, rule)?;
            }
            Ok(())
        })
        .await
    }

    /// After the closing: once the list is in a cosigned checkpoint, erases what was superseded and
    /// checks the custody of every stage and asks for the keys; holders' releases wake the lot.
    pub async fn check_custody(&self, lot: &Lot) -> Answer<Advanced> {
        let of = lot.clone();
        let Some((c, _)) = self.view(move |db| list(db, &of)).await? else {
            return Ok(Advanced::Waits);
        };
        let Some(logged_ms) = self.quorum_ms(c).await? else {
            return Ok(Advanced::AwaitsJournal);
        };
        // before the time for objections ends no client releases anything
        let asked_at = Instant(logged_ms).plus(lot.objection_span);
        self.erase_superseded(lot).await?;
        let (id, of) = (lot.id.clone(), lot.clone());
        let bids = self.view(move |db| Ok(store::bid::effective(db, &id)?)).await?;
        let mut rows: BTreeMap<KeyStage, Vec<(Token, Token, Custody)>> = BTreeMap::new();
        for stage in of
            .key_stages()?
            .into_iter()
            .filter(|stage| !stage.is_before_bids())
        {
            rows.insert(stage, self.custody_of(&stage.to_string(), &bids).await?);
        }
        let is_sound = rows
            .values()
            .flatten()
            .all(|(_, _, custody)| *custody == Custody::Ok);
        self.act(Ask::clock(Act::CustodyChecked), move |tx| {
            for (stage, rows) in rows {
                let checked = CustodyChecked {
                    tender: Token::new(of.tender_id.as_str())?,
                    lot: Token::new(of.id.as_str())?,
                    stage: stage.token()?,
                    rows,
                };
                tx.record(
                    of.tender_id.as_str(),
                    Act::CustodyChecked,
                    vec![Payload::object("custody", &checked)?],
                )?;
            }
            // a part that is bad is supplied again, or the supervisor decides, before anything is released
            if is_sound {
                for stage in [KeyStage::DOCS, KeyStage::PRICE] {
                    store::ceremony::ask_releases(tx, &of.id, &stage.to_string(), &c, asked_at)?;
                }
                tx.record(of.tender_id.as_str(), Act::ReleasesAsked, Vec::new())?;
            }
            Ok(())
        })
        .await
        .map(|()| Advanced::Waits)
    }

    /// Reads and hashes every effective part of a stage again.
    async fn custody_of(&self, stage: &str, bids: &[Effective]) -> Answer<Vec<(Token, Token, Custody)>> {
        let mut rows = Vec::new();
        for bid in bids {
            for part in bid.parts.iter().filter(|part| part.stage == stage) {
                let found = self.hash_part(part).await;
                let custody = if found.is_ok_and(|hash| hash.to_hex() == part.sha256) {
                    Custody::Ok
                } else {
                    Custody::Bad
                };
                rows.push((
                    Token::new(bid.bid.bidder.as_str())?,
                    Token::new(part.part.as_str())?,
                    custody,
                ));
            }
        }
        Ok(rows)
    }

    async fn hash_part(&self, part: &BidPart) -> Result<Hash, Fault> {
        if let Some(ct) = &part.ct {
            return Ok(Hash::of(&[&ct.0]));
        }
        let (_, mut chunks) = self.blobs.stream(&Hash::from_hex(&part.sha256)?).await?;
        let mut hasher = Sha256::new();
        while let Some(chunk) = chunks.next().await {
            hasher.update(&chunk?);
        }
        Ok(Hash(hasher.finalize().into()))
    }

    /// Erases the envelopes of superseded and withdrawn submissions: they are never opened (A.6).
    async fn erase_superseded(&self, lot: &Lot) -> Answer<()> {
        let id = lot.id.clone();
        let gone = self.view(move |db| Ok(store::bid::of_lot(db, &id)?)).await?;
        let gone: Vec<Bid> = gone
            .into_iter()
            .filter(|bid| bid.state != BidState::Effective && bid.signed.is_some())
            .collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.act(Ask::clock(Act::PayloadErased), move |tx| {
            for bid in gone {
                erase(tx, bid)?;
            }
            Ok(())
        })
        .await
    }
}

fn erase(tx: &mut Tx<'_>, mut bid: Bid) -> Answer<()> {
    let event = store::journal::event_at(tx.db, &bid.tx, bid.n)?;
    let event = event.ok_or_else(|| Fault::new("journal", "a bid without its event"))?;
    let erased = PayloadErased {
        c: Hash::from_hex(&event.c)?,
        k: Some(Label::new("bid")?),
        ground: "密封协议 A.6：已替换或撤回的竞选申请不予开启".into(),
    };
    for part in store::bid::parts(tx.db, &bid.id)? {
        tx.delete(&part)?;
    }
    bid.signed = None;
    tx.update(&bid)?;
    store::journal::erase_payload(tx.db, &event.c, "bid")?;
    tx.record(
        &bid.tx,
        Act::PayloadErased,
        vec![Payload::object("erased", &erased)?],
    )?;
    Ok(())
}

/// The list: one row per bidder who ever submitted, the last contribution of each duty.
fn compose(tx: &mut Tx<'_>, lot: &Lot) -> Answer<BidsClosed> {
    let mut last: BTreeMap<String, Bid> = BTreeMap::new();
    for bid in store::bid::of_lot(tx.db, &lot.id)? {
        last.insert(bid.bidder.clone(), bid);
    }
    let mut subs = Vec::new();
    for bid in last.into_values() {
        subs.push(Sub {
            bidder: Token::new(bid.bidder)?,
            head: head(tx, &bid.tx)?,
            tx: Token::new(bid.tx)?,
            last: Hash::from_hex(&bid.digest)?,
            fate: if bid.state == BidState::Effective {
                Fate::Bid
            } else {
                Fate::Withdrawn
            },
        });
    }
    let mut duties = BTreeMap::new();
    let is_listed = |stage: &str| named(stage).is_some_and(KeyStage::is_listed);
    for given in store::contribution::of_stages(tx.db, &lot.id, is_listed)? {
        duties.insert((given.who.clone(), given.stage.clone()), given);
    }
    let mut duty_subs = Vec::new();
    for ((duty, stage), given) in duties {
        duty_subs.push(DutySub {
            duty: Token::new(duty)?,
            stage: Token::new(stage)?,
            head: head(tx, &given.tx)?,
            tx: Token::new(given.tx)?,
            last: Hash::from_hex(&given.x_digest)?,
        });
    }
    Ok(BidsClosed {
        tender: Token::new(lot.tender_id.as_str())?,
        lot: Token::new(lot.id.as_str())?,
        deadline: lot.closes_at.unwrap_or_default().0,
        subs,
        duty_subs,
    })
}

fn head(tx: &mut Tx<'_>, chain: &str) -> Answer<Hash> {
    let head = store::journal::head(tx.db, chain)?;
    Ok(head
        .ok_or_else(|| Fault::new("journal", "a chain without events"))?
        .c)
}
