//! The dates planner: which instants the rule rows permit.
//!
//! In: what has happened or is planned, the procedure's rule rows in force, the calendar. Out: the
//! earliest or latest lawful instant and the row that fixes it, or a refusal that names both. What
//! must never happen: a period of the law that is known here by a number; the rows alone know it.

use super::{
    calendar::Calendar,
    procedure::Procedure,
    refusal::{
        Lawful, Refusal,
        dates::{IN_THE_PAST, TOO_EARLY, TOO_LATE, WHOLE_MINUTE},
        require,
    },
    rule::{Counting, Kind, Moment, Rule, Rules},
    time::{Instant, MINUTE},
};
use jiff::{ToSpan, civil::Date};

/// The rows of one procedure with a period, on one day, and the calendar.
#[derive(Debug)]
pub struct Planner<'a> {
    rules: Vec<&'a Rule>,
    calendar: &'a Calendar,
}

/// A bound, and the row that sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound<'a> {
    /// For an earliest bound the first lawful instant; for a latest one the first that is too late.
    pub at: Instant,
    /// The row.
    pub rule: &'a Rule,
}

/// The dates a notice announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Notice out, documents available.
    pub issued_at: Instant,
    /// The documents are available up to here.
    pub documents_end_at: Instant,
    /// The deadline.
    pub closes_at: Instant,
}

/// What a lawful plan leads to, for the timeline of the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook<'a> {
    /// Objections to the documents are admissible before this instant.
    pub objection_before: Option<Bound<'a>>,
    /// Addenda that go out before this instant leave the deadline where it is.
    pub addendum_before: Option<Bound<'a>>,
    /// The standstill cannot end before this instant.
    pub standstill_ends_at: Option<Bound<'a>>,
}

impl<'a> Planner<'a> {
    /// The planner of a procedure with the rows in force on a day.
    ///
    /// # Errors
    /// `rule.missing`.
    pub fn new(rules: &'a Rules, procedure: &Procedure, calendar: &'a Calendar, on: Date) -> Lawful<Self> {
        let rows = procedure
            .rules
            .iter()
            .map(|id| rules.rule(id, on))
            .collect::<Lawful<Vec<_>>>()?;
        Ok(Self {
            rules: rows.into_iter().filter(|rule| rule.period.is_some()).collect(),
            calendar,
        })
    }

    /// The first lawful instant of a moment, after what has happened; `None` where nothing binds it.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn earliest(&self, of: Moment, happened: &[(Moment, Instant)]) -> Lawful<Option<Bound<'a>>> {
        let mut earliest: Option<Bound<'a>> = None;
        for (from, at) in happened {
            for rule in self.rows(Kind::Min, *from, of) {
                let at = self.first_instant(rule, *at)?;
                if earliest.is_none_or(|bound| bound.at < at) {
                    earliest = Some(Bound { at, rule });
                }
            }
        }
        Ok(earliest)
    }

    /// The instant from which a moment is too late to be at least so long *before* another (rule 0.4);
    /// `None` where nothing binds it.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn cutoff(&self, of: Moment, before: Moment, at: Instant) -> Lawful<Option<Bound<'a>>> {
        let mut cutoff: Option<Bound<'a>> = None;
        for rule in self.rows(Kind::Min, of, before) {
            let at = self.last_instant(rule, at)?;
            if cutoff.is_none_or(|bound| bound.at > at) {
                cutoff = Some(Bound { at, rule });
            }
        }
        Ok(cutoff)
    }

    /// When something is due after an event, the instant from which it is late; `None` where nothing
    /// binds it.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn due(&self, from: Moment, at: Instant, of: Moment) -> Lawful<Option<Bound<'a>>> {
        let mut due: Option<Bound<'a>> = None;
        for rule in self.rows(Kind::Max, from, of) {
            let at = match (rule.days(), rule.span()) {
                (Some(days), _) => Instant::end_of(self.calendar.last_day(at.date(), days)?),
                (None, span) => at.plus(span.unwrap_or(0)),
            };
            if due.is_none_or(|bound| bound.at > at) {
                due = Some(Bound { at, rule });
            }
        }
        Ok(due)
    }

    /// Refuses a moment before its first lawful instant, naming it, the rule and the basis.
    ///
    /// # Errors
    /// `dates.too_early` at the field; `calendar.year_unpublished`.
    pub fn require(
        &self,
        of: Moment,
        at: Instant,
        happened: &[(Moment, Instant)],
        field: &str,
    ) -> Lawful<()> {
        let Some(bound) = self.earliest(of, happened)? else {
            return Ok(());
        };
        require(at >= bound.at, || {
            let refusal = Refusal::new(&TOO_EARLY)
                .fact("moment", of)
                .fact("earliest", bound.at);
            bound.rule.cite(refusal).at(field)
        })
    }

    /// Refuses a moment that is not long enough before another, naming the last lawful day.
    ///
    /// # Errors
    /// `dates.too_late`; `calendar.year_unpublished`.
    pub fn require_before(&self, of: Moment, now: Instant, before: Moment, at: Instant) -> Lawful<()> {
        match self.cutoff(of, before, at)? {
            Some(bound) => require(now < bound.at, || too_late(of, bound)),
            None => Ok(()),
        }
    }

    /// Checks the dates of a notice and shows what they lead to.
    ///
    /// # Errors
    /// `dates.in_the_past`, `dates.whole_minute`, `dates.too_early`, `calendar.year_unpublished`.
    pub fn check(&self, plan: &Plan, now: Instant) -> Lawful<Outlook<'a>> {
        require(plan.issued_at >= now, || {
            Refusal::new(&IN_THE_PAST).fact("now", now).at("issued_at")
        })?;
        require(plan.closes_at.is_whole_minute(), || {
            Refusal::new(&WHOLE_MINUTE).at("closes_at")
        })?;
        let happened = [(Moment::DocumentsIssued, plan.issued_at)];
        self.require(
            Moment::DocumentsEnd,
            plan.documents_end_at,
            &happened,
            "documents_end_at",
        )?;
        self.require(Moment::ClosesAt, plan.closes_at, &happened, "closes_at")?;
        self.outlook(plan.closes_at)
    }

    /// What a deadline leads to.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn outlook(&self, closes_at: Instant) -> Lawful<Outlook<'a>> {
        Ok(Outlook {
            objection_before: self.cutoff(Moment::DocumentsObjected, Moment::ClosesAt, closes_at)?,
            addendum_before: self.cutoff(Moment::AddendumIssued, Moment::ClosesAt, closes_at)?,
            standstill_ends_at: self.standstill_ends(closes_at)?,
        })
    }

    /// When a standstill that begins now may end.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn standstill_ends(&self, begins_at: Instant) -> Lawful<Option<Bound<'a>>> {
        self.earliest(Moment::StandstillEnds, &[(Moment::StandstillBegins, begins_at)])
    }

    /// The deadline that an addendum forces when what is left would be too short: the first lawful
    /// day at the deadline's time of day (rule 0.4: not optional); `None` when the deadline may stay.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn extension(&self, closes_at: Instant, addendum_at: Instant) -> Lawful<Option<Bound<'a>>> {
        let bound = self.earliest(Moment::ClosesAt, &[(Moment::AddendumIssued, addendum_at)])?;
        Ok(bound.filter(|bound| bound.at > closes_at).map(|bound| {
            let same_day = closes_at.on(bound.at.date());
            let at = if same_day >= bound.at {
                same_day
            } else {
                closes_at.on(bound.at.date().saturating_add(1.day()))
            };
            Bound { at, ..bound }
        }))
    }

    /// The row that bounds a period, where there is one.
    #[must_use]
    pub fn bounding(&self, kind: Kind, from: Moment, to: Moment) -> Option<&'a Rule> {
        self.rows(kind, from, to).next()
    }

    fn rows(&self, kind: Kind, from: Moment, to: Moment) -> impl Iterator<Item = &'a Rule> {
        self.rules
            .iter()
            .copied()
            .filter(move |rule| rule.kind == kind && rule.period == Some((from, to)))
    }

    /// The first instant a minimum period permits.
    fn first_instant(&self, rule: &Rule, event: Instant) -> Lawful<Instant> {
        let Some(days) = rule.days() else {
            return Ok(event.plus(rule.span().unwrap_or(0)));
        };
        let first = self.calendar.first_day(event.date(), days)?;
        Ok(match rule.counting {
            Counting::ByDate => Instant::start_of(first),
            Counting::FullDays => Instant::end_of(first),
            Counting::EndsOnWorkingDay => Instant::end_of(self.calendar.last_day(event.date(), days)?),
        })
    }

    /// The instant from which an event leaves less than a minimum period before the end.
    fn last_instant(&self, rule: &Rule, end: Instant) -> Lawful<Instant> {
        let Some(days) = rule.days() else {
            return Ok(end.plus(1 - rule.span().unwrap_or(0)));
        };
        let last = match rule.counting {
            Counting::ByDate => end.date(),
            // whole days only: the day of the end itself does not count
            Counting::FullDays | Counting::EndsOnWorkingDay => end.date().saturating_sub(1.day()),
        };
        Ok(Instant::end_of(self.calendar.last_day_before(last, days)?))
    }
}

fn too_late(of: Moment, bound: Bound<'_>) -> Refusal {
    // people are told the last minute that was still lawful
    let refusal = Refusal::new(&TOO_LATE)
        .fact("moment", of)
        .fact("latest", bound.at.plus(-MINUTE));
    bound.rule.cite(refusal)
}

#[cfg(test)]
mod tests;
