//! The people of an organisation: let in, given posts, replaced and let go by its administrator.

use serde::Deserialize;

use super::super::{
    Answer, App, Ask, Error,
    account::{Contact, NewAccount, close, record_opened},
    invitation::{Invited, invite},
};
use super::administers;
use crate::{
    domain::{
        account::{Account, Organisation, RoleGrant, may_remove},
        act::Act,
        actor::{AccountKind, Position, Role},
        credential::{NAME_MAX, line},
        id::Id,
        organisation::{HandOver, posts},
        refusal::{Refusal, account::CLOSED, require},
        time::Instant,
    },
    store::{Row as _, Tx, account, tx::Payload},
};

/// The form with which a person is let in.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPerson {
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Owner, agency, bidder: for which of its roles.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// In which positions.
    #[serde(default)]
    pub positions: Vec<Position>,
    /// The phone number.
    pub phone: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
}

/// The posts a person is to have from now on, and no others.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Posts {
    /// Owner, agency, bidder.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// The positions.
    #[serde(default)]
    pub positions: Vec<Position>,
}

/// Leave, or hand-over for good.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverForm {
    /// The account that stands in or takes over.
    #[schema(value_type = String)]
    pub to: Id,
    /// From when, Unix ms.
    #[schema(value_type = i64)]
    pub from_at: Instant,
    /// Until when, Unix ms; without it the first person's roles end.
    #[schema(value_type = Option<i64>)]
    pub until_at: Option<Instant>,
    /// Why.
    pub reason: String,
}

impl App {
    /// Lets a person in; the answer leads to a one-time link.
    pub async fn add_person(&self, ask: Ask, x: AddPerson) -> Answer<Invited> {
        let own = administers(&ask.actor)?;
        let posts = posts(&x.roles, &x.positions)?;
        let contact = Contact::new(x.phone.as_deref(), x.email.as_deref())?;
        let (app, by) = (self.clone(), ask.actor.token().to_owned());
        self.act(ask, move |tx| {
            let organisation = Organisation::find(tx.db, own.as_str())?.ok_or(Error::NotFound)?;
            let who = NewAccount::new(
                AccountKind::Party,
                &x.login,
                &x.name,
                &organisation.region,
                ["login", "name"],
            )?;
            let mut person = who.account(&app, tx, Some(&own), &contact)?;
            let grants = give(tx, &organisation, &mut person, &posts, &[], &by)?;
            tx.insert(&person)?;
            for grant in &grants {
                tx.insert(grant)?;
            }
            record_opened(tx, &person)?;
            invite(tx, &person)
        })
        .await
    }

    /// Gives a person exactly these posts.
    pub async fn set_posts(&self, ask: Ask, id: Id, x: Posts) -> Answer<()> {
        let own = administers(&ask.actor)?;
        let posts = posts(&x.roles, &x.positions)?;
        let by = ask.actor.token().to_owned();
        self.act(ask, move |tx| {
            let organisation = Organisation::find(tx.db, own.as_str())?.ok_or(Error::NotFound)?;
            let mut person = colleague(tx, &own, &id)?;
            require(person.closed_at.is_none(), || Refusal::new(&CLOSED))?;
            if !x.positions.contains(&Position::Administrator) {
                keep_an_administrator(tx, &own, &id)?;
            }
            let mut kept = Vec::new();
            for mut grant in account::grants(tx.db, &id, tx.now)? {
                let stays = grant
                    .position
                    .is_some_and(|position| posts.contains(&(grant.role, position)));
                if stays || grant.stands_in_for.is_some() {
                    kept.push(grant);
                } else {
                    grant.until_at = Some(tx.now);
                    tx.update(&grant)?;
                }
            }
            let new = give(tx, &organisation, &mut person, &posts, &kept, &by)?;
            tx.update(&person)?;
            for grant in &new {
                tx.insert(grant)?;
            }
            let facts = serde_json::json!({ "account": id, "roles": x.roles, "positions": x.positions });
            let payload = Payload::facts("posts", "role.granted/1", &facts)?;
            tx.record(id.as_str(), Act::RoleGranted, vec![payload])?;
            Ok(())
        })
        .await
    }

    /// Makes another one-time link for a person.
    pub async fn invite_person(&self, ask: Ask, id: Id) -> Answer<Invited> {
        let own = administers(&ask.actor)?;
        self.act(ask, move |tx| {
            let person = colleague(tx, &own, &id)?;
            require(person.closed_at.is_none(), || Refusal::new(&CLOSED))?;
            let facts = serde_json::json!({ "account": id });
            let payload = Payload::facts("account", "account.invited/1", &facts)?;
            tx.record(id.as_str(), Act::AccountInvited, vec![payload])?;
            invite(tx, &person)
        })
        .await
    }

    /// Closes a person's account.
    pub async fn close_person(&self, ask: Ask, id: Id) -> Answer<()> {
        let own = administers(&ask.actor)?;
        self.act(ask, move |tx| {
            let person = colleague(tx, &own, &id)?;
            keep_an_administrator(tx, &own, &id)?;
            close(tx, person)
        })
        .await
    }

    /// Hands a person's duties to another: for a time, or for good.
    pub async fn hand_over(&self, ask: Ask, id: Id, x: HandOverForm) -> Answer<()> {
        let own = administers(&ask.actor)?;
        let reason = line(&x.reason, "reason", NAME_MAX)?;
        let by = ask.actor.token().to_owned();
        self.act(ask, move |tx| {
            let first = colleague(tx, &own, &id)?;
            let mut second = colleague(tx, &own, &x.to)?;
            let held = account::grants_ahead(tx.db, &first.id, tx.now)?;
            let held_by_second = account::grants_ahead(tx.db, &second.id, tx.now)?;
            let hand_over = HandOver {
                from_at: x.from_at,
                until_at: x.until_at,
            };
            let entropy = tx.entropy.clone();
            let made = hand_over.grants(&first, &mut second, &held, &held_by_second, tx.now, || {
                entropy.id()
            })?;
            tx.update(&second)?;
            for grant in made {
                tx.insert(&grant.granted_by(&by))?;
            }
            if x.until_at.is_none() {
                let end = x.from_at.max(tx.now);
                for mut grant in held {
                    grant.until_at = Some(end.max(grant.from_at));
                    tx.update(&grant)?;
                }
            }
            let facts = serde_json::json!({
                "from": first.id, "to": second.id, "from_at": x.from_at, "until_at": x.until_at,
                "reason": reason,
            });
            let payload = Payload::facts("hand_over", "duty.handover/1", &facts)?;
            tx.record(own.as_str(), Act::DutyHandedOver, vec![payload])?;
            Ok(())
        })
        .await
    }
}

/// The posts not yet held, for a person who may hold them.
fn give(
    tx: &Tx<'_>,
    organisation: &Organisation,
    person: &mut Account,
    posts: &[(Role, Position)],
    kept: &[RoleGrant],
    by: &str,
) -> Answer<Vec<RoleGrant>> {
    let mut made = Vec::new();
    for (role, position) in posts {
        let is_held = |grant: &RoleGrant| {
            (grant.role, grant.position) == (*role, Some(*position)) && grant.stands_in_for.is_none()
        };
        if kept.iter().any(is_held) {
            continue;
        }
        organisation.may_give(*role)?;
        let grant = RoleGrant::new(tx.id(), person, *role, Some(*position), &[], tx.now)?;
        made.push(grant.granted_by(by));
    }
    Ok(made)
}

/// A person of the same organisation; others are not known here.
fn colleague(tx: &mut Tx<'_>, own: &Id, id: &Id) -> Answer<Account> {
    Account::find(tx.db, id.as_str())?
        .filter(|person| person.organisation_id.as_ref() == Some(own))
        .ok_or(Error::NotFound)
}

/// Refuses to let the last administrator of an organisation go.
fn keep_an_administrator(tx: &mut Tx<'_>, own: &Id, leaving: &Id) -> Answer<()> {
    let mut holders = Vec::new();
    for role in [Role::Owner, Role::Bidder, Role::Agency] {
        let post = Some((own, Position::Administrator));
        holders.extend(account::holders(tx.db, role, post, tx.now)?);
    }
    if holders.contains(leaving) {
        let others = holders.iter().filter(|holder| *holder != leaving).count();
        may_remove(others, "position-administrator")?;
    }
    Ok(())
}
