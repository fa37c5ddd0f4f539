//! The site's own matters: the clock, the language switch.

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
use crate::{
    app::{Error, notice},
    domain::{
        act::Act,
        refusal::{Refusal, common::FIELD_UNKNOWN},
        time::Instant,
    },
    words::Lang,
};

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
#[utoipa::path(get, path = "/clock", tag = "public", responses((status = 200, body = ClockView)))]
pub async fn clock(ctx: Ctx) -> HttpResponse {
    HttpResponse::Ok().json(ClockView {
        now: ctx.app.clock.now(),
        sandbox: ctx.app.clock.is_sandbox(),
    })
}

/// Where a sandbox's clock is to be moved.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockMove {
    /// The law's time to be, Unix ms; later than now.
    #[schema(value_type = Option<i64>)]
    pub to_at: Option<Instant>,
    /// Instead: to the next instant at which something falls due.
    pub to_due: Option<bool>,
    /// The page to go back to.
    pub back: Option<String>,
}

/// `POST /sandbox/clock`: a jump that runs every due tick at its own instant; 404 but in a sandbox.
#[utoipa::path(post, path = "/sandbox/clock", request_body = ClockMove, responses((status = 201, body = ClockView)))]
pub async fn move_clock(ctx: Ctx, input: Input<ClockMove>) -> Result<HttpResponse, Failure> {
    if !ctx.app.config.sandbox {
        return Err(Failure::of(&ctx.context, Error::NotFound));
    }
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ClockMoved).await)?;
    let to = match input.x.to_due {
        Some(true) if input.x.to_at.is_some() => {
            let both = Refusal::new(&FIELD_UNKNOWN).fact("field", "to_at");
            return Err(Failure::of(
                &ctx.context,
                both.fact("expected", "to_due").at("to_at").into(),
            ));
        }
        Some(true) => ctx.ok(ctx.app.next_due().await)?,
        Some(false) | None => input.x.to_at,
    };
    let moved = match to {
        Some(to) => ctx.app.move_clock(ask, to).await,
        None => Err(Refusal::missing("to_at").into()),
    };
    let view = ClockView {
        now: ctx.app.clock.now(),
        sandbox: true,
    };
    let back = own_path(input.x.back.as_deref()).unwrap_or_else(|| "/".to_owned());
    ctx.done(&input, moved.map(|()| view), &back, || notice::home(&ctx.app))
        .await
}

/// A path of our own, where it is one: never a way to send people elsewhere. Browsers drop control
/// characters and take `\\` for `/`, so `/\\host` and `/<tab>/host` are elsewhere.
#[must_use]
pub fn own_path(path: Option<&str>) -> Option<String> {
    let is_own = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(|c: char| c == '\\' || c.is_control())
    };
    path.filter(is_own).map(str::to_owned)
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
#[utoipa::path(post, path = "/language", tag = "public", request_body = Language, responses((status = 303)))]
pub async fn language(input: Input<Language>) -> HttpResponse {
    let cookie = Cookie::build(LANG_COOKIE, Lang::of_tag(&input.x.lang).unwrap_or(Lang::Zh).tag())
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(Duration::days(365))
        .finish();
    let back = own_path(input.x.back.as_deref()).unwrap_or_else(|| "/".to_owned());
    HttpResponse::SeeOther()
        .cookie(cookie)
        .insert_header((LOCATION, back))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for own in ["/", "/desk", "/jy/all?q=%E8%B7%AF"] {
            assert_eq!(own_path(Some(own)).as_deref(), Some(own));
        }
        for other in [
            "",
            "desk",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n",
            "https://evil.example",
        ] {
            assert_eq!(own_path(Some(other)), None, "{other:?}");
        }
        assert_eq!(own_path(None), None);
    }
}
