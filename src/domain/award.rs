//! The award of the reasonable-price draw (rules 6.2, D04, Z74, Z76): which bids may be drawn, from
//! which values K is drawn, what the contract costs, who are the candidates, and why not the others.
//!
//! In: the published terms of a lot, its bids as opened, the panel's verdicts, the drawn order, later
//! exclusions. Out: one fate for every bid with the facts that explain it, the items of the two
//! draws, the candidates. What must never happen: a bid drawn that was not opened, is above the
//! ceiling, outside the band, or not passed where the review comes first; an exclusion that reorders
//! anybody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    band::{Coefficient, Place, PriceBand},
    bid::OpenedBid,
    id::Id,
    method::{AwardPrice, MethodTerms},
    money::Fen,
    procedure::ReviewOrder,
    refusal::Lawful,
    tender::Lot,
};
use crate::{
    proof::canon::{self, Checked, Hash, Token},
    text_enum,
};

pub mod contract;
pub mod hall;
mod ranking;
pub mod redo;
mod row;
mod standstill;
#[cfg(test)]
mod tests;

pub use super::review::Verdict;
pub use ranking::{Candidate, Ground, Outcome, Ranked, Ranking};
pub use row::{Award, Excluded, ListConfirmation, MinutesSignature};
pub use standstill::{CandidateLine, Contact, DrawProof, DrawnLine, Line, Notice, Standstill, masked};

/// The verdicts there are, by the bidder's token.
pub type Verdicts = BTreeMap<String, Verdict>;

/// What became of a bid before the award draw; the first that applies, in this order.
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
    /// 入围: goes into the award draw.
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

/// What a lot published about its award.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The band.
    pub band: PriceBand,
    /// 最高投标限价.
    pub ceiling: Fen,
    /// When the panel reviews.
    pub order: ReviewOrder,
    /// What a winner is paid.
    pub award_price: AwardPrice,
    /// The least number of qualified bids.
    pub n_qualified_min: usize,
    /// How many candidates are published.
    pub n_candidates: usize,
}

impl Terms {
    /// The terms of a lot.
    ///
    /// # Errors
    /// Those of [`PriceBand::new`], `lot.procedure_unknown`; a published lot has none.
    pub fn of(lot: &Lot) -> Lawful<Self> {
        // a figure that no machine word holds is refused by leaving nobody enough
        let count = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        let MethodTerms::ReasonablePriceDraw(draw) = &*lot.method;
        Ok(Self {
            band: draw.band(lot.ceiling_fen)?,
            ceiling: lot.ceiling_fen,
            order: lot.procedure()?.order,
            award_price: draw.award_price,
            n_qualified_min: count(lot.n_qualified_min),
            n_candidates: count(lot.n_candidates),
        })
    }

    /// The fate of one bid, with the panel's verdict on it, if there is one. Where the review comes
    /// after the draw a verdict has no part in who is drawn (rule D04).
    #[must_use]
    pub fn judge(&self, bid: &OpenedBid, verdict: Option<&Verdict>) -> Fate {
        if let Some(code) = &bid.code {
            return Fate::Unopened { code: code.clone() };
        }
        let Some(total) = bid.total_fen else {
            return Fate::Unopened {
                code: "E-FORM".to_owned(),
            };
        };
        if total > self.ceiling {
            return Fate::AboveCeiling {
                ceiling: self.ceiling,
            };
        }
        match (self.order, verdict) {
            (ReviewOrder::BeforeDraw, None) => return Fate::Unreviewed,
            (ReviewOrder::BeforeDraw, Some(Verdict::Rejected { clause, reason })) => {
                return Fate::Rejected {
                    clause: clause.clone(),
                    reason: reason.clone(),
                };
            }
            (ReviewOrder::BeforeDraw, Some(Verdict::Passed)) | (ReviewOrder::AfterDraw, _) => {}
        }
        match self.band.place(total) {
            Place::Below => Fate::BelowBand { low: self.band.low() },
            Place::Above => Fate::AboveBand {
                high: self.band.high(),
            },
            Place::Inside => Fate::Qualified,
        }
    }

    /// The items of the coefficient draw: every listed K with two decimals, bytewise ascending.
    ///
    /// # Errors
    /// None for a lawful band.
    pub fn coefficients(&self) -> Checked<Vec<Token>> {
        let mut texts: Vec<String> = self.band.coefficients().map(|k| k.to_string()).collect();
        texts.sort_unstable();
        texts.into_iter().map(Token::new).collect()
    }

    /// Who of the drawn falls out: where the review comes after the draw whom it rejects, and whoever
    /// was excluded later.
    #[must_use]
    pub fn exclusions(&self, verdicts: &Verdicts, later: Exclusions) -> Exclusions {
        let mut excluded = match self.order {
            ReviewOrder::BeforeDraw => Exclusions::new(),
            ReviewOrder::AfterDraw => rejections(verdicts),
        };
        excluded.extend(later);
        excluded
    }

    /// The candidates of a ranking. Where the review comes after the draw, only the reviewed: they are
    /// the first of it, since the panel goes down it.
    #[must_use]
    pub fn candidates(
        &self,
        ranking: &Ranking,
        excluded: &Exclusions,
        verdicts: &Verdicts,
    ) -> Vec<Candidate> {
        let mut found = ranking.candidates(excluded, self.n_candidates);
        if self.order == ReviewOrder::AfterDraw {
            let known = found.iter().take_while(|one| verdicts.contains_key(&one.bidder));
            let n = known.count();
            found.truncate(n);
        }
        found
    }

    /// Whether somebody is left to award to, and the review of the drawn ones has not rejected too many;
    /// if not, the lot fails under the procedure's rule of qualified bids.
    #[must_use]
    pub fn is_enough_left(&self, ranking: &Ranking, verdicts: &Verdicts, later: &Exclusions) -> bool {
        let is_enough = match self.order {
            ReviewOrder::BeforeDraw => true,
            ReviewOrder::AfterDraw => {
                let mut rejected = rejections(verdicts);
                // whoever passed and fell out for another cause still counts as having qualified
                rejected.retain(|bidder, _| !later.contains_key(bidder));
                ranking.is_enough_left(&rejected, self.n_qualified_min)
            }
        };
        is_enough && ranking.is_enough_left(&self.exclusions(verdicts, later.clone()), 1)
    }

    /// What the contract with a bidder costs, once K is drawn.
    #[must_use]
    pub fn contract_price(&self, own: Fen, k: Coefficient) -> Fen {
        match self.award_price {
            AwardPrice::OwnBid => own,
            AwardPrice::BandPrice => self.band.price(k),
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

    /// The bids that go into the award draw.
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
