//! The law that a lot stands under: the calendar, its version of the rules, its procedure, and the day
//! whose rows count.
//!
//! Never: a later change of the rules that re-judges a lot whose documents are out.

use super::{Answer, tender::rules_of};
use crate::{
    domain::{calendar::Calendar, dates::Planner, tender::Lot, time::Instant},
    store::{Db, Fault},
};

/// The calendar that came with the program.
pub fn calendar() -> Answer<Calendar> {
    Ok(Calendar::embedded().map_err(|e| Fault::new("calendar", e))?)
}

/// Asks the planner of a lot, by the rows in force on the day its documents went out; while it is a
/// draft, now.
pub fn planned<T>(
    db: &mut Db,
    lot: &Lot,
    now: Instant,
    ask: impl FnOnce(&Planner<'_>) -> Answer<T>,
) -> Answer<T> {
    let rules = rules_of(db, lot)?;
    let calendar = calendar()?;
    let on = lot.issued_at.unwrap_or(now).date();
    ask(&Planner::new(&rules, lot.procedure()?, &calendar, on)?)
}
