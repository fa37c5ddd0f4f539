//! What is public of an award: every bid with its fate, what the method came to, the ranking, the
//! candidates; and for each bidder a page of his own that says why.
//!
//! Never: anything before the method has something to show: of a draw, its list of qualified bids.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Case;
use crate::{
    app::{
        Answer, App, Error, opening,
        project::{self, DrawRow, Page, Tab},
    },
    domain::{
        account::Organisation,
        actor::{Actor, Role},
        award::{
            Candidate, CandidateLine, Contact, DrawProof, DrawResult, Line, MethodResult, MethodRule, Ranked,
            RankedLine, Standstill, contract::Contract, masked,
        },
        band::Coefficient,
        bytes::JsonText,
        draw::DrawState,
        id::Id,
        money::Fen,
        procedure::{AwardMethod, ReviewOrder, Stage},
        refusal::{Refusal, award::NOT_PUBLISHED, require},
        tender::Tender,
        time::Instant,
    },
    proof::{canon::Object as _, parties::Parties},
    store::{self, Db},
};

type Names = BTreeMap<String, String>;

fn name_in(names: &Names, bidder: &str) -> String {
    names.get(bidder).cloned().unwrap_or_default()
}

impl Case {
    /// K as drawn.
    fn k(&self) -> Answer<Option<Coefficient>> {
        let text = self.session.as_ref().and_then(|session| session.k.as_deref());
        let band = self.terms.draw().band;
        Ok(text.map(|text| band.coefficient(text)).transpose()?)
    }

    /// Whether there is something to show.
    fn is_public(&self) -> bool {
        match self.procedure.award {
            AwardMethod::ReasonablePriceDraw => self.session.is_some(),
        }
    }

    /// What the method came to so far.
    fn method(&self, db: &mut Db) -> Answer<MethodResult> {
        match self.terms.method {
            MethodRule::ReasonablePriceDraw(draw) => {
                let list = self.session()?.list_digest;
                let result = DrawResult::of(&draw, list, self.k()?, self.proofs(db)?);
                Ok(MethodResult::ReasonablePriceDraw(result))
            }
        }
    }

    fn lines(&self, names: &Names) -> Vec<Line> {
        let outcomes = self
            .ranking
            .outcomes(&self.pool.bids, &self.excluded, &self.candidates());
        let lines = self.pool.bids.iter().zip(outcomes);
        lines
            .map(|(bid, outcome)| Line {
                bidder: bid.bidder.clone(),
                name: name_in(names, &bid.bidder),
                total: bid.total,
                fate: bid.fate.clone(),
                outcome,
            })
            .collect()
    }

    fn ranked(&self, names: &Names) -> Vec<RankedLine> {
        let line = |(place, ranked): (usize, &Ranked)| RankedLine {
            place,
            bidder: ranked.bidder.clone(),
            name: name_in(names, &ranked.bidder),
            ground: ranked.ground.clone(),
            exclusion: self.excluded.get(&ranked.bidder).cloned(),
        };
        self.ranking.places().map(line).collect()
    }

    /// The candidate as he is published.
    pub(super) fn line_of(&self, one: &Candidate, names: &Names) -> Answer<CandidateLine> {
        let bid = self.bids.iter().find(|bid| bid.bidder == one.bidder);
        let bid = bid.ok_or(Error::NotFound)?;
        let total = bid.total_fen.unwrap_or_default();
        let contract_price = match self.terms.method {
            MethodRule::ReasonablePriceDraw(draw) => {
                self.k()?.map_or(total, |k| draw.contract_price(total, k))
            }
        };
        Ok(CandidateLine {
            rank: one.rank,
            place: one.place,
            bidder: one.bidder.clone(),
            name: name_in(names, &one.bidder),
            total,
            contract_price,
            days: bid.days,
            quality: bid.quality.clone(),
            manager: bid.manager.as_deref().map(masked),
        })
    }

    fn candidate_lines(&self, names: &Names) -> Answer<Vec<CandidateLine>> {
        let candidates = self.candidates();
        candidates.iter().map(|one| self.line_of(one, names)).collect()
    }

    fn proofs(&self, db: &mut Db) -> Answer<Vec<DrawProof>> {
        let draws = store::draw::of_lot(db, &self.lot.id)?;
        let done = draws.into_iter().filter(|draw| draw.state == DrawState::Done);
        let proofs = done.filter(|draw| draw.purpose.is_of_award());
        Ok(proofs
            .filter_map(|draw| {
                Some(DrawProof {
                    draw: draw.draw_id,
                    attempt: draw.attempt,
                    sha256: draw.sha256?,
                })
            })
            .collect())
    }
}

/// The publication as it would come out now (rule Z82R).
pub(super) fn paper(db: &mut Db, case: &Case, public_url: &str) -> Answer<Standstill> {
    require(!case.ranking.is_empty(), || Refusal::new(&NOT_PUBLISHED))?;
    let names = opening::names(db, &case.lot)?;
    let owner = crate::app::tender::organisation(db, &case.tender.owner_id)?;
    Ok(Standstill {
        number: case.tender.number.clone(),
        tender: case.tender.name.clone(),
        lot: case.lot.name.clone(),
        order: case.terms.order,
        ceiling: case.terms.ceiling,
        method: case.method(db)?,
        bids: case.lines(&names),
        ranked: case.ranked(&names),
        candidates: case.candidate_lines(&names)?,
        objections_to: contact(owner),
        complaints_to: bureau(db, &case.tender)?,
        verify_at: format!("{public_url}/verify"),
    })
}

fn contact(organisation: Organisation) -> Contact {
    Contact {
        name: organisation.name,
        address: organisation.address,
    }
}

/// The supervision bureau of a tender: who holds the duty `sup` in its trust file.
fn bureau(db: &mut Db, tender: &Tender) -> Answer<Contact> {
    let parties = tender.parties.as_ref().ok_or(Error::NotFound)?;
    let parties = Parties::from_value(&parties.get()?)?;
    let code = parties.org("sup")?.to_owned();
    let found = store::account::organisation_by_code(db, &code)?;
    Ok(found.map_or_else(
        || Contact {
            name: code,
            address: String::new(),
        },
        contact,
    ))
}

/// The award of a lot as anybody may see it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standing {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The tender.
    #[schema(value_type = String)]
    pub tender_id: Id,
    /// The number of the tender.
    pub number: String,
    /// The name of the tender.
    pub tender: String,
    /// The name of the lot.
    pub name: String,
    /// Where the lot stands.
    pub stage: Stage,
    /// Why it failed, the code of the rule.
    pub failed_for: Option<String>,
    /// When the panel reviews.
    pub order: ReviewOrder,
    /// 最高投标限价, fen.
    #[schema(value_type = i64)]
    pub ceiling: Fen,
    /// What the method came to so far.
    pub method: MethodResult,
    /// How many bids there are.
    pub n_bids: usize,
    /// How many of them may win.
    pub n_qualified: usize,
    /// The least number of qualified bids.
    pub n_qualified_min: i64,
    /// The attempts at its draws that the supervision bureau voided, and why.
    pub voided: Vec<DrawRow>,
    /// Every bid with its fate as it stands, bytewise by bidder.
    pub bids: Vec<Line>,
    /// The full ranking, with whoever fell out of it.
    pub ranked: Vec<RankedLine>,
    /// The candidates as they stand.
    pub candidates: Vec<CandidateLine>,
    /// The publication as it was signed; what changed since stands above.
    pub paper: Option<Standstill>,
    /// Who takes objections: the owner.
    pub objections_to: Contact,
    /// Who takes complaints after the reply.
    pub complaints_to: Contact,
    /// Digest of the publication.
    pub digest: Option<String>,
    /// When the result was published, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<Instant>,
    /// When the publication ends; objections are taken before, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub ends_at: Option<Instant>,
    /// The winner, by token.
    pub winner: Option<String>,
    /// What the contract costs, fen.
    #[schema(value_type = Option<i64>)]
    pub contract_price: Option<Fen>,
    /// When the award was decided, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub decided_at: Option<Instant>,
    /// The contract, once the owner has recorded it.
    pub contract: Option<Contract>,
}

impl Standing {
    /// The lot as people call it, with its project.
    #[must_use]
    pub fn title(&self) -> String {
        if self.tender == self.name {
            self.name.clone()
        } else {
            format!("{} · {}", self.tender, self.name)
        }
    }

    /// The winner's name; empty before the decision.
    #[must_use]
    pub fn winner_name(&self) -> &str {
        let winner = self
            .bids
            .iter()
            .find(|line| Some(&line.bidder) == self.winner.as_ref());
        winner.map_or("", |line| line.name.as_str())
    }

    /// Who was excluded after the publication, in drawn order: the paper does not say it yet.
    #[must_use]
    pub fn excluded_since(&self) -> Vec<&RankedLine> {
        let out = self.paper.iter().flat_map(|paper| &paper.ranked);
        let before: BTreeMap<&str, bool> = out
            .map(|line| (line.bidder.as_str(), line.exclusion.is_some()))
            .collect();
        let is_new =
            |line: &&RankedLine| line.exclusion.is_some() && before.get(line.bidder.as_str()) == Some(&false);
        self.ranked.iter().filter(is_new).collect()
    }
}

/// The award of a lot; not found before there is something to show.
pub fn standing(db: &mut Db, lot: &str) -> Answer<Standing> {
    let case = Case::load(db, lot)?;
    shown(db, &case)
}

/// The award of a case.
pub(super) fn shown(db: &mut Db, case: &Case) -> Answer<Standing> {
    if !case.is_public() {
        return Err(Error::NotFound);
    }
    let award = case.award.as_ref();
    let names = opening::names(db, &case.lot)?;
    let owner = crate::app::tender::organisation(db, &case.tender.owner_id)?;
    Ok(Standing {
        lot: case.lot.id.clone(),
        tender_id: case.tender.id.clone(),
        number: case.tender.number.clone(),
        tender: case.tender.name.clone(),
        name: case.lot.name.clone(),
        stage: case.lot.stage,
        failed_for: case.lot.failed_for.clone(),
        order: case.terms.order,
        ceiling: case.terms.ceiling,
        method: case.method(db)?,
        n_bids: case.pool.bids.len(),
        n_qualified: case.pool.qualified().count(),
        n_qualified_min: case.lot.n_qualified_min,
        voided: voided(db, &case.lot.id)?,
        bids: case.lines(&names),
        ranked: case.ranked(&names),
        candidates: case.candidate_lines(&names)?,
        paper: award
            .and_then(|award| award.paper.as_ref())
            .map(JsonText::get)
            .transpose()?,
        objections_to: contact(owner),
        complaints_to: bureau(db, &case.tender)?,
        digest: award.and_then(|award| award.digest.clone()),
        published_at: award.and_then(|award| award.published_at),
        ends_at: case
            .lot
            .standstill_until_at
            .filter(|_| award.is_some_and(|award| award.published_at.is_some())),
        winner: award.and_then(|award| award.winner.clone()),
        contract_price: award.and_then(|award| award.contract_fen),
        decided_at: award.and_then(|award| award.decided_at),
        contract: award
            .and_then(|award| award.contract.as_ref())
            .map(JsonText::get)
            .transpose()?,
    })
}

/// The attempts at the draws of an award that were voided.
fn voided(db: &mut Db, lot: &Id) -> Answer<Vec<DrawRow>> {
    let mut rows = DrawRow::of_lot(db, lot)?;
    rows.retain(|row| row.voided_at.is_some() && row.purpose.is_of_award());
    Ok(rows)
}

/// The tab of the candidates of a project.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CandidatesTab {
    /// The awards of its lots, as far as they are public.
    pub awards: Vec<Standing>,
}

/// The tab of the result of a project.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ResultTab {
    /// The awards decided.
    pub awards: Vec<Standing>,
    /// The lots that failed: name, and the rule.
    pub failed: Vec<(String, String)>,
}

/// The tab of the candidates: from the list of qualified bids on.
pub async fn candidates(app: &App, number: &str) -> Answer<Page<CandidatesTab>> {
    project::page(app, number, Tab::Candidates, |db, known| {
        Ok(CandidatesTab {
            awards: of_tender(db, &known.lots)?,
        })
    })
    .await
}

/// The tab of the result: whom the lots were awarded to, and which failed.
pub async fn decided(app: &App, number: &str) -> Answer<Page<ResultTab>> {
    project::page(app, number, Tab::Result, |db, known| {
        let mut awards = of_tender(db, &known.lots)?;
        awards.retain(|award| award.winner.is_some());
        let failed = known.lots.iter();
        let failed = failed.filter_map(|lot| Some((lot.name.clone(), lot.failed_for.clone()?)));
        Ok(ResultTab {
            awards,
            failed: failed.collect(),
        })
    })
    .await
}

/// The awards of a tender's lots, as far as they are public.
fn of_tender(db: &mut Db, lots: &[crate::domain::tender::Lot]) -> Answer<Vec<Standing>> {
    let mut all = Vec::new();
    for lot in lots {
        let case = Case::of(db, lot.clone())?;
        if case.is_public() {
            all.push(shown(db, &case)?);
        }
    }
    Ok(all)
}

/// A bidder's own result: his price, what the method came to, his place, and why not he.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OwnResult)]
pub struct Own {
    /// The award.
    pub award: Standing,
    /// His bid.
    pub bid: Line,
    /// His place in the ranking, with what gave it.
    pub ranked: Option<RankedLine>,
    /// The winner's name, once decided.
    pub winner: Option<String>,
    /// Whether he is the winner.
    pub is_winner: bool,
}

/// The result as the bidder signed in sees it.
pub async fn own(app: &App, actor: Actor, lot: String) -> Answer<Own> {
    app.view(move |db| {
        let case = Case::load(db, &lot)?;
        let organisation = actor.organisation(Role::Bidder).ok_or(Error::Forbidden)?;
        let bid = case.bids.iter().find(|bid| bid.organisation_id == *organisation);
        let bidder = bid.ok_or(Error::NotFound)?.bidder.clone();
        let award = shown(db, &case)?;
        let line = award.bids.iter().find(|line| line.bidder == bidder);
        let winner = award.winner.is_some().then(|| award.winner_name().to_owned());
        Ok(Own {
            bid: line.ok_or(Error::NotFound)?.clone(),
            ranked: award.ranked.iter().find(|line| line.bidder == bidder).cloned(),
            winner,
            is_winner: award.winner.as_ref() == Some(&bidder),
            award,
        })
    })
    .await
}
