//! Reasons about public codes: organisations, regions, persons, deals.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&CREDIT, &REGION, &RESIDENT, &DEAL];

/// Not a 统一社会信用代码, or its check characters disagree; fact: `given`.
pub const CREDIT: Reason = Reason::new("code.credit", "GB 32100—2015");
/// Not a region code of six digits; fact: `given`.
pub const REGION: Reason = Reason::new("code.region", "GB/T 2260");
/// Not a 公民身份号码, or its check character disagrees. It carries no fact: the number is personal.
pub const RESIDENT: Reason = Reason::new("code.resident", "GB 11643—1999");
/// Not a 统一交易标识码, or a part of it out of bounds; fact: `given`.
pub const DEAL: Reason = Reason::new("code.deal", "公共资源交易平台系统数据规范：统一交易标识码");
