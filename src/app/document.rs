//! The documents of a tender: added before they come out, fetched by anybody, and the fetching of
//! those signed in remembered so that an addendum reaches them.
//!
//! Never: bytes that are not durable before the act that names them; a document changed or removed
//! once it is out; a name of somebody who fetched.

use std::path::Path;

use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    tender::{is_of, owned},
};
use crate::{
    domain::{
        account::Organisation,
        act::Act,
        actor::{Actor, Role},
        chain::DOCUMENTS,
        document::{Document, DocumentFetch, media, safe_name},
        field::text,
        id::Id,
        procedure::Stage,
        refusal::{
            Refusal, require,
            tender::{DOCUMENT_OUT, ENDED},
        },
        tender::Tender,
    },
    proof::canon::Hash,
    store::{self, Db, Fault, Row as _, tx::Payload},
};

pub use crate::store::blob::Chunks;

/// How much of a file is in memory at once.
const PIECE: usize = 1 << 20;

/// A file that arrived, ready to be kept.
#[derive(Debug, Clone)]
pub struct File {
    /// The name it was sent under.
    pub name: String,
    /// What it is, for people; its name where nothing is said.
    pub title: Option<String>,
    /// Its length.
    pub n_bytes: i64,
    /// Its SHA-256.
    pub sha256: Hash,
    /// Its first bytes.
    pub head: Vec<u8>,
}

/// A document kept.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Kept {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// The name it is served under.
    pub file_name: String,
}

/// Keeps the bytes of a file in the blob store.
pub async fn store_file(app: &App, path: &Path, sha256: &Hash) -> Answer<()> {
    let file = std::fs::File::open(path).map_err(Fault::from)?;
    let pieces = futures_util::stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let read = tokio::task::spawn_blocking(move || {
            use std::io::Read as _;
            let mut piece = Vec::with_capacity(PIECE);
            let limit = u64::try_from(PIECE).unwrap_or(1 << 20);
            let read = std::io::Read::by_ref(&mut file)
                .take(limit)
                .read_to_end(&mut piece);
            (read.map(|_| piece), file)
        });
        match read.await {
            Ok((Ok(piece), _)) if piece.is_empty() => None,
            Ok((Ok(piece), file)) => Some((Ok(piece), Some(file))),
            Ok((Err(e), _)) => Some((Err(Fault::from(e)), None)),
            Err(e) => Some((Err(Fault::new("reader", e)), None)),
        }
    });
    let is_kept = app.blobs.put_stream(sha256, pieces.boxed()).await?;
    Ok(store::blob::must_be_kept(is_kept)?)
}

/// Adds a document to a tender; it comes out with the notice, or with the next addendum.
pub async fn add(app: &App, ask: Ask, tender: &Id, file: File, path: &Path) -> Answer<Kept> {
    let media = media(&file.name, &file.head)?;
    let file_name = safe_name(&file.name);
    let title = file.title.unwrap_or_else(|| file_name.clone());
    text(&title, "title", 200)?;
    let (id, actor) = (tender.clone(), ask.actor.clone());
    // who may not add is told so before the bytes are kept
    let (seen, who) = (id.clone(), actor.clone());
    app.view(move |db| may_add(db, &who, &seen).map(|_| ())).await?;
    store_file(app, path, &file.sha256).await?;
    app.act(ask, move |tx| {
        let tender = may_add(tx.db, &actor, &id)?;
        let document = Document {
            id: tx.id(),
            tender_id: tender.id,
            notice_id: None,
            title,
            file_name,
            media: media.to_owned(),
            n_bytes: file.n_bytes,
            sha256: file.sha256.to_hex(),
            added_by: Id::from(actor.token()),
            added_at: tx.now,
        };
        tx.insert(&document)?;
        let facts = serde_json::json!({ "title": document.title, "sha256": document.sha256 });
        let payload = Payload::facts("document", "document.added/1", &facts)?;
        tx.record(id.as_str(), Act::DocumentAdded, vec![payload])?;
        Ok(Kept {
            id: document.id,
            sha256: document.sha256,
            file_name: document.file_name,
        })
    })
    .await
}

fn may_add(db: &mut Db, actor: &Actor, tender: &Id) -> Answer<Tender> {
    let tender = owned(db, actor, tender)?;
    let lots = store::tender::lots(db, &tender.id)?;
    let is_open = |stage| matches!(stage, Stage::Draft | Stage::Open);
    require(
        lots.is_empty() || lots.iter().any(|lot| is_open(lot.stage)),
        || Refusal::new(&ENDED),
    )?;
    Ok(tender)
}

/// Takes a document off that is not out yet.
pub async fn remove(app: &App, ask: Ask, document: &Id) -> Answer<Kept> {
    let (id, actor) = (document.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let document = Document::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
        let tender = owned(tx.db, &actor, &document.tender_id)?;
        require(document.notice_id.is_none(), || Refusal::new(&DOCUMENT_OUT))?;
        tx.delete(&document)?;
        let facts = serde_json::json!({ "title": document.title, "sha256": document.sha256 });
        let payload = Payload::facts("document", "document.removed/1", &facts)?;
        tx.record(tender.id.as_str(), Act::DocumentRemoved, vec![payload])?;
        Ok(Kept {
            id: document.id,
            sha256: document.sha256,
            file_name: document.file_name,
        })
    })
    .await
}

/// A document and its bytes as they come. Who is signed in as a bidder is remembered for addenda;
/// nobody needs to be (rule Z21).
pub async fn fetch(app: &App, actor: &Actor, document: &Id) -> Answer<(Document, Chunks)> {
    let (id, who) = (document.clone(), actor.clone());
    let (document, is_new) = app
        .view(move |db| {
            let document = Document::find(db, id.as_str())?.ok_or(Error::NotFound)?;
            let tender = Tender::find(db, document.tender_id.as_str())?.ok_or(Error::NotFound)?;
            if document.notice_id.is_none() && !is_of(&who, &tender) {
                return Err(Error::NotFound);
            }
            // whoever may not act for a bidder reads as anybody does
            let may_act = who.role_for(Act::DocumentsFetched).is_ok();
            let is_new = match (&who, may_act) {
                (Actor::Person(person), true) => {
                    store::document::fetch_of(db, &tender.id, &person.account)?.is_none()
                }
                _ => false,
            };
            Ok((document, is_new))
        })
        .await?;
    if is_new {
        remember(app, actor, &document.tender_id).await?;
    }
    let (_, chunks) = app.blobs.stream(&Hash::from_hex(&document.sha256)?).await?;
    Ok((document, chunks))
}

/// Remembers, on the bidder's own chain, that he fetched.
async fn remember(app: &App, actor: &Actor, tender: &Id) -> Answer<()> {
    let ask = Ask::new(actor.clone(), Act::DocumentsFetched);
    let (id, actor) = (tender.clone(), actor.clone());
    app.act(ask, move |tx| {
        let account = Id::from(actor.token());
        let chain = begin_chain(tx, &actor, &id)?;
        if store::document::fetch_of(tx.db, &id, &account)?.is_none() {
            tx.insert(&DocumentFetch {
                id: tx.id(),
                tender_id: id.clone(),
                account_id: account,
                fetched_at: tx.now,
            })?;
        }
        tx.record(&chain, Act::DocumentsFetched, Vec::new())?;
        Ok(())
    })
    .await
}

/// The bidder's own chain for what concerns a tender's documents.
pub fn begin_chain(tx: &mut store::Tx<'_>, actor: &Actor, tender: &Id) -> Answer<String> {
    let organisation = actor.organisation(Role::Bidder).ok_or(Error::Forbidden)?;
    let organisation = Organisation::find(tx.db, organisation.as_str())?.ok_or(Error::NotFound)?;
    Ok(store::chain::begin(tx, tender, &organisation.code, DOCUMENTS)?.tx)
}
