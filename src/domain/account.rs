//! Organisations, people and the roles they hold, as rows.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    actor::{Grant, Position, Power, Role},
    bytes::Bytes,
    id::Id,
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
    /// 统一社会信用代码, checked.
    pub code: String,
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
    /// The one power its roles may carry.
    pub power: Option<Power>,
    /// argon2id, PHC string.
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
    /// When it ends or ended.
    pub until_at: Option<Instant>,
}

impl RoleGrant {
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
