//! Incidents: the platform was down in the published last hours before a deadline, so the lot waits
//! for its owner, bids stay sealed, and the closing does not run.
//!
//! In: when the platform was last alive, when it started again, the lot. Out: whether it is on
//! incident; whether the owner's new time will do. Never: an incident that leaves less time than
//! was lost of the last hours.

use super::{
    procedure::Stage,
    refusal::{
        Lawful, Refusal,
        incident::{NO_INCIDENT, TOO_EARLY, TOO_SOON},
        require,
    },
    tender::Lot,
    time::{HOUR, Instant, MINUTE},
};

/// The last hours before a deadline in which the platform must be up, as every notice says.
pub const LAST_SPAN: i64 = 2 * HOUR;
/// A shorter gap is a restart, not a failure, as every notice says.
pub const GAP_MIN: i64 = MINUTE;

impl Lot {
    /// Whether a gap from `last` to `back` reaches into the last hours before the lot's deadline.
    #[must_use]
    pub fn is_hit(&self, last: Instant, back: Instant) -> bool {
        let (Stage::Open, None, Some(closes_at)) = (self.stage, self.incident_at, self.closes_at) else {
            return false;
        };
        let is_gap = back.0.saturating_sub(last.0) > GAP_MIN;
        is_gap && last < closes_at && back > closes_at.plus(-LAST_SPAN)
    }

    /// Refuses an incident that somebody declares before the last hours: a deadline is not moved so.
    ///
    /// # Errors
    /// `incident.too_early`.
    pub fn must_be_in_last_hours(&self, now: Instant) -> Lawful<()> {
        let from = self.closes_at.map(|closes_at| closes_at.plus(-LAST_SPAN));
        require(from.is_none_or(|from| now >= from), || {
            Refusal::new(&TOO_EARLY).fact("from", from.unwrap_or_default())
        })
    }

    /// Puts the lot on incident: time does nothing to it until the owner has set the new deadline.
    ///
    /// # Errors
    /// `act.wrong_stage` when it takes no bids.
    pub fn hold(&mut self, now: Instant) -> Lawful<()> {
        self.must_be(Stage::Open)?;
        self.incident_at = Some(now);
        self.next_tick_at = self.next_after(now);
        self.version += 1;
        Ok(())
    }

    /// The first new deadline an owner may set now: the last hours in full, and not before the old.
    ///
    /// # Errors
    /// `incident.none`.
    pub fn resumes_from(&self, now: Instant) -> Lawful<Instant> {
        require(self.incident_at.is_some(), || Refusal::new(&NO_INCIDENT))?;
        let rest = now.plus(LAST_SPAN);
        let whole = rest.0 + (MINUTE - rest.0.rem_euclid(MINUTE)) % MINUTE;
        Ok(self
            .closes_at
            .map_or(Instant(whole), |old| old.max(Instant(whole))))
    }

    /// Refuses a new deadline that comes too soon.
    ///
    /// # Errors
    /// `incident.none`, `incident.too_soon` with the first lawful time.
    pub fn may_resume(&self, closes_at: Instant, now: Instant) -> Lawful<()> {
        let earliest = self.resumes_from(now)?;
        require(closes_at >= earliest, || {
            Refusal::new(&TOO_SOON).fact("earliest", earliest).at("closes_at")
        })
    }

    /// Ends the incident with the owner's new deadline.
    ///
    /// # Errors
    /// `incident.none`, `incident.too_soon` with the first lawful time.
    pub fn resume(&mut self, closes_at: Instant, now: Instant) -> Lawful<()> {
        self.may_resume(closes_at, now)?;
        self.incident_at = None;
        self.move_deadline(closes_at, now);
        Ok(())
    }

    /// Sets the deadline and looks anew for what time does next.
    pub fn move_deadline(&mut self, closes_at: Instant, now: Instant) {
        self.closes_at = Some(closes_at);
        self.next_tick_at = self.next_after(now);
        self.version += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tender::sample_lot;

    fn at(text: &str) -> Instant {
        Instant::parse_local(text).unwrap()
    }

    fn open() -> Lot {
        let mut lot = sample_lot();
        lot.stage = Stage::Open;
        lot.closes_at = Some(at("2026-06-22T09:00"));
        lot
    }

    #[test]
    fn only_a_gap_in_the_last_hours_counts() {
        for (last, back, expected) in [
            ("2026-06-22T06:50", "2026-06-22T06:59", false),
            ("2026-06-22T06:50", "2026-06-22T07:00", false),
            ("2026-06-22T06:50", "2026-06-22T07:01", true),
            ("2026-06-20T06:50", "2026-06-25T00:00", true),
            ("2026-06-22T08:59", "2026-06-22T09:30", true),
            ("2026-06-22T08:00", "2026-06-22T08:01", false),
            ("2026-06-22T09:00", "2026-06-22T10:00", false),
        ] {
            assert_eq!(open().is_hit(at(last), at(back)), expected, "{last} {back}");
        }
        let mut held = open();
        held.hold(at("2026-06-22T08:00")).unwrap();
        assert!(
            !held.is_hit(at("2026-06-22T06:50"), at("2026-06-22T07:30")),
            "once is enough"
        );
        assert!(held.agenda().is_empty(), "time does nothing to it");
        assert!(!sample_lot().is_hit(at("2026-06-22T06:50"), at("2026-06-22T07:30")));
    }

    #[test]
    fn the_new_time_leaves_the_last_hours_in_full() {
        let mut lot = open();
        let now = at("2026-06-22T10:00").plus(1);
        assert_eq!(lot.resume(now, now).unwrap_err().reason.code, "incident.none");
        lot.hold(now).unwrap();
        let early = lot.resume(at("2026-06-22T12:00"), now).unwrap_err();
        assert_eq!(early.reason.code, "incident.too_soon");
        assert!(early.facts.contains(&("earliest", "2026-06-22 12:01".to_owned())));
        lot.resume(at("2026-06-22T12:01"), now).unwrap();
        assert_eq!(
            (lot.incident_at, lot.closes_at),
            (None, Some(at("2026-06-22T12:01")))
        );
        assert!(lot.next_tick_at > Some(now));
        let mut early = open();
        early.hold(at("2026-06-22T05:00")).unwrap();
        assert_eq!(
            early.resumes_from(at("2026-06-22T05:00")).unwrap(),
            at("2026-06-22T09:00"),
            "never earlier"
        );
    }
}
