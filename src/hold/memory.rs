//! What a client remembers: what it announced, which trust files it pinned, what it signed, what it
//! keeps. Nobody else's word can change it.
//!
//! In: facts, one line each, appended and on the disk before the client answers. Out: the facts.
//! Never: a line rewritten; a release that is not remembered before it leaves.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Outcome, Trouble};
use crate::{
    app::hold::Place,
    proof::{
        canon::{Hash, Object as _, Token, Whole},
        parties::Parties,
        sig::Signed,
    },
};

/// A fact, one line of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A key was made and announced.
    Announced {
        /// Where.
        at: Place,
        /// Digest of the `seal.key/1`.
        digest: Hash,
        /// `age1...`; the identity is kept under this name.
        recipient: String,
        /// Digest of the parties it was made for.
        parties: Hash,
        /// The announcement.
        signed: Whole<Signed>,
    },
    /// The parties of a tender as first seen.
    Pinned {
        /// The tender.
        tender: Token,
        /// Its parties.
        parties: Whole<Parties>,
    },
}

/// The memory of one duty.
pub struct Memory {
    path: Option<PathBuf>,
    file: Option<File>,
    is_durable: bool,
    announced: BTreeMap<Hash, (Place, String)>,
    last: BTreeMap<Place, (Hash, Whole<Signed>)>,
    pinned: BTreeMap<Token, Parties>,
}

impl Memory {
    /// Reads the file, or begins it. `is_durable`: every line is on the disk before it counts, which
    /// only a sandbox does without.
    pub fn open(path: &Path, is_durable: bool) -> Outcome<Self> {
        let mut memory = Self {
            path: Some(path.to_owned()),
            file: None,
            is_durable,
            announced: BTreeMap::new(),
            last: BTreeMap::new(),
            pinned: BTreeMap::new(),
        };
        if path.exists() {
            for (at, line) in BufReader::new(File::open(path)?).lines().enumerate() {
                let fact = serde_json::from_str(&line?)
                    .map_err(|e| Trouble::new(format!("{}:{}: {e}", path.display(), at + 1)))?;
                memory.take(fact);
            }
        }
        Ok(memory)
    }

    /// Remembers.
    pub fn note(&mut self, fact: Fact) -> Outcome<()> {
        if let Some(path) = &self.path {
            if self.file.is_none() {
                if let Some(dir) = path.parent() {
                    fs::create_dir_all(dir)?;
                }
                self.file = Some(OpenOptions::new().create(true).append(true).open(path)?);
            }
            if let Some(file) = &mut self.file {
                let mut line = serde_json::to_vec(&fact)?;
                line.push(b'\n');
                file.write_all(&line)?;
                if self.is_durable {
                    file.sync_data()?;
                }
            }
        }
        self.take(fact);
        Ok(())
    }

    fn take(&mut self, fact: Fact) {
        match fact {
            Fact::Announced {
                at,
                digest,
                recipient,
                parties,
                signed,
            } => {
                self.announced.insert(digest, (at.clone(), recipient));
                self.last.insert(at, (parties, signed));
            }
            Fact::Pinned { tender, parties } => {
                self.pinned.insert(tender, parties.0);
            }
        }
    }

    /// Under which name the identity of an announced key is kept.
    #[must_use]
    pub fn name(&self, key: &Hash) -> Option<&str> {
        self.announced.get(key).map(|(_, recipient)| recipient.as_str())
    }

    /// The last announcement for a stage, if it was made for these parties and this time.
    #[must_use]
    pub fn announcement(&self, at: &Place, parties: &Hash, not_before: i64) -> Option<&Signed> {
        let (of, signed) = self.last.get(at)?;
        let same = signed.0.x.get("not_before").and_then(Value::as_i64) == Some(not_before);
        (of == parties && same).then_some(&signed.0)
    }

    /// The parties of a tender as first seen.
    #[must_use]
    pub fn pinned(&self, tender: &Token) -> Option<&Parties> {
        self.pinned.get(tender)
    }
}

/// Refuses parties of a tender that are not those the client was given out of band: every standing
/// duty must be the same party. The owner's and the agency's entries are the tender's own, and are
/// pinned as first seen, before anything is sealed.
pub fn check_pin(standing: &Parties, parties: &Parties) -> Outcome<()> {
    parties.check()?;
    for party in &standing.parties {
        let duty = party.duty.as_str();
        if !matches!(duty, "ten" | "agency") && parties.party(duty)? != party {
            return Err(Trouble::new(format!(
                "{duty} is not the party of our own parties.json"
            )));
        }
    }
    let known = |duty: &str| matches!(duty, "ten" | "agency") || standing.party(duty).is_ok();
    match parties.parties.iter().find(|party| !known(party.duty.as_str())) {
        Some(party) => Err(Trouble::new(format!(
            "{} is not in our own parties.json",
            party.duty
        ))),
        None => Ok(()),
    }
}
