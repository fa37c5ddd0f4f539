//! The trail, for the audit administrator.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    query::Query,
};
use crate::{app::audit::Trail, domain::actor::Role, page};

page!(Trail, "audit/list.html");

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
