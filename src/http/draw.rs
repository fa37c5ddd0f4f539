//! The proof of a draw, byte for byte: its transcript and its bundle.

use actix_web::{HttpResponse, web};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
};
use crate::app::draw::bundle;

/// `GET /draws/{draw}/{attempt}/transcript`: `tianping-draw/1`, from which everybody computes the order.
#[utoipa::path(get, path = "/draws/{draw}/{attempt}/transcript", tag = "public",
    params(("draw" = String, Path), ("attempt" = i64, Path)),
    responses((status = 200), (status = 404, body = Problem)))]
pub async fn transcript(ctx: Ctx, path: web::Path<(String, i64)>) -> Result<HttpResponse, Failure> {
    let (draw, attempt) = path.into_inner();
    let text = ctx.ok(bundle::transcript(&ctx.app, draw, attempt).await)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text))
}

/// `GET /draws/{draw}/{attempt}/bundle`: `draw.bundle/1`, which proves the transcript.
#[utoipa::path(get, path = "/draws/{draw}/{attempt}/bundle", tag = "public",
    params(("draw" = String, Path), ("attempt" = i64, Path)),
    responses((status = 200), (status = 202), (status = 404, body = Problem)))]
pub async fn proof(ctx: Ctx, path: web::Path<(String, i64)>) -> Result<HttpResponse, Failure> {
    let (draw, attempt) = path.into_inner();
    Ok(match ctx.ok(bundle::bundle(&ctx.app, draw, attempt).await)? {
        Some(bytes) => HttpResponse::Ok().content_type("application/json").body(bytes),
        // done, and waiting for its tick or its witness
        None => HttpResponse::Accepted().finish(),
    })
}
