//! Rights, for the security administrator, who opens no accounts.

use actix_web::{HttpResponse, web::Path};

use super::{
    account::After,
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
    session::Nothing,
};
use crate::{
    app::{
        leaving::Leaving,
        right::{Give, Rights},
    },
    domain::{act::Act, actor::Role, id::Id},
    page,
};

page!(Rights, "right/list.html");

/// The rights of staff and administrators.
#[utoipa::path(get, path = "/rights", tag = "administration", params(("after" = Option<String>, Query)),
    responses((status = 200, body = Rights), (status = 403, body = Problem)))]
pub async fn list(ctx: Ctx, query: Query<After>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SecurityAdmin)?;
    ctx.show(ctx.app.rights(query.after.as_deref().unwrap_or_default()).await)
}

/// Gives a right; what would join two powers is refused.
#[utoipa::path(post, path = "/rights", tag = "administration", request_body = Give,
    responses((status = 201), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<Give>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SecurityAdmin)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::RoleGranted).await)?;
    let answer = ctx.app.give_right(ask, input.x.clone()).await;
    ctx.done(&input, answer, "/rights", || ctx.app.rights("")).await
}

/// What is looked at before a right is taken back.
#[utoipa::path(get, path = "/rights/{id}/revocation", tag = "administration", params(("id" = String, Path)),
    responses((status = 200, body = Leaving), (status = 404, body = Problem)))]
pub async fn check_revocation(ctx: Ctx, path: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SecurityAdmin)?;
    ctx.show(ctx.app.revocation(Id(path.into_inner())).await)
}

/// Takes a right back, at once.
#[utoipa::path(post, path = "/rights/{id}/revocation", tag = "administration", request_body = Nothing,
    params(("id" = String, Path)), responses((status = 201), (status = 422, body = Problem)))]
pub async fn revoke(ctx: Ctx, path: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SecurityAdmin)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::RoleRevoked).await)?;
    let answer = ctx.app.revoke_right(ask, Id(path.into_inner())).await;
    ctx.done(&input, answer, "/rights", || ctx.app.rights("")).await
}
