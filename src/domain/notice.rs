//! What the public lists show: which information of a project is newest, and which projects a
//! reader asked for.
//!
//! In: the words of an address. Out: a [`Filter`] that can be asked of the store, or the refusal of
//! the word that means nothing. Never: a project that is not published, a figure of bids.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    procedure::{Stage, Trade},
    refusal::{Lawful, Refusal, common::FIELD_BAD},
    time::{DAY, Instant},
};
use crate::text_enum;

text_enum! {
    /// The kind of information that is newest of a lot (信息类型).
    pub enum Kind {
        /// 交易公告.
        Notice,
        /// 开标记录.
        Opening,
        /// 候选人公示.
        Candidates,
        /// 交易结果.
        Result,
    }
}

impl Kind {
    /// The kind that a lot at this stage has come to; `None` for drafts, which nobody sees.
    #[must_use]
    pub fn of(stage: Stage) -> Option<Self> {
        match stage {
            Stage::Draft => None,
            Stage::Open => Some(Self::Notice),
            Stage::Closing
            | Stage::Opened
            | Stage::Evaluation
            | Stage::CoefficientDraw
            | Stage::AwardDraw => Some(Self::Opening),
            Stage::Standstill => Some(Self::Candidates),
            Stage::Awarded | Stage::Failed | Stage::Withdrawn | Stage::Terminated => Some(Self::Result),
        }
    }

    /// The stages of a kind.
    pub fn stages(self) -> impl Iterator<Item = Stage> {
        Stage::ALL
            .iter()
            .copied()
            .filter(move |stage| Self::of(*stage) == Some(self))
    }
}

text_enum! {
    /// The time buttons of every public list.
    pub enum Span {
        /// 当天.
        Today,
        /// 近三天.
        Days3,
        /// 近十天.
        Days10,
        /// 近一月.
        Month,
        /// 近三月.
        Months3,
        /// 区间.
        Range,
    }
}

impl Span {
    /// How many days it reaches back, today included.
    fn days(self) -> Option<i64> {
        match self {
            Self::Today => Some(1),
            Self::Days3 => Some(3),
            Self::Days10 => Some(10),
            Self::Month => Some(30),
            Self::Months3 => Some(90),
            Self::Range => None,
        }
    }
}

text_enum! {
    /// The order of a list.
    pub enum Sort {
        /// Newest first.
        Published,
        /// What closes soonest first.
        Closing,
    }
}

/// What a reader asked for, as words of the address; empty words ask for nothing.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams, utoipa::ToSchema,
)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Question {
    /// Words of the name, or the number.
    pub q: String,
    /// A [`Kind`].
    pub kind: String,
    /// A [`Span`].
    pub time: String,
    /// With `range`: the first day, `YYYY-MM-DD`.
    pub from: String,
    /// With `range`: the last day, `YYYY-MM-DD`.
    pub to: String,
    /// GB/T 2260 code; it covers what lies below.
    pub region: String,
    /// A [`Stage`].
    pub stage: String,
    /// A [`Sort`].
    pub sort: String,
    /// Where the page before ended.
    pub after: String,
}

/// Where a page ended: the instant it is sorted by, and the lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Publication or deadline.
    pub at: Instant,
    /// The lot.
    pub lot: String,
}

/// A question that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The trade; all of them where there is none.
    pub trade: Option<Trade>,
    /// Part of the name or number.
    pub q: Option<String>,
    /// The stages asked for; all public ones where it is empty.
    pub stages: Vec<Stage>,
    /// Published at or after.
    pub from: Option<Instant>,
    /// Published before.
    pub until: Option<Instant>,
    /// The leading digits of the region's code.
    pub region: Option<String>,
    /// The order.
    pub sort: Sort,
    /// Only what comes after this place.
    pub after: Option<Place>,
}

fn bad(field: &str, expected: impl std::fmt::Display) -> Refusal {
    Refusal::new(&FIELD_BAD)
        .fact("field", field)
        .fact("expected", expected)
        .at(field)
}

fn word<T: std::str::FromStr + Copy>(
    field: &str,
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Lawful<Option<T>> {
    if text.is_empty() {
        return Ok(None);
    }
    let known = || all.iter().map(|word| name(*word)).collect::<Vec<_>>().join(", ");
    text.parse().map(Some).map_err(|_| bad(field, known()))
}

fn day(field: &str, text: &str) -> Lawful<Option<Date>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| bad(field, "YYYY-MM-DD"))
}

/// The digits of a region's code without the zeros that stand for "all below".
fn region(text: &str) -> Lawful<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    if ![2, 4, 6].contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad("region", "110000"));
    }
    let stem = text
        .strip_suffix("0000")
        .or_else(|| text.strip_suffix("00"))
        .unwrap_or(text);
    Ok(Some(stem.to_owned()))
}

impl Question {
    /// What the words mean at `now`.
    ///
    /// # Errors
    /// `field.bad` at the word that means nothing.
    pub fn filter(&self, trade: Option<Trade>, now: Instant) -> Lawful<Filter> {
        let kind = word("kind", &self.kind, Kind::ALL, Kind::word)?;
        let stage = word("stage", &self.stage, Stage::ALL, Stage::word)?;
        let span = word("time", &self.time, Span::ALL, Span::word)?;
        let sort = word("sort", &self.sort, Sort::ALL, Sort::word)?;
        let back = span.and_then(Span::days);
        let (from, until) = match back {
            Some(days) => (Some(Instant::start_of(now.date()).plus(-(days - 1) * DAY)), None),
            None => (
                day("from", &self.from)?.map(Instant::start_of),
                day("to", &self.to)?.map(Instant::end_of),
            ),
        };
        let mut stages: Vec<Stage> = kind.into_iter().flat_map(Kind::stages).collect();
        if let Some(stage) = stage {
            let is_possible = stage != Stage::Draft && (stages.is_empty() || stages.contains(&stage));
            stages = is_possible.then_some(stage).into_iter().collect();
            if stages.is_empty() {
                return Err(bad("stage", kind.map_or("open", Kind::word)));
            }
        }
        let sort = sort.unwrap_or(Sort::Published);
        if sort == Sort::Closing && stages.is_empty() {
            // what has closed no longer closes soon
            stages.push(Stage::Open);
        }
        Ok(Filter {
            trade,
            q: Some(self.q.trim().to_owned()).filter(|q| !q.is_empty()),
            stages,
            from,
            until,
            region: region(&self.region)?,
            sort,
            after: Place::parse(&self.after)?,
        })
    }

    /// The same question for the page that begins after a place, as an address's query.
    #[must_use]
    pub fn query(&self, after: &str) -> String {
        let words = [
            ("q", self.q.as_str()),
            ("kind", &self.kind),
            ("time", &self.time),
            ("from", &self.from),
            ("to", &self.to),
            ("region", &self.region),
            ("stage", &self.stage),
            ("sort", &self.sort),
            ("after", after),
        ];
        let said: Vec<_> = words.into_iter().filter(|(_, word)| !word.is_empty()).collect();
        serde_html_form::to_string(said).unwrap_or_default()
    }
}

impl Place {
    fn parse(text: &str) -> Lawful<Option<Self>> {
        if text.is_empty() {
            return Ok(None);
        }
        let read = || -> Option<Self> {
            let (at, lot) = text.split_once('.')?;
            Some(Self {
                at: Instant(at.parse().ok()?),
                lot: lot.to_owned(),
            })
        };
        read().map(Some).ok_or_else(|| bad("after", "0.lot"))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at.0, self.lot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        Instant::parse_local("2026-06-10T15:30").unwrap()
    }

    fn ask(set: impl FnOnce(&mut Question)) -> Lawful<Filter> {
        let mut question = Question::default();
        set(&mut question);
        question.filter(Some(Trade::Construction), now())
    }

    #[test]
    fn every_public_stage_has_one_kind() {
        let kinds: Vec<_> = Kind::ALL.iter().flat_map(|kind| kind.stages()).collect();
        assert_eq!(kinds.len(), Stage::ALL.len() - 1);
        assert!(!kinds.contains(&Stage::Draft));
    }

    #[test]
    fn time_buttons_count_beijing_days_with_today() {
        for (time, from) in [
            ("today", "2026-06-10T00:00"),
            ("days3", "2026-06-08T00:00"),
            ("days10", "2026-06-01T00:00"),
        ] {
            let filter = ask(|q| q.time = time.into()).unwrap();
            assert_eq!(filter.from, Instant::parse_local(from), "{time}");
        }
        let range = ask(|q| {
            q.time = "range".into();
            q.from = "2026-06-01".into();
            q.to = "2026-06-02".into();
        });
        assert_eq!(range.unwrap().until, Instant::parse_local("2026-06-03T00:00"));
    }

    #[test]
    fn a_word_that_means_nothing_is_refused_at_its_field() {
        for (field, refused) in [
            ("kind", ask(|q| q.kind = "x".into())),
            ("time", ask(|q| q.time = "x".into())),
            ("from", ask(|q| q.from = "2026-02-30".into())),
            ("region", ask(|q| q.region = "11000".into())),
            ("stage", ask(|q| q.stage = "draft".into())),
            ("sort", ask(|q| q.sort = "x".into())),
            ("after", ask(|q| q.after = "x".into())),
        ] {
            assert_eq!(refused.unwrap_err().field.as_deref(), Some(field));
        }
        let both = ask(|q| {
            q.kind = "result".into();
            q.stage = "open".into();
        });
        assert!(both.is_err(), "a stage that is not of the kind");
    }

    #[test]
    fn a_region_covers_what_lies_below() {
        for (code, stem) in [
            ("110000", "11"),
            ("110100", "1101"),
            ("110101", "110101"),
            ("33", "33"),
        ] {
            assert_eq!(
                ask(|q| q.region = code.into()).unwrap().region.as_deref(),
                Some(stem)
            );
        }
    }

    #[test]
    fn a_question_goes_on_where_the_page_ended() {
        let question = Question {
            q: "桥 & 路".into(),
            time: "today".into(),
            ..Question::default()
        };
        let place = Place {
            at: now(),
            lot: "abc".into(),
        };
        let query = question.query(&place.to_string());
        let read: Question = serde_html_form::from_str(&query).unwrap();
        assert_eq!(read.q, question.q);
        assert_eq!(read.filter(None, now()).unwrap().after, Some(place));
    }
}
