//! Reasons about draws.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&FROZEN_BEFORE, &NO_BALLS];

/// This draw has a list already; another needs the supervisor's decision.
pub const FROZEN_BEFORE: Reason = Reason::evidence("draw.frozen_before", "抽取协议 B.2、B.5；M23");
/// The digits of the hall balls are not entered.
pub const NO_BALLS: Reason = Reason::new("draw.no_balls", "抽取协议 B.4");
