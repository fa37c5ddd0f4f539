//! The list of experts over HTTP: imports, suspensions, reading with a trace.

use actix_web::{HttpResponse, web::Path};
use serde::{Deserialize, Serialize};

use super::{ctx::Ctx, error::Failure, input::Input, query::Query};
use crate::{
    app::{
        Answer,
        expert::{self, ExpertList, Imported, NewLibrary, Whole},
    },
    domain::{act::Act, actor::Role, time::Instant},
    page, words,
};

page!(ExpertList, "expert/list.html");
page!(Whole, "expert/show.html");

/// A table to import.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The file's text, comma-separated, with its heading.
    pub csv: String,
}

/// A table of households to import.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HouseholdTable {
    /// The file's text, comma-separated, with its heading.
    pub households: String,
}

/// A line that was not taken, and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BadLineView {
    /// The number of the line.
    pub line: u64,
    /// The column.
    pub field: String,
    /// The code of the reason.
    pub code: String,
    /// The reason in words.
    pub message: String,
}

/// What became of a table.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ImportView {
    /// Lines of somebody new.
    pub n_new: u64,
    /// Lines of somebody known.
    pub n_known: u64,
    /// Lines that were not taken.
    pub bad: Vec<BadLineView>,
}
page!(ImportView, "expert/imported.html");

/// A suspension; without an instant it ends.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Until when, Unix ms.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub until_at: Option<Instant>,
    /// Why.
    pub reason: String,
}

/// Where to go on in the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// The number after which to go on.
    #[serde(default)]
    pub after: String,
}

async fn view(ctx: &Ctx, after: String) -> Answer<ExpertList> {
    ctx.app.view(move |db| expert::page(db, &after)).await
}

fn may_read(ctx: &Ctx) -> Result<(), Failure> {
    if ctx.context.is(Role::Supervisor) {
        return Ok(());
    }
    ctx.with_role(Role::Committee).map(|_| ())
}

/// `GET /experts`: the list, nothing personal.
#[utoipa::path(get, path = "/experts", params(After), responses((status = 200, body = ExpertList)))]
pub async fn list(ctx: Ctx, query: Query<After>) -> Result<HttpResponse, Failure> {
    may_read(&ctx)?;
    ctx.show(view(&ctx, query.into_inner().after).await)
}

/// `POST /experts`: the committee's table; bad lines are listed, the rest is taken.
#[utoipa::path(post, path = "/experts", request_body = Table, responses((status = 200, body = ImportView)))]
pub async fn import(ctx: Ctx, input: Input<Table>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ExpertsImported).await)?;
    let answer = expert::import(&ctx.app, ask, input.x.csv.clone()).await;
    imported(&ctx, &input, answer).await
}

/// `POST /households`: the table of relatives and their units.
#[utoipa::path(post, path = "/households", request_body = HouseholdTable, responses((status = 200, body = ImportView)))]
pub async fn import_households(ctx: Ctx, input: Input<HouseholdTable>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ExpertsImported).await)?;
    let answer = expert::import_households(&ctx.app, ask, input.x.households.clone()).await;
    imported(&ctx, &input, answer).await
}

async fn imported<T>(ctx: &Ctx, input: &Input<T>, answer: Answer<Imported>) -> Result<HttpResponse, Failure> {
    let done = match answer {
        Ok(done) => done,
        refused @ Err(_) => {
            return ctx
                .done(input, refused, "/experts", || view(ctx, String::new()))
                .await;
        }
    };
    let lang = ctx.context.lang;
    let said = |bad: expert::BadLine| {
        let facts: Vec<(&str, &str)> = bad
            .facts
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let key = words::refusal(&bad.code);
        BadLineView {
            line: bad.line,
            message: words::say(lang, &key, &facts),
            field: bad.field.unwrap_or_default(),
            code: bad.code,
        }
    };
    ctx.show(Ok(ImportView {
        n_new: done.n_new,
        n_known: done.n_known,
        bad: done.bad.into_iter().map(said).collect(),
    }))
}

/// `POST /libraries`: an outside library and its key.
#[utoipa::path(post, path = "/libraries", request_body = NewLibrary, responses((status = 201, body = String)))]
pub async fn add_library(ctx: Ctx, input: Input<NewLibrary>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::LibraryRecorded).await)?;
    let answer = expert::add_library(&ctx.app, ask, input.x.clone()).await;
    ctx.done(&input, answer, "/experts", || view(&ctx, String::new()))
        .await
}

/// `GET /experts/{id}`: what is personal; the reading is recorded.
#[utoipa::path(get, path = "/experts/{id}", responses((status = 200, body = Whole)))]
pub async fn show(ctx: Ctx, id: Path<String>) -> Result<HttpResponse, Failure> {
    may_read(&ctx)?;
    let ask = crate::app::Ask::new(ctx.actor(), Act::SealedRead);
    ctx.show(expert::read(&ctx.app, ask, id.into_inner()).await)
}

/// `POST /experts/{id}/suspension`: by the supervisor.
#[utoipa::path(post, path = "/experts/{id}/suspension", request_body = Suspension, responses((status = 201)))]
pub async fn suspend(ctx: Ctx, id: Path<String>, input: Input<Suspension>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ExpertSuspended).await)?;
    let (until, why) = (input.x.until_at, input.x.reason.clone());
    let answer = expert::suspend(&ctx.app, ask, id.into_inner(), until, why).await;
    ctx.done(&input, answer, "/experts", || view(&ctx, String::new()))
        .await
}
