//! Rule rows: every figure of law, with its basis, as data.
//!
//! In: `rules/<trade>.toml`, or rows that the database holds since. Out: checked [`Rule`]s, found by id
//! and day. What must never happen: a figure of law as a constant in code, a row that says something
//! impossible, or a figure that was not in force on the day it is applied to.

mod kind;
mod row;
mod version;

pub use kind::{Counting, Kind, Moment, Phase, Status, Unit};
pub use version::RuleVersion;

use super::{
    actor::Role,
    calendar::Days,
    code::Region,
    procedure::Trade,
    refusal::{Lawful, Refusal, rule::MISSING},
    text::Misprint,
    time::{HOUR, MINUTE},
};
use jiff::civil::Date;
use row::Row;
use serde::{Deserialize, Serialize};

/// One rule row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Row", into = "Row")]
pub struct Rule {
    /// Its id, e.g. `Z14`; an id ending in R is the like rule of the random-award procedure, whose
    /// works are no 招标 (D03).
    pub id: String,
    /// The trade.
    pub trade: Trade,
    /// The part of the procedure.
    pub stage: Phase,
    /// The period it bounds, from one moment to another; figures that are no periods have none.
    pub period: Option<(Moment, Moment)>,
    /// How the figure binds.
    pub kind: Kind,
    /// The figure.
    pub n: i64,
    /// What it counts.
    pub unit: Unit,
    /// How a minimum period ends.
    pub counting: Counting,
    /// Article, order or local rule, in Chinese as people cite it.
    pub basis: String,
    /// How well it is known.
    pub status: Status,
    /// Who owes it.
    pub who: Role,
    /// Whether the program refuses the act that would break it.
    pub gate: bool,
    /// Whether what is late or missed is a yellow card.
    pub yellow: bool,
    /// Whether a breach is a red card; with `yellow`, after the grace.
    pub red: bool,
    /// From yellow to red, in working days.
    pub grace: i64,
    /// The first day it is in force.
    pub valid_from: Date,
    /// The last day, if it has one.
    pub valid_to: Option<Date>,
    /// Where it applies, if not everywhere.
    pub region: Option<Region>,
    /// What it says, in Chinese.
    pub zh: String,
    /// What it says, in English.
    pub en: String,
}

impl Rule {
    /// The figure as days, where it is one.
    #[must_use]
    pub fn days(&self) -> Option<Days> {
        let n = u32::try_from(self.n).ok()?;
        match self.unit {
            Unit::CalendarDay => Some(Days::Calendar(n)),
            Unit::WorkingDay => Some(Days::Working(n)),
            Unit::Hour
            | Unit::Minute
            | Unit::Year
            | Unit::Yuan
            | Unit::Percent
            | Unit::Third
            | Unit::Person
            | Unit::Bidder
            | Unit::Candidate
            | Unit::None => None,
        }
    }

    /// The figure as milliseconds, where it counts hours or minutes.
    #[must_use]
    pub fn span(&self) -> Option<i64> {
        match self.unit {
            Unit::Hour => self.n.checked_mul(HOUR),
            Unit::Minute => self.n.checked_mul(MINUTE),
            Unit::CalendarDay
            | Unit::WorkingDay
            | Unit::Year
            | Unit::Yuan
            | Unit::Percent
            | Unit::Third
            | Unit::Person
            | Unit::Bidder
            | Unit::Candidate
            | Unit::None => None,
        }
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub fn is_in_force(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| on <= to)
    }

    /// Names the rule and its basis in a refusal.
    #[must_use]
    pub fn cite(&self, refusal: Refusal) -> Refusal {
        refusal.fact("rule", &self.id).fact("basis", &self.basis)
    }
}

/// Rule rows of one version, found by id and day.
#[derive(Debug, Clone)]
pub struct Rules(Vec<Rule>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    rule: Vec<Rule>,
}

/// The rule files that come with the program, one for each trade.
const FILES: [&str; 1] = [include_str!("../../../rules/construction.toml")];

impl Rules {
    /// The rows that came with the program: version 1 of a new database.
    ///
    /// # Errors
    /// A misprint in an embedded file, which a test excludes.
    pub fn embedded() -> Result<Self, Misprint> {
        let files = FILES.map(Self::parse).into_iter();
        let rows = files.map(|rules| rules.map(|rules| rules.0));
        Self::of(rows.collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// Reads a rule file.
    ///
    /// # Errors
    /// The first row that cannot be law, and why.
    pub fn parse(text: &str) -> Result<Self, Misprint> {
        let file: RuleFile = toml::from_str(text).map_err(|error| Misprint(format!("rules: {error}")))?;
        Self::of(file.rule)
    }

    /// Rows from elsewhere.
    ///
    /// # Errors
    /// Two rows of one id begin on the same day.
    pub fn of(mut rows: Vec<Rule>) -> Result<Self, Misprint> {
        rows.sort_by(|a, b| (&a.id, a.valid_from).cmp(&(&b.id, b.valid_from)));
        let twice = rows.windows(2).find_map(|pair| match pair {
            [a, b] if a.id == b.id && a.valid_from == b.valid_from => Some(&a.id),
            _ => None,
        });
        match twice {
            Some(id) => Err(Misprint(format!("rule {id}: two rows begin on one day"))),
            None => Ok(Self(rows)),
        }
    }

    /// All rows, by id and beginning.
    #[must_use]
    pub fn rows(&self) -> &[Rule] {
        &self.0
    }

    /// The row of an id in force on a day: the one that began last.
    ///
    /// # Errors
    /// `rule.missing`.
    pub fn rule(&self, id: &str, on: Date) -> Lawful<&Rule> {
        let found = self
            .0
            .iter()
            .rev()
            .find(|rule| rule.id == id && rule.is_in_force(on));
        found.ok_or_else(|| Refusal::new(&MISSING).fact("rule", id).fact("on", on))
    }

    /// The figure of an id on a day.
    ///
    /// # Errors
    /// `rule.missing`.
    pub fn figure(&self, id: &str, on: Date) -> Lawful<i64> {
        Ok(self.rule(id, on)?.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::procedure::PROCEDURES;
    use jiff::civil::date;
    use std::collections::BTreeSet;

    const ROW: &str = r#"
[[rule]]
id = "Z14"
trade = "construction"
stage = "notice"
from = "documents_issued"
to = "closes_at"
kind = "min"
n = 20
unit = "calendar_day"
basis = "招标投标法 24"
status = "L"
who = "owner"
gate = true
yellow = false
red = true
grace = 0
valid_from = "2000-01-01"
zh = "不得少于 20 日"
en = "at least 20 days"
"#;

    #[test]
    fn the_embedded_rows_are_law_and_survive_storage() {
        let rules = Rules::embedded().unwrap();
        for rule in rules.rows() {
            let stored = serde_json::to_string(rule).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&stored).unwrap(), *rule);
            // the random award is no tender: its rows never claim that the tendering law binds them
            assert_eq!(
                rule.id.ends_with('R'),
                rule.basis.starts_with("参照") && !rule.id.starts_with('D'),
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn procedures_name_rows_that_exist_and_no_row_of_theirs_is_forgotten() {
        let rules = Rules::embedded().unwrap();
        for procedure in PROCEDURES {
            let on = date(2026, 6, 1);
            for id in procedure.rules {
                assert_eq!(rules.rule(id, on).unwrap().trade, procedure.trade, "{id}");
            }
            // all procedures of a trade together name the rows of its random award
            let of_trade = PROCEDURES.iter().filter(|one| one.trade == procedure.trade);
            let named: BTreeSet<&str> = of_trade.flat_map(|one| one.rules).copied().collect();
            let rows = rules.rows().iter().filter(|row| row.trade == procedure.trade);
            let mut ids = rows.map(|row| row.id.as_str());
            let forgotten = ids.find(|id| id.ends_with('R') && !named.contains(id));
            assert_eq!(forgotten, None);
        }
    }

    #[test]
    fn impossible_rows_are_misprints() {
        assert!(Rules::parse(ROW).is_ok());
        for (from, to, why) in [
            ("n = 20", "n = -1", "out of bounds"),
            ("n = 20", "n = 2.5", "invalid type"),
            ("from = \"documents_issued\"\n", "", "both ends"),
            ("to = \"closes_at\"", "to = \"opening\"", "unknown variant"),
            ("unit = \"calendar_day\"", "unit = \"person\"", "counted in time"),
            ("unit = \"calendar_day\"", "unit = \"none\"", "only a fact"),
            ("kind = \"min\"", "kind = \"threshold\"", "a min or a max"),
            (
                "kind = \"min\"",
                "kind = \"max\"\ncounting = \"full_days\"",
                "only a min of days",
            ),
            ("grace = 0", "grace = 3", "between yellow and red"),
            (
                "valid_from = \"2000-01-01\"",
                "valid_from = \"2000-02-30\"",
                "no date",
            ),
            (
                "valid_from",
                "valid_to = \"1999-01-01\"\nvalid_from",
                "before it begins",
            ),
            ("valid_from", "region = \"999999\"\nvalid_from", "code.region"),
            ("basis = \"招标投标法 24\"", "basis = \" \"", "basis"),
            ("status = \"L\"", "status = \"X\"", "L, P, C or U"),
            ("id = \"Z14\"", "id = \"z-14\"", "capital letters"),
            ("gate = true", "gate = true\nfine = 3", "unknown field"),
        ] {
            let error = Rules::parse(&ROW.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(why), "{to}: {error}");
        }
        assert!(
            Rules::parse(&ROW.repeat(2))
                .unwrap_err()
                .to_string()
                .contains("on one day")
        );
    }

    #[test]
    fn the_row_in_force_is_the_one_that_began_last() {
        let newer = ROW
            .replacen("n = 20", "n = 15", 1)
            .replacen("2000-01-01", "2027-01-01", 1);
        let rules = Rules::parse(&format!("{ROW}{newer}")).unwrap();
        assert_eq!(rules.figure("Z14", date(2026, 12, 31)).unwrap(), 20);
        assert_eq!(rules.figure("Z14", date(2027, 1, 1)).unwrap(), 15);
        let refusal = rules.rule("Z14", date(1999, 12, 31)).unwrap_err();
        assert_eq!(
            refusal.facts,
            [("rule", "Z14".to_owned()), ("on", "1999-12-31".to_owned())]
        );
        assert_eq!(
            rules.rule("Z14", date(2026, 1, 1)).unwrap().days(),
            Some(Days::Calendar(20))
        );
    }
}
