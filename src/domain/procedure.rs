//! A procedure is data: the whole difference between trades and methods stands on this page.
//!
//! The code branches on *how* (contest, award method, order of review), never on *which trade*.
//! Figures of law are not here but in the rule rows that `rules` names; what people and papers are
//! called is in `locales/`, where the random award is never called 招标 (rule D03).

use serde::{Deserialize, Serialize};

use crate::{proof::stage::KeyStage, text_enum};

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

text_enum! {
    /// How the winner is found.
    pub enum AwardMethod {
        /// 合理造价随机抽取: qualified bids inside a computed band, then a draw.
        ReasonablePriceDraw,
    }
}

text_enum! {
    /// When the panel reviews: rule D04.
    pub enum ReviewOrder {
        /// 先审后抽: all bids, before the draw.
        BeforeRanking,
        /// 先抽后审: the drawn ones, in drawn order.
        AfterRanking,
    }
}

impl Contest {
    /// The stages of keys to which bids are sealed.
    #[must_use]
    pub fn key_stages(self, needs_docs: bool) -> &'static [KeyStage] {
        match (self, needs_docs) {
            (Self::SealedBid, true) => &[KeyStage::PRICE, KeyStage::DOCS],
            (Self::SealedBid, false) => &[KeyStage::PRICE],
        }
    }
}

impl AwardMethod {
    /// The stages in which it finds the winner, in order; no other procedure passes through them.
    #[must_use]
    pub fn stages(self) -> &'static [Stage] {
        match self {
            Self::ReasonablePriceDraw => &[Stage::CoefficientDraw, Stage::AwardDraw],
        }
    }

    /// The stages of keys that it needs beside those of the bids.
    fn key_stages(self) -> &'static [KeyStage] {
        match self {
            Self::ReasonablePriceDraw => &[KeyStage::COEFFICIENT, KeyStage::ORDER],
        }
    }
}

/// By which law a lot is let in before its notice comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guard {
    /// May these works be awarded by lot at all (rules D00-D06)?
    RandomAward,
}

/// The id of a rule row; its figure is looked up for the day it is applied to.
pub type RuleId = &'static str;

/// How a panel is made up; its figures are rule rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PanelRule {
    /// The rule row of the least size (odd).
    pub size: RuleId,
    /// The rule row of the least share of experts.
    pub share: RuleId,
    /// The rule row of the window before the evaluation in which experts may be drawn.
    pub window: RuleId,
    /// The rule row of an expert's years in the field.
    pub experience: RuleId,
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
    /// By which law it is let in.
    pub guard: Guard,
    /// How bids compete.
    pub contest: Contest,
    /// How the winner is found.
    pub award: AwardMethod,
    /// When the panel reviews.
    pub order: ReviewOrder,
    /// The panel, if there is one.
    pub panel: Option<PanelRule>,
    /// The rule row of the least number of bidders.
    pub n_bidders_min: RuleId,
    /// The rule row of the least number of qualified bids.
    pub n_qualified_min: RuleId,
    /// The rule row of the greatest number of candidates.
    pub n_candidates_max: RuleId,
    /// Its gates and duties; those with a period bound its dates.
    pub rules: &'static [RuleId],
}

const RANDOM_PANEL: PanelRule = PanelRule {
    size: "Z60R",
    share: "Z61R",
    window: "E04R",
    experience: "Z62R",
};

const RANDOM_RULES: &[RuleId] = &[
    "Z12R", "Z14R", "Z15R", "Z17R", "Z19R", "Z25R", "Z43R", "Z45R", "E04R", "Z60R", "Z61R", "Z62R", "Z74R",
    "Z76R", "Z80R", "Z81R", "Z82R", "Z83R", "Z87R", "Z89R", "Z95R", "Z97R", "Z98R",
];

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
    guard: Guard::RandomAward,
    contest: Contest::SealedBid,
    award: AwardMethod::ReasonablePriceDraw,
    order: ReviewOrder::BeforeRanking,
    panel: Some(RANDOM_PANEL),
    n_bidders_min: "Z43R",
    n_qualified_min: "Z74R",
    n_candidates_max: "Z76R",
    rules: RANDOM_RULES,
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
    order: ReviewOrder::AfterRanking,
    ..RANDOM_REVIEW_FIRST
};

/// Every procedure the platform knows.
pub const PROCEDURES: &[&Procedure] = &[&RANDOM_REVIEW_FIRST, &RANDOM_DRAW_FIRST];

impl Procedure {
    /// The procedure of this name in this version: a change is a further row of [`PROCEDURES`], and the
    /// row of before stays as long as a lot runs under it.
    #[must_use]
    pub fn by_id(id: &str, version: i64) -> Option<&'static Self> {
        let known = PROCEDURES.iter().copied();
        known
            .filter(|procedure| procedure.id == id)
            .find(|procedure| procedure.version == version)
    }

    /// What a lot of a trade begins under, by how the winner is found and when the panel reviews; in
    /// its newest version. `None` where the platform has none.
    #[must_use]
    pub fn of(trade: Trade, award: AwardMethod, order: ReviewOrder) -> Option<&'static Self> {
        let known = PROCEDURES.iter().copied();
        known
            .filter(|one| (one.trade, one.award, one.order) == (trade, award, order))
            .max_by_key(|procedure| procedure.version)
    }

    /// The newest version of this procedure.
    #[must_use]
    pub fn newest(&'static self) -> &'static Self {
        let versions = PROCEDURES.iter().copied().filter(|one| one.id == self.id);
        versions.max_by_key(|one| one.version).unwrap_or(self)
    }

    /// The stages of keys of its draws: of the experts where there is a panel, and those of its method.
    pub fn draws(&self) -> impl Iterator<Item = KeyStage> {
        let experts = self.panel.map(|_| KeyStage::EXPERTS);
        experts.into_iter().chain(self.award.key_stages().iter().copied())
    }

    /// The stage after `stage` on the path.
    #[must_use]
    pub fn next(&self, stage: Stage) -> Option<Stage> {
        let at = self.path.iter().position(|other| *other == stage)?;
        self.path.get(at + 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_the_draft_to_the_award() {
        for procedure in PROCEDURES {
            let mut stage = Stage::Draft;
            let mut walked = vec![stage];
            while let Some(next) = procedure.next(stage) {
                walked.push(next);
                stage = next;
            }
            assert_eq!((walked.as_slice(), stage), (procedure.path, Stage::Awarded));
            for exit in [Stage::Failed, Stage::Withdrawn, Stage::Terminated] {
                assert_eq!(procedure.next(exit), None);
                assert!(!procedure.path.contains(&exit) && exit.is_final());
            }
        }
    }

    #[test]
    fn a_procedure_is_found_by_its_name_and_version_and_by_what_it_is() {
        for procedure in PROCEDURES {
            let (id, version) = (procedure.id, procedure.version);
            let named = |found: Option<&Procedure>| found.map(|found| (found.id, found.version));
            assert_eq!(named(Procedure::by_id(id, version)), Some((id, version)));
            for other in [version - 1, version + 1, 0] {
                let found = named(Procedure::by_id(id, other));
                assert!(
                    found.is_none_or(|(_, found)| found == other),
                    "no version for another"
                );
            }
            let newest = Procedure::of(procedure.trade, procedure.award, procedure.order);
            assert!(named(newest).is_some_and(|(found, newest)| found == id && newest >= version));
            assert!(procedure.newest().id == id && procedure.newest().version >= version);
        }
        assert!(Procedure::by_id("construction.open_tender", 1).is_none());
    }

    #[test]
    fn the_path_passes_through_the_stages_of_its_method_and_ends_in_the_publication() {
        for procedure in PROCEDURES {
            let of_method = procedure.award.stages();
            let passed: Vec<Stage> = procedure
                .path
                .iter()
                .copied()
                .filter(|stage| of_method.contains(stage))
                .collect();
            assert_eq!(passed, of_method, "{}", procedure.id);
            let is_sealed = procedure.contest == Contest::SealedBid;
            assert!(!is_sealed || procedure.next(Stage::Standstill) == Some(Stage::Awarded));
        }
    }

    #[test]
    fn the_order_of_review_is_the_order_of_the_path() {
        for procedure in PROCEDURES {
            if procedure.award != AwardMethod::ReasonablePriceDraw {
                continue;
            }
            let at = |stage| procedure.path.iter().position(|other| *other == stage).unwrap();
            let is_before = at(Stage::Evaluation) < at(Stage::CoefficientDraw);
            assert_eq!(is_before, procedure.order == ReviewOrder::BeforeRanking);
            assert!(
                at(Stage::CoefficientDraw) < at(Stage::AwardDraw),
                "K is drawn first"
            );
            assert!(
                at(Stage::Opened) < at(Stage::Evaluation),
                "postqualification follows the opening"
            );
        }
    }

    #[test]
    fn figures_are_among_the_rules() {
        for procedure in PROCEDURES {
            let panel = procedure.panel.map(|p| [p.size, p.share, p.window, p.experience]);
            let figures = [
                procedure.n_bidders_min,
                procedure.n_qualified_min,
                procedure.n_candidates_max,
            ];
            for id in figures.into_iter().chain(panel.into_iter().flatten()) {
                assert!(procedure.rules.contains(&id), "{id}");
            }
        }
    }
}
