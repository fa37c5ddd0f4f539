//! The review of qualification (资格后审) by the panel: marks, majority, report, signatures (rules
//! Z68, Z70, Z71, Z73, Z75, D04).
//!
//! In: the bids as opened, the published criteria, each member's marks. Out: what the program rejects
//! by itself, which bids are to be reviewed now, the decision on each, the report all members sign.
//! Never: a rejection without clause and reason, or under a clause that was not published; a mark of
//! a member who left; a silence that counts as agreement without an act that says so.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bid::OpenedBid,
    bytes::JsonText,
    id::Id,
    money::Fen,
    procedure::ReviewOrder,
    refusal::{Lawful, Refusal, require, review as reason},
    tender::{Criterion, Lot},
    time::Instant,
};
use crate::{
    proof::canon::Object,
    schema::{report_signature, review, review_sheet},
    text_enum,
};

/// The longest reason, in characters.
const REASON_MAX: usize = 1000;

text_enum! {
    /// What became of a bid in the review.
    pub enum Outcome {
        /// 待审.
        Pending,
        /// 合格.
        Passed,
        /// 不合格.
        Rejected,
    }
}

text_enum! {
    /// How a member stands to the report.
    pub enum Opinion {
        /// 同意.
        Agrees,
        /// 不同意，并书面说明.
        Dissents,
        /// 拒绝签字且不说明，视为同意: recorded by an act of the supervisor (Z75).
        Presumed,
    }
}

/// A bid under review.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = review, treat_none_as_null = true)]
pub struct Review {
    /// Its id.
    pub id: Id,
    /// The panel.
    pub panel_id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The bidder's token.
    pub bidder: String,
    /// What the members see instead of the bidder.
    pub alias: String,
    /// The place in the drawn order, from 1; 0 where the review comes before the draw.
    pub rank: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the program rejected it by itself.
    pub by_program: bool,
    /// The clause of a rejection.
    pub clause: String,
    /// The reason of a rejection; `word:<key>` is said in the reader's language.
    pub reason: String,
    /// How many members passed it.
    pub n_pass: i64,
    /// How many rejected it.
    pub n_reject: i64,
    /// When it was decided.
    pub decided_at: Option<Instant>,
}

/// A member's sheet: all his marks on one paper.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = review_sheet)]
pub struct Sheet {
    /// Its id.
    pub id: Id,
    /// The panel.
    pub panel_id: Id,
    /// The member's seat.
    pub seat_id: Id,
    /// The marks: a list of [`Mark`], in order of bid.
    pub marks: JsonText,
    /// When it was last saved.
    pub saved_at: Instant,
}

/// A member's signature under the report.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = report_signature)]
pub struct ReportSignature {
    /// Its id.
    pub id: Id,
    /// The panel.
    pub panel_id: Id,
    /// The member's seat.
    pub seat_id: Id,
    /// Digest of the report.
    pub digest: String,
    /// How the member stands to it.
    pub opinion: Opinion,
    /// The dissent, or why agreement is presumed.
    pub reason: String,
    /// When.
    pub signed_at: Instant,
}

/// A member's mark for one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The bid, by its alias.
    pub bid: String,
    /// Whether it passes.
    pub passed: bool,
    /// The clause of the criteria under which it is rejected.
    #[serde(default)]
    pub clause: String,
    /// Why it is rejected.
    #[serde(default)]
    pub reason: String,
}

/// Why the program rejects a bid without asking anybody: the clause, and a `word:` of the reason.
#[must_use]
pub fn by_program(bid: &OpenedBid, lot: &Lot) -> Option<(String, String)> {
    fault(bid.code.as_deref(), bid.total_fen, lot.ceiling_fen)
}

fn fault(code: Option<&str>, total: Option<Fen>, ceiling: Fen) -> Option<(String, String)> {
    let said = |clause: &str, word: &str| Some((clause.to_owned(), format!("word:review-program-{word}")));
    match (code, total) {
        (Some(code), _) => said(&format!("封标协议 A.7 {code}"), "unopened"),
        (None, None) => said("参照招标投标法实施条例 51（六）", "no-price"),
        (None, Some(total)) if total > ceiling => said("参照招标投标法实施条例 51（五）", "ceiling"),
        (None, Some(_)) => None,
    }
}

impl Review {
    /// A bid about to be reviewed, or rejected by the program at once.
    #[must_use]
    pub fn begin(
        id: Id,
        panel_id: &Id,
        lot: &Lot,
        bid: &OpenedBid,
        alias: String,
        rank: i64,
        now: Instant,
    ) -> Self {
        let fault = by_program(bid, lot);
        let (by_program, (clause, reason)) = (fault.is_some(), fault.unwrap_or_default());
        Self {
            id,
            panel_id: panel_id.clone(),
            lot_id: lot.id.clone(),
            bidder: bid.bidder.clone(),
            alias,
            rank,
            outcome: if by_program {
                Outcome::Rejected
            } else {
                Outcome::Pending
            },
            by_program,
            clause,
            reason,
            n_pass: 0,
            n_reject: 0,
            decided_at: by_program.then_some(now),
        }
    }

    /// What others act on: passed, rejected, or not reviewed.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        match self.outcome {
            Outcome::Pending => None,
            Outcome::Passed => Some(Verdict::Passed),
            Outcome::Rejected => Some(Verdict::Rejected {
                clause: self.clause.clone(),
                reason: self.reason.clone(),
            }),
        }
    }
}

/// The panel's word on a bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// 合格.
    Passed,
    /// 不合格.
    Rejected {
        /// The clause.
        clause: String,
        /// The reason; `word:<key>` is said in the reader's language.
        reason: String,
    },
}

/// Aliases of `n` bids, from `B001`; the order in which bids get them is chance.
#[must_use]
pub fn aliases(n: usize) -> Vec<String> {
    (1..=n).map(|i| format!("B{i:03}")).collect()
}

/// Checks a member's marks against the bids asked for and the published criteria.
///
/// # Errors
/// `review.unknown_bid`, `review.twice`, `review.clause`, `review.no_reason`.
pub fn check_marks(marks: &[Mark], asked: &BTreeSet<&str>, criteria: &[Criterion]) -> Lawful<()> {
    let mut seen = BTreeSet::new();
    for mark in marks {
        let about = |reason| Refusal::new(reason).fact("bid", &mark.bid);
        let at = |column: &str| format!("{column}_{}", mark.bid);
        require(asked.contains(mark.bid.as_str()), || about(&reason::UNKNOWN_BID))?;
        require(seen.insert(mark.bid.as_str()), || about(&reason::TWICE))?;
        if mark.passed {
            continue;
        }
        require(
            criteria.iter().any(|criterion| criterion.clause == mark.clause),
            || {
                about(&reason::CLAUSE)
                    .fact("clause", &mark.clause)
                    .at(at("clause"))
            },
        )?;
        let length = mark.reason.trim().chars().count();
        require((1..=REASON_MAX).contains(&length), || {
            about(&reason::NO_REASON).at(at("reason"))
        })?;
    }
    Ok(())
}

/// New marks over the marks of before; those of bids that are no longer asked for stay as they are.
#[must_use]
pub fn merge(before: Vec<Mark>, new: Vec<Mark>) -> Vec<Mark> {
    let all = before.into_iter().chain(new);
    let by_bid: BTreeMap<String, Mark> = all.map(|mark| (mark.bid.clone(), mark)).collect();
    by_bid.into_values().collect()
}

/// What the panel decided about one bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it passes: more members passed than rejected it.
    pub passed: bool,
    /// The clause most of those who rejected it named.
    pub clause: String,
    /// Their reason.
    pub reason: String,
    /// How many passed it.
    pub n_pass: i64,
    /// How many rejected it.
    pub n_reject: i64,
}

/// The marks of all members, by bid.
#[derive(Debug, Clone)]
pub struct Ballots {
    n_members: usize,
    by_bid: BTreeMap<String, Vec<Mark>>,
}

impl Ballots {
    /// The sheets of the members that sit now, in order of seat; a member without one has no marks.
    #[must_use]
    pub fn new(n_members: usize, sheets: Vec<Vec<Mark>>) -> Self {
        let mut by_bid: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
        for mark in sheets.into_iter().flatten() {
            by_bid.entry(mark.bid.clone()).or_default().push(mark);
        }
        Self { n_members, by_bid }
    }

    /// The decision about a bid, once every member has marked it.
    #[must_use]
    pub fn decision(&self, alias: &str) -> Option<Decision> {
        let marks = self.by_bid.get(alias)?;
        if marks.len() != self.n_members {
            return None;
        }
        let against: Vec<&Mark> = marks.iter().filter(|mark| !mark.passed).collect();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (n_reject, n_pass) = (count(against.len()), count(marks.len() - against.len()));
        let passed = n_pass > n_reject;
        let named = |clause: &str| against.iter().filter(|mark| mark.clause == clause).count();
        // of clauses named equally often the one named first, in order of seat
        let leading = against.iter().rev().max_by_key(|mark| named(&mark.clause));
        let (clause, reason) = match leading {
            Some(mark) if !passed => (mark.clause.clone(), mark.reason.trim().to_owned()),
            Some(_) | None => (String::new(), String::new()),
        };
        Some(Decision {
            passed,
            clause,
            reason,
            n_pass,
            n_reject,
        })
    }
}

/// The bids to be reviewed now. Before the draw: all the program has not rejected. After the draw:
/// the drawn ones in drawn order, as many as are needed for `n_candidates` to pass if those not yet
/// decided do (rule D04).
#[must_use]
pub fn asked<'a>(
    reviews: &'a [Review],
    ballots: &Ballots,
    order: ReviewOrder,
    n_candidates: i64,
) -> Vec<&'a Review> {
    let open = reviews.iter().filter(|review| !review.by_program);
    let mut open: Vec<&Review> = open.collect();
    match order {
        ReviewOrder::BeforeRanking => open.sort_by(|a, b| a.alias.cmp(&b.alias)),
        ReviewOrder::AfterRanking => {
            open.sort_by_key(|review| review.rank);
            let mut hoped = 0;
            open.retain(|review| {
                let is_needed = hoped < n_candidates;
                let is_out = ballots
                    .decision(&review.alias)
                    .is_some_and(|decision| !decision.passed);
                hoped += i64::from(is_needed && !is_out);
                is_needed
            });
        }
    }
    open
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportLine {
    /// The bidder's token.
    pub bidder: String,
    /// The alias it was reviewed under.
    pub alias: String,
    /// The place in the drawn order, 0 before a draw.
    pub rank: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the program rejected it.
    pub by_program: bool,
    /// The clause of a rejection.
    pub clause: String,
    /// Its reason.
    pub reason: String,
    /// How many members passed it.
    pub n_pass: i64,
    /// How many rejected it.
    pub n_reject: i64,
}

/// `panel.report/1`: what the members sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The tender.
    pub tender: String,
    /// The lot.
    pub lot: String,
    /// The panel's code.
    pub panel: String,
    /// How many members it has.
    pub n_members: i64,
    /// Every bid decided, in order of alias; after a draw in drawn order.
    pub lines: Vec<ReportLine>,
}

impl ReportLine {
    /// The key of a reason that is a word of the program.
    #[must_use]
    pub fn reason_key(&self) -> Option<&str> {
        self.reason.strip_prefix("word:")
    }
}

impl Object for Report {
    const T: &'static str = "panel.report/1";
}

/// The lines of the report once every bid asked for is decided; else how many marks are missing.
///
/// # Errors
/// `review.incomplete`.
pub fn lines(
    reviews: &[Review],
    ballots: &Ballots,
    order: ReviewOrder,
    n_candidates: i64,
) -> Lawful<Vec<ReportLine>> {
    let asked = asked(reviews, ballots, order, n_candidates);
    let n_open = asked
        .iter()
        .filter(|review| ballots.decision(&review.alias).is_none())
        .count();
    require(n_open == 0, || {
        Refusal::new(&reason::INCOMPLETE).fact("n", n_open)
    })?;
    let decided = asked
        .into_iter()
        .filter_map(|review| Some((review, ballots.decision(&review.alias)?)));
    let mut lines: Vec<ReportLine> = decided
        .map(|(review, decision)| line(review, &decision))
        .collect();
    for review in reviews.iter().filter(|review| review.by_program) {
        let decision = Decision {
            passed: false,
            clause: review.clause.clone(),
            reason: review.reason.clone(),
            n_pass: 0,
            n_reject: 0,
        };
        lines.push(line(review, &decision));
    }
    lines.sort_by(|a, b| (a.rank, &a.alias).cmp(&(b.rank, &b.alias)));
    Ok(lines)
}

fn line(review: &Review, decision: &Decision) -> ReportLine {
    ReportLine {
        bidder: review.bidder.clone(),
        alias: review.alias.clone(),
        rank: review.rank,
        outcome: if decision.passed {
            Outcome::Passed
        } else {
            Outcome::Rejected
        },
        by_program: review.by_program,
        clause: decision.clause.clone(),
        reason: decision.reason.clone(),
        n_pass: decision.n_pass,
        n_reject: decision.n_reject,
    }
}

/// Checks what a member says with his signature.
///
/// # Errors
/// `review.signed`, `review.no_dissent`.
pub fn check_signature(has_signed: bool, opinion: Opinion, why: &str) -> Lawful<()> {
    require(!has_signed, || Refusal::new(&reason::SIGNED))?;
    let length = why.trim().chars().count();
    let said = (1..=REASON_MAX).contains(&length);
    require(opinion == Opinion::Agrees || said, || {
        Refusal::new(&reason::NO_DISSENT).at("reason")
    })
}

#[cfg(test)]
mod tests;
