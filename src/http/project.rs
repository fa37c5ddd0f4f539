//! The public page of a project: a handler per tab.

use actix_web::{HttpResponse, web};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
};
use crate::{
    app::{
        announcement::{self, ChangesTab, QuestionsTab},
        award::result::{self as award, CandidatesTab, ResultTab},
        project::{self, DocumentsTab, EvidenceTab, NoticeTab, ObjectionsTab, OpeningTab, Page},
    },
    page,
};

page!(Page<NoticeTab>, "project/notice.html");
page!(Page<DocumentsTab>, "project/documents.html");
page!(Page<OpeningTab>, "project/opening.html");
page!(Page<ObjectionsTab>, "project/objections.html");
page!(Page<EvidenceTab>, "project/evidence.html");
page!(Page<CandidatesTab>, "project/candidates.html");
page!(Page<ResultTab>, "project/result.html");
page!(Page<QuestionsTab>, "project/questions.html");
page!(Page<ChangesTab>, "project/changes.html");

/// The project's notice and each lot's terms, with status and timeline.
#[utoipa::path(get, path = "/xm/{number}", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<NoticeTab>), (status = 404, body = Problem)))]
pub async fn notice(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(project::notice(&ctx.app, &number, ctx.context.lang).await)
}

/// The project's public chain in the journal, and its draws.
#[utoipa::path(get, path = "/xm/{number}/evidence", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<EvidenceTab>), (status = 404, body = Problem)))]
pub async fn evidence(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(project::evidence(&ctx.app, &number).await)
}

/// The award of each lot: K, the interval, every bid in or out, the drawn order, the candidates.
#[utoipa::path(get, path = "/xm/{number}/candidates", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<CandidatesTab>), (status = 404, body = Problem)))]
pub async fn candidates(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(award::candidates(&ctx.app, &number).await)
}

/// Whom the lots were awarded to, and which failed.
#[utoipa::path(get, path = "/xm/{number}/result", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<ResultTab>), (status = 404, body = Problem)))]
pub async fn result(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(award::decided(&ctx.app, &number).await)
}

/// The answered questions of a project, without their askers.
#[utoipa::path(get, path = "/xm/{number}/questions", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<QuestionsTab>), (status = 404, body = Problem)))]
pub async fn questions(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(announcement::questions(&ctx.app, &number).await)
}

/// Everything announced after the notice: addenda, incidents, ends.
#[utoipa::path(get, path = "/xm/{number}/changes", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<ChangesTab>), (status = 404, body = Problem)))]
pub async fn changes(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(announcement::changes(&ctx.app, &number).await)
}

/// The documents with their digests, the trust files and the key sets.
#[utoipa::path(get, path = "/xm/{number}/documents", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<DocumentsTab>), (status = 404, body = Problem)))]
pub async fn documents(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(project::documents(&ctx.app, &number, ctx.context.lang).await)
}

/// The opening record of each lot, once the bids are open.
#[utoipa::path(get, path = "/xm/{number}/opening", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<OpeningTab>), (status = 404, body = Problem)))]
pub async fn opening(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(project::opening(&ctx.app, &number).await)
}

/// The objections with their replies, as far as the reader may know of them.
#[utoipa::path(get, path = "/xm/{number}/objections", tag = "public", params(("number" = String, Path)),
    responses((status = 200, body = Page<ObjectionsTab>), (status = 404, body = Problem)))]
pub async fn objections(ctx: Ctx, number: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(project::objections(&ctx.app, &number, ctx.actor()).await)
}
