//! Exclusions after the draw: who falls out stays in the published ranking, and the next follows (B.1).
//! A winner who falls out before the contract is followed by the next as well; the award is decided again.
//!
//! Never: somebody excluded without cause, clause and reason; a new draw for it; a candidate awarded to
//! who was not published as one.

use serde::{Deserialize, Serialize};

use super::Case;
use crate::{
    app::{Answer, App, Ask, duty, lot as lots, message, tender as tenders},
    domain::{
        act::Act,
        actor::Actor,
        award::{CandidateLine, Cause, Excluded, RankedLine},
        duty::DutyKind,
        id::Id,
        panel::PanelState,
        procedure::{ReviewOrder, Stage},
        refusal::{
            Refusal,
            award::{EXCLUDED, NOT_RANKED},
            require,
        },
        review::Outcome,
        rule::Moment,
        tender::Lot,
    },
    proof::canon::{self, Hash},
    store::{self, Fault, Tx, tx::Payload},
};

const EXCLUSION: &str = "award.exclusion/1";

/// Whom the owner excludes, and why.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclude {
    /// The bidder's token.
    pub bidder: String,
    /// Why.
    pub cause: Cause,
    /// The clause of the documents, or the article.
    pub clause: String,
    /// The reason in words.
    pub reason: String,
}

impl Exclude {
    fn checked(&self) -> Answer<Self> {
        let line = |text: &str, field: &str, most| crate::domain::credential::line(text, field, most);
        Ok(Self {
            bidder: self.bidder.clone(),
            cause: self.cause,
            clause: line(&self.clause, "clause", 200)?,
            reason: line(&self.reason, "reason", 1000)?,
        })
    }

    /// What is signed and goes into the journal: `award.exclusion/1`.
    fn paper(&self, lot: &Id) -> serde_json::Value {
        serde_json::json!({
            "t": EXCLUSION, "lot": lot, "bidder": self.bidder, "cause": self.cause,
            "clause": self.clause, "reason": self.reason,
        })
    }

    /// What the owner's password signs.
    ///
    /// # Errors
    /// None in practice.
    pub fn digest(&self, lot: &Id) -> Answer<Hash> {
        Ok(canon::digest(&self.paper(lot))?)
    }
}

/// The page on which a candidate is excluded: first who and why, then the check.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ExclusionCheck)]
pub struct Check {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Its name.
    pub name: String,
    /// Who is ranked and not excluded; after the award the winner alone, as long as there is no contract.
    pub ranked: Vec<RankedLine>,
    /// The candidates as they stand.
    pub candidates: Vec<CandidateLine>,
    /// What would be decided.
    pub asked: Option<Exclude>,
    /// SHA-256 of it: what is signed; empty as long as nothing is asked.
    pub digest: String,
}

/// What the owner checks before he signs.
pub async fn check(app: &App, actor: Actor, lot: String, asked: Option<Exclude>) -> Answer<Check> {
    app.view(move |db| {
        tenders::owned_lot(db, &actor, &Id(lot.clone()))?;
        let shown = super::result::standing(db, &lot)?;
        let asked = asked.map(|asked| asked.checked()).transpose()?;
        let digest = asked.as_ref().map(|asked| asked.digest(&shown.lot)).transpose()?;
        let winner = shown.winner.as_ref();
        let left = shown
            .ranked
            .into_iter()
            .filter(|line| line.exclusion.is_none() && winner.is_none_or(|winner| *winner == line.bidder));
        Ok(Check {
            lot: shown.lot,
            name: shown.name,
            ranked: left.collect(),
            candidates: shown.candidates,
            asked,
            digest: digest.map(|digest| digest.to_hex()).unwrap_or_default(),
        })
    })
    .await
}

/// Where the lot stands after an exclusion.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Left {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Where it stands.
    pub stage: Stage,
    /// Who is left of the candidates, by token.
    pub candidates: Vec<String>,
    /// Whether the result has to be published again.
    pub is_to_publish: bool,
}

/// The owner excludes somebody who was drawn.
pub async fn exclude(app: &App, ask: Ask, lot: String, x: Exclude) -> Answer<Left> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let x = x.checked()?;
        let (_, mut lot) = tenders::owned_lot(tx.db, &actor, &Id(lot))?;
        let is_awarded = lot.stage == Stage::Awarded;
        if !is_awarded {
            lot.must_be(Stage::Standstill)?;
        }
        tenders::must_be_signed(tx, &x.digest(&lot.id)?)?;
        let case = Case::of(tx.db, lot.clone())?;
        require(case.ranking.place_of(&x.bidder).is_some(), || {
            Refusal::new(&NOT_RANKED).fact("bidder", &x.bidder).at("bidder")
        })?;
        require(!case.excluded.contains_key(&x.bidder), || {
            Refusal::new(&EXCLUDED).fact("bidder", &x.bidder).at("bidder")
        })?;
        tx.insert(&Excluded {
            id: tx.id(),
            lot_id: lot.id.clone(),
            bidder: x.bidder.clone(),
            cause: x.cause,
            clause: x.clause.clone(),
            reason: x.reason.clone(),
            excluded_by: Id::from(actor.token()),
            excluded_at: tx.now,
        })?;
        if is_awarded {
            take_back(tx, &mut lot, &case, &x.bidder)?;
        }
        let title = case.title();
        let facts = [("name", title.as_str()), ("reason", x.reason.as_str())];
        let link = format!("/xm/{}/candidates", case.tender.number);
        message::tell_interested(tx, &case.tender.id, "message-excluded", &facts, &link)?;
        let payload = Payload::facts("exclusion", EXCLUSION, &x.paper(&lot.id))?;
        tx.record(lot.tender_id.as_str(), Act::CandidateExcluded, vec![payload])?;
        walk_down(tx, &mut lot)
    })
    .await
}

/// After the award it is the winner who falls out, as long as there is no contract with him.
fn take_back(tx: &mut Tx<'_>, lot: &mut Lot, case: &Case, bidder: &str) -> Answer<()> {
    let mut award = case.begun()?;
    award.take_back(bidder)?;
    tx.update(&award)?;
    store::duty::lapse(tx, DutyKind::SignContract, &lot.id)?;
    lot.enter(Stage::Standstill, tx.now);
    tx.update(lot)?;
    duty::owe(tx, DutyKind::DecideAward, &case.tender, lot, None)?;
    Ok(())
}

/// Goes on with whoever is left: the published ones, the next of the order, the panel, or nobody.
fn walk_down(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<Left> {
    let case = Case::of(tx.db, lot.clone())?;
    let mut award = case.begun()?;
    let candidates = case.candidates();
    let is_anybody_left = case.ranking.is_enough_left(&case.excluded, 1);
    let first = candidates.first();
    let out = award.published_candidates()?;
    let is_to_publish = first.is_none_or(|first| !out.contains(&first.bidder));
    if !is_anybody_left {
        lots::fail(tx, lot, case.procedure.n_qualified_min)?;
    } else if is_to_publish {
        award.unpublish();
        tx.update(&award)?;
        lot.standstill_until_at = None;
        store::duty::lapse(tx, DutyKind::DecideAward, &lot.id)?;
        store::duty::lapse(tx, DutyKind::PublishResult, &lot.id)?;
        if candidates.is_empty() {
            reopen(tx, lot, &case)?;
        } else {
            lot.enter(Stage::Standstill, tx.now);
            let since = Some((Moment::ResultReady, tx.now));
            duty::owe(tx, DutyKind::PublishResult, &case.tender, lot, since)?;
        }
        tx.update(lot)?;
        tx.record(lot.tender_id.as_str(), Act::LotMoved, Vec::new())?;
    }
    Ok(Left {
        lot: lot.id.clone(),
        stage: lot.stage,
        candidates: candidates.into_iter().map(|one| one.bidder).collect(),
        is_to_publish: is_to_publish && lot.stage == Stage::Standstill,
    })
}

/// After a draw that came first nobody reviewed is left: the panel goes on down the order.
fn reopen(tx: &mut Tx<'_>, lot: &mut Lot, case: &Case) -> Answer<()> {
    if case.terms.order != ReviewOrder::AfterRanking {
        return Err(Fault::new("award", "nobody is left to publish, though all were reviewed").into());
    }
    lot.enter(Stage::Evaluation, tx.now);
    let panel = store::panel::of_lot(tx.db, &lot.id)?;
    let Some(mut panel) = panel else { return Ok(()) };
    for signature in store::review::signatures(tx.db, &panel.id)? {
        tx.delete(&signature)?;
    }
    for mut review in store::review::of_lot(tx.db, &lot.id)? {
        let Some(exclusion) = case.excluded.get(&review.bidder) else {
            continue;
        };
        if review.outcome != Outcome::Rejected {
            // whoever fell out is not asked for again
            review.outcome = Outcome::Rejected;
            review.by_program = true;
            review.clause.clone_from(&exclusion.clause);
            review.reason.clone_from(&exclusion.reason);
            review.decided_at = Some(tx.now);
            tx.update(&review)?;
        }
    }
    panel.state = PanelState::Seated;
    panel.report = None;
    panel.ended_at = None;
    panel.version += 1;
    tx.update(&panel)?;
    Ok(())
}
