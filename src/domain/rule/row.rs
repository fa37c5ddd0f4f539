//! A rule row as it is written, and whether it can be law.
//!
//! In: a table of TOML or the JSON of a stored row. Out: a [`Rule`], or where it is wrong and how.

use super::{Counting, Kind, Moment, Phase, Rule, Unit};
use crate::domain::{actor::Role, code::Region, procedure::Trade, text::Misprint};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The row as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    id: String,
    trade: Trade,
    stage: Phase,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Moment>,
    kind: Kind,
    n: i64,
    unit: Unit,
    #[serde(default = "by_date")]
    counting: Counting,
    basis: String,
    status: String,
    who: Role,
    gate: bool,
    yellow: bool,
    red: bool,
    grace: i64,
    valid_from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    zh: String,
    en: String,
}

fn by_date() -> Counting {
    Counting::ByDate
}

impl TryFrom<Row> for Rule {
    type Error = Misprint;

    fn try_from(row: Row) -> Result<Self, Misprint> {
        let wrong = |what: &str| Misprint(format!("rule {}: {what}", row.id));
        let date = |text: &str| {
            text.parse::<Date>()
                .map_err(|_| wrong(&format!("{text} is no date")))
        };
        let status = row
            .status
            .to_ascii_lowercase()
            .parse()
            .map_err(|_| wrong("status is L, P, C or U"))?;
        let period = match (row.from, row.to) {
            (Some(from), Some(to)) => Some((from, to)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(wrong("a period has both ends")),
        };
        let rule = Self {
            valid_from: date(&row.valid_from)?,
            valid_to: row.valid_to.as_deref().map(date).transpose()?,
            id: row.id.clone(),
            trade: row.trade,
            stage: row.stage,
            period,
            kind: row.kind,
            n: row.n,
            unit: row.unit,
            counting: row.counting,
            basis: row.basis,
            status,
            who: row.who,
            gate: row.gate,
            yellow: row.yellow,
            red: row.red,
            grace: row.grace,
            region: row.region,
            zh: row.zh,
            en: row.en,
        };
        match rule.flaw() {
            Some(what) => Err(Misprint(format!("rule {}: {what}", rule.id))),
            None => Ok(rule),
        }
    }
}

impl From<Rule> for Row {
    fn from(rule: Rule) -> Self {
        Self {
            id: rule.id,
            trade: rule.trade,
            stage: rule.stage,
            from: rule.period.map(|(from, _)| from),
            to: rule.period.map(|(_, to)| to),
            kind: rule.kind,
            n: rule.n,
            unit: rule.unit,
            counting: rule.counting,
            basis: rule.basis,
            status: rule.status.word().to_ascii_uppercase(),
            who: rule.who,
            gate: rule.gate,
            yellow: rule.yellow,
            red: rule.red,
            grace: rule.grace,
            valid_from: rule.valid_from.to_string(),
            valid_to: rule.valid_to.map(|day| day.to_string()),
            region: rule.region,
            zh: rule.zh,
            en: rule.en,
        }
    }
}

impl Rule {
    /// Why the row cannot be law.
    fn flaw(&self) -> Option<&'static str> {
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let timed = self.days().is_some() || self.span().is_some();
        let bounded = matches!(self.kind, Kind::Min | Kind::Max);
        let checks = [
            (plain(&self.id), "an id is capital letters and digits"),
            ((0..=i64::from(u32::MAX)).contains(&self.n), "n is out of bounds"),
            (
                (self.unit == Unit::None) == (self.kind == Kind::Fact),
                "a fact, and only a fact, has no unit",
            ),
            (self.kind != Kind::Fact || self.n == 0, "a fact has no figure"),
            (
                self.period.is_some() == timed,
                "a period, and only a period, is counted in time",
            ),
            (!timed || bounded, "a period is a min or a max"),
            (
                self.counting == Counting::ByDate || (self.kind == Kind::Min && self.days().is_some()),
                "only a min of days ends otherwise",
            ),
            (self.grace >= 0, "grace is negative"),
            (
                self.grace == 0 || (self.yellow && self.red),
                "grace lies between yellow and red",
            ),
            (
                self.valid_to.is_none_or(|to| to >= self.valid_from),
                "it ends before it begins",
            ),
            (
                ![&self.basis, &self.zh, &self.en]
                    .iter()
                    .any(|text| text.trim().is_empty()),
                "basis and words are needed",
            ),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, what)| what)
    }
}
