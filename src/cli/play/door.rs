//! The platform's front door as its clients see it: JSON over HTTP.
//!
//! In: paths, bodies, whose token. Out: answers; a refusal with its code. Never: an act sent twice
//! under two keys.

use std::{
    fmt,
    time::{Duration, Instant as Machine},
};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{app::cast::PASSWORD, domain::time::Instant, entropy::Entropy};

/// How long something asked of the built-in duties may take, on the machine's clock.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(50);

/// Why something was not done.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The platform refused, and said why.
    Refused {
        /// The status.
        status: u16,
        /// The code of the refusal.
        code: String,
        /// The sentence.
        message: String,
    },
    /// Anything else.
    Broken(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused {
                status,
                code,
                message,
            } => write!(f, "{status} {code}: {message}"),
            Self::Broken(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Trouble {}

impl Trouble {
    /// Something that is not the platform's refusal.
    pub fn broken(why: impl fmt::Display) -> Self {
        Self::Broken(why.to_string())
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Broken(_) => "",
        }
    }
}

impl From<crate::proof::canon::Flaw> for Trouble {
    fn from(flaw: crate::proof::canon::Flaw) -> Self {
        Self::broken(flaw)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(e: serde_json::Error) -> Self {
        Self::broken(e)
    }
}

/// What a party's act comes to.
pub type Done<T> = Result<T, Trouble>;

/// The front door of a platform.
#[derive(Clone)]
pub struct Door {
    url: String,
    agent: ureq::Agent,
    /// Where keys of requests and bids come from.
    pub entropy: Entropy,
}

impl Door {
    /// The door at an address.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(1)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Self {
            url: url.trim_end_matches('/').to_owned(),
            agent,
            entropy: Entropy::system(),
        }
    }

    /// The law's time.
    pub fn now(&self) -> Done<Instant> {
        let clock = self.get("/clock", "")?;
        at(&clock, "/now")
            .as_i64()
            .map(Instant)
            .ok_or_else(|| Trouble::broken("/clock"))
    }

    /// Moves a sandbox's clock forward; a time that has passed is left alone.
    pub fn forward_to(&self, to: Instant) -> Done<()> {
        if self.now()? < to {
            self.post("/sandbox/clock", "", &json!({ "to_at": to }))?;
        }
        Ok(())
    }

    /// Asks for JSON, as whoever the token is of.
    pub fn get(&self, path: &str, token: &str) -> Done<Value> {
        Ok(serde_json::from_slice(&self.bytes(path, token)?)?)
    }

    /// Asks for JSON of a known shape.
    pub fn read<T: DeserializeOwned>(&self, path: &str, token: &str) -> Done<T> {
        Ok(serde_json::from_slice(&self.bytes(path, token)?)?)
    }

    /// Asks for whatever is there.
    pub fn bytes(&self, path: &str, token: &str) -> Done<Vec<u8>> {
        self.send("GET", path, token, None, &[])
    }

    /// Acts.
    pub fn post(&self, path: &str, token: &str, body: &Value) -> Done<Value> {
        self.post_once(path, token, body, self.entropy.id().as_str())
    }

    /// Acts under a key of one's own: asked again, it is the same act.
    pub fn post_once(&self, path: &str, token: &str, body: &Value, key: &str) -> Done<Value> {
        let sent = Some(("application/json", body.to_string().into_bytes()));
        let bytes = self.send("POST", path, token, sent, &[("Idempotency-Key", key)])?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Acts with the password asked again, naming the digest of what is signed.
    pub fn sign(&self, path: &str, token: &str, body: Value, digest: &str) -> Done<Value> {
        let mut body = body;
        if let Some(members) = body.as_object_mut() {
            members.insert("password".to_owned(), json!(PASSWORD));
            members.insert("digest".to_owned(), json!(digest));
        }
        self.post(path, token, &body)
    }

    /// Sends a file.
    pub fn put(&self, path: &str, token: &str, bytes: &[u8]) -> Done<()> {
        let sent = Some(("application/octet-stream", bytes.to_vec()));
        let key = self.entropy.id();
        self.send("PUT", path, token, sent, &[("Idempotency-Key", key.as_str())])
            .map(drop)
    }

    /// Sends a piece of an upload with its leaf.
    pub fn put_piece(&self, path: &str, token: &str, bytes: &[u8], leaf: &str) -> Done<()> {
        let sent = Some(("application/octet-stream", bytes.to_vec()));
        self.send("PUT", path, token, sent, &[("X-Leaf", leaf)]).map(drop)
    }

    /// Looks again and again until there is something.
    pub fn until<T>(&self, what: &str, look: impl Fn() -> Done<Option<T>>) -> Done<T> {
        let begun = Machine::now();
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            if begun.elapsed() > PATIENCE {
                return Err(Trouble::broken(format!("waited in vain: {what}")));
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<(&str, Vec<u8>)>,
        headers: &[(&str, &str)],
    ) -> Done<Vec<u8>> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Accept", "application/json")
            .header("Accept-Language", "en");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !token.is_empty() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let bytes = match body {
            Some((kind, bytes)) => {
                request = request.header("Content-Type", kind);
                bytes
            }
            None => Vec::new(),
        };
        let request = request.body(bytes).map_err(Trouble::broken)?;
        let broken = |e: ureq::Error| Trouble::broken(format!("{method} {path}: {e}"));
        let mut response = self.agent.run(request).map_err(broken)?;
        let status = response.status().as_u16();
        let bytes = response.body_mut().read_to_vec().map_err(broken)?;
        if status < 400 {
            return Ok(bytes);
        }
        let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let text = |name: &str| {
            at(&problem, &format!("/{name}"))
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        Err(Trouble::Refused {
            status,
            code: text("code"),
            message: format!("{method} {path}: {}", text("message")),
        })
    }
}

/// A member of an answer by its path; null where it is missing.
#[must_use]
pub fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or(&Value::Null)
}

/// A text member of an answer.
pub fn text(value: &Value, name: &str) -> Done<String> {
    let found = value.get(name).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| Trouble::broken(format!("an answer without {name}: {value}")))
}
