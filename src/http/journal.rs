//! The published log (C2SP tlog-tiles), its trust file, receipts, and the health of the platform.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    web,
};
use serde::Serialize;

use super::{ctx::Ctx, error::Failure};
use crate::{
    app::Error,
    clock,
    domain::{actor::Role, time::Instant},
    page,
    proof::{canon::Hash, tiles::Resource},
};

fn text(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(body)
}

/// `GET /checkpoint`: the newest checkpoint that counts, with its cosignatures.
#[utoipa::path(get, path = "/checkpoint", responses((status = 200, description = "a signed note", content_type = "text/plain")))]
pub async fn checkpoint(ctx: Ctx) -> Result<HttpResponse, Failure> {
    Ok(text(ctx.ok(ctx.app.checkpoint().await)?))
}

/// `GET /tile/{path}`: hashes or entries of the tree.
#[utoipa::path(
    get, path = "/tile/{path}",
    params(("path" = String, Path, description = "<L>/<N>[.p/<W>] or entries/<N>[.p/<W>]")),
    responses((status = 200, description = "a tile", content_type = "application/octet-stream"))
)]
pub async fn tile(ctx: Ctx, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let resource: Result<Resource, _> = format!("tile/{path}").parse();
    let resource = ctx.ok(resource.map_err(|_| Error::NotFound))?;
    let bytes = ctx.ok(ctx.app.tile(resource).await)?;
    // what a path names never changes
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((CONTENT_TYPE, "application/octet-stream"))
        .body(bytes))
}

/// `GET /receipts/{c}`: the tlog-proof of an event, 202 until its checkpoint counts. 404 to whom
/// the event is not disclosed: the tree shows every c, and a receipt says what it stands for.
#[utoipa::path(
    get, path = "/receipts/{c}",
    params(("c" = String, Path, description = "c of the event, hex64")),
    responses(
        (status = 200, description = "tlog-proof", content_type = "text/plain"),
        (status = 202, description = "its checkpoint is not cosigned yet"),
    )
)]
pub async fn receipt(ctx: Ctx, c: web::Path<String>) -> Result<HttpResponse, Failure> {
    let c = ctx.ok(Hash::from_hex(&c).map_err(|_| Error::NotFound))?;
    match ctx.ok(ctx.app.receipt_for(&ctx.actor(), c).await)? {
        Some(receipt) => Ok(text(receipt)),
        None => Ok(HttpResponse::build(StatusCode::ACCEPTED).finish()),
    }
}

/// `GET /log.policy`: the trust file, to be compared with the one printed in the documents.
#[utoipa::path(get, path = "/log.policy", responses((status = 200, description = "tlog-policy", content_type = "text/plain")))]
pub async fn policy(ctx: Ctx) -> HttpResponse {
    text(ctx.app.journal.policy_text.clone())
}

/// How the platform is doing. Nothing in it tells how much was done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`, or `stopped` when what is stored is not what was signed.
    pub status: &'static str,
    /// The law's time, Unix ms.
    #[schema(value_type = i64)]
    pub now: Instant,
    /// The law's time less the machine's, ms; 0 but in a sandbox.
    pub clock_offset_ms: i64,
    /// The name of the journal.
    pub origin: String,
    /// The size of the tree.
    pub size: u64,
    /// When it last grew, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub ticked_at: Option<Instant>,
    /// The size of the largest tree that the witnesses signed.
    pub counted: u64,
    /// Whether there are witnesses at all.
    pub is_witnessed: bool,
    /// For administrators: acts without a verdict.
    pub waiting: Option<usize>,
    /// For administrators: why the witness did not sign the last checkpoint.
    pub trouble: Option<String>,
}
page!(Health, "journal/health.html");

/// `GET /health`.
#[utoipa::path(get, path = "/health", responses((status = 200, body = Health)))]
pub async fn health(ctx: Ctx) -> Result<HttpResponse, Failure> {
    let journal = ctx.ok(ctx.app.journal_health().await)?;
    let now = ctx.app.clock.now();
    let is_admin = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin]
        .into_iter()
        .any(|role| ctx.context.is(role));
    ctx.show(Ok(Health {
        status: if ctx.app.journal.is_stopped() {
            "stopped"
        } else {
            "ok"
        },
        now,
        clock_offset_ms: if ctx.app.clock.is_sandbox() {
            now.0 - clock::machine().0
        } else {
            0
        },
        origin: ctx.app.journal.origin.clone(),
        size: journal.size,
        ticked_at: journal.ticked_at,
        counted: journal.counted,
        is_witnessed: journal.is_witnessed,
        waiting: is_admin.then(|| ctx.app.waiting()),
        trouble: journal.trouble.filter(|_| is_admin),
    }))
}
