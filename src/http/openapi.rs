//! The interface described: one document made from the URL table, and a viewer for it that is inside
//! the program and loads nothing from elsewhere.

use std::sync::Arc;

use actix_web::{HttpResponse, http::header::CONTENT_ENCODING, web};
use utoipa::OpenApi as _;
use utoipa_swagger_ui::Config;

use super::{Interface, ctx::Ctx, error::Failure};
use crate::{app::Error, store::Fault};

/// Where the document lies.
const DOCUMENT: &str = "/openapi.json";

/// `GET /openapi.json`: this document.
#[utoipa::path(get, path = "/openapi.json", tag = "public", responses((status = 200, body = Object)))]
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Interface::openapi())
}

/// `GET /interface/{path}`: the viewer of the interface.
#[utoipa::path(get, path = "/interface/{path}", tag = "public", params(("path" = String, Path)),
    responses((status = 200, content_type = "text/html", body = String)))]
pub async fn viewer(ctx: Ctx, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    // no validator of another host is asked about the document
    let config = Config::from(DOCUMENT).validator_url("none");
    let file = utoipa_swagger_ui::serve(&path, Arc::new(config));
    let file = ctx.ok(file.map_err(|e| Error::Fault(Fault::new("viewer", e))))?;
    let file = ctx.ok(file.ok_or(Error::NotFound))?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response
        .content_type(file.content_type)
        .body(file.bytes.into_owned()))
}
