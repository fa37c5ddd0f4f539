//! Consents of another power over HTTP: the check page and the signature.

use actix_web::{HttpResponse, web};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    publication::Asked,
    query::Query,
};
use crate::{
    app::{
        consent::{self, Consenting, Holds},
        tender::ending::Reason,
    },
    domain::consent::Matter,
    page,
};

page!(Consenting, "consent/show.html");

async fn show(ctx: &Ctx, about: (Matter, String), asked: Asked) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let reason = asked.reason.unwrap_or_default();
    ctx.show(consent::check(&ctx.app, ctx.actor(), about, reason).await)
}

async fn give(ctx: &Ctx, about: (Matter, String), input: &Input<Reason>) -> Result<HttpResponse, Failure> {
    let matter = about.0;
    let answer = input
        .envelope
        .act(ctx, matter.act(), |ask| {
            consent::give(&ctx.app, ask, about.clone(), input.x.clone())
        })
        .await;
    let location = answer
        .as_ref()
        .map_or_else(|_| String::new(), |holds| holds.place.clone());
    ctx.done(input, answer, &location, || {
        consent::check(&ctx.app, ctx.actor(), about, input.x.reason.clone())
    })
    .await
}

/// `GET /lots/{lot}/voidings/consent`: what centre or owner signs when it consents to the voiding of the
/// newest draw.
#[utoipa::path(get, path = "/lots/{lot}/voidings/consent", tag = "award", params(("lot" = String, Path), Asked),
    responses((status = 200, body = Consenting), (status = 404, body = Problem)))]
pub async fn voiding(ctx: Ctx, lot: web::Path<String>, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    show(&ctx, (Matter::Voiding, lot.into_inner()), asked.into_inner()).await
}

/// `POST /lots/{lot}/voidings/consent`: centre or owner consents to the voiding of the newest draw.
#[utoipa::path(post, path = "/lots/{lot}/voidings/consent", tag = "award", params(("lot" = String, Path)),
    request_body = Reason, responses((status = 201, body = Holds), (status = 422, body = Problem)))]
pub async fn consent_to_voiding(
    ctx: Ctx,
    lot: web::Path<String>,
    input: Input<Reason>,
) -> Result<HttpResponse, Failure> {
    give(&ctx, (Matter::Voiding, lot.into_inner()), &input).await
}

/// `GET /panels/{id}/members/consent`: what the head of the centre signs when he consents to the reading
/// of the names.
#[utoipa::path(get, path = "/panels/{id}/members/consent", tag = "panel", params(("id" = String, Path), Asked),
    responses((status = 200, body = Consenting), (status = 404, body = Problem)))]
pub async fn names(ctx: Ctx, id: web::Path<String>, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    show(&ctx, (Matter::Names, id.into_inner()), asked.into_inner()).await
}

/// `POST /panels/{id}/members/consent`: the head of the centre consents to one reading of the names.
#[utoipa::path(post, path = "/panels/{id}/members/consent", tag = "panel", params(("id" = String, Path)),
    request_body = Reason, responses((status = 201, body = Holds), (status = 422, body = Problem)))]
pub async fn consent_to_names(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<Reason>,
) -> Result<HttpResponse, Failure> {
    give(&ctx, (Matter::Names, id.into_inner()), &input).await
}
