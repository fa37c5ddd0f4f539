//! The public page of a project: its head, and one function per tab. Anybody may read them.
//!
//! Out: what is public at this moment of a published tender. Never: a draft, or anything that before
//! the opening depends on how many bids a lot has.

mod tabs;

pub use tabs::{DocumentsTab, ObjectionsTab, OpeningTab, documents, objections, opening};

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Error,
    announcement::{self, Papers},
    panel::{self, LibraryName},
};
use crate::{
    domain::{
        account::Organisation,
        draw::{Draw, DrawPurpose, DrawState},
        id::Id,
        method::MethodTerms,
        money::Fen,
        procedure::{ReviewOrder, Stage, Trade},
        tender::{Criterion, Funding, Lot, Tender},
        text::text_enum,
        time::Instant,
        timeline::{Happened, Next, Step},
    },
    store::{self, Db, Fault, Row as _, journal::StoredEvent},
    words::Lang,
};

text_enum! {
    /// A tab of the page, with an address of its own.
    pub enum Tab {
        /// 公告.
        Notice,
        /// 文件.
        Documents,
        /// 提问与答复.
        Questions,
        /// 变更与公告.
        Changes,
        /// 开标记录.
        Opening,
        /// 候选人.
        Candidates,
        /// 异议与答复.
        Objections,
        /// 结果.
        Result,
        /// 存证.
        Evidence,
    }
}

/// A tab's page: what stands above every tab, and the tab's own matter.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// Above every tab.
    pub head: Head,
    /// The tab's own.
    pub body: T,
}

/// What stands above every tab.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Head {
    /// 统一交易标识码.
    pub number: String,
    /// The project's name.
    pub name: String,
    /// The trade.
    pub trade: Trade,
    /// The tab shown.
    pub tab: Tab,
    /// The lots.
    pub lots: Vec<LotHead>,
}

impl Head {
    /// The tabs with their addresses; the notice is the project's own.
    #[must_use]
    pub fn tabs(&self) -> Vec<(String, Tab)> {
        let address = |tab: &Tab| match tab {
            Tab::Notice => format!("/xm/{}", self.number),
            Tab::Documents
            | Tab::Questions
            | Tab::Changes
            | Tab::Opening
            | Tab::Candidates
            | Tab::Objections
            | Tab::Result
            | Tab::Evidence => format!("/xm/{}/{tab}", self.number),
        };
        Tab::ALL.iter().map(|tab| (address(tab), *tab)).collect()
    }
}

impl Head {
    /// Whether bids are taken for any of the lots.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.lots.iter().any(|lot| lot.stage == Stage::Open)
    }

    /// The name of a lot.
    #[must_use]
    pub fn lot_name(&self, lot: &Id) -> String {
        let found = self.lots.iter().find(|head| head.id == *lot);
        found.map_or_else(String::new, |head| head.name.clone())
    }
}

/// A lot's status.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LotHead {
    /// The lot.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// Whether its result is found and waits for the owner to publish it.
    pub is_unpublished: bool,
    /// Whether a failure of the platform holds it.
    pub is_held: bool,
    /// Why it failed, the code of the rule.
    pub failed_for: Option<String>,
    /// What comes next.
    pub next: Option<Next>,
    /// The procedure's steps.
    pub timeline: Vec<Step>,
}

/// The notice: the project, its owner, and each lot's terms.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NoticeTab {
    /// The owner's name.
    pub owner: String,
    /// The agency's name.
    pub agency: Option<String>,
    /// GB/T 2260 code of the place.
    pub region: String,
    /// Where the money comes from.
    pub funding: Funding,
    /// What is to be built; sanitised rich text.
    pub summary: String,
    /// When the notice came out, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<Instant>,
    /// Each lot's terms.
    pub lots: Vec<Terms>,
    /// The notice as it was signed, its documents and clauses.
    pub papers: Papers,
}

/// A lot's terms.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Terms {
    /// The lot.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its name.
    pub name: String,
    /// 最高投标限价 B, fen.
    #[schema(value_type = i64)]
    pub ceiling_fen: Fen,
    /// How the winner is found, and on which terms.
    pub method: MethodTerms,
    /// When the panel reviews.
    pub review_order: ReviewOrder,
    /// How many candidates are published.
    pub n_candidates: i64,
    /// The least number of bidders.
    pub n_bidders_min: i64,
    /// The least number of qualified bids.
    pub n_qualified_min: i64,
    /// Whether bids have a part of documents.
    pub needs_docs: bool,
    /// The criteria of postqualification.
    pub criteria: Vec<Criterion>,
    /// The deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
}

/// The evidence: the public chain of the journal and the draws.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EvidenceTab {
    /// The chain, newest last.
    pub events: Vec<Entry>,
    /// The draws done and voided.
    pub draws: Vec<DrawRow>,
    /// The lots whose experts an outside library draws: there the verifiable draw does not apply.
    pub libraries: Vec<LibraryRow>,
}

/// A lot whose experts an outside library draws.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LibraryRow {
    /// The lot's name.
    pub lot: String,
    /// The library, and on what basis it draws.
    pub library: LibraryName,
}

/// An event of the public chain.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Entry {
    /// Its place on the chain.
    pub n: i64,
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// `noun.verb`.
    pub act: String,
    /// Its name: SHA-256, hex.
    pub c: String,
    /// Its leaf in the log; none before its tick.
    pub position: Option<i64>,
    /// Whether anybody may have its receipt: what came before the publication stays undisclosed.
    pub is_disclosed: bool,
}

/// An attempt at a draw that is done, or that the supervision bureau voided.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DrawRow {
    /// The draw id of the protocols.
    pub draw_id: String,
    /// The attempt.
    pub attempt: i64,
    /// What it decided.
    pub purpose: DrawPurpose,
    /// Done or voided.
    pub state: DrawState,
    /// SHA-256 of its transcript, hex; none of an attempt voided before it was done.
    pub sha256: Option<String>,
    /// When it was done, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub done_at: Option<Instant>,
    /// Why the supervision bureau voided it.
    pub void_reason: Option<String>,
    /// When it was voided, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub voided_at: Option<Instant>,
}

impl DrawRow {
    /// The attempts at a lot's draws of which there is something to show, in order.
    pub(super) fn of_lot(db: &mut Db, lot: &Id) -> Answer<Vec<Self>> {
        let draws = store::draw::of_lot(db, lot)?.into_iter();
        let over = draws.filter(|draw| draw.state != DrawState::Frozen);
        let rows = over.map(|draw| Self {
            draw_id: draw.draw_id,
            attempt: draw.attempt,
            purpose: draw.purpose,
            state: draw.state,
            sha256: draw.sha256,
            done_at: draw.done_at,
            void_reason: draw.void_reason,
            voided_at: draw.voided_at,
        });
        Ok(rows.collect())
    }
}

impl Terms {
    fn new(lot: &Lot) -> Answer<Self> {
        Ok(Self {
            id: lot.id.clone(),
            name: lot.name.clone(),
            ceiling_fen: lot.ceiling_fen,
            method: MethodTerms::clone(&lot.method),
            review_order: lot.procedure()?.order,
            n_candidates: lot.n_candidates,
            n_bidders_min: lot.n_bidders_min,
            n_qualified_min: lot.n_qualified_min,
            needs_docs: lot.needs_docs,
            criteria: serde_json::from_str(&lot.criteria.0)?,
            closes_at: lot.closes_at,
        })
    }
}

/// The draw's stage on the procedure's path.
fn stage_of(draw: &Draw) -> Option<Stage> {
    match draw.purpose {
        DrawPurpose::Expert => None,
        DrawPurpose::Coef => Some(Stage::CoefficientDraw),
        DrawPurpose::Award => Some(Stage::AwardDraw),
    }
}

fn lot_head(db: &mut Db, lot: &Lot, events: &[StoredEvent], is_only: bool, now: Instant) -> Answer<LotHead> {
    let names_it = |event: &StoredEvent| {
        let text = event.cj.as_deref().map(String::from_utf8_lossy);
        is_only || text.is_some_and(|text| text.contains(lot.id.as_str()))
    };
    let happened: Vec<Happened> = events
        .iter()
        .filter(|event| names_it(event))
        .map(|event| Happened {
            act: event.act.clone(),
            at: Instant(event.ts),
        })
        .collect();
    let drawn: Vec<(Stage, Instant)> = store::draw::of_lot(db, &lot.id)?
        .iter()
        .filter_map(|draw| Some((stage_of(draw)?, draw.done_at?)))
        .collect();
    Ok(LotHead {
        id: lot.id.clone(),
        name: lot.name.clone(),
        stage: lot.stage,
        is_unpublished: lot.stage == Stage::Standstill && lot.standstill_until_at.is_none(),
        is_held: lot.incident_at.is_some(),
        failed_for: lot.failed_for.clone(),
        next: lot.next_step(now),
        timeline: lot.timeline(&happened, &drawn),
    })
}

/// What a tab reads of: the published tender, its lots, its public chain.
pub(super) struct Known {
    /// The tender.
    pub tender: Tender,
    /// Its lots, drafts left out.
    pub lots: Vec<Lot>,
    events: Vec<StoredEvent>,
}

fn known(db: &mut Db, number: &str) -> Answer<Known> {
    let tender = store::tender::list::by_number(db, number)?.ok_or(Error::NotFound)?;
    let mut lots = store::tender::lots(db, &tender.id)?;
    lots.retain(|lot| lot.stage != Stage::Draft);
    let events = store::journal::chain_from(db, tender.id.as_str(), 0)?;
    Ok(Known { tender, lots, events })
}

pub(super) async fn page<T, F>(app: &App, number: &str, tab: Tab, body: F) -> Answer<Page<T>>
where
    T: Send + 'static,
    F: FnOnce(&mut Db, &Known) -> Answer<T> + Send + 'static,
{
    let (now, number) = (app.clock.now(), number.to_owned());
    app.view(move |db| {
        let known = known(db, &number)?;
        let is_only = known.lots.len() == 1;
        let lots = known
            .lots
            .iter()
            .map(|lot| lot_head(db, lot, &known.events, is_only, now))
            .collect::<Answer<_>>()?;
        let body = body(db, &known)?;
        let head = Head {
            number: known.tender.number,
            name: known.tender.name,
            trade: known.tender.trade,
            tab,
            lots,
        };
        Ok(Page { head, body })
    })
    .await
}

fn name_of(db: &mut Db, organisation: &Id) -> Answer<String> {
    let found = Organisation::find(db, organisation.as_str())?;
    Ok(found
        .ok_or_else(|| Fault::new("organisation", organisation))?
        .name)
}

/// The tab of the notice.
pub async fn notice(app: &App, number: &str, lang: Lang) -> Answer<Page<NoticeTab>> {
    page(app, number, Tab::Notice, move |db, known| {
        let tender = &known.tender;
        let agency = tender
            .agency_id
            .as_ref()
            .map(|agency| name_of(db, agency))
            .transpose()?;
        Ok(NoticeTab {
            owner: name_of(db, &tender.owner_id)?,
            agency,
            region: tender.region.clone(),
            funding: tender.funding,
            summary: tender.summary.clone(),
            published_at: tender.published_at,
            lots: known.lots.iter().map(Terms::new).collect::<Answer<_>>()?,
            papers: announcement::papers(db, tender, &known.lots, lang)?,
        })
    })
    .await
}

/// The outside library that draws the experts of a lot, once it was asked.
fn library_of(db: &mut Db, lot: &Lot) -> Answer<Option<LibraryRow>> {
    let Some(panel) = store::panel::of_lot(db, &lot.id)? else {
        return Ok(None);
    };
    let library = panel::library::name_of(db, &panel)?;
    Ok(library.map(|library| LibraryRow {
        lot: lot.name.clone(),
        library,
    }))
}

/// The tab of the evidence.
pub async fn evidence(app: &App, number: &str) -> Answer<Page<EvidenceTab>> {
    page(app, number, Tab::Evidence, |db, known| {
        let since = known.tender.published_at;
        let events = known.events.iter().map(|event| Entry {
            n: event.n,
            at: Instant(event.ts),
            act: event.act.clone(),
            c: event.c.clone(),
            position: event.pos,
            is_disclosed: since.is_some_and(|since| since.0 <= event.ts),
        });
        let (mut draws, mut libraries) = (Vec::new(), Vec::new());
        for lot in &known.lots {
            if let Some(library) = library_of(db, lot)? {
                libraries.push(library);
            }
            draws.extend(DrawRow::of_lot(db, &lot.id)?);
        }
        Ok(EvidenceTab {
            events: events.collect(),
            draws,
            libraries,
        })
    })
    .await
}
