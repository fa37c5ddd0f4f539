//! What time does to a lot: its agenda, purely, and the moves from stage to stage.
//!
//! In: a lot and an instant. Out: the instants and ticks that are due or will be. Never: a tick
//! whose effect depends on how often it is run; one that is not due is refused by its use case.

use super::{
    ceremony::{CANARY_SPAN, CanaryRound},
    procedure::{AwardMethod, Stage},
    refusal::{Lawful, Refusal, common::WRONG_STAGE, require},
    tender::Lot,
    time::{DAY, HOUR, Instant},
};

impl Lot {
    /// When time does something to the lot, in order, the past too: holders prove a day and an hour ahead
    /// that they can still open, who has not is reported, the list is closed, the standstill ends.
    #[must_use]
    pub fn agenda(&self) -> Vec<Instant> {
        let mut agenda = Vec::new();
        match self.stage {
            Stage::Open => {
                if let (Some(closes_at), None) = (self.closes_at, self.incident_at) {
                    for ahead in [DAY, HOUR] {
                        let at = closes_at.plus(-ahead);
                        agenda.extend([at, at.plus(CANARY_SPAN)]);
                    }
                    agenda.push(closes_at);
                }
            }
            Stage::Standstill => {
                agenda.extend(self.standstill_until_at);
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
        self.agenda().into_iter().find(|at| *at > now)
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
    ///
    /// # Errors
    /// `lot.procedure_unknown`.
    pub fn advance(&mut self, now: Instant) -> Lawful<()> {
        if let Some(next) = self.procedure()?.next(self.stage) {
            self.enter(next, now);
        }
        Ok(())
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
        self.must_be_at(&[stage])
    }

    /// Refuses unless the lot stands at one of the `stages`; of several the last is named.
    pub fn must_be_at(&self, stages: &[Stage]) -> Lawful<()> {
        require(stages.contains(&self.stage), || {
            let stage = stages.last().copied().unwrap_or(self.stage);
            let word = |stage: Stage| format!("word:stage-{}", stage.word().replace('_', "-"));
            Refusal::new(&WRONG_STAGE)
                .fact("stage", word(self.stage))
                .fact("needed", word(stage))
        })
    }

    /// Refuses the acts of a draw where the winner is found in another way.
    ///
    /// # Errors
    /// `lot.procedure_unknown`.
    pub fn must_be_drawn(&self) -> Lawful<()> {
        match self.procedure()?.award {
            AwardMethod::ReasonablePriceDraw => Ok(()),
        }
    }

    /// Whether the winner is being found now, by whichever method.
    #[must_use]
    pub fn is_being_awarded(&self) -> bool {
        self.procedure()
            .is_ok_and(|procedure| procedure.award.stages().contains(&self.stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tender::sample_lot;

    #[test]
    fn a_lot_of_an_unknown_procedure_goes_nowhere() {
        let mut lot = sample_lot();
        assert_eq!(lot.advance(Instant(1)), Ok(()));
        assert_eq!(lot.stage, Stage::Open);
        let before = lot.version;
        for (procedure, version) in [
            ("construction.random.review_first", 2),
            ("construction.tender", 1),
        ] {
            (lot.procedure, lot.procedure_version) = (procedure.into(), version);
            let refusal = lot.advance(Instant(2)).unwrap_err();
            assert_eq!(refusal.reason.code, "lot.procedure_unknown");
            let version = version.to_string();
            let facts = [("procedure", procedure), ("version", version.as_str())];
            let found = refusal.facts.iter();
            assert!(found.map(|(name, fact)| (*name, fact.as_str())).eq(facts));
            assert_eq!((lot.stage, lot.version), (Stage::Open, before), "nothing moved");
            assert!(lot.must_be_drawn().is_err() && lot.key_stages().is_err());
        }
    }
}
