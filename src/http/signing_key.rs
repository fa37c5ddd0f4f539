//! Signing keys of one's own organisation: the agreement, registration, retirement.

use actix_web::{HttpResponse, web::Path};
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
    session::Nothing,
};
use crate::{
    app::{
        Answer,
        signing_key::{AgreementView, Keys},
    },
    domain::{act::Act, id::Id},
    page,
};

page!(Keys, "signing_key/list.html");
page!(AgreementView, "signing_key/agreement.html");

/// A public key that is to be registered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// base64 of 32 bytes.
    pub public_key: String,
}

/// The key registered; `digest` and `password` of the envelope sign the agreement.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyRegister)]
pub struct Register {
    /// base64 of 32 bytes.
    pub public_key: String,
    /// The six digits of the authenticator, where one is set up.
    pub totp: Option<String>,
}

/// The keys of the organisation, old ones too.
#[utoipa::path(get, path = "/organisation/keys", tag = "people",
    responses((status = 200, body = Keys), (status = 403, body = Problem)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(ctx.app.keys(&ctx.actor()).await)
}

/// The agreement (约定书) on a key, to be read, printed and signed.
#[utoipa::path(get, path = "/organisation/keys/agreement", tag = "people",
    params(("public_key" = String, Query)),
    responses((status = 200, body = AgreementView), (status = 422, body = Problem)))]
pub async fn agreement(ctx: Ctx, query: Query<Proposed>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(ctx.app.agreement(&ctx.actor(), &query.public_key).await)
}

/// The agreement under which a key was registered.
#[utoipa::path(get, path = "/organisation/keys/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = AgreementView), (status = 404, body = Problem)))]
pub async fn show(ctx: Ctx, path: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(
        ctx.app
            .signed_agreement(&ctx.actor(), &Id(path.into_inner()))
            .await,
    )
}

async fn register(ctx: &Ctx, input: &Input<Register>) -> Answer<Id> {
    let ask = input.envelope.ask(ctx, Act::SigningKeyRegistered).await?;
    let x = &input.x;
    ctx.app.register_key(ask, &x.public_key, x.totp.as_deref()).await
}

/// Registers a key.
#[utoipa::path(post, path = "/organisation/keys", tag = "people", request_body = Register,
    responses((status = 201), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<Register>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let answer = register(&ctx, &input).await;
    let actor = ctx.actor();
    let back = || ctx.app.agreement(&actor, &input.x.public_key);
    ctx.done(&input, answer, "/organisation/keys", back).await
}

/// Retires a key; `digest` of the envelope is the key's name.
#[utoipa::path(post, path = "/organisation/keys/{id}/retirement", tag = "people", request_body = Nothing,
    params(("id" = String, Path)), responses((status = 201), (status = 422, body = Problem)))]
pub async fn retire(ctx: Ctx, path: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let answer = input
        .envelope
        .act(&ctx, Act::SigningKeyRetired, |ask| {
            ctx.app.retire_key(ask, Id(path.into_inner()))
        })
        .await;
    let actor = ctx.actor();
    ctx.done(&input, answer, "/organisation/keys", || ctx.app.keys(&actor))
        .await
}
