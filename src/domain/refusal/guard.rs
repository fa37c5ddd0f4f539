//! Reasons of the legal guard. Each names the rule row it rests on as `rule` and `basis`; what
//! remains lawful is said by the second half of the message.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &MUST_TENDER,
    &PROCUREMENT,
    &MINIMUM_PRICE,
    &BASIS_MISSING,
    &BASIS_NOT_IN_FORCE,
    &BASIS_TRADE,
    &BASIS_REGION,
    &BASIS_REJECTED,
    &BASIS_CAP,
    &DRAW_BEFORE_REVIEW,
    &BASIS_RECENT,
    &BASIS_UNREVIEWED,
];

/// Tendering is compulsory, and no draw replaces evaluation; facts: `scope`, `amount`, `threshold`.
pub const MUST_TENDER: Reason = Reason::new("guard.must_tender", "招标投标法 3、41；必须招标的工程项目规定");
/// Government procurement with budget money.
pub const PROCUREMENT: Reason = Reason::new("guard.procurement", "政府采购法 2；政府采购法实施条例 25");
/// A minimum price is declared; fact: `minimum`.
pub const MINIMUM_PRICE: Reason = Reason::new("guard.minimum_price", "招标投标法实施条例 27");
/// No local basis is recorded.
pub const BASIS_MISSING: Reason = Reason::new("guard.basis_missing", "本地限额以下工程交易规则");
/// The basis is not in force today; facts: `document`, `from`, `until`.
pub const BASIS_NOT_IN_FORCE: Reason = Reason::new("guard.basis_not_in_force", "本地限额以下工程交易规则");
/// The basis is for another trade; facts: `document`, `trade`.
pub const BASIS_TRADE: Reason = Reason::new("guard.basis_trade", "本地限额以下工程交易规则");
/// The works lie outside the basis's region; facts: `document`, `region`, `scope`.
pub const BASIS_REGION: Reason = Reason::new("guard.basis_region", "本地限额以下工程交易规则");
/// The fair-competition review said no; fact: `document`.
pub const BASIS_REJECTED: Reason = Reason::new("guard.basis_rejected", "公平竞争审查条例");
/// The ceiling is at or above the basis's cap; facts: `document`, `ceiling`, `cap`.
pub const BASIS_CAP: Reason = Reason::new("guard.basis_cap", "本地限额以下工程交易规则");
/// The draw would decide who is reviewed, where that is forbidden.
pub const DRAW_BEFORE_REVIEW: Reason = Reason::new("guard.draw_before_review", "重庆市招标投标条例");
/// A warning: the basis is of a time when such rules are probably unlawful; facts: `document`, `since`.
pub const BASIS_RECENT: Reason = Reason::new(
    "guard.basis_recent",
    "招标投标领域公平竞争审查规则（2024年第16号令）",
);
/// A warning: no conclusion of a fair-competition review is recorded; fact: `document`.
pub const BASIS_UNREVIEWED: Reason = Reason::new("guard.basis_unreviewed", "公平竞争审查条例");
