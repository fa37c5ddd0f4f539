//! What this installation is, and its start: a sandbox stays a sandbox, and every start is on record.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
};

use serde_json::json;

use super::{Answer, App, Ask};
use crate::{
    config::Config,
    domain::{act::Act, id::Id, platform::Platform, time::Instant},
    store::{Fault, Row as _, Store, journal, tx::Payload},
};

const NO_NAME: &str = "a new database needs the name of its journal: --origin <host>/audit/1";

/// The file of the database, where it is one and not there yet.
fn is_new_file(config: &Config) -> bool {
    let is_file = !config.database.starts_with("postgres");
    is_file && !std::path::Path::new(&config.database).exists()
}

/// Makes the directory and the file of the data, which nobody but the service's own user reads. Never: anything made for
/// a database without a name, which a later start would take for its own.
pub fn prepare(config: &Config) -> Result<(), Fault> {
    if is_new_file(config) && config.origin.is_none() && !config.sandbox {
        return Err(Fault::new("start", NO_NAME));
    }
    let mut own = fs::DirBuilder::new();
    own.recursive(true).mode(0o700).create(&config.data)?;
    if is_new_file(config) {
        // also in a directory that others may read; what SQLite puts beside it follows its mode
        let mut file = fs::OpenOptions::new();
        file.write(true)
            .create_new(true)
            .mode(0o600)
            .open(&config.database)?;
    }
    Ok(())
}

/// The origin of the journal of this database, or of a new one as the flags say; a sandbox and the
/// real thing never change into each other.
pub fn origin(config: &Config, store: &Store) -> Result<String, Fault> {
    let refused = |why: String| Fault::new("start", why);
    let known = store.read(|db| Platform::find(db, Platform::ID).map_err(Fault::from))?;
    let origin = match (&known, &config.origin) {
        (Some(platform), Some(origin)) if platform.origin != *origin => {
            let is = &platform.origin;
            return Err(refused(format!(
                "this database has the journal {is}, not {origin}"
            )));
        }
        (Some(platform), _) => platform.origin.clone(),
        (None, Some(origin)) => origin.clone(),
        (None, None) if config.sandbox => Platform::sandbox_origin(&config.public_url),
        (None, None) => {
            return Err(refused(NO_NAME.into()));
        }
    };
    let is_sandbox = known.map_or(config.sandbox, |platform| platform.sandbox);
    if is_sandbox != config.sandbox || origin.starts_with(Platform::SANDBOX) != config.sandbox {
        return Err(refused(format!(
            "a sandbox and a real platform are different things: the journal is {origin}, and --sandbox is {}",
            if config.sandbox { "given" } else { "not given" },
        )));
    }
    Ok(origin)
}

/// Whether the database of these flags is a sandbox; `None` where there is no platform yet.
pub fn is_sandbox(config: &Config) -> Result<Option<bool>, Fault> {
    if is_new_file(config) {
        return Ok(None);
    }
    let store = Store::open(&config.database)?;
    let known = store.read(|db| Platform::find(db, Platform::ID).map_err(Fault::from))?;
    Ok(known.map(|platform| platform.sandbox))
}

impl App {
    /// Records the start, after `last`, the latest time the journal knows, and places what was left over.
    pub(super) async fn record_start(&self, last: Option<i64>) -> Answer<()> {
        let (sandbox, origin) = (self.config.sandbox, self.journal.origin.clone());
        self.act(Ask::clock(Act::PlatformStarted), move |tx| {
            if Platform::find(tx.db, Platform::ID)?.is_none() {
                tx.insert(&Platform {
                    id: Id::from(Platform::ID),
                    sandbox,
                    origin,
                    created_at: tx.now,
                })?;
            }
            let facts = json!({ "version": env!("CARGO_PKG_VERSION"), "last": last });
            tx.record(
                Platform::ID,
                Act::PlatformStarted,
                vec![Payload::facts("start", "platform.started/1", &facts)?],
            )?;
            Ok(())
        })
        .await?;
        self.tick_log().await
    }
}

/// Where the time of an installation stood when it was last written to; none where there is none yet.
///
/// # Errors
/// A database that cannot be opened.
pub fn stood(config: &Config) -> Result<Option<Instant>, Fault> {
    prepare(config)?;
    Ok(last_time(&Store::open(&config.database)?)?.map(Instant))
}

/// The latest time the journal knows; the law's time goes on from there in a sandbox.
pub fn last_time(store: &Store) -> Result<Option<i64>, Fault> {
    store.read(|db| journal::last_time(db).map_err(Fault::from))
}
