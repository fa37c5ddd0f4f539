//! Reasons about objections.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&NOT_A_PARTY, &OVER, &REPLIED, &STANDS, &TWICE, &WAITS];

/// The organisation has no bid on the lot.
pub const NOT_A_PARTY: Reason = Reason::new("objection.not_a_party", "参照招标投标法实施条例 44、54");
/// The standstill has ended; fact: `until`.
pub const OVER: Reason = Reason::new("objection.over", "参照招标投标法实施条例 54；规则 Z83R");
/// It was answered already.
pub const REPLIED: Reason = Reason::new("objection.replied", "交易规则：异议答复不得更改");
/// The organisation has one of this kind that waits for its reply.
pub const STANDS: Reason = Reason::new("objection.stands", "交易规则：同一事项一次提出，答复后可再提");
/// The organisation has raised what it may of this kind; fact: `n`. A step waits for every reply, so
/// that without a bound one bidder could stop it for ever.
pub const TWICE: Reason = Reason::new(
    "objection.twice",
    "参照政府采购质疑和投诉办法 10（针对同一程序环节一次性提出）",
);
/// A step waits for replies; facts: `kind`, `n`.
pub const WAITS: Reason = Reason::new(
    "objection.waits",
    "参照招标投标法实施条例 22、44、54（答复前暂停）",
);
