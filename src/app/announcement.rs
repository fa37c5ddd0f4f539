//! What the public reads of a tender beside its terms: the signed notice with its documents and
//! clauses, the answered questions, and everything announced since.
//!
//! Never: a draft, an unanswered question, a name of an asker.

use serde::Serialize;
use serde_json::Value;

use super::{
    Answer, App,
    project::{self, Page, Tab},
    question::{self, Asked},
    tender::{desk::DocumentLine, paper},
};
use crate::{
    domain::{
        act::Act,
        announcement::{Announcement, AnnouncementKind},
        basis::Basis,
        document::Document,
        id::Id,
        tender::{Lot, Tender},
        time::{Instant, SECOND},
    },
    proof::{
        canon::{self, Object as _},
        closing::DeadlineSet,
        sig::Signed,
    },
    store::{self, Db, Row as _},
    words::Lang,
};

/// A key set named in the notice.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct KeysetLine {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The stage.
    pub stage: String,
    /// Its id, hex.
    pub digest: String,
}

/// The panel of a lot, as the notice says it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PanelLine {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// How many sit on it.
    pub n: i64,
    /// How many of them are the owner's.
    pub n_owner_seats: i64,
    /// The specialty of the experts.
    pub specialty: String,
}

/// The notice as it was signed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Papers {
    /// The tender.
    #[schema(value_type = String)]
    pub tender_id: Id,
    /// SHA-256 of the notice.
    pub digest: String,
    /// The documents that are out.
    pub documents: Vec<DocumentLine>,
    /// The local basis: number and title.
    pub basis: Option<(String, String)>,
    /// The panels.
    pub panels: Vec<PanelLine>,
    /// The clauses in the reader's language.
    pub clauses: Vec<String>,
    /// SHA-256 of parties.json and of log.policy, as the notice says them.
    pub parties: String,
    /// SHA-256 of log.policy.
    pub policy: String,
    /// The key sets.
    pub keysets: Vec<KeysetLine>,
}

impl PanelLine {
    fn of(lot: &Lot) -> Self {
        Self {
            lot: lot.id.clone(),
            n: lot.n_panel,
            n_owner_seats: lot.n_owner_seats,
            specialty: lot.specialty.clone(),
        }
    }
}

impl Papers {
    /// The panel of a lot, where the notice says that there is one.
    #[must_use]
    pub fn panel(&self, lot: &Id) -> Option<&PanelLine> {
        self.panels.iter().find(|panel| panel.lot == *lot && panel.n > 0)
    }
}

/// The papers of a published tender.
pub fn papers(db: &mut Db, tender: &Tender, lots: &[Lot], lang: Lang) -> Answer<Papers> {
    let announced = store::announcement::published(db, &tender.id)?;
    let notice = announced.iter().find(|one| one.kind == AnnouncementKind::Notice);
    let signed: Value = match notice.and_then(|one| one.paper.as_ref()) {
        Some(paper) => paper.get()?,
        None => Value::Null,
    };
    let said = |key: &str| {
        signed
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut keysets = Vec::new();
    for lot in lots {
        for keyset in store::ceremony::of_lot(db, &lot.id)? {
            keysets.extend(keyset.digest.map(|digest| KeysetLine {
                lot: lot.id.clone(),
                stage: keyset.stage,
                digest,
            }));
        }
    }
    let issued_at = tender.published_at.unwrap_or_default();
    let basis = match &tender.basis_id {
        Some(id) => Basis::find(db, id.as_str())?,
        None => None,
    };
    Ok(Papers {
        tender_id: tender.id.clone(),
        digest: notice.and_then(|one| one.digest.clone()).unwrap_or_default(),
        documents: out(db, &tender.id, None)?,
        basis: basis.map(|basis| (basis.document_no, basis.title)),
        panels: lots.iter().map(PanelLine::of).collect(),
        clauses: paper::clauses(db, lang, lots, issued_at.date())?,
        parties: said("parties"),
        policy: said("policy"),
        keysets,
    })
}

/// The documents that are out, of one announcement or of all.
fn out(db: &mut Db, tender: &Id, of: Option<&Id>) -> Answer<Vec<DocumentLine>> {
    let documents = store::document::of_tender(db, tender)?.into_iter();
    let is_meant = |document: &Document| match of {
        None => document.notice_id.is_some(),
        some => document.notice_id.as_ref() == some,
    };
    Ok(documents.filter(is_meant).map(DocumentLine::of).collect())
}

/// The answered questions.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct QuestionsTab {
    /// The tender.
    #[schema(value_type = String)]
    pub tender_id: Id,
    /// Until when questions may be asked, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub ask_until_at: Option<Instant>,
    /// The questions, in order.
    pub questions: Vec<Asked>,
}

/// The tab of the questions.
pub async fn questions(app: &App, number: &str) -> Answer<Page<QuestionsTab>> {
    project::page(app, number, Tab::Questions, |db, known| {
        let id = &known.tender.id;
        Ok(QuestionsTab {
            tender_id: id.clone(),
            ask_until_at: question::until(db, id)?,
            questions: question::all(db, id, false)?,
        })
    })
    .await
}

/// A deadline that was set with an announcement.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Moved {
    /// The lot's name.
    pub lot: String,
    /// The deadline, Unix ms.
    #[schema(value_type = i64)]
    pub closes_at: Instant,
}

/// An announcement after the notice.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Change {
    /// What it is.
    pub kind: AnnouncementKind,
    /// Its title.
    pub title: String,
    /// What it says.
    pub text: String,
    /// When it came out, Unix ms.
    #[schema(value_type = i64)]
    pub published_at: Instant,
    /// SHA-256 of what was signed.
    pub digest: String,
    /// The documents it brought.
    pub documents: Vec<DocumentLine>,
    /// The deadlines set with it.
    pub moved: Vec<Moved>,
}

/// Everything announced after the notice.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChangesTab {
    /// In order.
    pub announcements: Vec<Change>,
}

/// The tab of the changes.
pub async fn changes(app: &App, number: &str) -> Answer<Page<ChangesTab>> {
    project::page(app, number, Tab::Changes, |db, known| {
        let id = &known.tender.id;
        let set = deadlines(db, id)?;
        let mut announcements = Vec::new();
        for one in store::announcement::published(db, id)? {
            if one.kind != AnnouncementKind::Notice {
                announcements.push(change(db, one, &known.lots, &set)?);
            }
        }
        Ok(ChangesTab { announcements })
    })
    .await
}

fn change(db: &mut Db, one: Announcement, lots: &[Lot], set: &[(Instant, DeadlineSet)]) -> Answer<Change> {
    let published_at = one.published_at.unwrap_or_default();
    // the same act: its events may lie a few ms after its instant
    let with_it = set
        .iter()
        .filter(|(at, _)| (0..SECOND).contains(&(at.0 - published_at.0)));
    let moved = with_it.filter_map(|(_, set)| {
        let lot = lots.iter().find(|lot| lot.id.as_str() == set.lot.as_str())?;
        Some(Moved {
            lot: lot.name.clone(),
            closes_at: Instant(set.deadline),
        })
    });
    Ok(Change {
        moved: moved.collect(),
        documents: out(db, &one.tender_id, Some(&one.id))?,
        kind: one.kind,
        title: one.title,
        text: ammonia::clean(&one.text),
        published_at,
        digest: one.digest.unwrap_or_default(),
    })
}

/// The deadlines set on the tender's chain, with the instant of their act.
fn deadlines(db: &mut Db, tender: &Id) -> Answer<Vec<(Instant, DeadlineSet)>> {
    let mut all = Vec::new();
    for event in store::journal::chain_from(db, tender.as_str(), 0)? {
        if event.act != Act::DeadlineSet.name() {
            continue;
        }
        let payloads = store::journal::payloads(db, &event.c)?;
        for payload in payloads
            .iter()
            .filter(|payload| payload.k.starts_with("deadline."))
        {
            let signed = Signed::from_value(&canon::read(&payload.bytes)?)?;
            all.push((Instant(event.ts), DeadlineSet::from_value(&signed.x)?));
        }
    }
    Ok(all)
}
