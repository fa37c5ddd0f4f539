//! The two draws of an award: K over the listed values, then the order over the qualified bidders.
//!
//! The centre freezes a list, the holders give their keys, time completes the draw, and what follows
//! from it is decided here. Never: a draw before its keys are there; a list frozen twice.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Case;
use crate::{
    app::{Answer, App, Ask, Error, contribution::invited, draw, duty, objection, scope},
    domain::{
        act::Act,
        actor::Role,
        ceremony::KeysetState,
        draw::{Draw, DrawPurpose, DrawState},
        duty::DutyKind,
        id::Id,
        objection::ObjectionKind,
        procedure::Stage,
        refusal::{Refusal, award::NO_KEYS, draw::FROZEN_BEFORE, require},
        tender::Lot,
        time::Instant,
    },
    proof::{
        stage::KeyStage,
        transcript::{Drawn, Transcript},
    },
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

/// The stage of the draw of K.
pub const COEFFICIENT: KeyStage = KeyStage::COEFFICIENT;
/// The stage of the draw of the order.
pub const ORDER: KeyStage = KeyStage::ORDER;

/// The draw id of the protocols.
pub fn id(lot: &Id, base: KeyStage) -> String {
    format!("{lot}.{base}")
}

/// The order of the award draw; empty before it.
pub(super) fn order(db: &mut Db, lot: &Id) -> Answer<Vec<Drawn>> {
    let draw = store::draw::newest(db, &id(lot, ORDER))?;
    let done = draw.filter(|draw| draw.state == DrawState::Done);
    match done.and_then(|draw| draw.transcript) {
        Some(text) => Ok(Transcript::parse(text.as_bytes())?.order()?),
        None => Ok(Vec::new()),
    }
}

/// A list frozen for a draw: the keys of its stage are asked for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FrozenDraw {
    /// The lot.
    pub lot: String,
    /// The draw id of the protocols.
    pub draw: String,
    /// The attempt, from 1.
    pub attempt: u64,
    /// The stage whose keys are asked for.
    pub stage: String,
    /// How many items are drawn from.
    pub n_items: usize,
    /// c of the event that froze the list.
    pub c: String,
}

/// The stage of keys of the attempt that is next.
fn attempt(db: &mut Db, lot: &Lot, base: KeyStage, now: Instant) -> Answer<KeyStage> {
    let Some(before) = store::draw::newest(db, &id(&lot.id, base))? else {
        return Ok(base);
    };
    require(before.state == DrawState::Voided, || Refusal::new(&FROZEN_BEFORE))?;
    let stage = next_stage(base, &before)?;
    let keyset = store::ceremony::of_stage(db, &lot.id, &stage.to_string())?;
    let ready = keyset.filter(|keyset| keyset.state == KeysetState::Ready);
    let ready = ready.ok_or_else(|| Refusal::new(&NO_KEYS).fact("stage", stage))?;
    invited::must_be_over(&ready, now)?;
    Ok(stage)
}

pub(super) fn next_stage(base: KeyStage, before: &Draw) -> Answer<KeyStage> {
    let n = u64::try_from(before.attempt + 1).map_err(|e| Fault::new("attempt", e))?;
    Ok(base.at(n))
}

fn freeze(tx: &mut Tx<'_>, lot: &mut Lot, base: KeyStage, plan: draw::Plan) -> Answer<FrozenDraw> {
    lot.must_be_drawn()?;
    let stage = attempt(tx.db, lot, base, tx.now)?;
    let (draw, n_items) = (plan.draw_id.clone(), plan.items.len());
    let plan = draw::Plan {
        attempt: stage.attempt,
        ..plan
    };
    let recorded = draw::freeze(tx, lot, stage, vec![plan])?;
    Ok(FrozenDraw {
        lot: lot.id.0.clone(),
        draw,
        attempt: stage.attempt,
        stage: stage.to_string(),
        n_items,
        c: recorded.c.to_hex(),
    })
}

/// The centre freezes the listed values of K (protocols B.3).
pub async fn draw_coefficient(app: &App, ask: Ask, lot: String) -> Answer<FrozenDraw> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let mut lot = Lot::find(tx.db, &lot)?.ok_or(Error::NotFound)?;
        scope::must_cover(tx.db, &actor, Role::CentreOperator, &lot)?;
        lot.must_be(Stage::CoefficientDraw)?;
        objection::must_be_answered(tx.db, &lot.id, ObjectionKind::Opening)?;
        // Who decides on the list must not know K yet: whom it favours would be known too.
        objection::must_be_answered(tx.db, &lot.id, ObjectionKind::List)?;
        let case = Case::of(tx.db, lot.clone())?;
        let mut session = case.session()?;
        session.opened_at.get_or_insert(tx.now);
        session.version += 1;
        tx.update(&session)?;
        store::duty::meet(tx, DutyKind::DrawCoefficient, &lot.id)?;
        let plan = draw::Plan {
            draw_id: id(&lot.id, COEFFICIENT),
            attempt: 1,
            purpose: DrawPurpose::Coef,
            take: 1,
            items: case.terms.draw().coefficients()?,
            has_balls: false,
        };
        freeze(tx, &mut lot, COEFFICIENT, plan)
    })
    .await
}

/// The centre freezes the list of qualified bidders; all of it is put into order.
pub async fn draw_order(app: &App, ask: Ask, lot: String) -> Answer<FrozenDraw> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let mut lot = Lot::find(tx.db, &lot)?.ok_or(Error::NotFound)?;
        scope::must_cover(tx.db, &actor, Role::CentreOperator, &lot)?;
        lot.must_be(Stage::AwardDraw)?;
        objection::must_be_answered(tx.db, &lot.id, ObjectionKind::List)?;
        let case = Case::of(tx.db, lot.clone())?;
        let items = case.pool.items()?;
        store::duty::meet(tx, DutyKind::DrawOrder, &lot.id)?;
        let take = case.terms.n_candidates.min(items.len());
        let plan = draw::Plan {
            draw_id: id(&lot.id, ORDER),
            attempt: 1,
            purpose: DrawPurpose::Award,
            take: u64::try_from(take).map_err(|e| Fault::new("candidates", e))?,
            items,
            has_balls: lot.method.has_balls(),
        };
        freeze(tx, &mut lot, ORDER, plan)
    })
    .await
}

/// K is drawn: P and the contract price follow from it, and the order is drawn next.
pub fn coefficient_drawn(tx: &mut Tx<'_>, lot: &mut Lot, transcript: &Transcript) -> Answer<()> {
    let case = Case::of(tx.db, lot.clone())?;
    let mut session = case.session()?;
    let band = case.terms.draw().band;
    let drawn = transcript.order()?;
    let first = drawn.first().ok_or_else(|| Fault::new("draw", "of nothing"))?;
    let k = band.coefficient(first.item.as_str())?;
    session.k = Some(k.to_string());
    session.k_drawn_at = Some(tx.now);
    session.version += 1;
    tx.update(&session)?;
    lot.advance(tx.now)?;
    tx.update(lot)?;
    duty::owe(tx, DutyKind::DrawOrder, &case.tender, lot, None)?;
    let facts = json!({
        "lot": lot.id, "k": session.k, "price": band.price(k),
        "low": band.low(), "high": band.high(),
    });
    let payload = Payload::facts("coefficient", "award.coefficient/1", &facts)?;
    tx.record(lot.tender_id.as_str(), Act::CoefficientDrawn, vec![payload])?;
    Ok(())
}

/// The order is drawn: the result is published, or the panel reviews the drawn ones first.
pub fn order_drawn(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    let session = store::award::session(tx.db, &lot.id)?;
    let mut session = session.ok_or_else(|| Fault::new("session", "an order without its list"))?;
    session.order_drawn_at = Some(tx.now);
    session.version += 1;
    tx.update(&session)?;
    lot.advance(tx.now)?;
    tx.update(lot)?;
    tx.record(lot.tender_id.as_str(), Act::LotMoved, Vec::new())?;
    super::enter(tx, lot)
}
