//! Calls: the supervision bureau's client resolves one position of the drawn order after the other,
//! experts accept, refuse or stay silent, and the next is called (protocols B.7; E06, E10). Where a
//! library drew, the platform calls the positions of its record in the same way (`super::library`).
//!
//! In: `signed/1` of `expert.call/1`. Out: an invitation, or the code with which the position is
//! skipped. Never: a call out of order, or without the proof that the item hides this expert.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{lot_of, panel_of, parties_of, trust};
use crate::{
    app::{Answer, App, Ask, Error, message::tell},
    domain::{
        act::Act,
        actor::Actor,
        bytes::JsonText,
        duty::{Due, DutyKind},
        expert::{Candidate, Expert},
        panel::{BUSY_SPAN, Panel, PanelState, Seat, SeatKind, SeatState},
        pool::ExpertCall,
        refusal::{
            Refusal,
            panel::{NOT_ASKED, NOT_SUP, POSITION, PROOF},
            require,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{canon::Object, sig::Signed},
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// What became of a call.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ExpertsCalled)]
pub struct Called {
    /// The position.
    pub position: i64,
    /// `invited`, or the code with which it is skipped.
    pub state: SeatState,
    /// The position to call next, while seats are free.
    pub next: Option<i64>,
}

/// Reads an object signed by the supervision bureau's key, as the tender's trust file names it.
pub(super) fn of_sup<T: Object>(tender: &Tender, signed: &Signed) -> Answer<T> {
    let refused = |why: &str| Refusal::new(&NOT_SUP).fact("why", why);
    let parties = trust(tender)?.ok_or_else(|| refused("parties"))?;
    let key = parties.key("sup").map_err(|flaw| refused(&flaw.to_string()))?;
    Ok(signed.open_by(&key).map_err(|flaw| refused(&flaw.to_string()))?)
}

/// The supervision bureau's client calls the next position.
pub async fn call(app: &App, lot: String, signed: Signed) -> Answer<Called> {
    let ask = Ask::new(Actor::Holder("sup".to_owned()), Act::ExpertCalled);
    let orders = app.orders.clone();
    app.act(ask, move |tx| {
        let (lot, tender) = lot_of(tx.db, &lot)?;
        let call: ExpertCall = of_sup(&tender, &signed)?;
        let mut panel = panel_of(tx.db, &lot.id)?;
        fall_silent(tx, &panel)?;
        let seats = store::panel::seats(tx.db, &panel.id)?;
        let is_this = call.lot.as_str() == lot.id.as_str()
            && call.draw.as_str() == panel.draw_id
            && !panel.is_external()
            && i64::try_from(call.attempt).ok() == Some(panel.attempt);
        let next = panel.next_position(&seats, tx.now).filter(|_| is_this);
        let next = next.ok_or_else(|| {
            Refusal::new(&NOT_ASKED).fact("state", format!("word:panel-state-{}", panel.state))
        })?;
        require(i64::try_from(call.position).ok() == Some(next), || {
            Refusal::new(&POSITION).fact("position", next)
        })?;
        let item = orders.item(tx.db, &panel, next)?;
        let expert = store::expert::by_number(tx.db, call.expert_no.as_str())?;
        let expert = expert.filter(|_| call.is_of(&item));
        let expert = expert.ok_or_else(|| Refusal::new(&PROOF))?;
        let candidate = candidate(tx.db, &panel, expert)?;
        let proof = Some(JsonText::of(&signed.value()?)?);
        let state = seat(tx, &mut panel, &lot, &tender, &candidate, next, proof)?;
        let payload = Payload::object("call", &signed)?;
        tx.record(panel.id.as_str(), Act::ExpertCalled, vec![payload])?;
        let seats = store::panel::seats(tx.db, &panel.id)?;
        Ok(Called {
            position: next,
            state,
            next: panel.next_position(&seats, tx.now),
        })
    })
    .await
}

/// An expert as a candidate for a seat of a panel, at the time it needs him.
pub(super) fn candidate(db: &mut Db, panel: &Panel, expert: Expert) -> Answer<Candidate> {
    let until = panel.begins_at.plus(BUSY_SPAN);
    let is_busy = store::panel::is_busy(db, &expert.id, panel.begins_at, until, &panel.id)?;
    Ok(store::expert::candidate(db, expert, is_busy)?)
}

/// The organisations that take part, as far as they are known by now.
pub(super) fn parties_now(db: &mut Db, lot: &Lot, tender: &Tender) -> Answer<BTreeSet<String>> {
    let mut parties = parties_of(db, tender)?;
    if lot.stage.is_opened() {
        parties.extend(bidders(db, lot)?);
    }
    Ok(parties)
}

/// Writes the call of a position: an invitation, or the code with which it is skipped.
pub(super) fn seat(
    tx: &mut Tx<'_>,
    panel: &mut Panel,
    lot: &Lot,
    tender: &Tender,
    candidate: &Candidate,
    position: i64,
    proof: Option<JsonText>,
) -> Answer<SeatState> {
    let seats = store::panel::seats(tx.db, &panel.id)?;
    let parties = parties_now(tx.db, lot, tender)?;
    let state = panel.call(candidate, candidate.bar(&parties, tx.now), &seats, tx.now);
    let seat = Seat {
        id: tx.id(),
        panel_id: panel.id.clone(),
        lot_id: lot.id.clone(),
        kind: SeatKind::Expert,
        attempt: panel.attempt,
        position,
        expert_id: Some(candidate.expert.id.clone()),
        account_id: candidate.expert.account_id.clone(),
        unit: candidate.expert.employer_code.clone(),
        state,
        reason: String::new(),
        proof,
        called_at: tx.now,
        answer_by_at: tx.now.plus(panel.answer_span),
        answered_at: None,
        left_at: None,
        busy_from_at: panel.begins_at,
        busy_until_at: panel.begins_at.plus(BUSY_SPAN),
        pledge: None,
        pledged_at: None,
    };
    tx.insert(&seat)?;
    if state == SeatState::Invited {
        invite(tx, panel, lot, &seat)?;
    }
    panel.settle(&store::panel::seats(tx.db, &panel.id)?, tx.now);
    tx.update(panel)?;
    Ok(state)
}

fn invite(tx: &mut Tx<'_>, panel: &Panel, lot: &Lot, seat: &Seat) -> Answer<()> {
    let Some(account) = &seat.account_id else {
        return Ok(());
    };
    let link = format!("/calls/{}", seat.id);
    let (begins, until) = (panel.begins_at.to_string(), seat.answer_by_at.to_string());
    let facts = [
        ("code", panel.code.as_str()),
        ("at", begins.as_str()),
        ("until", until.as_str()),
    ];
    tell(tx, account, "panel-invited", &facts, &link)?;
    store::duty::owe(tx, DutyKind::AnswerCall, &seat.id, |duty| {
        let duty = duty
            .about("panel_seat", &seat.id, panel.code.clone())
            .by_account(account);
        duty.of_lot(&lot.id).due(Some(Due::by(seat.answer_by_at)))
    })?;
    Ok(())
}

/// The credit codes of the bidders, once the bids are opened.
pub(super) fn bidders(db: &mut Db, lot: &Lot) -> Answer<Vec<String>> {
    let opened = store::bid::opened(db, &lot.id)?;
    Ok(opened.into_iter().map(|bid| bid.bidder).collect())
}

/// Ends the invitations that were not answered in time.
pub(super) fn fall_silent(tx: &mut Tx<'_>, panel: &Panel) -> Answer<()> {
    let seats = store::panel::seats(tx.db, &panel.id)?;
    let now = tx.now;
    let mut overdue: Vec<Seat> = seats.into_iter().filter(|seat| seat.is_overdue(now)).collect();
    for seat in &mut overdue {
        seat.fall_silent();
        tx.update(seat)?;
        store::duty::lapse(tx, DutyKind::AnswerCall, &seat.id)?;
    }
    if !overdue.is_empty() {
        tx.record(panel.id.as_str(), Act::ExpertSilent, Vec::new())?;
    }
    Ok(())
}

/// The invitation as its expert sees it: when and where, not which project.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Invitation {
    /// The call.
    pub id: String,
    /// The code of the panel.
    pub code: String,
    /// GB/T 2260 code of the place.
    pub region: String,
    /// When the evaluation begins, Unix ms.
    #[schema(value_type = i64)]
    pub begins_at: Instant,
    /// From this instant on no answer is silence, Unix ms.
    #[schema(value_type = i64)]
    pub answer_by_at: Instant,
    /// How it stands.
    pub state: SeatState,
    /// The lot, once accepted and opened: where to pledge and review.
    pub lot: Option<String>,
}

/// The calls of an expert, newest first.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Invitations {
    /// The calls that were invitations.
    pub calls: Vec<Invitation>,
}

fn invitation(db: &mut Db, seat: Seat, now: Instant) -> Answer<Invitation> {
    let panel = Panel::find(db, seat.panel_id.as_str())?.ok_or(Error::NotFound)?;
    let (lot, _) = lot_of(db, seat.lot_id.as_str())?;
    let may_know = seat.is_member() && lot.stage.is_opened();
    Ok(Invitation {
        state: if seat.is_overdue(now) {
            SeatState::Silent
        } else {
            seat.state
        },
        id: seat.id.0,
        code: panel.code,
        region: panel.region,
        begins_at: panel.begins_at,
        answer_by_at: seat.answer_by_at,
        lot: may_know.then_some(lot.id.0),
    })
}

/// Whether a row was ever an invitation; skipped positions are known to nobody but the program.
fn was_invited(seat: &Seat) -> bool {
    use SeatState::{Absent, Accepted, Invited, Recused, Refused, Silent};
    matches!(
        seat.state,
        Invited | Accepted | Refused | Silent | Recused | Absent
    )
}

/// One invitation of the person signed in.
pub fn show(db: &mut Db, actor: &Actor, id: &str, now: Instant) -> Answer<Invitation> {
    let seat = own(db, actor, id)?;
    invitation(db, seat, now)
}

/// The invitations of the person signed in.
pub fn list(db: &mut Db, actor: &Actor, now: Instant) -> Answer<Invitations> {
    let account = crate::domain::id::Id(actor.token().to_owned());
    let mut calls = Vec::new();
    for seat in store::panel::of_account(db, &account, 100)? {
        if was_invited(&seat) {
            calls.push(invitation(db, seat, now)?);
        }
    }
    Ok(Invitations { calls })
}

fn own(db: &mut Db, actor: &Actor, id: &str) -> Answer<Seat> {
    let seat = Seat::find(db, id)?.filter(was_invited);
    let own =
        |seat: &Seat| seat.account_id.as_ref().map(crate::domain::id::Id::as_str) == Some(actor.token());
    seat.filter(own).ok_or(Error::NotFound)
}

/// The expert's answer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExpertReply)]
pub struct Reply {
    /// Whether he comes.
    pub accepts: bool,
    /// Why not.
    #[serde(default)]
    pub reason: String,
}

/// The expert accepts or refuses; the last acceptance seats the panel.
pub async fn answer(app: &App, ask: Ask, id: String, reply: Reply) -> Answer<SeatState> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let mut seat = own(tx.db, &actor, &id)?;
        seat.answer(reply.accepts, &reply.reason, tx.now)?;
        tx.update(&seat)?;
        store::duty::meet(tx, DutyKind::AnswerCall, &seat.id)?;
        let mut panel = panel_of(tx.db, &seat.lot_id)?;
        let was_seated = panel.state == PanelState::Seated;
        panel.settle(&store::panel::seats(tx.db, &panel.id)?, tx.now);
        tx.update(&panel)?;
        let facts = json!({ "seat": seat.id, "accepts": reply.accepts, "reason": seat.reason });
        let payload = Payload::facts("answer", "expert.answered/1", &facts)?;
        tx.record(panel.id.as_str(), Act::ExpertAnswered, vec![payload])?;
        if panel.state == PanelState::Seated && !was_seated {
            tx.record(panel.id.as_str(), Act::PanelSeated, Vec::new())?;
        }
        Ok(seat.state)
    })
    .await
}
