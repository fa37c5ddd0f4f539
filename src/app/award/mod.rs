//! The award of a lot: who comes before whom, found by the method of its procedure (so far the list of
//! qualified bids, the draw of K, the draw of the order: `list`, `draws`, `hall`, `bureau`), then for
//! every method the publication of the result, exclusions, the decision, the contract.
//!
//! In: the bids as opened, the panel's verdicts, the draws. Out: the lot moved on, and whoever is next
//! told so. Never: a list that does not follow from what was opened and reviewed; a draw held while
//! too few bids qualify (rule Z74R).

pub mod attendance;
pub mod bureau;
pub mod contract;
pub mod decision;
pub mod draws;
pub mod exclusion;
pub mod hall;
mod list;
pub mod result;
pub mod standstill;

use super::{Answer, Error, duty, lot as lots};
use crate::{
    domain::{
        act::Act,
        award::{Award, AwardSession, Candidate, Excluded, Exclusions, Pool, Ranking, Terms, Verdicts},
        bid::OpenedBid,
        duty::DutyKind,
        id::Id,
        procedure::{AwardMethod, Procedure, Stage},
        refusal::{Refusal, award::NOT_PUBLISHED},
        rule::Moment,
        tender::{Lot, Tender},
    },
    store::{self, Db, Row as _, Tx},
};

/// Everything the award of a lot follows from.
pub(super) struct Case {
    /// The lot.
    pub lot: Lot,
    /// Its tender.
    pub tender: Tender,
    /// The procedure it runs under.
    pub procedure: &'static Procedure,
    /// What was published about the award.
    pub terms: Terms,
    /// The bids as opened.
    pub bids: Vec<OpenedBid>,
    /// The panel's verdicts.
    pub verdicts: Verdicts,
    /// The bids, judged.
    pub pool: Pool,
    /// How far its award session is; none before the list stands, and where nothing is drawn.
    pub session: Option<AwardSession>,
    /// How far it is; none before there is a result.
    pub award: Option<Award>,
    /// Who comes before whom; empty as long as the method has not found it.
    pub ranking: Ranking,
    /// Who fell out.
    pub excluded: Exclusions,
}

impl Case {
    /// The case of a lot that has come this far.
    pub fn load(db: &mut Db, lot: &str) -> Answer<Self> {
        let lot = Lot::find(db, lot)?.ok_or(Error::NotFound)?;
        Self::of(db, lot)
    }

    /// The case of a lot.
    pub fn of(db: &mut Db, lot: Lot) -> Answer<Self> {
        let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        let terms = Terms::of(&lot)?;
        let bids = store::bid::opened(db, &lot.id)?;
        let reviews = store::review::of_lot(db, &lot.id)?;
        let verdicts: Verdicts = reviews
            .iter()
            .filter_map(|review| Some((review.bidder.clone(), review.verdict()?)))
            .collect();
        let later = exclusions(db, &lot.id)?;
        Ok(Self {
            pool: Pool::of(&terms, &bids, &verdicts),
            session: store::award::session(db, &lot.id)?,
            award: store::award::of_lot(db, &lot.id)?,
            ranking: ranking(db, &lot)?,
            procedure: lot.procedure()?,
            lot,
            tender,
            terms,
            bids,
            excluded: terms.exclusions(&verdicts, later),
            verdicts,
        })
    }

    /// The lot as people call it.
    pub fn title(&self) -> String {
        self.tender.title_of(&self.lot)
    }

    /// The candidates as they stand now.
    pub fn candidates(&self) -> Vec<Candidate> {
        self.terms
            .candidates(&self.ranking, &self.excluded, &self.verdicts)
    }

    /// How far its session is, which begins with the list.
    pub fn session(&self) -> Answer<AwardSession> {
        if self.session.is_none() {
            self.lot.must_be(Stage::CoefficientDraw)?;
        }
        self.session.clone().ok_or(Error::NotFound)
    }

    /// How far it is.
    pub fn begun(&self) -> Answer<Award> {
        let award = self.award.clone();
        Ok(award.ok_or_else(|| Refusal::new(&NOT_PUBLISHED))?)
    }
}

/// The ranking of a lot's bids, as the method of its procedure found it; empty before.
pub(super) fn ranking(db: &mut Db, lot: &Lot) -> Answer<Ranking> {
    match lot.procedure()?.award {
        AwardMethod::ReasonablePriceDraw => Ok(Ranking::drawn(draws::order(db, &lot.id)?)),
    }
}

/// Who fell out after the ranking.
fn exclusions(db: &mut Db, lot: &Id) -> Answer<Exclusions> {
    let later = store::award::exclusions(db, lot)?;
    Ok(later.into_iter().map(Excluded::entry).collect())
}

/// What the stage begins with that a lot has just entered: the first of those in which its method finds
/// the winner, or the result to be published. Called in the act that moved the lot, after its row was
/// saved.
pub fn enter(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    let method = lot.procedure()?.award;
    if lot.stage == Stage::Standstill {
        await_publication(tx, lot)
    } else if method.stages().first() == Some(&lot.stage) {
        match method {
            AwardMethod::ReasonablePriceDraw => list::stand(tx, lot),
        }
    } else {
        Ok(())
    }
}

/// The result is there: the owner publishes it, unless too few qualified, or are left after the review.
fn await_publication(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    let case = Case::of(tx.db, lot.clone())?;
    let later = exclusions(tx.db, &case.lot.id)?;
    let is_left = case.terms.is_enough_left(&case.ranking, &case.verdicts, &later);
    if !case.pool.is_enough() || !is_left {
        return lots::fail(tx, lot, case.procedure.n_qualified_min);
    }
    if case.award.is_none() {
        tx.insert(&Award::begin(tx.id(), &case.lot.id))?;
    }
    let since = Some((Moment::ResultReady, tx.now));
    duty::owe(tx, DutyKind::PublishResult, &case.tender, &case.lot, since)?;
    tx.record(lot.tender_id.as_str(), Act::LotMoved, Vec::new())?;
    Ok(())
}
