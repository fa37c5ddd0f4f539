//! Organisations, people and the roles they hold: rows, and who may hold what.
//!
//! In: facts of an account and a role. Out: rows, or the refusal that keeps powers apart. Never: two
//! powers on one account, an administrator who is anything else, a platform without administrators.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    actor::{AccountKind, Grant, Position, Power, Role},
    bytes::Bytes,
    id::Id,
    refusal::{
        Lawful, Refusal,
        account::{ALREADY_HELD, CLOSED, LAST_ONE, ORGANISATION_KIND, SEPARATION},
        require,
    },
    time::Instant,
};
use crate::{
    schema::{account, organisation, role_grant},
    text_enum,
};

text_enum! {
    /// What an organisation is to the platform.
    pub enum OrganisationKind {
        /// 市场主体: owner, agency or bidder, as its people's roles say.
        Market,
        /// 自然人.
        Person,
        /// 交易中心.
        Centre,
        /// 行政监督部门.
        Bureau,
        /// 公管办.
        Committee,
        /// 纪检监察机关.
        Inspection,
        /// 审计、财政监督机关.
        Audit,
    }
}

/// An organisation, known by its 统一社会信用代码.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = organisation, treat_none_as_null = true)]
pub struct Organisation {
    /// Its id.
    pub id: Id,
    /// 统一社会信用代码, checked; of a natural person a pseudonym that only this platform can make.
    pub code: String,
    /// A natural person's identity number, encrypted at rest.
    pub id_number: Option<Bytes>,
    /// Its registered name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// GB/T 2260 code of its seat.
    pub region: String,
    /// Its address.
    pub address: String,
    /// SHA-256 of its declaration (告知承诺书).
    pub declaration: String,
    /// When it declared.
    pub declared_at: Instant,
    /// Raised by every change, for compare-and-swap.
    pub version: i64,
}

impl Role {
    /// What an organisation must be for its people to hold the role; `None` where they belong to none.
    #[must_use]
    pub fn organisation_kind(self) -> Option<OrganisationKind> {
        match self {
            Self::Owner | Self::Agency | Self::Bidder => Some(OrganisationKind::Market),
            Self::CentreOperator | Self::CentreHead => Some(OrganisationKind::Centre),
            Self::Committee => Some(OrganisationKind::Committee),
            Self::Supervisor => Some(OrganisationKind::Bureau),
            Self::Inspector => Some(OrganisationKind::Inspection),
            Self::Auditor => Some(OrganisationKind::Audit),
            Self::Expert
            | Self::CivicObserver
            | Self::SystemAdmin
            | Self::SecurityAdmin
            | Self::AuditAdmin
            | Self::Holder
            | Self::Clock
            | Self::Public => None,
        }
    }
}

impl Organisation {
    /// Whether it is a centre or an authority, whose people are staff.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        match self.kind {
            OrganisationKind::Market | OrganisationKind::Person => false,
            OrganisationKind::Centre
            | OrganisationKind::Bureau
            | OrganisationKind::Committee
            | OrganisationKind::Inspection
            | OrganisationKind::Audit => true,
        }
    }

    /// Refuses a role that does not belong to such an organisation: a bureau bids for nothing.
    ///
    /// # Errors
    /// `right.organisation_kind`.
    pub fn may_give(&self, role: Role) -> Lawful<()> {
        let kind = match self.kind {
            OrganisationKind::Person => OrganisationKind::Market,
            OrganisationKind::Market
            | OrganisationKind::Centre
            | OrganisationKind::Bureau
            | OrganisationKind::Committee
            | OrganisationKind::Inspection
            | OrganisationKind::Audit => self.kind,
        };
        require(role.organisation_kind() == Some(kind), || {
            Refusal::new(&ORGANISATION_KIND)
                .fact("role", format!("word:{}", role.key()))
                .at("role")
        })
    }
}

/// A person's account.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = account, treat_none_as_null = true)]
pub struct Account {
    /// Its random id, the `actor` of events.
    pub id: Id,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Party, staff or one of the three administrators; for the account's life.
    pub kind: AccountKind,
    /// The one power its roles may carry, once one does; for the account's life.
    pub power: Option<Power>,
    /// argon2id, PHC string; empty until the one-time link was used.
    pub password_hash: String,
    /// The TOTP secret, encrypted at rest.
    pub totp_secret: Option<Bytes>,
    /// The phone number, encrypted at rest.
    pub phone: Option<Bytes>,
    /// Where mail goes.
    pub email: Option<String>,
    /// The organisation the person belongs to.
    pub organisation_id: Option<Id>,
    /// GB/T 2260 code.
    pub region: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
}

impl Account {
    /// Refuses a role that this account may not join to what it is: the separation of powers
    /// (管办分离) and of administrators (三员分立). The database has the same as constraints.
    ///
    /// # Errors
    /// `account.closed`, `right.separation`.
    pub fn may_hold(&self, role: Role) -> Lawful<()> {
        require(self.closed_at.is_none(), || Refusal::new(&CLOSED).at("account"))?;
        let same_kind = role.account_kind() == Some(self.kind);
        let same_power = self.power.is_none() || role.power().is_none() || self.power == role.power();
        require(same_kind && same_power, || {
            let held = match self.power {
                Some(power) => format!("word:power-{power}"),
                None => format!("word:account-kind-{}", self.kind),
            };
            Refusal::new(&SEPARATION)
                .fact("held", held)
                .fact("role", format!("word:{}", role.key()))
                .at("role")
        })
    }
}

/// Refuses to take away the last of those whom the platform or an organisation cannot be without.
///
/// # Errors
/// `account.last_one`, when nobody else holds the role or position.
pub fn may_remove(n_others: usize, role_key: &str) -> Lawful<()> {
    require(n_others > 0, || {
        Refusal::new(&LAST_ONE).fact("role", format!("word:{role_key}"))
    })
}

/// A role that an account holds.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = role_grant, treat_none_as_null = true)]
pub struct RoleGrant {
    /// Its id.
    pub id: Id,
    /// The account.
    pub account_id: Id,
    /// The role.
    pub role: Role,
    /// The role's kind of account, repeated for the constraint that keeps administrators apart.
    pub kind: AccountKind,
    /// The role's power, repeated for the constraint that keeps an account to one.
    pub power: Option<Power>,
    /// The position within a market organisation.
    pub position: Option<Position>,
    /// The organisation for which it is held.
    pub organisation_id: Option<Id>,
    /// The region it covers, with what lies below.
    pub region: String,
    /// The account that gave it, or `platform`.
    pub granted_by: String,
    /// When.
    pub granted_at: Instant,
    /// When it begins.
    pub from_at: Instant,
    /// When it ends or ended.
    pub until_at: Option<Instant>,
    /// Leave: the account whose duties this one does meanwhile.
    pub stands_in_for: Option<Id>,
}

impl RoleGrant {
    /// The role for an account that may hold it, from now on and without end; the account's power
    /// must be saved with it.
    ///
    /// # Errors
    /// As [`Account::may_hold`], and `right.already_held` when one of `held` is the same.
    pub fn new(
        id: Id,
        account: &mut Account,
        role: Role,
        position: Option<Position>,
        held: &[Self],
        now: Instant,
    ) -> Lawful<Self> {
        account.may_hold(role)?;
        account.power = account.power.or(role.power());
        let grant = Self {
            id,
            account_id: account.id.clone(),
            role,
            kind: account.kind,
            power: role.power(),
            position,
            organisation_id: account.organisation_id.clone(),
            region: account.region.clone(),
            granted_by: "platform".to_owned(),
            granted_at: now,
            from_at: now,
            until_at: None,
            stands_in_for: None,
        };
        let same = |other: &Self| other.as_grant() == grant.as_grant() && other.stands_in_for.is_none();
        require(
            !held.iter().any(|other| other.is_in_force(now) && same(other)),
            || Refusal::new(&ALREADY_HELD).at("role"),
        )?;
        Ok(grant)
    }

    /// Given by this account.
    #[must_use]
    pub fn granted_by(mut self, account: &str) -> Self {
        account.clone_into(&mut self.granted_by);
        self
    }

    /// Whether it holds at an instant.
    #[must_use]
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.from_at <= now && self.until_at.is_none_or(|until| until > now)
    }

    /// The grant as the law sees it.
    #[must_use]
    pub fn as_grant(&self) -> Grant {
        Grant {
            role: self.role,
            organisation: self.organisation_id.clone(),
            position: self.position,
            region: self.region.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
