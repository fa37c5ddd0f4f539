//! Incidents: the centre's declaration, the owner's new time.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    publication::SignedDeadlines,
};
use crate::{
    app::{
        Answer,
        incident::{self, Held},
        sandbox,
        tender::ending::{Announced, Reason},
    },
    domain::{act::Act, id::Id, time::Instant},
    page,
};

page!(Held, "tender/incident.html");

/// The new time that is asked about.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
pub struct NewTime {
    /// Beijing time `YYYY-MM-DDTHH:MM`; the first lawful one where nothing is asked.
    pub closes_at: Option<String>,
}

async fn held(ctx: &Ctx, id: &Id, asked: Option<Instant>) -> Answer<Held> {
    let (actor, id, now) = (ctx.actor(), id.clone(), ctx.app.clock.now());
    let held = ctx
        .app
        .view(move |db| incident::held(db, &actor, &id, asked, now))
        .await?;
    Ok(Held {
        signed: ctx
            .app
            .built_in_signatures(sandbox::OWNER, std::iter::once(held.object.as_str()))?,
        ..held
    })
}

/// `GET /lots/{id}/incident`: what the owner signs for the new time.
#[utoipa::path(get, path = "/lots/{id}/incident", tag = "tender", params(("id" = String, Path), NewTime),
    responses((status = 200, body = Held), (status = 404, body = Problem)))]
pub async fn show(
    ctx: Ctx,
    id: web::Path<String>,
    asked: web::Query<NewTime>,
) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let asked = asked
        .into_inner()
        .closes_at
        .as_deref()
        .and_then(Instant::parse_local);
    ctx.show(held(&ctx, &Id(id.into_inner()), asked).await)
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

/// `POST /lots/{id}/incident/resolution`: the owner sets the new time.
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
    ctx.done(&input, answer, "/tenders", || held(&ctx, &id, None))
        .await
}
