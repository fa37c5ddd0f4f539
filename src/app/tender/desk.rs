//! The owner's bench of one tender: what stands, what is to be done next, and what each step waits
//! for.
//!
//! Never: anything about bidders; the owner's bench knows no more of them than the public.

use serde::Serialize;

use super::{
    super::{
        Answer, App, addendum, ceremony,
        question::{self, Asked},
    },
    is_of, owned,
};
use crate::{
    domain::{
        actor::{Actor, Role},
        document::Document,
        id::Id,
        money::Fen,
        procedure::Stage,
        tender::{Lot, Tender},
        text::text_enum,
        time::Instant,
    },
    store::{self, Db},
};

text_enum! {
    /// How far a task is.
    pub enum Status {
        /// 已完成.
        Done,
        /// 待办.
        Todo,
        /// 可办: nobody has to.
        May,
        /// 等待他人.
        Waiting,
        /// 尚不能开始.
        Blocked,
    }
}

/// Something to be done, on a page of its own.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = TenderTask)]
pub struct Task {
    /// Its page.
    pub href: String,
    /// The key of its words.
    pub key: &'static str,
    /// The lot it is about; empty for the whole tender.
    pub lot: String,
    /// How far it is.
    pub status: Status,
}

/// A tender in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = TenderLine)]
pub struct Line {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its unified deal code.
    pub number: String,
    /// Its name.
    pub name: String,
    /// When its notice came out, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<Instant>,
    /// Its lots' stages.
    pub stages: Vec<Stage>,
}

/// A lot on the bench.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LotLine {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// 最高投标限价 B, fen.
    #[schema(value_type = i64)]
    pub ceiling_fen: Fen,
    /// The deadline, planned or set, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// Since when a failure of the platform holds it, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub incident_at: Option<Instant>,
    /// When the publication of its result ends, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub standstill_until_at: Option<Instant>,
    /// What its key ceremony still lacks: stage, what, duty.
    pub missing: Vec<(String, String, String)>,
    /// The version to change it from.
    pub version: i64,
}

/// A document in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DocumentLine {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// What it is.
    pub title: String,
    /// The name it is served under.
    pub file_name: String,
    /// Its length, bytes.
    pub n_bytes: i64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Whether it is out.
    pub is_out: bool,
}

impl DocumentLine {
    /// A document as it is listed.
    #[must_use]
    pub fn of(document: Document) -> Self {
        Self {
            is_out: document.notice_id.is_some(),
            id: document.id,
            title: document.title,
            file_name: document.file_name,
            n_bytes: document.n_bytes,
            sha256: document.sha256,
        }
    }
}

/// The bench.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Bench {
    /// The tender.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its unified deal code.
    pub number: String,
    /// Its name.
    pub name: String,
    /// When its notice came out, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<Instant>,
    /// The version to change it from.
    pub version: i64,
    /// Its lots.
    pub lots: Vec<LotLine>,
    /// Its documents.
    pub documents: Vec<DocumentLine>,
    /// Its addenda in draft: id and title.
    pub addenda: Vec<(String, String)>,
    /// How many questions wait for an answer.
    pub n_unanswered: usize,
    /// What is to be done.
    pub tasks: Vec<Task>,
}

/// The tenders of the actor's organisation, newest first.
pub async fn list(app: &App, actor: Actor) -> Answer<Vec<Line>> {
    app.view(move |db| {
        let mut lines: Vec<Line> = Vec::new();
        for role in [Role::Owner, Role::Agency] {
            let Some(organisation) = actor.organisation(role) else {
                continue;
            };
            for tender in store::tender::of_organisation(db, organisation)? {
                if !is_of(&actor, &tender) || lines.iter().any(|line| line.id == tender.id) {
                    continue;
                }
                let lots = store::tender::lots(db, &tender.id)?;
                lines.push(Line {
                    id: tender.id,
                    number: tender.number,
                    name: tender.name,
                    published_at: tender.published_at,
                    stages: lots.iter().map(|lot| lot.stage).collect(),
                });
            }
        }
        Ok(lines)
    })
    .await
}

/// The bench of a tender.
pub async fn bench(app: &App, actor: Actor, tender: &Id) -> Answer<Bench> {
    let (id, now) = (tender.clone(), app.clock.now());
    app.view(move |db| {
        let tender = owned(db, &actor, &id)?;
        let lots = store::tender::lots(db, &id)?;
        let mut lines = Vec::new();
        for lot in &lots {
            lines.push(lot_line(db, lot)?);
        }
        let documents = store::document::of_tender(db, &id)?;
        let drafts = store::announcement::drafts(db, &id)?;
        let open = store::question::of_tender(db, &id)?;
        Ok(Bench {
            tasks: tasks(&tender, &lines, !documents.is_empty(), now),
            number: tender.number,
            name: tender.name,
            published_at: tender.published_at,
            version: tender.version,
            lots: lines,
            documents: documents.into_iter().map(DocumentLine::of).collect(),
            addenda: drafts
                .into_iter()
                .map(|draft| (draft.id.0, draft.title))
                .collect(),
            n_unanswered: open.iter().filter(|question| question.answer.is_none()).count(),
            id,
        })
    })
    .await
}

fn lot_line(db: &mut Db, lot: &Lot) -> Answer<LotLine> {
    let missing = if lot.stage == Stage::Draft {
        ceremony::missing(db, lot)?
    } else {
        Vec::new()
    };
    Ok(LotLine {
        id: lot.id.clone(),
        name: lot.name.clone(),
        stage: lot.stage,
        ceiling_fen: lot.ceiling_fen,
        closes_at: lot.closes_at,
        incident_at: lot.incident_at,
        standstill_until_at: lot.standstill_until_at,
        missing: missing.into_iter().map(|m| (m.stage, m.what, m.duty)).collect(),
        version: lot.version,
    })
}

/// The steps up to the publication, and after it what is asked of the owner.
fn tasks(tender: &Tender, lots: &[LotLine], has_documents: bool, now: Instant) -> Vec<Task> {
    let at = |path: &str| format!("/tenders/{}{path}", tender.id);
    let task = |href: String, key, status| Task {
        href: if status == Status::Blocked {
            String::new()
        } else {
            href
        },
        key,
        lot: String::new(),
        status,
    };
    let when = |is_done: bool, otherwise| if is_done { Status::Done } else { otherwise };
    if tender.published_at.is_some() {
        let is_open = lots.iter().any(|lot| lot.stage == Stage::Open);
        let read = if is_open { Status::May } else { Status::Done };
        let mut tasks = vec![
            task(at("/questions"), "tender-task-questions", read),
            task(at("/documents"), "tender-task-documents", read),
        ];
        if is_open {
            tasks.push(task(at("/addenda/new"), "tender-task-addendum", Status::May));
            tasks.push(task(at("/withdrawal"), "tender-task-withdraw", Status::May));
        }
        tasks.extend(lots.iter().flat_map(|lot| award_tasks(lot, now)));
        return tasks;
    }
    let has_dates = !lots.is_empty() && lots.iter().all(|lot| lot.closes_at.is_some());
    let is_called = tender.parties.is_some();
    let is_ready = !lots.is_empty() && lots.iter().all(|lot| lot.missing.is_empty());
    let ceremony = match (has_dates, is_called, is_ready) {
        (_, _, true) => Status::Done,
        (false, _, _) => Status::Blocked,
        (true, false, _) => Status::Todo,
        (true, true, false) => Status::Waiting,
    };
    let publication = if is_ready && has_documents {
        Status::Todo
    } else {
        Status::Blocked
    };
    vec![
        task(at("/change"), "tender-task-facts", Status::Done),
        task(
            at("/lots/new"),
            "tender-task-lots",
            when(!lots.is_empty(), Status::Todo),
        ),
        task(
            at("/documents"),
            "tender-task-documents",
            when(has_documents, Status::Todo),
        ),
        task(at("/dates"), "tender-task-dates", when(has_dates, Status::Todo)),
        task(at("#ceremony"), "tender-task-ceremony", ceremony),
        task(at("/publication"), "tender-task-publication", publication),
    ]
}

/// The owner's steps from the opening to the award of a lot.
fn award_tasks(lot: &LotLine, now: Instant) -> Vec<Task> {
    if !lot.stage.is_opened() {
        return Vec::new();
    }
    let is_awarded = lot.stage == Stage::Awarded;
    let is_drawn = is_awarded || lot.stage == Stage::Standstill;
    let publication = match (is_drawn, lot.standstill_until_at) {
        (false, _) => Status::Blocked,
        (true, None) => Status::Todo,
        (true, Some(_)) => Status::Done,
    };
    let decision = match lot.standstill_until_at.filter(|_| is_drawn) {
        _ if is_awarded => Status::Done,
        None => Status::Blocked,
        Some(until) if now < until => Status::Waiting,
        Some(_) => Status::Todo,
    };
    let has_list = is_drawn || matches!(lot.stage, Stage::CoefficientDraw | Stage::AwardDraw);
    let session = if is_drawn { Status::Done } else { Status::Waiting };
    // what cannot be done yet leads nowhere, and what is over to what came of it
    let task = |page: &str, key, status| Task {
        href: match status {
            Status::Blocked => String::new(),
            Status::Done => format!("/lots/{}/result", lot.id),
            Status::Todo | Status::May | Status::Waiting => format!("/lots/{}/{page}", lot.id),
        },
        key,
        lot: lot.name.clone(),
        status,
    };
    vec![
        task(
            if has_list { "hall" } else { "opening" },
            "award-task-session",
            session,
        ),
        task("standstill", "award-task-standstill", publication),
        task("award", "award-task-decision", decision),
    ]
}

/// The bidder's workspace of a published tender: what there is to get, to ask, to prepare.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Workspace {
    /// The tender.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its unified deal code.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its lots.
    pub lots: Vec<LotLine>,
    /// Its documents.
    pub documents: Vec<DocumentLine>,
    /// Whether this account fetched them.
    pub has_fetched: bool,
    /// Until when questions may be asked, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub ask_until_at: Option<Instant>,
    /// What this account asked.
    pub own: Vec<Asked>,
    /// The stages of each lot whose key sets a bid needs.
    pub keysets: Vec<(String, String)>,
}

/// The bidder's workspace.
pub async fn workspace(app: &App, actor: Actor, tender: &Id) -> Answer<Workspace> {
    let id = tender.clone();
    app.view(move |db| {
        let tender = super::published(db, &id)?;
        let account = Id::from(actor.token());
        let lots = store::tender::lots(db, &id)?;
        let mut documents = store::document::of_tender(db, &id)?;
        documents.retain(|document| document.notice_id.is_some());
        let mut keysets = Vec::new();
        for lot in &lots {
            let stages = lot
                .key_stages()?
                .into_iter()
                .filter(|stage| !stage.is_before_bids());
            keysets.extend(stages.map(|stage| (lot.id.0.clone(), stage.to_string())));
        }
        Ok(Workspace {
            keysets,
            lots: lots.iter().map(|lot| lot_line(db, lot)).collect::<Answer<_>>()?,
            documents: documents.into_iter().map(DocumentLine::of).collect(),
            has_fetched: store::document::fetch_of(db, &id, &account)?.is_some(),
            ask_until_at: question::until(db, &id)?,
            own: question::own(db, &id, &account)?,
            number: tender.number,
            name: tender.name,
            id,
        })
    })
    .await
}

/// An addendum's check page.
pub async fn addendum_preview(app: &App, actor: Actor, addendum: &Id) -> Answer<addendum::Preview> {
    let (id, now) = (addendum.clone(), app.clock.now());
    app.view(move |db| addendum::preview(db, &actor, &id, now)).await
}
