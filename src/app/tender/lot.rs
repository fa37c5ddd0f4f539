//! Drafting the lots of a project, and changing them while they are drafts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    super::{Answer, App, Ask, law},
    draft::must_be_draft,
    must_be_seen, owned, owned_lot,
};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        dates::Planner,
        guard,
        id::Id,
        method::{AwardPrice, DrawTerms, MethodTerms},
        money::Fen,
        procedure::{AwardMethod, Procedure, ReviewOrder, Stage},
        refusal::{
            Lawful, Refusal,
            account::CODE_FORM,
            dates::WHOLE_MINUTE,
            require,
            tender::{BID_SECURITY, LOT_NAME},
        },
        rule::Moment,
        tender::{Criterion, Lot, Tender},
        terms::{self, Figures, Terms, per_cent, read_criteria},
        time::{Instant, MINUTE},
    },
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// Criteria: in JSON a list of `{clause, text}`, in a form one per line, `clause|text`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Value")]
pub struct Criteria(pub Vec<Criterion>);

impl TryFrom<Value> for Criteria {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::String(lines) => read_criteria(&lines)
                .map(Self)
                .map_err(|refusal| format!("`criteria`: {:?}", refusal.facts)),
            other
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                serde_json::from_value(other)
                    .map(Self)
                    .map_err(|e| format!("`criteria`: {e}"))
            }
        }
    }
}

/// A lot as its owner or agency declares it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LotInput {
    /// Its name.
    pub name: String,
    /// 最高投标限价 B, fen.
    pub ceiling_fen: i64,
    /// How the winner is found; the figures that only one method has are optional here, and missed where
    /// the method needs them.
    pub method: AwardMethod,
    /// 暂列金额 a, fen.
    #[serde(default)]
    pub provisional_fen: i64,
    /// 专业工程暂估价 b, fen.
    #[serde(default)]
    pub specialist_fen: i64,
    /// Kmin, per cent with two decimals at most.
    pub k_min: Option<String>,
    /// Kmax, per cent; itself not drawn.
    pub k_max: Option<String>,
    /// The step of K, per cent.
    #[serde(default = "hundredth")]
    pub k_step: String,
    /// What the winner is paid.
    #[serde(default = "own_bid")]
    pub award_price: AwardPrice,
    /// When the panel reviews.
    #[serde(default = "before_ranking")]
    pub review_order: ReviewOrder,
    /// How many candidates are published; as many as the rule permits, unless said.
    pub n_candidates: Option<i64>,
    /// The least number of bidders; the rule's, unless said.
    pub n_bidders_min: Option<i64>,
    /// The least number of qualified bids; the rule's, unless said.
    pub n_qualified_min: Option<i64>,
    /// The size of the panel, odd; the rule's least, unless said.
    pub n_panel: Option<i64>,
    /// How many of its seats are the owner's.
    #[serde(default)]
    pub n_owner_seats: i64,
    /// The specialty the experts are drawn from.
    pub specialty: String,
    /// Whether a `docs` part is required of every bid.
    #[serde(default)]
    pub needs_docs: bool,
    /// Whether the hall's balls enter the award draw.
    #[serde(default)]
    pub has_balls: bool,
    /// 投标保证金, fen: a lot that asks for one is refused, since no account could take it in.
    #[serde(default)]
    pub bid_security_fen: i64,
    /// 最低限价, fen: a lot that sets one is refused (D05).
    pub minimum_price_fen: Option<i64>,
    /// The criteria of postqualification.
    pub criteria: Criteria,
    /// The time to object to the opening, minutes.
    #[serde(default = "five")]
    pub objection_minutes: i64,
    /// The planned deadline, Unix ms; the key ceremony needs it.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
}

fn hundredth() -> String {
    "0.01".into()
}

fn own_bid() -> AwardPrice {
    AwardPrice::OwnBid
}

fn before_ranking() -> ReviewOrder {
    ReviewOrder::BeforeRanking
}

fn five() -> i64 {
    5
}

impl LotInput {
    /// The terms it declares; what it leaves open is the rules' figure.
    fn terms(self, figures: &Figures) -> Lawful<Terms> {
        require(self.bid_security_fen == 0, || {
            Refusal::new(&BID_SECURITY).at("bid_security_fen")
        })?;
        Ok(Terms {
            ceiling_fen: Fen::checked(self.ceiling_fen, "ceiling_fen")?,
            method: match self.method {
                AwardMethod::ReasonablePriceDraw => MethodTerms::ReasonablePriceDraw(self.draw()?),
            },
            name: self.name.trim().to_owned(),
            review_order: self.review_order,
            n_candidates: self.n_candidates.unwrap_or(figures.candidates),
            n_bidders_min: self.n_bidders_min.unwrap_or(figures.bidders),
            n_qualified_min: self.n_qualified_min.unwrap_or(figures.qualified),
            n_panel: self.n_panel.unwrap_or(figures.panel),
            n_owner_seats: self.n_owner_seats,
            specialty: self.specialty,
            needs_docs: self.needs_docs,
            criteria: self.criteria.0,
            objection_span: self.objection_minutes.saturating_mul(MINUTE),
            closes_at: self.closes_at,
        })
    }

    /// The figures of a draw.
    fn draw(&self) -> Lawful<DrawTerms> {
        let k = |given: &Option<String>, field: &'static str| {
            let given = given.as_ref().ok_or_else(|| Refusal::missing(field))?;
            per_cent(given, field)
        };
        Ok(DrawTerms {
            provisional_fen: Fen::checked(self.provisional_fen, "provisional_fen")?,
            specialist_fen: Fen::checked(self.specialist_fen, "specialist_fen")?,
            k_min: k(&self.k_min, "k_min")?,
            k_max: k(&self.k_max, "k_max")?,
            k_step: per_cent(&self.k_step, "k_step")?,
            award_price: self.award_price,
            has_balls: self.has_balls,
        })
    }

    /// What a form starts from: the lot as it stands.
    fn of(lot: &Lot) -> Answer<Self> {
        let MethodTerms::ReasonablePriceDraw(draw) = &*lot.method;
        let [k_min, k_max, k_step] = draw.k_texts();
        Ok(Self {
            name: lot.name.clone(),
            ceiling_fen: lot.ceiling_fen.0,
            provisional_fen: draw.provisional_fen.0,
            specialist_fen: draw.specialist_fen.0,
            method: lot.method.method(),
            k_min: Some(k_min),
            k_max: Some(k_max),
            k_step,
            award_price: draw.award_price,
            review_order: lot.procedure()?.order,
            n_candidates: Some(lot.n_candidates),
            n_bidders_min: Some(lot.n_bidders_min),
            n_qualified_min: Some(lot.n_qualified_min),
            n_panel: Some(lot.n_panel),
            n_owner_seats: lot.n_owner_seats,
            specialty: lot.specialty.clone(),
            needs_docs: lot.needs_docs,
            has_balls: draw.has_balls,
            bid_security_fen: 0,
            minimum_price_fen: None,
            criteria: Criteria(lot.criteria.get()?),
            objection_minutes: lot.objection_span / MINUTE,
            closes_at: lot.closes_at,
        })
    }
}

/// A lot drafted or changed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LotDrafted {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its tender.
    #[schema(value_type = String)]
    pub tender_id: Id,
    /// The version to change it from.
    pub version: i64,
}

/// Drafts a lot of a tender.
pub async fn draft(app: &App, ask: Ask, tender: &Id, x: LotInput) -> Answer<LotDrafted> {
    let (id, actor) = (tender.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let tender = owned(tx.db, &actor, &id)?;
        must_be_draft(&tender)?;
        let (version, procedure, terms) = lawful(tx, &tender, x)?;
        let lot = terms.drafted((tx.id(), tender.id), procedure, version)?;
        must_be_its_own(tx, &lot)?;
        tx.insert(&lot)?;
        record(tx, &lot, Act::LotDrafted)
    })
    .await
}

/// Changes a lot in draft. A deadline planned earlier than the key sets promise needs a new ceremony.
pub async fn change(app: &App, ask: Ask, lot: &Id, seen: Option<i64>, x: LotInput) -> Answer<LotDrafted> {
    let (id, actor) = (lot.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let (tender, lot) = owned_lot(tx.db, &actor, &id)?;
        lot.must_be(Stage::Draft)?;
        must_be_seen(seen, lot.version)?;
        let (version, procedure, terms) = lawful(tx, &tender, x)?;
        let lot = Lot {
            next_tick_at: lot.next_tick_at,
            version: lot.version + 1,
            ..terms.drafted((lot.id, lot.tender_id), procedure, version)?
        };
        must_be_its_own(tx, &lot)?;
        tx.update(&lot)?;
        record(tx, &lot, Act::LotChanged)
    })
    .await
}

fn lawful(tx: &mut Tx<'_>, tender: &Tender, x: LotInput) -> Answer<(i64, &'static Procedure, Terms)> {
    let (version, rules) = store::rule::current(tx.db)?;
    let procedure = terms::procedure(tender.trade, x.method, x.review_order)?;
    guard::must_set_no_minimum(x.minimum_price_fen.map(Fen), &rules, tx.now.date())?;
    let terms = x.terms(&Figures::of(procedure, &rules, tx.now.date())?)?;
    terms.check(procedure, &rules, tx.now.date())?;
    must_be_a_specialty(tx, &terms.specialty)?;
    if let Some(at) = terms.closes_at {
        require(at.is_whole_minute(), || {
            Refusal::new(&WHOLE_MINUTE).at("closes_at")
        })?;
        // too early for a notice of now is too early for any later one
        let calendar = law::calendar()?;
        let planner = Planner::new(&rules, procedure, &calendar, tx.now.date())?;
        planner.require(
            Moment::ClosesAt,
            at,
            &[(Moment::DocumentsIssued, tx.now)],
            "closes_at",
        )?;
        planner.outlook(at).map_err(|refusal| refusal.at("closes_at"))?;
    }
    Ok((version, procedure, terms))
}

/// Refuses the name of another lot of the tender: papers call a lot by its name.
fn must_be_its_own(tx: &mut Tx<'_>, lot: &Lot) -> Answer<()> {
    let lots = store::tender::lots(tx.db, &lot.tender_id)?;
    let is_taken = lots
        .iter()
        .any(|other| other.id != lot.id && other.name == lot.name);
    Ok(require(!is_taken, || {
        Refusal::new(&LOT_NAME).fact("name", &lot.name).at("name")
    })?)
}

/// Refuses a specialty that is not on the committee's list, where there is one: nobody could be drawn.
fn must_be_a_specialty(tx: &mut Tx<'_>, code: &str) -> Answer<()> {
    let known = store::region::specialties(tx.db)?;
    let is_known = known.iter().any(|one| one.id.as_str() == code);
    Ok(require(known.is_empty() || is_known, || {
        Refusal::new(&CODE_FORM).fact("given", code).at("specialty")
    })?)
}

fn record(tx: &mut Tx<'_>, lot: &Lot, act: Act) -> Answer<LotDrafted> {
    let facts = serde_json::json!({ "lot": lot.id, "name": lot.name });
    let payload = Payload::facts("lot", "lot.draft/1", &facts)?;
    tx.record(lot.tender_id.as_str(), act, vec![payload])?;
    Ok(LotDrafted {
        id: lot.id.clone(),
        tender_id: lot.tender_id.clone(),
        version: lot.version,
    })
}

/// What the form of a new lot says of the rules.
pub fn figures(db: &mut Db, actor: &Actor, tender: &Id, now: Instant) -> Answer<Figures> {
    let tender = owned(db, actor, tender)?;
    let procedure = terms::procedure(tender.trade, AwardMethod::ReasonablePriceDraw, before_ranking())?;
    let (_, rules) = store::rule::current(db)?;
    Ok(Figures::of(procedure, &rules, now.date())?)
}

/// What the form of a lot starts from, the version it changes, and what it says of the rules.
pub fn stands(db: &mut Db, actor: &Actor, lot: &Id, now: Instant) -> Answer<(Lot, LotInput, Figures)> {
    let (tender, lot) = owned_lot(db, actor, lot)?;
    lot.must_be(Stage::Draft)?;
    let input = LotInput::of(&lot)?;
    let figures = figures(db, actor, &tender.id, now)?;
    Ok((lot, input, figures))
}

/// The lot as the public knows it, or as its owner drafts it.
pub fn seen(db: &mut Db, actor: &Actor, lot: &Id) -> Answer<(Tender, Lot)> {
    let lot = Lot::find(db, lot.as_str())?.ok_or(super::Error::NotFound)?;
    let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(super::Error::NotFound)?;
    if lot.stage == Stage::Draft && !super::is_of(actor, &tender) {
        return Err(super::Error::NotFound);
    }
    Ok((tender, lot))
}
