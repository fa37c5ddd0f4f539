//! One's own account: the password and the second factor.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    session::cookie,
};
use crate::{
    app::{Answer, factor::Enrolment},
    domain::{
        act::Act,
        id::Id,
        refusal::{Refusal, common::PASSWORD},
    },
    page,
};

page!(Enrolment, "account/own.html");

/// The code of the new authenticator, and of the old one where there is one.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// Six digits of the new one.
    pub totp: String,
    /// Six digits of the one it replaces.
    pub old_totp: Option<String>,
}

/// A new password; the old one is the envelope's `password`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The new password.
    pub new_password: String,
}

/// A session that takes the place of those that ended.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Fresh {
    /// Its token.
    pub token: String,
}

async fn check_password(ctx: &Ctx, password: Option<&str>) -> Answer<()> {
    let password = password.ok_or_else(|| Refusal::new(&PASSWORD).at("password"))?;
    ctx.app.check_password(&ctx.actor(), password).await
}

/// The second factor and the password of whoever is signed in.
#[utoipa::path(get, path = "/account", tag = "people", responses((status = 200, body = Enrolment)))]
pub async fn show(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.enrolment(ctx.person()?).await)
}

async fn fresh<X>(ctx: &Ctx, input: &Input<X>, answer: Answer<Id>) -> Result<HttpResponse, Failure> {
    let person = ctx.person()?;
    let answer = answer.and_then(|session| {
        let token = ctx.app.token(&session)?;
        Ok(Fresh { token })
    });
    let token = answer.as_ref().ok().map(|fresh| fresh.token.clone());
    let mut response = ctx
        .done(input, answer, "/desk", || ctx.app.enrolment(person))
        .await?;
    if let Some(token) = token.filter(|_| ctx.context.wants_html) {
        let kept = response.add_cookie(&cookie(&ctx.app, token));
        kept.map_err(|e| Failure::of(&ctx.context, crate::store::Fault::new("cookie", e).into()))?;
    }
    Ok(response)
}

/// Sets up the second factor; every session ends but the new one.
#[utoipa::path(post, path = "/account/factor", tag = "people", request_body = Enrol,
    responses((status = 201, body = Fresh), (status = 422, body = Problem)))]
pub async fn enrol(ctx: Ctx, input: Input<Enrol>) -> Result<HttpResponse, Failure> {
    let person = ctx.person()?;
    let answer = async {
        check_password(&ctx, input.envelope.password.as_deref()).await?;
        let ask = input.envelope.ask(&ctx, Act::FactorEnrolled).await?;
        let (code, old) = (&input.x.totp, input.x.old_totp.as_deref());
        ctx.app.enrol(ask, person, code, old).await
    };
    let answer = answer.await;
    fresh(&ctx, &input, answer).await
}

/// Changes the password; every session ends but the new one.
#[utoipa::path(post, path = "/account/password", tag = "people", request_body = ChangePassword,
    responses((status = 201, body = Fresh), (status = 422, body = Problem)))]
pub async fn change_password(ctx: Ctx, input: Input<ChangePassword>) -> Result<HttpResponse, Failure> {
    let person = ctx.person()?;
    let answer = async {
        check_password(&ctx, input.envelope.password.as_deref()).await?;
        let ask = input.envelope.ask(&ctx, Act::PasswordChanged).await?;
        ctx.app.change_password(ask, person, &input.x.new_password).await
    };
    let answer = answer.await;
    fresh(&ctx, &input, answer).await
}
