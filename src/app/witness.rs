//! A witness at work: the same for the command on the supervision bureau's machine and for the one
//! that a sandbox runs in process.
//!
//! Its key and what it saw of each log lie in a directory of its own; the state is on disk before
//! an answer leaves. A lost directory means a new key, so that no one signs two histories.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{
    domain::time::Instant,
    entropy::Entropy,
    proof::{
        canon::{Flaw, Hash},
        note::{Checkpoint, KeyType, NoteSignature, Vkey},
        sig::SecretKey,
        witness::{AddCheckpoint, Refused},
    },
    secrets::{key, replace_private},
    store::Fault,
};

/// Why there is no cosignature.
#[derive(Debug)]
pub enum Silence {
    /// The protocol says no.
    Refused(Refused),
    /// The witness's own machine is at fault.
    Fault(Fault),
}

impl From<Refused> for Silence {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Fault> for Silence {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Flaw> for Silence {
    fn from(flaw: Flaw) -> Self {
        Self::Fault(flaw.into())
    }
}

/// What was seen of each log: origin -> size and root.
type Seen = BTreeMap<String, (u64, Hash)>;

/// A witness with its key and its memory.
pub struct Witness {
    name: String,
    key: SecretKey,
    state: PathBuf,
    logs: Vec<Vkey>,
    seen: Mutex<Seen>,
}

impl Witness {
    /// The witness of a directory, made when it is empty.
    pub fn open(dir: &Path, name: &str, entropy: &Entropy) -> Result<Self, Fault> {
        fs::create_dir_all(dir)?;
        let state = dir.join("state");
        if dir.join("witness.key").exists() != state.exists() {
            return Err(Fault::new(
                "witness",
                "key or state is missing: a lost store means a new key, in a new directory",
            ));
        }
        if !state.exists() {
            replace_private(&state, b"")?;
        }
        let seed = key(dir, "witness.key", entropy)?;
        Ok(Self {
            name: name.to_owned(),
            key: SecretKey::from_seed(&seed),
            seen: Mutex::new(read(&fs::read_to_string(&state)?)?),
            state,
            logs: Vec::new(),
        })
    }

    /// Its key, for the trust file.
    pub fn vkey(&self) -> Result<Vkey, Flaw> {
        Vkey::new(&self.name, KeyType::Cosignature, self.key.public())
    }

    /// Watches these logs.
    #[must_use]
    pub fn watching(mut self, logs: &[Vkey]) -> Self {
        self.logs = logs.to_vec();
        self
    }

    /// What it saw of a log last.
    #[must_use]
    pub fn seen(&self, origin: &str) -> Option<(u64, Hash)> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(origin).copied()
    }

    /// Answers `POST /add-checkpoint`: the cosignature line, and the checkpoint it is for.
    pub fn add_checkpoint(&self, body: &str, now: Instant) -> Result<(String, Checkpoint), Silence> {
        let request: AddCheckpoint = body.parse().map_err(|e: Flaw| Refused::Malformed(e.0))?;
        // held throughout: two requests at once must not both continue one tree
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = request.checkpoint.text.lines().next().unwrap_or_default();
        let new = request.check(&self.logs, seen.get(origin).copied())?;
        let mut next = seen.clone();
        next.insert(new.origin.clone(), (new.size, new.root));
        replace_private(&self.state, write(&next).as_bytes())?;
        *seen = next;
        let time = u64::try_from(now.0 / 1000).unwrap_or(0);
        let line = NoteSignature::cosign(&self.name, &self.key, &request.checkpoint.text, time)?;
        Ok((format!("{line}\n"), new))
    }
}

fn write(seen: &Seen) -> String {
    let line = |(origin, (size, root)): (&String, &(u64, Hash))| format!("{origin} {size} {root}\n");
    seen.iter().map(line).collect()
}

fn read(text: &str) -> Result<Seen, Fault> {
    let line = |line: &str| {
        let mut words = line.split(' ');
        let (Some(origin), Some(size), Some(root), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Flaw::new(format!("not a line of the state: {line:?}")));
        };
        let size = crate::proof::canon::decimal(size)?;
        Ok((origin.to_owned(), (size, Hash::from_hex(root)?)))
    };
    Ok(text.lines().map(line).collect::<Result<_, Flaw>>()?)
}
