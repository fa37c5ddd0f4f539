//! The pages that explain: verifying, help by role, open data and the interface, accessibility and
//! privacy. They say what holds for everybody and read nothing but the words.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{ctx::Ctx, error::Failure};
use crate::{domain::actor::Role, page};

/// The page on which anybody verifies a receipt or a draw; the file never leaves the browser.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Verifying {
    /// The address of the log's trust file.
    pub policy: &'static str,
}
page!(Verifying, "verify/show.html");

/// `GET /verify`.
#[utoipa::path(get, path = "/verify", tag = "public", responses((status = 200, body = Verifying)))]
pub async fn verify(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(Ok(Verifying {
        policy: "/log.policy",
    }))
}

/// The page on which a bidder tries whether his device can seal a bid.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Environment {
    /// The address of the log's trust file.
    pub policy: &'static str,
}
page!(Environment, "verify/environment.html");

/// `GET /environment`.
#[utoipa::path(get, path = "/environment", tag = "public", responses((status = 200, body = Environment)))]
pub async fn environment(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(Ok(Environment {
        policy: "/log.policy",
    }))
}

/// Help: what each role does, step by step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Help {
    /// The roles that have a chapter, in order.
    pub roles: Vec<Role>,
}
page!(Help, "guide/help.html");

impl Help {
    /// How many steps a role's chapter has: messages `help-<role>-1` and so on.
    #[must_use]
    pub fn steps(&self, role: &Role) -> std::ops::RangeInclusive<usize> {
        1..=chapter(*role)
    }
}

/// The number of steps in the chapter of a role; none where it has no chapter.
fn chapter(role: Role) -> usize {
    match role {
        Role::Bidder => 7,
        Role::Owner => 8,
        Role::Agency | Role::SystemAdmin => 3,
        Role::Expert | Role::CentreOperator => 5,
        Role::Supervisor | Role::Public => 4,
        Role::CentreHead
        | Role::Committee
        | Role::Inspector
        | Role::Auditor
        | Role::CivicObserver
        | Role::SecurityAdmin
        | Role::AuditAdmin
        | Role::Holder
        | Role::Clock => 0,
    }
}

/// `GET /help`.
#[utoipa::path(get, path = "/help", tag = "public", responses((status = 200, body = Help)))]
pub async fn help(ctx: Ctx) -> Result<HttpResponse, Failure> {
    let order = [
        Role::Public,
        Role::Bidder,
        Role::Owner,
        Role::Agency,
        Role::Expert,
        Role::CentreOperator,
        Role::Supervisor,
        Role::SystemAdmin,
    ];
    ctx.show(Ok(Help {
        roles: order.to_vec(),
    }))
}

/// What can be read by programs, without asking anybody.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OpenData {
    /// The description of the interface.
    pub openapi: &'static str,
    /// Its viewer.
    pub viewer: &'static str,
}
page!(OpenData, "guide/open_data.html");

/// `GET /open-data`.
#[utoipa::path(get, path = "/open-data", tag = "public", responses((status = 200, body = OpenData)))]
pub async fn open_data(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(Ok(OpenData {
        openapi: "/openapi.json",
        viewer: "/interface/",
    }))
}

/// What is done for everybody to be able to use the pages, and what is kept about people.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Accessibility {
    /// The standard the pages are made to.
    pub standard: &'static str,
}
page!(Accessibility, "guide/accessibility.html");

/// `GET /accessibility`.
#[utoipa::path(get, path = "/accessibility", tag = "public", responses((status = 200, body = Accessibility)))]
pub async fn accessibility(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(Ok(Accessibility {
        standard: "WCAG 2.2 AA",
    }))
}
