//! The law's clock, the one place that reads the machine's.
//!
//! Out of a sandbox the law's time is the machine's. In a sandbox it is the machine's plus an
//! offset that only grows, and a jump stops at every due instant on its way (`app::sandbox`).
//! Tokens, sessions, second factors, rate limits, leases and mail always use [`machine`].

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crate::domain::time::Instant;

/// The machine's time, Unix milliseconds.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub fn machine() -> Instant {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A source of the law's time; clones share it.
#[derive(Debug, Clone)]
pub struct Clock {
    offset: Option<Arc<AtomicI64>>,
    frozen: bool,
}

impl Clock {
    /// The machine's own time.
    #[must_use]
    pub fn real() -> Self {
        Self {
            offset: None,
            frozen: false,
        }
    }

    /// A sandbox clock that reads `at` now and goes on from there.
    #[must_use]
    pub fn sandbox(at: Instant) -> Self {
        Self {
            offset: Some(Arc::new(AtomicI64::new(at.0 - machine().0))),
            frozen: false,
        }
    }

    /// A clock that stands still between jumps, for tests and the rehearsal.
    #[must_use]
    pub fn standing(at: Instant) -> Self {
        Self {
            offset: Some(Arc::new(AtomicI64::new(at.0))),
            frozen: true,
        }
    }

    /// Whether time can be moved by hand.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.offset.is_some()
    }

    /// The law's time now.
    #[must_use]
    pub fn now(&self) -> Instant {
        let offset = self
            .offset
            .as_ref()
            .map_or(0, |offset| offset.load(Ordering::SeqCst));
        if self.frozen {
            Instant(offset)
        } else {
            machine().plus(offset)
        }
    }

    /// Moves a sandbox clock forward to `at`; earlier instants and real clocks are left alone.
    pub fn forward_to(&self, at: Instant) {
        if let Some(offset) = &self.offset {
            let base = if self.frozen { 0 } else { machine().0 };
            offset.fetch_max(at.0 - base, Ordering::SeqCst);
        }
    }
}
