//! Signing in and out, and the renewal of tokens as they are used.

use actix_web::{
    HttpResponse,
    body::MessageBody,
    cookie::{Cookie, SameSite},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{AUTHORIZATION, HeaderName, HeaderValue, LOCATION},
    middleware::Next,
    web::Data,
};
use serde::Deserialize;

use super::{
    ctx::{Ctx, Renewed, cookie_name},
    error::{Failure, Problem},
    input::Input,
    query::Query,
    site::own_path,
};
use crate::{
    app::{
        App,
        limit::Limit,
        sign_in::{SignIn, SignInView, SignedIn},
    },
    domain::refusal::{Refusal, account::SIGN_IN},
    page,
};

page!(SignInView, "session/show.html");

/// The page to go on to after signing in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Onward {
    next: Option<String>,
}

/// The cookie that holds a token: not for scripts, and only over TLS where there is TLS.
pub fn cookie(app: &App, token: String) -> Cookie<'static> {
    let url = &app.config.public_url;
    Cookie::build(cookie_name(url), token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(url.starts_with("https://"))
        .finish()
}

fn onward(next: Option<String>) -> String {
    own_path(next.as_deref()).unwrap_or_else(|| "/desk".to_owned())
}

/// Puts a fresh token into the answer when the one in use has grown old.
pub async fn renew(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    use actix_web::HttpMessage as _;
    let is_bearer = req.headers().contains_key(AUTHORIZATION);
    let mut response = next.call(req).await?;
    let fresh = response.request().extensions_mut().remove::<Renewed>();
    let app = response.request().app_data::<Data<App>>().cloned();
    let sets_cookie = response.response().cookies().next().is_some();
    if let (Some(Renewed(token)), Some(app), false) = (fresh, app, sets_cookie) {
        if is_bearer {
            if let Ok(value) = HeaderValue::from_str(&token) {
                let name = HeaderName::from_static("renewed-token");
                response.headers_mut().insert(name, value);
            }
        } else {
            response.response_mut().add_cookie(&cookie(&app, token))?;
        }
    }
    Ok(response)
}

/// The sign-in page.
#[utoipa::path(get, path = "/session", tag = "people", responses((status = 200, body = SignInView)))]
pub async fn show(ctx: Ctx, query: Query<Onward>) -> Result<HttpResponse, Failure> {
    let name = ctx.context.person.as_ref().map(|person| person.name.clone());
    let next = onward(query.into_inner().next);
    ctx.show(ctx.app.sign_in_view(next, name).await)
}

/// Signs in: `{token}` for programs, a cookie and the next page for people.
#[utoipa::path(post, path = "/session", tag = "people", request_body = SignIn,
    responses((status = 201, body = SignedIn), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<SignIn>) -> Result<HttpResponse, Failure> {
    let address = &ctx.context.address;
    let login = input.x.login.trim().to_ascii_lowercase();
    let limits = &ctx.app.limits;
    ctx.ok(limits.take(Limit::SignIn, &format!("{address} {login}")))?;
    ctx.ok(limits.take(Limit::Address, address))?;
    let answer = match &input.envelope.password {
        Some(password) => ctx.app.sign_in(&input.x, password).await,
        None => Err(Refusal::new(&SIGN_IN).at("password").into()),
    };
    let next = onward(input.x.next.clone());
    let token = answer.as_ref().ok().map(|done: &SignedIn| done.token.clone());
    let needs_factor = answer.as_ref().is_ok_and(|done| done.needs_factor);
    let location = if needs_factor { "/account" } else { &next };
    let back = || ctx.app.sign_in_view(next.clone(), None);
    let mut response = ctx.done(&input, answer, location, back).await?;
    if let Some(token) = token.filter(|_| ctx.context.wants_html) {
        let kept = response.add_cookie(&cookie(&ctx.app, token));
        kept.map_err(|e| Failure::of(&ctx.context, crate::store::Fault::new("cookie", e).into()))?;
    }
    Ok(response)
}

async fn sign_out(ctx: &Ctx) -> Result<(), Failure> {
    if let Some(person) = &ctx.context.person {
        ctx.ok(ctx.app.sign_out(&person.session).await)?;
    }
    Ok(())
}

fn gone(app: &App) -> Cookie<'static> {
    let mut gone = cookie(app, String::new());
    gone.make_removal();
    gone
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "people", responses((status = 204)))]
pub async fn delete(ctx: Ctx, _input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    sign_out(&ctx).await?;
    Ok(HttpResponse::NoContent().cookie(gone(&ctx.app)).finish())
}

/// Signs out, for forms.
#[utoipa::path(post, path = "/session/end", tag = "people", request_body = Nothing,
    responses((status = 303)))]
pub async fn end(ctx: Ctx, _input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    sign_out(&ctx).await?;
    Ok(HttpResponse::SeeOther()
        .cookie(gone(&ctx.app))
        .insert_header((LOCATION, "/"))
        .finish())
}

/// A request that says nothing but that it is made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
