//! A panel whose experts an outside library draws (rule E00): the request that the centre sends it, the
//! signed record that comes back, and the calls down the record's order.
//!
//! In: the text of a record. Out: experts of the library with accounts, called by the platform as the
//! supervision bureau's client calls those of a local draw; from then on nothing differs. Never: a name on
//! a page of the staff; a position called out of the record's order; a record taken twice; an expert of a
//! library in the pool of a local draw.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::json;

use super::{
    LibraryName,
    call::{candidate, fall_silent, parties_now, seat},
    lot_of, must_serve, panel_of, parties_of,
};
use crate::{
    app::{Answer, App, Ask, Error, expert::take},
    domain::{
        act::Act,
        actor::{Actor, Role},
        bytes::Bytes,
        expert::{Expert, Library},
        id::Id,
        library::{PanelRecord, PanelRequest, RESERVES, read},
        panel::{Panel, PanelState, Seat, SeatKind},
        refusal::{
            Refusal,
            panel::{LIBRARY, NOT_ASKED, RECORD_SHORT, RECORD_TAKEN},
            require,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        canon::{Object as _, Token},
        sig::{PublicKey, Signed},
    },
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

/// The column a record is bound to.
fn sealed_as(panel: &Id) -> String {
    format!("panel.record:{panel}")
}

fn library_of(db: &mut Db, panel: &Panel) -> Answer<Library> {
    let id = panel.library_id.as_ref().ok_or(Error::NotFound)?;
    Library::find(db, id.as_str())?.ok_or(Error::NotFound)
}

/// The library that draws for a panel, where one does.
pub fn name_of(db: &mut Db, panel: &Panel) -> Answer<Option<LibraryName>> {
    if !panel.is_external() {
        return Ok(None);
    }
    let library = library_of(db, panel)?;
    Ok(Some(LibraryName {
        name: library.name,
        basis: library.basis,
    }))
}

/// A library to choose: its id and name.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Choice {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its name.
    pub name: String,
}

/// The recorded libraries.
pub fn choices(db: &mut Db) -> Answer<Vec<Choice>> {
    let libraries = store::expert::libraries(db)?.into_iter();
    Ok(libraries
        .map(|library| Choice {
            id: library.id,
            name: library.name,
        })
        .collect())
}

/// What a panel asks of its library in an attempt; always the same bytes.
fn request_of(db: &mut Db, panel: &Panel, lot: &Lot, tender: &Tender, attempt: i64) -> Answer<PanelRequest> {
    Ok(PanelRequest {
        panel: Token::new(panel.code.as_str())?,
        library: library_of(db, panel)?.name,
        specialty: Token::new(lot.specialty.as_str())?,
        region: panel.region.clone(),
        n_experts: panel.n_experts,
        n_reserves: panel.n_experts * RESERVES,
        begins_at: panel.begins_at,
        requested_at: panel.requested_at,
        avoid: parties_of(db, tender)?.into_iter().collect(),
        attempt,
    })
}

/// Makes a new panel, not yet written, one of this library; what is asked of the library.
pub(super) fn ask(
    db: &mut Db,
    panel: &mut Panel,
    lot: &Lot,
    tender: &Tender,
    library: &Id,
) -> Answer<PanelRequest> {
    let known = Library::find(db, library.as_str())?.is_some();
    require(known, || Refusal::new(&LIBRARY).at("library"))?;
    panel.library_id = Some(library.clone());
    panel.asked_at = None;
    let asked = request_of(db, panel, lot, tender, panel.attempt)?;
    panel.draw_id = asked.digest()?.to_hex();
    Ok(asked)
}

/// A panel of a library with its lot and tender, for the centre of its region.
fn external(db: &mut Db, actor: &Actor, id: &str) -> Answer<(Panel, Lot, Tender)> {
    let found = Panel::find(db, id)?.ok_or(Error::NotFound)?;
    must_serve(actor, Role::CentreOperator, &found.region)?;
    let (lot, tender) = lot_of(db, found.lot_id.as_str())?;
    let panel = panel_of(db, &lot.id)?;
    if panel.is_external() {
        Ok((panel, lot, tender))
    } else {
        Err(Error::NotFound)
    }
}

/// What is sent to the library: the name of the file and its bytes.
pub fn request_file(db: &mut Db, actor: &Actor, id: &str, now: Instant) -> Answer<(String, Vec<u8>)> {
    let (panel, lot, tender) = external(db, actor, id)?;
    let seats = store::panel::seats(db, &panel.id)?;
    let attempt = panel.attempt_asked(&seats, now).unwrap_or(panel.attempt);
    let asked = request_of(db, &panel, &lot, &tender, attempt)?;
    Ok((format!("{}.request.json", panel.code), asked.bytes()?))
}

/// The page from which a request is sent and its record imported.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RecordDesk {
    /// The panel.
    #[schema(value_type = String)]
    pub panel: Id,
    /// Its code.
    pub code: String,
    /// The library, and on what basis it draws.
    pub library: LibraryName,
    /// SHA-256 of the request.
    pub digest: String,
    /// The attempt: more than 1 for a supplement.
    pub attempt: i64,
    /// How many experts are to sit.
    pub n_experts: i64,
    /// How many reserves the record may add.
    pub n_reserves: i64,
    /// When the evaluation is planned to begin, Unix ms.
    #[schema(value_type = i64)]
    pub begins_at: Instant,
    /// Whether a record is asked for now.
    pub is_asked: bool,
}

/// The record desk of a panel.
pub fn desk(db: &mut Db, actor: &Actor, id: &str, now: Instant) -> Answer<RecordDesk> {
    let (panel, lot, tender) = external(db, actor, id)?;
    let seats = store::panel::seats(db, &panel.id)?;
    let asked = panel.attempt_asked(&seats, now);
    let attempt = asked.unwrap_or(panel.attempt);
    let request = request_of(db, &panel, &lot, &tender, attempt)?;
    Ok(RecordDesk {
        digest: request.digest()?.to_hex(),
        library: name_of(db, &panel)?.ok_or(Error::NotFound)?,
        attempt,
        n_experts: request.n_experts,
        n_reserves: request.n_reserves,
        begins_at: request.begins_at,
        is_asked: asked.is_some() && !lot.stage.is_final(),
        panel: panel.id,
        code: panel.code,
    })
}

/// The centre imports the signed record; the first experts of its order are called at once.
pub async fn import(app: &App, ask: Ask, id: String, text: String) -> Answer<Id> {
    let signed = read(&text)?;
    let (actor, sealer) = (ask.actor.clone(), app.clone());
    let panel = app
        .act(ask, move |tx| {
            let (mut panel, lot, tender) = external(tx.db, &actor, &id)?;
            let seats = store::panel::seats(tx.db, &panel.id)?;
            let asked = panel.attempt_asked(&seats, tx.now);
            let attempt = asked.filter(|_| !lot.stage.is_final()).ok_or_else(|| {
                Refusal::new(&RECORD_TAKEN).fact("state", format!("word:panel-state-{}", panel.state))
            })?;
            let request = request_of(tx.db, &panel, &lot, &tender, attempt)?;
            let digest = request.digest()?;
            let library = library_of(tx.db, &panel)?;
            let key = hex::decode(&library.key).map_err(|e| Fault::new("library", e))?;
            let record = PanelRecord::open(&signed, &PublicKey::from_slice(&key)?)?;
            record.answers(&request, &digest)?;
            record.check_window(&request, tx.now)?;
            let mut experts = Vec::new();
            for line in record.lines(&request)? {
                experts.push(take(tx, &sealer, line, Some(&library.id))?);
            }
            let n = i64::try_from(experts.len()).map_err(|e| Fault::new("record", e))?;
            check_enough(tx, &panel, (&lot, &tender), experts, &seats)?;
            let sealed = sealer
                .secrets
                .seal(&sealer.entropy, &sealed_as(&panel.id), &signed.bytes()?)?;
            panel.take_order(attempt, digest.to_hex(), n, Bytes(sealed));
            tx.update(&panel)?;
            let facts = json!({
                "request": digest, "record": signed.x_digest()?, "library": library.id, "n_experts": n,
            });
            let record = Payload::facts("record", "record.imported/1", &facts)?;
            tx.record(panel.id.as_str(), Act::RecordImported, vec![record])?;
            // the record names people to whoever carried it here
            let facts = json!({ "table": "panel", "row": panel.id });
            let read = Payload::facts("read", "sealed.read/1", &facts)?;
            tx.record(panel.id.as_str(), Act::SealedRead, vec![read])?;
            Ok(panel.id)
        })
        .await?;
    call_due(app).await?;
    Ok(panel)
}

/// Refuses a record of which too few can be called: barred (E10), or of a unit that sits already.
fn check_enough(
    tx: &mut Tx<'_>,
    panel: &Panel,
    (lot, tender): (&Lot, &Tender),
    experts: Vec<Expert>,
    seats: &[Seat],
) -> Answer<()> {
    let parties = parties_now(tx.db, lot, tender)?;
    let now = tx.now;
    let held = seats.iter().filter(|seat| seat.is_held(now));
    let held: Vec<&Seat> = held.filter(|seat| seat.kind == SeatKind::Expert).collect();
    let taken: BTreeSet<&str> = held.iter().map(|seat| seat.unit.as_str()).collect();
    let mut units = BTreeSet::new();
    for expert in experts {
        let candidate = candidate(tx.db, panel, expert)?;
        let unit = candidate.expert.employer_code.clone();
        if candidate.bar(&parties, now).is_none() && !taken.contains(unit.as_str()) {
            units.insert(unit);
        }
    }
    let n_held = i64::try_from(held.len()).map_err(|e| Fault::new("seats", e))?;
    let (n, min) = (units.len(), panel.n_experts - n_held);
    require(i64::try_from(n).is_ok_and(|n| n >= min), || {
        Refusal::new(&RECORD_SHORT)
            .fact("n", n)
            .fact("min", min)
            .at("record")
    })?;
    Ok(())
}

/// Calls every position that is due in the order of some library's record: the worker's part, as the
/// supervision bureau's client calls those of the local draws. A panel in trouble holds up no other.
pub(in crate::app) async fn call_due(app: &App) -> Answer<()> {
    let now = app.clock.now();
    let mut due = app.view(move |db| due(db, now)).await?;
    while let Some(panel) = due.pop() {
        match call(app, panel.clone()).await {
            Ok(true) => due.push(panel),
            // somebody else was quicker
            Ok(false) | Err(Error::Refused(_)) => {}
            Err(error) => tracing::error!(?error, panel = panel.as_str(), "a call down a record"),
        }
    }
    Ok(())
}

fn due(db: &mut Db, now: Instant) -> Answer<Vec<Id>> {
    let mut due = Vec::new();
    for panel in store::panel::called_by_record(db)? {
        let seats = store::panel::seats(db, &panel.id)?;
        let (lot, _) = lot_of(db, panel.lot_id.as_str())?;
        if panel.next_position(&seats, now).is_some() && !lot.stage.is_final() {
            due.push(panel.id);
        }
    }
    Ok(due)
}

/// Calls the next position of a record; whether there is another to call now.
async fn call(app: &App, panel: Id) -> Answer<bool> {
    let opener = app.clone();
    app.act(Ask::clock(Act::ExpertCalled), move |tx| {
        let mut panel = Panel::find(tx.db, panel.as_str())?.ok_or(Error::NotFound)?;
        let (lot, tender) = lot_of(tx.db, panel.lot_id.as_str())?;
        fall_silent(tx, &panel)?;
        let seats = store::panel::seats(tx.db, &panel.id)?;
        let next = panel.next_position(&seats, tx.now).ok_or_else(|| {
            Refusal::new(&NOT_ASKED).fact("state", format!("word:panel-state-{}", panel.state))
        })?;
        let expert = expert_at(tx.db, &opener, &panel, next)?;
        let candidate = candidate(tx.db, &panel, expert)?;
        seat(tx, &mut panel, &lot, &tender, &candidate, next, None)?;
        let facts = json!({ "request": panel.draw_id, "position": next });
        let payload = Payload::facts("call", "record.call/1", &facts)?;
        tx.record(panel.id.as_str(), Act::ExpertCalled, vec![payload])?;
        let seats = store::panel::seats(tx.db, &panel.id)?;
        Ok(panel.state == PanelState::Calling && panel.next_position(&seats, tx.now).is_some())
    })
    .await
}

/// The expert at a position of a panel's record, from 1.
fn expert_at(db: &mut Db, app: &App, panel: &Panel, position: i64) -> Answer<Expert> {
    let none = || Fault::new("panel", "a position that its record does not have");
    let sealed = panel.record.as_ref().ok_or_else(none)?;
    let plain = app.secrets.open_sealed(&sealed_as(&panel.id), &sealed.0)?;
    let record = PanelRecord::from_value(&Signed::from_bytes(&plain)?.x)?;
    let drawn = record
        .experts
        .into_iter()
        .find(|drawn| drawn.position == position);
    let number = drawn.ok_or_else(none)?.expert_no;
    let library = panel.library_id.as_ref().ok_or_else(none)?;
    let expert = store::expert::of_library(db, library, number.as_str())?;
    Ok(expert.ok_or_else(none)?)
}
