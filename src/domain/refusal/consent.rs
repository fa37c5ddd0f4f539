//! Reasons about consents of another power.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&MISSING, &STANDS, &NOT_NEEDED];

const TWO: &str = "公共资源交易平台管理暂行办法 18（管办分离）；平台规则：两人两权";

/// No consent of another power holds; facts: `matter`, `who`.
pub const MISSING: Reason = Reason::new("consent.missing", TWO);
/// A consent holds already; fact: `until`.
pub const STANDS: Reason = Reason::new("consent.stands", TWO);
/// The evaluation is over: the bureau reads the names without a consent.
pub const NOT_NEEDED: Reason = Reason::new("consent.not_needed", "参照招标投标法 37、38；平台规则 B.7");
