//! What is looked at before somebody loses a right or an account: who it is, and what ends.
//!
//! Never: an account that the reader may not close, a right that has already ended.

use serde::Serialize;

use super::{Answer, App, Error, organisation::administers};
use crate::{
    domain::{
        account::{Account, Organisation, RoleGrant},
        actor::{AccountKind, Actor, Role},
        id::Id,
        text::text_enum,
    },
    store::{Row as _, account},
};

text_enum! {
    /// What is about to be done; people read `leaving-<word>` and `leaving-end-<word>`.
    pub enum LeavingKind {
        /// An account is closed.
        Closure,
        /// A right is taken back.
        Revocation,
    }
}

/// The check page.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Leaving {
    /// What is about to be done.
    #[schema(value_type = String)]
    pub kind: LeavingKind,
    /// The person's name.
    pub name: String,
    /// The name to sign in with.
    pub login: String,
    /// The organisation's name.
    pub organisation: String,
    /// What ends: each role with the region it covers.
    pub ends: Vec<(Role, String)>,
    /// Where it is done.
    pub action: String,
    /// Where the reader came from.
    pub back: &'static str,
}

impl App {
    async fn leaving<F>(
        &self,
        kind: LeavingKind,
        back: &'static str,
        action: String,
        find: F,
    ) -> Answer<Leaving>
    where
        F: FnOnce(&mut crate::store::Db) -> Answer<(Account, Vec<RoleGrant>)> + Send + 'static,
    {
        self.view(move |db| {
            let (person, grants) = find(db)?;
            let organisation = match &person.organisation_id {
                Some(id) => Organisation::find(db, id.as_str())?,
                None => None,
            };
            Ok(Leaving {
                kind,
                name: person.name,
                login: person.login,
                organisation: organisation.map(|found| found.name).unwrap_or_default(),
                ends: grants
                    .into_iter()
                    .map(|grant| (grant.role, grant.region))
                    .collect(),
                action,
                back,
            })
        })
        .await
    }

    /// Before the account of somebody of the staff is closed.
    pub async fn closure(&self, id: Id) -> Answer<Leaving> {
        let (action, now) = (format!("/accounts/{id}/closure"), self.clock.now());
        self.leaving(LeavingKind::Closure, "/accounts", action, move |db| {
            let person = Account::find(db, id.as_str())?
                .filter(|person| person.kind != AccountKind::Party && person.closed_at.is_none())
                .ok_or(Error::NotFound)?;
            let grants = account::grants_ahead(db, &id, now)?;
            Ok((person, grants))
        })
        .await
    }

    /// Before the account of one of an organisation's own people is closed.
    pub async fn own_closure(&self, actor: &Actor, id: Id) -> Answer<Leaving> {
        let own = administers(actor)?;
        let (action, now) = (format!("/organisation/people/{id}/closure"), self.clock.now());
        self.leaving(LeavingKind::Closure, "/organisation", action, move |db| {
            let person = Account::find(db, id.as_str())?
                .filter(|person| person.organisation_id.as_ref() == Some(&own) && person.closed_at.is_none())
                .ok_or(Error::NotFound)?;
            let grants = account::grants_ahead(db, &id, now)?;
            Ok((person, grants))
        })
        .await
    }

    /// Before a right is taken back.
    pub async fn revocation(&self, id: Id) -> Answer<Leaving> {
        let (action, now) = (format!("/rights/{id}/revocation"), self.clock.now());
        self.leaving(LeavingKind::Revocation, "/rights", action, move |db| {
            let grant = RoleGrant::find(db, id.as_str())?
                .filter(|grant| grant.kind != AccountKind::Party && grant.is_in_force(now))
                .ok_or(Error::NotFound)?;
            let person = Account::find(db, grant.account_id.as_str())?.ok_or(Error::NotFound)?;
            Ok((person, vec![grant]))
        })
        .await
    }
}
