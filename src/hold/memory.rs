//! What a client remembers: what it announced, which trust files it pinned, what it signed, what it
//! keeps. Nobody else's word can change it.
//!
//! In: facts, one line each, appended and on the disk before the client answers. Out: the facts.
//! Never: a line rewritten; a release that is not remembered before it leaves.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    fs::{self, File, OpenOptions},
    io::{BufRead as _, BufReader, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Outcome, Trouble};
use crate::{
    app::hold::Place,
    proof::{
        canon::{Hash, Object as _, Token, Whole},
        complaint::Complaint,
        parties::Parties,
        sig::Signed,
        warrant,
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
    /// A share of a holder's key was checked and acknowledged.
    Acknowledged {
        /// Where.
        at: Place,
        /// The holder.
        holder: Token,
    },
    /// The parties of a tender as first seen.
    Pinned {
        /// The tender.
        tender: Token,
        /// Its parties.
        parties: Whole<Parties>,
    },
    /// A key or a share was released.
    Released {
        /// Where.
        at: Place,
        /// c of the event it was for.
        event: Hash,
        /// Digest of the list of bids, where there is one.
        list: Option<Hash>,
    },
    /// The pool of an expert draw was blinded; its key is kept under [`pool_name`].
    Pooled {
        /// The draw id.
        draw: Token,
        /// The attempt.
        attempt: u64,
        /// The numbers of those who may be drawn.
        experts: Vec<Token>,
    },
    /// The experts of a draw were resolved up to this position.
    Called {
        /// The draw id.
        draw: Token,
        /// The attempt.
        attempt: u64,
        /// The position, from 1.
        position: u64,
    },
}

/// The name under which the key of a pool is kept.
#[must_use]
pub fn pool_name(draw: &Token, attempt: u64) -> String {
    format!("pool.{draw}.{attempt}")
}

/// The last announcement for a stage. A duty remembers thousands, so as text.
struct Last {
    digest: Hash,
    parties: Hash,
    signed: String,
}

/// The memory of one duty.
pub struct Memory {
    path: Option<PathBuf>,
    file: Option<File>,
    is_durable: bool,
    announced: BTreeMap<Hash, (Place, String)>,
    last: BTreeMap<Place, Last>,
    shares: BTreeSet<(Place, Token)>,
    /// By tender, the digest of its parties; most tenders of an owner have the same.
    pinned: BTreeMap<Token, Hash>,
    parties: BTreeMap<Hash, Parties>,
    /// By tender, what a release is judged by.
    released: BTreeMap<Token, warrant::Memory>,
    /// The numbers, one a line.
    pools: BTreeMap<(Token, u64), String>,
    called: BTreeMap<(Token, u64), u64>,
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
            shares: BTreeSet::new(),
            pinned: BTreeMap::new(),
            parties: BTreeMap::new(),
            released: BTreeMap::new(),
            pools: BTreeMap::new(),
            called: BTreeMap::new(),
        };
        if path.exists() {
            for (at, line) in BufReader::new(File::open(path)?).lines().enumerate() {
                let fact = serde_json::from_str(&line?)
                    .map_err(|e| Trouble::new(format!("{}:{}: {e}", path.display(), at + 1)))?;
                memory.take(fact)?;
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
        self.take(fact)
    }

    fn take(&mut self, fact: Fact) -> Outcome<()> {
        match fact {
            Fact::Announced {
                at,
                digest,
                recipient,
                parties,
                signed,
            } => {
                self.announced.insert(digest, (at.clone(), recipient));
                let signed = serde_json::to_string(&signed)?;
                let last = Last {
                    digest,
                    parties,
                    signed,
                };
                self.last.insert(at, last);
            }
            Fact::Acknowledged { at, holder } => {
                self.shares.insert((at, holder));
            }
            Fact::Pinned { tender, parties } => {
                let digest = parties.0.digest()?;
                self.pinned.insert(tender, digest);
                self.parties.entry(digest).or_insert(parties.0);
            }
            Fact::Released { at, event, list } => {
                let of = self.released.entry(at.tender.clone()).or_default();
                if let Some(list) = list {
                    let lot = (at.tender.clone(), at.lot.clone());
                    of.lists.entry(lot).or_insert(list);
                }
                of.released.insert(at.stage(), event);
            }
            Fact::Pooled {
                draw,
                attempt,
                experts,
            } => {
                let numbers: Vec<&str> = experts.iter().map(Token::as_str).collect();
                self.pools.insert((draw, attempt), numbers.join("\n"));
            }
            Fact::Called {
                draw,
                attempt,
                position,
            } => {
                let last = self.called.entry((draw, attempt)).or_default();
                *last = position.max(*last);
            }
        }
        Ok(())
    }

    /// Under which name the identity of an announced key is kept.
    #[must_use]
    pub fn name(&self, key: &Hash) -> Option<&str> {
        self.announced.get(key).map(|(_, recipient)| recipient.as_str())
    }

    /// The keys that count for their stages: where, and under which name the identity is kept.
    pub fn own(&self) -> impl Iterator<Item = (&Place, &str)> {
        self.announced.iter().filter_map(|(digest, (at, name))| {
            let is_last = self.last.get(at)?.digest == *digest;
            is_last.then_some((at, name.as_str()))
        })
    }

    /// The shares in custody: where, and of whose key.
    pub fn shares(&self) -> impl Iterator<Item = (&Place, &Token)> {
        self.shares.iter().map(|(at, holder)| (at, holder))
    }

    /// Whether this client released something of the stage.
    #[must_use]
    pub fn has_released(&self, at: &Place) -> bool {
        let of = self.released.get(&at.tender);
        of.is_some_and(|of| of.released.contains_key(&at.stage()))
    }

    /// The last announcement for a stage, if it was made for these parties and this time.
    #[must_use]
    pub fn announcement(&self, at: &Place, parties: &Hash, not_before: i64) -> Option<Signed> {
        let last = self.last.get(at).filter(|last| last.parties == *parties)?;
        let signed: Whole<Signed> = serde_json::from_str(&last.signed).ok()?;
        let same = signed.0.x.get("not_before").and_then(Value::as_i64) == Some(not_before);
        same.then_some(signed.0)
    }

    /// What a release of the tender is judged by, of what this client remembers itself.
    #[must_use]
    pub fn judged_by(&self, tender: &Token) -> warrant::Memory {
        self.released.get(tender).cloned().unwrap_or_default()
    }

    /// The complaints that its keeper put beside the memory, in `complaints/*.json`, because the platform
    /// would not take them. One that cannot be read is a trouble, never passed over.
    pub fn complaints(&self) -> Outcome<Vec<Complaint>> {
        let dir = self.path.as_deref().and_then(Path::parent);
        let Some(dir) = dir.map(|dir| dir.join("complaints")) else {
            return Ok(Vec::new());
        };
        let entries = match fs::read_dir(&dir) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|end| end != "json") {
                continue;
            }
            let named = |why: &dyn Display| Trouble::new(format!("{}: {why}", path.display()));
            let bytes = fs::read(&path).map_err(|e| named(&e))?;
            all.push(serde_json::from_slice(&bytes).map_err(|e| named(&e))?);
        }
        Ok(all)
    }

    /// Who may be drawn in an attempt at an expert draw, if its pool was blinded here.
    #[must_use]
    pub fn pool(&self, draw: &Token, attempt: u64) -> Option<Vec<Token>> {
        let numbers = self.pools.get(&(draw.clone(), attempt))?.lines();
        numbers.map(|number| Token::new(number).ok()).collect()
    }

    /// The last position resolved; 0 before the first.
    #[must_use]
    pub fn called(&self, draw: &Token, attempt: u64) -> u64 {
        let last = self.called.get(&(draw.clone(), attempt));
        last.copied().unwrap_or_default()
    }

    /// The parties of a tender as first seen.
    #[must_use]
    pub fn pinned(&self, tender: &Token) -> Option<&Parties> {
        self.parties.get(self.pinned.get(tender)?)
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
