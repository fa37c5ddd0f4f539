//! Questions on the documents and their answers: the asker's form, the owner's list.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
};
use crate::{
    app::{
        Answer,
        question::{self, Asked, Words},
        tender,
    },
    domain::{act::Act, id::Id, time::Instant},
    page,
};

/// The questions of a tender: its owner sees all of them, everybody else those answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Questions {
    /// The tender.
    pub id: String,
    /// Its unified deal code.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Whether the reader is its owner or agency.
    pub is_owner: bool,
    /// Until when questions may be asked, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub ask_until_at: Option<Instant>,
    /// The questions, in order.
    pub questions: Vec<Asked>,
}
page!(Questions, "tender/questions.html");

async fn all(ctx: &Ctx, id: &Id) -> Answer<Questions> {
    let (actor, id) = (ctx.actor(), id.clone());
    ctx.app
        .view(move |db| {
            let tender = tender::published(db, &id)?;
            let is_owner = tender::is_of(&actor, &tender);
            Ok(Questions {
                ask_until_at: question::until(db, &id)?,
                questions: question::all(db, &id, is_owner)?,
                id: tender.id.0,
                number: tender.number,
                name: tender.name,
                is_owner,
            })
        })
        .await
}

/// `GET /tenders/{id}/questions`.
#[utoipa::path(get, path = "/tenders/{id}/questions", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = Questions), (status = 404, body = Problem)))]
pub async fn list(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(all(&ctx, &Id(id.into_inner())).await)
}

/// `POST /tenders/{id}/questions`: a bidder asks.
#[utoipa::path(post, path = "/tenders/{id}/questions", tag = "tender", params(("id" = String, Path)),
    request_body = Words, responses((status = 201, body = Asked), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, id: web::Path<String>, input: Input<Words>) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::QuestionAsked, |ask| {
            question::ask(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let location = format!("/tenders/{id}/workspace");
    ctx.done(&input, answer, &location, || all(&ctx, &id)).await
}

/// `POST /questions/{id}/answer`: the owner or agency answers, for everybody to read.
#[utoipa::path(post, path = "/questions/{id}/answer", tag = "tender", params(("id" = String, Path)),
    request_body = Words, responses((status = 201, body = Asked), (status = 422, body = Problem)))]
pub async fn answer(ctx: Ctx, id: web::Path<String>, input: Input<Words>) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::QuestionAnswered, |ask| {
            question::answer(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let tender = ctx.ok(question::tender_of(&ctx.app, &id).await)?;
    let location = format!("/tenders/{tender}/questions");
    ctx.done(&input, answer, &location, || all(&ctx, &tender)).await
}
