//! The award of a lot redone from the papers on its chain, by anybody and without the platform.
//!
//! In: an archive whose proofs hold ([`Archive::verify`]) and of which nothing is withheld. Out: the
//! winner, where there is one, or the first paper that does not follow from those before it. Never: a
//! list to draw from, a K, an order, a candidate or a price believed because the platform wrote it.

mod papers;

use std::collections::{BTreeMap, BTreeSet};

use papers::{
    Ended, Excluding, Opened, OpenedLine, Priced, Spanned, facts, flaw, list, procedure, published, terms,
};

use super::{
    Candidate, CandidateLine, Exclusions, Fate, Ground, Notice, Pool, Ranking, Standstill, Terms, Verdict,
    Verdicts,
    contract::{Awarded, Contract},
};
use crate::{
    domain::{
        act::Act,
        band::Coefficient,
        bid::OpenedBid,
        procedure::Procedure,
        review::{Outcome, Report},
        time::Instant,
    },
    proof::{
        archive::Archive,
        canon::{Checked, Flaw, Hash, Object as _, Token, ensure},
        chain::{Chain, Shown},
        docket::Docket,
        draw::Done,
        stage::{Base, KeyStage},
        transcript::Transcript,
    },
};

/// The items that a draw of a lot's award must have, from the public papers of its chain: the values
/// of K that the notice lists, or those who stand on the list of qualified bids. What a holder's
/// client compares with the frozen list before it gives its key (protocols B.4).
///
/// # Errors
/// A paper that is not shown or is none; two lists of qualified bids; another draw.
pub fn items(chain: &Chain<'_>, lot: &Token, base: Base) -> Checked<Vec<Token>> {
    match base {
        Base::Coefficient => terms(&published(chain, lot)?)?.coefficients(),
        Base::Order => {
            let mut lists = chain.of(Act::QualifiedListed.name());
            let mut own = lists.by_ref().filter_map(|(_, row)| list(row, lot).transpose());
            let list = own
                .next()
                .ok_or_else(|| Flaw::new("no list of qualified bids"))??;
            ensure(own.next().is_none(), "two lists of qualified bids")?;
            let qualified = list.bids.into_iter().filter(|bid| bid.fate == Fate::Qualified);
            qualified.map(|bid| Token::new(bid.bidder)).collect()
        }
        Base::Docs | Base::Experts | Base::Price => Err(Flaw::new("no draw of an award")),
    }
}

/// Redoes the award of an archive.
///
/// # Errors
/// The first paper that does not follow, with n of its event.
pub fn redo(archive: &Archive) -> Checked<Option<String>> {
    let chain = Chain::check(&archive.chain)?;
    let paper = published(&chain, &archive.lot)?;
    let mut redo = Redo {
        archive,
        docket: Docket::read(chain.clone(), &archive.parties.0, &archive.tender, &archive.lot)?,
        procedure: procedure(&paper)?,
        terms: terms(&paper)?,
        n_min: u64::try_from(paper.min).unwrap_or(u64::MAX),
        bids: Vec::new(),
        verdicts: Verdicts::new(),
        later: Exclusions::new(),
        pool: None,
        freezes: BTreeMap::new(),
        k: None,
        ranking: Ranking::default(),
        standstill: None,
        awarded: None,
    };
    for (_, row) in chain.shown() {
        let event = row.event();
        redo.follow(row)
            .map_err(|flaw| Flaw::new(format!("event {}, {}: {flaw}", event.n, event.act)))?;
    }
    Ok(redo.awarded.map(|awarded| awarded.notice.winner.bidder))
}

/// How far the papers have led.
struct Redo<'a> {
    archive: &'a Archive,
    docket: Docket<'a>,
    procedure: &'static Procedure,
    terms: Terms,
    n_min: u64,
    bids: Vec<OpenedBid>,
    verdicts: Verdicts,
    later: Exclusions,
    pool: Option<Pool>,
    /// The digest of the frozen list on which each draw stands.
    freezes: BTreeMap<Base, Hash>,
    k: Option<Coefficient>,
    ranking: Ranking,
    /// The digest of what was published, and until when it may be objected to, Unix ms.
    standstill: Option<(Hash, i64)>,
    awarded: Option<Awarded>,
}

impl Redo<'_> {
    /// What the award follows from, in the order in which it comes.
    fn follow(&mut self, row: &Shown) -> Checked<()> {
        type Step<T> = fn(&mut T, &Shown) -> Checked<()>;
        let steps: [(Act, Step<Self>); 10] = [
            (Act::OpeningPublished, Self::opened),
            (Act::EvaluationEnded, Self::reviewed),
            (Act::QualifiedListed, Self::listed),
            (Act::DrawDone, Self::drawn),
            (Act::CoefficientDrawn, Self::priced),
            (Act::CandidateExcluded, Self::excluded),
            (Act::CandidatesPublished, Self::out),
            (Act::AwardDecided, Self::decided),
            (Act::ContractSigned, Self::contracted),
            (Act::LotFailed, Self::failed),
        ];
        let step = steps.iter().find(|(act, _)| act.name() == row.event().act);
        step.map_or(Ok(()), |(_, step)| step(self, row))
    }

    fn is_own(&self, lot: &str) -> bool {
        self.archive.lot.as_str() == lot
    }

    /// The opening record names every effective bid, and no other.
    fn opened(&mut self, row: &Shown) -> Checked<()> {
        let Some(record) = facts::<Opened>(row, &format!("opening.{}", self.archive.lot))? else {
            return Ok(());
        };
        let list = self.docket.list()?.x;
        self.is_enough_bid(true)?;
        let known: BTreeMap<&str, Hash> = list.effective().map(|s| (s.bidder.as_str(), s.last)).collect();
        let mut opened = BTreeSet::new();
        for line in &record.lines {
            let bidder = line.bidder.as_str();
            ensure(known.contains_key(bidder), format_args!("{bidder} did not bid"))?;
            ensure(opened.insert(bidder), format_args!("{bidder} is opened twice"))?;
        }
        for (bidder, last) in &known {
            ensure(
                opened.contains(bidder) || self.docket.voided(last, row.event().n),
                format_args!("{bidder} is left out"),
            )?;
        }
        self.bids = record.lines.into_iter().map(OpenedLine::bid).collect();
        Ok(())
    }

    /// Whether as many bid as the notice asks for, or not.
    fn is_enough_bid(&self, is_so: bool) -> Checked<()> {
        let n = self.docket.list()?.x.effective().count();
        ensure(
            self.docket.deadline()?.min == self.n_min,
            "another least number of bidders than the notice's",
        )?;
        let is_enough = u64::try_from(n).unwrap_or(u64::MAX) >= self.n_min;
        ensure(
            is_enough == is_so,
            format_args!("{n} bid, {} are needed", self.n_min),
        )
    }

    fn reviewed(&mut self, row: &Shown) -> Checked<()> {
        let label = format!("report.{}", self.archive.lot);
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
            self.verdicts.insert(line.bidder, verdict);
        }
        Ok(())
    }

    /// Every bid has the fate that its price and the panel's verdict lead to.
    fn listed(&mut self, row: &Shown) -> Checked<()> {
        let Some(list) = list(row, &self.archive.lot)? else {
            return Ok(());
        };
        ensure(self.pool.is_none(), "a second list")?;
        let pool = Pool::of(&self.terms, &self.bids, &self.verdicts);
        let fates = pool.bids.iter().map(|bid| (&bid.bidder, &bid.fate));
        let is_so = fates.eq(list.bids.iter().map(|bid| (&bid.bidder, &bid.fate)));
        ensure(is_so, "a bid has another fate")?;
        let band = self.terms.band;
        ensure((list.low, list.high) == (band.low(), band.high()), "another band")?;
        let lot = self.archive.lot.as_str().into();
        ensure(list.digest == pool.digest(&lot)?, "the digest of another list")?;
        self.pool = Some(pool);
        Ok(())
    }

    /// A draw was held over exactly the items it must have; a later attempt takes the place of the
    /// earlier one, where the supervision bureau voided that.
    fn drawn(&mut self, row: &Shown) -> Checked<()> {
        let done: Done = row.object("done")?;
        let Some(stage) = done.stage(&self.archive.lot).filter(|stage| stage.is_award()) else {
            return Ok(());
        };
        let transcript = self.transcript(&done)?;
        let pool = self.pool()?;
        ensure(pool.is_enough(), "too few qualified bids for a draw")?;
        let (items, take) = if stage.base == Base::Coefficient {
            (self.terms.coefficients()?, 1)
        } else {
            let items = pool.items()?;
            let take = self.terms.n_candidates.min(items.len());
            (items, take)
        };
        ensure(
            transcript.items == items,
            format_args!("{}: other items are drawn from", done.draw),
        )?;
        ensure(
            u64::try_from(take) == Ok(transcript.take),
            "another number is drawn",
        )?;
        self.freezes.insert(stage.base, self.frozen(stage, &transcript)?);
        let order = transcript.order()?;
        if stage.base == Base::Order {
            self.ranking = Ranking::drawn(order);
            return Ok(());
        }
        let first = order.first().ok_or_else(|| Flaw::new("nothing is drawn"))?;
        self.k = Some(self.terms.band.coefficient(first.item.as_str()).map_err(flaw)?);
        // whatever was drawn before this K stands no more
        self.ranking = Ranking::default();
        Ok(())
    }

    /// The digest of the list that was frozen for an attempt: the first of the chain; a second attempt
    /// rests on the bureau's decision that voids the one before.
    fn frozen(&self, stage: KeyStage, transcript: &Transcript) -> Checked<Hash> {
        let freeze = self.docket.freeze(stage)?;
        let mut frozen = freeze.x.into_iter();
        let own = frozen.find(|frozen| frozen.draw == transcript.draw);
        let own = own.ok_or_else(|| Flaw::new("another draw is frozen"))?;
        ensure(
            own.prev
                .is_none_or(|before| self.docket.voided(&before, freeze.n)),
            "the attempt before was not voided by the supervision bureau",
        )?;
        let stands = self.freezes.get(&stage.base).copied();
        ensure(
            stands.is_none_or(|before| own.prev == Some(before)),
            "a draw done twice",
        )?;
        ensure(
            freeze.c == transcript.frozen,
            "the draw is of another frozen list",
        )?;
        own.digest()
    }

    /// Refuses what rests on a draw that the bureau had voided.
    fn stands(&self, n: u64) -> Checked<()> {
        let mut freezes = self.freezes.values();
        ensure(
            freezes.all(|frozen| !self.docket.voided(frozen, n)),
            "it rests on a voided draw",
        )
    }

    fn transcript(&self, done: &Done) -> Checked<Transcript> {
        for bundle in &self.archive.draws {
            let text = bundle.0.transcript.as_bytes();
            if Hash::of(&[text]) == done.sha256 {
                return Transcript::parse(text);
            }
        }
        Err(Flaw::new(format!("no transcript of {}", done.draw)))
    }

    fn priced(&mut self, row: &Shown) -> Checked<()> {
        let Some(said) = facts::<Priced>(row, "coefficient")?.filter(|said| self.is_own(&said.lot)) else {
            return Ok(());
        };
        let k = self.k()?;
        ensure(
            (said.k, said.price) == (k.to_string(), self.terms.band.price(k)),
            "another K or price",
        )
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
        self.later.insert(bidder, exclusion);
        Ok(())
    }

    /// The publication says of every bid what follows.
    fn out(&mut self, row: &Shown) -> Checked<()> {
        let own = facts::<Spanned>(row, "span")?.filter(|span| self.is_own(&span.lot));
        let Some(span) = own else { return Ok(()) };
        self.stands(row.event().n)?;
        ensure(self.is_enough_left(), "too few are left to publish a result")?;
        let paper: Standstill = row.object("standstill")?;
        let (k, band) = (self.k()?, self.terms.band);
        ensure(
            (paper.k.clone(), paper.price, paper.low, paper.high)
                == (k.to_string(), band.price(k), band.low(), band.high()),
            "another K, price or band",
        )?;
        let excluded = self.exclusions();
        let drawn = paper.drawn.iter();
        let drawn = drawn.map(|line| {
            (
                line.place,
                &line.bidder,
                line.ticket.clone(),
                line.exclusion.as_ref(),
            )
        });
        let follows = self.ranking.places().map(|(place, ranked)| {
            let Ground::Ticket(ticket) = &ranked.ground;
            let exclusion = excluded.get(&ranked.bidder);
            (place, &ranked.bidder, ticket.to_hex(), exclusion)
        });
        ensure(drawn.eq(follows), "another order")?;
        let candidates = self.candidates();
        let bids = &self.pool()?.bids;
        let outcomes = self.ranking.outcomes(bids, &excluded, &candidates);
        let follows = bids.iter().zip(&outcomes);
        let follows = follows.map(|(bid, outcome)| (&bid.bidder, bid.total, &bid.fate, outcome));
        let said = paper.bids.iter();
        ensure(
            said.map(|line| (&line.bidder, line.total, &line.fate, &line.outcome))
                .eq(follows),
            "a bid has another fate or outcome",
        )?;
        ensure(paper.candidates.len() == candidates.len(), "other candidates")?;
        for (line, candidate) in paper.candidates.iter().zip(&candidates) {
            self.is_candidate(line, candidate)?;
        }
        self.standstill = Some((paper.digest()?, span.ends_at));
        Ok(())
    }

    /// The winner is the first candidate left, as published.
    fn decided(&mut self, row: &Shown) -> Checked<()> {
        if row.payload(&format!("ended.{}", self.archive.lot)).is_none() {
            return Ok(());
        }
        self.stands(row.event().n)?;
        let notice: Notice = row.object("notice")?;
        let published = self.standstill;
        let (digest, ends_at) = published.ok_or_else(|| Flaw::new("nothing is published"))?;
        ensure(
            digest.to_hex() == notice.standstill,
            "it does not rest on the last publication",
        )?;
        ensure(row.event().ts >= ends_at, "decided before the publication ended")?;
        let candidates = self.candidates();
        let first = candidates.first().ok_or_else(|| Flaw::new("nobody is left"))?;
        self.is_candidate(&notice.winner, first)?;
        self.awarded = Some(Awarded {
            digest: notice.digest()?,
            notice,
            at: Instant(row.event().ts),
        });
        Ok(())
    }

    /// The contract is the one that was awarded.
    fn contracted(&mut self, row: &Shown) -> Checked<()> {
        let contract: Contract = row.object("contract")?;
        if !self.is_own(contract.lot.as_str()) {
            return Ok(());
        }
        let awarded = self
            .awarded
            .as_ref()
            .ok_or_else(|| Flaw::new("nothing is awarded"))?;
        let now = Instant(row.event().ts);
        let follows = awarded.contract(&contract.lot, &contract.said(), None, now);
        ensure(
            follows.map_err(flaw)? == contract,
            "another contract than awarded",
        )
    }

    /// A lot fails for a cause that its papers show, and under the rule of that cause.
    fn failed(&mut self, row: &Shown) -> Checked<()> {
        let Some(ended) = facts::<Ended>(row, &format!("ended.{}", self.archive.lot))? else {
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

    fn is_enough_left(&self) -> bool {
        self.terms
            .is_enough_left(&self.ranking, &self.verdicts, &self.later)
    }

    fn is_candidate(&self, line: &CandidateLine, candidate: &Candidate) -> Checked<()> {
        let mut bids = self.bids.iter();
        let bid = bids.find(|bid| bid.bidder == candidate.bidder);
        let total = bid.and_then(|bid| bid.total_fen);
        let total = total.ok_or_else(|| Flaw::new("a candidate without a price"))?;
        let price = self.terms.contract_price(total, self.k()?);
        let said = (
            line.rank,
            line.place,
            &line.bidder,
            line.total,
            line.contract_price,
        );
        let follows = (candidate.rank, candidate.place, &candidate.bidder, total, price);
        ensure(
            said == follows,
            format_args!("{} is no such candidate", line.bidder),
        )
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
