//! Events of the journal: `event/1`, its blinded leaf, its references and the entry of the tree.
//!
//! In: an act with its references and 32 random bytes of salt. Out: c, the entry and the leaf, and
//! for a disclosed payload whether it is the one referred to. Never: a leaf from which anything
//! could be guessed without the salt, a reference out of order.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{
    canon::{Checked, Flaw, Hash, Object, Token, ascends, ensure, write},
    merkle,
};

/// The most references one event may have; a larger act puts them in one payload ([`rows`]).
pub const REFS_MAX: usize = 1000;
/// The most rows written out in `rows/1`; above that only their root is.
const ROWS_MAX: usize = 256;

/// The acts that verifiers look for, each with the label of its reference where it is fixed.
pub mod act {
    /// A tender is published; per lot a reference `parts.<lot>`.
    pub const TENDER_PUBLISHED: &str = "tender.published";
    /// A key set is frozen: `keyset`.
    pub const KEYSET_FROZEN: &str = "keyset.frozen";
    /// A deadline is set: `deadline.<lot>`.
    pub const DEADLINE_SET: &str = "deadline.set";
    /// The list of submissions is corrected by the supervisor: `closed.<lot>`.
    pub const BIDS_CORRECTED: &str = "bids.corrected";
    /// Balls were drawn: `beacon`.
    pub const BEACON_ENTERED: &str = "beacon.entered";
    /// The supervisor decided: `decision`.
    pub const SUPERVISOR_DECIDED: &str = "supervisor.decided";
    /// A bid came in: `bid`.
    pub const BID_SUBMITTED: &str = "bid.submitted";
    /// A contribution to a draw came in: `bid`.
    pub const CONTRIBUTION_SUBMITTED: &str = "contribution.submitted";
    /// A bid was withdrawn: `bid`.
    pub const BID_WITHDRAWN: &str = "bid.withdrawn";
    /// The deadline passed; the list of submissions: `closed.<lot>`.
    pub const BIDS_CLOSED: &str = "bids.closed";
    /// The stored parts were read again: `custody`.
    pub const CUSTODY_CHECKED: &str = "custody.checked";
    /// The list of a draw is frozen: `frozen.<draw id>`.
    pub const DRAW_FROZEN: &str = "draw.frozen";
    /// A draw is done: `done`.
    pub const DRAW_DONE: &str = "draw.done";
    /// The acts that end a lot, each with `ended.<lot>` for every lot it ends.
    pub const LOT_ENDS: [&str; 4] = [
        "award.decided",
        "lot.failed",
        "lot.terminated",
        "tender.withdrawn",
    ];
}

/// The name of a reference: `[a-z][a-z0-9_.-]{0,127}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Label(String);

impl Label {
    /// Checks the alphabet and the length.
    ///
    /// # Errors
    /// Anything that is not a label.
    pub fn new(text: impl Into<String>) -> Checked<Self> {
        let text = text.into();
        let head = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        let tail = text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-'));
        ensure(
            head && tail && text.len() <= 128,
            format_args!("not a label: {text:?}"),
        )?;
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A reference of an event: a label and the blinded hash of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ref {
    /// The label, unique within the event.
    pub k: Label,
    /// [`ref_hash`] of the payload.
    pub h: Hash,
}

/// SHA-256("tianping-ref/1" LF || salt || payload bytes).
#[must_use]
pub fn ref_hash(salt: &Hash, payload: &[u8]) -> Hash {
    Hash::of(&[b"tianping-ref/1\n", &salt.0, payload])
}

/// `event/1`: one act of one actor, on the chain of its tx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The chain: the tender id, an auction lot's id, or `b.` and 32 random digits before closing.
    pub tx: Token,
    /// The position on the chain, from 0.
    pub n: u64,
    /// c of the event before; zeros for the first.
    pub prev: Hash,
    /// When it happened, Unix ms.
    pub ts: i64,
    /// What happened, `noun.verb`.
    pub act: String,
    /// The random id of the account that did it.
    pub actor: Token,
    /// The payloads, strictly ascending by label.
    pub refs: Vec<Ref>,
}

impl Object for Event {
    const T: &'static str = "event/1";

    fn check(&self) -> Checked<()> {
        ensure(ascends(self.refs.iter().map(|r| &r.k)), "refs do not ascend")?;
        ensure(self.refs.len() <= REFS_MAX, "too many refs")?;
        ensure(
            (self.n == 0) == (self.prev == Hash::ZERO),
            "prev is zeros for n = 0 and only there",
        )
    }
}

impl Event {
    /// c = SHA-256("tianping-leaf/1" LF || salt || CJ): the name of the event everywhere.
    ///
    /// # Errors
    /// An event without canonical form.
    pub fn c(&self, salt: &Hash) -> Checked<Hash> {
        Ok(Hash::of(&[b"tianping-leaf/1\n", &salt.0, &self.bytes()?]))
    }

    /// The hash under a label.
    #[must_use]
    pub fn reference(&self, label: &str) -> Option<&Hash> {
        self.refs.iter().find(|r| r.k.as_str() == label).map(|r| &r.h)
    }

    /// Checks that under `label` the event refers to exactly this object, blinded with `salt`.
    ///
    /// # Errors
    /// No such label, another object, or one without canonical form.
    pub fn refers_to(&self, label: &str, salt: &Hash, x: &Value) -> Checked<()> {
        let h = self
            .reference(label)
            .ok_or_else(|| Flaw::new(format!("no ref {label:?}")))?;
        let same = ref_hash(salt, &write(x)?) == *h;
        ensure(same, format_args!("ref {label:?} is of another payload"))
    }
}

/// `leaf/1`: what the tree holds of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// c of the event.
    pub c: Hash,
    /// The tick that gave it its position, Unix ms.
    pub ts: i64,
}

impl Object for Entry {
    const T: &'static str = "leaf/1";
}

impl Entry {
    /// The hash of the leaf: SHA-256(0x00 || CJ).
    ///
    /// # Errors
    /// A tick beyond 2^53 - 1.
    pub fn leaf(&self) -> Checked<Hash> {
        Ok(merkle::leaf_hash(&self.bytes()?))
    }
}

/// `payload.erased/1`: why something is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadErased {
    /// c of the event concerned.
    pub c: Hash,
    /// The label of the payload; null for the event itself.
    pub k: Option<Label>,
    /// The legal ground.
    pub ground: String,
}

impl Object for PayloadErased {
    const T: &'static str = "payload.erased/1";
}

/// `rows/1`: the row references of a large act, in one payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Label and hash, strictly ascending by label, at most 256.
    pub rows: Vec<(Label, Hash)>,
}

impl Object for Rows {
    const T: &'static str = "rows/1";

    fn check(&self) -> Checked<()> {
        ensure(ascends(self.rows.iter().map(|(k, _)| k)), "rows do not ascend")?;
        ensure(self.rows.len() <= ROWS_MAX, "too many rows")
    }
}

/// `rows.root/1`: the row references of a very large act, as the root over leaves `k LF h`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsRoot {
    /// How many rows, more than 256.
    pub n: u64,
    /// The RFC 6962 root.
    pub root: Hash,
}

impl Object for RowsRoot {
    const T: &'static str = "rows.root/1";
}

/// The leaf hash of one row under a [`RowsRoot`], h in hexadecimal digits.
#[must_use]
pub fn row_leaf(label: &Label, h: &Hash) -> Hash {
    merkle::leaf_hash(format!("{}\n{h}", label.as_str()).as_bytes())
}

/// The one payload that stands for the row references of a large act, sorted here:
/// `rows/1`, or `rows.root/1` for more than 256.
///
/// # Errors
/// A label that occurs twice.
pub fn rows(mut rows: Vec<(Label, Hash)>) -> Checked<Value> {
    rows.sort();
    if rows.len() <= ROWS_MAX {
        return Rows { rows }.value();
    }
    ensure(ascends(rows.iter().map(|(k, _)| k)), "a row occurs twice")?;
    let leaves: Vec<Hash> = rows.iter().map(|(k, h)| row_leaf(k, h)).collect();
    let n = u64::try_from(rows.len()).map_err(|_| Flaw::new("too many rows"))?;
    let root = merkle::root(&leaves);
    RowsRoot { n, root }.value()
}
