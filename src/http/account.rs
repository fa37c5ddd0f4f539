//! The accounts of staff, for the system administrator, who gives no rights.

use actix_web::{HttpResponse, web::Path};
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
    session::Nothing,
};
use crate::{
    app::{
        account::{Accounts, Open, Phone},
        invitation::Links,
        leaving::Leaving,
        organisation::{Authorities, Authority},
    },
    domain::{act::Act, actor::Role, id::Id},
    page,
};

page!(Accounts, "account/list.html");
page!(Leaving, "account/leaving.html");
page!(Phone, "account/phone.html");
page!(Authorities, "account/authorities.html");

/// The last login of the page before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// The login.
    pub after: Option<String>,
}

/// Why personal data is read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReadingReason)]
pub struct Reason {
    /// In a line.
    pub reason: String,
}

/// The accounts of staff and administrators.
#[utoipa::path(get, path = "/accounts", tag = "administration", params(("after" = Option<String>, Query)),
    responses((status = 200, body = Accounts), (status = 403, body = Problem)))]
pub async fn list(ctx: Ctx, query: Query<After>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    ctx.show(ctx.app.accounts(query.after.as_deref().unwrap_or_default()).await)
}

/// Opens an account without any right; its one-time link is shown once.
#[utoipa::path(post, path = "/accounts", tag = "administration", request_body = Open,
    responses((status = 201, body = Links), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<Open>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AccountOpened).await)?;
    let answer = ctx.app.open_account(ask, input.x.clone()).await;
    let links = answer.map(|person| ctx.app.links(&[person]));
    ctx.done_here(&input, links, || ctx.app.accounts("")).await
}

/// Makes another one-time link.
#[utoipa::path(post, path = "/accounts/{id}/invitation", tag = "administration", request_body = Nothing,
    params(("id" = String, Path)), responses((status = 201, body = Links), (status = 404, body = Problem)))]
pub async fn invite(ctx: Ctx, path: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AccountInvited).await)?;
    let answer = ctx.app.invite_staff(ask, Id(path.into_inner())).await;
    let links = answer.map(|person| ctx.app.links(&[person]));
    ctx.done_here(&input, links, || ctx.app.accounts("")).await
}

/// What is looked at before an account is closed.
#[utoipa::path(get, path = "/accounts/{id}/closure", tag = "administration", params(("id" = String, Path)),
    responses((status = 200, body = Leaving), (status = 404, body = Problem)))]
pub async fn check_closure(ctx: Ctx, path: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    ctx.show(ctx.app.closure(Id(path.into_inner())).await)
}

/// Closes an account; the last administrator of a kind stays.
#[utoipa::path(post, path = "/accounts/{id}/closure", tag = "administration", request_body = Nothing,
    params(("id" = String, Path)), responses((status = 201), (status = 422, body = Problem)))]
pub async fn close(ctx: Ctx, path: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AccountClosed).await)?;
    let answer = ctx.app.close_account(ask, Id(path.into_inner())).await;
    ctx.done(&input, answer, "/accounts", || ctx.app.accounts(""))
        .await
}

/// Shows a phone number whole; the read is recorded first.
#[utoipa::path(post, path = "/accounts/{id}/phone", tag = "administration", request_body = Reason,
    params(("id" = String, Path)), responses((status = 201, body = Phone), (status = 404, body = Problem)))]
pub async fn phone(ctx: Ctx, path: Path<String>, input: Input<Reason>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    let id = Id(path.into_inner());
    let answer = ctx.app.phone(&ctx.actor(), &id, &input.x.reason).await;
    ctx.done_here(&input, answer, || ctx.app.accounts("")).await
}

/// The centre and the authorities.
#[utoipa::path(get, path = "/authorities", tag = "administration",
    responses((status = 200, body = Authorities), (status = 403, body = Problem)))]
pub async fn authorities(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    ctx.show(ctx.app.authorities().await)
}

/// Records a centre or an authority.
#[utoipa::path(post, path = "/authorities", tag = "administration", request_body = Authority,
    responses((status = 201), (status = 422, body = Problem)))]
pub async fn create_authority(ctx: Ctx, input: Input<Authority>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::SystemAdmin)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AuthorityRecorded).await)?;
    let answer = ctx.app.record_authority(ask, input.x.clone()).await;
    ctx.done(&input, answer, "/authorities", || ctx.app.authorities())
        .await
}
