//! The client of a duty (`op`, `sup`, `upper`, `ten`): it makes and keeps layer keys, acknowledges
//! shares, answers canaries, contributes to draws, and releases by rule (protocols A.3, A.6, B.4).
//!
//! In: tasks of the platform, the client's own trust files, keys and memory. Out: signed objects.
//! Never: a decryption for others (only whole identities, shares and canary hashes leave); a key of a
//! party taken from the platform; a release that `proof::judge` does not allow.
//!
//! [`holder::Holder`] is the whole client; [`platform::Platform`] is what it sees of the platform, in
//! process or over HTTP; [`keys::Keys`] is where its secrets lie. A sandbox plays all duties with the
//! same code ([`sandbox::Agents`]); nothing else in the server has a way to load a layer identity.

mod drill;
pub mod holder;
pub mod keys;
pub mod memory;
pub mod platform;
mod pool;
pub mod registry;
mod release;
pub mod remote;
pub mod sandbox;

/// What a client says that has to come back after the next checkpoint.
const WAITS: &str = "the journal's witness is waited for";

/// Why the client did not do something: a sentence for its keeper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble(pub String);

impl Trouble {
    /// Nothing is wrong: a later checkpoint is waited for.
    #[must_use]
    pub fn waits() -> Self {
        Self(WAITS.to_owned())
    }

    /// With its reason.
    pub fn new(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }

    /// Whether it is only a wait.
    #[must_use]
    pub fn is_wait(&self) -> bool {
        self.0 == WAITS
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

impl From<crate::proof::canon::Flaw> for Trouble {
    fn from(flaw: crate::proof::canon::Flaw) -> Self {
        Self(flaw.0)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(e: std::io::Error) -> Self {
        Self::new(e)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(e: serde_json::Error) -> Self {
        Self::new(e)
    }
}

/// What the client did, or why not.
pub type Outcome<T> = Result<T, Trouble>;
