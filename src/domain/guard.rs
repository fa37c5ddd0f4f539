//! The legal guard (rules D00-D06, Z01-Z05): may these works be awarded by lot at all?
//!
//! In: what the owner declares about the works, the recorded local basis, the rule rows in force.
//! Out: permission with warnings, or a refusal that names rule, basis and what remains lawful. What
//! must never happen: anything at all that unlocks works which must be tendered.

use super::{
    code::Region,
    money::Fen,
    procedure::{ReviewOrder, Trade},
    refusal::{
        Lawful, Reason, Refusal,
        guard::{
            BASIS_CAP, BASIS_MISSING, BASIS_NOT_IN_FORCE, BASIS_RECENT, BASIS_REGION, BASIS_REJECTED,
            BASIS_TRADE, BASIS_UNREVIEWED, DRAW_BEFORE_REVIEW, MINIMUM_PRICE, MUST_TENDER, PROCUREMENT,
        },
        require,
    },
    rule::{Rule, Rules},
    tender::Funding,
    time::Instant,
};
use crate::text_enum;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

text_enum! {
    /// What the contract is for; each kind has its threshold (Z02-Z04).
    pub enum ContractKind {
        /// 施工.
        Works,
        /// 重要设备、材料.
        Goods,
        /// 勘察、设计、监理.
        Services,
    }
}

text_enum! {
    /// The conclusion of a basis's fair-competition review (公平竞争审查).
    pub enum FairReview {
        /// No conclusion is recorded.
        Missing,
        /// 审查通过.
        Passed,
        /// 适用例外规定.
        Excepted,
        /// 不应出台.
        Rejected,
    }
}

/// The local rule on which a random award below the threshold rests, as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalBasis {
    /// 文号.
    pub document_no: String,
    /// Its title.
    pub title: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// From when it is valid.
    pub valid_from_at: Instant,
    /// The first instant it is no longer valid, if it ends.
    pub valid_until_at: Option<Instant>,
    /// Works with a ceiling at or above it are out of scope.
    pub cap_fen: Fen,
    /// The trade it is for.
    pub trade: Trade,
    /// Where it applies, with what lies below.
    pub region: Region,
    /// The conclusion of its fair-competition review.
    pub review: FairReview,
}

/// What the owner declares about works that he wants awarded by lot.
#[derive(Debug, Clone)]
pub struct Works<'a> {
    /// The trade.
    pub trade: Trade,
    /// Where the works lie.
    pub region: &'a Region,
    /// What the contract is for.
    pub contract: ContractKind,
    /// 最高投标限价.
    pub ceiling: Fen,
    /// The sum of what can be bought together in the same project, these works included (Z05).
    pub project_sum: Fen,
    /// Every kind of money; state-enterprise money is declared where it controls or leads.
    pub funding: &'a [Funding],
    /// The budget money used; not declared counts as enough for Z01.
    pub budget: Option<Fen>,
    /// Its share of the investment, per cent, rounded up.
    pub budget_share: i64,
    /// Whether a kind of public interest is declared (Z01K).
    pub is_public_interest: bool,
    /// Whether it is in the procurement catalogue or at or above the quota (D06).
    pub is_procurement: bool,
    /// When the panel reviews.
    pub order: ReviewOrder,
    /// The recorded basis, if there is one.
    pub basis: Option<&'a LocalBasis>,
}

/// Decides whether works may be awarded by lot; the warnings that come with a yes are shown to the
/// owner and stay with the tender. They have the shape of refusals and refuse nothing.
///
/// # Errors
/// In order of precedence: `guard.must_tender`, `.procurement`, `.basis_missing`,
/// `.basis_not_in_force`, `.basis_trade`, `.basis_region`, `.basis_rejected`, `.basis_cap`,
/// `.draw_before_review`; `rule.missing`.
pub fn permit(works: &Works<'_>, rules: &Rules, now: Instant) -> Lawful<Vec<Refusal>> {
    let book = Book {
        rules,
        on: now.date(),
    };
    tendering(works, &book)?;
    let uses_budget = works.funding.contains(&Funding::Budget) || works.budget_share > 0;
    let bought = book.rule("D06")?;
    require(!(works.is_procurement && uses_budget), || {
        bought.cite(Refusal::new(&PROCUREMENT)).at("is_procurement")
    })?;
    let needed = book.rule("D03")?;
    let basis = works
        .basis
        .ok_or_else(|| needed.cite(Refusal::new(&BASIS_MISSING)).at("basis_id"))?;
    in_scope(works, basis, needed, now)?;
    let barred = book.rule("D02")?;
    let is_barred = barred
        .region
        .as_ref()
        .is_some_and(|region| region.covers(works.region));
    require(!is_barred || works.order == ReviewOrder::BeforeRanking, || {
        barred.cite(Refusal::new(&DRAW_BEFORE_REVIEW)).at("review_order")
    })?;
    Ok(warnings(basis, &book))
}

/// Refuses documents that set a minimum price (D05): the lower end of a band follows from what is published.
///
/// # Errors
/// `guard.minimum_price`, `rule.missing`.
pub fn must_set_no_minimum(minimum: Option<Fen>, rules: &Rules, on: Date) -> Lawful<()> {
    let Some(minimum) = minimum else {
        return Ok(());
    };
    let refusal = Refusal::new(&MINIMUM_PRICE).fact("minimum", minimum);
    Err(rules.rule("D05", on)?.cite(refusal).at("minimum_price_fen"))
}

/// The rule rows on the day.
struct Book<'a> {
    rules: &'a Rules,
    on: Date,
}

impl<'a> Book<'a> {
    fn rule(&self, id: &str) -> Lawful<&'a Rule> {
        self.rules.rule(id, self.on)
    }

    fn yuan(&self, id: &str) -> Lawful<Fen> {
        Ok(Fen(self.rule(id)?.n.saturating_mul(100)))
    }
}

/// D00, D03: in scope by funding or kind, and the amount at or above the threshold.
fn tendering(works: &Works<'_>, book: &Book<'_>) -> Lawful<()> {
    let Some(scope) = scope(works, book)? else {
        return Ok(());
    };
    let own = match works.contract {
        ContractKind::Works => "Z02",
        ContractKind::Goods => "Z03",
        ContractKind::Services => "Z04",
    };
    let threshold = book.yuan(own)?;
    let amount = works.ceiling.max(works.project_sum);
    let rule = book.rule(if works.ceiling < threshold { "Z05" } else { own })?;
    require(amount < threshold, || {
        let refusal = Refusal::new(&MUST_TENDER)
            .fact("scope", &scope.id)
            .fact("amount", amount);
        rule.cite(refusal.fact("threshold", threshold)).at("ceiling_fen")
    })
}

/// The row that brings the works into the scope of tendering, if one does.
fn scope<'a>(works: &Works<'_>, book: &Book<'a>) -> Lawful<Option<&'a Rule>> {
    let declared = |kind| works.funding.contains(&kind);
    let is_budget = declared(Funding::Budget) || works.budget_share > 0;
    let is_much = match works.budget {
        Some(budget) => budget >= book.yuan("Z01")?,
        None => true,
    };
    let is_large_share = works.budget_share >= book.rule("Z01P")?.n;
    let scopes = [
        (is_budget && is_much && is_large_share, "Z01"),
        (declared(Funding::StateEnterprise), "Z01S"),
        (declared(Funding::ForeignAid), "Z01F"),
        (works.is_public_interest, "Z01K"),
    ];
    let found = scopes.into_iter().find(|(holds, _)| *holds);
    found.map(|(_, id)| book.rule(id)).transpose()
}

/// D03: the basis is in force and covers these works.
fn in_scope(works: &Works<'_>, basis: &LocalBasis, rule: &Rule, now: Instant) -> Lawful<()> {
    let refusal = |reason: &'static Reason| {
        let cited = rule.cite(Refusal::new(reason));
        cited.fact("document", &basis.document_no).at("basis_id")
    };
    let is_in_force = basis.valid_from_at <= now && basis.valid_until_at.is_none_or(|until| now < until);
    require(is_in_force, || {
        let until = basis
            .valid_until_at
            .map_or_else(|| "—".to_owned(), Instant::local);
        refusal(&BASIS_NOT_IN_FORCE)
            .fact("from", basis.valid_from_at)
            .fact("until", until)
    })?;
    require(basis.trade == works.trade, || {
        refusal(&BASIS_TRADE).fact("trade", basis.trade)
    })?;
    require(basis.region.covers(works.region), || {
        refusal(&BASIS_REGION)
            .fact("region", works.region)
            .fact("scope", &basis.region)
    })?;
    require(basis.review != FairReview::Rejected, || refusal(&BASIS_REJECTED))?;
    require(works.ceiling < basis.cap_fen, || {
        let refusal = refusal(&BASIS_CAP).fact("ceiling", works.ceiling);
        refusal.fact("cap", basis.cap_fen).at("ceiling_fen")
    })
}

/// What a lawful basis still leaves to ask the legal office.
fn warnings(basis: &LocalBasis, book: &Book<'_>) -> Vec<Refusal> {
    let warning = |reason: &'static Reason, rule: &Rule| {
        rule.cite(Refusal::new(reason))
            .fact("document", &basis.document_no)
    };
    let mut warnings = Vec::new();
    // before the row is in force there is nothing to warn of
    if let Ok(rule) = book.rule("D03F") {
        if basis.issued_at.date() > rule.valid_from {
            warnings.push(warning(&BASIS_RECENT, rule).fact("since", rule.valid_from));
        }
        if basis.review == FairReview::Missing {
            warnings.push(warning(&BASIS_UNREVIEWED, rule));
        }
    }
    warnings
}

#[cfg(test)]
mod tests;
