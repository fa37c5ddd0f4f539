//! The inbox of whoever is signed in.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{ctx::Ctx, error::Failure};
use crate::{
    app::message::{self, Letter},
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
