//! Incidents: the centre's declaration, the new time that one of the owner's proposes and another signs.

use actix_web::{HttpResponse, web};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    publication::SignedDeadlines,
};
use crate::{
    app::{
        Answer,
        incident::{self, Held, NewTime},
        sandbox,
        tender::ending::{Announced, Reason},
    },
    domain::{act::Act, id::Id},
    page,
};

page!(Held, "tender/incident.html");

async fn held(ctx: &Ctx, id: &Id) -> Answer<Held> {
    let (actor, id, now) = (ctx.actor(), id.clone(), ctx.app.clock.now());
    let mut held = ctx
        .app
        .view(move |db| incident::held(db, &actor, &id, now))
        .await?;
    if let Some(proposal) = &mut held.proposal {
        let objects = std::iter::once(proposal.object.as_str());
        proposal.signed = ctx.app.built_in_signatures(sandbox::OWNER, objects)?;
    }
    Ok(held)
}

/// `GET /lots/{id}/incident`: the new time as proposed, and what the owner signs for it.
#[utoipa::path(get, path = "/lots/{id}/incident", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = Held), (status = 404, body = Problem)))]
pub async fn show(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(held(&ctx, &Id(id.into_inner())).await)
}

/// `POST /lots/{id}/incident`: the centre puts the lot on incident.
#[utoipa::path(post, path = "/lots/{id}/incident", tag = "tender", params(("id" = String, Path)),
    request_body = Reason, responses((status = 201, body = Announced), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, id: web::Path<String>, input: Input<Reason>) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::IncidentOpened, |ask| {
            incident::declare(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let announced = ctx.ok(answer)?;
    if ctx.context.wants_html {
        return Ok(super::see_other("/desk"));
    }
    Ok(HttpResponse::Created().json(announced))
}

/// `POST /lots/{id}/incident/proposal`: somebody of the owner's proposes the new time.
#[utoipa::path(post, path = "/lots/{id}/incident/proposal", tag = "tender", params(("id" = String, Path)),
    request_body = NewTime, responses((status = 201, body = Announced), (status = 422, body = Problem)))]
pub async fn propose(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<NewTime>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::ResumptionProposed, |ask| {
            incident::propose(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let location = format!("/lots/{id}/incident");
    ctx.done(&input, answer, &location, || held(&ctx, &id)).await
}

/// `POST /lots/{id}/incident/resolution`: the owner sets the new time as another one proposed it.
#[utoipa::path(post, path = "/lots/{id}/incident/resolution", tag = "tender", params(("id" = String, Path)),
    request_body = SignedDeadlines, responses((status = 201, body = Announced), (status = 422, body = Problem)))]
pub async fn resolve(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<SignedDeadlines>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::IncidentResolved, |ask| {
            incident::resolve(&ctx.app, ask, &id, input.x.deadlines.clone())
        })
        .await;
    ctx.done(&input, answer, "/tenders", || held(&ctx, &id)).await
}
