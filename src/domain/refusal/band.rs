//! Reasons of the price band.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&CEILING, &SUMS, &RANGE, &STEP, &COEFFICIENT];

const BASIS: &str = "竞选文件：合理造价区间与 K 值";

/// The ceiling is not a positive amount; fact: `ceiling`.
pub const CEILING: Reason = Reason::new("band.ceiling", BASIS);
/// The provisional sums leave nothing to compete on; facts: `sums`, `ceiling`.
pub const SUMS: Reason = Reason::new("band.sums", BASIS);
/// Kmin and Kmax are no range within 0 and 100; facts: `min`, `max`.
pub const RANGE: Reason = Reason::new("band.range", BASIS);
/// The step leaves fewer than two values to draw from; facts: `min`, `max`, `step`.
pub const STEP: Reason = Reason::new("band.step", BASIS);
/// The text is none of the listed values; fact: `given`.
pub const COEFFICIENT: Reason = Reason::new("band.coefficient", BASIS);
