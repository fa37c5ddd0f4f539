//! A tender (项目) and its lots (标段), as rows: what the owner wants traded, and on which terms.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{JsonOf, JsonText},
    guard::ContractKind,
    id::Id,
    method::MethodTerms,
    money::Fen,
    procedure::{Procedure, Stage, Trade},
    refusal::{Lawful, Refusal, bid::OWN_TENDER, require, tender::PROCEDURE_UNKNOWN},
    time::Instant,
};
use crate::{
    proof::stage::KeyStage,
    schema::{lot, tender},
    text_enum,
};

text_enum! {
    /// Where the money comes from; decides whether the works must be tendered (rules Z01, D06).
    pub enum Funding {
        /// 财政预算资金.
        Budget,
        /// 国有企业事业单位资金.
        StateEnterprise,
        /// 国际组织、外国政府贷款、援助.
        ForeignAid,
        /// 民间资金.
        Private,
        /// 集体资金.
        Collective,
    }
}

/// A project put up for trading. Its chain in the journal is its id.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = tender, treat_none_as_null = true)]
pub struct Tender {
    /// Its id, the `tender` of the protocols.
    pub id: Id,
    /// The number that people use, 统一交易标识码.
    pub number: String,
    /// The project's name.
    pub name: String,
    /// The trade.
    pub trade: Trade,
    /// The owner's organisation.
    pub owner_id: Id,
    /// The agency's, where there is one.
    pub agency_id: Option<Id>,
    /// GB/T 2260 code of the place of the works.
    pub region: String,
    /// Where the money comes from.
    pub funding: Funding,
    /// What the contract is for.
    pub contract: ContractKind,
    /// The share of budget money, per cent of the investment.
    pub budget_share: i64,
    /// The budget money used; none when it is not declared.
    pub budget_fen: Option<Fen>,
    /// The declared public-interest kind (infrastructure, utility), if it is one.
    pub public_interest: Option<String>,
    /// Whether the works fall under government procurement (catalogue or quota, rule D06).
    pub is_procurement: bool,
    /// The sum of what belongs together with it in one project (rule Z05), this tender included.
    pub project_sum_fen: Fen,
    /// The recorded local basis it rests on.
    pub basis_id: Option<Id>,
    /// What is to be built, for the notice; sanitised rich text.
    pub summary: String,
    /// `parties/1` of this tender: who holds keys, who keeps shares; set when the ceremony is called.
    pub parties: Option<JsonText>,
    /// Who drafted it.
    pub drafted_by: Id,
    /// When.
    pub drafted_at: Instant,
    /// When its notice was published.
    pub published_at: Option<Instant>,
    /// Raised by every change, for compare-and-swap.
    pub version: i64,
}

impl Tender {
    /// Neither the owner nor its agency bids.
    ///
    /// # Errors
    /// `bid.own_tender`.
    pub fn may_be_bid_for_by(&self, organisation: &Id) -> Lawful<()> {
        let is_own = self.owner_id == *organisation || self.agency_id.as_ref() == Some(organisation);
        require(!is_own, || Refusal::new(&OWN_TENDER))
    }

    /// A lot of it as people call it: with the project, unless both have one name.
    #[must_use]
    pub fn title_of(&self, lot: &Lot) -> String {
        if self.name == lot.name {
            lot.name.clone()
        } else {
            format!("{} · {}", self.name, lot.name)
        }
    }
}

/// A lot: one contract, one winner.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = lot, treat_none_as_null = true)]
pub struct Lot {
    /// Its id, the `lot` of the protocols.
    pub id: Id,
    /// Its tender.
    pub tender_id: Id,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// The id of the procedure it started under.
    pub procedure: String,
    /// The version of the procedure.
    pub procedure_version: i64,
    /// The version of the rule rows.
    pub rules_version: i64,
    /// 最高投标限价 B.
    pub ceiling_fen: Fen,
    /// What it publishes about how the winner is found.
    pub method: JsonOf<MethodTerms>,
    /// How many candidates are published.
    pub n_candidates: i64,
    /// The least number of bidders.
    pub n_bidders_min: i64,
    /// The least number of qualified bids.
    pub n_qualified_min: i64,
    /// The size of the panel, odd, at least 5; experts fill all seats but the owner's.
    pub n_panel: i64,
    /// How many of the panel's seats are the owner's.
    pub n_owner_seats: i64,
    /// The specialty the experts are drawn from.
    pub specialty: String,
    /// Whether a `docs` part is required of every bid.
    pub needs_docs: bool,
    /// The criteria of postqualification, JSON: list of `{clause, text}`.
    pub criteria: JsonText,
    /// The time in which the opening may be objected to, ms (protocols A.6); who is silent until its
    /// end counts as having no objection, and the documents say so.
    pub objection_span: i64,
    /// When the documents first went out.
    pub issued_at: Option<Instant>,
    /// The deadline; the opening follows at once. While in draft, the one planned.
    pub closes_at: Option<Instant>,
    /// Set while the platform's failure holds the lot (incident).
    pub incident_at: Option<Instant>,
    /// When the standstill ends.
    pub standstill_until_at: Option<Instant>,
    /// Why it failed, the code of the rule.
    pub failed_for: Option<String>,
    /// When time may next do something to it; the worker looks here.
    pub next_tick_at: Option<Instant>,
    /// Raised by every change, for compare-and-swap.
    pub version: i64,
}

/// One criterion of the postqualification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Criterion {
    /// The clause of the documents, e.g. `3.2`.
    pub clause: String,
    /// What is asked.
    pub text: String,
}

impl Lot {
    /// The procedure the lot runs under, in the version it began under.
    ///
    /// # Errors
    /// `lot.procedure_unknown`: this program no longer has it, or not yet.
    pub fn procedure(&self) -> Lawful<&'static Procedure> {
        Procedure::by_id(&self.procedure, self.procedure_version).ok_or_else(|| {
            Refusal::new(&PROCEDURE_UNKNOWN)
                .fact("procedure", &self.procedure)
                .fact("version", self.procedure_version)
        })
    }

    /// The stages of the protocols that need a key set of this lot: `draw0`, `docs`, `price`, …
    ///
    /// # Errors
    /// As [`Lot::procedure`].
    pub fn key_stages(&self) -> Lawful<Vec<KeyStage>> {
        let procedure = self.procedure()?;
        let mut stages: Vec<KeyStage> = procedure.draws().collect();
        stages.extend(procedure.contest.key_stages(self.needs_docs));
        stages.sort_unstable();
        Ok(stages)
    }
}

/// A lot in draft with nothing unusual about it.
#[cfg(test)]
#[must_use]
pub fn sample_lot() -> Lot {
    let procedure = &super::procedure::RANDOM_REVIEW_FIRST;
    let terms = super::terms::sample();
    terms
        .drafted(("lot".into(), "tender".into()), procedure, 1)
        .unwrap()
}
