//! One reader for JSON and forms into the same struct.
//!
//! In forms `x_yuan` (two decimals at most) becomes `x_fen` and `x_at` is Beijing time; in JSON both
//! are integers. `csrf`, `idempotency_key`, `version`, `password` and `digest` belong to the envelope.
//! Never: an unknown field taken, a body beyond the limit held, a cookie session acted for without
//! its form token.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    dev::Payload,
    http::{
        Method, StatusCode,
        header::{AUTHORIZATION, ORIGIN},
    },
    web::{Bytes, Data},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{again::Typed, ctx::Ctx, error::Failure, server::BODY_MAX, single::Single};
use crate::{
    app::{Answer, App, Ask, Once, arrival::Answering, limit::Limit},
    domain::{
        act::Act,
        actor::Actor,
        money::Fen,
        refusal::{
            Lawful, Refusal,
            common::{FIELD_BAD, FIELD_UNKNOWN, TOO_LARGE},
            require,
        },
        time::Instant,
    },
    proof::canon::{Hash, INT_MAX},
};

/// A request that acts: its input and the envelope round it.
pub struct Input<T> {
    /// What the handler asked for.
    pub x: T,
    /// The envelope.
    pub envelope: Envelope,
    /// The form as sent, to fill it in again when it is refused.
    pub form: Vec<(String, String)>,
    /// Until the handler has answered, the closing of the lot waits.
    _answering: Option<Answering>,
}

/// What every act carries beside its input.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The request's key and digest.
    pub once: Option<Once>,
    /// The version of what was seen, for compare-and-swap.
    pub version: Option<i64>,
    /// The password asked again, for signed acts.
    pub password: Option<String>,
    /// The digest of what is signed.
    pub digest: Option<String>,
    /// When the last byte of the request had been read.
    pub received_at: Instant,
}

impl Envelope {
    /// The asking of an act by whoever sent this request, whose role must allow it, under a key that
    /// makes it happen once; a signed act has its password checked.
    pub async fn ask(&self, ctx: &Ctx, act: Act) -> Answer<Ask> {
        let mut ask = Ask::new(ctx.actor(), act);
        ask.actor.role_for(act)?;
        let once = self
            .once
            .clone()
            .ok_or_else(|| Refusal::missing("idempotency_key"))?;
        let who = match &ask.actor {
            Actor::Person(person) => person.account.as_str(),
            Actor::Public | Actor::Clock | Actor::Holder(_) => &ctx.context.address,
        };
        ctx.app.limits.take(Limit::Act, who)?;
        let request = once.digest;
        ask.once = Some(once);
        if act.duty().is_signed {
            ctx.app
                .check_password(
                    &ask.actor,
                    self.password
                        .as_deref()
                        .ok_or_else(|| Refusal::missing("password"))?,
                )
                .await?;
            ask.signed = Some(match &self.digest {
                Some(text) => Hash::from_hex(text).map_err(|_| {
                    Refusal::new(&FIELD_BAD)
                        .fact("field", "digest")
                        .fact("expected", "hex64")
                        .at("digest")
                })?,
                None => request,
            });
        }
        Ok(ask)
    }
}

impl Envelope {
    /// Asks an act and does it: a use case starts only for whoever may ask.
    pub async fn act<T, F: Future<Output = Answer<T>>>(
        &self,
        ctx: &Ctx,
        act: Act,
        use_case: impl FnOnce(Ask) -> F,
    ) -> Answer<T> {
        use_case(self.ask(ctx, act).await?).await
    }
}

impl<T> Input<T> {
    /// What another reader has read, for which no closing waits.
    pub(super) fn read(x: T, envelope: Envelope, form: Vec<(String, String)>) -> Self {
        Self {
            x,
            envelope,
            form,
            _answering: None,
        }
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Input<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let ctx = Ctx::from_request(req, payload);
        let body = Bytes::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            // its last byte is its time, and from then on the closing of its lot waits for the answer
            let body = body.await;
            let app = req.app_data::<Data<App>>();
            let arrived = app.map(|app| app.in_flight.arrive(&app.clock, submission(&req)));
            let ctx = ctx.await?;
            let (received_at, answering) = arrived.unwrap_or((ctx.context.now, None));
            let body = body.map_err(|e| {
                let too_large = e.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE;
                if too_large {
                    let refusal = Refusal::new(&TOO_LARGE).fact("limit", format!("{} MiB", BODY_MAX >> 20));
                    Failure::refused(&ctx.context, StatusCode::PAYLOAD_TOO_LARGE, &refusal)
                } else {
                    Failure::plain(&ctx.context, StatusCode::BAD_REQUEST, "malformed")
                }
            })?;
            // passwords may be in it: without the installation's key the digest tells nothing
            let digest = Hash::of(&[
                &*ctx.app.secrets.token_key,
                req.method().as_str().as_bytes(),
                b" ",
                req.path().as_bytes(),
                b"\n",
                &body,
            ]);
            let parsed = parse(&req, &body).map_err(|refusal| {
                Failure::refused(&ctx.context, StatusCode::UNPROCESSABLE_ENTITY, &refusal)
            })?;
            let mut parsed = parsed;
            check_origin(&req, &ctx, parsed.take("csrf"))?;
            let header = req
                .headers()
                .get("Idempotency-Key")
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            let envelope = parsed.envelope(header, digest, received_at).map_err(|refusal| {
                Failure::refused(&ctx.context, StatusCode::UNPROCESSABLE_ENTITY, &refusal)
            })?;
            let form = parsed.form.clone();
            req.extensions_mut().insert(Typed(form.clone()));
            let x = parsed.read().map_err(|refusal| {
                Failure::refused(&ctx.context, StatusCode::UNPROCESSABLE_ENTITY, &refusal)
            })?;
            Ok(Self {
                _answering: answering,
                ..Self::read(x, envelope, form)
            })
        })
    }
}

/// The lot that a bid or its withdrawal is sent for.
fn submission(req: &HttpRequest) -> Option<&str> {
    let (lot, page) = req.path().strip_prefix("/lots/")?.split_once('/')?;
    let is_submission = matches!(page, "bids" | "bids/withdrawals") && req.method() == Method::POST;
    is_submission.then_some(lot)
}

/// Cookie sessions act only from our own pages: the form's token, and the origin where it is said.
pub fn check_origin(req: &HttpRequest, ctx: &Ctx, csrf: Option<String>) -> Result<(), Failure> {
    let is_bearer = req
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("Bearer "));
    let is_cookie = ctx.context.person.is_some() && !is_bearer;
    let foreign = || Failure::plain(&ctx.context, StatusCode::FORBIDDEN, "csrf");
    if let Some(origin) = req.headers().get(ORIGIN).and_then(|value| value.to_str().ok()) {
        let host = req.connection_info().host().to_owned();
        let is_ours = origin.split_once("://").is_some_and(|(_, rest)| rest == host);
        if !is_bearer && !is_ours {
            return Err(foreign());
        }
    }
    let header = req
        .headers()
        .get("X-CSRF")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    if is_cookie && csrf.or(header).as_deref() != Some(ctx.context.csrf.as_str()) {
        return Err(foreign());
    }
    Ok(())
}

struct Parsed {
    json: Option<Map<String, Value>>,
    form: Vec<(String, String)>,
    /// Whether it may be read once more for each of its fields, to name the one that is wrong.
    is_small: bool,
}

/// The largest body, bytes, and the most fields that are tried one by one.
const TRIED: (usize, usize) = (64 << 10, 64);

fn parse(req: &HttpRequest, body: &Bytes) -> Result<Parsed, Refusal> {
    let malformed = |expected: &str| {
        Refusal::new(&FIELD_BAD)
            .fact("field", "body")
            .fact("expected", expected)
    };
    if req.content_type() == "application/x-www-form-urlencoded" {
        let form: Vec<(String, String)> =
            serde_html_form::from_bytes(body).map_err(|_| malformed("application/x-www-form-urlencoded"))?;
        if form.iter().any(|(_, value)| value.contains('\0')) {
            return Err(malformed(NO_NUL));
        }
        let is_small = body.len() <= TRIED.0 && form.len() <= TRIED.1;
        return Ok(Parsed {
            json: None,
            form,
            is_small,
        });
    }
    let of = |map: Map<String, Value>| Parsed {
        is_small: body.len() <= TRIED.0 && map.len() <= TRIED.1,
        json: Some(map),
        form: Vec::new(),
    };
    if body.is_empty() {
        return Ok(of(Map::new()));
    }
    match serde_json::from_slice(body).map(|Single(value)| value) {
        Ok(value) if has_nul(&value) => Err(malformed(NO_NUL)),
        Ok(Value::Object(map)) => Ok(of(map)),
        // several objects at once: the reader finds them under `list`
        Ok(list @ Value::Array(_)) => Ok(of(Map::from_iter([("list".to_owned(), list)]))),
        Err(e) if e.is_data() => Err(malformed(&e.to_string())),
        Ok(_) | Err(_) => Err(malformed("a JSON object")),
    }
}

/// What no database column takes.
const NO_NUL: &str = "no U+0000";

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl Parsed {
    /// Takes a member of the envelope out.
    fn take(&mut self, name: &str) -> Option<String> {
        if let Some(map) = &mut self.json {
            return match map.remove(name)? {
                Value::String(text) => Some(text),
                Value::Number(number) => Some(number.to_string()),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            };
        }
        let at = self.form.iter().position(|(key, _)| key == name)?;
        Some(self.form.remove(at).1)
    }

    /// What every act carries; of the key, the header's goes before the body's.
    fn envelope(&mut self, key: Option<String>, digest: Hash, received_at: Instant) -> Lawful<Envelope> {
        let own = self.text("idempotency_key")?;
        Ok(Envelope {
            once: Once::of(key.or(own), digest)?,
            version: self.version()?,
            password: self.text("password")?,
            digest: self.text("digest")?,
            received_at,
        })
    }

    /// Takes a text of the envelope out; one that is no text is refused, not left out.
    fn text(&mut self, name: &str) -> Lawful<Option<String>> {
        let given = self.json.as_ref().and_then(|map| map.get(name));
        let is_text = given.is_none_or(|value| value.is_string() || value.is_null());
        require(is_text, || {
            Refusal::new(&FIELD_BAD)
                .fact("field", name)
                .fact("expected", "string")
                .at(name)
        })?;
        Ok(self.take(name))
    }

    /// The version of what was seen; one that is no integer is refused, not left out.
    fn version(&mut self) -> Lawful<Option<i64>> {
        let is_given = match &self.json {
            Some(map) => map.contains_key("version"),
            None => self.form.iter().any(|(key, _)| key == "version"),
        };
        let version = self.take("version").and_then(|text| text.parse().ok());
        if is_given && version.is_none() {
            return Err(Refusal::new(&FIELD_BAD)
                .fact("field", "version")
                .fact("expected", "i64")
                .at("version"));
        }
        Ok(version)
    }

    fn read<T: DeserializeOwned>(self) -> Result<T, Refusal> {
        match self.json {
            Some(map) => read_json(map, self.is_small),
            None => read_form(self.form, self.is_small),
        }
    }
}

/// Whether a value has an integer that not every JSON reader keeps exactly, so that the journal, whose
/// form knows none, could not name it.
fn is_inexact(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let is_exact = |n: i64| (-INT_MAX..=INT_MAX).contains(&n);
            !number.is_f64() && !number.as_i64().is_some_and(is_exact)
        }
        Value::Array(items) => items.iter().any(is_inexact),
        Value::Object(map) => map.values().any(is_inexact),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

fn read_json<T: DeserializeOwned>(map: Map<String, Value>, is_small: bool) -> Result<T, Refusal> {
    if let Some((key, _)) = map.iter().find(|(_, value)| is_inexact(value)) {
        return Err(Refusal::new(&FIELD_BAD)
            .fact("field", key)
            .fact("expected", format!("an integer up to {INT_MAX}"))
            .at(key.as_str()));
    }
    let read =
        |map: Map<String, Value>| serde_json::from_value::<T>(Value::Object(map)).map_err(|e| e.to_string());
    let message = match read(map.clone()) {
        Ok(x) => return Ok(x),
        Err(message) => message,
    };
    let without = |key: &str| {
        let mut less = map.clone();
        less.remove(key);
        read(less).err()
    };
    let keys = map.keys().filter(|_| is_small);
    Err(named(&message, culprit(keys, &message, without)))
}

/// The field that a message is about: without it, the reader has another complaint or none. The
/// message itself may name a value where one expects a field.
fn culprit<'a>(
    mut keys: impl Iterator<Item = &'a String>,
    message: &str,
    without: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    keys.find(|key| without(key).as_deref() != Some(message)).cloned()
}

/// A missing or unknown field is named by the message; any other is the culprit.
pub(super) fn named(message: &str, culprit: Option<String>) -> Refusal {
    let said = || message.split('`').nth(1).map(str::to_owned);
    let is_missing = message.starts_with("missing field");
    let field = if is_missing { said() } else { culprit.or_else(said) };
    let field = field.unwrap_or_else(|| "body".to_owned());
    if is_missing {
        return Refusal::missing(field);
    }
    // the reader's own words are not people's: only what it names of the form is told
    let expected = message
        .split_once("expected ")
        .map_or(message, |(_, expected)| expected);
    let is_unknown = message.starts_with("unknown field");
    let (reason, expected) = match is_unknown {
        true if expected == message => (&FIELD_UNKNOWN, "—"),
        true => (&FIELD_UNKNOWN, expected.trim_start_matches("one of ")),
        false => (&FIELD_BAD, expected),
    };
    Refusal::new(reason)
        .fact("field", &field)
        .fact("expected", expected)
        .at(field)
}

fn read_form<T: DeserializeOwned>(form: Vec<(String, String)>, is_small: bool) -> Result<T, Refusal> {
    let mut pairs = Vec::with_capacity(form.len());
    for (key, value) in form {
        let value = value.trim().to_owned();
        if value.is_empty() {
            continue;
        }
        let bad = |expected: &str| {
            Refusal::new(&FIELD_BAD)
                .fact("field", &key)
                .fact("expected", expected)
                .at(&*key)
        };
        if let Some(stem) = key.strip_suffix("_yuan") {
            // people copy amounts with thousand marks
            let plain: String = value.chars().filter(|c| !matches!(c, ',' | '，')).collect();
            let fen = Fen::parse_yuan(&plain, &key)?;
            pairs.push((format!("{stem}_fen"), fen.0.to_string()));
        } else if key.ends_with("_at") {
            let at = Instant::parse_local(&value).ok_or_else(|| bad("YYYY-MM-DDTHH:MM"))?;
            pairs.push((key.clone(), at.0.to_string()));
        } else {
            pairs.push((key, value));
        }
    }
    read_pairs(&pairs, is_small)
}

fn read_pairs<T: DeserializeOwned>(pairs: &[(String, String)], is_small: bool) -> Result<T, Refusal> {
    let read = |pairs: &[(String, String)]| {
        let text = serde_html_form::to_string(pairs).map_err(|e| e.to_string())?;
        serde_html_form::from_str::<T>(&text).map_err(|e| e.to_string())
    };
    let message = match read(pairs) {
        Ok(x) => return Ok(x),
        Err(message) => message,
    };
    let without = |key: &str| {
        let less: Vec<_> = pairs.iter().filter(|(other, _)| other != key).cloned().collect();
        read(&less).err()
    };
    let keys = pairs.iter().map(|(key, _)| key).filter(|_| is_small);
    Err(named(&message, culprit(keys, &message, without)))
}
