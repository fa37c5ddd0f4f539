//! The award session over HTTP: the console, the big screen, the list's confirmation, the minutes.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
    session::Nothing,
};
use crate::{
    app::award::{
        attendance::{self, Present},
        bureau::Typed,
        hall::{self, Hall, MinutesView, Opened, Signature},
        result::{self, Standing},
    },
    domain::act::Act,
    page,
};

page!(Hall, "award/hall.html");
page!(MinutesView, "award/minutes.html");
page!(Screen, "award/screen.html");

/// The award, for the wall of the hall.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Screen(pub Standing);

/// `GET /lots/{lot}/hall`: the award session; with what the bureau's officer typed, what he signs.
#[utoipa::path(get, path = "/lots/{lot}/hall", tag = "award", params(("lot" = String, Path), Typed),
    responses((status = 200, body = Hall), (status = 404, body = Problem)))]
pub async fn show(ctx: Ctx, lot: web::Path<String>, typed: Query<Typed>) -> Result<HttpResponse, Failure> {
    ctx.show(hall::show(&ctx.app, ctx.actor(), lot.into_inner(), typed.into_inner()).await)
}

/// `POST /lots/{lot}/hall`: the centre opens the session.
#[utoipa::path(post, path = "/lots/{lot}/hall", tag = "award", params(("lot" = String, Path)),
    request_body = Nothing, responses((status = 201, body = Opened), (status = 422, body = Problem)))]
pub async fn open(ctx: Ctx, lot: web::Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::SessionOpened, |ask| {
            hall::open(&ctx.app, ask, lot.clone())
        })
        .await;
    let location = format!("/lots/{lot}/hall");
    ctx.done(&input, answer, &location, || {
        hall::show(&ctx.app, ctx.actor(), lot, Typed::default())
    })
    .await
}

/// `POST /lots/{lot}/confirmations`: a bidder finds the list right; `digest` is the list's.
#[utoipa::path(post, path = "/lots/{lot}/confirmations", tag = "award", params(("lot" = String, Path)),
    request_body = Nothing, responses((status = 201, body = Opened), (status = 422, body = Problem)))]
pub async fn confirm(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::ListConfirmed, |ask| {
            hall::confirm(&ctx.app, ask, lot.clone(), input.envelope.digest.clone())
        })
        .await;
    let location = format!("/lots/{lot}/hall");
    ctx.done(&input, answer, &location, || {
        hall::show(&ctx.app, ctx.actor(), lot, Typed::default())
    })
    .await
}

/// `POST /lots/{lot}/attendances`: bidders, owner and supervisor sign in to the session.
#[utoipa::path(post, path = "/lots/{lot}/attendances", tag = "award", params(("lot" = String, Path)),
    request_body = Nothing, responses((status = 201, body = Present), (status = 422, body = Problem)))]
pub async fn attend(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::SessionAttended, |ask| {
            attendance::attend(&ctx.app, ask, lot.clone())
        })
        .await;
    let location = format!("/lots/{lot}/hall");
    ctx.done(&input, answer, &location, || {
        hall::show(&ctx.app, ctx.actor(), lot, Typed::default())
    })
    .await
}

/// `GET /lots/{lot}/screen`: the big screen.
#[utoipa::path(get, path = "/lots/{lot}/screen", tag = "award", params(("lot" = String, Path)),
    responses((status = 200, body = Screen), (status = 404, body = Problem)))]
pub async fn screen(ctx: Ctx, lot: web::Path<String>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let standing = ctx.app.view(move |db| result::standing(db, &lot)).await;
    ctx.show(standing.map(Screen))
}

/// `GET /lots/{lot}/minutes`: the minutes of the session.
#[utoipa::path(get, path = "/lots/{lot}/minutes", tag = "award", params(("lot" = String, Path)),
    responses((status = 200, body = MinutesView), (status = 404, body = Problem)))]
pub async fn minutes(ctx: Ctx, lot: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.view(move |db| hall::minutes(db, &lot)).await)
}

/// `POST /lots/{lot}/minutes`: centre, owner and supervisor sign, each once.
#[utoipa::path(post, path = "/lots/{lot}/minutes", tag = "award", params(("lot" = String, Path)),
    request_body = Nothing, responses((status = 201, body = Signature), (status = 422, body = Problem)))]
pub async fn sign_minutes(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::MinutesSigned, |ask| {
            hall::sign_minutes(&ctx.app, ask, lot.clone())
        })
        .await;
    let (location, app) = (format!("/lots/{lot}/minutes"), ctx.app.clone());
    ctx.done(&input, answer, &location, || async move {
        app.view(move |db| hall::minutes(db, &lot)).await
    })
    .await
}
