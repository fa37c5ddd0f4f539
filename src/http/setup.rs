//! The first start: the page that makes the three administrators.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
};
use crate::{
    app::{
        invitation::Links,
        limit::Limit,
        setup::{SetUp, SetUpView},
    },
    domain::act::Act,
    page,
};

page!(SetUpView, "setup/show.html");
page!(Links, "invitation/links.html");

/// The token of a one-time link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The token.
    pub token: String,
}

/// Slows down whoever tries links.
pub(super) fn slow(ctx: &Ctx) -> Result<(), Failure> {
    ctx.ok(ctx.app.limits.take(Limit::Address, &ctx.context.address))
}

/// The form, for whoever holds the link.
#[utoipa::path(get, path = "/setup", tag = "people", params(("token" = String, Query)),
    responses((status = 200, body = SetUpView), (status = 422, body = Problem)))]
pub async fn show(ctx: Ctx, query: Query<Token>) -> Result<HttpResponse, Failure> {
    slow(&ctx)?;
    ctx.show(ctx.app.set_up_view(&query.token).await)
}

/// Makes the administrators; each one's link is shown once.
#[utoipa::path(post, path = "/setup", tag = "people", request_body = SetUp,
    responses((status = 201, body = Links), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<SetUp>) -> Result<HttpResponse, Failure> {
    slow(&ctx)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::PlatformSetUp).await)?;
    let answer = ctx.app.set_up(ask, input.x.clone()).await;
    let links = answer.map(|made| ctx.app.links(&made));
    ctx.done_here(&input, links, || ctx.app.set_up_view(&input.x.token))
        .await
}
