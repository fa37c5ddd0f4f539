//! Reasons about draws.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&FROZEN_BEFORE, &NO_BALLS, &INVITED, &NOT_INVITED];

/// This draw has a list already; another needs the supervisor's decision.
pub const FROZEN_BEFORE: Reason = Reason::evidence("draw.frozen_before", "抽取协议 B.2、B.5；M23");
/// The bidders may still contribute to the later attempt; fact: `until`.
pub const INVITED: Reason = Reason::new("draw.invited", "抽取协议 B.5");
/// Only who has a bid on the list contributes to a later attempt.
pub const NOT_INVITED: Reason = Reason::new("draw.not_invited", "抽取协议 B.2、B.5");
/// The digits of the hall balls are not entered.
pub const NO_BALLS: Reason = Reason::new("draw.no_balls", "抽取协议 B.4");
