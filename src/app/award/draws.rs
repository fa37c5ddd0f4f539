//! The two draws of an award: K over the listed values, then the order over the qualified bidders.
//!
//! The centre freezes a list, the holders give their keys, time completes the draw, and what follows
//! from it is decided here. Never: a second attempt without the supervisor's signed decision and keys
//! of its own; balls entered twice.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Case, DUTY_COEFFICIENT, DUTY_ORDER};
use crate::{
    app::{Answer, App, Ask, Error, ceremony, draw, objection, scope, tender as tenders},
    domain::{
        act::Act,
        actor::Role,
        ceremony::{KeysetState, not_before},
        draw::{Draw, DrawPurpose, DrawState},
        id::Id,
        objection::ObjectionKind,
        procedure::Stage,
        refusal::{
            Refusal,
            award::{BALLS, BEACON_UNFIT, NO_KEYS, NOT_VOIDED, VOID_UNFIT},
            draw::FROZEN_BEFORE,
            require,
        },
        tender::{Lot, Tender},
    },
    proof::{
        canon::{Hash, Object as _},
        closing::Decision,
        draw::{Beacon, Frozen},
        parties::Parties,
        sig::{PublicKey, Signed},
        transcript::Transcript,
    },
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

/// The stage of the draw of K.
pub const COEFFICIENT: &str = "draw1";
/// The stage of the draw of the order.
pub const ORDER: &str = "draw2";

/// The draw id of the protocols.
pub fn id(lot: &Id, base: &str) -> String {
    format!("{lot}.{base}")
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

/// The attempt that is next, and the stage of its keys.
fn attempt(db: &mut Db, lot: &Lot, base: &str) -> Answer<(u64, String)> {
    let Some(before) = store::draw::newest(db, &id(&lot.id, base))? else {
        return Ok((1, base.to_owned()));
    };
    require(before.state == DrawState::Voided, || Refusal::new(&FROZEN_BEFORE))?;
    let stage = next_stage(base, &before);
    let keyset = store::ceremony::of_stage(db, &lot.id, &stage)?;
    let is_ready = keyset.is_some_and(|keyset| keyset.state == KeysetState::Ready);
    require(is_ready, || Refusal::new(&NO_KEYS).fact("stage", &stage))?;
    let n = u64::try_from(before.attempt + 1).map_err(|e| Fault::new("attempt", e))?;
    Ok((n, stage))
}

fn next_stage(base: &str, before: &Draw) -> String {
    format!("{base}-a{}", before.attempt + 1)
}

fn freeze(tx: &mut Tx<'_>, lot: &mut Lot, base: &str, plan: draw::Plan) -> Answer<FrozenDraw> {
    let (attempt, stage) = attempt(tx.db, lot, base)?;
    let (draw, n_items) = (plan.draw_id.clone(), plan.items.len());
    let plan = draw::Plan { attempt, ..plan };
    let recorded = draw::freeze(tx, lot, &stage, vec![plan])?;
    Ok(FrozenDraw {
        lot: lot.id.0.clone(),
        draw,
        attempt,
        stage,
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
        let case = Case::of(tx.db, lot.clone())?;
        let mut award = case.begun()?;
        award.session_at.get_or_insert(tx.now);
        award.version += 1;
        tx.update(&award)?;
        store::duty::meet(tx, DUTY_COEFFICIENT, &lot.id)?;
        let plan = draw::Plan {
            draw_id: id(&lot.id, COEFFICIENT),
            attempt: 1,
            purpose: DrawPurpose::Coef,
            take: 1,
            items: case.terms.coefficients()?,
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
        store::duty::meet(tx, DUTY_ORDER, &lot.id)?;
        let take = case.terms.n_candidates.min(items.len());
        let plan = draw::Plan {
            draw_id: id(&lot.id, ORDER),
            attempt: 1,
            purpose: DrawPurpose::Award,
            take: u64::try_from(take).map_err(|e| Fault::new("candidates", e))?,
            items,
            has_balls: lot.has_balls,
        };
        freeze(tx, &mut lot, ORDER, plan)
    })
    .await
}

/// K is drawn: P and the contract price follow from it, and the order is drawn next.
pub fn coefficient_drawn(tx: &mut Tx<'_>, lot: &mut Lot, transcript: &Transcript) -> Answer<()> {
    let case = Case::of(tx.db, lot.clone())?;
    let mut award = case.begun()?;
    let drawn = transcript.order()?;
    let first = drawn.first().ok_or_else(|| Fault::new("draw", "of nothing"))?;
    let k = case.terms.band.coefficient(first.item.as_str())?;
    award.k = Some(k.to_string());
    award.price_fen = Some(case.terms.band.price(k));
    award.k_drawn_at = Some(tx.now);
    award.version += 1;
    tx.update(&award)?;
    lot.advance(tx.now);
    tx.update(lot)?;
    super::owe_centre(tx, &case, DUTY_ORDER)?;
    let facts = json!({
        "lot": lot.id, "k": award.k, "price": award.price_fen,
        "low": case.terms.band.low(), "high": case.terms.band.high(),
    });
    let payload = Payload::facts("coefficient", "award.coefficient/1", &facts)?;
    tx.record(lot.tender_id.as_str(), Act::LotMoved, vec![payload])?;
    Ok(())
}

/// The order is drawn: the result is published, or the panel reviews the drawn ones first.
pub fn order_drawn(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    let award = store::award::of_lot(tx.db, &lot.id)?;
    let mut award = award.ok_or_else(|| Fault::new("award", "an order without its list"))?;
    award.order_drawn_at = Some(tx.now);
    award.version += 1;
    tx.update(&award)?;
    lot.advance(tx.now);
    tx.update(lot)?;
    tx.record(lot.tender_id.as_str(), Act::LotMoved, Vec::new())?;
    super::enter(tx, lot)
}

/// What the supervision bureau signed under its own key: `signed/1`.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BureauDecided)]
pub struct Decided {
    /// `signed/1` of `beacon/1`, or of `decision/1`; in a form its text.
    #[schema(value_type = Object)]
    pub signed: Value,
}

impl Decided {
    fn read(&self) -> Result<Signed, crate::proof::canon::Flaw> {
        match &self.signed {
            Value::String(text) => Signed::from_bytes(text.trim().as_bytes()),
            value
            @ (Value::Object(_) | Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Null) => {
                Signed::from_value(value)
            }
        }
    }
}

fn bureau_key(tender: &Tender) -> Answer<PublicKey> {
    let parties = tender.parties.as_ref().ok_or(Error::NotFound)?;
    Ok(Parties::from_value(&parties.get::<Value>()?)?.key("sup")?)
}

/// The bureau enters the balls drawn in the hall, after the freeze; the first entry counts (B.4).
pub async fn enter_balls(app: &App, ask: Ask, lot: String, decided: Decided) -> Answer<String> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let mut lot = Lot::find(tx.db, &lot)?.ok_or(Error::NotFound)?;
        scope::must_cover(tx.db, &actor, Role::Supervisor, &lot)?;
        let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        let unfit =
            |why: crate::proof::canon::Flaw| Refusal::new(&BEACON_UNFIT).fact("why", why).at("signed");
        let signed = decided.read().map_err(unfit)?;
        let beacon: Beacon = signed.open_by(&bureau_key(&tender)?).map_err(unfit)?;
        tenders::must_be_signed(tx, &signed.x_digest()?)?;
        let draw = store::draw::newest(tx.db, &id(&lot.id, ORDER))?;
        let named = draw.filter(|draw| draw.state == DrawState::Frozen && draw.digits.is_none());
        let mut draw = named
            .filter(|_| lot.has_balls)
            .ok_or_else(|| Refusal::new(&BALLS))?;
        let frozen = Frozen::from_bytes(draw.frozen.0.as_bytes())?;
        let is_it = (&beacon.draw, beacon.attempt) == (&frozen.draw, frozen.attempt);
        require(is_it, || {
            Refusal::new(&BEACON_UNFIT)
                .fact("why", "draw, attempt")
                .at("signed")
        })?;
        draw.digits = Some(beacon.digits.clone());
        tx.update(&draw)?;
        lot.wake(tx.now);
        tx.update(&lot)?;
        let payload = Payload::object("beacon", &signed)?;
        tx.record(lot.tender_id.as_str(), Act::BeaconEntered, vec![payload])?;
        Ok(beacon.digits)
    })
    .await
}

/// A draw voided, and the stage of the fresh ceremony that was called for the next attempt.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Voided {
    /// The draw id of the protocols.
    pub draw: String,
    /// The attempt voided.
    pub attempt: i64,
    /// The stage of the next attempt's keys.
    pub stage: String,
}

/// The bureau voids the newest draw by its signed decision: a fresh attempt needs fresh keys and fresh
/// contributions (B.5), and the lot goes back to that draw.
pub async fn void(app: &App, ask: Ask, lot: String, decided: Decided) -> Answer<Voided> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let mut lot = Lot::find(tx.db, &lot)?.ok_or(Error::NotFound)?;
        scope::must_cover(tx.db, &actor, Role::Supervisor, &lot)?;
        let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        let unfit = |why: &dyn std::fmt::Display| Refusal::new(&VOID_UNFIT).fact("why", why).at("signed");
        let signed = decided.read().map_err(|e| unfit(&e))?;
        let decision: Decision = signed.open_by(&bureau_key(&tender)?).map_err(|e| unfit(&e))?;
        tenders::must_be_signed(tx, &signed.x_digest()?)?;
        let (base, mut draw) = voidable(tx.db, &lot)?;
        let about = Hash::of(&[draw.frozen.0.as_bytes()]);
        let is_it = decision.what.as_str() == "void"
            && (decision.tender.as_str(), decision.lot.as_str()) == (tender.id.as_str(), lot.id.as_str())
            && decision.about == Some(about);
        require(is_it, || unfit(&about))?;
        let payload = Payload::object("decision", &signed)?;
        tx.record(lot.tender_id.as_str(), Act::SupervisorDecided, vec![payload])?;
        draw.state = DrawState::Voided;
        tx.update(&draw)?;
        go_back(tx, &mut lot, base)?;
        let facts = json!({ "draw": draw.draw_id, "attempt": draw.attempt, "reason": decision.reason });
        let payload = Payload::facts("voided", "draw.voided/1", &facts)?;
        tx.record(lot.tender_id.as_str(), Act::DrawVoided, vec![payload])?;
        let stage = next_stage(base, &draw);
        let parties = tender.parties.clone().ok_or(Error::NotFound)?;
        ceremony::begin(
            tx,
            &lot,
            &stage,
            parties,
            not_before(&stage, lot.closes_at, tx.now)?,
        )?;
        tx.record(lot.tender_id.as_str(), Act::CeremonyCalled, Vec::new())?;
        Ok(Voided {
            draw: draw.draw_id,
            attempt: draw.attempt,
            stage,
        })
    })
    .await
}

/// The draw that a decision may void: the newest, as long as nothing rests on it.
pub(super) fn voidable(db: &mut Db, lot: &Lot) -> Answer<(&'static str, Draw)> {
    let stands = |draw: &Draw| draw.state != DrawState::Voided;
    let has_award = store::award::of_lot(db, &lot.id)?.is_some_and(|award| award.published_at.is_none());
    let has_reviews = lot.stage == Stage::Evaluation && !store::review::of_lot(db, &lot.id)?.is_empty();
    let is_time = has_award && !has_reviews && !lot.stage.is_final();
    for base in [ORDER, COEFFICIENT] {
        let newest = store::draw::newest(db, &id(&lot.id, base))?;
        if let Some(draw) = newest.filter(stands).filter(|_| is_time) {
            return Ok((base, draw));
        }
    }
    Err(Refusal::new(&NOT_VOIDED).into())
}

fn go_back(tx: &mut Tx<'_>, lot: &mut Lot, base: &str) -> Answer<()> {
    let award = store::award::of_lot(tx.db, &lot.id)?;
    let mut award = award.ok_or_else(|| Fault::new("award", "a draw without its list"))?;
    store::duty::lapse(tx, &lot.id, &[])?;
    for signature in store::award::signatures(tx.db, &lot.id)? {
        tx.delete(&signature)?;
    }
    let (stage, title) = if base == COEFFICIENT {
        (award.k, award.price_fen, award.k_drawn_at) = (None, None, None);
        (Stage::CoefficientDraw, DUTY_COEFFICIENT)
    } else {
        (Stage::AwardDraw, DUTY_ORDER)
    };
    award.order_drawn_at = None;
    award.version += 1;
    tx.update(&award)?;
    lot.enter(stage, tx.now);
    tx.update(lot)?;
    let case = Case::of(tx.db, lot.clone())?;
    super::owe_centre(tx, &case, title)
}
