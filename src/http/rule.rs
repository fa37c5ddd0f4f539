//! The rules as a page: every figure of law with its basis, and every reason for a refusal.

use actix_web::HttpResponse;

use super::{ctx::Ctx, error::Failure};
use crate::{
    app::rule::{self, RuleTable},
    page,
};

page!(RuleTable, "rule/list.html");

/// What is watched and what the program refuses, on which basis.
#[utoipa::path(get, path = "/rules", tag = "public", responses((status = 200, body = RuleTable)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(rule::table(&ctx.app).await)
}
