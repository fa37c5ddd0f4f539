//! Reasons about complaints.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&FILED, &NO_LIST, &UNFOUNDED];

/// A complaint about this submission is kept already.
pub const FILED: Reason = Reason::new("complaint.filed", "密封协议 A.6：一份竞选申请提出一次即可");
/// The list of bids of the lot is not closed yet.
pub const NO_LIST: Reason = Reason::new("complaint.no_list", "密封协议 A.6：针对截止名单提出");
/// The log's word is missing or wrong, or the list does name the submission.
pub const UNFOUNDED: Reason = Reason::new("complaint.unfounded", "密封协议 A.6：须有平台的签收凭证");
