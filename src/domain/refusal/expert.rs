//! Reasons about experts and their list.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &COLUMNS,
    &CELLS,
    &TWICE,
    &NUMBER,
    &SPECIALTY,
    &SINCE,
    &STANDING,
    &UNKNOWN,
    &SUSPENSION,
    &LIBRARY_KEY,
    &INTEREST_TWICE,
];

/// The heading of a table is another; fact: `columns`.
pub const COLUMNS: Reason = Reason::new("expert.columns", "平台导入约定");
/// A line has another number of cells; fact: `n`.
pub const CELLS: Reason = Reason::new("expert.cells", "平台导入约定");
/// A number twice in one table; fact: `expert_no`.
pub const TWICE: Reason = Reason::new("expert.twice", "平台导入约定");
/// Not a token of the protocols.
pub const NUMBER: Reason = Reason::new("expert.number", "随机抽取协议 B.7");
/// No specialty.
pub const SPECIALTY: Reason = Reason::new("expert.specialty", "公共资源交易评标专家专业分类标准");
/// Not a date.
pub const SINCE: Reason = Reason::new("expert.since", "平台导入约定");
/// Neither active, suspended nor removed.
pub const STANDING: Reason = Reason::new("expert.standing", "平台导入约定");
/// A household of somebody who is not on the list; fact: `expert_no`.
pub const UNKNOWN: Reason = Reason::new("expert.unknown", "平台导入约定");
/// A suspension that ends in the past.
pub const SUSPENSION: Reason = Reason::new(
    "expert.suspension",
    "评标专家和评标专家库管理办法（2024年第26号令）",
);
/// Not an Ed25519 key, or one that another library has.
pub const LIBRARY_KEY: Reason = Reason::new("expert.library_key", "电子签名法 13");
/// The interest in this organisation was declared before; fact: `code`.
pub const INTEREST_TWICE: Reason = Reason::new("expert.interest_twice", "评标委员会和评标方法暂行规定 12");
