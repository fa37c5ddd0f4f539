//! Randomness, the one place that asks the operating system for it; tests fix it with a seed.

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

use crate::domain::id::Id;

/// A source of random bytes; clones share it.
#[derive(Clone)]
pub struct Entropy {
    fixed: Option<Arc<Mutex<ChaCha20Rng>>>,
}

impl Entropy {
    /// The operating system's generator.
    #[must_use]
    pub fn system() -> Self {
        Self { fixed: None }
    }

    /// A reproducible stream, for tests only: whoever knows the seed knows every key.
    #[must_use]
    pub fn fixed(seed: u8) -> Self {
        Self {
            fixed: Some(Arc::new(Mutex::new(ChaCha20Rng::from_seed([seed; 32])))),
        }
    }

    /// Fills `bytes`. The process ends when the system has no randomness: nothing here is safe
    /// without it.
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.fixed {
            Some(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(bytes),
            None => {
                if getrandom::fill(bytes).is_err() {
                    tracing::error!("the operating system gives no randomness");
                    std::process::abort();
                }
            }
        }
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A new id.
    #[must_use]
    pub fn id(&self) -> Id {
        Id::from_random(self.bytes())
    }
}
