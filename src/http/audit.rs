//! The trail, for the audit administrator; the file of a project, for those who supervise.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    query::Query,
};
use crate::{
    app::audit::{
        Trail,
        file::{self, File},
    },
    domain::actor::Role,
    page,
};

page!(Trail, "audit/list.html");
page!(File, "audit/file.html");

/// Where the page begins, and whether only reads are shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct From {
    #[serde(default)]
    reads: bool,
    at: Option<i64>,
    after: Option<String>,
}

/// What the other administrators did, and who read what is sealed or personal.
#[utoipa::path(get, path = "/audit", tag = "administration",
    params(("reads" = Option<bool>, Query), ("at" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Trail), (status = 403, body = Problem)))]
pub async fn list(ctx: Ctx, query: Query<From>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::AuditAdmin)?;
    let from = query.into_inner();
    let after = from.at.zip(from.after);
    ctx.show(ctx.app.trail(from.reads, after).await)
}

/// `GET /xm/{number}/file`: every event of the project, by whom, and who read what is sealed of it.
#[utoipa::path(get, path = "/xm/{number}/file", tag = "administration", params(("number" = String, Path)),
    responses((status = 200, body = File), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn project(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(file::file(&ctx.app, ctx.actor(), number.into_inner()).await)
}
