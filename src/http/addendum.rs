//! Addenda: the form, the check page with the extension they force, the publication.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    publication::SignedDeadlines,
};
use crate::{
    app::{
        Answer,
        addendum::{self, AddendumInput, Extension},
        sandbox,
        tender::{self, desk, ending::Announced},
    },
    domain::{act::Act, id::Id, time::Instant},
    page,
};

/// The form of an addendum.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AddendumForm {
    /// The tender.
    pub id: String,
    /// Its name.
    pub name: String,
}
page!(AddendumForm, "tender/addendum.html");

/// The check page of an addendum.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AddendumCheck {
    /// The addendum.
    pub id: String,
    /// The tender.
    pub tender_id: String,
    /// The tender's name.
    pub name: String,
    /// The version that is seen.
    pub version: i64,
    /// Its title.
    pub title: String,
    /// What changes.
    pub text: String,
    /// Whether it bears on bids.
    pub is_material: bool,
    /// The documents it brings: title and SHA-256.
    pub documents: Vec<(String, String)>,
    /// What it does to each lot's deadline.
    pub extensions: Vec<Extension>,
    /// What a sandbox's built-in owner signs: `signed/1`, one a line.
    pub signed: String,
    /// SHA-256 of what is signed.
    pub digest: String,
    /// Whether the reader drafted it: then another one publishes it if it moves a deadline.
    pub is_own: bool,
    /// When it came out, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<Instant>,
}
page!(AddendumCheck, "tender/addendum_check.html");

impl AddendumCheck {
    /// Whether it moves a deadline, so that the owner's key signs the new one.
    #[must_use]
    pub fn moves_a_deadline(&self) -> bool {
        self.extensions
            .iter()
            .any(|extension| extension.forced_at.is_some())
    }
}

async fn form(ctx: &Ctx, id: &Id) -> Answer<AddendumForm> {
    let (actor, id) = (ctx.actor(), id.clone());
    let tender = ctx.app.view(move |db| tender::owned(db, &actor, &id)).await?;
    Ok(AddendumForm {
        id: tender.id.0,
        name: tender.name,
    })
}

async fn check(ctx: &Ctx, id: &Id) -> Answer<AddendumCheck> {
    let preview = desk::addendum_preview(&ctx.app, ctx.actor(), id).await?;
    let objects = preview
        .extensions
        .iter()
        .filter_map(|to_sign| to_sign.object.as_deref());
    Ok(AddendumCheck {
        signed: ctx.app.built_in_signatures(sandbox::OWNER, objects)?,
        id: preview.addendum.id.0,
        tender_id: preview.tender.id.0,
        name: preview.tender.name,
        version: preview.addendum.version,
        title: preview.addendum.title,
        text: preview.addendum.text,
        is_material: preview.addendum.is_material,
        documents: preview.documents,
        extensions: preview.extensions,
        digest: preview.digest,
        is_own: preview.is_own,
        published_at: preview.addendum.published_at,
    })
}

/// `GET /tenders/{id}/addenda/new`.
#[utoipa::path(get, path = "/tenders/{id}/addenda/new", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = AddendumForm), (status = 404, body = Problem)))]
pub async fn new(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(form(&ctx, &Id(id.into_inner())).await)
}

/// `POST /tenders/{id}/addenda`: drafts an addendum.
#[utoipa::path(post, path = "/tenders/{id}/addenda", tag = "tender", params(("id" = String, Path)),
    request_body = AddendumInput, responses((status = 201, body = Announced), (status = 422, body = Problem)))]
pub async fn create(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<AddendumInput>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::AddendumDrafted, |ask| {
            addendum::draft(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let location = answer
        .as_ref()
        .map_or_else(|_| String::new(), |a| format!("/addenda/{}", a.id));
    ctx.done(&input, answer, &location, || form(&ctx, &id)).await
}

/// `GET /addenda/{id}`: the check page.
#[utoipa::path(get, path = "/addenda/{id}", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = AddendumCheck), (status = 404, body = Problem)))]
pub async fn show(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(check(&ctx, &Id(id.into_inner())).await)
}

/// `POST /addenda/{id}/publication`: the addendum comes out, with the deadlines it forces.
#[utoipa::path(post, path = "/addenda/{id}/publication", tag = "tender", params(("id" = String, Path)),
    request_body = SignedDeadlines, responses((status = 201, body = Announced), (status = 422, body = Problem)))]
pub async fn publish(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<SignedDeadlines>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::AddendumPublished, |ask| {
            let deadlines = input.x.deadlines.clone();
            addendum::publish(&ctx.app, ask, &id, input.envelope.version, deadlines)
        })
        .await;
    let location = format!("/addenda/{id}");
    ctx.done(&input, answer, &location, || check(&ctx, &id)).await
}
