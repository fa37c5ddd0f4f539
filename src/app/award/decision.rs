//! The decision: the award notice to the winner and the result to all others at once (Z87R).
//!
//! Never: before the publication has ended, while an objection waits for its reply, or to anybody but
//! the first of the published candidates who is left (Z83R, Z84).

use serde::{Deserialize, Serialize};

use super::Case;
use crate::{
    app::{Answer, App, Ask, duty, lot as lots, message, objection, opening, tender as tenders},
    domain::{
        act::Act,
        actor::Actor,
        award::{Candidate, Notice, contract::Contract},
        bytes::JsonText,
        duty::DutyKind,
        id::Id,
        money::Fen,
        objection::ObjectionKind,
        procedure::Stage,
        refusal::{Refusal, award::REPUBLISH},
        rule::Moment,
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Db, Tx, tx::Payload},
};

/// The check page: the award notice as it would go out.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AwardCheck)]
pub struct Check {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The notice.
    pub notice: Notice,
    /// SHA-256 of it: what is signed.
    pub digest: String,
    /// From when on it may be decided, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub from_at: Option<Instant>,
    /// How many objections wait for their reply.
    pub n_open: usize,
    /// When it was decided, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub decided_at: Option<Instant>,
    /// The contract, once the owner has recorded it.
    pub contract: Option<Contract>,
}

/// The first of the published candidates who is left.
fn winner(case: &Case) -> Answer<Candidate> {
    let published = match &case.award {
        Some(award) => award.published_candidates()?,
        None => Vec::new(),
    };
    let first = case.candidates().into_iter().next();
    let known = first.filter(|first| published.contains(&first.bidder));
    Ok(known.ok_or_else(|| Refusal::new(&REPUBLISH))?)
}

fn notice(db: &mut Db, case: &Case) -> Answer<Notice> {
    let names = opening::names(db, &case.lot)?;
    let owner = tenders::organisation(db, &case.tender.owner_id)?;
    let award = case.begun()?;
    Ok(Notice {
        number: case.tender.number.clone(),
        tender: case.tender.name.clone(),
        lot: case.lot.name.clone(),
        owner: owner.name,
        winner: case.line_of(&winner(case)?, &names)?,
        standstill: award.digest.unwrap_or_default(),
    })
}

/// What the owner checks before he signs.
pub async fn check(app: &App, actor: Actor, lot: String) -> Answer<Check> {
    app.view(move |db| {
        tenders::owned_lot(db, &actor, &Id(lot.clone()))?;
        let case = Case::load(db, &lot)?;
        let award = case.begun()?;
        let notice = if let Some(text) = &award.notice {
            text.get()?
        } else {
            case.lot.must_be(Stage::Standstill)?;
            notice(db, &case)?
        };
        let open = store::objection::open(db, &case.lot.id, ObjectionKind::Result)?;
        Ok(Check {
            digest: notice.digest()?.to_hex(),
            notice,
            from_at: case.lot.standstill_until_at,
            n_open: open.len(),
            decided_at: award.decided_at,
            contract: award.contract.map(|text| text.get()).transpose()?,
            lot: case.lot.id,
        })
    })
    .await
}

/// What was decided.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AwardDecided)]
pub struct Decided {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The winner's token.
    pub winner: String,
    /// The winner's name.
    pub name: String,
    /// What the contract costs, fen.
    #[schema(value_type = i64)]
    pub contract_price: Fen,
    /// SHA-256 of the award notice.
    pub digest: String,
}

/// The owner decides the award.
pub async fn decide(app: &App, ask: Ask, lot: String) -> Answer<Decided> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let (_, mut lot) = tenders::owned_lot(tx.db, &actor, &Id(lot))?;
        lot.must_be(Stage::Standstill)?;
        let case = Case::of(tx.db, lot.clone())?;
        let mut award = case.begun()?;
        award.must_have_ended(&lot, tx.now)?;
        objection::must_be_answered(tx.db, &lot.id, ObjectionKind::Result)?;
        let notice = notice(tx.db, &case)?;
        let digest = notice.digest()?;
        tenders::must_be_signed(tx, &digest)?;
        award.winner = Some(notice.winner.bidder.clone());
        award.contract_fen = Some(notice.winner.contract_price);
        award.notice = Some(JsonText::of(&notice)?);
        award.decided_at = Some(tx.now);
        award.version += 1;
        tx.update(&award)?;
        lot.enter(Stage::Awarded, tx.now);
        tx.update(&lot)?;
        store::duty::meet(tx, DutyKind::DecideAward, &lot.id)?;
        store::duty::lapse_all(tx, &lot.id, &[])?;
        let since = Some((Moment::AwardNotified, tx.now));
        let due = duty::owe(tx, DutyKind::SignContract, &case.tender, &lot, since)?;
        tell(tx, &case, &notice, due.map(|due| due.at))?;
        let papers = vec![Payload::object("notice", &notice)?, lots::ended(&lot)?];
        tx.record(lot.tender_id.as_str(), Act::AwardDecided, papers)?;
        Ok(Decided {
            lot: lot.id,
            winner: notice.winner.bidder,
            name: notice.winner.name,
            contract_price: notice.winner.contract_price,
            digest: digest.to_hex(),
        })
    })
    .await
}

/// The notice to the winner, with the day by which the contract is signed, and the result to all
/// others, in the same act.
fn tell(tx: &mut Tx<'_>, case: &Case, notice: &Notice, by: Option<Instant>) -> Answer<()> {
    let senders = store::bid::senders(tx.db, &case.lot.id)?;
    let is_winner = |bidder: &str| bidder == notice.winner.bidder;
    let link = format!("/lots/{}/result/mine", case.lot.id);
    let price = notice.winner.contract_price.grouped();
    let by = by.map_or_else(|| "—".to_owned(), Instant::local);
    let title = case.title();
    let facts = [
        ("name", title.as_str()),
        ("winner", notice.winner.name.as_str()),
        ("price", price.as_str()),
        ("by", by.as_str()),
    ];
    for (bidder, account) in senders.iter().filter(|(bidder, _)| is_winner(bidder)) {
        tracing::debug!(bidder, "awarded");
        message::tell(tx, account, "message-award", &facts, &link)?;
    }
    let others = senders.into_iter().filter(|(bidder, _)| !is_winner(bidder));
    let others: Vec<Id> = others.map(|(_, account)| account).collect();
    message::tell_all(tx, &case.tender.id, &others, "message-result", &facts, &link)
}
