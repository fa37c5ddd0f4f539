//! One door for change: an act is checked against the duty table, queued for the writer, decided
//! in a transaction, journalled in the same commit, and answered after it.
//!
//! A repeated request with the same key and digest gets the same answer; with another digest it is
//! refused. A refusal that is evidence leaves an event of its own. A commit that breaks off is
//! answered [`Error::Unknown`], never yes or no.

use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::oneshot;

use super::{Answer, App, Error};
use crate::{
    clock::{self, Clock},
    domain::{
        act::Act,
        actor::Actor,
        refusal::{
            Lawful, Refusal,
            common::{FIELD_BAD, KEY_REUSED, PASSWORD},
            require,
        },
        time::Instant,
    },
    entropy::Entropy,
    proof::canon::Hash,
    store::{
        Db, Fault, Tx, idempotency,
        tx::Payload,
        writer::{Job, Verdict, savepoint},
    },
};

/// The longest key of a request that may be repeated, bytes.
const ONCE_MAX: usize = 200;

/// A request that may be repeated: its key and what it said.
#[derive(Debug, Clone)]
pub struct Once {
    /// The `Idempotency-Key`, or the form's hidden field.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub digest: Hash,
}

impl Once {
    /// Under the key that the sender made; an empty one is none.
    ///
    /// # Errors
    /// `field.bad` for a key of more than 200 bytes.
    pub fn of(key: Option<String>, digest: Hash) -> Lawful<Option<Self>> {
        let key = key.filter(|key| !key.is_empty());
        let is_short = key.as_ref().is_none_or(|key| key.len() <= ONCE_MAX);
        require(is_short, || {
            Refusal::new(&FIELD_BAD)
                .fact("field", "idempotency_key")
                .fact("expected", format!("1-{ONCE_MAX}"))
                .at("idempotency_key")
        })?;
        Ok(key.map(|key| Self { key, digest }))
    }
}

/// What is asked: who, which act, and what the law needs to know about the asking.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who.
    pub actor: Actor,
    /// The act of the duty table.
    pub act: Act,
    /// The request's key, where it has one.
    pub once: Option<Once>,
    /// When the last byte arrived, where that instant counts; else the writer reads the clock.
    pub received_at: Option<Instant>,
    /// For a signed act: the digest of what was signed, the password having been checked.
    pub signed: Option<Hash>,
    /// The chain that an attempt refused as evidence is recorded on; else a chain of its own.
    pub chain: Option<String>,
}

impl Ask {
    /// An act of an actor, without a key.
    pub fn new(actor: Actor, act: Act) -> Self {
        Self {
            actor,
            act,
            once: None,
            received_at: None,
            signed: None,
            chain: None,
        }
    }

    /// An act of time itself.
    pub fn clock(act: Act) -> Self {
        Self::new(Actor::Clock, act)
    }

    /// Received at this instant.
    #[must_use]
    pub fn received_at(mut self, at: Instant) -> Self {
        self.received_at = Some(at);
        self
    }

    /// Refused attempts are recorded on this chain.
    #[must_use]
    pub fn on(mut self, chain: impl Into<String>) -> Self {
        self.chain = Some(chain.into());
        self
    }
}

impl App {
    /// Acts: the only way to write.
    pub async fn act<T, F>(&self, ask: Ask, decide: F) -> Answer<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    {
        ask.actor.role_for(ask.act)?;
        if ask.act.duty().is_signed && ask.signed.is_none() {
            return Err(Refusal::new(&PASSWORD).at("password").into());
        }
        if self.journal.is_stopped() {
            return Err(Fault::new(
                "journal",
                "writing is stopped: the tables are not what was signed",
            )
            .into());
        }
        let (reply, answer) = oneshot::channel();
        let job = ActJob {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            ask,
            decide: Some(decide),
            answer: Err(Error::Unknown),
            reply,
        };
        self.writer.submit(Box::new(job)).map_err(|_| Error::Unknown)?;
        answer.await.unwrap_or(Err(Error::Unknown))
    }

    /// The answer that this request got before, for use cases that spend something before they act: a
    /// link, a code. Who asks again gets the same answer, not that it is spent.
    pub async fn answered<T>(&self, ask: &Ask) -> Answer<Option<T>>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let (actor, once) = (ask.actor.clone(), ask.once.clone());
        self.view(move |db| repeated(db, &actor, once.as_ref())).await
    }

    /// Runs housekeeping on the writer that leaves no event: sessions, caches, ticks of the log.
    pub async fn maintain<T, F>(&self, work: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Answer<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Upkeep {
            work: Some(work),
            answer: Err(Error::Unknown),
            reply,
        };
        self.writer.submit(Box::new(job)).map_err(|_| Error::Unknown)?;
        answer.await.unwrap_or(Err(Error::Unknown))
    }
}

/// The answer given before to the same request.
fn repeated<T: DeserializeOwned>(db: &mut Db, actor: &Actor, once: Option<&Once>) -> Answer<Option<T>> {
    let Some(once) = once else {
        return Ok(None);
    };
    let Some(before) = idempotency::find(db, actor.token(), &once.key)? else {
        return Ok(None);
    };
    if before.digest != once.digest.to_hex() {
        return Err(Refusal::new(&KEY_REUSED)
            .fact("key", &once.key)
            .at("idempotency_key")
            .into());
    }
    Ok(Some(serde_json::from_str(&before.answer)?))
}

struct ActJob<T, F> {
    clock: Clock,
    entropy: Entropy,
    ask: Ask,
    decide: Option<F>,
    answer: Answer<T>,
    reply: oneshot::Sender<Answer<T>>,
}

impl<T, F> ActJob<T, F>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce(&mut Tx<'_>) -> Answer<T>,
{
    fn decide(&mut self, db: &mut Db, now: Instant) -> Answer<T> {
        let decide = self
            .decide
            .take()
            .ok_or_else(|| Fault::new("act", "decided twice"))?;
        let mut tx = Tx::new(db, now, &self.entropy, self.ask.actor.token());
        if let Some(digest) = &self.ask.signed {
            tx.sign(*digest);
        }
        let answer = decide(&mut tx)?;
        tx.finish()?;
        if let Some(once) = &self.ask.once {
            let text = serde_json::to_string(&answer)?;
            idempotency::insert(
                db,
                self.ask.actor.token(),
                &once.key,
                &once.digest,
                &text,
                clock::machine(),
            )?;
        }
        Ok(answer)
    }

    fn keep_evidence(&self, db: &mut Db, now: Instant, refusal: &Refusal) -> Result<(), Fault> {
        let mut tx = Tx::new(db, now, &self.entropy, self.ask.actor.token());
        let fresh = || format!("b.{}", hex::encode(self.entropy.bytes::<16>()));
        let chain = self.ask.chain.clone().unwrap_or_else(fresh);
        let facts = serde_json::json!({
            "act": self.ask.act.name(),
            "code": refusal.reason.code,
            "digest": self.ask.once.as_ref().map(|once| once.digest.to_hex()),
        });
        tx.record(
            &chain,
            Act::AttemptRefused,
            vec![Payload::facts("attempt", "attempt.refused/1", &facts)?],
        )?;
        tx.finish()?;
        Ok(())
    }
}

impl<T, F> Job for ActJob<T, F>
where
    T: Serialize + DeserializeOwned + Send,
    F: FnOnce(&mut Tx<'_>) -> Answer<T> + Send,
{
    fn run(&mut self, db: &mut Db) -> bool {
        match repeated(db, &self.ask.actor, self.ask.once.as_ref()) {
            Ok(None) => {}
            Ok(Some(answer)) => {
                self.answer = Ok(answer);
                return false;
            }
            Err(e) => {
                self.answer = Err(e);
                return false;
            }
        }
        let now = self.ask.received_at.unwrap_or_else(|| self.clock.now());
        let mut answer = Err(Error::Unknown);
        let done = savepoint(db, |db| {
            answer = self.decide(db, now);
            answer.is_ok()
        });
        self.answer = done.map_err(Error::Fault).and(answer);
        match &self.answer {
            Ok(_) => true,
            Err(Error::Refused(refusal)) if refusal.reason.evidence => self
                .keep_evidence(db, now, refusal)
                .map_err(|fault| tracing::error!(%fault, "evidence lost"))
                .is_ok(),
            Err(Error::Fault(fault)) => {
                tracing::error!(%fault, act = self.ask.act.name(), "an act failed");
                false
            }
            Err(_) => false,
        }
    }

    fn finish(self: Box<Self>, verdict: Verdict) {
        let answer = match verdict {
            Verdict::Committed => self.answer,
            Verdict::Unknown(_) | Verdict::Unreachable(_) => Err(Error::Unknown),
        };
        // the asker may have gone; the act stands all the same
        let _gone = self.reply.send(answer);
    }
}

struct Upkeep<T, F> {
    work: Option<F>,
    answer: Answer<T>,
    reply: oneshot::Sender<Answer<T>>,
}

impl<T: Send, F: FnOnce(&mut Db) -> Answer<T> + Send> Job for Upkeep<T, F> {
    fn run(&mut self, db: &mut Db) -> bool {
        if let Some(work) = self.work.take() {
            self.answer = work(db);
        }
        self.answer.is_ok()
    }

    fn finish(self: Box<Self>, verdict: Verdict) {
        let answer = match verdict {
            Verdict::Committed => self.answer,
            Verdict::Unknown(_) | Verdict::Unreachable(_) => Err(Error::Unknown),
        };
        let _gone = self.reply.send(answer);
    }
}
