//! Reasons about the award: draws, publication, exclusions, the decision.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &NO_KEYS,
    &NOT_VOIDED,
    &VOID_UNFIT,
    &BALLS,
    &BEACON_UNFIT,
    &RUNNING,
    &NOT_PUBLISHED,
    &RUNS,
    &NOT_REVIEWED,
    &REPUBLISH,
    &NOT_RANKED,
    &EXCLUDED,
    &NOT_WINNER,
    &LIST_FROZEN,
    &LIST_OTHER,
    &NO_MINUTES,
    &NO_SESSION,
    &SIGNED,
    &CONTRACT_DAY,
    &CONTRACT_PRICE,
    &CONTRACT_SIGNED,
];

/// The fresh attempt has no keys or contributions yet; fact: `stage`.
pub const NO_KEYS: Reason = Reason::new(
    "award.no_keys",
    "抽取协议 B.5（重抽须重新生成密钥并重新提交份额）",
);
/// There is no such draw that could be voided.
pub const NOT_VOIDED: Reason = Reason::new("award.not_voided", "抽取协议 B.5；M23");
/// The signed decision is another one; fact: `why`.
pub const VOID_UNFIT: Reason = Reason::new("award.void_unfit", "抽取协议 B.2、B.5");
/// The documents name no balls, or they were entered before.
pub const BALLS: Reason = Reason::evidence("award.balls", "抽取协议 B.4（以首次录入为准）");
/// The signed balls are of another draw, or of another signer; fact: `why`.
pub const BEACON_UNFIT: Reason = Reason::new("award.beacon_unfit", "抽取协议 B.4");
/// A publication runs; fact: `until`.
pub const RUNNING: Reason = Reason::new("award.running", "规则 Z81R");
/// The result is not published yet.
pub const NOT_PUBLISHED: Reason = Reason::evidence("award.not_published", "规则 Z80R、Z81R");
/// The publication has not ended; fact: `until`.
pub const RUNS: Reason = Reason::evidence("award.runs", "规则 Z81R（参照招标投标法实施条例 54）");
/// Candidates are not reviewed yet; fact: `n`.
pub const NOT_REVIEWED: Reason = Reason::new("award.not_reviewed", "规则 D04（先抽后审）");
/// The next in the order was not published as a candidate.
pub const REPUBLISH: Reason = Reason::new("award.republish", "规则 Z81R、Z84");
/// The bidder is not in the drawn order; fact: `bidder`.
pub const NOT_RANKED: Reason = Reason::new(
    "award.not_ranked",
    "参照招标投标法实施条例 55（只沿已公布的名次递补）",
);
/// The bidder was excluded before; fact: `bidder`.
pub const EXCLUDED: Reason = Reason::new("award.excluded", "抽取协议 B.4");
/// After the award only its winner falls out; fact: `bidder`.
pub const NOT_WINNER: Reason = Reason::new(
    "award.not_winner",
    "参照招标投标法实施条例 55（成交人放弃或不能履约的，依次递补）",
);
/// The list is frozen, or the session is over.
pub const LIST_FROZEN: Reason = Reason::new("award.list_frozen", "抽取协议 B.4");
/// Another list than the one drawn from was confirmed.
pub const LIST_OTHER: Reason = Reason::new("award.list_other", "抽取协议 B.2");
/// Both draws must be held before there are minutes.
pub const NO_MINUTES: Reason = Reason::new("award.no_minutes", "交易规则：抽取结束后形成会议记录");
/// The session is not opened yet, or is over.
pub const NO_SESSION: Reason = Reason::new("award.no_session", "交易规则：抽取会签到");
/// The minutes were signed for this role.
pub const SIGNED: Reason = Reason::new("award.signed", "交易规则：会议记录各方签署一次");
/// The contract was not signed between the award notice and today; facts: `from`, `until`, `rule`,
/// `basis`.
pub const CONTRACT_DAY: Reason = Reason::new("award.contract_day", "规则 Z89R（参照招标投标法 46）");
/// The contract is not made at the price awarded; facts: `price`, `awarded`, `rule`, `basis`.
pub const CONTRACT_PRICE: Reason = Reason::new(
    "award.contract_price",
    "规则 Z89R（参照招标投标法 46、招标投标法实施条例 57）",
);
/// The contract is recorded.
pub const CONTRACT_SIGNED: Reason = Reason::new(
    "award.contract_signed",
    "参照招标投标法 46（不得再行订立背离实质性内容的其他协议）",
);
