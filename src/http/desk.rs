//! The desk of whoever is signed in.

use actix_web::HttpResponse;

use super::{ctx::Ctx, error::Failure};
use crate::{
    app::desk::{Desk, Post},
    domain::actor::Role,
    page,
};

page!(Desk, "desk/show.html");

impl Desk {
    /// Where the roles of this person work: message keys and addresses.
    #[must_use]
    pub fn places(&self) -> Vec<(&'static str, &'static str)> {
        let mut places: Vec<(&str, &str)> = self
            .posts
            .iter()
            .flat_map(|post| of(post.role))
            .copied()
            .collect();
        places.extend([
            ("desk-messages", "/messages"),
            ("desk-duties", "/duties"),
            ("desk-agents", "/session/agents"),
        ]);
        let mut seen = Vec::new();
        places.retain(|place| {
            let is_new = !seen.contains(place);
            seen.push(*place);
            is_new
        });
        places
    }

    /// The posts, each once.
    #[must_use]
    pub fn offices(&self) -> &[Post] {
        &self.posts
    }
}

/// The places of a role.
fn of(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Owner | Role::Agency => &[
            ("desk-company", "/organisation"),
            ("desk-people", "/organisation#people"),
        ],
        Role::Bidder => &[
            ("desk-company", "/organisation"),
            ("desk-keys", "/organisation/keys"),
        ],
        Role::Committee => &[("desk-regions", "/regions"), ("desk-specialties", "/specialties")],
        Role::SystemAdmin => &[
            ("desk-accounts", "/accounts"),
            ("desk-authorities", "/authorities"),
        ],
        Role::SecurityAdmin => &[("desk-rights", "/rights")],
        Role::AuditAdmin => &[("desk-audit", "/audit")],
        Role::Expert
        | Role::CentreOperator
        | Role::CentreHead
        | Role::Supervisor
        | Role::Inspector
        | Role::Auditor
        | Role::CivicObserver
        | Role::Holder
        | Role::Clock
        | Role::Public => &[],
    }
}

/// What is to be done next.
#[utoipa::path(get, path = "/desk", tag = "people", responses((status = 200, body = Desk)))]
pub async fn show(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.desk(ctx.person()?).await)
}
