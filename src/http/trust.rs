//! The trust file of the log and the key sets of a tender's lots, byte for byte.

use actix_web::{HttpResponse, web};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
};
use crate::{app::tender::paper, domain::id::Id};

/// `GET /tenders/{id}/log.policy`: which log and which witnesses count.
#[utoipa::path(get, path = "/tenders/{id}/log.policy", tag = "public", params(("id" = String, Path)),
    responses((status = 200), (status = 404, body = Problem)))]
pub async fn policy(ctx: Ctx, _: web::Path<String>) -> Result<HttpResponse, Failure> {
    let text = ctx.app.journal.policy_text.clone();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text))
}

/// `GET /lots/{id}/keysets/{stage}`: `<stage>.keyset` with its receipt (protocols A.3).
#[utoipa::path(get, path = "/lots/{id}/keysets/{stage}", tag = "public", params(("id" = String, Path), ("stage" = String, Path)),
    responses((status = 200), (status = 202), (status = 404, body = Problem)))]
pub async fn keyset(ctx: Ctx, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (id, stage) = path.into_inner();
    let found = paper::keyset_file(&ctx.app, ctx.actor(), Id(id), stage).await;
    Ok(match ctx.ok(found)? {
        Some(bytes) => HttpResponse::Ok().content_type("application/json").body(bytes),
        // frozen, and waiting for its tick or its witness
        None => HttpResponse::Accepted().finish(),
    })
}
