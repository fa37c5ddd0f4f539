//! Reasons of the dates planner. Each names the rule row it rests on as `rule` and `basis`.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&TOO_EARLY, &TOO_LATE, &WHOLE_MINUTE, &IN_THE_PAST];

/// A date lies before the earliest lawful one; facts: `moment`, `earliest`, `rule`, `basis`.
pub const TOO_EARLY: Reason = Reason::new("dates.too_early", "规则库：不少于的期限");
/// An act comes after the last lawful day; facts: `moment`, `latest`, `rule`, `basis`.
pub const TOO_LATE: Reason = Reason::new("dates.too_late", "规则库：期限");
/// A deadline is a whole minute.
pub const WHOLE_MINUTE: Reason = Reason::new("dates.whole_minute", "平台规则：截止时间为整分");
/// A notice would go out before now; fact: `now`.
pub const IN_THE_PAST: Reason = Reason::new("dates.in_the_past", "平台规则：公告时间");
