//! Receipts (C2SP tlog-proof@v1) and acknowledgements: what the log gave its word for.
//!
//! In: the file, and the trust file of the reader. Out: the event, and since when it counts.
//! Never: a receipt that holds without the log's signature, the quorum and the inclusion, all three.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    canon::{Checked, Flaw, Hash, Object, Token, Whole, decimal, ensure},
    event::{Entry, Event},
    merkle,
    note::{Note, base64_hash},
    policy::{Accepted, Policy},
    sig::Signed,
};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Two ticks at their slowest, 60 s each (C.3).
pub const TICKS_OWED_MS: i64 = 120_000;

/// `receipt/1`: the extra data of a receipt, from which the entry follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// The event.
    pub ev: Whole<Event>,
    /// Its salt.
    pub salt: Hash,
    /// The tick, Unix ms.
    pub ts: i64,
}

impl Object for Extra {
    const T: &'static str = "receipt/1";
}

/// A receipt, read but not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The event with its salt and tick.
    pub extra: Extra,
    /// The position in the tree.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling upwards.
    pub path: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: Note,
}

/// What a checked receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// c of the event.
    pub c: Hash,
    /// The quorum time in Unix ms; under `quorum none` the tick.
    pub quorum_ms: i64,
    /// The checkpoint; without a quorum time it is "not witnessed".
    pub accepted: Accepted,
}

impl Receipt {
    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.extra.ev.0
    }

    /// How long the event waited for its tick, in ms. The log owes it a place in the first two ticks
    /// after its ts (C.3): more than [`TICKS_OWED_MS`] is a word broken.
    #[must_use]
    pub fn waited_ms(&self) -> i64 {
        self.extra.ts.saturating_sub(self.event().ts)
    }

    /// Checks everything: entry and leaf, origin, log signature, quorum, inclusion, and that the tick is
    /// not before the event. What is left to the reader is the reference to his own object
    /// ([`Event::refers_to`]) and how long the event waited.
    ///
    /// # Errors
    /// The first of these that does not hold.
    pub fn check(&self, policy: &Policy) -> Checked<Proven> {
        let c = self.event().c(&self.extra.salt)?;
        let ts = self.extra.ts;
        ensure(self.waited_ms() >= 0, "receipt: a tick before its event")?;
        let leaf = Entry { c, ts }.leaf()?;
        let accepted = policy.accept(&self.checkpoint)?;
        let tree = &accepted.checkpoint;
        merkle::check_inclusion(&leaf, self.index, tree.size, &self.path, &tree.root)?;
        Ok(Proven {
            c,
            quorum_ms: accepted.quorum_ms(ts)?,
            accepted,
        })
    }

    /// The text of the file.
    ///
    /// # Errors
    /// An event without canonical form.
    pub fn to_text(&self) -> Checked<String> {
        use fmt::Write as _;
        let extra = STANDARD.encode(self.extra.bytes()?);
        let mut text = format!("{HEADER}\nextra {extra}\nindex {}\n", self.index);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash.0));
            text.push('\n');
        }
        write!(text, "\n{}", self.checkpoint).map_err(|e| Flaw::new(e.to_string()))?;
        Ok(text)
    }
}

impl FromStr for Receipt {
    type Err = Flaw;

    fn from_str(text: &str) -> Checked<Self> {
        let flaw = |why: &str| Flaw::new(format!("receipt: {why}"));
        let (head, note) = text.split_once("\n\n").ok_or_else(|| flaw("no checkpoint"))?;
        let mut lines = head.split('\n');
        ensure(lines.next() == Some(HEADER), flaw("another first line").0)?;
        let mut member = |name: &str| {
            let value = lines.next().and_then(|line| line.strip_prefix(name));
            value.ok_or_else(|| flaw(&format!("no {name}line")))
        };
        let extra = STANDARD
            .decode(member("extra ")?)
            .map_err(|_| flaw("extra is not base64"))?;
        let index = decimal(member("index ")?)?;
        let path = lines.map(base64_hash).collect::<Checked<Vec<_>>>()?;
        ensure(path.len() <= merkle::PATH_MAX, flaw("too many hashes").0)?;
        Ok(Self {
            extra: Extra::from_bytes(&extra)?,
            index,
            path,
            checkpoint: note.parse()?,
        })
    }
}

/// `ack/1`: the log's word that an event will be in one of the next two ticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The log.
    pub origin: String,
    /// c of the event.
    pub c: Hash,
    /// The chain.
    pub tx: Token,
    /// The position on the chain.
    pub n: u64,
    /// When the message was received, the ts of the event, Unix ms.
    pub ts: i64,
    /// Digest of the signed object that came in.
    pub x: Hash,
}

impl Object for Ack {
    const T: &'static str = "ack/1";
}

impl Ack {
    /// Verifies an acknowledgement: signed by the log of the trust file that it names.
    ///
    /// # Errors
    /// Not an ack, another origin, another key, a wrong signature.
    pub fn open(signed: &Signed, policy: &Policy) -> Checked<Self> {
        let (key, ack): (_, Self) = signed.open()?;
        let known = policy
            .logs()
            .iter()
            .any(|log| log.name() == ack.origin && *log.key() == key);
        ensure(known, "ack: not by a log of the policy")?;
        Ok(ack)
    }
}
