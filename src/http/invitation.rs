//! The page behind a one-time link: a person sets a password.

use actix_web::{HttpResponse, web::Path};
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
    setup::{Token, slow},
};
use crate::{
    app::invitation::Invitee,
    domain::{act::Act, id::Id},
    page,
};

page!(Invitee, "invitation/show.html");

/// The password of whoever holds the link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The token of the link.
    pub token: String,
    /// The password.
    pub new_password: String,
}

/// Whom the link is for.
#[utoipa::path(get, path = "/invitations/{id}", tag = "people",
    params(("id" = String, Path), ("token" = String, Query)),
    responses((status = 200, body = Invitee), (status = 422, body = Problem)))]
pub async fn show(ctx: Ctx, path: Path<String>, query: Query<Token>) -> Result<HttpResponse, Failure> {
    slow(&ctx)?;
    ctx.show(ctx.app.invitee(&Id(path.into_inner()), &query.token).await)
}

/// Sets the password; the link is spent.
#[utoipa::path(post, path = "/invitations/{id}", tag = "people", request_body = Accept,
    params(("id" = String, Path)), responses((status = 201), (status = 422, body = Problem)))]
pub async fn accept(ctx: Ctx, path: Path<String>, input: Input<Accept>) -> Result<HttpResponse, Failure> {
    slow(&ctx)?;
    let id = Id(path.into_inner());
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::PasswordChanged).await)?;
    let x = &input.x;
    let answer = ctx
        .app
        .accept_invitation(ask, &id, &x.token, &x.new_password)
        .await;
    ctx.done(&input, answer, "/session", || ctx.app.invitee(&id, &x.token))
        .await
}
