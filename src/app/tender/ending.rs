//! How a tender ends before its award: taken back by its owner before the deadline, or terminated.
//!
//! Out: lots that end, an announcement with the reason, everyone interested told. Never: an end
//! without a reason, or one that nobody is told of.

use serde::{Deserialize, Serialize};

use super::{
    super::{Answer, App, Ask, Error, lot as lots, message},
    must_be_signed, owned, owned_lot,
};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        announcement::{Announcement, AnnouncementKind},
        bytes::JsonText,
        field::text,
        id::Id,
        procedure::Stage,
        refusal::{
            Refusal, require,
            tender::{ENDED, OVER},
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Tx, tx::Payload},
};

/// Why something ends, in the owner's words.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndingReason)]
pub struct Reason {
    /// The reason, as it is announced.
    pub reason: String,
}

/// What was announced.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Announced {
    /// The announcement.
    #[schema(value_type = String)]
    pub id: Id,
    /// SHA-256 of what was signed.
    pub digest: String,
}

/// The announcement of an end, as it would be signed.
#[must_use]
pub fn announcement(
    tx_id: Id,
    (tender, lot): (&Id, Option<&Id>),
    kind: AnnouncementKind,
    title: &str,
    reason: &str,
    (by, at): (&str, Instant),
) -> Announcement {
    Announcement {
        id: tx_id,
        tender_id: tender.clone(),
        lot_id: lot.cloned(),
        kind,
        title: title.to_owned(),
        text: reason.trim().to_owned(),
        is_material: false,
        paper: None,
        digest: None,
        drafted_by: by.to_owned(),
        drafted_at: at,
        published_at: None,
        version: 0,
    }
}

/// Publishes an announcement under the digest that was signed: the row, and its payload.
pub fn announce(tx: &mut Tx<'_>, row: &mut Announcement, is_new: bool) -> Answer<Payload> {
    let mut documents = Vec::new();
    if row.kind == AnnouncementKind::Addendum {
        documents = store::document::of_tender(tx.db, &row.tender_id)?;
        documents.retain(|document| document.notice_id.is_none());
    }
    let paper = row.as_paper(super::paper::enclosures(&documents)?);
    row.paper = Some(JsonText::of(&paper.value()?)?);
    row.digest = Some(paper.digest()?.to_hex());
    row.published_at = Some(tx.now);
    if is_new {
        tx.insert(row)?;
    } else {
        row.version += 1;
        tx.update(row)?;
    }
    for mut document in documents {
        document.notice_id = Some(row.id.clone());
        tx.update(&document)?;
    }
    Ok(Payload::object("announcement", &paper)?)
}

/// The owner takes the tender back, before any of its deadlines.
pub async fn withdraw(app: &App, ask: Ask, tender: &Id, x: Reason) -> Answer<Announced> {
    text(&x.reason, "reason", 2000)?;
    let (id, actor) = (tender.clone(), ask.actor.clone());
    app.act(ask.on(tender.as_str()), move |tx| {
        let tender = owned(tx.db, &actor, &id)?;
        let mut lots = store::tender::lots(tx.db, &id)?;
        for lot in &mut lots {
            must_take_bids(lot, tx.now)?;
            lot.enter(Stage::Withdrawn, tx.now);
            tx.update(lot)?;
            store::duty::lapse_all(tx, &lot.id, &[])?;
        }
        end(
            tx,
            &actor,
            (&tender, None, &lots),
            AnnouncementKind::Withdrawal,
            &x.reason,
        )
    })
    .await
}

fn must_take_bids(lot: &Lot, now: Instant) -> Answer<()> {
    lot.must_be(Stage::Open)?;
    let is_ahead = lot.closes_at.is_some_and(|closes_at| now < closes_at) || lot.incident_at.is_some();
    Ok(require(is_ahead, || Refusal::new(&OVER))?)
}

/// The owner breaks a lot off, at any stage after its publication.
pub async fn terminate(app: &App, ask: Ask, lot: &Id, x: Reason) -> Answer<Announced> {
    text(&x.reason, "reason", 2000)?;
    let (id, actor) = (lot.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let (tender, mut lot) = owned_lot(tx.db, &actor, &id)?;
        if lot.stage == Stage::Draft {
            return Err(Error::NotFound);
        }
        require(!lot.stage.is_final(), || Refusal::new(&ENDED))?;
        lot.enter(Stage::Terminated, tx.now);
        tx.update(&lot)?;
        store::duty::lapse_all(tx, &lot.id, &[])?;
        end(
            tx,
            &actor,
            (&tender, Some(&lot), std::slice::from_ref(&lot)),
            AnnouncementKind::Termination,
            &x.reason,
        )
    })
    .await
}

/// Announces the end, tells everyone interested, and records it.
fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (tender, lot, ended): (&Tender, Option<&Lot>, &[Lot]),
    kind: AnnouncementKind,
    reason: &str,
) -> Answer<Announced> {
    let what = what(tender, lot);
    let by = (actor.token(), tx.now);
    let ids = (&tender.id, lot.map(|lot| &lot.id));
    let mut row = announcement(tx.id(), ids, kind, &what, reason, by);
    let signed = row.as_paper(Vec::new()).digest()?;
    must_be_signed(tx, &signed)?;
    let mut payloads = vec![announce(tx, &mut row, true)?];
    for lot in ended {
        payloads.push(lots::ended(lot)?);
    }
    let (act, key) = match kind {
        AnnouncementKind::Withdrawal => (Act::TenderWithdrawn, "message-withdrawal"),
        AnnouncementKind::Termination
        | AnnouncementKind::Notice
        | AnnouncementKind::Addendum
        | AnnouncementKind::Incident
        | AnnouncementKind::Resumption => (Act::LotTerminated, "message-termination"),
    };
    let link = format!("/xm/{}", tender.number);
    message::tell_interested(tx, &tender.id, key, &[("what", &what), ("reason", reason)], &link)?;
    tx.record(tender.id.as_str(), act, payloads)?;
    Ok(Announced {
        id: row.id,
        digest: signed.to_hex(),
    })
}

/// The page before a tender is withdrawn or a lot terminated: first the reason, then the check.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct End {
    /// `withdrawal` or `termination`.
    pub kind: AnnouncementKind,
    /// Where it is sent.
    pub action: String,
    /// What ends.
    pub name: String,
    /// The reason given.
    pub reason: String,
    /// SHA-256 of what is signed; empty while there is no reason.
    pub digest: String,
}

/// What would be announced and signed for this reason.
pub async fn preview(app: &App, actor: Actor, id: Id, kind: AnnouncementKind, reason: String) -> Answer<End> {
    app.view(move |db| {
        let (tender, lot, action) = if kind == AnnouncementKind::Withdrawal {
            let tender = owned(db, &actor, &id)?;
            (tender, None, format!("/tenders/{id}/withdrawal"))
        } else {
            let (tender, lot) = owned_lot(db, &actor, &id)?;
            (tender, Some(lot), format!("/lots/{id}/termination"))
        };
        let name = what(&tender, lot.as_ref());
        let ids = (&tender.id, lot.as_ref().map(|lot| &lot.id));
        let row = announcement(Id::default(), ids, kind, &name, &reason, ("", Instant(0)));
        let digest = row.as_paper(Vec::new()).digest()?.to_hex();
        Ok(End {
            digest: if reason.trim().is_empty() {
                String::new()
            } else {
                digest
            },
            kind,
            action,
            name,
            reason,
        })
    })
    .await
}

/// What ends, by name.
fn what(tender: &Tender, lot: Option<&Lot>) -> String {
    lot.map_or_else(
        || tender.name.clone(),
        |lot| format!("{} {}", tender.name, lot.name),
    )
}
