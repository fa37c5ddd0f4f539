//! The tabs that follow the procedure: documents and trust files, the opening records, the
//! objections with their replies.
//!
//! Never: a line of an opening before the bids are open; who objected, to those who may not know.

use serde::Serialize;

use super::{Page, Tab, page};
use crate::{
    app::{
        Answer, App,
        announcement::{self, Papers},
        objection::{self, Objections},
        opening::{self, Record},
    },
    domain::{actor::Actor, id::Id, procedure::Stage, time::Instant},
    words::Lang,
};

/// The documents that are out, the clauses, the trust files and the key sets.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DocumentsTab {
    /// The notice as it was signed, with everything it brought.
    pub papers: Papers,
}

/// A lot's opening.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LotOpening {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// The deadline, after which the bids are opened, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// The record, once the bids are open.
    pub record: Option<Record>,
}

/// The openings of a project's lots.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OpeningTab {
    /// One per lot.
    pub lots: Vec<LotOpening>,
}

/// The objections of a project's lots.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ObjectionsTab {
    /// One per lot.
    pub lots: Vec<Objections>,
}

/// The tab of the documents.
pub async fn documents(app: &App, number: &str, lang: Lang) -> Answer<Page<DocumentsTab>> {
    page(app, number, Tab::Documents, move |db, known| {
        Ok(DocumentsTab {
            papers: announcement::papers(db, &known.tender, &known.lots, lang)?,
        })
    })
    .await
}

/// The tab of the openings.
pub async fn opening(app: &App, number: &str) -> Answer<Page<OpeningTab>> {
    page(app, number, Tab::Opening, |db, known| {
        let mut lots = Vec::new();
        for lot in &known.lots {
            let is_open = lot.stage.is_opened();
            lots.push(LotOpening {
                record: is_open
                    .then(|| opening::record(db, lot.id.as_str()))
                    .transpose()?,
                lot: lot.id.clone(),
                name: lot.name.clone(),
                stage: lot.stage,
                closes_at: lot.closes_at,
            });
        }
        Ok(OpeningTab { lots })
    })
    .await
}

/// The tab of the objections, as far as the reader may know of them.
pub async fn objections(app: &App, number: &str, actor: Actor) -> Answer<Page<ObjectionsTab>> {
    let now = app.clock.now();
    page(app, number, Tab::Objections, move |db, known| {
        let lots = known.lots.iter();
        let lots = lots.map(|lot| objection::of_lot(db, &actor, lot.id.as_str(), now));
        Ok(ObjectionsTab {
            lots: lots.collect::<Answer<_>>()?,
        })
    })
    .await
}
