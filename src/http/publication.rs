//! The check page before a publication, the publication, and the ways a tender ends before its award.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
};
use crate::{
    app::{
        Answer,
        deadline::Deadlines,
        sandbox,
        tender::{
            desk::DocumentLine,
            ending::{self, Announced, End, Reason},
            publication::{self, Published, ToSign},
        },
    },
    domain::{
        act::Act,
        announcement::{AnnouncementKind, NoticePaper},
        id::Id,
        refusal::Refusal,
    },
    page,
};

/// Everything that would come out, to be checked before it is signed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicationCheck)]
pub struct Check {
    /// The tender.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The version that is seen.
    pub version: i64,
    /// Why it cannot come out yet; then nothing below is there.
    pub refused: Option<Problem>,
    /// What the guard says all the same.
    pub warnings: Vec<Problem>,
    /// The notice.
    #[schema(value_type = Option<Object>)]
    pub notice: Option<NoticePaper>,
    /// The clauses in the reader's language.
    pub clauses: Vec<String>,
    /// SHA-256 of the notice: what the password signs.
    pub digest: String,
    /// The documents that come out.
    pub documents: Vec<DocumentLine>,
    /// The deadlines to sign.
    pub deadlines: Vec<ToSign>,
    /// What a sandbox's built-in owner signs: `signed/1`, one a line.
    pub signed: String,
}
page!(Check, "tender/check.html");

async fn check(ctx: &Ctx, id: &Id) -> Answer<Check> {
    let (tender, sheet) = publication::preview(&ctx.app, ctx.actor(), id, ctx.context.lang).await?;
    let told = |refusal: &Refusal| Failure::told(&ctx.context, refusal);
    let check = Check {
        id: tender.id.0,
        name: tender.name,
        version: tender.version,
        refused: None,
        warnings: Vec::new(),
        notice: None,
        clauses: Vec::new(),
        digest: String::new(),
        documents: Vec::new(),
        deadlines: Vec::new(),
        signed: String::new(),
    };
    Ok(match sheet {
        Err(refusal) => Check {
            refused: Some(told(&refusal)),
            ..check
        },
        Ok(sheet) => Check {
            signed: ctx.app.built_in_signatures(
                sandbox::OWNER,
                sheet.deadlines.iter().map(|to_sign| to_sign.object.as_str()),
            )?,
            warnings: sheet.warnings.iter().map(told).collect(),
            notice: Some(sheet.notice),
            clauses: sheet.clauses,
            digest: sheet.digest,
            documents: sheet.documents.into_iter().map(DocumentLine::of).collect(),
            deadlines: sheet.deadlines,
            ..check
        },
    })
}

/// `GET /tenders/{id}/publication`: the check page.
#[utoipa::path(get, path = "/tenders/{id}/publication", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = Check), (status = 404, body = Problem)))]
pub async fn preview(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(check(&ctx, &Id(id.into_inner())).await)
}

/// The owner's signed deadlines.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedDeadlines {
    /// `signed/1` of `deadline.set/1`, one for each lot concerned.
    #[serde(default)]
    pub deadlines: Deadlines,
}

/// `POST /tenders/{id}/publication`: the notice comes out.
#[utoipa::path(post, path = "/tenders/{id}/publication", tag = "tender", params(("id" = String, Path)),
    request_body = SignedDeadlines, responses((status = 201, body = Published), (status = 422, body = Problem)))]
pub async fn create(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<SignedDeadlines>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::TenderPublished, |ask| {
            let deadlines = input.x.deadlines.clone();
            publication::publish(&ctx.app, ask, &id, input.envelope.version, deadlines)
        })
        .await;
    let location = answer
        .as_ref()
        .map_or_else(|_| String::new(), |p| format!("/xm/{}", p.number));
    ctx.done(&input, answer, &location, || check(&ctx, &id)).await
}

/// What is asked before something ends.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The reason, once given; the page then shows what is signed.
    pub reason: Option<String>,
}

page!(End, "tender/end.html");

async fn end_of(ctx: &Ctx, id: Id, kind: AnnouncementKind, reason: String) -> Answer<End> {
    ending::preview(&ctx.app, ctx.actor(), id, kind, reason).await
}

/// `GET /tenders/{id}/withdrawal`.
#[utoipa::path(get, path = "/tenders/{id}/withdrawal", tag = "tender", params(("id" = String, Path), Asked),
    responses((status = 200, body = End), (status = 404, body = Problem)))]
pub async fn withdrawal(
    ctx: Ctx,
    id: web::Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let reason = asked.into_inner().reason.unwrap_or_default();
    ctx.show(end_of(&ctx, Id(id.into_inner()), AnnouncementKind::Withdrawal, reason).await)
}

/// `POST /tenders/{id}/withdrawal`: the owner takes the tender back.
#[utoipa::path(post, path = "/tenders/{id}/withdrawal", tag = "tender", params(("id" = String, Path)),
    request_body = Reason, responses((status = 201, body = Announced), (status = 422, body = Problem)))]
pub async fn withdraw(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<Reason>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::TenderWithdrawn, |ask| {
            ending::withdraw(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let location = format!("/tenders/{id}");
    let reason = input.x.reason.clone();
    ctx.done(&input, answer, &location, || {
        end_of(&ctx, id.clone(), AnnouncementKind::Withdrawal, reason)
    })
    .await
}

/// `GET /lots/{id}/termination`.
#[utoipa::path(get, path = "/lots/{id}/termination", tag = "tender", params(("id" = String, Path), Asked),
    responses((status = 200, body = End), (status = 404, body = Problem)))]
pub async fn termination(
    ctx: Ctx,
    id: web::Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let reason = asked.into_inner().reason.unwrap_or_default();
    ctx.show(end_of(&ctx, Id(id.into_inner()), AnnouncementKind::Termination, reason).await)
}

/// `POST /lots/{id}/termination`: the owner breaks the lot off.
#[utoipa::path(post, path = "/lots/{id}/termination", tag = "tender", params(("id" = String, Path)),
    request_body = Reason, responses((status = 201, body = Announced), (status = 422, body = Problem)))]
pub async fn terminate(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<Reason>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::LotTerminated, |ask| {
            ending::terminate(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let reason = input.x.reason.clone();
    ctx.done(&input, answer, "/tenders", || {
        end_of(&ctx, id.clone(), AnnouncementKind::Termination, reason)
    })
    .await
}
