//! The award session (抽取会): agenda, attendance, readiness, the list that bidders confirm, one button
//! per lawful step, and the minutes.
//!
//! Never: a list confirmed that is not the one drawn from; minutes signed that are not these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Case,
    attendance::{self, Present},
    bureau::{self, Paper, Typed},
    result::{self, Standing},
};
use crate::{
    app::{
        Answer, App, Ask, Error, consent,
        contribution::invited::{self, Invitation},
        opening, scope, tender as tenders,
    },
    domain::{
        act::Act,
        actor::{Actor, Role},
        award::{
            Fate, Judged, Line, ListConfirmation, MinutesSignature,
            hall::{Held, Minutes, SessionProgress, Step, agenda, hold},
        },
        ceremony::CONTRIBUTORS,
        consent::Matter,
        draw::{Draw, DrawPurpose, DrawState},
        id::Id,
        objection::ObjectionKind,
        procedure::{AwardMethod, Stage},
        refusal::{
            Refusal,
            award::{LIST_FROZEN, LIST_OTHER, NO_MINUTES, SIGNED},
            require,
        },
        tender::Lot,
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Db, Fault, Row as _, tx::Payload},
};

/// A bidder at the session.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Attendee {
    /// The token.
    pub bidder: String,
    /// The name.
    pub name: String,
    /// Whether his bid is on the list.
    pub is_qualified: bool,
    /// When he signed in to the session, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub attended_at: Option<Instant>,
    /// When he confirmed the list, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub confirmed_at: Option<Instant>,
}

/// The keys of a draw.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = DrawKeys)]
pub struct Keys {
    /// The stage.
    pub stage: String,
    /// How far its key set is.
    pub state: String,
    /// How many duties contributed, of three.
    pub n_contributed: usize,
}

/// The session of a lot.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Hall {
    /// The award as everybody sees it.
    pub award: Standing,
    /// The steps, in order.
    pub agenda: Vec<Step>,
    /// The bidders.
    pub attendance: Vec<Attendee>,
    /// Who signed in to the session, in every role.
    pub present: Vec<Present>,
    /// Whether the reader may sign in to the session now.
    pub may_attend: bool,
    /// How many confirmed the list.
    pub n_confirmed: usize,
    /// The keys of the two draws.
    pub readiness: Vec<Keys>,
    /// The bidders' invitation to contribute to a later attempt, while its list is not frozen.
    pub invitation: Option<Invitation>,
    /// How many objections to the list wait for their reply.
    pub n_objections: usize,
    /// Whether the reader may confirm the list now.
    pub may_confirm: bool,
    /// Whether the reader's confirmation is there.
    pub has_confirmed: bool,
    /// What the bureau may sign now: `balls` that are awaited, the `voiding` of the newest draw.
    pub decisions: Vec<String>,
    /// How the voiding of the newest draw stands with the consent of another power, for whom it concerns.
    pub consent: Option<consent::Standing>,
    /// What the bureau signs, with what its officer typed in it.
    pub paper: Option<Paper>,
}

impl Hall {
    /// Whether the bureau may sign this now.
    #[must_use]
    pub fn may_sign(&self, what: &str) -> bool {
        self.decisions.iter().any(|may| may == what)
    }

    /// This page.
    #[must_use]
    pub fn hall(&self) -> String {
        format!("/lots/{}/hall", self.award.lot)
    }

    /// Where another power consents to the voiding of the newest draw.
    #[must_use]
    pub fn consent_to(&self) -> String {
        format!("/lots/{}/voidings/consent", self.award.lot)
    }

    /// Whether a step can be done now.
    #[must_use]
    pub fn is_todo(&self, item: &str) -> bool {
        let todo = |step: &&Step| step.item.word() == item && step.progress == SessionProgress::Todo;
        self.agenda.iter().any(|step| todo(&step))
    }
}

/// The newest attempt at each draw, unless it was voided.
fn standing_draws(db: &mut Db, lot: &Id) -> Answer<Vec<Draw>> {
    let all = store::draw::of_lot(db, lot)?;
    let stands = |draw: &Draw| draw.state != DrawState::Voided && draw.purpose.is_of_award();
    Ok(all.into_iter().filter(stands).collect())
}

fn readiness(db: &mut Db, lot: &Id) -> Answer<Vec<Keys>> {
    let given = store::contribution::counted(db, lot)?;
    let keysets = store::ceremony::of_lot(db, lot)?;
    let of_draws = keysets
        .into_iter()
        .filter(|keyset| keyset.is_of(|stage| stage.is_draw() && !stage.is_before_bids()));
    Ok(of_draws
        .map(|keyset| Keys {
            n_contributed: given
                .iter()
                .filter(|given| given.stage == keyset.stage && CONTRIBUTORS.contains(&given.who.as_str()))
                .count(),
            state: keyset.state.to_string(),
            stage: keyset.stage,
        })
        .collect())
}

/// The session of a lot, for whoever looks; the forms on it are each role's own.
pub async fn show(app: &App, actor: Actor, lot: String, typed: Typed) -> Answer<Hall> {
    let now = app.clock.now();
    let mut hall = app.view(move |db| seen(db, &actor, &lot, typed, now)).await?;
    if let Some(paper) = &mut hall.paper {
        paper.signed = app.built_in_signatures("sup", std::iter::once(paper.object.as_str()))?;
    }
    Ok(hall)
}

fn seen(db: &mut Db, actor: &Actor, lot: &str, typed: Typed, now: Instant) -> Answer<Hall> {
    let case = Case::load(db, lot)?;
    let award = result::shown(db, &case)?;
    let draws = standing_draws(db, &case.lot.id)?;
    let n_signatures = store::award::signatures(db, &case.lot.id)?.len();
    let session = case.session()?;
    let attendance = bidders(db, &case, &award)?;
    let own = actor.organisation(Role::Bidder);
    let own = case.bids.iter().find(|bid| Some(&bid.organisation_id) == own);
    let own = own.and_then(|bid| attendance.iter().find(|one| one.bidder == bid.bidder));
    let has_confirmed = own.is_some_and(|one| one.confirmed_at.is_some());
    let invitation = invited::of_lot(db, &case.lot, actor, now)?;
    let mut agenda = match case.procedure.award {
        AwardMethod::ReasonablePriceDraw => agenda(&case.lot, &session, &draws, n_signatures),
    };
    if invitation.as_ref().is_some_and(|invitation| !invitation.is_over) {
        hold(&mut agenda);
    }
    Ok(Hall {
        agenda,
        present: attendance::present(db, &case.lot.id)?,
        may_attend: attendance::may_attend(db, actor, &case)?,
        n_confirmed: attendance.iter().filter(|one| one.confirmed_at.is_some()).count(),
        readiness: readiness(db, &case.lot.id)?,
        invitation,
        n_objections: store::objection::open(db, &case.lot.id, ObjectionKind::List)?.len(),
        may_confirm: own.is_some() && !has_confirmed && is_confirmable(db, &case.lot)?,
        has_confirmed,
        decisions: bureau::decisions(db, &case.lot, &draws, now),
        consent: consent::standing(db, actor, Matter::Voiding, lot, now)?,
        paper: if scope::must_cover(db, actor, Role::Supervisor, &case.lot).is_ok() {
            bureau::paper(db, &case.lot, &draws, typed, now)?
        } else {
            None
        },
        attendance,
        award,
    })
}

fn bidders(db: &mut Db, case: &Case, award: &Standing) -> Answer<Vec<Attendee>> {
    let attended = attendance::of_bidders(db, &case.lot.id)?;
    let rows = store::award::confirmations(db, &case.lot.id)?.into_iter();
    let confirmed: BTreeMap<Id, Instant> = rows.map(|row| (row.organisation_id, row.confirmed_at)).collect();
    let lines = award.bids.iter().zip(&case.pool.bids);
    let one = |(line, bid): (&Line, &Judged)| Attendee {
        bidder: line.bidder.clone(),
        name: line.name.clone(),
        is_qualified: line.fate == Fate::Qualified,
        attended_at: attended.get(&bid.organisation_id).copied(),
        confirmed_at: confirmed.get(&bid.organisation_id).copied(),
    };
    Ok(lines.map(one).collect())
}

/// Whether the list may still be confirmed: it is not drawn from.
pub fn is_confirmable(db: &mut Db, lot: &Lot) -> Answer<bool> {
    let draws = standing_draws(db, &lot.id)?;
    Ok(lot.is_being_awarded() && !draws.iter().any(|draw| draw.purpose == DrawPurpose::Award))
}

/// The session, opened.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SessionOpened)]
pub struct Opened {
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub session_at: Instant,
}

/// The centre opens the session; asked again, it stays open since when it was.
pub async fn open(app: &App, ask: Ask, lot: String) -> Answer<Opened> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let lot = Lot::find(tx.db, &lot)?.ok_or(Error::NotFound)?;
        scope::must_cover(tx.db, &actor, Role::CentreOperator, &lot)?;
        lot.must_be_drawn()?;
        lot.must_be(Stage::CoefficientDraw)?;
        let session = store::award::session(tx.db, &lot.id)?;
        let mut session = session.ok_or_else(|| Fault::new("session", "a draw without its list"))?;
        let session_at = *session.opened_at.get_or_insert(tx.now);
        session.version += 1;
        tx.update(&session)?;
        tx.record(lot.tender_id.as_str(), Act::SessionOpened, Vec::new())?;
        Ok(Opened { session_at })
    })
    .await
}

/// A bidder finds the list right; `digest` is of the list he saw.
pub async fn confirm(app: &App, ask: Ask, lot: String, digest: Option<String>) -> Answer<Opened> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let case = Case::load(tx.db, &lot)?;
        let lot = &case.lot;
        lot.must_be_drawn()?;
        let session = case.session()?;
        let organisation = actor.organisation(Role::Bidder).ok_or(Error::Forbidden)?;
        let has_bid = case.bids.iter().any(|bid| bid.organisation_id == *organisation);
        if !has_bid {
            return Err(Error::NotFound);
        }
        require(is_confirmable(tx.db, lot)?, || Refusal::new(&LIST_FROZEN))?;
        require(digest.as_ref() == Some(&session.list_digest), || {
            Refusal::new(&LIST_OTHER).at("digest")
        })?;
        let before = store::award::confirmations(tx.db, &lot.id)?;
        let before = before
            .into_iter()
            .find(|row| row.organisation_id == *organisation);
        let confirmed_at = before.as_ref().map_or(tx.now, |row| row.confirmed_at);
        if before.is_none() {
            tx.insert(&ListConfirmation {
                id: tx.id(),
                lot_id: lot.id.clone(),
                organisation_id: organisation.clone(),
                account_id: Id::from(actor.token()),
                digest: session.list_digest,
                confirmed_at,
            })?;
        }
        tx.record(lot.tender_id.as_str(), Act::ListConfirmed, Vec::new())?;
        Ok(Opened {
            session_at: confirmed_at,
        })
    })
    .await
}

/// A signature under the minutes.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MinutesSigned)]
pub struct Signature {
    /// For whom.
    pub role: Role,
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub signed_at: Instant,
}

/// The minutes of a session.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MinutesView {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The minutes.
    pub minutes: Minutes,
    /// The names of the drawn bidders, in drawn order.
    pub names: Vec<String>,
    /// SHA-256 of them: what is signed.
    pub digest: String,
    /// Who signed.
    pub signatures: Vec<Signature>,
}

impl MinutesView {
    /// The drawn bidders in order: name and token.
    pub fn drawn(&self) -> impl Iterator<Item = (&String, &String)> {
        self.names.iter().zip(&self.minutes.order)
    }

    /// Whether this role signed.
    #[must_use]
    pub fn has_signed(&self, role: &str) -> bool {
        self.signatures.iter().any(|one| one.role.word() == role)
    }
}

fn minutes_of(db: &mut Db, case: &Case) -> Answer<Minutes> {
    case.lot.must_be_drawn()?;
    let session = case.session()?;
    let (Some(k), Some(drawn_at)) = (session.k, session.order_drawn_at) else {
        return Err(Refusal::new(&NO_MINUTES).into());
    };
    let band = case.terms.draw().band;
    let draws = store::draw::of_lot(db, &case.lot.id)?;
    let held = draws.into_iter().filter(|draw| draw.purpose.is_of_award());
    let objections = store::objection::of_lot(db, &case.lot.id)?;
    let heard = objections
        .into_iter()
        .filter(|one| one.kind == ObjectionKind::List && one.raised_at <= drawn_at);
    Ok(Minutes {
        number: case.tender.number.clone(),
        tender: case.tender.name.clone(),
        lot: case.lot.name.clone(),
        listed_at: session.listed_at,
        session_at: session.opened_at,
        n_bids: case.pool.bids.len(),
        n_qualified: case.pool.qualified().count(),
        list: session.list_digest,
        n_confirmed: store::award::confirmations(db, &case.lot.id)?.len(),
        present: attendance::present(db, &case.lot.id)?
            .into_iter()
            .map(|one| (one.role, one.name))
            .collect(),
        draws: held.map(Held::of).collect(),
        price: band.price(band.coefficient(&k)?),
        k,
        low: band.low(),
        high: band.high(),
        order: case.ranking.bidders(),
        objections: heard
            .map(|one| (one.text, one.reply.unwrap_or_default()))
            .collect(),
    })
}

/// The minutes; not there before both draws are held.
pub fn minutes(db: &mut Db, lot: &str) -> Answer<MinutesView> {
    let case = Case::load(db, lot)?;
    if case.session.is_none() {
        return Err(Error::NotFound);
    }
    let minutes = minutes_of(db, &case)?;
    let signatures = store::award::signatures(db, &case.lot.id)?;
    let names = opening::names(db, &case.lot)?;
    let named = |bidder: &String| names.get(bidder).cloned().unwrap_or_default();
    Ok(MinutesView {
        names: minutes.order.iter().map(named).collect(),
        digest: minutes.digest()?.to_hex(),
        minutes,
        signatures: signatures
            .into_iter()
            .map(|one| Signature {
                role: one.role,
                signed_at: one.signed_at,
            })
            .collect(),
        lot: case.lot.id,
    })
}

/// Centre, owner and supervisor sign the minutes, each once.
pub async fn sign_minutes(app: &App, ask: Ask, lot: String) -> Answer<Signature> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let case = Case::load(tx.db, &lot)?;
        let role = actor.role_for(Act::MinutesSigned)?;
        if role == Role::Owner {
            tenders::owned(tx.db, &actor, &case.tender.id)?;
        } else {
            scope::must_cover(tx.db, &actor, role, &case.lot)?;
        }
        let minutes = minutes_of(tx.db, &case)?;
        let digest = minutes.digest()?;
        tenders::must_be_signed(tx, &digest)?;
        let before = store::award::signatures(tx.db, &case.lot.id)?;
        require(!before.iter().any(|one| one.role == role), || {
            Refusal::new(&SIGNED)
        })?;
        tx.insert(&MinutesSignature {
            id: tx.id(),
            lot_id: case.lot.id.clone(),
            account_id: Id::from(actor.token()),
            role,
            digest: digest.to_hex(),
            signed_at: tx.now,
        })?;
        let payload = Payload::object("minutes", &minutes)?;
        tx.record(case.lot.tender_id.as_str(), Act::MinutesSigned, vec![payload])?;
        Ok(Signature {
            role,
            signed_at: tx.now,
        })
    })
    .await
}
