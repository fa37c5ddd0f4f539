//! Passwords: argon2id, a few at a time, in memory that is kept.
//!
//! In: a password, and the hash on record. Out: whether it is the one, or a hash for a new one. Never:
//! more memory than a few computations take, however many people sign in at once; a reader's
//! connection held meanwhile.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use tokio::sync::Semaphore;

use super::Answer;
use crate::{entropy::Entropy, proof::canon::Hash, store::Fault};

/// The most passwords that are computed at the same time; the others wait for their turn.
const AT_ONCE: usize = 4;
/// How many accepted passwords are remembered.
const SEEN_MAX: usize = 10_000;

/// The passwords of a process.
pub struct Passwords {
    /// Under which accepted passwords are remembered; it never leaves memory.
    key: [u8; 32],
    /// Passwords that argon2 accepted in this process, so that signing twenty papers does not cost
    /// twenty times 20 MB: by hash, a keyed digest of hash and password.
    seen: Mutex<HashMap<String, [u8; 32]>>,
    turns: Semaphore,
    memory: Mutex<Vec<Vec<Block>>>,
}

/// Half the processors, so that people who sign in leave the other half to those who bid.
fn at_once() -> usize {
    let n = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (n / 2).clamp(1, AT_ONCE)
}

fn fault(e: impl std::fmt::Display) -> Fault {
    Fault::new("argon2", e)
}

impl Passwords {
    /// Nothing seen yet, under a fresh key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            seen: Mutex::default(),
            turns: Semaphore::new(at_once()),
            memory: Mutex::default(),
        }
    }

    /// Whether the password is the one of the hash.
    ///
    /// # Errors
    /// A thread that ended.
    pub async fn verify(self: &Arc<Self>, hash: &str, password: &str) -> Answer<bool> {
        // a keyed digest that never leaves memory: the key stands on both sides
        let mark = Hash::of(&[&self.key, hash.as_bytes(), b"\n", password.as_bytes(), &self.key]).0;
        if self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(hash) == Some(&mark) {
            return Ok(true);
        }
        let Ok(parsed) = PasswordHash::new(hash) else {
            return Ok(false);
        };
        let (Some(salt), Some(expected), Ok(params)) = (parsed.salt, parsed.hash, Params::try_from(&parsed))
        else {
            return Ok(false);
        };
        let is_right = self.compute(params, salt, password).await? == expected;
        if is_right {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.len() >= SEEN_MAX {
                seen.clear();
            }
            seen.insert(hash.to_owned(), mark);
        }
        Ok(is_right)
    }

    /// The argon2id hash of a new password, in PHC's form.
    ///
    /// # Errors
    /// A thread that ended.
    pub async fn hash(self: &Arc<Self>, entropy: &Entropy, password: &str) -> Answer<String> {
        let params = Params::default();
        let salt = Salt::new(&entropy.bytes::<16>()).map_err(fault)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::default().into()),
            params: ParamsString::try_from(&params).map_err(fault)?,
            salt: Some(salt),
            hash: Some(self.compute(params, salt, password).await?),
        };
        Ok(hash.to_string())
    }

    /// Computes off the async threads, when it is its turn.
    async fn compute(self: &Arc<Self>, params: Params, salt: Salt, password: &str) -> Result<Output, Fault> {
        let (own, password) = (self.clone(), password.to_owned());
        let _turn = self.turns.acquire().await.map_err(fault)?;
        let done = tokio::task::spawn_blocking(move || {
            let kept = own.memory.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut memory = kept.unwrap_or_default();
            memory.resize(params.block_count(), Block::default());
            let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::default(), params);
            let done =
                argon2.hash_password_into_with_memory(password.as_bytes(), &salt, &mut out, &mut memory);
            memory.fill(Block::default());
            own.memory
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(memory);
            done.map_err(fault)?;
            Output::new(&out).map_err(fault)
        });
        done.await.map_err(fault)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_password_is_its_own_and_no_others() {
        let passwords = Arc::new(Passwords::new([7; 32]));
        let hash = passwords.hash(&Entropy::fixed(1), "correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for (password, expected) in [
            ("wrong", false),
            ("correct horse", true),
            ("correct horse", true),
            ("", false),
        ] {
            assert_eq!(
                passwords.verify(&hash, password).await.unwrap(),
                expected,
                "{password}"
            );
        }
        assert!(!passwords.verify("", "").await.unwrap());
        let again = passwords.hash(&Entropy::fixed(2), "correct horse").await.unwrap();
        assert_ne!(hash, again);
        assert!(passwords.verify(&again, "correct horse").await.unwrap());
    }
}
