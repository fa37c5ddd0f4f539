//! A sandbox's clock, which a jump moves through every due instant in order, and the bell that calls those
//! who play its duties.
//!
//! Never: a jump backwards, a jump of a real clock, a due tick passed over.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::{Answer, App, Ask, Error, due::ROUNDS_MAX, incident};
use crate::{
    domain::{
        act::Act,
        platform::Platform,
        refusal::{Refusal, common::FIELD_BAD},
        time::{DAY, Instant},
    },
    proof::{
        canon::Object as _,
        sig::{SecretKey, Signed},
    },
    secrets,
    store::{self, Fault, tx::Payload},
};

/// Where a sandbox keeps what its built-in duties sign with, the duty that plays every owner, and the
/// file of a duty's key.
pub const HOLDERS: &str = "holders";
/// The duty that plays every owner.
pub const OWNER: &str = "ten";
/// The file of a duty's key.
pub const DUTY_KEY: &str = "duty.key";
/// The farthest jump, in days.
const JUMP_MAX: i64 = 3660 * DAY;

/// A call to whoever plays the duties: answered with whether anything was done.
type Call = oneshot::Sender<bool>;

/// The bell that calls whoever plays the duties of a sandbox; out of a sandbox nobody hears it.
#[derive(Clone, Default)]
pub struct Bell(Arc<Mutex<Option<mpsc::UnboundedSender<Call>>>>);

impl Bell {
    /// Hears the calls from now on; who heard them before does no more.
    #[must_use]
    pub fn hear(&self) -> mpsc::UnboundedReceiver<Call> {
        let (calls, taken) = mpsc::unbounded_channel();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(calls);
        taken
    }

    /// No more calls: who hears them ends.
    pub fn dismiss(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Says that there may be something to do, without waiting for it.
    pub fn ring(&self) -> Option<oneshot::Receiver<bool>> {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let (call, answer) = oneshot::channel();
        calls.send(call).ok().map(|()| answer)
    }

    /// Lets them do what they have to do now; whether they did anything.
    pub async fn call(&self) -> bool {
        match self.ring() {
            Some(answer) => answer.await.unwrap_or(false),
            None => false,
        }
    }
}

impl App {
    /// Lets everything happen that can happen now: what is due, the log's tick, and what the duties
    /// have to do that a sandbox plays itself; until nothing is left.
    pub async fn settle(&self) -> Answer<()> {
        for _ in 0..ROUNDS_MAX {
            let mut found = self.run_due().await?;
            if self.has_pending_events().await? {
                self.tick_log().await?;
                found = true;
            }
            if !self.bell.call().await && !found {
                return Ok(());
            }
        }
        Err(Fault::new("sandbox", "it never comes to rest").into())
    }

    /// Moves a sandbox's clock to `to`, stopping at every due instant on the way: the lots due are
    /// advanced there, the log ticks there and the duties act there, as if nobody had jumped. Empty
    /// ticks on the way are left out; one ends the jump.
    pub async fn forward(&self, to: Instant) -> Answer<()> {
        self.settle().await?;
        while let Some(at) = self.next_due().await?
            && at <= to
        {
            self.clock.forward_to(at);
            self.settle().await?;
        }
        self.clock.forward_to(to);
        // a jump is no failure of the platform
        incident::beat(self).await?;
        self.settle().await?;
        self.tick_log().await
    }

    /// The next instant at which time does something to a lot or ends an invitation, if it does.
    pub async fn next_due(&self) -> Answer<Option<Instant>> {
        let now = self.clock.now();
        self.view(move |db| {
            let lot = store::tender::next_tick(db, now)?;
            let silence = store::panel::next_silence(db, now)?;
            Ok(lot.into_iter().chain(silence).min())
        })
        .await
    }

    /// What a built-in duty of a sandbox signs where elsewhere a key of its own is asked for: one
    /// `signed/1` a line. Empty where nobody plays the duty.
    pub fn built_in_signatures<'a>(
        &self,
        duty: &str,
        objects: impl Iterator<Item = &'a str>,
    ) -> Answer<String> {
        let dir = self.config.data.join(HOLDERS).join(duty);
        if !self.config.sandbox || !dir.join(DUTY_KEY).exists() {
            return Ok(String::new());
        }
        let key = SecretKey::from_seed(&*secrets::key(&dir, DUTY_KEY, &self.entropy)?);
        let mut lines = Vec::new();
        for object in objects {
            let x = serde_json::from_str(object)?;
            let sig = key.sig_of(&x)?.value()?;
            let signed = Signed { x, sig }.bytes()?;
            lines.push(String::from_utf8_lossy(&signed).into_owned());
        }
        Ok(lines.join("\n"))
    }

    /// Moves the clock of a sandbox by hand; elsewhere there is no such thing.
    pub async fn move_clock(&self, ask: Ask, to: Instant) -> Answer<()> {
        if !self.config.sandbox || !self.clock.is_sandbox() {
            return Err(Error::NotFound);
        }
        let bad = |expected: &str| {
            Refusal::new(&FIELD_BAD)
                .fact("field", "to_at")
                .fact("expected", expected)
        };
        let too_far = self.clock.now().plus(JUMP_MAX);
        self.act(ask, move |tx| {
            if to <= tx.now {
                return Err(bad(&format!("> {}", tx.now.local())).at("to_at").into());
            }
            if to > too_far {
                return Err(bad(&format!("< {}", too_far.local())).at("to_at").into());
            }
            let facts = json!({ "from_at": tx.now, "to_at": to });
            tx.record(
                Platform::ID,
                Act::ClockMoved,
                vec![Payload::facts("clock", "clock.moved/1", &facts)?],
            )?;
            Ok(())
        })
        .await?;
        self.forward(to).await
    }
}
