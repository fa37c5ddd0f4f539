//! What a lot publishes about how its winner is found: one kind of terms for each award method, whole in
//! one column of the lot and in the notice.
//!
//! Never: a figure of one method among the columns that all lots have.

use serde::{Deserialize, Serialize};

use super::{band::PriceBand, money::Fen, procedure::AwardMethod, refusal::Lawful, terms::hundredths};
use crate::text_enum;

text_enum! {
    /// What a winner is paid (rules 6.2).
    pub enum AwardPrice {
        /// 按自报价: his own bid.
        OwnBid,
        /// 按合理造价: P = f(K); every bid promises it.
        BandPrice,
    }
}

/// The terms of an award method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum MethodTerms {
    /// 合理造价随机抽取.
    ReasonablePriceDraw(DrawTerms),
}

/// The terms of the reasonable-price draw (rules 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawTerms {
    /// 暂列金额 a, fen.
    #[schema(value_type = i64)]
    pub provisional_fen: Fen,
    /// 专业工程暂估价 b, fen.
    #[schema(value_type = i64)]
    pub specialist_fen: Fen,
    /// Kmin, hundredths of a per cent.
    pub k_min: i64,
    /// Kmax, hundredths of a per cent; itself not drawn.
    pub k_max: i64,
    /// The step of K, hundredths of a per cent.
    pub k_step: i64,
    /// What the winner is paid.
    pub award_price: AwardPrice,
    /// Whether numbered balls of the hall enter the award draw as a beacon.
    pub has_balls: bool,
}

impl DrawTerms {
    /// The band of prices below a ceiling.
    ///
    /// # Errors
    /// `band.*` at the field.
    pub fn band(&self, ceiling: Fen) -> Lawful<PriceBand> {
        let (a, b) = (self.provisional_fen, self.specialist_fen);
        PriceBand::new(ceiling, a, b, self.k_min, self.k_max, self.k_step)
    }

    /// Kmin, Kmax and the step as people read them, per cent with two decimals.
    #[must_use]
    pub fn k_texts(&self) -> [String; 3] {
        [self.k_min, self.k_max, self.k_step].map(hundredths)
    }
}

impl MethodTerms {
    /// The method whose terms they are.
    #[must_use]
    pub fn method(&self) -> AwardMethod {
        match self {
            Self::ReasonablePriceDraw(_) => AwardMethod::ReasonablePriceDraw,
        }
    }

    /// Whether numbered balls of the hall enter a draw.
    #[must_use]
    pub fn has_balls(&self) -> bool {
        match self {
            Self::ReasonablePriceDraw(draw) => draw.has_balls,
        }
    }
}
