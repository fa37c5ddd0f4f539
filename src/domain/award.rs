//! The award of a lot (rules 6, D04, Z74, Z76): which bids may win, who comes before whom, what the
//! contract costs, who are the candidates, and why not the others. What one method of award has alone
//! stands in its own variant of `MethodRule`, `Ground` and `MethodResult`, and in its own table.
//!
//! In: the published terms of a lot, its bids as opened, the panel's verdicts, the ranking, later
//! exclusions. Out: one fate for every bid with the facts that explain it, the candidates. What must
//! never happen: a bid ranked that was not opened, is above the ceiling, outside the band, or not
//! passed where the review comes first; an exclusion that reorders anybody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{bid::OpenedBid, id::Id, money::Fen};
use crate::{
    proof::canon::{self, Checked, Hash, Token},
    text_enum,
};

pub mod contract;
pub mod hall;
mod ranking;
pub mod redo;
mod row;
mod session;
mod standstill;
mod terms;
#[cfg(test)]
mod tests;

pub use super::review::Verdict;
pub use ranking::{Candidate, Ground, Outcome, Ranked, Ranking};
pub use row::{Award, Excluded, ListConfirmation, MinutesSignature, SessionAttendance};
pub use session::AwardSession;
pub use standstill::{
    CandidateLine, Contact, DrawProof, DrawResult, Line, MethodResult, Notice, RankedLine, Standstill, masked,
};
pub use terms::{BandDraw, MethodRule, Terms};

/// The verdicts there are, by the bidder's token.
pub type Verdicts = BTreeMap<String, Verdict>;

/// What became of a bid before the ranking; the first that applies, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// 未能开启: the code of protocols A.7.
    Unopened {
        /// The code.
        code: String,
    },
    /// 超过最高投标限价.
    AboveCeiling {
        /// The ceiling.
        #[schema(value_type = i64)]
        ceiling: Fen,
    },
    /// 审查不合格.
    Rejected {
        /// The clause of the documents.
        clause: String,
        /// The reason in words.
        reason: String,
    },
    /// 尚未审查: the review comes first and has not judged it.
    Unreviewed,
    /// 低于合理区间下限.
    BelowBand {
        /// The lower end, `f(Kmax)`.
        #[schema(value_type = i64)]
        low: Fen,
    },
    /// 高于合理区间上限.
    AboveBand {
        /// The upper end, `f(Kmin)`.
        #[schema(value_type = i64)]
        high: Fen,
    },
    /// 入围: may win; where the winner is drawn, goes into the award draw.
    Qualified,
}

impl Fate {
    /// The word of the fate, for message keys.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unopened { .. } => "unopened",
            Self::AboveCeiling { .. } => "above_ceiling",
            Self::Rejected { .. } => "rejected",
            Self::Unreviewed => "unreviewed",
            Self::BelowBand { .. } => "below_band",
            Self::AboveBand { .. } => "above_band",
            Self::Qualified => "qualified",
        }
    }
}

/// A bid and its fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The bidder's token.
    pub bidder: String,
    /// The bidder's organisation.
    pub organisation_id: Id,
    /// The price, where the bid was opened.
    pub total: Option<Fen>,
    /// What became of it.
    pub fate: Fate,
}

/// All bids of a lot, judged, bytewise by bidder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Every bid.
    pub bids: Vec<Judged>,
    n_min: usize,
}

impl Pool {
    /// Judges every bid of a lot.
    #[must_use]
    pub fn of(terms: &Terms, bids: &[OpenedBid], verdicts: &Verdicts) -> Self {
        let judged = |bid: &OpenedBid| Judged {
            bidder: bid.bidder.clone(),
            organisation_id: bid.organisation_id.clone(),
            total: bid.total_fen.filter(|_| bid.code.is_none()),
            fate: terms.judge(bid, verdicts.get(&bid.bidder)),
        };
        let mut bids: Vec<Judged> = bids.iter().map(judged).collect();
        bids.sort_unstable_by(|a, b| a.bidder.cmp(&b.bidder));
        Self {
            bids,
            n_min: terms.n_qualified_min,
        }
    }

    /// The bids that may win.
    pub fn qualified(&self) -> impl Iterator<Item = &Judged> {
        self.bids.iter().filter(|bid| bid.fate == Fate::Qualified)
    }

    /// Whether enough bids qualified; if not, the lot fails under the procedure's rule
    /// of qualified bids.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.qualified().count() >= self.n_min.max(1)
    }

    /// The items of the award draw, bytewise ascending.
    ///
    /// # Errors
    /// A bidder that is no token, which the submission already refused.
    pub fn items(&self) -> Checked<Vec<Token>> {
        self.qualified()
            .map(|bid| Token::new(bid.bidder.clone()))
            .collect()
    }

    /// The list that is drawn from, as bidders confirm it: `award.list/1`.
    ///
    /// # Errors
    /// As [`Pool::items`].
    pub fn digest(&self, lot: &Id) -> Checked<Hash> {
        canon::digest(&json!({ "t": "award.list/1", "lot": lot, "items": self.items()? }))
    }
}

text_enum! {
    /// Why somebody drawn is no candidate, or no longer one (rules Z84, Z85, D04).
    pub enum Cause {
        /// 审查不合格, by the panel after the draw.
        Rejected,
        /// 放弃.
        GaveUp,
        /// 不可抗力.
        ForceMajeure,
        /// 未按规定提交履约保证金.
        NoPerformanceSecurity,
        /// 查实存在影响结果的违法行为.
        Offence,
        /// 经营、财务状况发生较大变化或者存在违法行为，经原评审小组审查.
        ConditionChanged,
    }
}

/// An exclusion after the draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exclusion {
    /// Why.
    pub cause: Cause,
    /// The clause of the documents, or the article.
    pub clause: String,
    /// The reason in words.
    pub reason: String,
}

/// The exclusions of a lot, by the bidder's token.
pub type Exclusions = BTreeMap<String, Exclusion>;

/// The exclusions that the review of the drawn ones leads to.
#[must_use]
pub fn rejections(verdicts: &Verdicts) -> Exclusions {
    let excluded = |(bidder, verdict): (&String, &Verdict)| match verdict {
        Verdict::Passed => None,
        Verdict::Rejected { clause, reason } => {
            let exclusion = Exclusion {
                cause: Cause::Rejected,
                clause: clause.clone(),
                reason: reason.clone(),
            };
            Some((bidder.clone(), exclusion))
        }
    };
    verdicts.iter().filter_map(excluded).collect()
}
