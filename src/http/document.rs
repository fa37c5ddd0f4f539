//! The documents of a tender: the owner's list with the form to add one, and the files themselves.
//!
//! Never: a file shown inside a page of ours; it is always an attachment under a safe name.

use std::fmt::Write as _;

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS},
    web,
};
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    session::Nothing,
    upload::Upload,
};
use crate::{
    app::{
        Answer,
        document::{self, Chunks, File, Kept},
        tender::desk::{self, DocumentLine},
    },
    domain::{
        act::Act,
        document::{SIZE_MAX, endings},
        id::Id,
    },
    page,
};

/// The documents of a tender, for its owner.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Documents {
    /// The tender.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The documents.
    pub documents: Vec<DocumentLine>,
    /// The endings taken.
    pub endings: String,
    /// The largest file, MB.
    pub megabytes: i64,
}
page!(Documents, "tender/documents.html");

async fn all(ctx: &Ctx, id: &Id) -> Answer<Documents> {
    let bench = desk::bench(&ctx.app, ctx.actor(), id).await?;
    Ok(Documents {
        id: bench.id.0,
        name: bench.name,
        documents: bench.documents,
        endings: endings(),
        megabytes: SIZE_MAX >> 20,
    })
}

/// `GET /tenders/{id}/documents`.
#[utoipa::path(get, path = "/tenders/{id}/documents", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = Documents), (status = 404, body = Problem)))]
pub async fn list(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(all(&ctx, &Id(id.into_inner())).await)
}

async fn keep(ctx: &Ctx, id: &Id, name: &str, title: Option<String>, upload: &Upload) -> Answer<Kept> {
    let file = File {
        name: name.to_owned(),
        title,
        n_bytes: upload.file.n_bytes,
        sha256: upload.file.sha256,
        head: upload.file.head.clone(),
    };
    let ask = upload.envelope.ask(ctx, Act::DocumentAdded).await?;
    document::add(&ctx.app, ask, id, file, upload.file.file.path()).await
}

/// `POST /tenders/{id}/documents`: a form with a file and, perhaps, a title.
#[utoipa::path(post, path = "/tenders/{id}/documents", tag = "tender", params(("id" = String, Path)),
    responses((status = 201, body = Kept), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, id: web::Path<String>, upload: Upload) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let title = upload.field("title").map(str::to_owned);
    let answer = keep(&ctx, &id, &upload.file.name, title, &upload).await;
    let location = format!("/tenders/{id}/documents");
    let input = Input::read((), upload.envelope.clone(), upload.form.clone());
    ctx.done(&input, answer, &location, || all(&ctx, &id)).await
}

/// `PUT /tenders/{id}/documents/{name}`: the raw bytes of a file of that name.
#[utoipa::path(put, path = "/tenders/{id}/documents/{name}", tag = "tender",
    params(("id" = String, Path), ("name" = String, Path)),
    responses((status = 201, body = Kept), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn put(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    upload: Upload,
) -> Result<HttpResponse, Failure> {
    let (id, name) = path.into_inner();
    let kept = ctx.ok(keep(&ctx, &Id(id), &name, None, &upload).await)?;
    Ok(HttpResponse::Created().json(kept))
}

/// `POST /documents/{id}/removal`: takes a document off that is not out.
#[utoipa::path(post, path = "/documents/{id}/removal", tag = "tender", params(("id" = String, Path)),
    request_body = Nothing, responses((status = 201, body = Kept), (status = 422, body = Problem)))]
pub async fn remove(ctx: Ctx, id: web::Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::DocumentRemoved, |ask| {
            document::remove(&ctx.app, ask, &id)
        })
        .await;
    let removed = ctx.ok(answer)?;
    if ctx.context.wants_html {
        return Ok(super::see_other("/tenders"));
    }
    Ok(HttpResponse::Created().json(removed))
}

/// `GET /documents/{id}`: the file. Nobody has to sign in for it.
#[utoipa::path(get, path = "/documents/{id}", tag = "public", params(("id" = String, Path)),
    responses((status = 200), (status = 404, body = Problem)))]
pub async fn show(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let found = document::fetch(&ctx.app, &ctx.actor(), &Id(id.into_inner())).await;
    let (document, chunks) = ctx.ok(found)?;
    Ok(attachment(
        &document.file_name,
        &document.media,
        &document.sha256,
        chunks,
    ))
}

/// A file to be kept under its name, as its bytes come.
pub fn attachment(name: &str, media: &str, sha256: &str, chunks: Chunks) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media)
        .insert_header((CONTENT_DISPOSITION, disposition(name)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("X-SHA256", sha256))
        .streaming(chunks)
}

/// RFC 6266: a plain name for old clients, the whole one in UTF-8.
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii() && !c.is_ascii_control() && !matches!(c, '"' | '\\');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut coded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            coded.push(char::from(byte));
        } else {
            // writing to a string cannot fail
            let _ok = write!(coded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_survive_in_both_forms() {
        let header = super::disposition("招标_1.pdf");
        assert_eq!(
            header,
            "attachment; filename=\"___1.pdf\"; filename*=UTF-8''%E6%8B%9B%E6%A0%87_1.pdf"
        );
        // a name sealed by a bidder may hold anything
        let header = super::disposition("a\"; x=\r\n\0.pdf");
        assert!(
            header.starts_with("attachment; filename=\"a_; x=___.pdf\"; "),
            "{header}"
        );
    }
}
