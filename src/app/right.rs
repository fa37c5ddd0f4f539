//! Rights: given and taken back by the security administrator, who opens no accounts and has no
//! business of his own.
//!
//! Never: two powers on one account; the last administrator of a kind without his role.

use serde::{Deserialize, Serialize};

use super::{Answer, App, Ask, Error, account::AccountRow};
use crate::{
    domain::{
        account::{Account, Organisation, RoleGrant, may_remove},
        act::Act,
        actor::{AccountKind, Role},
        code::Region,
        duty::DutyKind,
        id::Id,
        refusal::{
            Refusal,
            account::{ALREADY_HELD, ORGANISATION_KIND},
            require,
        },
        time::Instant,
    },
    store::{Row as _, account, duty, tx::Payload},
};

/// How many accounts a page shows.
const PAGE: i64 = 100;

/// The form with which a right is given.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Give {
    /// The account.
    #[schema(value_type = String)]
    pub account: Id,
    /// The role.
    pub role: Role,
    /// GB/T 2260 code: it covers what lies below.
    pub region: String,
}

/// A right in the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RightRow {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The role.
    pub role: Role,
    /// The region it covers.
    pub region: String,
    /// Since when, Unix ms.
    #[schema(value_type = i64)]
    pub from_at: Instant,
    /// Until when, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub until_at: Option<Instant>,
}

/// An account and its rights.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Holder {
    /// The account.
    pub account: AccountRow,
    /// Its rights, in force or to come.
    pub rights: Vec<RightRow>,
    /// The roles it may be given: never one that would join two powers.
    pub open: Vec<Role>,
}

/// The page of rights.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Rights {
    /// The accounts of staff and administrators.
    pub rows: Vec<Holder>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl App {
    /// The rights of staff, after a login.
    pub async fn rights(&self, after: &str) -> Answer<Rights> {
        let (app, after, now) = (self.clone(), after.to_owned(), self.clock.now());
        self.view(move |db| {
            let found = account::staff(db, &after, PAGE)?;
            let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
            let next = found
                .last()
                .filter(|_| full)
                .map(|last| format!("/rights?after={}", last.login));
            let mut rows = Vec::new();
            for person in found {
                let held = account::grants_ahead(db, &person.id, now)?;
                let organisation = match &person.organisation_id {
                    Some(id) => Organisation::find(db, id.as_str())?,
                    None => None,
                };
                let may = |role: &Role| {
                    let fits = fits(organisation.as_ref(), *role);
                    person.may_hold(*role).is_ok() && fits && held.iter().all(|own| own.role != *role)
                };
                let open = Role::grantable().filter(may).collect();
                let right = |grant: RoleGrant| RightRow {
                    id: grant.id,
                    role: grant.role,
                    region: grant.region,
                    from_at: grant.from_at,
                    until_at: grant.until_at,
                };
                rows.push(Holder {
                    account: app.account_row(db, person, now)?,
                    rights: held.into_iter().map(right).collect(),
                    open,
                });
            }
            Ok(Rights { rows, next })
        })
        .await
    }

    /// Gives a right.
    pub async fn give_right(&self, ask: Ask, x: Give) -> Answer<Id> {
        let region = Region::parse(&x.region, "region")?.as_str().to_owned();
        let by = ask.actor.token().to_owned();
        self.act(ask, move |tx| {
            let mut person = Account::find(tx.db, x.account.as_str())?
                .filter(|account| account.kind != AccountKind::Party)
                .ok_or(Error::NotFound)?;
            let held = account::grants_ahead(tx.db, &person.id, tx.now)?;
            let organisation = match &person.organisation_id {
                Some(id) => Organisation::find(tx.db, id.as_str())?,
                None => None,
            };
            let mut grant = RoleGrant::new(tx.id(), &mut person, x.role, None, &[], tx.now)?;
            grant.region = region;
            require(fits(organisation.as_ref(), x.role), || {
                Refusal::new(&ORGANISATION_KIND)
                    .fact("role", format!("word:{}", x.role.key()))
                    .at("role")
            })?;
            let same = held.iter().any(|own| own.as_grant() == grant.as_grant());
            require(!same, || Refusal::new(&ALREADY_HELD).at("role"))?;
            tx.update(&person)?;
            let grant = grant.granted_by(&by);
            tx.insert(&grant)?;
            duty::meet(tx, DutyKind::GiveRight, &person.id)?;
            let facts = serde_json::json!({ "account": person.id, "role": x.role, "region": grant.region });
            let payload = Payload::facts("right", "role.granted/1", &facts)?;
            tx.record(person.id.as_str(), Act::RoleGranted, vec![payload])?;
            Ok(grant.id)
        })
        .await
    }

    /// Takes a right back, at once.
    pub async fn revoke_right(&self, ask: Ask, id: Id) -> Answer<()> {
        self.act(ask, move |tx| {
            let mut grant = RoleGrant::find(tx.db, id.as_str())?
                .filter(|grant| grant.kind != AccountKind::Party && grant.is_in_force(tx.now))
                .ok_or(Error::NotFound)?;
            if grant.kind.administrator().is_some() {
                let holders = account::holders(tx.db, grant.role, None, tx.now)?;
                let others = holders
                    .iter()
                    .filter(|holder| **holder != grant.account_id)
                    .count();
                may_remove(others, &grant.role.key())?;
            }
            grant.until_at = Some(tx.now);
            tx.update(&grant)?;
            let facts = serde_json::json!({ "account": grant.account_id, "role": grant.role });
            let payload = Payload::facts("right", "role.revoked/1", &facts)?;
            tx.record(grant.account_id.as_str(), Act::RoleRevoked, vec![payload])?;
            Ok(())
        })
        .await
    }
}

/// Whether a role belongs to such an organisation; administrators and observers need none.
fn fits(organisation: Option<&Organisation>, role: Role) -> bool {
    match (organisation, role.organisation_kind()) {
        (_, None) => true,
        (Some(organisation), Some(_)) => organisation.may_give(role).is_ok(),
        (None, Some(_)) => false,
    }
}
