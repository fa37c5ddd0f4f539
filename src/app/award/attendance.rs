//! Who is present at an award session (抽取会): bidders, owner and supervisor sign in to it themselves.
//!
//! In: a session that is opened, and who asks. Out: a row with the name he came under, for the console
//! and the minutes. Never: somebody present who did not sign in; a bidder without a bid in the lot.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Case;
use crate::{
    app::{Answer, App, Ask, Error, scope, tender as tenders},
    domain::{
        account::Organisation,
        act::Act,
        actor::{Actor, Role},
        award::SessionAttendance,
        id::Id,
        refusal::{Refusal, award::NO_SESSION, require},
        tender::Lot,
        time::Instant,
    },
    store::{self, Db, Row as _},
};

/// Somebody present at a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SessionPresent)]
pub struct Present {
    /// In which role.
    pub role: Role,
    /// The organisation he came for.
    pub name: String,
    /// Since when, Unix ms.
    #[schema(value_type = i64)]
    pub attended_at: Instant,
}

/// Everybody who signed in to the session of a lot, in order of time.
pub(super) fn present(db: &mut Db, lot: &Id) -> Answer<Vec<Present>> {
    let rows = store::award::attendances(db, lot)?.into_iter();
    Ok(rows
        .map(|row| Present {
            role: row.role,
            name: row.name,
            attended_at: row.attended_at,
        })
        .collect())
}

/// When the bidders signed in, by organisation.
pub(super) fn of_bidders(db: &mut Db, lot: &Id) -> Answer<BTreeMap<Id, Instant>> {
    let rows = store::award::attendances(db, lot)?.into_iter();
    let bidders = rows.filter(|row| row.role == Role::Bidder);
    Ok(bidders
        .map(|row| (row.organisation_id, row.attended_at))
        .collect())
}

/// The organisation for which somebody may sign in to a session, and in which role; none where it is not
/// opened, or over, or is not his.
fn comes_for(db: &mut Db, actor: &Actor, case: &Case) -> Option<(Role, Id)> {
    let role = actor.role_for(Act::SessionAttended).ok()?;
    let organisation = actor.organisation(role)?.clone();
    let is_his = if role == Role::Bidder {
        case.bids.iter().any(|bid| bid.organisation_id == organisation)
    } else if role == Role::Supervisor {
        scope::must_cover(db, actor, role, &case.lot).is_ok()
    } else {
        tenders::is_of(actor, &case.tender)
    };
    is_his.then_some((role, organisation))
}

/// Since when the session of a lot is open; none before and after it.
fn open_since(db: &mut Db, lot: &Lot) -> Answer<Option<Instant>> {
    if !lot.is_being_awarded() {
        return Ok(None);
    }
    let session = store::award::session(db, &lot.id)?;
    Ok(session.and_then(|session| session.opened_at))
}

/// Since when the session is open to which an organisation has not signed in in this role.
pub(in crate::app) fn unattended(
    db: &mut Db,
    lot: &Lot,
    role: Role,
    organisation: &Id,
) -> Answer<Option<Instant>> {
    let Some(since) = open_since(db, lot)? else {
        return Ok(None);
    };
    let mut rows = store::award::attendances(db, &lot.id)?.into_iter();
    let is_there = rows.any(|row| (row.role, &row.organisation_id) == (role, organisation));
    Ok((!is_there).then_some(since))
}

/// Whether the reader may sign in to the session, and has not.
pub(super) fn may_attend(db: &mut Db, actor: &Actor, case: &Case) -> Answer<bool> {
    let Some((role, organisation)) = comes_for(db, actor, case) else {
        return Ok(false);
    };
    Ok(unattended(db, &case.lot, role, &organisation)?.is_some())
}

/// Somebody signs in to the session; a second time changes nothing.
pub async fn attend(app: &App, ask: Ask, lot: String) -> Answer<Present> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let case = Case::load(tx.db, &lot)?;
        case.lot.must_be_drawn()?;
        let (role, organisation_id) = comes_for(tx.db, &actor, &case).ok_or(Error::NotFound)?;
        let is_open = open_since(tx.db, &case.lot)?.is_some();
        require(is_open, || Refusal::new(&NO_SESSION))?;
        let rows = store::award::attendances(tx.db, &case.lot.id)?;
        let before = rows
            .into_iter()
            .find(|row| (row.role, &row.organisation_id) == (role, &organisation_id));
        let row = if let Some(before) = before {
            before
        } else {
            let organisation = Organisation::find(tx.db, organisation_id.as_str())?;
            let row = SessionAttendance {
                id: tx.id(),
                lot_id: case.lot.id.clone(),
                organisation_id,
                account_id: Id::from(actor.token()),
                role,
                name: organisation.ok_or(Error::NotFound)?.name,
                attended_at: tx.now,
            };
            tx.insert(&row)?;
            row
        };
        tx.record(case.lot.tender_id.as_str(), Act::SessionAttended, Vec::new())?;
        Ok(Present {
            role: row.role,
            name: row.name,
            attended_at: row.attended_at,
        })
    })
    .await
}
