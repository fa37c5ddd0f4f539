//! The files that openings are redone from, and the archive of a lot.

use actix_web::{HttpResponse, http::header::CONTENT_DISPOSITION, web::Path};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
};
use crate::{
    app::{Ask, evidence, limit::Limit},
    domain::{act::Act, actor::Role},
};

/// A file to keep, or 202 while the log's checkpoint is waited for.
fn file(bytes: Option<Vec<u8>>, kind: &str, name: &str) -> HttpResponse {
    match bytes {
        Some(bytes) => HttpResponse::Ok()
            .content_type(kind)
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
            .body(bytes),
        None => HttpResponse::Accepted().finish(),
    }
}

/// `GET /lots/{lot}/stages/{stage}/identities`: the released keys, once the stage is opened.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/identities", params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200)))]
pub async fn identities(ctx: Ctx, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let text = ctx.ok(evidence::identities(&ctx.app, lot, stage).await)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text))
}

/// `GET /lots/{lot}/bids/mine/package`: the bidder's own bid as one file, for `tianping verify open`.
#[utoipa::path(get, path = "/lots/{lot}/bids/mine/package", params(("lot" = String, Path)), responses((status = 200), (status = 202)))]
pub async fn package(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    let name = format!("{lot}.bid");
    let bytes = ctx.ok(evidence::package(&ctx.app, ctx.actor(), lot.into_inner()).await)?;
    Ok(file(bytes, "application/octet-stream", &name))
}

/// `GET /lots/{lot}/bids/mine/acknowledgements/{seq}`: what the log answered at once to one's own
/// submission or withdrawal, for `tianping verify receipt`.
#[utoipa::path(get, path = "/lots/{lot}/bids/mine/acknowledgements/{seq}",
    params(("lot" = String, Path), ("seq" = i64, Path)), responses((status = 200), (status = 404, body = Problem)))]
pub async fn acknowledgement(ctx: Ctx, path: Path<(String, i64)>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    let (lot, seq) = path.into_inner();
    let (name, ask) = (
        format!("{lot}-{seq}.ack.json"),
        Ask::new(ctx.actor(), Act::BidSubmitted),
    );
    let bytes = ctx.ok(ctx.app.own_acknowledgement(ask, lot, seq).await)?;
    Ok(file(Some(bytes), "application/json", &name))
}

/// `GET /lots/{lot}/archive`: the whole lot as one file, for `tianping verify bundle`.
#[utoipa::path(get, path = "/lots/{lot}/archive", params(("lot" = String, Path)), responses((status = 200), (status = 202)))]
pub async fn archive(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.ok(ctx.app.limits.take(Limit::Search, &ctx.context.address))?;
    let name = format!("{lot}.archive");
    let bytes = ctx.ok(evidence::archive(&ctx.app, lot.into_inner()).await)?;
    Ok(file(bytes, "application/json", &name))
}
