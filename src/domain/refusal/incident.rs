//! Reasons about incidents.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&NO_INCIDENT, &TOO_EARLY, &TOO_SOON, &ON_INCIDENT, &NOT_PROPOSED];

/// Nothing holds the lot.
pub const NO_INCIDENT: Reason = Reason::new("incident.none", "电子招标投标办法 31（平台故障）");
/// Declared before the last hours before the deadline; fact: `from`.
pub const TOO_EARLY: Reason = Reason::new("incident.too_early", "交易公告：平台故障条款");
/// The new deadline leaves too little time; fact: `earliest`.
pub const TOO_SOON: Reason = Reason::new("incident.too_soon", "交易公告：平台故障条款");
/// A failure of the platform holds the lot: its owner sets the new time first.
pub const ON_INCIDENT: Reason = Reason::new("incident.held", "交易公告：平台故障条款");
/// No new time is proposed that could be signed.
pub const NOT_PROPOSED: Reason = Reason::new("incident.not_proposed", "平台规则：延长截止时间由两人办理");
