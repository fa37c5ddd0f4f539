//! The log as outsiders read it: checkpoint, tiles, and receipts for those who may have them.

use super::{count, proofs, stored_tile};
use crate::{
    app::{Answer, App, Error},
    domain::{
        actor::{Actor, Person},
        id::Id,
        tender::Tender,
    },
    proof::{
        canon::Hash,
        tiles::{Resource, WIDTH, bundle},
    },
    store::{self, Db, Row as _, journal},
};

impl App {
    /// The newest checkpoint that counts, with its cosignatures.
    pub async fn checkpoint(&self) -> Answer<String> {
        let witnessed = self.journal.policy.is_witnessed();
        self.view(move |db| {
            let tick = journal::last_counted(db, witnessed)?.ok_or(Error::NotFound)?;
            Ok(proofs::note(&tick)?.to_string())
        })
        .await
    }

    /// The bytes of a resource of the log, which must be as wide as its path says.
    pub async fn tile(&self, resource: Resource) -> Answer<Vec<u8>> {
        self.view(move |db| match resource {
            Resource::Hashes { tile, width } => {
                let hashes = stored_tile(db, tile)?;
                let shown = usize::try_from(width).ok().and_then(|width| hashes.get(..width));
                Ok(shown
                    .ok_or(Error::NotFound)?
                    .iter()
                    .flat_map(|hash| hash.0)
                    .collect())
            }
            Resource::Entries { index, width } => {
                let from = index.checked_mul(WIDTH).ok_or(Error::NotFound)?;
                let entries = journal::entries(db, count(from)?, count(width)?)?;
                if u64::try_from(entries.len()).ok() != Some(width) {
                    return Err(Error::NotFound);
                }
                let entries: Vec<Vec<u8>> = entries.into_iter().map(|(_, entry, _)| entry).collect();
                Ok(bundle(&entries)?)
            }
        })
        .await
    }

    /// The receipt of an event for somebody to whom the event is disclosed.
    pub async fn receipt_for(&self, actor: &Actor, c: Hash) -> Answer<Option<String>> {
        let (journal, actor) = (self.journal.clone(), actor.clone());
        self.view(move |db| {
            if !is_disclosed(db, &actor, &c)? {
                return Err(Error::NotFound);
            }
            journal.receipt(db, &c)
        })
        .await
    }
}

/// Who may know of an event: everybody, on the chain of a published tender from its publication on;
/// who did it; on a chain of somebody's own, the organisation it belongs to.
fn is_disclosed(db: &mut Db, actor: &Actor, c: &Hash) -> Answer<bool> {
    let Some(stored) = journal::event_by_c(db, &c.to_hex())? else {
        return Ok(false);
    };
    let Some((event, _)) = proofs::whole_event(&stored)? else {
        return Ok(false);
    };
    if let Some(tender) = Tender::find(db, &stored.tx)? {
        return Ok(tender.published_at.is_some_and(|at| at.0 <= event.ts));
    }
    match actor {
        Actor::Person(person) => {
            let is_own = event.actor.as_str() == person.account.as_str();
            Ok(is_own
                || store::chain::subject_of(db, &stored.tx)?.is_some_and(|s| codes(db, person).contains(&s)))
        }
        Actor::Holder(duty) => Ok(event.actor.as_str() == duty),
        Actor::Clock => Ok(true),
        Actor::Public => Ok(false),
    }
}

/// The credit codes of the organisations a person acts for.
fn codes(db: &mut Db, person: &Person) -> Vec<String> {
    let ids: Vec<&Id> = person
        .grants
        .iter()
        .filter_map(|grant| grant.organisation.as_ref())
        .collect();
    ids.into_iter()
        .filter_map(|id| {
            crate::domain::account::Organisation::find(db, id.as_str())
                .ok()
                .flatten()
        })
        .map(|organisation| organisation.code)
        .collect()
}
