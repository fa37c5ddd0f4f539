//! Reasons of the calendar.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[&YEAR_UNPUBLISHED];

/// The period reaches into a year whose days of rest are not published; facts: `year`, `last`.
pub const YEAR_UNPUBLISHED: Reason = Reason::new(
    "calendar.year_unpublished",
    "全国年节及纪念日放假办法；国务院办公厅年度放假通知",
);
