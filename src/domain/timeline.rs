//! The timeline of a lot: each stage of its procedure, when it is planned and when it was reached.
//!
//! In: the lot and the acts of its public chain with their instants. Out: steps in the order of the
//! procedure. Never: an actual time that no event of the journal states.

use serde::Serialize;

use super::{act::Act, procedure::Stage, tender::Lot, time::Instant};

/// A step of the timeline; people read `project-step-<stage>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Step {
    /// The stage that the step reaches.
    pub stage: Stage,
    /// When it should be reached, where a date is set, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub planned_at: Option<Instant>,
    /// When it was, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub actual_at: Option<Instant>,
}

/// What comes next, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Next {
    /// The stage that is left at that instant; people read `project-next-<stage>`.
    pub stage: Stage,
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub at: Instant,
}

/// An event of the lot's public chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// `noun.verb`.
    pub act: String,
    /// When.
    pub at: Instant,
}

/// The act by which a stage has done its work.
fn mark(stage: Stage) -> Option<Act> {
    match stage {
        Stage::Open => Some(Act::TenderPublished),
        Stage::Closing => Some(Act::BidsClosed),
        Stage::Opened => Some(Act::OpeningPublished),
        Stage::Evaluation => Some(Act::EvaluationEnded),
        Stage::CoefficientDraw | Stage::AwardDraw => Some(Act::DrawDone),
        Stage::Standstill => Some(Act::CandidatesPublished),
        Stage::Awarded => Some(Act::AwardDecided),
        Stage::Failed => Some(Act::LotFailed),
        Stage::Withdrawn => Some(Act::TenderWithdrawn),
        Stage::Terminated => Some(Act::LotTerminated),
        Stage::Draft => None,
    }
}

impl Lot {
    /// The date that is set for reaching a stage.
    fn planned(&self, stage: Stage) -> Option<Instant> {
        match stage {
            Stage::Open => self.issued_at,
            Stage::Closing | Stage::Opened => self.closes_at,
            Stage::Awarded => self.standstill_until_at,
            Stage::Draft
            | Stage::Evaluation
            | Stage::CoefficientDraw
            | Stage::AwardDraw
            | Stage::Standstill
            | Stage::Failed
            | Stage::Withdrawn
            | Stage::Terminated => None,
        }
    }

    /// The lot's timeline. `happened` in order of time; of the draws, `drawn` tells which were done.
    #[must_use]
    pub fn timeline(&self, happened: &[Happened], drawn: &[(Stage, Instant)]) -> Vec<Step> {
        let last = |act: Act| {
            happened
                .iter()
                .rev()
                .find(|one| one.act == act.name())
                .map(|one| one.at)
        };
        let actual = |stage: Stage| match stage {
            Stage::CoefficientDraw | Stage::AwardDraw => {
                drawn.iter().find(|(of, _)| *of == stage).map(|(_, at)| *at)
            }
            // a change of the documents does not publish anew
            Stage::Open => self.issued_at,
            Stage::Draft
            | Stage::Closing
            | Stage::Opened
            | Stage::Evaluation
            | Stage::Standstill
            | Stage::Awarded
            | Stage::Failed
            | Stage::Withdrawn
            | Stage::Terminated => mark(stage).and_then(last),
        };
        let step = |stage: Stage| Step {
            stage,
            planned_at: self.planned(stage),
            actual_at: actual(stage),
        };
        let path = self.procedure().map_or(&[][..], |procedure| procedure.path);
        let mut steps: Vec<Step> = path
            .iter()
            .copied()
            .filter(|stage| *stage != Stage::Draft)
            .map(step)
            .collect();
        if self.stage.is_final() && !path.contains(&self.stage) {
            // what was not reached before an exit is never reached
            steps.retain(|step| step.actual_at.is_some());
            steps.push(step(self.stage));
        }
        steps
    }

    /// The next thing that time does to the lot, as far as the public is told a date.
    #[must_use]
    pub fn next_step(&self, now: Instant) -> Option<Next> {
        let at = match self.stage {
            Stage::Open => self.closes_at,
            Stage::Standstill => self.standstill_until_at,
            Stage::Draft
            | Stage::Closing
            | Stage::Opened
            | Stage::Evaluation
            | Stage::CoefficientDraw
            | Stage::AwardDraw
            | Stage::Awarded
            | Stage::Failed
            | Stage::Withdrawn
            | Stage::Terminated => None,
        };
        at.filter(|at| *at > now).map(|at| Next {
            stage: self.stage,
            at,
        })
    }
}
