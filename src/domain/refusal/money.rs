//! Reasons about amounts that people or programs send.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&FORM, &NEGATIVE, &FRACTION, &LIMIT];

/// Not an amount in yuan; fact: `given`.
pub const FORM: Reason = Reason::new("money.form", "接口约定：金额");
/// Below zero; fact: `given`, where it was text.
pub const NEGATIVE: Reason = Reason::new("money.negative", "接口约定：金额");
/// Finer than a fen; fact: `given`.
pub const FRACTION: Reason = Reason::new("money.fraction", "接口约定：金额以分为最小单位");
/// Above what the platform takes; fact: `limit`.
pub const LIMIT: Reason = Reason::new("money.limit", "接口约定：金额上限");
