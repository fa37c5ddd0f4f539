//! The site's own pages: home, the clock, the language switch.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::header::LOCATION,
};
use serde::{Deserialize, Serialize};

use super::{
    ctx::{Ctx, LANG_COOKIE},
    error::Failure,
    input::Input,
};
use crate::{domain::time::Instant, page};

/// The home page.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Home {
    /// The law's time, Unix ms.
    #[schema(value_type = i64)]
    pub now: Instant,
}
page!(Home, "site/home.html");

/// `GET /`: search, tabs with today's counts, closing soon, opening now, notices.
pub async fn home(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(Ok(Home { now: ctx.context.now }))
}

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
