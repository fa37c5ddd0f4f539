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
        complaint,
        contribution::{self, Given},
        hold::{self, Client, Place, Tasks},
        panel::{
            call,
            pool::{self, Wanted},
        },
        release::{self, Shown},
    },
    domain::id::Id,
    proof::{canon::Token, chain::Row, keyset::Pack, parties::Parties, release::Task, sig::Signed},
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
    /// `bid.submit/1` of one draw part.
    Contributions,
    /// `stage.release/1`.
    Releases,
    /// `share.release/1`.
    Shares,
    /// `pool.items/1`.
    Items,
    /// `expert.call/1`.
    Calls,
}

/// An object to be posted.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Its stage.
    pub stage: Token,
    /// The object.
    pub signed: Signed,
    /// The ciphertext of a contribution.
    pub ct: Option<Vec<u8>>,
}

impl Kind {
    /// The last segment of its path.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Acks => "acks",
            Self::Canaries => "canaries",
            Self::Contributions => "contributions",
            Self::Releases => "releases",
            Self::Shares => "shares",
            Self::Items => "items",
            Self::Calls => "calls",
        }
    }
}

/// What a client calls.
pub trait Platform: Sync {
    /// What the client's duty has to do, after a place of the answer before.
    fn tasks(&self, after: &str) -> impl Future<Output = Outcome<Tasks>> + Send;
    /// The parties of a tender, as the platform has them.
    fn parties(&self, tender: &Token) -> impl Future<Output = Outcome<Parties>> + Send;
    /// The key set of a stage with its proof; none while the journal is waited for.
    fn pack(&self, at: &Place) -> impl Future<Output = Outcome<Option<Pack>>> + Send;
    /// The task of a stage whose keys are asked for; none while the journal is waited for.
    fn release_task(&self, at: &Place) -> impl Future<Output = Outcome<Option<Task>>> + Send;
    /// Parts, lists and releases of that stage.
    fn shown(&self, at: &Place) -> impl Future<Output = Outcome<Shown>> + Send;
    /// The rows of a chain of bids that the list of a lot names; none of another.
    fn chain(&self, at: &Place, tx: &Token) -> impl Future<Output = Outcome<Vec<Row>>> + Send;
    /// What expert draws ask of the supervision bureau's client.
    fn wanted(&self) -> impl Future<Output = Outcome<Vec<Wanted>>> + Send;
    /// The law's time, Unix ms: the machine's own, but of a sandbox.
    fn now(&self) -> i64;
    /// Posts objects of one lot.
    fn post(
        &self,
        kind: Kind,
        lot: &Token,
        objects: Vec<Parcel>,
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
            Error::NotFound | Error::Forbidden | Error::Stale | Error::Slow(_) | Error::Unknown => {
                Self(format!("{error:?}"))
            }
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

    async fn pack(&self, at: &Place) -> Outcome<Option<Pack>> {
        let (lot, stage) = (Id(at.lot.to_string()), at.stage.to_string());
        Ok(ceremony::pack_of(self.app, lot, stage).await?)
    }

    async fn release_task(&self, at: &Place) -> Outcome<Option<Task>> {
        Ok(release::task(self.app, &Id(at.lot.to_string()), at.stage.as_str()).await?)
    }

    async fn shown(&self, at: &Place) -> Outcome<Shown> {
        Ok(release::shown(self.app, &Id(at.lot.to_string()), at.stage.as_str()).await?)
    }

    async fn chain(&self, at: &Place, tx: &Token) -> Outcome<Vec<Row>> {
        Ok(complaint::chain(self.app, &Id(at.lot.to_string()), tx.clone()).await?)
    }

    async fn wanted(&self) -> Outcome<Vec<Wanted>> {
        Ok(pool::wanted(self.app, self.client.key).await?)
    }

    fn now(&self) -> i64 {
        self.app.clock.now().0
    }

    async fn post(&self, kind: Kind, lot: &Token, objects: Vec<Parcel>) -> Outcome<Taken> {
        let lot = Id(lot.to_string());
        let mut all = Taken::default();
        match kind {
            Kind::Keys => return Ok(ceremony::announce(self.app, &lot, signed(objects)).await?),
            Kind::Acks => return Ok(ceremony::acknowledge(self.app, &lot, signed(objects)).await?),
            Kind::Canaries => return Ok(ceremony::answer_canary(self.app, &lot, signed(objects)).await?),
            Kind::Contributions => {
                let given = objects.into_iter().map(|parcel| Given {
                    signed: parcel.signed,
                    ct: parcel.ct.unwrap_or_default(),
                });
                return Ok(contribution::submit(self.app, &lot, given.collect()).await?);
            }
            Kind::Releases | Kind::Shares => {
                for parcel in objects {
                    let taken = release::take(self.app, &lot, parcel.stage.as_str(), parcel.signed).await?;
                    all.taken += taken.taken;
                    all.done.extend(taken.done);
                }
            }
            Kind::Items => {
                for parcel in objects {
                    pool::list(self.app, lot.0.clone(), parcel.signed).await?;
                    all.taken += 1;
                }
            }
            Kind::Calls => {
                for parcel in objects {
                    call::call(self.app, lot.0.clone(), parcel.signed).await?;
                    all.taken += 1;
                }
            }
        }
        Ok(all)
    }
}

fn signed(objects: Vec<Parcel>) -> Vec<Signed> {
    objects.into_iter().map(|parcel| parcel.signed).collect()
}
