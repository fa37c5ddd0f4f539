//! Outside libraries over HTTP: the request that the centre sends one, and the record it imports.

use actix_web::{HttpResponse, http::header::CONTENT_DISPOSITION, web::Path};
use serde::Deserialize;

use super::{ctx::Ctx, error::Failure, input::Input};
use crate::{
    app::panel::library::{self, RecordDesk},
    domain::{act::Act, actor::Role},
    page,
};

page!(RecordDesk, "panel/record.html");

/// A library's record as its file.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordFile {
    /// The text of `signed/1` of `panel.record/1`.
    pub record: String,
}

/// `GET /panels/{id}/request`: `panel.request/1`, the file for the library.
#[utoipa::path(get, path = "/panels/{id}/request", params(("id" = String, Path)), responses((status = 200)))]
pub async fn request(ctx: Ctx, id: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::CentreOperator)?;
    let (actor, now) = (ctx.actor(), ctx.context.now);
    let made = ctx
        .app
        .view(move |db| library::request_file(db, &actor, &id, now));
    let (name, bytes) = ctx.ok(made.await)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

/// `GET /panels/{id}/record`: where the request is sent from and the record imported.
#[utoipa::path(get, path = "/panels/{id}/record", responses((status = 200, body = RecordDesk)))]
pub async fn desk(ctx: Ctx, id: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::CentreOperator)?;
    let (actor, now) = (ctx.actor(), ctx.context.now);
    ctx.show(ctx.app.view(move |db| library::desk(db, &actor, &id, now)).await)
}

/// `POST /panels/{id}/record`: the centre imports the library's signed record.
#[utoipa::path(post, path = "/panels/{id}/record", request_body = RecordFile, responses((status = 201, body = String)))]
pub async fn import(ctx: Ctx, id: Path<String>, input: Input<RecordFile>) -> Result<HttpResponse, Failure> {
    let id = id.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::RecordImported, |ask| {
            library::import(&ctx.app, ask, id.clone(), input.x.record.clone())
        })
        .await;
    let (location, actor, now) = (format!("/panels/{id}"), ctx.actor(), ctx.context.now);
    let app = ctx.app.clone();
    ctx.done(&input, answer, &location, || async move {
        app.view(move |db| library::desk(db, &actor, &id, now)).await
    })
    .await
}
