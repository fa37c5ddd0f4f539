//! The award of a lot redone from the papers on its chain, by anybody and without the platform.
//!
//! In: an archive whose proofs hold ([`Archive::verify`]) and of which nothing is withheld. Out: the
//! winner, where there is one, or the first paper that does not follow from those before it. Never: a
//! list to draw from, a K, an order, a candidate or a price believed because the platform wrote it.

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};

use super::{
    Candidate, CandidateLine, Exclusion, Exclusions, Fate, Ground, Notice, Pool, Ranking, Standstill, Terms,
    Verdict, Verdicts,
};
use crate::{
    domain::{
        act::Act,
        announcement::{LotPaper, NoticePaper},
        band::{Coefficient, PriceBand},
        bid::OpenedBid,
        money::Fen,
        refusal::Refusal,
        review::{Outcome, Report},
        terms::per_cent,
    },
    proof::{
        archive::Archive,
        canon::{Checked, Flaw, Hash, Object as _, Token, ensure},
        chain::{Chain, Row, Shown},
        docket::Docket,
        draw::Done,
        stage::{Base, named},
        transcript::Transcript,
    },
};

/// The items that a draw of a lot's award must have, from the public papers of its chain: the values
/// of K that the notice lists, or those who stand on the list of qualified bids. What a holder's
/// client compares with the frozen list before it gives its key (protocols B.4).
///
/// # Errors
/// A paper that is not shown or is none; two lists of qualified bids; another draw.
pub fn items(rows: &[Row], lot: &Token, base: Base) -> Checked<Vec<Token>> {
    let chain = Chain::check(rows)?;
    match base {
        Base::Coefficient => terms(&published(&chain, lot)?)?.coefficients(),
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
    let mut redo = Redo {
        archive,
        terms: terms(&published(&chain, &archive.lot)?)?,
        bids: Vec::new(),
        verdicts: Verdicts::new(),
        later: Exclusions::new(),
        pool: None,
        k: None,
        ranking: Ranking::default(),
        standstill: None,
        winner: None,
    };
    for (_, row) in chain.shown() {
        let event = row.event();
        redo.follow(row)
            .map_err(|flaw| Flaw::new(format!("event {}, {}: {flaw}", event.n, event.act)))?;
    }
    Ok(redo.winner)
}

/// How far the papers have led.
struct Redo<'a> {
    archive: &'a Archive,
    terms: Terms,
    bids: Vec<OpenedBid>,
    verdicts: Verdicts,
    later: Exclusions,
    pool: Option<Pool>,
    k: Option<Coefficient>,
    ranking: Ranking,
    standstill: Option<Hash>,
    winner: Option<String>,
}

impl Redo<'_> {
    /// What the award follows from, in the order in which it comes.
    fn follow(&mut self, row: &Shown) -> Checked<()> {
        type Step<T> = fn(&mut T, &Shown) -> Checked<()>;
        let steps: [(Act, Step<Self>); 8] = [
            (Act::OpeningPublished, Self::opened),
            (Act::EvaluationEnded, Self::reviewed),
            (Act::QualifiedListed, Self::listed),
            (Act::DrawDone, Self::drawn),
            (Act::LotMoved, Self::priced),
            (Act::CandidateExcluded, Self::excluded),
            (Act::CandidatesPublished, Self::out),
            (Act::AwardDecided, Self::decided),
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
        let Archive {
            chain,
            parties,
            tender,
            lot,
            ..
        } = self.archive;
        let docket = Docket::open(chain, &parties.0, tender, lot)?;
        let list = docket.list()?.x;
        let known: BTreeMap<&str, Hash> = list.effective().map(|s| (s.bidder.as_str(), s.last)).collect();
        for line in &record.lines {
            ensure(
                known.contains_key(line.bidder.as_str()),
                format_args!("{} did not bid", line.bidder),
            )?;
        }
        let is_opened = |bidder: &str| record.lines.iter().any(|line| line.bidder == bidder);
        for (bidder, last) in &known {
            ensure(
                is_opened(bidder) || docket.voided(last, u64::MAX),
                format_args!("{bidder} is left out"),
            )?;
        }
        ensure(record.lines.len() <= known.len(), "a bid is opened twice")?;
        self.bids = record.lines.into_iter().map(OpenedLine::bid).collect();
        Ok(())
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

    /// A draw was held over exactly the items it must have; a later attempt takes the place of an
    /// earlier one.
    fn drawn(&mut self, row: &Shown) -> Checked<()> {
        let done: Done = row.object("done")?;
        let lot = self.archive.lot.as_str();
        let stage = done
            .draw
            .as_str()
            .strip_prefix(lot)
            .and_then(|rest| named(rest.strip_prefix('.')?));
        let Some(base) = stage.map(|stage| stage.base) else {
            return Ok(());
        };
        let (items, take) = match base {
            Base::Coefficient => (self.terms.coefficients()?, 1),
            Base::Order => {
                let items = self.pool()?.items()?;
                let take = self.terms.n_candidates.min(items.len());
                (items, take)
            }
            Base::Docs | Base::Experts | Base::Price => return Ok(()),
        };
        let transcript = self.transcript(&done)?;
        ensure(
            transcript.items == items,
            format_args!("{}: other items are drawn from", done.draw),
        )?;
        ensure(
            u64::try_from(take) == Ok(transcript.take),
            "another number is drawn",
        )?;
        let order = transcript.order()?;
        if base == Base::Order {
            self.ranking = Ranking::drawn(order);
            return Ok(());
        }
        let first = order.first().ok_or_else(|| Flaw::new("nothing is drawn"))?;
        self.k = Some(self.terms.band.coefficient(first.item.as_str()).map_err(flaw)?);
        Ok(())
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
        if own.is_none() {
            return Ok(());
        }
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
        self.standstill = Some(paper.digest()?);
        Ok(())
    }

    /// The winner is the first candidate left, as published.
    fn decided(&mut self, row: &Shown) -> Checked<()> {
        if row.payload(&format!("ended.{}", self.archive.lot)).is_none() {
            return Ok(());
        }
        let notice: Notice = row.object("notice")?;
        let published = self.standstill.map(|digest| digest.to_hex());
        ensure(
            published == Some(notice.standstill),
            "it does not rest on the last publication",
        )?;
        let candidates = self.candidates();
        let first = candidates.first().ok_or_else(|| Flaw::new("nobody is left"))?;
        self.is_candidate(&notice.winner, first)?;
        self.winner = Some(notice.winner.bidder);
        Ok(())
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

/// A lot's terms as the notice published them.
fn published(chain: &Chain<'_>, lot: &Token) -> Checked<LotPaper> {
    let mut rows = chain.of(Act::TenderPublished.name());
    let (_, row) = rows
        .next()
        .ok_or_else(|| Flaw::new("the tender is not published"))?;
    let notice: NoticePaper = row.object("notice")?;
    let own = notice
        .lots
        .into_iter()
        .find(|paper| paper.lot.as_str() == lot.as_str());
    own.ok_or_else(|| Flaw::new(format!("the notice has no lot {lot}")))
}

fn terms(paper: &LotPaper) -> Checked<Terms> {
    let (min, max, step) = &paper.k;
    let k = |text: &str| per_cent(text, "k").map_err(flaw);
    let count = |n: i64| usize::try_from(n).map_err(|e| Flaw::new(e.to_string()));
    let [ceiling, a, b] = [paper.ceiling, paper.provisional, paper.specialist].map(Fen);
    let word = |text: &str| Flaw::new(format!("{text} is no term of a lot"));
    Ok(Terms {
        band: PriceBand::new(ceiling, a, b, k(min)?, k(max)?, k(step)?).map_err(flaw)?,
        ceiling,
        order: paper
            .review_order
            .parse()
            .map_err(|_| word(&paper.review_order))?,
        award_price: paper.award_price.parse().map_err(|_| word(&paper.award_price))?,
        n_qualified_min: count(paper.qualified_min)?,
        n_candidates: count(paper.candidates)?,
    })
}

fn flaw(refusal: Refusal) -> Flaw {
    Flaw::new(refusal.reason.code)
}

/// A payload of facts, where the event has it.
fn facts<T: DeserializeOwned>(row: &Shown, label: &str) -> Checked<Option<T>> {
    let read = |x: &serde_json::Value| T::deserialize(x).map_err(|e| Flaw::new(format!("{label}: {e}")));
    row.payload(label).map(read).transpose()
}

/// The list of qualified bids that an event says of this lot.
fn list(row: &Shown, lot: &Token) -> Checked<Option<Listed>> {
    let list = facts::<Listed>(row, "qualified")?;
    Ok(list.filter(|list| list.lot == lot.as_str()))
}

/// `opening.published/1`, as far as the award follows from it.
#[derive(Deserialize)]
struct Opened {
    lines: Vec<OpenedLine>,
}

#[derive(Deserialize)]
struct OpenedLine {
    bidder: String,
    code: Option<String>,
    total_fen: Option<Fen>,
}

impl OpenedLine {
    fn bid(self) -> OpenedBid {
        OpenedBid {
            id: self.bidder.as_str().into(),
            bid_id: self.bidder.as_str().into(),
            lot_id: "".into(),
            organisation_id: self.bidder.as_str().into(),
            bidder: self.bidder,
            code: self.code,
            total_fen: self.total_fen,
            days: None,
            quality: None,
            manager: None,
            note: None,
        }
    }
}

/// `qualified.listed/1`.
#[derive(Deserialize)]
struct Listed {
    lot: String,
    digest: Hash,
    low: Fen,
    high: Fen,
    bids: Vec<ListedBid>,
}

#[derive(Deserialize)]
struct ListedBid {
    bidder: String,
    fate: Fate,
}

/// `award.coefficient/1`.
#[derive(Deserialize)]
struct Priced {
    lot: String,
    k: String,
    price: Fen,
}

/// `award.exclusion/1`.
#[derive(Deserialize)]
struct Excluding {
    lot: String,
    bidder: String,
    #[serde(flatten)]
    exclusion: Exclusion,
}

/// `standstill.span/1`.
#[derive(Deserialize)]
struct Spanned {
    lot: String,
}
