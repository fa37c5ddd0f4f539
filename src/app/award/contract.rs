//! The contract (Z89R): the owner records when it was signed, at what sum, and the digest of the document.
//!
//! In: what the owner says, checked first, then signed. Out: `award.contract/1` on the tender's chain, the
//! duty met. Never: a contract before the award or beside it; a second one; the document itself.

use serde::Serialize;

use crate::{
    app::{Answer, App, Ask, Error, law::planned, tender as tenders},
    domain::{
        act::Act,
        actor::Actor,
        award::{
            Award, Notice,
            contract::{Awarded, Contract, Said},
        },
        bytes::JsonText,
        duty::DutyKind,
        id::Id,
        money::Fen,
        procedure::Stage,
        rule::{Kind, Moment},
        tender::Lot,
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Db, tx::Payload},
};

/// The page on which the contract is recorded: first what the owner says, then the check.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ContractCheck)]
pub struct Check {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Its name.
    pub name: String,
    /// The winner's name.
    pub winner: String,
    /// The price awarded, fen.
    #[schema(value_type = i64)]
    pub price: Fen,
    /// When the award was decided, Unix ms.
    #[schema(value_type = i64)]
    pub decided_at: Instant,
    /// What would be recorded.
    pub asked: Option<Contract>,
    /// SHA-256 of it: what is signed; empty as long as nothing is asked.
    pub digest: String,
    /// What was recorded.
    pub contract: Option<Contract>,
    /// When, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub contract_at: Option<Instant>,
}

/// The award of a lot that is awarded, and what its contract has to follow from.
fn awarded(db: &mut Db, lot: &Lot) -> Answer<(Award, Awarded)> {
    lot.must_be(Stage::Awarded)?;
    let award = store::award::of_lot(db, &lot.id)?.ok_or(Error::NotFound)?;
    let (notice, at) = award
        .notice
        .as_ref()
        .zip(award.decided_at)
        .ok_or(Error::NotFound)?;
    let notice: Notice = notice.get()?;
    let digest = notice.digest()?;
    Ok((award, Awarded { notice, digest, at }))
}

/// The contract as it would be recorded now.
fn drawn_up(
    db: &mut Db,
    lot: &Lot,
    (award, awarded): (&Award, &Awarded),
    said: &Said,
    now: Instant,
) -> Answer<Contract> {
    award.must_be_without_contract()?;
    planned(db, lot, now, |planner| {
        let rule = planner.bounding(Kind::Max, Moment::AwardNotified, Moment::ContractSigned);
        Ok(awarded.contract(&lot.id, said, rule, now)?)
    })
}

/// What the owner checks before he signs.
pub async fn check(app: &App, actor: Actor, lot: String, said: Option<Said>) -> Answer<Check> {
    let now = app.clock.now();
    app.view(move |db| {
        let (_, lot) = tenders::owned_lot(db, &actor, &Id(lot))?;
        let (award, awarded) = awarded(db, &lot)?;
        let asked = said.map(|said| drawn_up(db, &lot, (&award, &awarded), &said, now));
        let asked = asked.transpose()?;
        let digest = asked.as_ref().map(Contract::digest).transpose()?;
        Ok(Check {
            lot: lot.id,
            name: lot.name,
            winner: awarded.notice.winner.name,
            price: awarded.notice.winner.contract_price,
            decided_at: awarded.at,
            asked,
            digest: digest.map(|digest| digest.to_hex()).unwrap_or_default(),
            contract: award.contract.map(|text| text.get()).transpose()?,
            contract_at: award.contract_at,
        })
    })
    .await
}

/// The owner records the contract.
pub async fn sign(app: &App, ask: Ask, lot: String, said: Said) -> Answer<Contract> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let (_, lot) = tenders::owned_lot(tx.db, &actor, &Id(lot))?;
        let (mut award, awarded) = awarded(tx.db, &lot)?;
        let now = tx.now;
        let contract = drawn_up(tx.db, &lot, (&award, &awarded), &said, now)?;
        tenders::must_be_signed(tx, &contract.digest()?)?;
        award.contract = Some(JsonText::of(&contract)?);
        award.contract_at = Some(now);
        award.version += 1;
        tx.update(&award)?;
        store::duty::meet(tx, DutyKind::SignContract, &lot.id)?;
        let payload = Payload::object("contract", &contract)?;
        tx.record(lot.tender_id.as_str(), Act::ContractSigned, vec![payload])?;
        Ok(contract)
    })
    .await
}
