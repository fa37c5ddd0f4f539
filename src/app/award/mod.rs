//! The award of a lot: the list of qualified bids, the draw of K, the draw of the order, the
//! publication of the result, the decision.
//!
//! In: the bids as opened, the panel's verdicts, the draws. Out: the lot moved on, and whoever is next
//! told so. Never: a list that does not follow from what was opened and reviewed; a draw held while
//! too few bids qualify (rule Z74R).

pub mod bureau;
pub mod decision;
pub mod draws;
pub mod exclusion;
pub mod hall;
pub mod result;
pub mod standstill;

use serde_json::json;

use super::{Answer, Error, lot as lots, message, tender as tenders};
use crate::{
    domain::{
        act::Act,
        actor::Role,
        award::{
            Award, Candidate, Excluded, Exclusions, Pool, TOO_FEW, Terms, Verdicts, is_enough_left,
            rejections,
        },
        bid::OpenedBid,
        dates::Planner,
        draw::DrawState,
        duty::Duty,
        id::Id,
        procedure::{ReviewOrder, Stage},
        refusal::{Refusal, award::NOT_PUBLISHED},
        rule::Moment,
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::transcript::{Drawn, Transcript},
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

/// Owed by the centre: the draw of K.
pub const DUTY_COEFFICIENT: &str = "award-duty-coefficient";
/// Owed by the centre: the draw of the order.
pub const DUTY_ORDER: &str = "award-duty-order";
/// Owed by the owner: the publication of the result (Z80R).
pub const DUTY_STANDSTILL: &str = "award-duty-standstill";
/// Owed by the owner: the decision, once the publication has ended.
pub const DUTY_DECISION: &str = "award-duty-decision";
/// Owed by the owner: the contract (Z89R).
pub const DUTY_CONTRACT: &str = "award-duty-contract";

/// Everything the award of a lot follows from.
pub(super) struct Case {
    /// The lot.
    pub lot: Lot,
    /// Its tender.
    pub tender: Tender,
    /// What was published about the award.
    pub terms: Terms,
    /// The bids as opened.
    pub bids: Vec<OpenedBid>,
    /// The panel's verdicts.
    pub verdicts: Verdicts,
    /// The bids, judged.
    pub pool: Pool,
    /// How far it is; none before the list stands.
    pub award: Option<Award>,
    /// The drawn order, once there.
    pub order: Vec<Drawn>,
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
        let later = store::award::exclusions(db, &lot.id)?;
        let later = later.into_iter().map(Excluded::entry).collect();
        Ok(Self {
            pool: Pool::of(&terms, &bids, &verdicts),
            award: store::award::of_lot(db, &lot.id)?,
            order: order(db, &lot.id)?,
            lot,
            tender,
            terms,
            bids,
            excluded: terms.exclusions(&verdicts, later),
            verdicts,
        })
    }

    /// The drawn order, by token.
    pub fn tokens(&self) -> Vec<String> {
        let drawn = self.order.iter();
        drawn.map(|drawn| drawn.item.as_str().to_owned()).collect()
    }

    /// The candidates as they stand now.
    pub fn candidates(&self) -> Vec<Candidate> {
        self.terms
            .candidates(&self.tokens(), &self.excluded, &self.verdicts)
    }

    /// How far it is.
    pub fn begun(&self) -> Answer<Award> {
        let award = self.award.clone();
        Ok(award.ok_or_else(|| Refusal::new(&NOT_PUBLISHED))?)
    }
}

/// The order of the award draw; empty before it.
fn order(db: &mut Db, lot: &Id) -> Answer<Vec<Drawn>> {
    let draw = store::draw::newest(db, &draws::id(lot, draws::ORDER))?;
    let done = draw.filter(|draw| draw.state == DrawState::Done);
    match done.and_then(|draw| draw.transcript) {
        Some(text) => Ok(Transcript::parse(text.as_bytes())?.order()?),
        None => Ok(Vec::new()),
    }
}

/// What the stage begins with that a lot has just entered: the list of qualified bids, or the result
/// to be published. Called in the act that moved the lot, after its row was saved.
pub fn enter(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    if lot.stage == Stage::CoefficientDraw {
        list(tx, lot)
    } else if lot.stage == Stage::Standstill {
        await_publication(tx, lot)
    } else {
        Ok(())
    }
}

/// The list of qualified bids stands: with too few, the lot fails; else the centre draws K.
fn list(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    let case = Case::of(tx.db, lot.clone())?;
    let count = |n: usize| i64::try_from(n).map_err(|e| Fault::new("bids", e));
    let n = (
        count(case.pool.qualified().count())?,
        count(case.pool.bids.len())?,
    );
    let digest = case.pool.digest(&lot.id)?.to_hex();
    let award = Award::begin(tx.id(), &lot.id, n, digest, tx.now);
    tx.insert(&award)?;
    let is_enough = case.pool.is_enough();
    if is_enough {
        owe_centre(tx, &case, DUTY_COEFFICIENT)?;
        tell_of_list(tx, &case)?;
    }
    let fates = case.pool.bids.iter();
    let facts = json!({
        "lot": lot.id, "digest": award.list_digest,
        "low": case.terms.band.low(), "high": case.terms.band.high(),
        "bids": fates.map(|bid| json!({ "bidder": bid.bidder, "fate": bid.fate })).collect::<Vec<_>>(),
    });
    let payload = Payload::facts("qualified", "qualified.listed/1", &facts)?;
    tx.record(lot.tender_id.as_str(), Act::QualifiedListed, vec![payload])?;
    if is_enough {
        return Ok(());
    }
    lots::fail(tx, lot, TOO_FEW)
}

/// The bidders are asked to confirm the list.
fn tell_of_list(tx: &mut Tx<'_>, case: &Case) -> Answer<()> {
    let senders = store::bid::senders(tx.db, &case.lot.id)?;
    let accounts: Vec<Id> = senders.into_iter().map(|(_, account)| account).collect();
    let facts = [("name", case.lot.name.as_str())];
    let link = format!("/lots/{}/hall", case.lot.id);
    message::tell_all(tx, &case.tender.id, &accounts, "message-list", &facts, &link)
}

/// The result is there: the owner publishes it, unless after the review too few are left.
fn await_publication(tx: &mut Tx<'_>, lot: &mut Lot) -> Answer<()> {
    let case = Case::of(tx.db, lot.clone())?;
    if !has_enough(tx.db, &case)? {
        return lots::fail(tx, lot, TOO_FEW);
    }
    let due = due(
        tx.db,
        &case,
        Moment::ResultReady,
        Moment::StandstillBegins,
        tx.now,
    )?;
    owe_owner(tx, &case, DUTY_STANDSTILL, "standstill", due)?;
    tx.record(lot.tender_id.as_str(), Act::LotMoved, Vec::new())?;
    Ok(())
}

/// Whether somebody is left to award to, and the review of the drawn ones has not rejected too many.
fn has_enough(db: &mut Db, case: &Case) -> Answer<bool> {
    let order = case.tokens();
    let mut rejected = rejections(&case.verdicts);
    // whoever passed and fell out for another cause still counts as having qualified
    for later in store::award::exclusions(db, &case.lot.id)? {
        rejected.remove(&later.bidder);
    }
    let is_enough = match case.terms.order {
        ReviewOrder::BeforeDraw => true,
        ReviewOrder::AfterDraw => is_enough_left(&order, &rejected, case.terms.n_qualified_min),
    };
    Ok(is_enough && is_enough_left(&order, &case.excluded, 1))
}

/// Something owed about the lot of a case.
fn of_case(duty: Duty, case: &Case) -> Duty {
    duty.about("lot", &case.lot.id, &case.lot.name)
        .of_lot(&case.lot.id)
}

fn owe_centre(tx: &mut Tx<'_>, case: &Case, title: &'static str) -> Answer<()> {
    let link = format!("/lots/{}/hall", case.lot.id);
    store::duty::owe(tx, title, Role::CentreOperator, link, |duty| {
        of_case(duty, case).in_region(&case.tender.region)
    })?;
    Ok(())
}

fn owe_owner(
    tx: &mut Tx<'_>,
    case: &Case,
    title: &'static str,
    page: &str,
    due: Option<Instant>,
) -> Answer<()> {
    let link = format!("/lots/{}/{page}", case.lot.id);
    store::duty::owe(tx, title, Role::Owner, link, |duty| Duty {
        due_at: due,
        ..of_case(duty, case).by_organisation(&case.tender.owner_id)
    })?;
    Ok(())
}

/// Asks the planner of the rows that the lot stands under.
fn planned<T>(
    db: &mut Db,
    lot: &Lot,
    now: Instant,
    ask: impl FnOnce(&Planner<'_>) -> Answer<T>,
) -> Answer<T> {
    let rules = tenders::rules_of(db, lot)?;
    let calendar = tenders::publication::calendar()?;
    // the rows in force when the documents went out: a later change never re-judges
    let on = lot.issued_at.unwrap_or(now).date();
    let planner = Planner::new(&rules, tenders::publication::procedure(lot)?, &calendar, on)?;
    ask(&planner)
}

fn due(db: &mut Db, case: &Case, from: Moment, of: Moment, now: Instant) -> Answer<Option<Instant>> {
    planned(db, &case.lot, now, |planner| {
        Ok(planner.due(from, now, of)?.map(|bound| bound.at))
    })
}
