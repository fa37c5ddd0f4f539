//! `POST /sandbox/people`: whoever holds a sandbox's token gets people to act as.

use actix_web::HttpResponse;

use super::{ctx::Ctx, error::Failure, input::Input};
use crate::app::cast::{Cast, Players};

/// Makes the players; 404 but in a sandbox.
#[utoipa::path(post, path = "/sandbox/people", request_body = Cast, responses((status = 201, body = Players)))]
pub async fn create(ctx: Ctx, input: Input<Cast>) -> Result<HttpResponse, Failure> {
    let players = ctx.ok(ctx.app.cast(input.x).await)?;
    Ok(HttpResponse::Created().json(Players { players }))
}
