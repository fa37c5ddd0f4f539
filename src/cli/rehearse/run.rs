//! The rehearsal itself: waves of lots on one timeline, every party at its step, the clock moved when
//! nobody has anything left to do.
//!
//! In: tenders and a platform. Out: one [`Held`] for each. Never: one lot's trouble holding up another.

use std::collections::{BTreeMap, BTreeSet};

use indicatif::ProgressBar;

use super::{
    check,
    plan::{Outcome, Rules, Step, Tender, Wave},
};
use crate::{
    app::cast::Player,
    cli::play::{
        all,
        bidder::{self, Ack, Offer},
        centre,
        company::{self, Bidder, Company, Firm},
        door::{Done, Trouble},
        owner::{self, Project, Terms},
        panel::{self, Seats, UNQUALIFIED},
        sandbox::Sandbox,
        session,
    },
    domain::time::Instant,
};

/// How many experts the rehearsal makes up.
const N_EXPERTS: usize = 600;
/// Of so many calls one is refused, so that the published order is walked down.
const ONE_IN: u32 = 16;

/// How a tender was held.
#[derive(Debug, Default)]
pub struct Held {
    /// The project, once drafted.
    pub project: Option<Project>,
    /// Its acknowledgements.
    pub acks: Vec<Ack>,
    /// The published result, JSON.
    pub result: Option<String>,
    /// What it came to.
    pub outcome: Option<Outcome>,
    /// Whatever differs from what must be.
    pub differences: Vec<String>,
}

impl Held {
    fn is_on(&self) -> bool {
        self.outcome.is_none() && self.differences.is_empty() && self.project.is_some()
    }
}

/// How the lots are drafted.
#[derive(Debug, Clone)]
pub struct Manner {
    /// The figures that decide.
    pub rules: Rules,
    /// K as text: min, max, step.
    pub k: (String, String, String),
    /// Whether the review comes after the draw.
    pub after_draw: bool,
    /// Whether every bid needs a `docs` part.
    pub needs_docs: bool,
}

/// Everybody and everything of a rehearsal.
pub struct Rehearsal<'a> {
    sandbox: &'a Sandbox,
    manner: &'a Manner,
    tenders: &'a [Tender],
    company: Company,
    experts: Vec<Player>,
    bidders: BTreeMap<String, Bidder>,
    held: Vec<Held>,
    seats: BTreeMap<usize, Seats>,
}

impl<'a> Rehearsal<'a> {
    /// Casts everybody.
    pub fn cast(sandbox: &'a Sandbox, manner: &'a Manner, tenders: &'a [Tender]) -> Done<Self> {
        let (door, token) = (&sandbox.door, sandbox.token.as_str());
        let company = company::principals(door, token, super::plan::THRESHOLD_FEN)?;
        let experts = company::experts(door, token, &company.committee, N_EXPERTS)?;
        let names: BTreeSet<&str> = tenders
            .iter()
            .flat_map(|tender| tender.bids.iter().map(|bid| bid.bidder.as_str()))
            .collect();
        let firms = names.into_iter().zip(0..);
        let firms: Vec<Firm> = firms.map(|(word, i)| Firm::made_up(word, i)).collect();
        Ok(Self {
            bidders: company::bidders(door, token, &firms)?,
            sandbox,
            manner,
            tenders,
            company,
            experts,
            held: tenders.iter().map(|_| Held::default()).collect(),
            seats: BTreeMap::new(),
        })
    }

    /// Holds all waves on one timeline.
    pub fn hold(&mut self, waves: &[Wave], bar: &ProgressBar) -> Done<()> {
        let mut agenda: BTreeSet<(Instant, usize, Step)> = BTreeSet::new();
        for (i, wave) in waves.iter().enumerate() {
            agenda.extend(wave.steps(self.manner.after_draw).map(|(step, at)| (at, i, step)));
        }
        while let Some((at, i, step)) = agenda.pop_first() {
            self.sandbox.door.forward_to(at)?;
            let Some(wave) = waves.get(i) else { continue };
            bar.set_message(format!("{} · wave {} · {step:?}", at.local(), i + 1));
            let begun = std::time::Instant::now();
            let ends_at = self.take(step, i, wave)?;
            tracing::info!(wave = i, ?step, ms = begun.elapsed().as_millis(), "step taken");
            if let (Step::Result, Some(ends_at)) = (step, ends_at) {
                agenda.insert((ends_at, i, Step::Decide));
            }
            let n_ended = self.held.iter().filter(|held| held.outcome.is_some()).count();
            bar.set_position(n_ended.try_into().unwrap_or_default());
        }
        Ok(())
    }

    /// Takes one step with every lot of a wave; for the publication of results, when they end.
    fn take(&mut self, step: Step, i: usize, wave: &Wave) -> Done<Option<Instant>> {
        match step {
            Step::Publish => self.publish(wave),
            Step::Bid => self.bid(wave),
            Step::Panel => self.call_panels(i, wave)?,
            Step::Open => self.open(wave),
            Step::Record => self.publish_openings(wave),
            Step::Review => self.review(i, wave)?,
            Step::Draw => self.draw(wave),
            Step::Result => return Ok(self.publish_results(wave)),
            Step::Decide => self.decide(wave),
        }
        Ok(None)
    }

    /// The lots of a wave that go on.
    fn on(&self, wave: &Wave) -> Vec<(usize, Project)> {
        let of = |i: &usize| {
            let held = self.held.get(*i).filter(|held| held.is_on())?;
            Some((*i, held.project.clone()?))
        };
        wave.tenders.iter().filter_map(of).collect()
    }

    /// Takes down what each lot came to.
    fn note<T>(&mut self, done: Vec<(usize, Done<T>)>, keep: impl Fn(&mut Held, T)) {
        for (i, done) in done {
            let Some(held) = self.held.get_mut(i) else {
                continue;
            };
            match done {
                Ok(value) => keep(held, value),
                Err(trouble) => held.differences.push(trouble.to_string()),
            }
        }
    }

    /// Does something with every lot that goes on, several at a time.
    fn each<T: Send>(
        &mut self,
        wave: &Wave,
        act: impl Fn(&Self, usize, &Project) -> Done<T> + Sync,
        keep: impl Fn(&mut Held, T),
    ) {
        let on = self.on(wave);
        let this = &*self;
        let done = all(&on, |(i, project)| (*i, act(this, *i, project)));
        self.note(done, keep);
    }

    fn tender(&self, i: usize) -> Done<&'a Tender> {
        self.tenders.get(i).ok_or_else(|| Trouble::broken("a tender"))
    }

    fn publish(&mut self, wave: &Wave) {
        let this = &*self;
        let drafted = all(&wave.tenders, |i| (*i, this.draft(*i, wave.closes_at())));
        self.note(drafted, |held, project| match project {
            Some(project) => held.project = Some(project),
            None => held.outcome = Some(Outcome::Refused),
        });
        self.each(
            wave,
            |this, _, project| {
                let published = owner::publish(&this.sandbox.door, &this.company, project);
                match published {
                    Err(trouble) if trouble.code().starts_with("guard.") => Ok(Some(Outcome::Refused)),
                    other => other.map(|()| None),
                }
            },
            |held, outcome| held.outcome = outcome,
        );
    }

    /// Drafts a tender and calls its ceremony; `None` where the guard refuses.
    fn draft(&self, i: usize, closes_at: Instant) -> Done<Option<Project>> {
        let tender = self.tender(i)?;
        let door = &self.sandbox.door;
        let terms = Terms {
            name: format!("{} {}", tender.name, tender.work),
            summary: tender.work.clone(),
            ceiling_fen: tender.ceiling_fen,
            k: self.manner.k.clone(),
            review_order: if self.manner.after_draw {
                "after_ranking"
            } else {
                "before_ranking"
            },
            n_qualified_min: i64::try_from(self.manner.rules.n_qualified_min).map_err(Trouble::broken)?,
            needs_docs: self.manner.needs_docs,
            closes_at,
        };
        let drafted = owner::draft(door, &self.company, &terms).and_then(|project| {
            owner::call_ceremony(door, &self.company, &project)?;
            Ok(project)
        });
        match drafted {
            Err(trouble) if trouble.code().starts_with("guard.") => Ok(None),
            other => other.map(Some),
        }
    }

    fn bid(&mut self, wave: &Wave) {
        self.each(wave, Self::bids_of, |held, acks| held.acks = acks);
    }

    fn bids_of(&self, i: usize, project: &Project) -> Done<Vec<Ack>> {
        let envelopes = bidder::envelopes(&self.sandbox.door, project, self.manner.needs_docs)?;
        let mut acks = Vec::new();
        for bid in &self.tender(i)?.bids {
            let bidder = self
                .bidders
                .get(&bid.bidder)
                .ok_or_else(|| Trouble::broken(&bid.bidder))?;
            let quality = if bid.is_rejected { UNQUALIFIED } else { "合格" };
            let offer = Offer {
                total: u64::try_from(bid.total_fen).map_err(Trouble::broken)?,
                quality: quality.to_owned(),
                manager: format!("经理{} 川151{:09}", bid.bidder, i),
            };
            acks.push(bidder::bid(&self.sandbox.door, bidder, &envelopes, &offer)?);
        }
        Ok(acks)
    }

    fn call_panels(&mut self, i: usize, wave: &Wave) -> Done<()> {
        self.each(
            wave,
            |this, _, project| centre::request_panel(&this.sandbox.door, &this.company, project),
            |_, ()| (),
        );
        let on = self.on(wave);
        let projects: Vec<&Project> = on.iter().map(|(_, project)| project).collect();
        let seats = panel::answer_calls(
            &self.sandbox.door,
            &self.company,
            &self.experts,
            &projects,
            |call| call.bytes().map(u32::from).sum::<u32>() % ONE_IN == 0,
        )?;
        self.seats.insert(i, seats);
        Ok(())
    }

    fn open(&mut self, wave: &Wave) {
        self.each(
            wave,
            |this, _, project| {
                let (door, company) = (&this.sandbox.door, &this.company);
                let stage = owner::past(door, company, project, &["open", "closing"])?;
                Ok((stage == "failed").then_some(Outcome::FewBids))
            },
            |held, outcome| held.outcome = outcome,
        );
    }

    fn publish_openings(&mut self, wave: &Wave) {
        self.each(
            wave,
            |this, i, project| {
                let record = centre::publish_opening(&this.sandbox.door, &this.company, project)?;
                Ok(check::opening(&record, this.tender(i)?, &this.bidders))
            },
            |held, differences| held.differences.extend(differences),
        );
    }

    fn review(&mut self, i: usize, wave: &Wave) -> Done<()> {
        let seats = self.seats.remove(&i).unwrap_or_default();
        let members = seats.by_lot(&self.sandbox.door, &self.experts)?;
        self.each(
            wave,
            |this, _, project| {
                let sits = members
                    .get(&project.lot)
                    .ok_or_else(|| Trouble::broken("no panel"))?;
                let sits: Vec<&Player> = sits.iter().filter_map(|n| this.experts.get(*n)).collect();
                panel::review(&this.sandbox.door, &project.lot, &sits)?;
                let stage = owner::past(&this.sandbox.door, &this.company, project, &["evaluation"])?;
                Ok((stage == "failed").then_some(Outcome::FewQualified))
            },
            |held, outcome| held.outcome = outcome,
        );
        Ok(())
    }

    fn draw(&mut self, wave: &Wave) {
        self.each(
            wave,
            |this, _, project| {
                let (door, company) = (&this.sandbox.door, &this.company);
                if owner::stage(door, company, project)? == "failed" {
                    return Ok(Some(Outcome::FewQualified));
                }
                session::draw_coefficient(door, company, project)?;
                session::draw_order(door, company, project)?;
                Ok(None)
            },
            |held, outcome| held.outcome = outcome,
        );
    }

    fn publish_results(&mut self, wave: &Wave) -> Option<Instant> {
        let on = self.on(wave);
        let this = &*self;
        let done = all(&on, |(i, project)| {
            let ends_at = session::publish_result(&this.sandbox.door, &this.company, project);
            (*i, ends_at)
        });
        let ends_at = done
            .iter()
            .filter_map(|(_, ends_at)| ends_at.as_ref().ok())
            .max()
            .copied();
        self.note(done, |_, _| ());
        ends_at
    }

    fn decide(&mut self, wave: &Wave) {
        self.each(
            wave,
            |this, _, project| {
                let door = &this.sandbox.door;
                session::decide(door, &this.company, project)?;
                Ok(session::result(door, project)?.to_string())
            },
            |held, result| {
                held.outcome = Some(Outcome::Awarded);
                held.result = Some(result);
            },
        );
    }

    /// Checks everything that came out against the file and against what was published.
    pub fn verify(&mut self) {
        let all_of = |(i, held): (usize, &Held)| Some((i, held.project.clone()?));
        let held: Vec<(usize, Project)> = self.held.iter().enumerate().filter_map(all_of).collect();
        let this = &*self;
        let found = all(&held, |(i, project)| (*i, Ok(this.differences(*i, project))));
        self.note(found, |held, differences| held.differences.extend(differences));
        for (tender, held) in self.tenders.iter().zip(&mut self.held) {
            match tender.expected(&self.manner.rules) {
                Ok(expected) if held.outcome == Some(expected) => {}
                other => held
                    .differences
                    .push(format!("came to {:?}, must be {other:?}", held.outcome)),
            }
        }
    }

    fn differences(&self, i: usize, project: &Project) -> Vec<String> {
        let (Ok(tender), Some(held)) = (self.tender(i), self.held.get(i)) else {
            return Vec::new();
        };
        let door = &self.sandbox.door;
        let mut found: Vec<String> = held
            .acks
            .iter()
            .filter_map(|ack| bidder::check_receipt(door, project, ack).err())
            .map(|trouble| trouble.to_string())
            .collect();
        if let Some(result) = &held.result {
            let result = serde_json::from_str(result).unwrap_or_default();
            let checked = check::result(door, project, &result, tender, self.manner, &self.bidders);
            found.extend(checked.unwrap_or_else(|trouble| vec![trouble.to_string()]));
        }
        found
    }

    /// How every tender was held, in the order of the file.
    #[must_use]
    pub fn held(&self) -> &[Held] {
        &self.held
    }
}
