//! Rate limits, by the machine's clock: who asks too often is told how long to wait.
//!
//! In: what is asked for and by whom (login and address, account and lot). Out: leave, or seconds to
//! wait. Never: an account locked, least of all by somebody else shortly before a deadline; so every
//! key holds the asker's own address or account.

use std::num::NonZeroU32;

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::{Answer, Error};

/// How many keys are remembered before old ones are let go.
const KEYS: usize = 50_000;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Signing in with one login from one address.
    SignIn,
    /// The password asked again of one account.
    Password,
    /// Signing in, or using one-time links, from one address.
    Address,
    /// Registering from one address.
    Registration,
    /// Searching from one address.
    Search,
    /// Acting with one account; what nobody signed in for, from one address.
    Act,
    /// Uploading and submitting to one lot with one account.
    Submission,
}

type Limiter = DefaultKeyedRateLimiter<String>;

/// The limits of a process; a sandbox, which is rehearsed at full speed, has none.
pub struct Limits {
    is_off: bool,
    sign_in: Limiter,
    password: Limiter,
    address: Limiter,
    registration: Limiter,
    search: Limiter,
    act: Limiter,
    submission: Limiter,
}

/// `burst` at once, then `per_minute`.
fn limiter(per_minute: u32, burst: u32) -> Limiter {
    let count = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    RateLimiter::dashmap(Quota::per_minute(count(per_minute)).allow_burst(count(burst)))
}

impl Limits {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(is_off: bool) -> Self {
        Self {
            is_off,
            sign_in: limiter(6, 5),
            password: limiter(20, 20),
            address: limiter(60, 60),
            registration: limiter(2, 10),
            search: limiter(240, 60),
            act: limiter(240, 240),
            submission: limiter(120, 60),
        }
    }

    /// Leave to ask.
    ///
    /// # Errors
    /// [`Error::Slow`] with at least one second, when the key has used up what it may.
    pub fn take(&self, limit: Limit, key: &str) -> Answer<()> {
        if self.is_off {
            return Ok(());
        }
        let limiter = match limit {
            Limit::SignIn => &self.sign_in,
            Limit::Password => &self.password,
            Limit::Address => &self.address,
            Limit::Registration => &self.registration,
            Limit::Search => &self.search,
            Limit::Act => &self.act,
            Limit::Submission => &self.submission,
        };
        if limiter.len() > KEYS {
            limiter.retain_recent();
        }
        // a key of any length costs the same to remember
        let key: String = key.chars().take(120).collect();
        limiter.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Error::Slow(wait.as_secs().saturating_add(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_too_often_waits_and_nobody_else_does() {
        let limits = Limits::new(false);
        for _ in 0..5 {
            limits.take(Limit::SignIn, "zhang 10.0.0.1").unwrap();
        }
        let wait = limits.take(Limit::SignIn, "zhang 10.0.0.1").unwrap_err();
        assert!(matches!(wait, Error::Slow(1..=11)), "{wait:?}");
        // the same person from elsewhere, and others from there, go on
        limits.take(Limit::SignIn, "zhang 10.0.0.2").unwrap();
        limits.take(Limit::SignIn, "li 10.0.0.1").unwrap();
    }

    #[test]
    fn a_sandbox_has_none() {
        let limits = Limits::new(true);
        assert!((0..1000).all(|_| limits.take(Limit::Registration, "x").is_ok()));
    }
}
