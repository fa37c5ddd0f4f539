//! What a client sees of the platform: the same calls in process and over HTTP.
//!
//! In: tasks asked for, signed objects. Out: tasks, or what was taken. Never: anything trusted because
//! the platform says so; the caller checks all of it.

use std::future::Future;

use super::{Outcome, Trouble};
use crate::{
    app::{
        App, Error, ceremony,
        ceremony::Taken,
        hold::{self, Client, Tasks},
    },
    domain::id::Id,
    proof::{canon::Token, parties::Parties, sig::Signed},
};

/// What is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `seal.key/1`.
    Keys,
    /// `seal.ack/1`.
    Acks,
    /// `canary.answer/1`.
    Canaries,
}

impl Kind {
    /// The last segment of its path.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Acks => "acks",
            Self::Canaries => "canaries",
        }
    }
}

/// What a client calls.
pub trait Platform: Sync {
    /// What the client's duty has to do, after a place of the answer before.
    fn tasks(&self, after: &str) -> impl Future<Output = Outcome<Tasks>> + Send;
    /// The parties of a tender, as the platform has them.
    fn parties(&self, tender: &Token) -> impl Future<Output = Outcome<Parties>> + Send;
    /// Posts objects of one lot; all are of `stage` where one is named.
    fn post(
        &self,
        kind: Kind,
        lot: &Token,
        objects: Vec<(Token, Signed)>,
    ) -> impl Future<Output = Outcome<Taken>> + Send;
}

/// The platform in the same process.
pub struct Direct<'a> {
    app: &'a App,
    client: Client,
}

impl<'a> Direct<'a> {
    /// For one client.
    #[must_use]
    pub fn new(app: &'a App, client: Client) -> Self {
        Self { app, client }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                let facts: Vec<String> = refusal
                    .facts
                    .iter()
                    .map(|(name, value)| format!("{name}: {value}"))
                    .collect();
                Self(format!("{} ({})", refusal.reason.code, facts.join(", ")))
            }
            Error::Fault(fault) => Self::new(fault),
            Error::NotFound | Error::Forbidden | Error::Stale | Error::Unknown => Self(format!("{error:?}")),
        }
    }
}

impl Platform for Direct<'_> {
    async fn tasks(&self, after: &str) -> Outcome<Tasks> {
        Ok(hold::tasks(self.app, self.client.clone(), after.to_owned()).await?)
    }

    async fn parties(&self, tender: &Token) -> Outcome<Parties> {
        Ok(ceremony::parties_of_tender(self.app, &Id(tender.to_string())).await?)
    }

    async fn post(&self, kind: Kind, lot: &Token, objects: Vec<(Token, Signed)>) -> Outcome<Taken> {
        let lot = Id(lot.to_string());
        let objects = objects.into_iter().map(|(_, signed)| signed).collect();
        let taken = match kind {
            Kind::Keys => ceremony::announce(self.app, &lot, objects).await,
            Kind::Acks => ceremony::acknowledge(self.app, &lot, objects).await,
            Kind::Canaries => ceremony::answer_canary(self.app, &lot, objects).await,
        };
        Ok(taken?)
    }
}
