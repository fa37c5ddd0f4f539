//! The site's own matters: the clock, the language switch.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::header::LOCATION,
};
use serde::{Deserialize, Serialize};

use super::{
    ctx::{Ctx, LANG_COOKIE},
    input::Input,
};
use crate::domain::time::Instant;

/// The clock that drives every countdown; clients of a sandbox take their time from it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClockView {
    /// The law's time, Unix ms.
    #[schema(value_type = i64)]
    pub now: Instant,
    /// Whether it can be moved by hand.
    pub sandbox: bool,
}

/// `GET /clock`.
pub async fn clock(ctx: Ctx) -> HttpResponse {
    HttpResponse::Ok().json(ClockView {
        now: ctx.app.clock.now(),
        sandbox: ctx.app.clock.is_sandbox(),
    })
}

/// The language to go on in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// `zh-CN` or `en`.
    pub lang: String,
    /// The page to go back to.
    pub back: Option<String>,
}

/// `POST /language`: keeps the language in a cookie for a year.
pub async fn language(input: Input<Language>) -> HttpResponse {
    let cookie = Cookie::build(LANG_COOKIE, input.x.lang)
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(Duration::days(365))
        .finish();
    // only a path of our own: never a way to send people elsewhere
    let back = input
        .x
        .back
        .filter(|back| back.starts_with('/') && !back.starts_with("//"))
        .unwrap_or_else(|| "/".into());
    HttpResponse::SeeOther()
        .cookie(cookie)
        .insert_header((LOCATION, back))
        .finish()
}
