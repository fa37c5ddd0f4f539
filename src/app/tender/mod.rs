//! A tender before its deadline: drafting, publishing, withdrawing. Each step in a file of its own.
//!
//! Never: a draft seen by another organisation; an act on a tender of somebody else.

pub mod dates;
pub mod desk;
pub mod draft;
pub mod ending;
pub mod lot;
pub mod paper;
pub mod publication;

use super::{Answer, Error};
use crate::{
    domain::{
        account::Organisation,
        actor::{Actor, Role},
        id::Id,
        refusal::{Refusal, require, tender::PAPER_CHANGED},
        rule::Rules,
        tender::{Lot, Tender},
    },
    proof::canon::Hash,
    store::{self, Db, Fault, Row as _, Tx},
};

/// Whether the tender is one of the actor's organisation, as owner or agency.
#[must_use]
pub fn is_of(actor: &Actor, tender: &Tender) -> bool {
    let agency = actor.organisation(Role::Agency);
    actor.organisation(Role::Owner) == Some(&tender.owner_id)
        || (agency.is_some() && agency == tender.agency_id.as_ref())
}

/// The tender, for its owner or agency.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn owned(db: &mut Db, actor: &Actor, tender: &Id) -> Answer<Tender> {
    Tender::find(db, tender.as_str())?
        .filter(|tender| is_of(actor, tender))
        .ok_or(Error::NotFound)
}

/// The lot and its tender, for the owner or agency.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn owned_lot(db: &mut Db, actor: &Actor, lot: &Id) -> Answer<(Tender, Lot)> {
    let lot = Lot::find(db, lot.as_str())?.ok_or(Error::NotFound)?;
    Ok((owned(db, actor, &lot.tender_id)?, lot))
}

/// The tender, once its notice is out.
///
/// # Errors
/// [`Error::NotFound`] while it is a draft.
pub fn published(db: &mut Db, tender: &Id) -> Answer<Tender> {
    Tender::find(db, tender.as_str())?
        .filter(|tender| tender.published_at.is_some())
        .ok_or(Error::NotFound)
}

/// Refuses what was decided on an older state than the one that stands.
///
/// # Errors
/// [`Error::Stale`].
pub fn must_be_seen(seen: Option<i64>, stands: i64) -> Answer<()> {
    match seen {
        Some(seen) if seen != stands => Err(Error::Stale),
        Some(_) | None => Ok(()),
    }
}

/// Refuses a signature under another paper than the one that would come out.
///
/// # Errors
/// `paper.changed`.
pub fn must_be_signed(tx: &Tx<'_>, paper: &Hash) -> Answer<()> {
    Ok(require(tx.signed().as_ref() == Some(paper), || {
        Refusal::new(&PAPER_CHANGED).at("digest")
    })?)
}

/// The rows of the rules a lot stands under.
pub fn rules_of(db: &mut Db, lot: &Lot) -> Answer<Rules> {
    Ok(store::rule::of_version(db, lot.rules_version)?)
}

/// An organisation that must be there.
pub fn organisation(db: &mut Db, id: &Id) -> Answer<Organisation> {
    let found = Organisation::find(db, id.as_str())?;
    Ok(found.ok_or_else(|| Fault::new("organisation", format!("no {id}")))?)
}
