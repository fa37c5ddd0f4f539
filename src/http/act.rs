//! The duty table as a page: every act, every role.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{ctx::Ctx, error::Failure};
use crate::{
    domain::{
        act::DUTIES,
        actor::{Power, Role},
    },
    page,
};

/// A row of the duty table.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DutyRow {
    /// The event it leaves.
    pub name: &'static str,
    /// The message key of the act.
    pub key: String,
    /// Who may do it.
    pub roles: Vec<Role>,
    /// Whether the password is asked again.
    pub is_signed: bool,
    /// Whether a market organisation needs its signatory for it.
    pub needs_signatory: bool,
}

/// The duty table.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Duties {
    /// Every act.
    pub rows: Vec<DutyRow>,
    /// Every role with its power, in the order of the columns.
    #[schema(value_type = Vec<Vec<String>>)]
    pub roles: Vec<(Role, Option<Power>)>,
}

impl Duties {
    /// The roles that carry a power.
    #[must_use]
    pub fn with(&self, power: &Power) -> Vec<Role> {
        let carry = self.roles.iter().filter(|(_, own)| own.as_ref() == Some(power));
        carry.map(|(role, _)| *role).collect()
    }
}
page!(Duties, "act/duties.html");

/// Who may do what: one table for the program, the page and the test.
#[utoipa::path(get, path = "/duties", tag = "public", responses((status = 200, body = Duties)))]
pub async fn duties(ctx: Ctx) -> Result<HttpResponse, Failure> {
    let rows = DUTIES.iter().map(|duty| DutyRow {
        name: duty.name,
        key: duty.act.key(),
        roles: duty.roles.to_vec(),
        is_signed: duty.is_signed,
        needs_signatory: duty.needs_signatory(),
    });
    ctx.show(Ok(Duties {
        rows: rows.collect(),
        roles: Role::ALL.iter().map(|role| (*role, role.power())).collect(),
    }))
}
