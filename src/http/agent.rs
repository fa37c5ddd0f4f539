//! Unattended clients: their sessions, given, listed and taken back.

use actix_web::{HttpResponse, web::Path};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    session::Nothing,
};
use crate::{
    app::agent::{AgentToken, Agents, NewAgent},
    domain::{act::Act, id::Id},
    page,
};

page!(Agents, "session/agents.html");
page!(AgentToken, "session/agent.html");

/// The agents of whoever is signed in.
#[utoipa::path(get, path = "/session/agents", tag = "people", responses((status = 200, body = Agents)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.agents(ctx.person()?).await)
}

/// Lets an agent in; its token is shown once.
#[utoipa::path(post, path = "/session/agents", tag = "people", request_body = NewAgent,
    responses((status = 201, body = AgentToken), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<NewAgent>) -> Result<HttpResponse, Failure> {
    let person = ctx.person()?;
    let answer = input
        .envelope
        .act(&ctx, Act::AgentAuthorised, |ask| {
            ctx.app.authorise_agent(ask, person, &input.x)
        })
        .await;
    ctx.done_here(&input, answer, || ctx.app.agents(person)).await
}

/// Takes an agent's session back.
#[utoipa::path(post, path = "/session/agents/{id}/revocation", tag = "people", request_body = Nothing,
    params(("id" = String, Path)), responses((status = 201), (status = 404, body = Problem)))]
pub async fn revoke(ctx: Ctx, path: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    let person = ctx.person()?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AgentRevoked).await)?;
    let answer = ctx.app.revoke_agent(ask, person, Id(path.into_inner())).await;
    ctx.done(&input, answer, "/session/agents", || ctx.app.agents(person))
        .await
}
