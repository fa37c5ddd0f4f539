//! The inbox of whoever is signed in, and in a sandbox everybody's.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::{ctx::Ctx, error::Failure, query::Query};
use crate::{
    app::message::{self, Letter, Sent},
    domain::time::Instant,
    page,
};

/// The messages of the person signed in, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Inbox {
    /// The messages.
    pub messages: Vec<Letter>,
}
page!(Inbox, "message/inbox.html");

/// `GET /messages`.
#[utoipa::path(get, path = "/messages", responses((status = 200, body = Inbox)))]
pub async fn inbox(ctx: Ctx) -> Result<HttpResponse, Failure> {
    let account = ctx.person()?.account.clone();
    let lang = ctx.context.lang;
    let messages = ctx.app.view(move |db| message::inbox(db, &account, lang)).await;
    ctx.show(messages.map(|messages| Inbox { messages }))
}

/// Since when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// Unix ms; from the beginning where it is missing.
    #[serde(default)]
    #[param(value_type = Option<i64>)]
    pub since_at: Option<Instant>,
}

/// What everybody in a sandbox was told, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Outbox {
    /// The messages.
    pub messages: Vec<Sent>,
}
page!(Outbox, "message/outbox.html");

/// `GET /sandbox/messages`: the mails that a sandbox does not send; 404 but in a sandbox.
#[utoipa::path(get, path = "/sandbox/messages", params(Since), responses((status = 200, body = Outbox)))]
pub async fn outbox(ctx: Ctx, since: Query<Since>) -> Result<HttpResponse, Failure> {
    let since = since.since_at.unwrap_or(Instant(0));
    let messages = message::outbox(&ctx.app, since, ctx.context.lang).await;
    ctx.show(messages.map(|messages| Outbox { messages }))
}
