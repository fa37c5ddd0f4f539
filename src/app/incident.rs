//! Incidents: the platform's pulse, what a gap in it does to lots that were about to close, and the
//! owner's new time, which one person proposes and another one signs.
//!
//! Out: a held lot whose closing does not run and whose bids stay sealed, everyone told. Never: a
//! start that lets the closing run before the gap was looked at; a new time set by one person alone.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    deadline::{self, Deadlines},
    message, scope,
    tender::{
        ending::{Announced, Reason, announce, announcement},
        must_be_signed, owned_lot,
    },
};
use crate::{
    domain::{
        act::Act,
        actor::{Actor, Position, Role},
        announcement::AnnouncementKind,
        duty::DutyKind,
        field::text,
        id::Id,
        procedure::Stage,
        refusal::{
            Refusal,
            dates::WHOLE_MINUTE,
            incident::{NO_INCIDENT, NOT_PROPOSED, ON_INCIDENT},
            require,
            tender::DEADLINE_UNFIT,
        },
        tender::{Lot, Tender},
        time::{Instant, SECOND},
    },
    proof::canon::Object as _,
    store::{self, Db, Row as _, Tx, heartbeat, tx::Payload},
    words::{self, Lang},
};

/// How often the platform's pulse is kept.
pub const BEAT_SPAN: i64 = 10 * SECOND;

/// Keeps the pulse; the worker calls this every [`BEAT_SPAN`] of the law's clock.
pub async fn beat(app: &App) -> Answer<()> {
    let now = app.clock.now();
    app.maintain(move |db| Ok(heartbeat::beat(db, now).map(|_| ())?))
        .await
}

/// Looks, at the start and before any timed work, which lots the platform's failure hit, and puts
/// them on incident; says how many.
pub async fn look_back(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let hit: Vec<Id> = app
        .view(move |db| {
            let Some(last) = heartbeat::last(db)? else {
                return Ok(Vec::new());
            };
            let open = store::tender::open(db)?;
            Ok(open
                .into_iter()
                .filter(|lot| lot.is_hit(last, now))
                .map(|lot| lot.id)
                .collect())
        })
        .await?;
    for lot in &hit {
        let id = lot.clone();
        app.act(Ask::clock(Act::IncidentOpened), move |tx| {
            let lot = Lot::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
            let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
            let reason = words::say(Lang::Zh, "tender-incident-gap", &[]);
            open(tx, &tender, lot, "clock", &reason)
        })
        .await?;
    }
    beat(app).await?;
    Ok(hit.len())
}

/// The centre's operator declares an incident that the pulse does not show, e.g. of the network.
pub async fn declare(app: &App, ask: Ask, lot: &Id, x: Reason) -> Answer<Announced> {
    text(&x.reason, "reason", 2000)?;
    let (id, actor) = (lot.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let lot = Lot::find(tx.db, id.as_str())?.filter(|lot| lot.stage != Stage::Draft);
        let lot = lot.ok_or(Error::NotFound)?;
        let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        scope::must_serve(&actor, Role::CentreOperator, &tender.region)?;
        lot.must_be_in_last_hours(tx.now)?;
        open(tx, &tender, lot, actor.token(), x.reason.trim())
    })
    .await
}

/// Holds the lot and tells everyone.
fn open(tx: &mut Tx<'_>, tender: &Tender, mut lot: Lot, by: &str, reason: &str) -> Answer<Announced> {
    require(lot.incident_at.is_none(), || Refusal::new(&ON_INCIDENT))?;
    lot.hold(tx.now)?;
    tx.update(&lot)?;
    let title = format!("{} {}", tender.name, lot.name);
    let (ids, kind) = ((&tender.id, Some(&lot.id)), AnnouncementKind::Incident);
    let mut row = announcement(tx.id(), ids, kind, &title, reason, (by, tx.now));
    let payload = announce(tx, &mut row, true)?;
    let link = format!("/xm/{}", tender.number);
    let facts = [("what", title.as_str()), ("reason", reason)];
    message::tell_interested(tx, &tender.id, "message-incident", &facts, &link)?;
    let people = store::account::people(tx.db, &tender.owner_id)?;
    for account in people.iter().filter(|account| account.closed_at.is_none()) {
        message::tell(
            tx,
            &account.id,
            "message-incident-owner",
            &facts,
            &format!("/lots/{}/incident", lot.id),
        )?;
    }
    store::duty::owe(tx, DutyKind::SetDeadline, &lot.id, |duty| {
        let duty = duty.about("lot", &lot.id, &title).of_lot(&lot.id);
        duty.in_tender(tender)
    })?;
    tx.record(tender.id.as_str(), Act::IncidentOpened, vec![payload])?;
    Ok(Announced {
        digest: row.digest.unwrap_or_default(),
        id: row.id,
    })
}

/// A new time as somebody proposed it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ProposedTime)]
pub struct Proposal {
    /// Whether the reader proposed it: then another one signs.
    pub is_own: bool,
    /// When it was proposed, Unix ms.
    #[schema(value_type = i64)]
    pub drafted_at: Instant,
    /// What the owner's key signs, canonical JSON.
    pub object: String,
    /// What a sandbox's built-in owner signs: `signed/1`.
    pub signed: String,
    /// What the password signs, SHA-256 hex.
    pub digest: String,
}

/// What the owner sees of an incident before he sets the new time.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Held {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Its name.
    pub name: String,
    /// Since when it is held, Unix ms.
    #[schema(value_type = i64)]
    pub incident_at: Instant,
    /// The old deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// The new one: as proposed, or the first lawful one, Unix ms.
    #[schema(value_type = i64)]
    pub proposed_at: Instant,
    /// The proposal, once there is one.
    pub proposal: Option<Proposal>,
}

/// The check page of a new time.
pub fn held(db: &mut Db, actor: &Actor, lot: &Id, now: Instant) -> Answer<Held> {
    let (tender, lot) = owned_lot(db, actor, lot)?;
    let Some(incident_at) = lot.incident_at else {
        return Err((&NO_INCIDENT).into());
    };
    let mut proposed_at = lot.resumes_from(now)?;
    let mut proposal = None;
    if let Some(row) = store::announcement::proposal(db, &lot.id)? {
        proposed_at = row.resumes_until().unwrap_or(proposed_at);
        let object = deadline::object(&tender.id, &lot, proposed_at)?.bytes()?;
        proposal = Some(Proposal {
            is_own: row.drafted_by == actor.token(),
            drafted_at: row.drafted_at,
            object: String::from_utf8_lossy(&object).into_owned(),
            signed: String::new(),
            digest: row.as_paper(Vec::new()).digest()?.to_hex(),
        });
    }
    Ok(Held {
        lot: lot.id,
        name: lot.name,
        incident_at,
        closes_at: lot.closes_at,
        proposed_at,
        proposal,
    })
}

/// The new time that somebody proposes.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTime {
    /// The new deadline, Unix ms.
    #[schema(value_type = i64)]
    pub closes_at: Instant,
}

/// Somebody of the owner's or its agency's proposes the new time; a later proposal takes the place of the
/// one before. Its signatories are told.
pub async fn propose(app: &App, ask: Ask, lot: &Id, x: NewTime) -> Answer<Announced> {
    let (id, actor, closes_at) = (lot.clone(), ask.actor.clone(), x.closes_at);
    app.act(ask, move |tx| {
        let (tender, lot) = owned_lot(tx.db, &actor, &id)?;
        require(closes_at.is_whole_minute(), || {
            Refusal::new(&WHOLE_MINUTE)
                .fact("moment", "word:moment-closes-at")
                .at("closes_at")
        })?;
        lot.may_resume(closes_at, tx.now)?;
        if let Some(before) = store::announcement::proposal(tx.db, &lot.id)? {
            tx.delete(&before)?;
        }
        let (title, ids) = (tender.title_of(&lot), (&tender.id, Some(&lot.id)));
        let (kind, by) = (AnnouncementKind::Resumption, (actor.token(), tx.now));
        let row = announcement(tx.id(), ids, kind, &title, &closes_at.local(), by);
        tx.insert(&row)?;
        let post = Some((&tender.owner_id, Position::Signatory));
        let mut signatories = store::account::holders(tx.db, Role::Owner, post, tx.now)?;
        signatories.retain(|account| account.as_str() != actor.token());
        let facts = [("what", title.as_str()), ("at", row.text.as_str())];
        let link = format!("/lots/{}/incident", lot.id);
        message::tell_all(
            tx,
            &tender.id,
            &signatories,
            "message-resumption-proposed",
            &facts,
            &link,
        )?;
        let paper = row.as_paper(Vec::new());
        let payload = Payload::object("proposal", &paper)?;
        tx.record(tender.id.as_str(), Act::ResumptionProposed, vec![payload])?;
        Ok(Announced {
            digest: paper.digest()?.to_hex(),
            id: row.id,
        })
    })
    .await
}

/// The owner's signatory sets the new time as somebody else proposed it; bids are taken again until then.
pub async fn resolve(app: &App, ask: Ask, lot: &Id, deadlines: Deadlines) -> Answer<Announced> {
    let (id, actor) = (lot.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let (tender, mut lot) = owned_lot(tx.db, &actor, &id)?;
        require(lot.incident_at.is_some(), || Refusal::new(&NO_INCIDENT))?;
        let proposal = store::announcement::proposal(tx.db, &lot.id)?;
        let mut row = proposal.ok_or_else(|| Refusal::new(&NOT_PROPOSED))?;
        row.must_be_anothers(actor.token())?;
        let sets = deadline::read(deadlines, &tender, std::slice::from_ref(&lot))?;
        let closes_at = deadline::of(&sets, &lot)?.closes_at;
        require(row.resumes_until() == Some(closes_at), || {
            Refusal::new(&DEADLINE_UNFIT)
                .fact("lot", &lot.name)
                .fact("why", format!("≠ {}", row.text))
                .at("deadlines")
        })?;
        lot.resume(closes_at, tx.now)?;
        let digest = row.as_paper(Vec::new()).digest()?;
        must_be_signed(tx, &digest)?;
        tx.update(&lot)?;
        store::duty::meet(tx, DutyKind::SetDeadline, &lot.id)?;
        let payload = announce(tx, &mut row, false)?;
        let facts = [("what", row.title.as_str()), ("at", row.text.as_str())];
        let link = format!("/xm/{}", tender.number);
        message::tell_interested(tx, &tender.id, "message-resumption", &facts, &link)?;
        deadline::tell_staff(tx, &tender, &row.title, closes_at)?;
        tx.record(tender.id.as_str(), Act::IncidentResolved, vec![payload])?;
        deadline::log(tx, &tender.id, &sets)?;
        Ok(Announced {
            id: row.id,
            digest: digest.to_hex(),
        })
    })
    .await
}
