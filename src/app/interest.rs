//! Interests that experts declare (rules E10, Z66): each bars its expert from every draw in which that
//! organisation takes part, and from every lot for which it bids.
//!
//! In: a credit code and what the interest is. Out: rows that the draws and the checks after the opening
//! read. Never: what an interest is, or in whom, in the payload of an event; a declaration taken back by
//! its expert, who could otherwise choose the lots for which he may be drawn.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, App, Ask, Error, expert::CHAIN, panel::seat};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        credential,
        expert::{Expert, Interest},
        id::Id,
        panel::PanelState,
        tender::Lot,
        time::Instant,
    },
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// How many calls of an expert are looked at when he declares an interest.
const CALLS: i64 = 100;

/// A declared interest.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DeclaredInterest)]
pub struct Declared {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The organisation's credit code.
    pub org_code: String,
    /// What the interest is.
    pub reason: String,
    /// When it was declared, Unix ms.
    #[schema(value_type = i64)]
    pub declared_at: Instant,
}

impl From<Interest> for Declared {
    fn from(row: Interest) -> Self {
        Self {
            id: row.id,
            org_code: row.org_code,
            reason: row.reason,
            declared_at: row.declared_at,
        }
    }
}

/// What the expert signed in has declared.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Interests {
    /// In order of time.
    pub interests: Vec<Declared>,
}

/// An interest to be declared.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInterest {
    /// The organisation's credit code.
    pub org_code: String,
    /// What the interest is.
    pub reason: String,
}

fn own(db: &mut Db, actor: &Actor) -> Answer<Option<Expert>> {
    Ok(store::expert::by_account(db, &Id(actor.token().to_owned()))?)
}

/// The interests of the expert signed in.
pub fn list(db: &mut Db, actor: &Actor) -> Answer<Interests> {
    let rows = match own(db, actor)? {
        Some(expert) => store::expert::interests(db, &expert.id)?,
        None => Vec::new(),
    };
    Ok(Interests {
        interests: rows.into_iter().map(Declared::from).collect(),
    })
}

/// An expert declares an interest. Where he is called or seated for a lot whose bids are opened, members
/// and organisations are compared again at once; before the opening that is done right after it, so that
/// nobody finds out by declaring interests for whom he was called.
pub async fn declare(app: &App, ask: Ask, new: NewInterest) -> Answer<Id> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let expert = own(tx.db, &actor)?.ok_or(Error::NotFound)?;
        let known = store::expert::interests(tx.db, &expert.id)?;
        let said = (new.org_code.as_str(), new.reason.as_str());
        let interest = Interest::declare(tx.id(), &expert.id, said, &known, tx.now)?;
        tx.insert(&interest)?;
        tx.record(CHAIN, Act::InterestDeclared, Vec::new())?;
        compare_again(tx, &actor)?;
        Ok(interest.id)
    })
    .await
}

fn compare_again(tx: &mut Tx<'_>, actor: &Actor) -> Answer<()> {
    let account = Id(actor.token().to_owned());
    let now = tx.now;
    for call in store::panel::of_account(tx.db, &account, CALLS)? {
        if !call.is_held(now) {
            continue;
        }
        let lot = Lot::find(tx.db, call.lot_id.as_str())?;
        let panel = store::panel::of_lot(tx.db, &call.lot_id)?;
        let is_under_way = panel.is_some_and(|panel| panel.state != PanelState::Ended);
        if let Some(lot) = lot.filter(|lot| is_under_way && lot.stage.is_opened()) {
            seat::check_ties(tx, &lot)?;
        }
    }
    Ok(())
}

/// The supervisor ends an interest that is no longer one; from then on its expert may be drawn again.
pub async fn end(app: &App, ask: Ask, id: String, why: String) -> Answer<Id> {
    let why = credential::line(&why, "reason", 500)?;
    app.act(ask, move |tx| {
        let interest = Interest::find(tx.db, &id)?.ok_or(Error::NotFound)?;
        tx.delete(&interest)?;
        let facts = json!({ "interest": interest.id, "reason": why });
        let payload = Payload::facts("end", "interest.ended/1", &facts)?;
        tx.record(CHAIN, Act::InterestEnded, vec![payload])?;
        Ok(interest.expert_id)
    })
    .await
}
