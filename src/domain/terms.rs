//! The terms of a lot as its owner drafts them: what is lawful to publish, before anybody bids.
//!
//! In: the terms, the rule rows in force. Out: a lot, or the refusal that names the rule. Never: a
//! panel the rule forbids, a band that is none, a criterion without a clause of its own.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    bytes::{JsonOf, JsonText},
    field::{bounded, line},
    id::Id,
    method::MethodTerms,
    money::Fen,
    procedure::{AwardMethod, PROCEDURES, PanelRule, Procedure, ReviewOrder, Stage, Trade},
    refusal::{
        Lawful, Reason, Refusal,
        common::FIELD_BAD,
        require,
        tender::{BIDDERS_MIN, CANDIDATES, CRITERIA, NO_PROCEDURE, PANEL_SHARE, PANEL_SIZE, QUALIFIED_MIN},
    },
    rule::Rules,
    tender::{Criterion, Lot},
    time::{DAY, Instant, MINUTE},
};

/// What an owner says about a lot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// Its name.
    pub name: String,
    /// 最高投标限价 B.
    pub ceiling_fen: Fen,
    /// How the winner is found.
    pub method: MethodTerms,
    /// When the panel reviews.
    pub review_order: ReviewOrder,
    /// How many candidates are published.
    pub n_candidates: i64,
    /// The least number of bidders.
    pub n_bidders_min: i64,
    /// The least number of qualified bids.
    pub n_qualified_min: i64,
    /// The size of the panel.
    pub n_panel: i64,
    /// How many of its seats are the owner's.
    pub n_owner_seats: i64,
    /// The specialty the experts are drawn from.
    pub specialty: String,
    /// Whether a `docs` part is required of every bid.
    pub needs_docs: bool,
    /// The criteria of postqualification.
    pub criteria: Vec<Criterion>,
    /// The time to object to the opening, ms.
    pub objection_span: i64,
    /// The planned deadline.
    pub closes_at: Option<Instant>,
}

/// The most criteria of a lot.
const CRITERIA_MAX: usize = 200;

/// The procedure that a trade, a method of award and an order of review call for.
///
/// # Errors
/// `tender.no_procedure`.
pub fn procedure(trade: Trade, award: AwardMethod, order: ReviewOrder) -> Lawful<&'static Procedure> {
    Procedure::of(trade, award, order).ok_or_else(|| no_procedure(trade))
}

/// Refuses a trade for which there is no procedure.
///
/// # Errors
/// `tender.no_procedure`.
pub fn must_be_served(trade: Trade) -> Lawful<()> {
    let is_served = PROCEDURES.iter().any(|procedure| procedure.trade == trade);
    require(is_served, || no_procedure(trade))
}

/// Refuses a trade under which a lot was not drafted.
///
/// # Errors
/// `tender.no_procedure`; as [`Lot::procedure`].
pub fn must_serve(trade: Trade, lot: &Lot) -> Lawful<()> {
    require(lot.procedure()?.trade == trade, || no_procedure(trade))
}

fn no_procedure(trade: Trade) -> Refusal {
    Refusal::new(&NO_PROCEDURE)
        .fact("trade", format!("word:trade-{trade}"))
        .at("trade")
}

/// What the rules of a day say about terms: their bounds, and what an owner takes who says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = TermFigures)]
pub struct Figures {
    /// The least number of bidders.
    pub bidders: i64,
    /// The least number of qualified bids, unless the owner says another.
    pub qualified: i64,
    /// The most candidates.
    pub candidates: i64,
    /// The least seats of the panel, an odd number.
    pub panel: i64,
    /// How many thirds of them are experts, at least.
    pub thirds: i64,
}

impl Figures {
    /// The figures of a procedure on a day.
    ///
    /// # Errors
    /// `rule.missing`.
    pub fn of(procedure: &Procedure, rules: &Rules, on: Date) -> Lawful<Self> {
        let panel = |id: fn(PanelRule) -> &'static str| {
            procedure.panel.map_or(Ok(0), |panel| rules.figure(id(panel), on))
        };
        Ok(Self {
            bidders: rules.figure(procedure.n_bidders_min, on)?,
            qualified: rules.figure(procedure.n_qualified_min, on)?,
            candidates: rules.figure(procedure.n_candidates_max, on)?,
            panel: panel(|panel| panel.size)?,
            thirds: panel(|panel| panel.share)?,
        })
    }
}

impl Terms {
    /// The terms of a lot as they stand, whose procedure reviews in this order.
    ///
    /// # Errors
    /// The criteria of the row are not JSON.
    pub fn of(lot: &Lot, order: ReviewOrder) -> serde_json::Result<Self> {
        Ok(Self {
            name: lot.name.clone(),
            ceiling_fen: lot.ceiling_fen,
            method: MethodTerms::clone(&lot.method),
            review_order: order,
            n_candidates: lot.n_candidates,
            n_bidders_min: lot.n_bidders_min,
            n_qualified_min: lot.n_qualified_min,
            n_panel: lot.n_panel,
            n_owner_seats: lot.n_owner_seats,
            specialty: lot.specialty.clone(),
            needs_docs: lot.needs_docs,
            criteria: lot.criteria.get()?,
            objection_span: lot.objection_span,
            closes_at: lot.closes_at,
        })
    }

    /// Refuses terms that may not be published, by the rows of a day.
    ///
    /// # Errors
    /// In order: `field.bad` of a text, `band.*`, `lot.bidders_min`, `lot.candidates`,
    /// `lot.panel_size`, `lot.panel_share`, `lot.criteria`; `rule.missing`.
    pub fn check(&self, procedure: &Procedure, rules: &Rules, on: Date) -> Lawful<()> {
        line(&self.name, "name", 100)?;
        match &self.method {
            MethodTerms::ReasonablePriceDraw(draw) => draw.band(self.ceiling_fen)?,
        };
        let book = |id: &str, reason: &'static Reason, field: &'static str| -> Lawful<(i64, Refusal)> {
            let rule = rules.rule(id, on)?;
            Ok((rule.n, rule.cite(Refusal::new(reason)).at(field)))
        };
        let (least, refusal) = book(procedure.n_bidders_min, &BIDDERS_MIN, "n_bidders_min")?;
        require((least..=100).contains(&self.n_bidders_min), || {
            refusal.fact("least", least)
        })?;
        let (least, refusal) = book(procedure.n_qualified_min, &QUALIFIED_MIN, "n_qualified_min")?;
        require((least..=100).contains(&self.n_qualified_min), || {
            refusal.fact("least", least)
        })?;
        let (most, refusal) = book(procedure.n_candidates_max, &CANDIDATES, "n_candidates")?;
        require((1..=most).contains(&self.n_candidates), || {
            refusal.fact("most", most)
        })?;
        if let Some(panel) = procedure.panel {
            let (least, refusal) = book(panel.size, &PANEL_SIZE, "n_panel")?;
            let is_panel = (least..=99).contains(&self.n_panel) && self.n_panel % 2 == 1;
            require(is_panel, || refusal.fact("least", least))?;
            let (thirds, refusal) = book(panel.share, &PANEL_SHARE, "n_owner_seats")?;
            let most = self.n_panel - (self.n_panel * thirds + 2) / 3;
            require((0..=most).contains(&self.n_owner_seats), || {
                refusal.fact("most", most).fact("thirds", thirds)
            })?;
            specialty(&self.specialty)?;
        }
        bounded(self.objection_span / MINUTE, 1, DAY / MINUTE, "objection_minutes")?;
        procedure.panel.map_or(Ok(()), |_| criteria(&self.criteria))
    }

    /// A lot in draft on these terms: its id and its tender's, the procedure, the version of the rules.
    ///
    /// # Errors
    /// None: terms are always JSON.
    pub fn drafted(
        self,
        (id, tender_id): (Id, Id),
        procedure: &Procedure,
        rules_version: i64,
    ) -> serde_json::Result<Lot> {
        Ok(Lot {
            id,
            tender_id,
            name: self.name,
            stage: Stage::Draft,
            procedure: procedure.id.to_owned(),
            procedure_version: procedure.version,
            rules_version,
            ceiling_fen: self.ceiling_fen,
            method: JsonOf::of(self.method)?,
            n_candidates: self.n_candidates,
            n_bidders_min: self.n_bidders_min,
            n_qualified_min: self.n_qualified_min,
            n_panel: self.n_panel,
            n_owner_seats: self.n_owner_seats,
            specialty: self.specialty,
            needs_docs: self.needs_docs,
            criteria: JsonText::of(&self.criteria)?,
            objection_span: self.objection_span,
            issued_at: None,
            closes_at: self.closes_at,
            incident_at: None,
            standstill_until_at: None,
            failed_for: None,
            next_tick_at: None,
            version: 0,
        })
    }
}

/// `[a-z0-9][a-z0-9-]{0,25}` (protocols 0.1).
fn specialty(code: &str) -> Lawful<()> {
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let fits = (1..=26).contains(&code.len()) && code.bytes().all(plain) && !code.starts_with('-');
    require(fits, || {
        let refusal = Refusal::new(&FIELD_BAD).fact("field", "specialty");
        refusal.fact("expected", "[a-z0-9-]").at("specialty")
    })
}

fn criteria(all: &[Criterion]) -> Lawful<()> {
    let bad = |given: &str| Refusal::new(&CRITERIA).fact("given", given).at("criteria");
    require(!all.is_empty(), || Refusal::missing("criteria"))?;
    let mut clauses = BTreeSet::new();
    require((1..=CRITERIA_MAX).contains(&all.len()), || {
        bad(&all.len().to_string())
    })?;
    for one in all {
        let is_short = one.clause.chars().count() <= 20 && one.text.chars().count() <= 1000;
        let is_whole = !one.clause.trim().is_empty() && !one.text.trim().is_empty();
        require(is_short && is_whole && clauses.insert(&one.clause), || {
            bad(&one.clause)
        })?;
    }
    Ok(())
}

/// The criteria of a form: one per line, `clause|text`.
///
/// # Errors
/// `lot.criteria` with the line.
pub fn read_criteria(lines: &str) -> Lawful<Vec<Criterion>> {
    let of = |line: &str| {
        let bad = || Refusal::new(&CRITERIA).fact("given", line).at("criteria");
        let (clause, text) = line.split_once(['|', '｜']).ok_or_else(bad)?;
        Ok(Criterion {
            clause: clause.trim().to_owned(),
            text: text.trim().to_owned(),
        })
    };
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(of)
        .collect()
}

/// Reads a per cent with two decimals at most, e.g. `6`, `6.5`, `12.00`, into hundredths.
///
/// # Errors
/// `field.bad` at the field.
pub fn per_cent(given: &str, field: &str) -> Lawful<i64> {
    let bad = || {
        Refusal::new(&FIELD_BAD)
            .fact("field", field)
            .fact("expected", "0.00-100.00")
            .at(field)
    };
    let (whole, cents) = given.trim().split_once('.').unwrap_or((given.trim(), ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fits = (1..=3).contains(&whole.len()) && cents.len() <= 2 && digits(whole) && digits(cents);
    require(fits, bad)?;
    format!("{whole}{cents:0<2}").parse().map_err(|_| bad())
}

/// Hundredths of a per cent as people write them: `6.00`.
#[must_use]
pub fn hundredths(n: i64) -> String {
    format!("{}.{:02}", n / 100, n % 100)
}

/// Terms with nothing unusual about them: K from 1.00 % to 6.00 %, no sums, no balls.
#[cfg(test)]
#[must_use]
pub fn sample() -> Terms {
    let draw = super::method::DrawTerms {
        provisional_fen: Fen(0),
        specialist_fen: Fen(0),
        k_min: 100,
        k_max: 600,
        k_step: 1,
        award_price: super::method::AwardPrice::OwnBid,
        has_balls: false,
    };
    Terms {
        name: "一标段".into(),
        ceiling_fen: Fen(398_000_000),
        method: MethodTerms::ReasonablePriceDraw(draw),
        review_order: ReviewOrder::BeforeRanking,
        n_candidates: 3,
        n_bidders_min: 3,
        n_qualified_min: 3,
        n_panel: 5,
        n_owner_seats: 1,
        specialty: "a08".into(),
        needs_docs: false,
        criteria: read_criteria("3.1|营业执照有效\n3.2 | 资质等级符合").unwrap(),
        objection_span: 5 * MINUTE,
        closes_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{method::DrawTerms, procedure::RANDOM_REVIEW_FIRST};
    use jiff::civil::date;

    fn draw(terms: &mut Terms) -> &mut DrawTerms {
        let MethodTerms::ReasonablePriceDraw(draw) = &mut terms.method;
        draw
    }

    type Change = fn(&mut Terms);

    #[test]
    fn refusals_in_order_name_the_field_and_the_rule() {
        let rules = Rules::embedded().unwrap();
        let on = date(2026, 6, 1);
        sample().check(&RANDOM_REVIEW_FIRST, &rules, on).unwrap();
        let table: &[(Change, &str, &str)] = &[
            (|t| t.name = " ".into(), "field.bad", "name"),
            (|t| t.name = "长".repeat(101), "field.bad", "name"),
            (|t| t.name = "一\n二".into(), "field.bad", "name"),
            (|t| t.name = "\u{202e}反".into(), "field.bad", "name"),
            (|t| t.ceiling_fen = Fen(0), "band.ceiling", "ceiling_fen"),
            (
                |t| draw(t).provisional_fen = Fen(398_000_000),
                "band.sums",
                "provisional_fen",
            ),
            (|t| draw(t).k_max = 100, "band.range", "k_max"),
            (|t| draw(t).k_step = 0, "band.step", "k_step"),
            (|t| t.n_bidders_min = 2, "lot.bidders_min", "n_bidders_min"),
            (|t| t.n_qualified_min = 2, "lot.qualified_min", "n_qualified_min"),
            (|t| t.n_candidates = 4, "lot.candidates", "n_candidates"),
            (|t| t.n_panel = 6, "lot.panel_size", "n_panel"),
            (|t| t.n_panel = 3, "lot.panel_size", "n_panel"),
            (|t| t.n_owner_seats = 2, "lot.panel_share", "n_owner_seats"),
            (|t| t.specialty = "A08".into(), "field.bad", "specialty"),
            (|t| t.objection_span = 0, "field.bad", "objection_minutes"),
            (|t| t.criteria.clear(), "field.missing", "criteria"),
            (
                |t| t.criteria[1].clause = "3.1".into(),
                "lot.criteria",
                "criteria",
            ),
        ];
        for (i, (change, code, field)) in table.iter().enumerate() {
            let mut bad = sample();
            // what comes later in the table is wrong as well: the order of the table is the precedence
            table[i..]
                .iter()
                .rev()
                .for_each(|(change, _, _)| change(&mut bad));
            change(&mut bad);
            let refusal = bad.check(&RANDOM_REVIEW_FIRST, &rules, on).unwrap_err();
            assert_eq!(
                (refusal.reason.code, refusal.field.as_deref()),
                (*code, Some(*field))
            );
        }
        for (n_panel, most) in [(5, 1), (7, 2), (9, 3), (11, 3)] {
            let mut t = sample();
            (t.n_panel, t.n_owner_seats) = (n_panel, most);
            t.check(&RANDOM_REVIEW_FIRST, &rules, on).unwrap();
            t.n_owner_seats = most + 1;
            assert!(t.check(&RANDOM_REVIEW_FIRST, &rules, on).is_err());
        }
    }

    #[test]
    fn per_cents_and_criteria_are_read_exactly() {
        for (text, n) in [
            ("6", 600),
            ("6.5", 650),
            ("12.00", 1200),
            ("0.01", 1),
            (" 100 ", 10_000),
        ] {
            assert_eq!(per_cent(text, "k_min").unwrap(), n);
        }
        for bad in ["", ".5", "6.001", "-1", "6,5", "1e1", "1000", "六"] {
            assert!(per_cent(bad, "k_min").is_err(), "{bad}");
        }
        assert_eq!(hundredths(650), "6.50");
        assert!(read_criteria("3.1 营业执照").is_err());
    }
}
