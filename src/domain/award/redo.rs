//! The award of a lot redone from the papers on its chain, by anybody and without the platform.
//!
//! In: an archive whose proofs hold ([`Archive::verify`]) and of which nothing is withheld. Out: the
//! winner, where there is one, or the first paper that does not follow from those before it. Never: a
//! list to draw from, a K, an order, a candidate or a price believed because the platform wrote it.

mod draws;
mod objections;
mod opening;
mod papers;
mod publication;

use std::collections::BTreeMap;

use opening::Openings;
use papers::{Excluding, ended, facts, is_signed, list, notice, procedure, published, terms};

use super::{
    Candidate, CandidateLine, DrawProof, DrawResult, Exclusions, MethodResult, Pool, Ranking, Terms, Verdict,
    Verdicts, contract::Awarded,
};
use crate::{
    domain::{
        act::Act,
        band::Coefficient,
        bid::OpenedBid,
        procedure::Procedure,
        review::{Outcome, Report},
        time::{Instant, MINUTE},
    },
    proof::{
        archive::Archive,
        canon::{self, Checked, Flaw, Hash, Token, ensure},
        chain::{Chain, Shown},
        docket::Docket,
        policy::Policy,
        stage::Base,
    },
};

/// The items that a draw of a lot's award must have, from the public papers of its chain: the values
/// of K that the notice lists, or those who qualify by the opening record and the panel's report. What a
/// holder's client compares with the frozen list before it gives its key (protocols B.4).
///
/// # Errors
/// A paper that is not shown or does not follow; no list of qualified bids; another draw.
pub fn items(docket: Docket<'_>, lot: &Token, base: Base) -> Checked<Vec<Token>> {
    match base {
        Base::Coefficient => terms(&published(&notice(docket.chain())?.0, lot)?)?
            .draw()
            .coefficients(),
        Base::Order => {
            let chain = docket.chain().clone();
            let mut redo = Redo::begin(docket, lot)?;
            redo.follow(&chain, |act| LIST.contains(&act))?;
            redo.pool()?.items()
        }
        Base::Docs | Base::Experts | Base::Price => Err(Flaw::new("no draw of an award")),
    }
}

/// What an archive leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redone {
    /// The winner, where there is one.
    pub winner: Option<String>,
    /// n and act of the events whose authors' judgement the award rests on: the panel's report,
    /// exclusions, decisions. They are taken as they are written.
    pub judged: Vec<(u64, String)>,
}

/// Redoes the award of an archive, by the reader's own trust files.
///
/// # Errors
/// The first paper that does not follow, with n of its event.
pub fn redo(archive: &Archive, policy: &Policy) -> Checked<Redone> {
    let Archive {
        parties,
        tender,
        lot,
        prices,
        ..
    } = archive;
    let chain = Chain::check(&archive.chain)?;
    ensure(
        chain.of(Act::TenderPublished.name()).count() == 1,
        "the tender is published twice",
    )?;
    goes_forward(&chain)?;
    let docket = Docket::read(chain.clone(), &parties.0, tender, lot)?;
    let mut redo = Redo::begin(docket, lot)?;
    redo.archive = Some(archive);
    if let Some(prices) = prices {
        redo.openings = Openings::of(prices.0.open(&redo.docket, &parties.0, policy)?);
    }
    redo.follow(&chain, |_| true)?;
    let ends = chain.shown().map(|(_, row)| ended(row, lot));
    let ends = ends.filter_map(Checked::transpose).collect::<Checked<Vec<_>>>()?;
    ensure(ends.len() == 1 + redo.n_taken_back, "it does not end once")?;
    ensure(
        prices.is_some() || !redo.is_opened,
        "the prices are not shown, though the bids were opened",
    )?;
    let is_judged = |act: &str| JUDGED.iter().any(|one| one.name() == act);
    let judged = chain.shown().map(|(_, row)| row.event());
    let judged = judged.filter(|event| is_judged(&event.act));
    Ok(Redone {
        winner: redo.awarded.map(|awarded| awarded.notice.winner.bidder),
        judged: judged.map(|event| (event.n, event.act.clone())).collect(),
    })
}

/// By how much a machine's clock may be set back.
const CLOCK_SLACK: i64 = MINUTE;

/// No event is dated before those in front of it: a publication that begins before its draw has not
/// stood as long as it says.
fn goes_forward(chain: &Chain<'_>) -> Checked<()> {
    let mut latest = i64::MIN;
    for (_, row) in chain.shown() {
        let event = row.event();
        ensure(
            event.ts >= latest.saturating_sub(CLOCK_SLACK),
            format_args!(
                "event {}, {}: dated before the events in front of it",
                event.n, event.act
            ),
        )?;
        latest = latest.max(event.ts);
    }
    Ok(())
}

/// Acts that are somebody's judgement, and follow from nothing.
const JUDGED: [Act; 3] = [
    Act::EvaluationEnded,
    Act::CandidateExcluded,
    Act::SupervisorDecided,
];

/// What the list of qualified bids follows from.
const LIST: [Act; 4] = [
    Act::StageOpened,
    Act::OpeningPublished,
    Act::EvaluationEnded,
    Act::QualifiedListed,
];

/// How far the papers have led.
struct Redo<'a> {
    /// None for a holder's client, which looks before there is an archive.
    archive: Option<&'a Archive>,
    docket: Docket<'a>,
    lot: &'a Token,
    procedure: &'static Procedure,
    /// The number and the name of the tender, the name of the lot.
    about: [String; 3],
    /// The owner's name.
    owner: String,
    /// When the documents went out: the day whose rules count.
    issued_at: Instant,
    terms: Terms,
    n_min: u64,
    openings: Openings,
    is_opened: bool,
    bids: Vec<OpenedBid>,
    /// The names of the bidders, as the opening record has them.
    names: BTreeMap<String, String>,
    verdicts: Verdicts,
    later: Exclusions,
    pool: Option<Pool>,
    /// The digest of the frozen list on which each draw stands.
    freezes: BTreeMap<Base, Hash>,
    /// The draws that stand, as a publication names them.
    held: BTreeMap<Base, DrawProof>,
    k: Option<Coefficient>,
    ranking: Ranking,
    /// The candidates as published, the digest of the publication, and until when it may be objected
    /// to, Unix ms.
    standstill: Option<(Vec<CandidateLine>, Hash, i64)>,
    awarded: Option<Awarded>,
    /// How many awards were taken back, because the winner fell out before the contract.
    n_taken_back: usize,
    is_contracted: bool,
    /// n and text of the objections to the result that wait for their replies.
    unanswered: Vec<(u64, String)>,
}

impl<'a> Redo<'a> {
    fn begin(docket: Docket<'a>, lot: &'a Token) -> Checked<Self> {
        let (notice, issued_at) = notice(docket.chain())?;
        let paper = published(&notice, lot)?;
        Ok(Self {
            archive: None,
            docket,
            lot,
            procedure: procedure(&paper)?,
            terms: terms(&paper)?,
            about: [notice.number, notice.name, paper.name.clone()],
            owner: notice.owner.0,
            issued_at,
            n_min: u64::try_from(paper.min).unwrap_or(u64::MAX),
            openings: Openings::default(),
            is_opened: false,
            bids: Vec::new(),
            names: BTreeMap::new(),
            verdicts: Verdicts::new(),
            later: Exclusions::new(),
            pool: None,
            freezes: BTreeMap::new(),
            held: BTreeMap::new(),
            k: None,
            ranking: Ranking::default(),
            standstill: None,
            awarded: None,
            n_taken_back: 0,
            is_contracted: false,
            unanswered: Vec::new(),
        })
    }

    /// Goes down a chain, as far as it is asked for.
    fn follow(&mut self, chain: &Chain<'_>, is_asked: impl Fn(Act) -> bool) -> Checked<()> {
        type Step<T> = fn(&mut T, &Shown) -> Checked<()>;
        let steps: [(Act, Step<Self>); 13] = [
            (Act::StageOpened, Self::staged),
            (Act::OpeningPublished, Self::opened),
            (Act::EvaluationEnded, Self::reviewed),
            (Act::QualifiedListed, Self::listed),
            (Act::DrawDone, Self::drawn),
            (Act::CoefficientDrawn, Self::priced),
            (Act::CandidateExcluded, Self::excluded),
            (Act::CandidatesPublished, Self::out),
            (Act::ObjectionRaised, Self::raised),
            (Act::ObjectionAnswered, Self::answered),
            (Act::AwardDecided, Self::decided),
            (Act::ContractSigned, Self::contracted),
            (Act::LotFailed, Self::failed),
        ];
        for (_, row) in chain.shown() {
            let event = row.event();
            let step = steps.iter().find(|(act, _)| act.name() == event.act);
            if let Some((_, step)) = step.filter(|(act, _)| is_asked(*act)) {
                step(self, row)
                    .map_err(|flaw| Flaw::new(format!("event {}, {}: {flaw}", event.n, event.act)))?;
            }
        }
        Ok(())
    }
}

impl Redo<'_> {
    fn is_own(&self, lot: &str) -> bool {
        self.lot.as_str() == lot
    }

    fn reviewed(&mut self, row: &Shown) -> Checked<()> {
        let label = format!("report.{}", self.lot);
        if row.payload(&label).is_none() {
            return Ok(());
        }
        let report: Report = row.object(&label)?;
        for line in report.lines {
            let verdict = match line.outcome {
                Outcome::Pending => continue,
                Outcome::Passed => Verdict::Passed,
                Outcome::Rejected => Verdict::Rejected {
                    clause: line.clause,
                    reason: line.reason,
                },
            };
            let before = self
                .verdicts
                .get(&line.bidder)
                .filter(|before| **before != verdict);
            ensure(
                before.is_none() || self.later.contains_key(&line.bidder),
                format_args!("another verdict on {}", line.bidder),
            )?;
            self.verdicts.insert(line.bidder, verdict);
        }
        Ok(())
    }

    /// Every bid has the fate that its price and the panel's verdict lead to.
    fn listed(&mut self, row: &Shown) -> Checked<()> {
        let Some(list) = list(row, self.lot)? else {
            return Ok(());
        };
        ensure(self.pool.is_none(), "a second list")?;
        let pool = Pool::of(&self.terms, &self.bids, &self.verdicts);
        let fates = pool.bids.iter().map(|bid| (&bid.bidder, &bid.fate));
        let is_so = fates.eq(list.bids.iter().map(|bid| (&bid.bidder, &bid.fate)));
        ensure(is_so, "a bid has another fate")?;
        let band = self.terms.draw().band;
        ensure((list.low, list.high) == (band.low(), band.high()), "another band")?;
        let lot = self.lot.as_str().into();
        ensure(list.digest == pool.digest(&lot)?, "the digest of another list")?;
        self.pool = Some(pool);
        Ok(())
    }

    fn excluded(&mut self, row: &Shown) -> Checked<()> {
        let said = facts::<Excluding>(row, "exclusion")?.filter(|said| self.is_own(&said.lot));
        let Some(Excluding {
            bidder, exclusion, ..
        }) = said
        else {
            return Ok(());
        };
        let is_drawn = self.ranking.place_of(&bidder).is_some();
        ensure(is_drawn, format_args!("{bidder} was not drawn"))?;
        let paper = row.payload("exclusion").map(canon::digest).transpose()?;
        is_signed(row, &paper.unwrap_or_default())?;
        if let Some(awarded) = self.awarded.take() {
            let is_winner = awarded.notice.winner.bidder == bidder;
            ensure(
                is_winner && !self.is_contracted,
                "after the award only a winner without contract falls out",
            )?;
            self.n_taken_back += 1;
        }
        self.later.insert(bidder, exclusion);
        Ok(())
    }

    /// A lot fails for a cause that its papers show, and under the rule of that cause.
    fn failed(&mut self, row: &Shown) -> Checked<()> {
        let Some(ended) = ended(row, self.lot)? else {
            return Ok(());
        };
        let rule = if let Some(pool) = &self.pool {
            let is_left = self.ranking.is_empty() || self.is_enough_left();
            ensure(!pool.is_enough() || !is_left, "enough are left to award to")?;
            self.procedure.n_qualified_min
        } else {
            self.is_enough_bid(false)?;
            self.procedure.n_bidders_min
        };
        ensure(
            ended.rule.as_deref() == Some(rule),
            "it fails for another rule's reason",
        )
    }

    /// What the method came to, by the draws redone.
    fn method(&self) -> Checked<MethodResult> {
        let list = self.pool()?.digest(&self.lot.as_str().into())?.to_hex();
        let draws = self.held.values().cloned().collect();
        let result = DrawResult::of(self.terms.draw(), list, Some(self.k()?), draws);
        Ok(MethodResult::ReasonablePriceDraw(result))
    }

    fn is_enough_left(&self) -> bool {
        self.terms
            .is_enough_left(&self.ranking, &self.verdicts, &self.later)
    }

    fn k(&self) -> Checked<Coefficient> {
        self.k.ok_or_else(|| Flaw::new("K is not drawn"))
    }

    fn pool(&self) -> Checked<&Pool> {
        let pool = self.pool.as_ref();
        pool.ok_or_else(|| Flaw::new("no list of qualified bids stands"))
    }

    fn exclusions(&self) -> Exclusions {
        self.terms.exclusions(&self.verdicts, self.later.clone())
    }

    fn candidates(&self) -> Vec<Candidate> {
        self.terms
            .candidates(&self.ranking, &self.exclusions(), &self.verdicts)
    }
}
