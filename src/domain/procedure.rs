//! A procedure is data: the whole difference between trades and methods stands on this page.
//!
//! The code branches on *how* (contest, award method, order of review), never on *which trade*.
//! Figures of law are not here but in the rule rows that `rules` names.

use serde::{Deserialize, Serialize};

use crate::text_enum;

text_enum! {
    /// What is traded.
    pub enum Trade {
        /// 工程建设.
        Construction,
        /// 政府采购.
        Procurement,
        /// 土地使用权.
        Land,
        /// 国有产权.
        Property,
    }
}

text_enum! {
    /// Where a lot stands.
    pub enum Stage {
        /// 编制中.
        Draft,
        /// 公告中: documents out, sealed bids taken.
        Open,
        /// 待开启: the deadline has passed, the keys are not yet released.
        Closing,
        /// 已开标: every bid is opened or has its code.
        Opened,
        /// 资格审查: the panel reviews.
        Evaluation,
        /// 抽取 K 值.
        CoefficientDraw,
        /// 抽取入选人.
        AwardDraw,
        /// 公示.
        Standstill,
        /// 已确定.
        Awarded,
        /// 流标.
        Failed,
        /// 撤回.
        Withdrawn,
        /// 终止.
        Terminated,
    }
}

impl Stage {
    /// Whether nothing happens to the lot any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Awarded | Self::Failed | Self::Withdrawn | Self::Terminated
        )
    }

    /// Whether the bids have been opened.
    #[must_use]
    pub fn is_opened(self) -> bool {
        matches!(
            self,
            Self::Opened
                | Self::Evaluation
                | Self::CoefficientDraw
                | Self::AwardDraw
                | Self::Standstill
                | Self::Awarded
        )
    }
}

/// How bids compete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contest {
    /// Sealed until the opening.
    SealedBid,
}

/// How the winner is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AwardMethod {
    /// 合理造价随机抽取: qualified bids inside a computed band, then a draw.
    ReasonablePriceDraw,
}

text_enum! {
    /// When the panel reviews: rule D04.
    pub enum ReviewOrder {
        /// 先审后抽: all bids, before the draw.
        BeforeDraw,
        /// 先抽后审: the drawn ones, in drawn order.
        AfterDraw,
    }
}

/// How a panel is made up; its figures are rule rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PanelRule {
    /// The rule row of the least size (odd).
    pub size: &'static str,
    /// The rule row of the least share of experts.
    pub share: &'static str,
    /// The rule row of the window before the opening in which experts may be drawn.
    pub window: &'static str,
}

/// What the papers of a procedure are called, in Chinese and English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperNames {
    /// 交易公告.
    pub notice: (&'static str, &'static str),
    /// 竞选人.
    pub bidder: (&'static str, &'static str),
    /// 抽取结果公示.
    pub standstill: (&'static str, &'static str),
    /// 成交通知书.
    pub award_notice: (&'static str, &'static str),
}

/// A procedure: one value per trade, method and order.
#[derive(Debug)]
pub struct Procedure {
    /// Its name, kept by every lot with the version it started under.
    pub id: &'static str,
    /// Raised when the path or the rules change; a lot keeps its own.
    pub version: i64,
    /// The trade it belongs to.
    pub trade: Trade,
    /// The stages in order; the exits may follow any of them.
    pub path: &'static [Stage],
    /// How bids compete.
    pub contest: Contest,
    /// How the winner is found.
    pub award: AwardMethod,
    /// When the panel reviews.
    pub order: ReviewOrder,
    /// The panel, if there is one.
    pub panel: Option<PanelRule>,
    /// The draws held, by their stage name of the protocols.
    pub draws: &'static [&'static str],
    /// What its papers are called: never 招标 (rule D03).
    pub names: PaperNames,
}

const RANDOM_NAMES: PaperNames = PaperNames {
    notice: ("交易公告", "Trading notice"),
    bidder: ("竞选人", "Candidate bidder"),
    standstill: ("抽取结果公示", "Draw result, standstill"),
    award_notice: ("成交通知书", "Award notice"),
};

const RANDOM_PANEL: PanelRule = PanelRule {
    size: "Z60",
    share: "Z61",
    window: "E04",
};

/// Below-threshold works, reasonable-price random draw, review of all before the draw (先审后抽).
pub const RANDOM_REVIEW_FIRST: Procedure = Procedure {
    id: "construction.random.review_first",
    version: 1,
    trade: Trade::Construction,
    path: &[
        Stage::Draft,
        Stage::Open,
        Stage::Closing,
        Stage::Opened,
        Stage::Evaluation,
        Stage::CoefficientDraw,
        Stage::AwardDraw,
        Stage::Standstill,
        Stage::Awarded,
    ],
    contest: Contest::SealedBid,
    award: AwardMethod::ReasonablePriceDraw,
    order: ReviewOrder::BeforeDraw,
    panel: Some(RANDOM_PANEL),
    draws: &["draw0", "draw1", "draw2"],
    names: RANDOM_NAMES,
};

/// The same, the drawn ones reviewed after the draw (先抽后审).
pub const RANDOM_DRAW_FIRST: Procedure = Procedure {
    id: "construction.random.draw_first",
    path: &[
        Stage::Draft,
        Stage::Open,
        Stage::Closing,
        Stage::Opened,
        Stage::CoefficientDraw,
        Stage::AwardDraw,
        Stage::Evaluation,
        Stage::Standstill,
        Stage::Awarded,
    ],
    order: ReviewOrder::AfterDraw,
    ..RANDOM_REVIEW_FIRST
};

/// Every procedure the platform knows.
pub const PROCEDURES: &[&Procedure] = &[&RANDOM_REVIEW_FIRST, &RANDOM_DRAW_FIRST];

impl Procedure {
    /// The procedure of this name.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        PROCEDURES.iter().copied().find(|procedure| procedure.id == id)
    }

    /// The stage after `stage` on the path.
    #[must_use]
    pub fn next(&self, stage: Stage) -> Option<Stage> {
        let at = self.path.iter().position(|other| *other == stage)?;
        self.path.get(at + 1).copied()
    }
}
