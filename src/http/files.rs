//! The files that pages load, embedded in the program: stylesheet, scripts, vendored libraries.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    web,
};
use rust_embed::Embed;

use super::{ctx::Ctx, error::Failure};
use crate::app::Error;

#[derive(Embed)]
#[folder = "static/"]
struct Static;

/// `GET /static/{path}`: with an ETag, so that a browser asks again and downloads once.
#[utoipa::path(get, path = "/static/{path}", tag = "public", params(("path" = String, Path)), responses((status = 200), (status = 304)))]
pub async fn show(ctx: Ctx, path: web::Path<String>, req: HttpRequest) -> Result<HttpResponse, Failure> {
    let file = ctx.ok(Static::get(&path).ok_or(Error::NotFound))?;
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let is_known = req
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(", ").any(|known| known == tag));
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_TYPE, file.metadata.mimetype()));
    Ok(if is_known {
        response.finish()
    } else {
        response.body(file.data.into_owned())
    })
}
