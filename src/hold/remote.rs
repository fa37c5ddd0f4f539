//! The platform over HTTP, as a duty's own machine sees it.
//!
//! In: the platform's address, the duty's key to show who asks. Out: tasks, or what was taken. Never: a
//! wait without an end; an answer believed.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    Outcome, Trouble,
    platform::{Kind, Parcel, Platform},
};
use crate::{
    app::{
        ceremony::Taken,
        hold::{HoldAsk, Place, Tasks},
        panel::pool::Wanted,
        release::Shown,
    },
    clock,
    domain::time::Instant,
    entropy::Entropy,
    proof::{
        canon::{Base64, Object as _, Token},
        chain::Row,
        keyset::Pack,
        parties::Parties,
        release::Task,
        sig::SecretKey,
    },
};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// The largest answer: the parts of 800 bids.
const ANSWER_MAX: u64 = 64 << 20;
/// How many objects go into one request.
const BATCH: usize = 50;

/// Where a client takes the law's time from.
pub type Clock = Arc<dyn Fn() -> Outcome<Instant> + Send + Sync>;

/// The platform behind an address.
pub struct Remote {
    line: Arc<Line>,
    clock: Clock,
}

struct Line {
    server: String,
    duty: Token,
    key: SecretKey,
    agent: ureq::Agent,
    entropy: Entropy,
}

impl Remote {
    /// The platform at `server`, asked by a duty with its key.
    #[must_use]
    pub fn new(server: &str, duty: Token, key: SecretKey, clock: Clock) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        let line = Line {
            server: server.trim_end_matches('/').to_owned(),
            duty,
            key,
            agent,
            entropy: Entropy::system(),
        };
        Self {
            line: Arc::new(line),
            clock,
        }
    }

    /// What a path gives; none for 202.
    async fn get(&self, path: String, query: String) -> Outcome<Option<Value>> {
        let line = self.line.clone();
        let asked = tokio::task::spawn_blocking(move || line.get(&path, &query));
        asked.await.map_err(Trouble::new)?
    }

    async fn read<T: DeserializeOwned>(&self, path: String, query: String) -> Outcome<T> {
        let value = self.get(path, query).await?;
        Ok(serde_json::from_value(value.unwrap_or_default())?)
    }

    async fn send(&self, path: String, body: Value) -> Outcome<Value> {
        let line = self.line.clone();
        let sent = tokio::task::spawn_blocking(move || line.post(&path, &body));
        sent.await.map_err(Trouble::new)?
    }
}

impl Line {
    fn get(&self, path: &str, query: &str) -> Outcome<Option<Value>> {
        let ask = HoldAsk {
            duty: self.duty.clone(),
            path: path.to_owned(),
            at: clock::machine().0,
        };
        let shown = STANDARD.encode(self.key.sign_object(&ask)?.bytes()?);
        let request = self
            .agent
            .get(format!("{}{path}{query}", self.server))
            .header("Accept", "application/json")
            .header("Authorization", format!("Tianping {shown}"));
        let response = request.call();
        let response = response.map_err(|e| Trouble::new(format!("{}{path}: {e}", self.server)))?;
        if response.status().as_u16() == 202 {
            return Ok(None);
        }
        read(path, response).map(Some)
    }

    fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let request = self
            .agent
            .post(format!("{}{path}", self.server))
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", self.entropy.id().as_str());
        let response = request.send(serde_json::to_vec(body)?);
        let response = response.map_err(|e| Trouble::new(format!("{}{path}: {e}", self.server)))?;
        read(path, response)
    }
}

/// The JSON of an answer; of an error its code and its words.
fn read(path: &str, mut response: ureq::http::Response<ureq::Body>) -> Outcome<Value> {
    let status = response.status();
    let bytes = response
        .body_mut()
        .with_config()
        .limit(ANSWER_MAX)
        .read_to_vec()
        .map_err(|e| Trouble::new(format!("{path}: {e}")))?;
    let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if status.is_success() {
        return Ok(value);
    }
    let said = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let words = format!("{path}: {status} {} {}", said("code"), said("message"));
    Err(Trouble::new(words.trim_end()))
}

fn path_of(kind: Kind, lot: &Token, stage: &Token) -> String {
    if kind == Kind::Calls {
        return format!("/lots/{lot}/panel/calls");
    }
    format!("/lots/{lot}/stages/{stage}/{}", kind.word())
}

fn body_of(parcel: &Parcel) -> Outcome<Value> {
    let signed = parcel.signed.value()?;
    Ok(match &parcel.ct {
        Some(ct) => json!({ "signed": signed, "ct": Base64(ct.clone()) }),
        None => signed,
    })
}

impl Platform for Remote {
    async fn tasks(&self, after: &str) -> Outcome<Tasks> {
        let query = if after.is_empty() {
            String::new()
        } else {
            format!("?after={after}")
        };
        self.read(format!("/duties/{}/tasks", self.line.duty), query)
            .await
    }

    async fn parties(&self, tender: &Token) -> Outcome<Parties> {
        let value = self.get(format!("/tenders/{tender}/parties.json"), String::new());
        Ok(Parties::from_value(&value.await?.unwrap_or_default())?)
    }

    async fn pack(&self, at: &Place) -> Outcome<Option<Pack>> {
        let value = self.get(format!("/lots/{}/keysets/{}", at.lot, at.stage), String::new());
        let value = value.await?;
        Ok(value.map(|value| Pack::from_value(&value)).transpose()?)
    }

    async fn release_task(&self, at: &Place) -> Outcome<Option<Task>> {
        let path = path_of(Kind::Releases, &at.lot, &at.stage);
        let value = self.get(path, String::new()).await?;
        Ok(value.map(|value| Task::from_value(&value)).transpose()?)
    }

    async fn shown(&self, at: &Place) -> Outcome<Shown> {
        self.read(
            format!("/lots/{}/stages/{}/parts", at.lot, at.stage),
            String::new(),
        )
        .await
    }

    async fn chain(&self, at: &Place, tx: &Token) -> Outcome<Vec<Row>> {
        let path = format!("/lots/{}/stages/{}/chains/{tx}", at.lot, at.stage);
        self.read(path, String::new()).await
    }

    async fn wanted(&self) -> Outcome<Vec<Wanted>> {
        self.read("/duties/sup/panels".to_owned(), String::new()).await
    }

    fn now(&self) -> i64 {
        // a time that cannot be told is before everything: nothing is released
        (self.clock)().map_or(0, |now| now.0)
    }

    async fn post(&self, kind: Kind, lot: &Token, objects: Vec<Parcel>) -> Outcome<Taken> {
        let mut all = Taken::default();
        let mut left = objects.as_slice();
        while let Some(first) = left.first() {
            let same = left.iter().take_while(|parcel| parcel.stage == first.stage);
            let n = same.take(BATCH).count();
            let (these, rest) = left.split_at(n);
            let body = these.iter().map(body_of).collect::<Outcome<Vec<_>>>()?;
            let answer = self
                .send(path_of(kind, lot, &first.stage), Value::Array(body))
                .await?;
            match serde_json::from_value::<Taken>(answer) {
                Ok(taken) => {
                    all.taken += taken.taken;
                    all.done.extend(taken.done);
                }
                // lists and calls of experts answer in their own shape
                Err(_) => all.taken += n,
            }
            left = rest;
        }
        Ok(all)
    }
}
