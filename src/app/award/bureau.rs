//! What the supervision bureau does at an award session under its own key: the balls drawn in the hall
//! enter, and a draw is voided.
//!
//! In: what its officer typed; then the object, signed. Out: the object to sign; digits in the draw, or a
//! fresh ceremony. Never: a second attempt without the bureau's signed decision, the consent of another
//! power and keys of its own; balls entered twice; an object with something left open.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Case,
    draws::{COEFFICIENT, ORDER, id, next_stage},
};
use crate::{
    app::{
        Answer, App, Ask, Error, ceremony, consent, duty, message, panel::again, scope, tender as tenders,
    },
    domain::{
        act::Act,
        actor::Role,
        ceremony::not_before,
        consent::Matter,
        credential,
        draw::{Draw, DrawPurpose, DrawState},
        duty::DutyKind,
        procedure::Stage,
        refusal::{
            Refusal,
            award::{BALLS, BEACON_UNFIT, NOT_VOIDED, VOID_UNFIT},
            require,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        canon::{Hash, Object, Token},
        closing::Decision,
        draw::{Beacon, Frozen, HALL_BALLS, balls_value},
        parties::Parties,
        sig::{PublicKey, Signed},
        stage::KeyStage,
    },
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

/// The words of what the bureau signs.
const BALLS_WORD: &str = "balls";
const VOIDING_WORD: &str = "voiding";
/// The longest reason, in characters.
const REASON_MAX: usize = 500;

/// What the bureau's officer typed.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The digits as drawn, with single spaces.
    #[serde(default)]
    pub digits: String,
    /// Why the newest draw is voided.
    #[serde(default)]
    pub reason: String,
}

/// An object for the bureau's key.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = BureauPaper)]
pub struct Paper {
    /// `balls` or `voiding`.
    pub what: String,
    /// Where it is sent, under the lot.
    pub to: String,
    /// The object, canonical JSON.
    pub object: String,
    /// Its SHA-256, hex64.
    pub digest: String,
    /// What the built-in bureau of a sandbox signs: `signed/1`; elsewhere empty.
    pub signed: String,
}

impl Paper {
    fn of(object: &impl Object, what: &str, to: &str) -> Answer<Self> {
        Ok(Self {
            what: what.to_owned(),
            to: to.to_owned(),
            object: String::from_utf8_lossy(&object.bytes()?).into_owned(),
            digest: object.digest()?.to_hex(),
            signed: String::new(),
        })
    }
}

/// The draw that waits for the balls of the hall.
pub(super) fn awaiting_balls<'a>(lot: &Lot, draws: &'a [Draw]) -> Option<&'a Draw> {
    let waits = |draw: &&Draw| {
        draw.purpose == DrawPurpose::Award && draw.state == DrawState::Frozen && draw.digits.is_none()
    };
    draws.iter().find(waits).filter(|_| lot.method.has_balls())
}

/// What the bureau may sign now.
pub(super) fn decisions(db: &mut Db, lot: &Lot, draws: &[Draw], now: Instant) -> Vec<String> {
    let balls = awaiting_balls(lot, draws).map(|_| BALLS_WORD.to_owned());
    let voiding = voidable(db, lot, now).ok().map(|_| VOIDING_WORD.to_owned());
    balls.into_iter().chain(voiding).collect()
}

/// What the bureau is about to sign: the balls, or the decision that voids the newest draw.
pub(in crate::app) fn paper(
    db: &mut Db,
    lot: &Lot,
    draws: &[Draw],
    typed: Typed,
    now: Instant,
) -> Answer<Option<Paper>> {
    if let Some(draw) = awaiting_balls(lot, draws).filter(|_| !typed.digits.is_empty()) {
        let attempt = u64::try_from(draw.attempt).map_err(|e| Fault::new("attempt", e))?;
        balls_value(&typed.digits)
            .map_err(|why| Refusal::new(&BEACON_UNFIT).fact("why", why).at("digits"))?;
        let beacon = Beacon {
            draw: Token::new(id(&lot.id, ORDER))?,
            attempt,
            src: HALL_BALLS.to_owned(),
            round: attempt,
            digits: typed.digits,
        };
        return Paper::of(&beacon, BALLS_WORD, "award-draw/balls").map(Some);
    }
    if typed.reason.is_empty() {
        return Ok(None);
    }
    let (_, draw) = voidable(db, lot, now)?;
    let decision = Decision {
        tender: Token::new(lot.tender_id.as_str())?,
        lot: Token::new(lot.id.as_str())?,
        what: Token::new("void")?,
        about: Some(Hash::of(&[draw.frozen.0.as_bytes()])),
        reason: credential::line(&typed.reason, "reason", REASON_MAX)?,
    };
    Paper::of(&decision, VOIDING_WORD, "voidings").map(Some)
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
        lot.must_be_drawn()?;
        let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        let unfit =
            |why: crate::proof::canon::Flaw| Refusal::new(&BEACON_UNFIT).fact("why", why).at("signed");
        let signed = decided.read().map_err(unfit)?;
        let beacon: Beacon = signed.open_by(&bureau_key(&tender)?).map_err(unfit)?;
        tenders::must_be_signed(tx, &signed.x_digest()?)?;
        let draw = store::draw::newest(tx.db, &id(&lot.id, ORDER))?;
        let named = draw.filter(|draw| draw.state == DrawState::Frozen && draw.digits.is_none());
        let mut draw = named
            .filter(|_| lot.method.has_balls())
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
    /// The page where it goes on.
    pub place: String,
}

/// The bureau voids the newest draw by its signed decision, with the consent of another power: a fresh attempt needs fresh keys and fresh
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
        let (base, mut draw) = voidable(tx.db, &lot, tx.now)?;
        let about = Hash::of(&[draw.frozen.0.as_bytes()]);
        let is_it = decision.what.as_str() == "void"
            && (decision.tender.as_str(), decision.lot.as_str()) == (tender.id.as_str(), lot.id.as_str())
            && decision.about == Some(about);
        require(is_it, || unfit(&about))?;
        consent::spend(tx, Matter::Voiding, &draw.id)?;
        let payload = Payload::object("decision", &signed)?;
        tx.record(lot.tender_id.as_str(), Act::SupervisorDecided, vec![payload])?;
        draw.state = DrawState::Voided;
        (draw.void_reason, draw.voided_at) = (Some(decision.reason.clone()), Some(tx.now));
        tx.update(&draw)?;
        if base == KeyStage::EXPERTS {
            again::ask(tx, &lot)?;
        } else {
            go_back(tx, &mut lot, base)?;
        }
        let facts = json!({ "draw": draw.draw_id, "attempt": draw.attempt, "reason": decision.reason });
        let payload = Payload::facts("voided", "draw.voided/1", &facts)?;
        tx.record(lot.tender_id.as_str(), Act::DrawVoided, vec![payload])?;
        if base.is_award() {
            let title = tender.title_of(&lot);
            let said = [("name", title.as_str()), ("reason", decision.reason.as_str())];
            let hall = format!("/lots/{}/hall", lot.id);
            message::tell_interested(tx, &tender.id, "message-voided", &said, &hall)?;
        }
        let stage = next_stage(base, &draw)?;
        let parties = tender.parties.clone().ok_or(Error::NotFound)?;
        ceremony::begin(
            tx,
            &lot,
            stage,
            parties,
            not_before(stage, lot.closes_at, tx.now)?,
        )?;
        tx.record(lot.tender_id.as_str(), Act::CeremonyCalled, Vec::new())?;
        Ok(Voided {
            draw: draw.draw_id,
            attempt: draw.attempt,
            place: format!(
                "/lots/{}/{}",
                lot.id,
                if base.is_award() { "hall" } else { "panel" }
            ),
            stage: stage.to_string(),
        })
    })
    .await
}

/// The draw that a decision may void: the newest, as long as nothing rests on it. Who falls out after
/// the publication does not undo it: the order is walked down. A draw of experts is voided when its order
/// is used up.
pub(in crate::app) fn voidable(db: &mut Db, lot: &Lot, now: Instant) -> Answer<(KeyStage, Draw)> {
    if let Some(draw) = again::used_up(db, lot, now)? {
        return Ok((KeyStage::EXPERTS, draw));
    }
    lot.must_be_drawn()?;
    let stands = |draw: &Draw| draw.state != DrawState::Voided;
    let has_list = store::award::session(db, &lot.id)?.is_some();
    let is_out = store::award::of_lot(db, &lot.id)?.is_some_and(|award| award.published_at.is_some());
    let has_reviews = lot.stage == Stage::Evaluation && !store::review::of_lot(db, &lot.id)?.is_empty();
    let has_fallen = !store::award::exclusions(db, &lot.id)?.is_empty();
    let is_time = has_list && !is_out && !has_reviews && !has_fallen && !lot.stage.is_final();
    for base in [ORDER, COEFFICIENT] {
        let newest = store::draw::newest(db, &id(&lot.id, base))?;
        if let Some(draw) = newest.filter(stands).filter(|_| is_time) {
            return Ok((base, draw));
        }
    }
    Err(Refusal::new(&NOT_VOIDED).into())
}

fn go_back(tx: &mut Tx<'_>, lot: &mut Lot, base: KeyStage) -> Answer<()> {
    let session = store::award::session(tx.db, &lot.id)?;
    let mut session = session.ok_or_else(|| Fault::new("session", "a draw without its list"))?;
    // an objection is answered whatever becomes of the draw
    store::duty::lapse_all(tx, &lot.id, &[DutyKind::AnswerObjection])?;
    for signature in store::award::signatures(tx.db, &lot.id)? {
        tx.delete(&signature)?;
    }
    let (stage, kind) = if base == COEFFICIENT {
        (session.k, session.k_drawn_at) = (None, None);
        (Stage::CoefficientDraw, DutyKind::DrawCoefficient)
    } else {
        (Stage::AwardDraw, DutyKind::DrawOrder)
    };
    session.order_drawn_at = None;
    session.version += 1;
    tx.update(&session)?;
    lot.enter(stage, tx.now);
    tx.update(lot)?;
    let case = Case::of(tx.db, lot.clone())?;
    duty::owe(tx, kind, &case.tender, lot, None)?;
    Ok(())
}
