//! What the chain of a tender says around the deadline: deadlines, the list of bids, custody,
//! openings, and the supervisor's interventions.
//!
//! In and out: the payloads of these acts. Never: a list out of order or a bidder listed twice.
//! Who must have signed what, and in which order, is the question of the release.

use serde::{Deserialize, Serialize};

use super::canon::{Checked, Hash, Object, Token, ascends, ensure};

/// `deadline.set/1`, signed by the owner of the tender: every deadline, the first one too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineSet {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// T: a bid received before it is in time; Unix ms.
    pub deadline: i64,
    /// How long submitters may object to the list of bids before anything is released, ms.
    pub objection: i64,
    /// The published minimum number of bidders.
    pub min: u64,
}

impl Object for DeadlineSet {
    const T: &'static str = "deadline.set/1";
}

/// `bids.closed/1`: the whole list of submissions of a lot; also the content of `bids.corrected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidsClosed {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The deadline that passed, Unix ms.
    pub deadline: i64,
    /// One row per bidder, ascending.
    pub subs: Vec<Sub>,
    /// The contributions of duties to `draw1` and `draw2`, ascending by duty and stage.
    pub duty_subs: Vec<DutySub>,
}

impl Object for BidsClosed {
    const T: &'static str = "bids.closed/1";

    fn check(&self) -> Checked<()> {
        ensure(
            ascends(self.subs.iter().map(|s| &s.bidder)),
            "subs do not ascend by bidder",
        )?;
        ensure(
            ascends(self.duty_subs.iter().map(|s| (&s.duty, &s.stage))),
            "duty_subs do not ascend",
        )
    }
}

impl BidsClosed {
    /// The effective submissions, those not withdrawn; their number is the number of bidders.
    pub fn effective(&self) -> impl Iterator<Item = &Sub> {
        self.subs.iter().filter(|s| s.fate == Fate::Bid)
    }
}

/// Whether a bidder's last message was a bid or a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// A bid: it is effective and will be opened.
    Bid,
    /// Withdrawn: it is never opened.
    Withdrawn,
}

/// A row `[bidder, tx, head, last, fate]` of [`BidsClosed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SubRow", into = "SubRow")]
pub struct Sub {
    /// The bidder.
    pub bidder: Token,
    /// The bidder's own chain for this lot.
    pub tx: Token,
    /// c of the last event of that chain.
    pub head: Hash,
    /// Digest of the last submission or withdrawal.
    pub last: Hash,
    /// Which of the two it is.
    pub fate: Fate,
}

type SubRow = (Token, Token, Hash, Hash, Fate);

impl From<SubRow> for Sub {
    fn from((bidder, tx, head, last, fate): SubRow) -> Self {
        Self {
            bidder,
            tx,
            head,
            last,
            fate,
        }
    }
}

impl From<Sub> for SubRow {
    fn from(s: Sub) -> Self {
        (s.bidder, s.tx, s.head, s.last, s.fate)
    }
}

/// A row `[duty, stage, tx, head, last]` of [`BidsClosed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "DutySubRow", into = "DutySubRow")]
pub struct DutySub {
    /// The contributing duty.
    pub duty: Token,
    /// The stage of the draw.
    pub stage: Token,
    /// The chain of this duty, lot and stage.
    pub tx: Token,
    /// c of the last event of that chain.
    pub head: Hash,
    /// Digest of the submission.
    pub last: Hash,
}

type DutySubRow = (Token, Token, Token, Hash, Hash);

impl From<DutySubRow> for DutySub {
    fn from((duty, stage, tx, head, last): DutySubRow) -> Self {
        Self {
            duty,
            stage,
            tx,
            head,
            last,
        }
    }
}

impl From<DutySub> for DutySubRow {
    fn from(s: DutySub) -> Self {
        (s.duty, s.stage, s.tx, s.head, s.last)
    }
}

/// `custody.checked/1`: every effective part of a stage was read and hashed again before release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyChecked {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// `[bidder, part, state]`, ascending by bidder and part.
    pub rows: Vec<(Token, Token, Custody)>,
}

impl Object for CustodyChecked {
    const T: &'static str = "custody.checked/1";

    fn check(&self) -> Checked<()> {
        ensure(
            ascends(self.rows.iter().map(|(bidder, part, _)| (bidder, part))),
            "rows do not ascend",
        )
    }
}

/// Whether the stored bytes of a part are still those submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Custody {
    /// They are.
    Ok,
    /// They are not: the platform's fault; supplied again before the release, or decided upon.
    Bad,
}

/// `stage.opened/1`: how every part of a stage opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageOpened {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// `[bidder, part, "ok" or the code of A.7, SHA-256 of the plaintext or null]`.
    pub rows: Vec<(Token, Token, String, Option<Hash>)>,
}

impl Object for StageOpened {
    const T: &'static str = "stage.opened/1";

    fn check(&self) -> Checked<()> {
        let told = self
            .rows
            .iter()
            .all(|(_, _, code, plain)| (code == "ok") == plain.is_some());
        ensure(told, "a part has a plaintext if and only if it is ok")
    }
}

/// `key.changed/1`, signed by the supervision bureau: a bidder goes on with another key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChanged {
    /// The lot.
    pub lot: Token,
    /// The bidder.
    pub bidder: Token,
    /// kid so far.
    pub old: Hash,
    /// kid from now on.
    pub new: Hash,
}

impl Object for KeyChanged {
    const T: &'static str = "key.changed/1";
}

/// `decision/1`, signed by the supervision bureau: `what` is decided about the object `about`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// What is decided, e.g. `void`.
    pub what: Token,
    /// Digest of the object concerned, if there is one.
    pub about: Option<Hash>,
    /// The reason, for people.
    pub reason: String,
}

impl Object for Decision {
    const T: &'static str = "decision/1";
}
