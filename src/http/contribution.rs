//! A bidder's contribution to a draw that is repeated, over HTTP (protocols B.5): the page that seals it,
//! where one's chain stands, the contribution itself.

use actix_web::{HttpResponse, web::Path};

use super::{
    bid::{acknowledged, pace},
    ctx::Ctx,
    error::Failure,
    input::Input,
};
use crate::{
    app::{
        Ask,
        bid::{Sent, sealing::Sealing},
        contribution::invited::{self, Mine},
    },
    domain::{act::Act, actor::Role},
};

/// `GET /lots/{lot}/draws/{stage}/contributions/new`: the page on which an invited bidder seals his
/// contribution, and what a program needs to seal one.
#[utoipa::path(get, path = "/lots/{lot}/draws/{stage}/contributions/new", tag = "bid",
    params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200, body = Sealing)))]
pub async fn new(ctx: Ctx, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    let (lot, stage) = path.into_inner();
    let ask = Ask::new(ctx.actor(), Act::ContributionSubmitted);
    let view = ctx
        .app
        .view(move |db| invited::sealing(db, &ask, &lot, &stage))
        .await;
    ctx.show(view)
}

/// `GET /lots/{lot}/draws/{stage}/contributions/mine`: the number and the predecessor of the next one.
#[utoipa::path(get, path = "/lots/{lot}/draws/{stage}/contributions/mine", tag = "bid",
    params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200, body = Mine)))]
pub async fn mine(ctx: Ctx, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    let (lot, stage) = path.into_inner();
    let ask = Ask::new(ctx.actor(), Act::ContributionSubmitted);
    let view = ctx.app.view(move |db| invited::mine(db, &ask, &lot, &stage));
    let mine = ctx.ok(view.await)?;
    Ok(HttpResponse::Ok().json(mine))
}

/// `POST /lots/{lot}/draws/{stage}/contributions`: a sealed contribution. The answer is `signed/1` of
/// `ack/1`.
#[utoipa::path(post, path = "/lots/{lot}/draws/{stage}/contributions", tag = "bid",
    params(("lot" = String, Path), ("stage" = String, Path)), request_body = Sent,
    responses((status = 201, body = Object)))]
pub async fn submit(
    ctx: Ctx,
    path: Path<(String, String)>,
    input: Input<Sent>,
) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ContributionSubmitted).await)?;
    let named = path.into_inner();
    pace(&ctx, &named.0)?;
    let at = input.envelope.received_at;
    let ack = ctx.ok(invited::submit(&ctx.app, ask, named, input.x, at).await)?;
    acknowledged(&ctx, &ack)
}
