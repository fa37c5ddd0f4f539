//! Instants: Unix milliseconds in the database and JSON, Beijing time (UTC+8, no daylight saving)
//! for people and for every rule that speaks of days.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::BigInt,
};
use jiff::{
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// One second, minute, hour, day in milliseconds.
pub const SECOND: i64 = 1_000;
/// A minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// An instant of the law's time, in Unix milliseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow, Default,
)]
#[diesel(sql_type = BigInt)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// The last instant of the year 9999; nothing of the law is dated after it, or as long before the epoch.
const END: i64 = 253_402_271_999_999;

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ms = i64::deserialize(deserializer)?;
        if (-END..=END).contains(&ms) {
            Ok(Self(ms))
        } else {
            Err(D::Error::custom(
                "a time of the years up to 9999, in milliseconds",
            ))
        }
    }
}

/// China Standard Time.
#[must_use]
pub fn beijing() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

impl Instant {
    /// The Beijing wall-clock time; years beyond 9999 are shown as the last one.
    #[must_use]
    pub fn civil(self) -> DateTime {
        jiff::Timestamp::from_millisecond(self.0).map_or(DateTime::MAX, |timestamp| {
            timestamp.to_zoned(beijing()).datetime()
        })
    }

    /// The Beijing date.
    #[must_use]
    pub fn date(self) -> Date {
        self.civil().date()
    }

    /// The instant of a Beijing wall-clock time; `None` beyond what a timestamp holds.
    #[must_use]
    pub fn of_civil(civil: DateTime) -> Option<Self> {
        let zoned = civil.to_zoned(beijing()).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// 00:00 of a Beijing date.
    #[must_use]
    pub fn start_of(date: Date) -> Self {
        let span = date.duration_since(Date::constant(1970, 1, 1));
        Self(span.as_secs().saturating_mul(SECOND).saturating_sub(8 * HOUR))
    }

    /// The end of a Beijing date: 00:00 of the next one, which no longer belongs to it.
    #[must_use]
    pub fn end_of(date: Date) -> Self {
        Self::start_of(date).plus(DAY)
    }

    /// The same time of day on another Beijing date.
    #[must_use]
    pub fn on(self, date: Date) -> Self {
        Self::start_of(date).plus(self.0 - Self::start_of(self.date()).0)
    }

    /// Reads `YYYY-MM-DDTHH:MM` or `YYYY-MM-DD HH:MM`, Beijing time, as forms send it.
    #[must_use]
    pub fn parse_local(text: &str) -> Option<Self> {
        let text = text.trim().replacen(' ', "T", 1);
        if text.len() != 16 {
            return None;
        }
        Self::of_civil(text.parse().ok()?)
    }

    /// `YYYY-MM-DD HH:MM`, Beijing time.
    #[must_use]
    pub fn local(self) -> String {
        self.civil().strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `YYYY-MM-DD HH:MM:SS`, Beijing time.
    #[must_use]
    pub fn local_seconds(self) -> String {
        self.civil().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Later by a span in milliseconds.
    #[must_use]
    pub fn plus(self, span: i64) -> Self {
        Self(self.0.saturating_add(span))
    }

    /// Whether it is a whole minute, as every deadline must be.
    #[must_use]
    pub fn is_whole_minute(self) -> bool {
        self.0 % MINUTE == 0
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.local())
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Instant
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Instant
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(i64::from_sql(bytes)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_beijing() {
        let late = Instant::parse_local("2026-06-01T23:59").unwrap();
        assert_eq!(late.date(), Date::constant(2026, 6, 1));
        assert_eq!(Instant::start_of(late.date()).local(), "2026-06-01 00:00");
        assert_eq!(Instant::end_of(late.date()), late.plus(MINUTE));
        assert_eq!(late.on(Date::constant(2026, 6, 21)).local(), "2026-06-21 23:59");
        assert_eq!(Instant::parse_local("2026-02-30T09:00"), None);
        assert!(late.is_whole_minute() && !late.plus(1).is_whole_minute());
    }
}
