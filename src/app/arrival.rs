//! What has arrived in time and is not answered yet: no deadline is acted upon before it is.
//!
//! In: the instant of a request's last byte. Out: whether everything before a deadline has its answer.
//! Never: a request counted later than its last byte arrived.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    clock::Clock,
    domain::{id::Id, time::Instant},
};

/// How long the closing waits for submissions received in time and not yet answered (A.6).
const PATIENCE: Duration = Duration::from_secs(10);

/// Submissions whose last byte has arrived and which have no answer yet, per lot.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<BTreeMap<(String, i64), usize>>>);

/// One of them; it counts until this is dropped.
#[derive(Debug)]
pub struct Answering {
    all: InFlight,
    key: (String, i64),
}

impl InFlight {
    /// The instant at which the last byte of a request has arrived; where it is a submission for a lot,
    /// it counts from that very instant: no closing looks between the clock and the count.
    #[must_use]
    pub fn arrive(&self, clock: &Clock, lot: Option<&str>) -> (Instant, Option<Answering>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.now();
        let answering = lot.map(|lot| {
            let key = (lot.to_owned(), now.0);
            *all.entry(key.clone()).or_default() += 1;
            Answering {
                all: self.clone(),
                key,
            }
        });
        (now, answering)
    }

    /// Whether everything received for a lot before a deadline is answered.
    #[must_use]
    pub fn is_settled(&self, lot: &str, deadline: Instant) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !all.keys().any(|(of, at)| of == lot && *at < deadline.0)
    }

    /// Waits until nothing received before the deadline is unanswered, for ten seconds at most.
    pub async fn settle(&self, lot: &Id, deadline: Instant) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !self.is_settled(lot.as_str(), deadline) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        if waited.await.is_err() {
            tracing::error!(%lot, "closing with a submission unanswered; the supervisor decides about it");
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = all.get(&self.key).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            all.remove(&self.key);
        } else {
            all.insert(self.key.clone(), left);
        }
    }
}
