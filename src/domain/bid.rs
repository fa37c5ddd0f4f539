//! Sealed bids: when one is in time, which one counts, and what the opening found.
//!
//! In: a signed submission or withdrawal already checked against its form, the bidder's own past
//! on the lot, the lot, and the instant the last byte arrived. Out: the row to keep, or the
//! refusal. Never: a bid at or after the deadline, a second chain of one bidder, a fact about one
//! bidder that depends on another.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{Bytes, JsonText},
    id::Id,
    money::Fen,
    procedure::Stage,
    refusal::{Lawful, Refusal, bid as reason, require},
    tender::Lot,
    time::Instant,
};
use crate::{
    proof::canon::Hash,
    schema::{bid, bid_part, opened_bid, opened_part, sign_in},
    text_enum,
};

text_enum! {
    /// What a bidder sent.
    pub enum BidAct {
        /// 递交或替换.
        Submission,
        /// 撤回.
        Withdrawal,
    }
}

text_enum! {
    /// Whether a submission counts.
    pub enum BidState {
        /// 有效: the last word of its bidder.
        Effective,
        /// 已替换.
        Superseded,
        /// 已撤回, and every withdrawal itself.
        Withdrawn,
    }
}

/// A submission or a withdrawal.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = bid, treat_none_as_null = true)]
pub struct Bid {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The bidder's organisation.
    pub organisation_id: Id,
    /// The token of the protocols.
    pub bidder: String,
    /// 1, 2, … over the submissions and withdrawals of one bidder on one lot.
    pub seq: i64,
    /// Which of the two.
    pub act: BidAct,
    /// Whether it counts.
    pub state: BidState,
    /// SHA-256 of the signed object.
    pub digest: String,
    /// The key it was signed with.
    pub kid: String,
    /// `signed/1`; gone once the envelope is erased.
    pub signed: Option<JsonText>,
    /// The chain.
    pub tx: String,
    /// The position on the chain.
    pub n: i64,
    /// When the last byte arrived.
    pub received_at: Instant,
    /// Who sent it.
    pub account_id: Id,
}

/// The ciphertext of one part of a submission.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = bid_part, treat_none_as_null = true)]
pub struct BidPart {
    /// Its id.
    pub id: Id,
    /// The submission.
    pub bid_id: Id,
    /// The part's name.
    pub part: String,
    /// The stage that opens it.
    pub stage: String,
    /// The ciphertext, when small.
    pub ct: Option<Bytes>,
    /// SHA-256 of the ciphertext, its name in the blob store when large.
    pub sha256: String,
}

/// A bidder signed in to the opening (在线签到).
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = sign_in)]
pub struct SignIn {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The bidder's organisation.
    pub organisation_id: Id,
    /// The person.
    pub account_id: Id,
    /// When.
    pub signed_in_at: Instant,
}

/// What the opening of one part gave.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = opened_part, treat_none_as_null = true)]
pub struct OpenedPart {
    /// Its id.
    pub id: Id,
    /// The submission.
    pub bid_id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The part.
    pub part: String,
    /// The stage.
    pub stage: String,
    /// `ok`, or the code of protocols A.7.
    pub code: String,
    /// SHA-256 of the padded plaintext, when ok.
    pub plain_sha256: Option<String>,
    /// The file's name, as its bidder gave it.
    pub name: String,
    /// Its media type, as its bidder gave it.
    pub media: String,
    /// The body of a `docs` part in the blob store.
    pub blob: Option<String>,
}

/// A bid as opened: one line of the opening record.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = opened_bid, treat_none_as_null = true)]
pub struct OpenedBid {
    /// Its id.
    pub id: Id,
    /// The submission.
    pub bid_id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The bidder's organisation.
    pub organisation_id: Id,
    /// The token of the protocols.
    pub bidder: String,
    /// The first code that kept it from being opened whole.
    pub code: Option<String>,
    /// The price.
    pub total_fen: Option<Fen>,
    /// The time for completion, days.
    pub days: Option<i64>,
    /// The promised quality.
    pub quality: Option<String>,
    /// The project manager.
    pub manager: Option<String>,
    /// The bidder's remark.
    pub note: Option<String>,
}

/// What a bidder did on the lot so far.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The newest submission or withdrawal.
    pub last: Option<Bid>,
    /// The key of seq 1, which all later ones carry.
    pub kid: Option<String>,
}

impl Past {
    /// The bidder's past from all his rows on the lot, in order of seq.
    #[must_use]
    pub fn of(rows: &[Bid]) -> Self {
        Self {
            last: rows.last().cloned(),
            kid: rows.first().map(|first| first.kid.clone()),
        }
    }
}

/// Whether something sent for the lot at `received_at` is in time (办法 26、27): the lot is open, and the
/// last byte came before the deadline.
pub fn in_time(lot: &Lot, received_at: Instant) -> Lawful<()> {
    let closes_at = lot.closes_at.unwrap_or_default();
    let late = || {
        Refusal::new(&reason::LATE)
            .fact("closes_at", closes_at)
            .fact("received_at", received_at.local_seconds())
    };
    match lot.stage {
        Stage::Open => {}
        Stage::Draft => return Err(Refusal::new(&reason::NOT_OPEN)),
        Stage::Withdrawn | Stage::Terminated => return Err(Refusal::new(&reason::ENDED)),
        // it was on its way to the writer when the list was closed
        Stage::Closing if received_at < closes_at => return Err(Refusal::new(&reason::UNANSWERED)),
        Stage::Closing
        | Stage::Opened
        | Stage::Evaluation
        | Stage::CoefficientDraw
        | Stage::AwardDraw
        | Stage::Standstill
        | Stage::Awarded
        | Stage::Failed => return Err(late()),
    }
    if received_at < closes_at {
        return Ok(());
    }
    require(lot.incident_at.is_none(), || Refusal::new(&reason::INCIDENT))?;
    Err(late())
}

/// Whether a submission or withdrawal follows its bidder's past: seq, prev and key.
pub fn follows(past: &Past, seq: u64, prev: Option<Hash>, kid: &str) -> Lawful<()> {
    let (next, before) = match &past.last {
        None => (1, None),
        Some(last) => (last.seq + 1, Some(last.digest.clone())),
    };
    require(
        u64::try_from(next) == Ok(seq) && prev.map(|h| h.to_hex()) == before,
        || {
            let prev = before.clone().unwrap_or_else(|| "null".into());
            Refusal::new(&reason::SEQ).fact("seq", next).fact("prev", prev)
        },
    )?;
    require(past.kid.as_deref().is_none_or(|first| first == kid), || {
        Refusal::new(&reason::KEY).fact("kid", past.kid.clone().unwrap_or_default())
    })
}

/// Whether there is something to withdraw.
pub fn can_withdraw(past: &Past) -> Lawful<()> {
    let effective = past
        .last
        .as_ref()
        .is_some_and(|last| last.state == BidState::Effective);
    require(effective, || Refusal::new(&reason::NOTHING))
}

/// Whether the number of bidders lets the lot go on (rule Z43R).
#[must_use]
pub fn enough(lot: &Lot, n_effective: usize) -> bool {
    i64::try_from(n_effective).is_ok_and(|n| n >= lot.n_bidders_min)
}

/// Whether a bidder may sign in to the opening: from two hours before the deadline until the lot
/// has been opened.
pub fn can_sign_in(lot: &Lot, now: Instant) -> Lawful<()> {
    let from = lot.closes_at.unwrap_or_default().plus(-2 * super::time::HOUR);
    require(matches!(lot.stage, Stage::Open | Stage::Closing), || {
        Refusal::new(&reason::SIGN_IN_OVER)
    })?;
    require(now >= from, || {
        Refusal::new(&super::refusal::common::NOT_NOW).fact("at", from)
    })
}
