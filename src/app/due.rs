//! Time's work: what is due is done, each thing at its own instant.
//!
//! In: the clock. Out: every lot due by now, advanced. Never: one lot's trouble in the way of the others.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};

use super::{
    Answer, App, Error,
    lot::{self, Advanced},
    panel,
};
use crate::{
    domain::id::Id,
    store::{self, Fault},
};

/// How many lots are woken at once.
const BATCH: usize = 100;
/// How many of them are advanced side by side, so that they share commits.
const AT_ONCE: usize = 16;
/// How often the lots due at one instant may be advanced before they count as stuck.
pub(super) const ROUNDS_MAX: usize = 10_000;

/// The lots that are due and left alone, with the size of the counted tree when they were looked at:
/// those that wait for the journal, and those in trouble.
pub type Waiting = BTreeMap<Id, u64>;

impl App {
    /// Advances every lot due by now; whether there was any. One in trouble does not hold up the
    /// others, and is tried again after the next checkpoint.
    pub async fn run_due(&self) -> Answer<bool> {
        let mut waiting = self.turn.lock().await;
        panel::library::call_due(self).await?;
        let mut trouble = None;
        for round in 0..ROUNDS_MAX {
            let counted = self.journal.counted_size();
            waiting.retain(|_, since| *since == counted);
            let (now, limit) = (self.clock.now(), BATCH + waiting.len());
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut due = self
                .view(move |db| store::tender::due(db, now, limit).map_err(Error::from))
                .await?;
            due.retain(|lot| !waiting.contains_key(&lot.id));
            if due.is_empty() {
                return trouble.map_or(Ok(round > 0), Err);
            }
            let done = stream::iter(due).map(|lot| async move {
                let done = lot::advance(self, &lot).await;
                (lot.id, done)
            });
            let done: Vec<_> = done.buffer_unordered(AT_ONCE).collect().await;
            let mut awaits = false;
            for (lot, done) in done {
                match done {
                    Ok(Advanced::Acted | Advanced::Waits) => continue,
                    Ok(Advanced::AwaitsJournal) => awaits = true,
                    Err(error) => {
                        tracing::error!(?error, lot = lot.as_str(), "a lot could not be advanced");
                        trouble = Some(error);
                    }
                }
                waiting.insert(lot, counted);
            }
            if awaits && self.config.sandbox {
                self.tick_log().await?;
            }
        }
        Err(Fault::new("worker", "lots stay due however often they are advanced").into())
    }
}
