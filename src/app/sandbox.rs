//! Time's work: what is due is done, each thing at its own instant; and a sandbox's clock, which a
//! jump moves through every due instant in order.
//!
//! Never: a jump backwards, a jump of a real clock, a due tick passed over.

use serde_json::json;

use super::{Answer, App, Ask, Error, incident, lot};
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
    store::{Fault, tender, tx::Payload},
};

/// Where a sandbox keeps what its built-in duties sign with, the duty that plays every owner, and the
/// file of a duty's key.
pub const HOLDERS: &str = "holders";
/// The duty that plays every owner.
pub const OWNER: &str = "ten";
/// The file of a duty's key.
pub const DUTY_KEY: &str = "duty.key";
/// How many lots are woken at once.
const BATCH: i64 = 100;
/// How often the lots due at one instant may be advanced before they count as stuck.
const ROUNDS_MAX: usize = 10_000;
/// The farthest jump, in days.
const JUMP_MAX: i64 = 3660 * DAY;

impl App {
    /// Advances every lot due by now; whether there was any.
    pub async fn run_due(&self) -> Answer<bool> {
        let _turn = self.turn.lock().await;
        let mut found = false;
        for _ in 0..ROUNDS_MAX {
            let now = self.clock.now();
            let due = self
                .view(move |db| tender::due(db, now, BATCH).map_err(Error::from))
                .await?;
            if due.is_empty() {
                return Ok(found);
            }
            found = true;
            for lot in due {
                // one lot in trouble must not hold up the others
                if let Err(error) = lot::advance(self, &lot).await {
                    tracing::error!(?error, lot = lot.id.as_str(), "a lot could not be advanced");
                    return Err(error);
                }
            }
        }
        Err(Fault::new("worker", "lots stay due however often they are advanced").into())
    }

    /// Moves a sandbox's clock to `to`, stopping at every due instant on the way: the lots due are
    /// advanced there and the log ticks there, as if nobody had jumped. Empty ticks on the way are
    /// left out; one ends the jump.
    pub async fn forward(&self, to: Instant) -> Answer<()> {
        if self.has_pending_events().await? {
            self.tick_log().await?;
        }
        while let Some(at) = self.next_due().await?
            && at <= to
        {
            self.clock.forward_to(at);
            self.run_due().await?;
            if self.has_pending_events().await? {
                self.tick_log().await?;
            }
        }
        self.clock.forward_to(to);
        // a jump is no failure of the platform
        incident::beat(self).await?;
        self.tick_log().await
    }

    /// The next instant at which time does something to a lot, if it does.
    pub async fn next_due(&self) -> Answer<Option<Instant>> {
        self.view(|db| tender::next_tick(db).map_err(Error::from)).await
    }

    /// What the built-in owner of a sandbox signs where elsewhere an owner's key is asked for: one
    /// `signed/1` a line. Empty where nobody plays the owner.
    pub fn built_in_signatures<'a>(&self, objects: impl Iterator<Item = &'a str>) -> Answer<String> {
        let dir = self.config.data.join(HOLDERS).join(OWNER);
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
