//! Drafting a project, and changing it while it is a draft.

use serde::{Deserialize, Serialize};

use super::{
    super::{Answer, App, Ask, Error},
    must_be_seen, owned,
};
use crate::{
    domain::{
        account::{Organisation, OrganisationKind},
        act::Act,
        actor::{Actor, Role},
        code::{CreditCode, DealCode, Region},
        field::{bounded, line, text},
        guard::ContractKind,
        id::Id,
        money::Fen,
        procedure::Trade,
        refusal::{
            Lawful, Refusal,
            code::REGION,
            common::{FIELD_BAD, WRONG_STAGE},
            require,
            tender::NO_CENTRE,
        },
        tender::{Funding, Tender},
        terms,
        time::Instant,
    },
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

/// The industry of the unified deal code: housing and municipal works.
const INDUSTRY: &str = "A01";

/// A project as its owner or agency declares it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenderInput {
    /// The project's name.
    pub name: String,
    /// The trade; of a new project construction, of one that is changed the one it has.
    pub trade: Option<Trade>,
    /// What the contract is for.
    #[serde(default = "works")]
    pub contract: ContractKind,
    /// GB/T 2260 code of the place of the works.
    pub region: String,
    /// Where the money comes from.
    pub funding: Funding,
    /// The share of budget money, per cent of the investment, rounded up.
    #[serde(default)]
    pub budget_share: i64,
    /// The budget money used, fen.
    pub budget_fen: Option<i64>,
    /// The declared public-interest kind, if it is one.
    pub public_interest: Option<String>,
    /// Whether the works fall under government procurement.
    #[serde(default)]
    pub is_procurement: bool,
    /// The sum of what belongs together with it in one project, this tender included, fen.
    pub project_sum_fen: i64,
    /// The recorded local basis.
    pub basis_id: Option<String>,
    /// What is to be built.
    pub summary: String,
    /// The credit code of the agency, where an owner has one.
    pub agency_code: Option<String>,
    /// The credit code of the owner, where an agency drafts.
    pub owner_code: Option<String>,
}

fn works() -> ContractKind {
    ContractKind::Works
}

/// A project drafted or changed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Drafted {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its unified deal code.
    pub number: String,
    /// The version to change it from.
    pub version: i64,
}

impl TenderInput {
    /// The trade of a new project.
    fn new_trade(&self) -> Trade {
        self.trade.unwrap_or(Trade::Construction)
    }

    /// What needs no table.
    fn check(&self) -> Lawful<Region> {
        line(&self.name, "name", 200)?;
        text(&self.summary, "summary", 20_000)?;
        bounded(self.budget_share, 0, 100, "budget_share")?;
        Fen::checked(self.project_sum_fen, "project_sum_fen")?;
        Fen::checked(self.budget_fen.unwrap_or(0), "budget_fen")?;
        if let Some(kind) = &self.public_interest {
            text(kind, "public_interest", 100)?;
        }
        terms::must_be_served(self.new_trade())?;
        Region::parse(&self.region, "region")
    }
}

/// Drafts a project.
pub async fn draft(app: &App, ask: Ask, x: TenderInput) -> Answer<Drafted> {
    let region = x.check()?;
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        must_be_a_region(tx.db, &region)?;
        let (owner, agency) = sides(tx.db, &actor, &x)?;
        let basis_id = basis(tx.db, &x)?;
        let tender = Tender {
            id: tx.id(),
            number: number(tx.db, &region, tx.now)?,
            name: x.name.trim().to_owned(),
            trade: x.new_trade(),
            owner_id: owner,
            agency_id: agency,
            region: region.as_str().to_owned(),
            funding: x.funding,
            contract: x.contract,
            budget_share: x.budget_share,
            budget_fen: x.budget_fen.map(Fen),
            public_interest: x.public_interest,
            is_procurement: x.is_procurement,
            project_sum_fen: Fen(x.project_sum_fen),
            basis_id,
            summary: ammonia::clean(&x.summary),
            parties: None,
            drafted_by: Id::from(actor.token()),
            drafted_at: tx.now,
            published_at: None,
            version: 0,
        };
        tx.insert(&tender)?;
        record(tx, &tender, Act::TenderDrafted)
    })
    .await
}

/// Changes a project in draft.
pub async fn change(app: &App, ask: Ask, tender: &Id, seen: Option<i64>, x: TenderInput) -> Answer<Drafted> {
    let region = x.check()?;
    let (id, actor) = (tender.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let old = owned(tx.db, &actor, &id)?;
        must_be_draft(&old)?;
        must_be_seen(seen, old.version)?;
        must_be_a_region(tx.db, &region)?;
        let (_, agency) = sides(tx.db, &actor, &x)?;
        let tender = Tender {
            name: x.name.trim().to_owned(),
            trade: x.trade.unwrap_or(old.trade),
            agency_id: agency.or(old.agency_id),
            region: region.as_str().to_owned(),
            funding: x.funding,
            contract: x.contract,
            budget_share: x.budget_share,
            budget_fen: x.budget_fen.map(Fen),
            is_procurement: x.is_procurement,
            project_sum_fen: Fen(x.project_sum_fen),
            basis_id: basis(tx.db, &x)?,
            public_interest: x.public_interest,
            summary: ammonia::clean(&x.summary),
            version: old.version + 1,
            ..old
        };
        for lot in store::tender::lots(tx.db, &tender.id)? {
            terms::must_serve(tender.trade, &lot)?;
        }
        tx.update(&tender)?;
        record(tx, &tender, Act::TenderChanged)
    })
    .await
}

/// Refuses a region that is not on the committee's list, where there is one.
fn must_be_a_region(db: &mut Db, region: &Region) -> Answer<()> {
    let known = store::region::all(db)?;
    let is_known = known.iter().any(|one| one.id.as_str() == region.as_str());
    Ok(require(known.is_empty() || is_known, || {
        Refusal::new(&REGION).fact("given", region).at("region")
    })?)
}

fn record(tx: &mut Tx<'_>, tender: &Tender, act: Act) -> Answer<Drafted> {
    let facts = serde_json::json!({ "number": tender.number, "name": tender.name });
    let payload = Payload::facts("tender", "tender.draft/1", &facts)?;
    tx.record(tender.id.as_str(), act, vec![payload])?;
    Ok(Drafted {
        id: tender.id.clone(),
        number: tender.number.clone(),
        version: tender.version,
    })
}

/// Refuses to change what is out.
///
/// # Errors
/// `act.wrong_stage`.
pub fn must_be_draft(tender: &Tender) -> Lawful<()> {
    require(tender.published_at.is_none(), || {
        Refusal::new(&WRONG_STAGE)
            .fact("stage", "word:stage-open")
            .fact("needed", "word:stage-draft")
    })
}

/// Owner and agency: an owner may name his agency, an agency must name its owner.
fn sides(db: &mut Db, actor: &Actor, x: &TenderInput) -> Answer<(Id, Option<Id>)> {
    if let Some(owner) = actor.organisation(Role::Owner) {
        let agency = x
            .agency_code
            .as_deref()
            .map(|code| by_code(db, code, "agency_code"));
        return Ok((owner.clone(), agency.transpose()?));
    }
    let agency = actor.organisation(Role::Agency).ok_or(Error::Forbidden)?.clone();
    let missing = || Refusal::missing("owner_code");
    let owner = by_code(db, x.owner_code.as_deref().ok_or_else(missing)?, "owner_code")?;
    Ok((owner, Some(agency)))
}

fn by_code(db: &mut Db, code: &str, field: &'static str) -> Answer<Id> {
    let found = store::account::organisation_by_code(db, code.trim())?;
    let found = found.filter(|found| found.kind == OrganisationKind::Market);
    let unknown = || {
        Refusal::new(&FIELD_BAD)
            .fact("field", field)
            .fact("expected", "GB 32100")
            .at(field)
    };
    Ok(found.ok_or_else(unknown)?.id)
}

fn basis(db: &mut Db, x: &TenderInput) -> Answer<Option<Id>> {
    let Some(id) = x.basis_id.as_deref() else {
        return Ok(None);
    };
    let found = crate::domain::basis::Basis::find(db, id)?;
    let unknown = || {
        Refusal::new(&FIELD_BAD)
            .fact("field", "basis_id")
            .fact("expected", "id")
            .at("basis_id")
    };
    Ok(Some(found.ok_or_else(unknown)?.id))
}

/// The next unified deal code of the day under the region's trading centre.
fn number(db: &mut Db, region: &Region, now: Instant) -> Answer<String> {
    let centre = centre(db, region)?;
    let platform = CreditCode::parse(&centre.code, "region")?;
    let stem = format!("{INDUSTRY}-{platform}-{}-", now.date().strftime("%Y%m%d"));
    let before = store::tender::last_number(db, &stem)?;
    let last = before
        .as_deref()
        .and_then(|number| number.strip_prefix(&stem)?.get(..6)?.parse().ok());
    let code = DealCode::compose(INDUSTRY, &platform, now.date(), last.unwrap_or(0) + 1)?;
    Ok(code.as_str().to_owned())
}

/// The trading centre that serves a region: the nearest one whose region covers it.
fn centre(db: &mut Db, region: &Region) -> Answer<Organisation> {
    let mut centres = store::account::of_kind(db, OrganisationKind::Centre)?;
    centres.retain(|centre| Region::parse(&centre.region, "region").is_ok_and(|own| serves(&own, region)));
    // who covers the region goes before its neighbours, and the nearest before those above it
    let nearness = |centre: &Organisation| {
        let own = Region::parse(&centre.region, "region").ok()?;
        Some((own.covers(region), own.stem().len()))
    };
    centres.into_iter().max_by_key(nearness).ok_or_else(|| {
        Refusal::new(&NO_CENTRE)
            .fact("region", region)
            .at("region")
            .into()
    })
}

/// A county's centre also serves its neighbours of the same province when there is none above.
fn serves(own: &Region, region: &Region) -> bool {
    let province = |code: &Region| code.as_str().get(..2).map(str::to_owned);
    own.covers(region) || province(own) == province(region)
}

/// What a form starts from: the project as it stands.
pub fn stands(db: &mut Db, actor: &Actor, tender: &Id) -> Answer<TenderInput> {
    let tender = owned(db, actor, tender)?;
    must_be_draft(&tender)?;
    let code = |db: &mut Db, id: &Option<Id>| -> Answer<Option<String>> {
        let found = id
            .as_ref()
            .map(|id| Organisation::find(db, id.as_str()))
            .transpose();
        Ok(found
            .map_err(Fault::from)?
            .flatten()
            .map(|organisation| organisation.code))
    };
    Ok(TenderInput {
        agency_code: code(db, &tender.agency_id)?,
        owner_code: code(db, &Some(tender.owner_id.clone()))?,
        name: tender.name,
        trade: Some(tender.trade),
        contract: tender.contract,
        region: tender.region,
        funding: tender.funding,
        budget_share: tender.budget_share,
        budget_fen: tender.budget_fen.map(|fen| fen.0),
        public_interest: tender.public_interest,
        is_procurement: tender.is_procurement,
        project_sum_fen: tender.project_sum_fen.0,
        basis_id: tender.basis_id.map(|id| id.0),
        summary: tender.summary,
    })
}
