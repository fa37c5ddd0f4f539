//! The witness's copy of the log: every entry of every tree it signed, so that nothing signed can be
//! withheld or denied later.
//!
//! In: bundles of entries from the platform. Out: one file of entries, alarms. Never: an entry
//! counted as mirrored that is not under the root that was signed.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    app::witness::Witness,
    clock,
    domain::{
        platform::Platform,
        time::{Instant, SECOND},
    },
    proof::{
        canon::{Flaw, Hash, Object as _},
        event::Entry,
        merkle::{Edge, leaf_hash},
        note::Vkey,
        tiles::{Resource, WIDTH, bundle, unbundle},
    },
    store::Fault,
};

/// How far a tick may be off the witness's clock.
const OFF_MAX: i64 = 120 * SECOND;
/// How often the mirror looks whether there is more.
const PAUSE: Duration = Duration::from_secs(2);
/// How many alarms are kept in memory for the health page.
const SHOWN: usize = 50;

/// The alarms raised so far, and how far the mirror is; clones share them.
#[derive(Clone)]
pub struct Alarms {
    file: PathBuf,
    state: Arc<Mutex<(u64, Vec<String>)>>,
}

impl Alarms {
    /// The alarms of a directory: what was raised before stays raised until the file is removed.
    pub fn open(dir: &Path) -> std::io::Result<Self> {
        let file = dir.join("alarms");
        let raised = fs::read_to_string(&file).unwrap_or_default();
        let raised = raised.lines().map(str::to_owned).collect();
        Ok(Self {
            file,
            state: Arc::new(Mutex::new((0, raised))),
        })
    }

    /// Raises one: on the log, in the file, on the health page; each sentence once.
    pub fn raise(&self, why: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.1.iter().any(|raised| raised.ends_with(why)) {
            return;
        }
        let line = format!("{} {why}", clock::machine().local_seconds());
        tracing::error!(why, "ALARM");
        let file = OpenOptions::new().create(true).append(true).open(&self.file);
        if let Err(error) = file.and_then(|mut file| writeln!(file, "{line}")) {
            tracing::error!(%error, "the alarm could not be written down");
        }
        if state.1.len() < SHOWN {
            state.1.push(line);
        }
    }

    /// How many entries are mirrored, and what was raised.
    #[must_use]
    pub fn state(&self) -> (u64, Vec<String>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The witness's clock: the machine's, and only for a sandbox the platform's.
#[derive(Clone)]
pub struct Time {
    platform: Option<String>,
}

impl Time {
    /// The clock to use for these logs.
    #[must_use]
    pub fn of(logs: &[Vkey], platform: Option<&str>) -> Self {
        let is_sandbox = !logs.is_empty() && logs.iter().all(|log| log.name().starts_with(Platform::SANDBOX));
        Self {
            platform: platform.filter(|_| is_sandbox).map(str::to_owned),
        }
    }

    /// Now.
    ///
    /// # Errors
    /// A sandbox that does not tell its time.
    pub fn now(&self) -> Result<Instant, Fault> {
        let Some(platform) = &self.platform else {
            return Ok(clock::machine());
        };
        let fault = |e: &dyn std::fmt::Display| Fault::new("clock", e);
        let url = format!("{}/clock", platform.trim_end_matches('/'));
        let mut response = ureq::get(&url).call().map_err(|e| fault(&e))?;
        let clock: serde_json::Value = response.body_mut().read_json().map_err(|e| fault(&e))?;
        let now = clock.get("now").and_then(serde_json::Value::as_i64);
        now.map(Instant).ok_or_else(|| fault(&"no time"))
    }
}

/// A mirror of one log.
pub struct Mirror {
    url: String,
    origin: String,
    file: File,
    edge: Edge,
    last: i64,
    alarms: Alarms,
    time: Time,
}

impl Mirror {
    /// The mirror of a directory, as far as it got.
    pub fn open(dir: &Path, url: &str, origin: &str, alarms: Alarms, time: Time) -> Result<Self, Fault> {
        let path = dir.join("entries");
        let bytes = if path.exists() {
            fs::read(&path)?
        } else {
            Vec::new()
        };
        let (mut edge, mut last) = (Edge::default(), i64::MIN);
        for entry in unbundle(&bytes)? {
            edge.append(leaf_hash(entry), |_| {});
            last = Entry::from_bytes(entry)?.ts;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            origin: origin.to_owned(),
            file,
            edge,
            last,
            alarms,
            time,
        })
    }

    /// Follows the witness on a thread of its own.
    pub fn follow(mut self, witness: Arc<Witness>) -> std::io::Result<()> {
        std::thread::Builder::new().name("mirror".into()).spawn(move || {
            loop {
                if let Some((size, root)) = witness.seen(&self.origin)
                    && let Err(fault) = self.catch_up(size, root)
                {
                    tracing::warn!(%fault, "mirror");
                }
                std::thread::sleep(PAUSE);
            }
        })?;
        Ok(())
    }

    /// Fetches what is missing up to a tree that was signed.
    pub fn catch_up(&mut self, size: u64, root: Hash) -> Result<(), Fault> {
        let before = self.edge.size();
        while self.edge.size() < size {
            let index = self.edge.size() / WIDTH;
            let width = (size - index * WIDTH).min(WIDTH);
            let bytes = self.fetch(Resource::Entries { index, width })?;
            let entries = unbundle(&bytes)?;
            let known = usize::try_from(self.edge.size() % WIDTH).unwrap_or_default();
            if u64::try_from(entries.len()) != Ok(width) {
                return Err(Flaw::new("a bundle of another width").into());
            }
            let fresh = entries.get(known..).unwrap_or_default();
            for entry in fresh {
                self.one(entry)?;
            }
            self.file.write_all(&bundle(fresh)?)?;
            self.file.sync_all()?;
        }
        if self.edge.size() == size {
            if self.edge.root() != root {
                self.alarms.raise(&format!(
                    "the entries up to {size} are not the tree that was signed"
                ));
            }
            // a sandbox's clock jumps: its ticks are only compared with each other
            let off = clock::machine().0.saturating_sub(self.last);
            if before < size && self.time.platform.is_none() && off.abs() > OFF_MAX {
                self.alarms
                    .raise(&format!("the tick {} is off the clock", self.last));
            }
        }
        let mut state = self.alarms.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = self.edge.size();
        Ok(())
    }

    fn one(&mut self, entry: &[u8]) -> Result<(), Fault> {
        let ts = Entry::from_bytes(entry)?.ts;
        if ts < self.last {
            self.alarms
                .raise(&format!("the time falls at entry {}: {ts}", self.edge.size()));
        }
        self.last = ts;
        self.edge.append(leaf_hash(entry), |_| {});
        Ok(())
    }

    fn fetch(&self, resource: Resource) -> Result<Vec<u8>, Fault> {
        let fault = |e: &dyn std::fmt::Display| Fault::new("mirror", e);
        let mut response = ureq::get(format!("{}/{resource}", self.url))
            .call()
            .map_err(|e| fault(&e))?;
        response.body_mut().read_to_vec().map_err(|e| fault(&e))
    }
}
