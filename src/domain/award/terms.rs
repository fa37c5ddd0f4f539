//! What a lot published about its award, ready to be applied: to a bid, to a ranking.
//!
//! In: a lot's row or its part of the notice, which say the same. Out: the fate of a bid, the candidates
//! of a ranking, what a contract costs. Never: a rule of one method applied under another; a verdict
//! that has a part in who is drawn where the review comes after the draw (rule D04).

use super::{Candidate, Exclusions, Fate, Ranking, Verdict, Verdicts, rejections};
use crate::{
    domain::{
        announcement::LotPaper,
        band::{Coefficient, Place, PriceBand},
        bid::OpenedBid,
        method::{AwardPrice, DrawTerms, MethodTerms},
        money::Fen,
        procedure::{Procedure, ReviewOrder},
        refusal::Lawful,
        tender::Lot,
    },
    proof::canon::{Checked, Token},
};

/// What a lot published about its award.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// 最高投标限价.
    pub ceiling: Fen,
    /// When the panel reviews.
    pub order: ReviewOrder,
    /// The least number of qualified bids.
    pub n_qualified_min: usize,
    /// How many candidates are published.
    pub n_candidates: usize,
    /// How the winner is found.
    pub method: MethodRule,
}

/// The rule of an award method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodRule {
    /// 合理造价随机抽取.
    ReasonablePriceDraw(BandDraw),
}

/// The rule of the reasonable-price draw (rules 6.2): whoever is inside the band is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandDraw {
    /// The band.
    pub band: PriceBand,
    /// The provisional sums, `a + b`.
    pub sums: Fen,
    /// What a winner is paid.
    pub award_price: AwardPrice,
}

impl BandDraw {
    fn new(draw: &DrawTerms, ceiling: Fen) -> Lawful<Self> {
        Ok(Self {
            // the band refuses sums that are not below the ceiling
            band: draw.band(ceiling)?,
            sums: Fen(draw.provisional_fen.0 + draw.specialist_fen.0),
            award_price: draw.award_price,
        })
    }

    /// Why a price is outside the band; none inside, its ends included.
    fn outside(&self, total: Fen) -> Option<Fate> {
        let band = self.band;
        match band.place(total) {
            Place::Below => Some(Fate::BelowBand { low: band.low() }),
            Place::Above => Some(Fate::AboveBand { high: band.high() }),
            Place::Inside => None,
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

    /// What the contract with a bidder costs, once K is drawn.
    #[must_use]
    pub fn contract_price(&self, own: Fen, k: Coefficient) -> Fen {
        match self.award_price {
            AwardPrice::OwnBid => own,
            AwardPrice::BandPrice => self.band.price(k),
        }
    }
}

impl Terms {
    /// The terms of a lot.
    ///
    /// # Errors
    /// Those of [`PriceBand::new`], `lot.procedure_unknown`; a published lot has none.
    pub fn of(lot: &Lot) -> Lawful<Self> {
        let least_and_most = (lot.n_qualified_min, lot.n_candidates);
        Self::new(lot.procedure()?, lot.ceiling_fen, &lot.method, least_and_most)
    }

    /// The terms of a lot as the notice published it, under the procedure that the notice names.
    ///
    /// # Errors
    /// Those of [`PriceBand::new`].
    pub fn published(procedure: &Procedure, lot: &LotPaper) -> Lawful<Self> {
        let least_and_most = (lot.qualified_min, lot.candidates);
        Self::new(procedure, Fen(lot.ceiling), &lot.method, least_and_most)
    }

    fn new(
        procedure: &Procedure,
        ceiling: Fen,
        method: &MethodTerms,
        (n_qualified_min, n_candidates): (i64, i64),
    ) -> Lawful<Self> {
        // a figure that no machine word holds is refused by leaving nobody enough
        let count = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        Ok(Self {
            ceiling,
            order: procedure.order,
            n_qualified_min: count(n_qualified_min),
            n_candidates: count(n_candidates),
            method: match method {
                MethodTerms::ReasonablePriceDraw(draw) => {
                    MethodRule::ReasonablePriceDraw(BandDraw::new(draw, ceiling)?)
                }
            },
        })
    }

    /// The rule of the draw, for what only a draw comes to.
    #[must_use]
    pub fn draw(&self) -> &BandDraw {
        let MethodRule::ReasonablePriceDraw(draw) = &self.method;
        draw
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
            (ReviewOrder::BeforeRanking, None) => return Fate::Unreviewed,
            (ReviewOrder::BeforeRanking, Some(Verdict::Rejected { clause, reason })) => {
                return Fate::Rejected {
                    clause: clause.clone(),
                    reason: reason.clone(),
                };
            }
            (ReviewOrder::BeforeRanking, Some(Verdict::Passed)) | (ReviewOrder::AfterRanking, _) => {}
        }
        let outside = match &self.method {
            MethodRule::ReasonablePriceDraw(draw) => draw.outside(total),
        };
        outside.unwrap_or(Fate::Qualified)
    }

    /// Who of the ranked falls out: where the review comes after the draw whom it rejects, and whoever
    /// was excluded later.
    #[must_use]
    pub fn exclusions(&self, verdicts: &Verdicts, later: Exclusions) -> Exclusions {
        let mut excluded = match self.order {
            ReviewOrder::BeforeRanking => Exclusions::new(),
            ReviewOrder::AfterRanking => rejections(verdicts),
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
        if self.order == ReviewOrder::AfterRanking {
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
            ReviewOrder::BeforeRanking => true,
            ReviewOrder::AfterRanking => {
                let mut rejected = rejections(verdicts);
                // whoever passed and fell out for another cause still counts as having qualified
                rejected.retain(|bidder, _| !later.contains_key(bidder));
                ranking.is_enough_left(&rejected, self.n_qualified_min)
            }
        };
        is_enough && ranking.is_enough_left(&self.exclusions(verdicts, later.clone()), 1)
    }
}
