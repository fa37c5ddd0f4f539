//! Reasons about the review and its report.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &NOT_BEGUN,
    &NOT_PLEDGED,
    &UNKNOWN_BID,
    &TWICE,
    &CLAUSE,
    &NO_REASON,
    &CLOSED,
    &INCOMPLETE,
    &OTHER_PAPER,
    &SIGNED,
    &NO_DISSENT,
    &OTHERS,
];

/// The review has not begun: the bids are not opened, or members have not pledged.
pub const NOT_BEGUN: Reason = Reason::new(
    "review.not_begun",
    "招标投标法实施条例 20（资格后审在开标后进行）",
);
/// The member has not pledged.
pub const NOT_PLEDGED: Reason = Reason::new("review.not_pledged", "评标委员会和评标方法暂行规定 12、13");
/// No bid of this name is to be reviewed now; fact: `bid`.
pub const UNKNOWN_BID: Reason = Reason::new("review.unknown_bid", "交易规则：按公布的资格审查顺序进行");
/// A bid twice in one request; fact: `bid`.
pub const TWICE: Reason = Reason::new("review.twice", "接口约定");
/// A rejection under a clause that is none of the published criteria; facts: `bid`, `clause`.
pub const CLAUSE: Reason = Reason::new("review.clause", "招标投标法实施条例 49、51");
/// A rejection without its reason; fact: `bid`.
pub const NO_REASON: Reason = Reason::new("review.no_reason", "招标投标法实施条例 49、51");
/// Somebody signed the report: marks no longer change.
pub const CLOSED: Reason = Reason::new("review.closed", "招标投标法实施条例 53");
/// There are marks missing; fact: `n`.
pub const INCOMPLETE: Reason = Reason::new("review.incomplete", "招标投标法实施条例 49");
/// Another paper than the report was signed.
pub const OTHER_PAPER: Reason = Reason::new("review.other_paper", "招标投标法实施条例 53");
/// Signed before.
pub const SIGNED: Reason = Reason::new("review.signed", "招标投标法实施条例 53");
/// A dissent must be in writing.
pub const NO_DISSENT: Reason = Reason::new("review.no_dissent", "招标投标法实施条例 53");
/// Others have not signed yet; fact: `n`.
pub const OTHERS: Reason = Reason::new("review.others", "招标投标法实施条例 53");
