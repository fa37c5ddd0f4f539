//! What every handler gets: who asks, in which language, for a page or for JSON, and when the last
//! byte arrived.

use std::{future::Future, pin::Pin, rc::Rc, sync::Arc};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    dev::Payload,
    http::{
        StatusCode,
        header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION},
    },
    web::Data,
};

use super::{again::Again, error::Failure};
use crate::{
    app::{Answer, App, Error},
    domain::{
        actor::{Actor, Person, Role},
        id::Id,
        region::Places,
        time::Instant,
    },
    proof::canon::Hash,
    words::{self, Fact, Lang},
};

/// What a request says about itself, before anything is decided.
#[derive(Debug, Clone)]
pub struct Context {
    /// The language of the answer: cookie, then `Accept-Language`, then zh-CN.
    pub lang: Lang,
    /// Whether a page is asked for.
    pub wants_html: bool,
    /// The path asked for, with its query.
    pub path: String,
    /// The law's time when the request was read.
    pub now: Instant,
    /// Whether the database is a sandbox.
    pub sandbox: bool,
    /// The address people use, for papers and feeds.
    pub public_url: String,
    /// Names the request in the log.
    pub request_id: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The token of the form, for cookie sessions.
    pub csrf: String,
    /// Where the request came from, for rate limits.
    pub address: String,
    /// The names of regions.
    pub places: Arc<Places>,
    /// The form that was refused, where the page is asked for once more on its account.
    pub again: Option<Again>,
}

/// A fresh token that the answer must carry, since the one in use grows old.
pub struct Renewed(pub String);

/// The first argument of every handler.
#[derive(Clone)]
pub struct Ctx {
    /// The platform.
    pub app: App,
    /// The request.
    pub context: Rc<Context>,
}

/// The name of the session cookie for a public address.
#[must_use]
pub fn cookie_name(public_url: &str) -> &'static str {
    if public_url.starts_with("https://") {
        "__Host-tianping"
    } else {
        "tianping"
    }
}

/// The cookie that keeps the language.
pub const LANG_COOKIE: &str = "lang";

impl Ctx {
    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.context.person.clone().map_or(Actor::Public, Actor::Person)
    }

    /// The person signed in.
    ///
    /// # Errors
    /// 401 for anybody else.
    pub fn person(&self) -> Result<&Person, Failure> {
        let context = &self.context;
        context
            .person
            .as_ref()
            .ok_or_else(|| Failure::plain(context, StatusCode::UNAUTHORIZED, "unauthenticated"))
    }

    /// The person signed in, who holds this role.
    ///
    /// # Errors
    /// 401 for nobody, 403 for another role.
    pub fn with_role(&self, role: Role) -> Result<&Person, Failure> {
        let person = self.person()?;
        if person.grants.iter().any(|grant| grant.role == role) {
            return Ok(person);
        }
        Err(Failure::of(&self.context, Error::Forbidden))
    }

    /// An answer of a use case, its error as this request is told it.
    pub fn ok<T>(&self, answer: Answer<T>) -> Result<T, Failure> {
        answer.map_err(|error| Failure::of(&self.context, error))
    }
}

impl Context {
    /// What a request says of itself, whoever is signed in.
    #[must_use]
    pub fn of(app: &App, req: &HttpRequest) -> Self {
        let accept = req.headers().get(ACCEPT);
        let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            lang: language(req),
            wants_html: accept.contains("text/html"),
            path: req.uri().to_string(),
            now: app.clock.now(),
            sandbox: app.config.sandbox,
            public_url: app.config.public_url.clone(),
            request_id: hex::encode(app.entropy.bytes::<6>()),
            person: None,
            csrf: String::new(),
            address: address(req),
            places: app.places(),
            again: req.extensions().get::<Again>().cloned(),
        }
    }

    /// The sentence under a key.
    #[must_use]
    pub fn say(&self, key: &str, facts: &[Fact<'_>]) -> String {
        words::say(self.lang, key, facts)
    }

    /// Whether the person signed in holds the role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.person
            .as_ref()
            .is_some_and(|person| person.grants.iter().any(|grant| grant.role == role))
    }
}

/// The form token of a session: a digest of its id under the token key.
#[must_use]
pub fn csrf(app: &App, session: &Id) -> String {
    let key: &[u8; 32] = &app.secrets.token_key;
    Hash::of(&[key, b"csrf\n", session.as_str().as_bytes(), key]).to_hex()
}

/// The address of the client. A proxy on this machine (where TLS ends) says whom it speaks for;
/// nobody else is believed.
fn address(req: &HttpRequest) -> String {
    let Some(peer) = req.peer_addr() else {
        return String::new();
    };
    let forwarded = req
        .headers()
        .get("X-Forwarded-For")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .filter(|_| peer.ip().is_loopback());
    forwarded.map_or_else(|| peer.ip().to_string(), |last| last.trim().to_owned())
}

fn language(req: &HttpRequest) -> Lang {
    if let Some(lang) = req
        .cookie(LANG_COOKIE)
        .and_then(|cookie| Lang::of_tag(cookie.value()))
    {
        return lang;
    }
    let accepted = req
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').find_map(Lang::of_tag).unwrap_or_default()
}

fn token(req: &HttpRequest, cookie: &str) -> Option<String> {
    let bearer = req
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    bearer
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned)
        .or_else(|| req.cookie(cookie).map(|cookie| cookie.value().to_owned()))
}

impl FromRequest for Ctx {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = req.app_data::<Data<App>>().map(|app| App::clone(app));
        let req = req.clone();
        Box::pin(async move {
            let app = app.ok_or_else(|| actix_web::error::ErrorInternalServerError("no platform"))?;
            let mut context = Context::of(&app, &req);
            if context.path.contains("%00") {
                // no name of ours holds a NUL, and PostgreSQL refuses to compare with one
                return Err(Failure::of(&context, Error::NotFound).into());
            }
            if let Some(token) = token(&req, cookie_name(&app.config.public_url)) {
                match app.person(&token).await {
                    Ok(Some(person)) => {
                        context.csrf = csrf(&app, &person.session);
                        match app.renewed(&token) {
                            Ok(Some(fresh)) => drop(req.extensions_mut().insert(Renewed(fresh))),
                            Ok(None) => {}
                            Err(fault) => return Err(Failure::of(&context, fault.into()).into()),
                        }
                        context.person = Some(person);
                    }
                    Ok(None) => {}
                    Err(error) => return Err(Failure::of(&context, error).into()),
                }
            }
            Ok(Self {
                app,
                context: Rc::new(context),
            })
        })
    }
}
