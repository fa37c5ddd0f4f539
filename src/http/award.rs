//! The award over HTTP: the two draws, the publication of the result, exclusions, the decision, and
//! the result as everybody and as each bidder sees it.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
    session::Nothing,
};
use crate::{
    app::{
        Answer,
        award::{
            bureau::{self, Decided, Typed, Voided},
            decision,
            draws::{self, FrozenDraw},
            exclusion::{self, Exclude, Left},
            hall,
            result::{self, Own, Standing},
            standstill::{self, Published, Span},
        },
    },
    domain::{act::Act, award::Cause},
    page,
};

page!(Standing, "award/result.html");
page!(Own, "award/own.html");
page!(standstill::Check, "award/standstill.html");
page!(decision::Check, "award/decision.html");
page!(exclusion::Check, "award/exclusion.html");

/// `GET /lots/{lot}/result`: K, the interval, every bid in or out, the drawn order, the candidates.
#[utoipa::path(get, path = "/lots/{lot}/result", tag = "award", params(("lot" = String, Path)),
    responses((status = 200, body = Standing), (status = 404, body = Problem)))]
pub async fn show(ctx: Ctx, lot: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.view(move |db| result::standing(db, &lot)).await)
}

/// `GET /lots/{lot}/result/mine`: a bidder's own result, with the reasons.
#[utoipa::path(get, path = "/lots/{lot}/result/mine", tag = "award", params(("lot" = String, Path)),
    responses((status = 200, body = Own), (status = 404, body = Problem)))]
pub async fn own(ctx: Ctx, lot: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(crate::domain::actor::Role::Bidder)?;
    ctx.show(result::own(&ctx.app, ctx.actor(), lot.into_inner()).await)
}

/// A step of the session was done, on its console.
async fn acted<T: Serialize, X>(
    ctx: &Ctx,
    input: &Input<X>,
    answer: Answer<T>,
    lot: String,
) -> Result<HttpResponse, Failure> {
    let location = format!("/lots/{lot}/hall");
    ctx.done(input, answer, &location, || {
        hall::show(&ctx.app, ctx.actor(), lot, Typed::default())
    })
    .await
}

/// `POST /lots/{lot}/coefficient-draw`: the centre freezes the listed values of K.
#[utoipa::path(post, path = "/lots/{lot}/coefficient-draw", tag = "award", params(("lot" = String, Path)),
    request_body = Nothing, responses((status = 201, body = FrozenDraw), (status = 422, body = Problem)))]
pub async fn draw_coefficient(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::DrawFrozen, |ask| {
            draws::draw_coefficient(&ctx.app, ask, lot.clone())
        })
        .await;
    acted(&ctx, &input, answer, lot).await
}

/// `POST /lots/{lot}/award-draw`: the centre freezes the list of qualified bidders.
#[utoipa::path(post, path = "/lots/{lot}/award-draw", tag = "award", params(("lot" = String, Path)),
    request_body = Nothing, responses((status = 201, body = FrozenDraw), (status = 422, body = Problem)))]
pub async fn draw_order(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::DrawFrozen, |ask| {
            draws::draw_order(&ctx.app, ask, lot.clone())
        })
        .await;
    acted(&ctx, &input, answer, lot).await
}

/// `POST /lots/{lot}/award-draw/balls`: the bureau enters the balls drawn in the hall.
#[utoipa::path(post, path = "/lots/{lot}/award-draw/balls", tag = "award", params(("lot" = String, Path)),
    request_body = Decided, responses((status = 201, body = String), (status = 422, body = Problem)))]
pub async fn enter_balls(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Decided>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::BeaconEntered, |ask| {
            bureau::enter_balls(&ctx.app, ask, lot.clone(), input.x.clone())
        })
        .await;
    acted(&ctx, &input, answer, lot).await
}

/// `POST /lots/{lot}/voidings`: the bureau voids the newest draw; a fresh ceremony is called.
#[utoipa::path(post, path = "/lots/{lot}/voidings", tag = "award", params(("lot" = String, Path)),
    request_body = Decided, responses((status = 201, body = Voided), (status = 422, body = Problem)))]
pub async fn void(ctx: Ctx, lot: web::Path<String>, input: Input<Decided>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::SupervisorDecided, |ask| {
            bureau::void(&ctx.app, ask, lot.clone(), input.x.clone())
        })
        .await;
    let place = answer
        .as_ref()
        .map_or_else(|_| String::new(), |done| done.place.clone());
    ctx.done(&input, answer, &place, || {
        hall::show(&ctx.app, ctx.actor(), lot, Typed::default())
    })
    .await
}

/// `GET /lots/{lot}/standstill`: the publication as the owner checks it.
#[utoipa::path(get, path = "/lots/{lot}/standstill", tag = "award", params(("lot" = String, Path)),
    responses((status = 200, body = standstill::Check), (status = 404, body = Problem)))]
pub async fn check_standstill(ctx: Ctx, lot: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(standstill::check(&ctx.app, ctx.actor(), lot.into_inner()).await)
}

/// `POST /lots/{lot}/standstill`: the owner publishes the result.
#[utoipa::path(post, path = "/lots/{lot}/standstill", tag = "award", params(("lot" = String, Path)),
    request_body = Span, responses((status = 201, body = Published), (status = 422, body = Problem)))]
pub async fn publish(ctx: Ctx, lot: web::Path<String>, input: Input<Span>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::CandidatesPublished, |ask| {
            standstill::publish(&ctx.app, ask, lot.clone(), input.x.clone())
        })
        .await;
    let location = format!("/lots/{lot}/result");
    ctx.done(&input, answer, &location, || {
        standstill::check(&ctx.app, ctx.actor(), lot)
    })
    .await
}

/// `GET /lots/{lot}/award`: the award notice as the owner checks it.
#[utoipa::path(get, path = "/lots/{lot}/award", tag = "award", params(("lot" = String, Path)),
    responses((status = 200, body = decision::Check), (status = 404, body = Problem)))]
pub async fn check(ctx: Ctx, lot: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(decision::check(&ctx.app, ctx.actor(), lot.into_inner()).await)
}

/// `POST /lots/{lot}/award`: the owner decides; the winner and all others are told at once.
#[utoipa::path(post, path = "/lots/{lot}/award", tag = "award", params(("lot" = String, Path)),
    request_body = Nothing, responses((status = 201, body = decision::Decided), (status = 422, body = Problem)))]
pub async fn decide(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::AwardDecided, |ask| {
            decision::decide(&ctx.app, ask, lot.clone())
        })
        .await;
    let location = format!("/lots/{lot}/result");
    ctx.done(&input, answer, &location, || {
        decision::check(&ctx.app, ctx.actor(), lot)
    })
    .await
}

/// Whom the owner is about to exclude; then the page shows what is signed.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The bidder's token.
    pub bidder: Option<String>,
    /// Why.
    pub cause: Option<Cause>,
    /// The clause or article.
    pub clause: Option<String>,
    /// The reason in words.
    pub reason: Option<String>,
}

impl Asked {
    fn whole(self) -> Option<Exclude> {
        Some(Exclude {
            bidder: self.bidder?,
            cause: self.cause?,
            clause: self.clause?,
            reason: self.reason?,
        })
    }
}

async fn exclusion_of(ctx: &Ctx, lot: String, asked: Option<Exclude>) -> Answer<exclusion::Check> {
    exclusion::check(&ctx.app, ctx.actor(), lot, asked).await
}

/// `GET /lots/{lot}/exclusions`: first who and why, then the check.
#[utoipa::path(get, path = "/lots/{lot}/exclusions", tag = "award", params(("lot" = String, Path), Asked),
    responses((status = 200, body = exclusion::Check), (status = 404, body = Problem)))]
pub async fn check_exclusion(
    ctx: Ctx,
    lot: web::Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(exclusion_of(&ctx, lot.into_inner(), asked.into_inner().whole()).await)
}

/// `POST /lots/{lot}/exclusions`: somebody drawn falls out; the next in the order follows.
#[utoipa::path(post, path = "/lots/{lot}/exclusions", tag = "award", params(("lot" = String, Path)),
    request_body = Exclude, responses((status = 201, body = Left), (status = 422, body = Problem)))]
pub async fn exclude(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Exclude>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::CandidateExcluded, |ask| {
            exclusion::exclude(&ctx.app, ask, lot.clone(), input.x.clone())
        })
        .await;
    let location = format!("/lots/{lot}/result");
    ctx.done(&input, answer, &location, || exclusion_of(&ctx, lot, None))
        .await
}
