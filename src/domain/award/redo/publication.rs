//! The publication of a result, the award notice and the contract redone.
//!
//! In: the papers as they came out. Out: whom the contract went to. Never: a publication shorter than the
//! rule's; a name, a price or a promise that the opening did not show; a paper that is not the one that
//! was signed.

use super::{
    Redo,
    papers::{Spanned, ended, facts, flaw, is_signed},
};
use crate::{
    domain::{
        award::{
            Candidate, CandidateLine, Notice, Standstill,
            contract::{Awarded, Contract},
        },
        calendar::Calendar,
        dates::Planner,
        rule::Rules,
        time::Instant,
    },
    proof::{
        canon::{Checked, Flaw, Object as _, ensure},
        chain::Shown,
    },
};

impl Redo<'_> {
    /// The publication says of every bid what follows.
    pub(super) fn out(&mut self, row: &Shown) -> Checked<()> {
        let own = facts::<Spanned>(row, "span")?.filter(|span| self.is_own(&span.lot));
        let Some(span) = own else { return Ok(()) };
        self.stands(row.event().n)?;
        ensure(self.is_enough_left(), "too few are left to publish a result")?;
        let paper: Standstill = row.object("standstill")?;
        self.stands_long_enough(Instant(row.event().ts), span.ends_at)?;
        self.is_about([&paper.number, &paper.tender, &paper.lot])?;
        self.is_owner(&paper.objections_to.name)?;
        let mut lines = paper.bids.iter().map(|line| (&line.bidder, &line.name));
        let mut ranked = paper.ranked.iter().map(|line| (&line.bidder, &line.name));
        ensure(
            lines.all(|line| self.is_named(line)) && ranked.all(|line| self.is_named(line)),
            "a bidder has another name than at the opening",
        )?;
        let about = (self.terms.order, self.terms.ceiling);
        ensure(
            (paper.order, paper.ceiling) == about,
            "other terms than the notice's",
        )?;
        ensure(paper.method == self.method()?, "another K, price, band or draw")?;
        let excluded = self.exclusions();
        let ranked = paper.ranked.iter();
        let ranked = ranked.map(|line| (line.place, &line.bidder, &line.ground, line.exclusion.as_ref()));
        let follows = self.ranking.places().map(|(place, ranked)| {
            let exclusion = excluded.get(&ranked.bidder);
            (place, &ranked.bidder, &ranked.ground, exclusion)
        });
        ensure(ranked.eq(follows), "another order")?;
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
        let digest = paper.digest()?;
        is_signed(row, &digest)?;
        self.standstill = Some((paper.candidates, digest, span.ends_at));
        Ok(())
    }

    /// The winner is the first candidate left, as published.
    pub(super) fn decided(&mut self, row: &Shown) -> Checked<()> {
        if ended(row, self.lot)?.is_none() {
            return Ok(());
        }
        self.stands(row.event().n)?;
        let notice: Notice = row.object("notice")?;
        ensure(self.awarded.is_none(), "decided twice")?;
        self.is_answered()?;
        self.is_about([&notice.number, &notice.tender, &notice.lot])?;
        self.is_owner(&notice.owner)?;
        let published = self.standstill.as_ref();
        let (lines, digest, ends_at) = published.ok_or_else(|| Flaw::new("nothing is published"))?;
        ensure(
            digest.to_hex() == notice.standstill,
            "it does not rest on the last publication",
        )?;
        ensure(row.event().ts >= *ends_at, "decided before the publication ended")?;
        let mut as_now = lines.iter().map(|line| CandidateLine {
            rank: notice.winner.rank,
            ..line.clone()
        });
        ensure(
            as_now.any(|line| line == notice.winner),
            "the winner is no such candidate of the publication",
        )?;
        let candidates = self.candidates();
        let first = candidates.first().ok_or_else(|| Flaw::new("nobody is left"))?;
        self.is_candidate(&notice.winner, first)?;
        is_signed(row, &notice.digest()?)?;
        self.awarded = Some(Awarded {
            digest: notice.digest()?,
            notice,
            at: Instant(row.event().ts),
        });
        Ok(())
    }

    /// The contract is the one that was awarded.
    pub(super) fn contracted(&mut self, row: &Shown) -> Checked<()> {
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
        )?;
        self.is_contracted = true;
        Ok(())
    }

    /// As long as the rule of the day on which the documents went out says, at least.
    fn stands_long_enough(&self, from: Instant, ends_at: i64) -> Checked<()> {
        let rules = Rules::embedded().map_err(|e| Flaw::new(e.to_string()))?;
        let calendar = Calendar::embedded().map_err(|e| Flaw::new(e.to_string()))?;
        let planner = Planner::new(&rules, self.procedure, &calendar, self.issued_at.date()).map_err(flaw)?;
        let least = planner.standstill_ends(from).map_err(flaw)?;
        ensure(
            least.is_none_or(|least| ends_at >= least.at.0),
            "the publication is shorter than the rule's",
        )
    }

    fn is_about(&self, said: [&str; 3]) -> Checked<()> {
        let own = self.about.each_ref().map(String::as_str);
        ensure(said == own, "it is about another tender or lot")
    }

    fn is_owner(&self, name: &str) -> Checked<()> {
        ensure(self.owner == name, "it names another owner than the notice")
    }

    fn is_named(&self, (bidder, name): (&String, &String)) -> bool {
        self.names.get(bidder) == Some(name)
    }

    fn is_candidate(&self, line: &CandidateLine, candidate: &Candidate) -> Checked<()> {
        let mut bids = self.bids.iter();
        let bid = bids.find(|bid| bid.bidder == candidate.bidder);
        let bid = bid.ok_or_else(|| Flaw::new("a candidate without a bid"))?;
        let total = bid.total_fen;
        let total = total.ok_or_else(|| Flaw::new("a candidate without a price"))?;
        let price = self.terms.draw().contract_price(total, self.k()?);
        ensure(
            self.is_named((&line.bidder, &line.name)),
            format_args!("{} has another name", line.bidder),
        )?;
        let promises = (bid.days, bid.quality.clone(), bid.manager.clone());
        ensure(
            (line.days, line.quality.clone(), line.manager.clone()) == promises,
            format_args!("{} promised something else", line.bidder),
        )?;
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
}
