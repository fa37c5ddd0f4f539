//! The interests of experts over HTTP: declared by the expert on his own page, ended by the supervisor.

use actix_web::{HttpResponse, web::Path};
use serde::Deserialize;

use super::{ctx::Ctx, error::Failure, input::Input};
use crate::{
    app::interest::{self, Interests, NewInterest},
    domain::{act::Act, actor::Role},
    page,
};

page!(Interests, "expert/interests.html");

/// Why a declared interest no longer is one.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InterestEnd {
    /// Why.
    pub reason: String,
}

/// `GET /interests`: what the expert signed in has declared.
#[utoipa::path(get, path = "/interests", responses((status = 200, body = Interests)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Expert)?;
    let actor = ctx.actor();
    ctx.show(ctx.app.view(move |db| interest::list(db, &actor)).await)
}

/// `POST /interests`: the expert declares one; it stands until the supervisor ends it.
#[utoipa::path(post, path = "/interests", request_body = NewInterest, responses((status = 201, body = String)))]
pub async fn declare(ctx: Ctx, input: Input<NewInterest>) -> Result<HttpResponse, Failure> {
    let answer = input
        .envelope
        .act(&ctx, Act::InterestDeclared, |ask| {
            interest::declare(&ctx.app, ask, input.x.clone())
        })
        .await;
    let (actor, app) = (ctx.actor(), ctx.app.clone());
    ctx.done(&input, answer, "/interests", || async move {
        app.view(move |db| interest::list(db, &actor)).await
    })
    .await
}

/// `POST /interests/{id}/end`: by the supervisor, with a reason.
#[utoipa::path(post, path = "/interests/{id}/end", request_body = InterestEnd, responses((status = 201, body = String)))]
pub async fn end(ctx: Ctx, id: Path<String>, input: Input<InterestEnd>) -> Result<HttpResponse, Failure> {
    let answer = input
        .envelope
        .act(&ctx, Act::InterestEnded, |ask| {
            interest::end(&ctx.app, ask, id.into_inner(), input.x.reason.clone())
        })
        .await;
    let app = ctx.app.clone();
    ctx.done(&input, answer, "/experts", || async move {
        app.view(|db| crate::app::expert::page(db, "")).await
    })
    .await
}
