//! What time does to a lot: its agenda, purely, and the moves from stage to stage.
//!
//! In: a lot and an instant. Out: the instants and ticks that are due or will be. Never: a tick
//! whose effect depends on how often it is run; one that is not due is refused by its use case.

use super::{
    ceremony::{CANARY_SPAN, CanaryRound},
    procedure::Stage,
    refusal::{Lawful, Refusal, common::WRONG_STAGE, require},
    tender::Lot,
    time::{DAY, HOUR, Instant},
};

/// Something time does to a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tick {
    /// The holders prove that they can still open: 24 h and 1 h before the deadline.
    Canary,
    /// Who has not proved it in time is reported.
    CanaryLate,
    /// The deadline: the list of submissions is closed.
    Close,
    /// Whatever the last act made possible: custody, opening, a draw's end, the next call.
    Proceed,
    /// The standstill has ended: the owner may decide.
    StandstillEnded,
}

impl Lot {
    /// What time may do to the lot, in order: the past first, as long as it was not done.
    #[must_use]
    pub fn agenda(&self) -> Vec<(Instant, Tick)> {
        let mut agenda = Vec::new();
        match self.stage {
            Stage::Open => {
                if let (Some(closes_at), None) = (self.closes_at, self.incident_at) {
                    for ahead in [DAY, HOUR] {
                        let at = closes_at.plus(-ahead);
                        agenda.push((at, Tick::Canary));
                        agenda.push((at.plus(CANARY_SPAN), Tick::CanaryLate));
                    }
                    agenda.push((closes_at, Tick::Close));
                }
            }
            Stage::Standstill => {
                if let Some(until) = self.standstill_until_at {
                    agenda.push((until, Tick::StandstillEnded));
                }
            }
            Stage::Draft
            | Stage::Closing
            | Stage::Opened
            | Stage::Evaluation
            | Stage::CoefficientDraw
            | Stage::AwardDraw
            | Stage::Awarded
            | Stage::Failed
            | Stage::Withdrawn
            | Stage::Terminated => {}
        }
        agenda.sort_unstable();
        agenda
    }

    /// The first instant after `now` at which time does something to the lot.
    #[must_use]
    pub fn next_after(&self, now: Instant) -> Option<Instant> {
        self.agenda().into_iter().map(|(at, _)| at).find(|at| *at > now)
    }

    /// The round of canaries before the deadline that has begun by now, if one has.
    #[must_use]
    pub fn canary_round(&self, now: Instant) -> Option<CanaryRound> {
        let closes_at = self
            .closes_at
            .filter(|at| self.stage == Stage::Open && self.incident_at.is_none() && now < *at)?;
        if closes_at.plus(-HOUR) <= now {
            Some(CanaryRound::Hour)
        } else if closes_at.plus(-DAY) <= now {
            Some(CanaryRound::Day)
        } else {
            None
        }
    }

    /// Moves the lot to a stage: a new version, and its next tick set anew.
    pub fn enter(&mut self, stage: Stage, now: Instant) {
        self.stage = stage;
        self.version += 1;
        self.next_tick_at = self.next_after(now);
    }

    /// Moves the lot to the stage after its own on the procedure's path.
    pub fn advance(&mut self, now: Instant) {
        if let Some(next) = self.procedure().and_then(|procedure| procedure.next(self.stage)) {
            self.enter(next, now);
        }
    }

    /// The lot fails, for the reason of a rule.
    pub fn fail(&mut self, code: &str, now: Instant) {
        self.failed_for = Some(code.to_owned());
        self.enter(Stage::Failed, now);
    }

    /// Asks the worker to look at the lot at once.
    pub fn wake(&mut self, now: Instant) {
        self.next_tick_at = Some(now);
        self.version += 1;
    }

    /// Refuses unless the lot stands at `stage`.
    pub fn must_be(&self, stage: Stage) -> Lawful<()> {
        require(self.stage == stage, || {
            let word = |stage: Stage| format!("word:stage-{}", stage.word().replace('_', "-"));
            Refusal::new(&WRONG_STAGE)
                .fact("stage", word(self.stage))
                .fact("needed", word(stage))
        })
    }
}
