//! The working-day calendar and the counting of days (民法典 201, 203, 204; rules 0.1-0.5).
//!
//! In: a date, a number of days, and the calendar as data (`rules/calendar.toml`). Out: the date on
//! which a period ends or may end. What must never happen: a guess about a year whose days of rest
//! the State Council has not published; such a computation is refused and names the year.

use super::{
    refusal::{Lawful, Refusal, calendar::YEAR_UNPUBLISHED},
    text::Misprint,
};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A number of days and how they are counted; the day of the event is never counted (开始当日不计入).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// 日: every day counts.
    Calendar(u32),
    /// 工作日: only days that work count.
    Working(u32),
}

/// The published years.
#[derive(Debug, Clone)]
pub struct Calendar {
    version: String,
    years: BTreeMap<i16, Year>,
}

#[derive(Debug, Clone)]
struct Year {
    notice: String,
    rest: BTreeSet<Date>,
    work: BTreeSet<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    version: String,
    year: Vec<YearRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearRow {
    year: i16,
    notice: String,
    rest: Vec<Holiday>,
    work: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    from: String,
    to: String,
}

impl Calendar {
    /// The calendar that came with the program.
    ///
    /// # Errors
    /// A misprint in the embedded file, which a test excludes.
    pub fn embedded() -> Result<Self, Misprint> {
        Self::parse(include_str!("../../rules/calendar.toml"))
    }

    /// Reads a calendar file.
    ///
    /// # Errors
    /// The first line that cannot be: a date outside its year, an end before its beginning, make-up
    /// work on a weekday, a year given twice.
    pub fn parse(text: &str) -> Result<Self, Misprint> {
        let file: CalendarFile =
            toml::from_str(text).map_err(|error| Misprint(format!("calendar: {error}")))?;
        let mut years = BTreeMap::new();
        for row in file.year {
            let number = row.year;
            if years.insert(number, Year::of(row)?).is_some() {
                return Err(Misprint(format!("calendar: {number} is given twice")));
            }
        }
        Ok(Self {
            version: file.version,
            years,
        })
    }

    /// The version, stored with every date computed from it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The published years, each with its notice.
    pub fn notices(&self) -> impl Iterator<Item = (i16, &str)> {
        self.years.iter().map(|(year, row)| (*year, row.notice.as_str()))
    }

    /// Whether people work on a day.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn is_working(&self, day: Date) -> Lawful<bool> {
        let year = self.years.get(&day.year()).ok_or_else(|| {
            let last = self.years.keys().next_back().copied().unwrap_or_default();
            Refusal::new(&YEAR_UNPUBLISHED)
                .fact("year", day.year())
                .fact("last", last)
        })?;
        Ok(year.work.contains(&day) || (!is_weekend(day) && !year.rest.contains(&day)))
    }

    /// The day itself when it works, else the first working day after it.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn first_working(&self, day: Date) -> Lawful<Date> {
        let mut day = day;
        while !self.is_working(day)? {
            day = next(day);
        }
        Ok(day)
    }

    /// How many working days lie after one day, up to and including another.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn working_days(&self, after: Date, until: Date) -> Lawful<u32> {
        let mut count = 0;
        let mut day = next(after);
        while day <= until {
            count += u32::from(self.is_working(day)?);
            day = next(day);
        }
        Ok(count)
    }

    /// The last day of a *maximum* period ("within n days"): a calendar period that would end on a day
    /// of rest runs to the first working day after it (民法典 203). Also the last day of a publicity
    /// period (公示), which is a minimum but, as the exception to rule 0.3, rolls in the same way.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn last_day(&self, event: Date, within: Days) -> Lawful<Date> {
        self.first_working(self.first_day(event, within)?)
    }

    /// The first day a *minimum* period ("not less than n days") permits; a day of rest is as good as
    /// any (rule 0.3).
    ///
    /// # Errors
    /// `calendar.year_unpublished`, for working days only.
    pub fn first_day(&self, event: Date, at_least: Days) -> Lawful<Date> {
        match at_least {
            Days::Calendar(n) => Ok(event.saturating_add(i64::from(n).days())),
            Days::Working(n) => self.step(event, n, next),
        }
    }

    /// The last day on which something may happen that must happen at least so long *before* another
    /// day (rule 0.4).
    ///
    /// # Errors
    /// `calendar.year_unpublished`, for working days only.
    pub fn last_day_before(&self, end: Date, at_least: Days) -> Lawful<Date> {
        match at_least {
            Days::Calendar(n) => Ok(end.saturating_sub(i64::from(n).days())),
            // the n-th working day counted back from the end, the end included; the event is before it
            Days::Working(0) => Ok(end),
            Days::Working(n) => Ok(previous(self.step(next(end), n, previous)?)),
        }
    }

    /// The n-th working day from a day, itself not counted, in the direction of `towards`.
    fn step(&self, from: Date, n: u32, towards: impl Fn(Date) -> Date) -> Lawful<Date> {
        let mut day = from;
        let mut left = n;
        while left > 0 {
            day = towards(day);
            left -= u32::from(self.is_working(day)?);
        }
        Ok(day)
    }
}

impl Year {
    fn of(row: YearRow) -> Result<Self, Misprint> {
        let read = |text: &str| {
            let date = text.parse::<Date>().ok().filter(|date| date.year() == row.year);
            date.ok_or_else(|| Misprint(format!("calendar {}: {text} is no date of the year", row.year)))
        };
        let mut rest = BTreeSet::new();
        for holiday in &row.rest {
            let (from, to) = (read(&holiday.from)?, read(&holiday.to)?);
            if from > to || !rest.is_disjoint(&BTreeSet::from([from, to])) {
                return Err(Misprint(format!(
                    "calendar {}: {} is out of order",
                    row.year, holiday.name
                )));
            }
            rest.extend(from.series(1.day()).take_while(|day| *day <= to));
        }
        let work = row
            .work
            .iter()
            .map(|text| read(text))
            .collect::<Result<BTreeSet<_>, _>>()?;
        if let Some(day) = work.iter().find(|day| !is_weekend(**day) || rest.contains(*day)) {
            return Err(Misprint(format!(
                "calendar {}: {day} cannot be make-up work",
                row.year
            )));
        }
        Ok(Self {
            notice: row.notice,
            rest,
            work,
        })
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn next(day: Date) -> Date {
    day.saturating_add(1.day())
}

fn previous(day: Date) -> Date {
    day.saturating_sub(1.day())
}

#[cfg(test)]
mod tests {
    use super::{
        Days::{Calendar as CD, Working as WD},
        *,
    };
    use jiff::civil::date;
    use proptest::prelude::*;

    fn calendar() -> Calendar {
        Calendar::embedded().unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn maximum_periods() {
        for (start, within, end) in [
            ("2026-09-18", WD(7), "2026-09-29"),
            ("2026-09-24", WD(5), "2026-10-09"),
            ("2026-09-30", WD(2), "2026-10-09"),
            ("2026-02-12", WD(3), "2026-02-24"),
            ("2025-09-26", WD(7), "2025-10-13"),
            ("2026-04-29", WD(15), "2026-05-22"),
            ("2026-09-30", CD(3), "2026-10-08"),
            ("2026-09-03", CD(30), "2026-10-08"),
            ("2026-02-11", CD(5), "2026-02-24"),
            ("2026-06-01", CD(3), "2026-06-04"),
        ] {
            assert_eq!(
                calendar().last_day(day(start), within).unwrap(),
                day(end),
                "{start} {within:?}"
            );
        }
    }

    #[test]
    fn minimum_periods_do_not_roll_but_publicity_does() {
        let twenty = calendar().first_day(day("2026-06-01"), CD(20)).unwrap();
        assert_eq!(twenty, day("2026-06-21"), "a Sunday, allowed");
        for (published, last) in [
            ("2026-06-01", "2026-06-04"),
            ("2026-06-03", "2026-06-08"), // ends on Saturday 06-06
            ("2026-06-16", "2026-06-22"), // ends on Dragon Boat, Friday 06-19
            ("2026-09-17", "2026-09-20"), // ends on a Sunday that works
        ] {
            assert_eq!(calendar().last_day(day(published), CD(3)).unwrap(), day(last));
        }
    }

    #[test]
    fn counting_backwards() {
        for (end, before, last) in [
            ("2026-06-21", CD(15), "2026-06-06"),
            ("2026-06-08", WD(3), "2026-06-03"), // 06-04, 06-05 and 06-08 lie between
            ("2026-06-07", WD(2), "2026-06-03"), // a Sunday end: 06-04 and 06-05
            ("2026-10-08", WD(1), "2026-10-07"),
            ("2026-10-08", WD(0), "2026-10-08"),
        ] {
            assert_eq!(
                calendar().last_day_before(day(end), before).unwrap(),
                day(last),
                "{end} {before:?}"
            );
        }
    }

    #[test]
    fn working_days_of_the_published_years() {
        for year in [2025, 2026] {
            let working = |month, of| calendar().is_working(date(year, month, of)).unwrap();
            let first = u32::from(working(1, 1));
            let rest = calendar()
                .working_days(date(year, 1, 1), date(year, 12, 31))
                .unwrap();
            assert_eq!(first + rest, 248, "{year}");
        }
    }

    #[test]
    fn a_year_without_published_calendar_is_refused_by_name() {
        let refusal = calendar().last_day(day("2026-12-30"), WD(2)).unwrap_err();
        assert_eq!(refusal.reason.code, "calendar.year_unpublished");
        assert_eq!(
            refusal.facts,
            [("year", "2027".to_owned()), ("last", "2026".to_owned())]
        );
        assert!(
            calendar().last_day(day("2026-12-30"), CD(3)).is_err(),
            "may have to roll"
        );
        assert!(calendar().last_day_before(day("2025-01-02"), WD(5)).is_err());
        assert_eq!(
            calendar().first_day(day("2026-12-30"), CD(3)).unwrap(),
            day("2027-01-02")
        );
    }

    #[test]
    fn impossible_calendars_are_misprints() {
        let with = |from: &str, to: &str| include_str!("../../rules/calendar.toml").replacen(from, to, 1);
        for (from, to) in [
            ("to = \"2025-02-04\"", "to = \"2025-01-04\""),
            ("from = \"2025-04-04\"", "from = \"2025-02-30\""),
            ("from = \"2025-04-04\"", "from = \"2024-04-04\""),
            ("\"2025-01-26\"", "\"2025-01-27\""),
            ("\"2025-01-26\"", "\"2025-02-01\""),
            ("year = 2026", "year = 2025"),
            ("notice =", "source ="),
        ] {
            assert!(Calendar::parse(&with(from, to)).is_err(), "{to}");
        }
        assert_eq!(
            calendar().notices().map(|(year, _)| year).collect::<Vec<_>>(),
            [2025, 2026]
        );
        assert!(
            Calendar::parse(&with("version = \"2026\"", "version = \"7\""))
                .unwrap()
                .version()
                == "7"
        );
    }

    proptest! {
        #[test]
        fn forwards_and_backwards_agree(offset in 30_i64..600, n in 0_u32..40) {
            let calendar = calendar();
            let event = date(2025, 1, 1).saturating_add(offset.days());
            for days in [CD(n), WD(n)] {
                let first = calendar.first_day(event, days).unwrap();
                prop_assert!(calendar.last_day_before(first, days).unwrap() >= event, "lawful at once");
                if n > 0 {
                    prop_assert!(calendar.last_day_before(previous(first), days).unwrap() < event, "not earlier");
                }
                prop_assert!(calendar.last_day(event, days).unwrap() >= first);
            }
            let working = calendar.first_day(event, WD(n)).unwrap();
            prop_assert_eq!(calendar.working_days(event, working).unwrap(), n);
        }
    }
}
