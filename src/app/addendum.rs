//! Addenda: drafted, checked with the extension they force, published with the owner's signed
//! deadlines, told to everyone who is interested.
//!
//! Never: a material change that leaves less time than rule Z15 asks for; a deadline moved back, or moved
//! by one person alone.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    deadline::{self, Deadlines, Set},
    law::planned,
    message,
    tender::{
        ending::{Announced, announce, announcement},
        must_be_seen, must_be_signed, owned, paper,
    },
};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        announcement::{Announcement, AnnouncementKind},
        field::text,
        id::Id,
        procedure::Stage,
        refusal::{
            Refusal,
            common::WRONG_STAGE,
            dates::TOO_EARLY,
            require,
            tender::{DEADLINE_UNFIT, OVER, PUBLISHED},
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Db, Row as _, Tx},
};

/// An addendum in draft.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddendumInput {
    /// Its title.
    pub title: String,
    /// What changes.
    pub text: String,
    /// Whether it bears on bids.
    #[serde(default)]
    pub is_material: bool,
}

/// What a lot's deadline becomes.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Extension {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Its name.
    pub name: String,
    /// The deadline as it stands, Unix ms.
    #[schema(value_type = i64)]
    pub closes_at: Instant,
    /// The first lawful one, where the addendum forces it, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub forced_at: Option<Instant>,
    /// The rule that forces it.
    pub rule: Option<String>,
    /// What the owner signs for it, canonical JSON.
    pub object: Option<String>,
}

/// The check page of an addendum.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The tender.
    pub tender: Tender,
    /// The draft.
    pub addendum: Announcement,
    /// The documents it brings: title and digest.
    pub documents: Vec<(String, String)>,
    /// What it does to each lot's deadline, were it to come out now.
    pub extensions: Vec<Extension>,
    /// What is signed, SHA-256 hex.
    pub digest: String,
    /// Whether the reader drafted it: then another one publishes it if it moves a deadline.
    pub is_own: bool,
}

/// Drafts an addendum of a published tender.
pub async fn draft(app: &App, ask: Ask, tender: &Id, x: AddendumInput) -> Answer<Announced> {
    text(&x.title, "title", 200)?;
    text(&x.text, "text", 20_000)?;
    let (id, actor) = (tender.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let tender = owned(tx.db, &actor, &id)?;
        open_lots(tx.db, &tender)?;
        let ids = (&tender.id, None);
        let by = (actor.token(), tx.now);
        let kind = AnnouncementKind::Addendum;
        let mut row = announcement(tx.id(), ids, kind, x.title.trim(), &ammonia::clean(&x.text), by);
        row.is_material = x.is_material;
        tx.insert(&row)?;
        tx.record(tender.id.as_str(), Act::AddendumDrafted, Vec::new())?;
        Ok(Announced {
            digest: digest(tx.db, &row)?,
            id: row.id,
        })
    })
    .await
}

/// The lots that still take bids; an addendum needs one.
fn open_lots(db: &mut Db, tender: &Tender) -> Answer<Vec<Lot>> {
    let mut lots = store::tender::lots(db, &tender.id)?;
    lots.retain(|lot| lot.stage == Stage::Open);
    require(!lots.is_empty(), || {
        Refusal::new(&WRONG_STAGE)
            .fact("stage", "word:stage-draft")
            .fact("needed", "word:stage-open")
    })?;
    Ok(lots)
}

fn digest(db: &mut Db, row: &Announcement) -> Answer<String> {
    let mut documents = store::document::of_tender(db, &row.tender_id)?;
    documents.retain(|document| document.notice_id.is_none());
    Ok(row.as_paper(paper::enclosures(&documents)?).digest()?.to_hex())
}

fn find(db: &mut Db, actor: &Actor, addendum: &Id) -> Answer<(Tender, Announcement)> {
    let row = Announcement::find(db, addendum.as_str())?;
    let row = row
        .filter(|row| row.kind == AnnouncementKind::Addendum)
        .ok_or(Error::NotFound)?;
    Ok((owned(db, actor, &row.tender_id)?, row))
}

/// What an addendum that comes out now does to a lot's deadline.
fn extension(db: &mut Db, lot: &Lot, is_material: bool, now: Instant) -> Answer<Extension> {
    let closes_at = lot.closes_at.ok_or(Error::Stale)?;
    let forced = planned(db, lot, now, |planner| {
        let bound = planner.extension(closes_at, now)?.filter(|_| is_material);
        Ok(bound.map(|bound| (bound.at, format!("{} {}", bound.rule.id, bound.rule.basis))))
    })?;
    let (forced_at, rule) = forced.unzip();
    let object = forced_at.map(|at| deadline::object(&lot.tender_id, lot, at)?.bytes());
    Ok(Extension {
        lot: lot.id.clone(),
        name: lot.name.clone(),
        closes_at,
        forced_at,
        rule,
        object: object
            .transpose()?
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    })
}

/// The check page: what would come out, and what it forces.
pub fn preview(db: &mut Db, actor: &Actor, addendum: &Id, now: Instant) -> Answer<Preview> {
    let (tender, row) = find(db, actor, addendum)?;
    let mut documents = store::document::of_tender(db, &tender.id)?;
    documents.retain(|document| match &row.published_at {
        Some(_) => document.notice_id.as_ref() == Some(&row.id),
        None => document.notice_id.is_none(),
    });
    let mut extensions = Vec::new();
    if row.published_at.is_none() {
        for lot in open_lots(db, &tender)? {
            extensions.push(extension(db, &lot, row.is_material, now)?);
        }
    }
    Ok(Preview {
        digest: match &row.digest {
            Some(digest) => digest.clone(),
            None => digest(db, &row)?,
        },
        documents: documents.into_iter().map(|d| (d.title, d.sha256)).collect(),
        is_own: row.drafted_by == actor.token(),
        tender,
        addendum: row,
        extensions,
    })
}

/// Publishes an addendum with the deadlines it forces, or that its owner moves further.
pub async fn publish(
    app: &App,
    ask: Ask,
    addendum: &Id,
    seen: Option<i64>,
    deadlines: Deadlines,
) -> Answer<Announced> {
    let (id, actor) = (addendum.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let (tender, mut row) = find(tx.db, &actor, &id)?;
        require(row.published_at.is_none(), || Refusal::new(&PUBLISHED))?;
        must_be_seen(seen, row.version)?;
        let lots = open_lots(tx.db, &tender)?;
        let sets = deadline::read(deadlines, &tender, &lots)?;
        for lot in lots {
            if let Some(lot) = move_deadline(tx, lot, row.is_material, &sets)? {
                row.must_be_anothers(actor.token())?;
                let closes_at = lot.closes_at.unwrap_or_default();
                deadline::tell_staff(tx, &tender, &tender.title_of(&lot), closes_at)?;
            }
        }
        let digest = digest(tx.db, &row)?;
        must_be_signed(tx, &crate::proof::canon::Hash::from_hex(&digest)?)?;
        let payload = announce(tx, &mut row, false)?;
        let facts = [("name", tender.name.as_str()), ("title", row.title.as_str())];
        let link = format!("/xm/{}/changes", tender.number);
        message::tell_interested(tx, &tender.id, "message-addendum", &facts, &link)?;
        tx.record(tender.id.as_str(), Act::AddendumPublished, vec![payload])?;
        deadline::log(tx, &tender.id, &sets)?;
        Ok(Announced { id: row.id, digest })
    })
    .await
}

/// Moves a lot's deadline as signed: the lot, where it moved. Refuses one too short, one moved back, and
/// one not signed that is forced.
fn move_deadline(tx: &mut Tx<'_>, mut lot: Lot, is_material: bool, sets: &[Set]) -> Answer<Option<Lot>> {
    let extension = extension(tx.db, &lot, is_material, tx.now)?;
    let is_ahead = tx.now < extension.closes_at;
    require(is_ahead && lot.incident_at.is_none(), || Refusal::new(&OVER))?;
    let set = sets.iter().find(|set| set.lot == lot.id);
    let set = match (set, extension.forced_at) {
        (None, None) => return Ok(None),
        (None, Some(_)) => deadline::of(sets, &lot)?,
        (Some(set), _) => set,
    };
    let earliest = extension.forced_at.unwrap_or(extension.closes_at);
    require(set.closes_at >= earliest, || {
        match (&extension.forced_at, &extension.rule) {
            (Some(earliest), Some(rule)) => Refusal::new(&TOO_EARLY)
                .fact("moment", "word:moment-closes-at")
                .fact("earliest", earliest)
                .fact("rule", rule)
                .fact("basis", rule)
                .at("deadlines"),
            _ => Refusal::new(&DEADLINE_UNFIT)
                .fact("lot", &lot.name)
                .fact("why", format!("< {}", extension.closes_at))
                .at("deadlines"),
        }
    })?;
    let is_moved = set.closes_at != extension.closes_at;
    lot.move_deadline(set.closes_at, tx.now);
    tx.update(&lot)?;
    Ok(is_moved.then_some(lot))
}
