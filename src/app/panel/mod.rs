//! The expert panel of a lot (评审小组): asked for by the centre, drawn by the protocols and called one
//! position at a time by the supervision bureau's client, or drawn by an outside library and called by
//! the platform; checked against the bidders right after the opening.
//!
//! The chain of a panel is its own id: nothing about its people stands on the tender's chain. Never:
//! a name, or who is next, on a page of those who operate.

pub mod again;
pub mod call;
pub mod library;
pub mod order;
pub mod pool;
pub mod seat;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, App, Ask, Error, award::bureau::Typed, consent, scope::must_serve};
use crate::{
    domain::{
        account::Organisation,
        act::Act,
        actor::{Actor, Role},
        consent::Matter,
        expert::Expert,
        id::Id,
        panel::{BUSY_SPAN, Panel, PanelState, Seat, SeatKind, SeatState, check_make_up, check_window},
        procedure::Stage,
        refusal::{
            Refusal,
            common::WRONG_STAGE,
            panel::{EXISTS, NO_PANEL, POOL_SMALL},
            require,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{canon::Object as _, parties::Parties, stage::KeyStage},
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// How many panels the draw desk shows.
const PAGE: i64 = 100;

/// What the centre asks for.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The minutes an expert has to answer.
    pub answer_minutes: i64,
    /// The outside library whose record gives the order; none: the local list.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub library: Option<Id>,
}

/// A panel asked for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Requested {
    /// The panel.
    #[schema(value_type = String)]
    pub panel: Id,
    /// The code that the draw desk sees instead of the project's name.
    pub code: String,
}

/// The lot and its tender.
pub(super) fn lot_of(db: &mut Db, lot: &str) -> Answer<(Lot, Tender)> {
    let lot = Lot::find(db, lot)?.ok_or(Error::NotFound)?;
    let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    Ok((lot, tender))
}

/// The panel of a lot, its state as the draw has left it.
fn panel_of(db: &mut Db, lot: &Id) -> Answer<Panel> {
    let panel = store::panel::of_lot(db, lot)?;
    as_drawn(db, panel.ok_or_else(|| Refusal::new(&NO_PANEL))?)
}

fn as_drawn(db: &mut Db, mut panel: Panel) -> Answer<Panel> {
    if panel.state == PanelState::Drawing && store::draw::done(db, &panel.draw_id)?.is_some() {
        panel.state = PanelState::Calling;
    }
    Ok(panel)
}

/// The organisations that take part before any bid is known: owner, agency, and the duties (Z66, Z67).
fn parties_of(db: &mut Db, tender: &Tender) -> Answer<BTreeSet<String>> {
    let mut codes = BTreeSet::new();
    for id in [Some(&tender.owner_id), tender.agency_id.as_ref()]
        .into_iter()
        .flatten()
    {
        let organisation = Organisation::find(db, id.as_str())?;
        codes.extend(organisation.map(|organisation| organisation.code));
    }
    if let Some(parties) = trust(tender)? {
        codes.extend(parties.parties.into_iter().map(|party| party.org));
    }
    Ok(codes)
}

/// The trust file of a tender, once its ceremonies were called.
fn trust(tender: &Tender) -> Answer<Option<Parties>> {
    let text = tender.parties.as_ref();
    let parties = text.map(|text| Parties::from_value(&text.get::<serde_json::Value>().unwrap_or_default()));
    Ok(parties.transpose()?)
}

/// Those who may be drawn for a lot now, in order of number.
fn free(db: &mut Db, lot: &Lot, tender: &Tender, begins_at: Instant, now: Instant) -> Answer<Vec<Expert>> {
    let parties = call::parties_now(db, lot, tender)?;
    let until = begins_at.plus(BUSY_SPAN);
    let all = store::expert::candidates(db, &lot.specialty, begins_at, until)?;
    let seats = match store::panel::of_lot(db, &lot.id)? {
        Some(panel) => store::panel::seats(db, &panel.id)?,
        None => Vec::new(),
    };
    let settled = seats.iter().filter(|seat| seat.is_settled());
    let settled: BTreeSet<&Id> = settled.filter_map(|seat| seat.expert_id.as_ref()).collect();
    let free = all.into_iter().filter(|candidate| {
        candidate.bar(&parties, now).is_none() && !settled.contains(&candidate.expert.id)
    });
    Ok(free.map(|candidate| candidate.expert).collect())
}

/// The centre asks for the panel of a lot, within the window before the evaluation (E04).
pub async fn request(app: &App, ask: Ask, lot: String, request: Request) -> Answer<Requested> {
    let answer_span = Panel::answer_span_of(request.answer_minutes)?;
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let (lot, tender) = lot_of(tx.db, &lot)?;
        must_serve(&actor, Role::CentreOperator, &tender.region)?;
        let is_time = lot.stage == Stage::Open || lot.stage == Stage::Closing || lot.stage.is_opened();
        let panel_rule = lot.procedure()?.panel;
        let (true, Some(rule), Some(begins_at)) = (is_time, panel_rule, lot.closes_at) else {
            return Err(Refusal::new(&WRONG_STAGE)
                .fact(
                    "stage",
                    format!("word:stage-{}", lot.stage.word().replace('_', "-")),
                )
                .fact("needed", "word:stage-open")
                .into());
        };
        if let Some(before) = store::panel::of_lot(tx.db, &lot.id)? {
            return Err(Refusal::new(&EXISTS).fact("code", before.code).into());
        }
        let rules = super::tender::rules_of(tx.db, &lot)?;
        check_window(&rule, &rules, begins_at, tx.now)?;
        check_make_up(lot.n_panel, lot.n_owner_seats, &rule, &rules, tx.now)?;
        let n_experts = lot.n_panel - lot.n_owner_seats;
        let mut panel = new_panel(tx, &lot, &tender, &actor, answer_span, begins_at);
        let facts = json!({ "lot": lot.id, "code": panel.code, "n_experts": n_experts });
        let mut payloads = vec![Payload::facts("panel", "panel.requested/1", &facts)?];
        if let Some(id) = request.library {
            let asked = library::ask(tx.db, &mut panel, &lot, &tender, &id)?;
            payloads.push(Payload::object("request", &asked)?);
        } else {
            let n = free(tx.db, &lot, &tender, begins_at, tx.now)?.len();
            require(i64::try_from(n).is_ok_and(|n| n >= n_experts), || {
                Refusal::new(&POOL_SMALL).fact("n", n).fact("min", n_experts)
            })?;
        }
        tx.insert(&panel)?;
        tx.record(panel.id.as_str(), Act::PanelRequested, payloads)?;
        Ok(Requested {
            panel: panel.id,
            code: panel.code,
        })
    })
    .await
}

fn new_panel(
    tx: &Tx<'_>,
    lot: &Lot,
    tender: &Tender,
    actor: &Actor,
    answer_span: i64,
    begins_at: Instant,
) -> Panel {
    let code: String = tx.id().0.chars().take(8).collect();
    Panel {
        id: tx.id(),
        lot_id: lot.id.clone(),
        code: format!("PS-{}", code.to_uppercase()),
        region: tender.region.clone(),
        state: PanelState::Requested,
        draw_id: format!("{}.{}.{}", lot.id, KeyStage::EXPERTS, lot.specialty),
        library_id: None,
        record: None,
        attempt: 1,
        n_pool: None,
        n_experts: lot.n_panel - lot.n_owner_seats,
        n_owner_seats: lot.n_owner_seats,
        answer_span,
        begins_at,
        requested_by: Id(actor.token().to_owned()),
        requested_at: tx.now,
        asked_at: Some(tx.now),
        checked_at: None,
        seated_at: None,
        report: None,
        ended_at: None,
        version: 1,
    }
}

/// A call or seat as those who operate see it: no name, nothing that leads to one.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SeatView {
    /// Expert or owner.
    pub kind: SeatKind,
    /// The position in the drawn order.
    pub position: i64,
    /// What became of it.
    pub state: SeatState,
    /// When it was called, Unix ms.
    #[schema(value_type = i64)]
    pub called_at: Instant,
    /// From when on no answer is silence, Unix ms.
    #[schema(value_type = i64)]
    pub answer_by_at: Instant,
    /// Whether the pledge is signed.
    pub has_pledged: bool,
    /// How many bids the member has marked.
    pub n_marked: usize,
    /// Whether the report is signed.
    pub has_signed: bool,
}

/// An outside library, and on what basis it draws.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LibraryName {
    /// Its name.
    pub name: String,
    /// The paper that says so.
    pub basis: String,
}

/// A panel on the draw desk and in the console of the evaluation room.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = PanelDesk)]
pub struct Desk {
    /// The panel.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its code.
    pub code: String,
    /// How far it is.
    pub state: PanelState,
    /// The outside library whose record gives the order: then no draw of ours is verifiable.
    pub library: Option<LibraryName>,
    /// Whether its record, or a supplement, is asked for now.
    pub asks_record: bool,
    /// How many experts there were to draw from.
    pub n_pool: Option<i64>,
    /// How many are to sit.
    pub n_experts: i64,
    /// How many of the owner's people are to sit.
    pub n_owner_seats: i64,
    /// When the evaluation is planned to begin, Unix ms.
    #[schema(value_type = i64)]
    pub begins_at: Instant,
    /// Whether the order has come to its end with seats free.
    pub is_exhausted: bool,
    /// The calls, in order; recusal for a tie to a bidder is shown as any leaving.
    pub seats: Vec<SeatView>,
    /// What a fresh draw of experts waits for, where the order is used up, for whom it concerns.
    pub again: Option<again::Again>,
    /// How the names stand with the consent of the head of the centre, while the bureau needs one.
    pub consent: Option<consent::Standing>,
}

impl Desk {
    /// This page.
    #[must_use]
    pub fn desk(&self) -> String {
        format!("/panels/{}", self.id)
    }

    /// Where the head of the centre consents to the names being read.
    #[must_use]
    pub fn consent_to(&self) -> String {
        format!("/panels/{}/members/consent", self.id)
    }
}

fn desk(db: &mut Db, actor: &Actor, panel: Panel, typed: Typed, now: Instant) -> Answer<Desk> {
    let (lot, _) = lot_of(db, panel.lot_id.as_str())?;
    let seats = store::panel::seats(db, &panel.id)?;
    let signed = store::review::signatures(db, &panel.id)?;
    let mut views = Vec::new();
    for seat in &seats {
        let marks: Vec<serde_json::Value> = match store::review::sheet(db, &seat.id)? {
            Some(sheet) => sheet.marks.get()?,
            None => Vec::new(),
        };
        views.push(SeatView {
            kind: seat.kind,
            position: seat.position,
            state: if seat.is_overdue(now) {
                SeatState::Silent
            } else {
                seat.state
            },
            called_at: seat.called_at,
            answer_by_at: seat.answer_by_at,
            has_pledged: seat.pledged_at.is_some(),
            n_marked: marks.len(),
            has_signed: signed.iter().any(|signature| signature.seat_id == seat.id),
        });
    }
    Ok(Desk {
        again: again::standing(db, actor, &panel, typed, now)?,
        consent: if panel.hides_names(&lot) {
            consent::standing(db, actor, Matter::Names, panel.id.as_str(), now)?
        } else {
            None
        },
        is_exhausted: panel.is_exhausted(&seats, now),
        asks_record: panel.attempt_asked(&seats, now).is_some(),
        library: library::name_of(db, &panel)?,
        id: panel.id,
        code: panel.code,
        state: panel.state,
        n_pool: panel.n_pool,
        n_experts: panel.n_experts,
        n_owner_seats: panel.n_owner_seats,
        begins_at: panel.begins_at,
        seats: views,
    })
}

/// Refuses everybody but the centre, its head and the bureau of a region.
fn must_watch(actor: &Actor, region: &str) -> Answer<()> {
    let watch = [Role::Supervisor, Role::CentreHead];
    let role = watch.into_iter().find(|role| actor.is(*role));
    must_serve(actor, role.unwrap_or(Role::CentreOperator), region)
}

/// One panel by its id, for the centre and the bureau of its region; a form that was typed in for the
/// bureau's decision comes back as what it signs.
pub async fn show(app: &App, actor: Actor, id: String, typed: Typed) -> Answer<Desk> {
    let now = app.clock.now();
    let seen = app.view(move |db| {
        let panel = Panel::find(db, &id)?.ok_or(Error::NotFound)?;
        must_watch(&actor, &panel.region)?;
        let panel = panel_of(db, &panel.lot_id)?;
        desk(db, &actor, panel, typed, now)
    });
    let mut desk = seen.await?;
    if let Some(paper) = desk.again.as_mut().and_then(|again| again.paper.as_mut()) {
        paper.signed = app.built_in_signatures("sup", std::iter::once(paper.object.as_str()))?;
    }
    Ok(desk)
}

/// A line of the draw desk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DeskLine {
    /// The panel.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its code.
    pub code: String,
    /// How far it is.
    pub state: PanelState,
    /// When the evaluation is planned to begin, Unix ms.
    #[schema(value_type = i64)]
    pub begins_at: Instant,
}

/// The draw desk: codes, no projects.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DeskList {
    /// The newest panels of the region.
    pub panels: Vec<DeskLine>,
}

/// The draw desk of a member of the centre's staff.
pub fn list(db: &mut Db, actor: &Actor) -> Answer<DeskList> {
    let panels = store::panel::newest(db, PAGE)?;
    let own = panels
        .into_iter()
        .filter(|panel| must_watch(actor, &panel.region).is_ok());
    Ok(DeskList {
        panels: own
            .map(|panel| DeskLine {
                id: panel.id,
                code: panel.code,
                state: panel.state,
                begins_at: panel.begins_at,
            })
            .collect(),
    })
}

/// A member by name, with the proof that the drawn order had him there.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Member {
    /// Expert or owner.
    pub kind: SeatKind,
    /// The position in the drawn order.
    pub position: i64,
    /// The name; of the owner's people the account's.
    pub name: String,
    /// The number of the expert.
    pub expert_no: Option<String>,
    /// The own unit's credit code.
    pub unit: String,
    /// `signed/1` of `expert.call/1`: number and salt.
    #[schema(value_type = Option<Object>)]
    pub proof: Option<serde_json::Value>,
}

/// The members by name.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Members {
    /// In order of position.
    pub members: Vec<Member>,
}

/// The names, for the supervision bureau: the reading is an event (B.7: only to parties and
/// supervisors; those who skipped or refused are never named), and until the evaluation is over it uses
/// up a consent of the head of the centre.
pub async fn members(app: &App, ask: Ask, id: String) -> Answer<Members> {
    let (actor, opener) = (ask.actor.clone(), app.clone());
    app.act(ask, move |tx| {
        let panel = Panel::find(tx.db, &id)?.ok_or(Error::NotFound)?;
        must_serve(&actor, Role::Supervisor, &panel.region)?;
        let (lot, _) = lot_of(tx.db, panel.lot_id.as_str())?;
        if panel.hides_names(&lot) {
            consent::spend(tx, Matter::Names, &panel.id)?;
        }
        let seats = store::panel::seats(tx.db, &panel.id)?;
        let mut members = Vec::new();
        for seat in seats.into_iter().filter(Seat::is_member) {
            members.push(member(tx.db, &opener, seat)?);
        }
        let facts = json!({ "table": "panel_seat", "row": panel.id });
        let payload = Payload::facts("read", "sealed.read/1", &facts)?;
        tx.record(panel.id.as_str(), Act::SealedRead, vec![payload])?;
        Ok(Members { members })
    })
    .await
}

fn member(db: &mut Db, app: &App, seat: Seat) -> Answer<Member> {
    let expert = match &seat.expert_id {
        Some(id) => Expert::find(db, id.as_str())?,
        None => None,
    };
    let name = match (&expert, &seat.account_id) {
        (Some(expert), _) => super::expert::name(app, expert)?,
        (None, Some(id)) => {
            let account = crate::domain::account::Account::find(db, id.as_str())?;
            account.map(|account| account.name).unwrap_or_default()
        }
        (None, None) => String::new(),
    };
    Ok(Member {
        kind: seat.kind,
        position: seat.position,
        name,
        expert_no: expert.map(|expert| expert.expert_no),
        unit: seat.unit,
        proof: seat.proof.map(|proof| proof.get()).transpose()?,
    })
}
