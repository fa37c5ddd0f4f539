//! Use cases. The pattern is always load, decide, save, record; a use case with a fifth idea is
//! two use cases, or the idea belongs to `domain`.
//!
//! [`App::act`] is the only way to write: one transaction, one reading of the clock, at least one
//! event. [`App::view`] is the only way to read. Both can be shared by clones.

pub mod account;
pub mod act;
pub mod addendum;
pub mod agent;
pub mod announcement;
pub mod arrival;
pub mod audit;
pub mod award;
pub mod basis;
pub mod bid;
pub mod board;
pub mod cast;
pub mod ceremony;
pub mod complaint;
pub mod consent;
pub mod contribution;
pub mod deadline;
pub mod desk;
pub mod document;
pub mod draw;
pub mod due;
pub mod duty;
pub mod evidence;
pub mod expert;
pub mod factor;
pub mod hold;
pub mod import;
pub mod incident;
pub mod interest;
pub mod invitation;
pub mod journal;
pub mod law;
pub mod leaving;
pub mod limit;
pub mod lot;
pub mod message;
pub mod notice;
pub mod objection;
pub mod opening;
pub mod organisation;
pub mod panel;
pub mod password;
pub mod personal;
pub mod platform;
pub mod project;
pub mod question;
pub mod region;
pub mod release;
pub mod review;
pub mod right;
pub mod rule;
pub mod sandbox;
pub mod scope;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod signing_key;
pub mod tender;
pub mod verify;
pub mod witness;

use std::sync::Arc;

use password::Passwords;

use crate::{
    clock::Clock,
    config::Config,
    domain::{
        refusal::{Reason, Refusal},
        time::Instant,
    },
    entropy::Entropy,
    secrets::Secrets,
    store::{Db, Fault, Store, blob::Blobs, writer::Writer},
};

pub use act::{Ask, Once};

/// Why a use case gave no answer: three kinds of no, and three of trouble.
#[derive(Debug, Clone)]
pub enum Error {
    /// The rule said no.
    Refused(Refusal),
    /// It is not there, or the asker may not know that it is.
    NotFound,
    /// The asker may know of it and may not do this.
    Forbidden,
    /// It was changed meanwhile: look again.
    Stale,
    /// Asked too often: to be asked again after so many seconds.
    Slow(u64),
    /// The outcome is not known: ask again with the same idempotency key.
    Unknown,
    /// The program or its machine is at fault.
    Fault(Fault),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<&'static Reason> for Error {
    fn from(reason: &'static Reason) -> Self {
        Self::Refused(Refusal::new(reason))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<diesel::result::Error> for Error {
    fn from(e: diesel::result::Error) -> Self {
        Self::Fault(e.into())
    }
}

impl From<crate::proof::canon::Flaw> for Error {
    fn from(flaw: crate::proof::canon::Flaw) -> Self {
        Self::Fault(flaw.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(e: serde_json::Error) -> Self {
        Self::Fault(Fault::new("json", e))
    }
}

/// The answer of a use case.
pub type Answer<T> = Result<T, Error>;

/// The platform: what every use case needs. Clones share everything.
#[derive(Clone)]
pub struct App {
    /// The database, for reading.
    pub store: Store,
    /// The law's time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// Flags and environment, read once.
    pub config: Arc<Config>,
    /// The keys of this installation.
    pub secrets: Arc<Secrets>,
    /// Passwords, computed a few at a time.
    pub passwords: Arc<Passwords>,
    /// Who asks too often waits.
    pub limits: Arc<limit::Limits>,
    /// Large ciphertext and documents.
    pub blobs: Blobs,
    /// The log.
    pub journal: Arc<journal::Journal>,
    /// One at a time does what is due; the lots left alone for now.
    turn: Arc<tokio::sync::Mutex<due::Waiting>>,
    /// Calls whoever plays the duties of a sandbox.
    pub bell: sandbox::Bell,
    /// The names of regions and specialties.
    pub gazetteer: Arc<region::Gazetteer>,
    /// Submissions received and not yet answered.
    pub in_flight: arrival::InFlight,
    /// Drawn orders of experts.
    pub orders: panel::order::Orders,
    writer: Writer,
}

impl App {
    /// Opens the database, checks it against the journal's last checkpoint, starts the writer and
    /// records the start.
    pub async fn start(config: Config, clock: Clock, entropy: Entropy) -> Answer<Self> {
        let (app, last) = Self::open(config, clock, entropy)?;
        app.record_start(last).await?;
        rule::import(&app).await?;
        app.learn_places().await?;
        // before any timed work: a gap must not let a closing run
        incident::look_back(&app).await?;
        Ok(app)
    }

    /// Opens the database and starts the writer, and records nothing: for a command beside a platform
    /// that runs. Also the latest time that the journal knows.
    pub fn open(config: Config, clock: Clock, entropy: Entropy) -> Answer<(Self, Option<i64>)> {
        platform::prepare(&config)?;
        let store = Store::open(&config.database)?;
        let origin = platform::origin(&config, &store)?;
        let secrets = Arc::new(Secrets::open(&config.secrets, &entropy)?);
        let blobs = Blobs::open(&config.data)?;
        let journal = journal::Journal::open(&config, &secrets, &entropy, &store, origin)?;
        let last = platform::last_time(&store)?;
        if let Some(last) = last {
            clock.forward_to(Instant(last));
        }
        let app = Self {
            writer: Writer::start(&config.database)?,
            passwords: Arc::new(Passwords::new(entropy.bytes())),
            limits: Arc::new(limit::Limits::new(config.sandbox)),
            journal: Arc::new(journal),
            turn: Arc::default(),
            bell: sandbox::Bell::default(),
            config: Arc::new(config),
            store,
            clock,
            entropy,
            secrets,
            blobs,
            gazetteer: Arc::default(),
            in_flight: arrival::InFlight::default(),
            orders: panel::order::Orders::default(),
        };
        Ok((app, last))
    }

    /// How many acts have no verdict yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Reads. The query runs off the async threads.
    pub async fn view<T, F>(&self, query: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Answer<T> + Send + 'static,
    {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || store.read(query))
            .await
            .map_err(|e| Fault::new("reader", e))?
    }
}
