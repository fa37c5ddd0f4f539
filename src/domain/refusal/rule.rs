//! Reasons about the rule rows themselves.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&MISSING];

/// No row of this id is in force on the day; facts: `rule`, `on`.
pub const MISSING: Reason = Reason::new("rule.missing", "平台规则库");
