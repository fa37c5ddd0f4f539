//! The status board of a duty: what it owes over all lots and until when, and which keys it keeps
//! (page 55).
//!
//! In: a member of staff, a duty. Out: lines, the earliest limit first. Never: lots of other regions;
//! anything that tells how many bid.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Answer, App, Error,
    hold::{self, Todo},
};
use crate::{
    domain::{
        actor::{Actor, Grant, Role},
        ceremony::{Canary, CanaryRound, Keyset, KeysetState},
        id::Id,
        panel::PanelState,
        tender::{Lot, Tender},
        time::{HOUR, Instant},
    },
    proof::stage::KeyStage,
    store::{self, Db, Row as _},
};

/// The duties that have a board.
pub const DUTIES: [&str; 4] = ["op", "sup", "upper", "ten"];
/// How many key sets one page shows.
const PAGE: i64 = 200;
/// Who of the staff may look.
const ROLES: [Role; 5] = [
    Role::Supervisor,
    Role::CentreOperator,
    Role::CentreHead,
    Role::Inspector,
    Role::Auditor,
];

/// Something owed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Owed {
    /// `key`, `ack`, `canary`, `contribution`, `release`, `share`, `items`, `call`.
    pub what: &'static str,
    /// The lot.
    pub lot: String,
    /// Its name; for experts the code of the panel.
    pub name: String,
    /// The stage of the protocols.
    pub stage: String,
    /// Since when, Unix ms; later than now where it is only planned.
    #[schema(value_type = i64)]
    pub since_at: Instant,
    /// Until when, Unix ms; null where nothing but the next step limits it.
    #[schema(value_type = Option<i64>)]
    pub until_at: Option<Instant>,
    /// `todo`, `soon` within an hour of the limit, `overdue` after it, `waits` before it begins.
    pub status: &'static str,
}

/// A key set in custody.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InCustody {
    /// The lot.
    pub lot: String,
    /// Its name.
    pub name: String,
    /// The stage of the protocols.
    pub stage: String,
    /// How far it is.
    pub state: KeysetState,
    /// Before which nothing of it is released, Unix ms.
    #[schema(value_type = i64)]
    pub not_before_at: Instant,
}

/// The board.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Board {
    /// The duty.
    pub duty: String,
    /// Every duty that has a board.
    pub duties: Vec<&'static str>,
    /// What is owed, the earliest limit first.
    pub owed: Vec<Owed>,
    /// The key sets that are not opened.
    pub kept: Vec<InCustody>,
    /// The next page of them.
    pub next: Option<String>,
}

/// The board of a duty, for staff; the key sets after an id.
pub async fn view(app: &App, actor: &Actor, duty: String, after: String) -> Answer<Board> {
    let grant = ROLES.iter().find_map(|role| actor.grant(*role));
    let grant = grant.ok_or(Error::Forbidden)?.clone();
    if !DUTIES.contains(&duty.as_str()) {
        return Err(Error::NotFound);
    }
    let (app, now) = (app.clone(), app.clock.now());
    let reader = app.clone();
    app.view(move |db| {
        let mut lots = Lots {
            grant,
            known: BTreeMap::new(),
        };
        let mut owed = Vec::new();
        ceremonies(db, &reader, &mut lots, &duty, now, &mut owed)?;
        for (canary, keyset) in store::ceremony::unanswered(db, &duty, PAGE)? {
            owed.extend(lots.canary(db, &canary, &keyset, now)?);
        }
        if duty == "sup" {
            panels(db, &mut lots, now, &mut owed)?;
        }
        owed.sort_by_key(|line| (line.until_at.is_none(), line.until_at, line.since_at));
        let page = store::ceremony::kept(db, &after, PAGE)?;
        let is_full = i64::try_from(page.len()).is_ok_and(|n| n == PAGE);
        let last = page.last().filter(|_| is_full);
        let next = last.map(|keyset| format!("/duties/{duty}/board?after={}", keyset.id));
        let mut kept = Vec::new();
        for keyset in page {
            kept.extend(lots.kept(db, keyset)?);
        }
        Ok(Board {
            duty,
            duties: DUTIES.to_vec(),
            owed,
            kept,
            next,
        })
    })
    .await
}

/// What the key sets ask of a duty, now and at the next instant known.
fn ceremonies(
    db: &mut Db,
    app: &App,
    lots: &mut Lots,
    duty: &str,
    now: Instant,
    owed: &mut Vec<Owed>,
) -> Answer<()> {
    let mut after = String::new();
    loop {
        let page = store::ceremony::asked(db, &after, Instant(i64::MAX), PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id.to_string();
        let by_stage: BTreeMap<(String, String), Keyset> = page
            .iter()
            .map(|keyset| ((keyset.lot_id.0.clone(), keyset.stage.clone()), keyset.clone()))
            .collect();
        for keyset in &page {
            let is_held = keyset.plan().iter().any(|layer| layer.duty == duty);
            if keyset.state == KeysetState::Due && !keyset.is_asked(now) && is_held {
                let since = keyset.asked_at.unwrap_or(now);
                owed.extend(lots.line(db, keyset, "release", since, late(keyset), now)?);
            }
        }
        for todo in hold::owed_by(db, &app.journal, duty, page, now)? {
            let at = todo.place();
            let key = (at.lot.to_string(), at.stage.to_string());
            let (Some(keyset), false) = (by_stage.get(&key), matches!(todo, Todo::Canary { .. })) else {
                continue;
            };
            let since = keyset.asked_at.unwrap_or(now);
            let until = match todo {
                Todo::Release { .. } => late(keyset),
                Todo::Contribution { .. } => lots.closes_at(db, keyset)?,
                Todo::Key { .. } | Todo::Ack { .. } | Todo::Canary { .. } | Todo::Share { .. } => None,
            };
            owed.extend(lots.line(db, keyset, todo.word(), since, until, now)?);
        }
    }
}

/// When custodians step in for a holder that is missing.
fn late(keyset: &Keyset) -> Option<Instant> {
    keyset.asked_at.map(|asked| asked.plus(keyset.grace_span))
}

/// What expert draws ask of the supervision bureau's client; no names, and the panel's code for the lot.
fn panels(db: &mut Db, lots: &mut Lots, now: Instant, owed: &mut Vec<Owed>) -> Answer<()> {
    for panel in store::panel::asked(db, "", PAGE)? {
        let seats = store::panel::seats(db, &panel.id)?;
        let what = match panel.state {
            PanelState::Requested => "items",
            PanelState::Calling if panel.next_position(&seats, now).is_some() => "call",
            PanelState::Calling | PanelState::Drawing | PanelState::Seated | PanelState::Ended => continue,
        };
        if lots.find(db, &panel.lot_id)?.is_some() {
            let stage = panel.key_stage().to_string();
            let (since, until) = (panel.asked_at.unwrap_or(now), Some(panel.begins_at));
            owed.push(Owed {
                what,
                lot: panel.lot_id.0,
                name: panel.code,
                stage,
                since_at: since,
                until_at: until,
                status: status(since, until, now),
            });
        }
    }
    Ok(())
}

fn status(since: Instant, until: Option<Instant>, now: Instant) -> &'static str {
    match until {
        Some(until) if until <= now => "overdue",
        _ if since > now => "waits",
        Some(until) if until <= now.plus(HOUR) => "soon",
        Some(_) | None => "todo",
    }
}

/// The lots that a grant serves, as far as they were looked at.
struct Lots {
    grant: Grant,
    known: BTreeMap<Id, Option<Lot>>,
}

impl Lots {
    /// A lot, unless it is of another region.
    fn find(&mut self, db: &mut Db, id: &Id) -> Answer<Option<Lot>> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let lot = Lot::find(db, id.as_str())?.ok_or(Error::NotFound)?;
        let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        let is_ours = self.grant.serves(&tender.region);
        let name = tender.title_of(&lot);
        let lot = is_ours.then_some(Lot { name, ..lot });
        self.known.insert(id.clone(), lot.clone());
        Ok(lot)
    }

    fn closes_at(&mut self, db: &mut Db, keyset: &Keyset) -> Answer<Option<Instant>> {
        let is_listed = keyset.is_of(KeyStage::is_listed);
        let lot = self.find(db, &keyset.lot_id)?;
        Ok(lot.and_then(|lot| lot.closes_at).filter(|_| is_listed))
    }

    fn line(
        &mut self,
        db: &mut Db,
        keyset: &Keyset,
        what: &'static str,
        since: Instant,
        until: Option<Instant>,
        now: Instant,
    ) -> Answer<Option<Owed>> {
        let lot = self.find(db, &keyset.lot_id)?;
        Ok(lot.map(|lot| Owed {
            what,
            lot: lot.id.0,
            name: lot.name,
            stage: keyset.stage.clone(),
            since_at: since,
            until_at: until,
            status: status(since, until, now),
        }))
    }

    fn canary(
        &mut self,
        db: &mut Db,
        canary: &Canary,
        keyset: &Keyset,
        now: Instant,
    ) -> Answer<Option<Owed>> {
        let until = (canary.round != CanaryRound::Ceremony).then(|| canary.due_at());
        self.line(db, keyset, "canary", canary.sent_at, until, now)
    }

    fn kept(&mut self, db: &mut Db, keyset: Keyset) -> Answer<Option<InCustody>> {
        let lot = self.find(db, &keyset.lot_id)?;
        Ok(lot.map(|lot| InCustody {
            lot: lot.id.0,
            name: lot.name,
            stage: keyset.stage,
            state: keyset.state,
            not_before_at: keyset.not_before_at,
        }))
    }
}
