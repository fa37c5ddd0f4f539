//! Regions and specialties: public lists, imported by the committee.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
};
use crate::{
    app::region::Codes,
    domain::{act::Act, actor::Role},
    page,
};

page!(Codes, "region/list.html");

/// A table as text, with its heading.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// CSV.
    pub csv: String,
}

/// Every region.
#[utoipa::path(get, path = "/regions", tag = "public", responses((status = 200, body = Codes)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.regions(None).await)
}

/// Imports regions, `code,name`: bad lines are listed, the rest is taken.
#[utoipa::path(post, path = "/regions", tag = "administration", request_body = File,
    responses((status = 201, body = Codes), (status = 422, body = Problem)))]
pub async fn import(ctx: Ctx, input: Input<File>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Committee)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::CodesImported).await)?;
    let answer = match ctx.app.import_regions(ask, &input.x.csv).await {
        Ok(done) => ctx.app.regions(Some(done)).await,
        Err(error) => Err(error),
    };
    ctx.done_here(&input, answer, || ctx.app.regions(None)).await
}

/// Every specialty.
#[utoipa::path(get, path = "/specialties", tag = "public", responses((status = 200, body = Codes)))]
pub async fn specialties(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.specialties(None).await)
}

/// Imports specialties, `code,name,parent`: bad lines are listed, the rest is taken.
#[utoipa::path(post, path = "/specialties", tag = "administration", request_body = File,
    responses((status = 201, body = Codes), (status = 422, body = Problem)))]
pub async fn import_specialties(ctx: Ctx, input: Input<File>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Committee)?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::CodesImported).await)?;
    let answer = match ctx.app.import_specialties(ask, &input.x.csv).await {
        Ok(done) => ctx.app.specialties(Some(done)).await,
        Err(error) => Err(error),
    };
    ctx.done_here(&input, answer, || ctx.app.specialties(None)).await
}
