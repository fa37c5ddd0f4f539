//! The review of qualification: a member's sheet, the report all members sign, and the end of the
//! evaluation, which moves the lot on (资格后审; Z68 to Z75, D04).
//!
//! In: marks, as many at once as a member likes. Out: one verdict per bid. Never: a mark changed
//! after the first signature; an evaluation ended while a member is silent.

pub mod file;
mod shown;
pub mod work;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, App, Ask, Error, lot as lots, panel::seat::own_seat};
use crate::{
    domain::{
        act::Act,
        actor::{Actor, Role},
        award::masked,
        bytes::JsonText,
        id::Id,
        panel::{Panel, PanelState, Seat},
        procedure::{ReviewOrder, Stage},
        refusal::{Refusal, require, review as reason},
        review::{
            Ballots, Mark, Opinion, Outcome, Report, ReportSignature, Review, Sheet, asked, check_marks,
            check_signature, lines, merge,
        },
        tender::{Criterion, Lot},
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// What the panel is about to decide over: lot, panel, bids, members, marks.
struct Room {
    lot: Lot,
    order: ReviewOrder,
    panel: Panel,
    reviews: Vec<Review>,
    members: Vec<Seat>,
    ballots: Ballots,
}

fn room(db: &mut Db, lot: &str) -> Answer<Room> {
    let lot = Lot::find(db, lot)?.ok_or(Error::NotFound)?;
    let panel = store::panel::of_lot(db, &lot.id)?.ok_or(Error::NotFound)?;
    let reviews = store::review::of_lot(db, &lot.id)?;
    let members: Vec<Seat> = store::panel::seats(db, &panel.id)?
        .into_iter()
        .filter(Seat::is_member)
        .collect();
    let all = store::review::sheets(db, &panel.id)?;
    let mut sheets = Vec::new();
    for seat in &members {
        if let Some(sheet) = all.iter().find(|sheet| sheet.seat_id == seat.id) {
            sheets.push(sheet.marks.get::<Vec<Mark>>()?);
        }
    }
    let n_members = usize::try_from(panel.n_experts + panel.n_owner_seats).unwrap_or_default();
    Ok(Room {
        order: lot.procedure()?.order,
        lot,
        panel,
        reviews,
        ballots: Ballots::new(n_members, sheets),
        members,
    })
}

impl Room {
    fn asked(&self) -> Vec<&Review> {
        asked(&self.reviews, &self.ballots, self.order, self.lot.n_candidates)
    }

    /// The report, once every bid asked for is decided.
    fn report(&self) -> Option<Report> {
        let lines = lines(&self.reviews, &self.ballots, self.order, self.lot.n_candidates);
        let is_full = self.panel.state == PanelState::Seated && !self.reviews.is_empty();
        Some(Report {
            tender: self.lot.tender_id.0.clone(),
            lot: self.lot.id.0.clone(),
            panel: self.panel.code.clone(),
            n_members: i64::try_from(self.members.len()).ok()?,
            lines: lines.ok().filter(|_| is_full)?,
        })
    }

    /// Refuses a member before the review has begun, or before he pledged.
    fn seat_of(&self, db: &mut Db, actor: &Actor) -> Answer<Seat> {
        let seat = own_seat(db, actor, &self.panel)?;
        require(seat.pledged_at.is_some(), || Refusal::new(&reason::NOT_PLEDGED))?;
        require(!self.reviews.is_empty(), || Refusal::new(&reason::NOT_BEGUN))?;
        Ok(seat)
    }
}

/// A bid on the review desk: an alias, what was opened, the member's own mark.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DeskBid {
    /// The alias.
    pub bid: String,
    /// The place in the drawn order; 0 before a draw.
    pub rank: i64,
    /// The price, fen.
    pub total_fen: Option<i64>,
    /// Days to completion.
    pub days: Option<i64>,
    /// The promised quality.
    pub quality: Option<String>,
    /// The project manager, by name; the certificate is masked.
    pub manager: Option<String>,
    /// What the bidder noted beside his price.
    pub note: Option<String>,
    /// The files opened: name and SHA-256.
    pub files: Vec<(String, String)>,
    /// The member's mark.
    pub mark: Option<Mark>,
}

/// The review desk of a member.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReviewDesk {
    /// The lot.
    pub lot: String,
    /// The project and the lot, as people call them.
    pub name: String,
    /// The number of its project.
    pub number: String,
    /// The published criteria.
    pub criteria: Vec<Criterion>,
    /// The bids to be reviewed now.
    pub bids: Vec<DeskBid>,
    /// How many the member has not marked.
    pub n_open: usize,
    /// Whether the report is there to be signed.
    pub is_ready: bool,
}

/// The desk of the member signed in.
pub fn desk(db: &mut Db, actor: &Actor, lot: &str) -> Answer<ReviewDesk> {
    let room = room(db, lot)?;
    let seat = room.seat_of(db, actor)?;
    let own: Vec<Mark> = match store::review::sheet(db, &seat.id)? {
        Some(sheet) => sheet.marks.get()?,
        None => Vec::new(),
    };
    let opened = store::bid::opened(db, &room.lot.id)?;
    let parts = store::bid::opened_parts(db, &room.lot.id)?;
    let mut bids = Vec::new();
    for review in room.asked() {
        let bid = opened.iter().find(|bid| bid.bidder == review.bidder);
        let own_parts = parts
            .iter()
            .filter(|part| bid.is_some_and(|bid| bid.bid_id == part.bid_id));
        let files = own_parts.filter_map(|part| Some((part.name.clone(), part.blob.clone()?)));
        bids.push(DeskBid {
            bid: review.alias.clone(),
            rank: review.rank,
            total_fen: bid.and_then(|bid| bid.total_fen).map(|fen| fen.0),
            days: bid.and_then(|bid| bid.days),
            quality: bid.and_then(|bid| bid.quality.clone()),
            manager: bid.and_then(|bid| bid.manager.as_deref()).map(masked),
            note: bid.and_then(|bid| bid.note.clone()),
            files: files.collect(),
            mark: own.iter().find(|mark| mark.bid == review.alias).cloned(),
        });
    }
    let (name, number) = lots::heading(db, &room.lot)?;
    Ok(ReviewDesk {
        name,
        number,
        n_open: bids.iter().filter(|bid| bid.mark.is_none()).count(),
        is_ready: room.panel.report.is_some(),
        criteria: room.lot.criteria.get()?,
        lot: room.lot.id.0,
        bids,
    })
}

/// What saving marks led to.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Saved {
    /// How many bids the member has not marked.
    pub n_open: usize,
    /// Digest of the report, once every member has finished.
    pub report: Option<String>,
}

/// Saves a member's marks, any number at once.
pub async fn save(app: &App, ask: Ask, lot: String, marks: Vec<Mark>) -> Answer<Saved> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let before = room(tx.db, &lot)?;
        let seat = before.seat_of(tx.db, &actor)?;
        before.lot.must_be(Stage::Evaluation)?;
        let signed = store::review::signatures(tx.db, &before.panel.id)?;
        require(signed.is_empty(), || Refusal::new(&reason::CLOSED))?;
        let names: BTreeSet<&str> = before
            .asked()
            .iter()
            .map(|review| review.alias.as_str())
            .collect();
        let criteria: Vec<Criterion> = before.lot.criteria.get()?;
        check_marks(&marks, &names, &criteria)?;
        let all = write_sheet(tx, &before.panel, &seat, marks)?;
        let (after, report) = draft_report(tx, &lot)?;
        let payload = Payload::facts(
            "sheet",
            "review.sheet/1",
            &json!({ "seat": seat.id, "marks": all }),
        )?;
        tx.record(after.panel.id.as_str(), Act::BidReviewed, vec![payload])?;
        let is_open = |review: &&&Review| !all.iter().any(|mark| mark.bid == review.alias);
        Ok(Saved {
            n_open: after.asked().iter().filter(is_open).count(),
            report: report
                .map(|report| report.digest())
                .transpose()?
                .map(|digest| digest.to_hex()),
        })
    })
    .await
}

/// The report as it stands by what is marked: there once every bid asked for is decided, which may be at
/// the beginning, when every bid is rejected without the panel. The caller records it.
fn draft_report(tx: &mut Tx<'_>, lot: &str) -> Answer<(Room, Option<Report>)> {
    let mut room = room(tx.db, lot)?;
    let report = room.report();
    let text = report
        .as_ref()
        .map(|report| Ok::<_, Error>(JsonText::of(&report.value()?)?));
    let text = text.transpose()?;
    if room.panel.report != text {
        room.panel.report = text;
        room.panel.version += 1;
        tx.update(&room.panel)?;
    }
    Ok((room, report))
}

/// A member has taken his seat or the review begins: where nothing is left to mark, the report is there.
pub fn nothing_to_mark(tx: &mut Tx<'_>, lot: &Id) -> Answer<()> {
    draft_report(tx, lot.as_str()).map(drop)
}

fn write_sheet(tx: &mut Tx<'_>, panel: &Panel, seat: &Seat, marks: Vec<Mark>) -> Answer<Vec<Mark>> {
    let before = store::review::sheet(tx.db, &seat.id)?;
    let known: Vec<Mark> = match &before {
        Some(sheet) => sheet.marks.get()?,
        None => Vec::new(),
    };
    let all = merge(known, marks);
    let sheet = Sheet {
        id: before.as_ref().map_or_else(|| tx.id(), |sheet| sheet.id.clone()),
        panel_id: panel.id.clone(),
        seat_id: seat.id.clone(),
        marks: JsonText::of(&all)?,
        saved_at: tx.now,
    };
    if before.is_some() {
        tx.update(&sheet)?;
    } else {
        tx.insert(&sheet)?;
    }
    Ok(all)
}

/// The report as a member, or the bureau, sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReportView {
    /// The lot.
    pub lot: String,
    /// The project and the lot, as people call them.
    pub name: String,
    /// The number of its project.
    pub number: String,
    /// What is signed.
    pub report: Report,
    /// The names of the bidders, by token.
    pub names: BTreeMap<String, String>,
    /// Its digest.
    pub digest: String,
    /// How many members have signed or dissented.
    pub n_signed: usize,
    /// How many there are.
    pub n_members: usize,
    /// The dissents and presumptions, in order of time: opinion and reason.
    pub remarks: Vec<(Opinion, String)>,
    /// When the person signed in signed, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub signed_at: Option<Instant>,
}

/// The report, for members and, to record a silence, for the bureau of the region.
pub fn report(db: &mut Db, actor: &Actor, lot: &str) -> Answer<ReportView> {
    let room = room(db, lot)?;
    let seat = if actor.is(Role::Supervisor) {
        super::scope::must_cover(db, actor, Role::Supervisor, &room.lot)?;
        None
    } else {
        Some(own_seat(db, actor, &room.panel)?)
    };
    let text = room.panel.report.clone();
    let text = text.ok_or_else(|| Refusal::new(&reason::NOT_BEGUN))?;
    let report = Report::from_value(&text.get()?)?;
    let signed = store::review::signatures(db, &room.panel.id)?;
    let own = signed
        .iter()
        .find(|signature| seat.as_ref().is_some_and(|seat| seat.id == signature.seat_id));
    let remarks = signed
        .iter()
        .filter(|signature| signature.opinion != Opinion::Agrees);
    let (name, number) = lots::heading(db, &room.lot)?;
    Ok(ReportView {
        name,
        number,
        names: super::opening::names(db, &room.lot)?,
        digest: report.digest()?.to_hex(),
        report,
        n_signed: signed.len(),
        n_members: room.members.len(),
        remarks: remarks
            .map(|signature| (signature.opinion, signature.reason.clone()))
            .collect(),
        signed_at: own.map(|signature| signature.signed_at),
        lot: room.lot.id.0,
    })
}

/// How a member stands to the report.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// Agrees or dissents.
    pub opinion: Opinion,
    /// The dissent.
    #[serde(default)]
    pub reason: String,
}

/// Where the report stands after a signature.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignedReport {
    /// How many members have not signed.
    pub n_open: usize,
    /// Whether the evaluation ended with this signature.
    pub has_ended: bool,
}

/// A member signs the report; the last one ends the evaluation.
pub async fn sign(app: &App, ask: Ask, lot: String, signing: Signing) -> Answer<SignedReport> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let room = room(tx.db, &lot)?;
        let seat = room.seat_of(tx.db, &actor)?;
        // nobody presumes his own agreement
        let opinion = match signing.opinion {
            Opinion::Agrees => Opinion::Agrees,
            Opinion::Dissents | Opinion::Presumed => Opinion::Dissents,
        };
        put_signature(tx, room, &seat, opinion, &signing.reason, Act::ReportSigned)
    })
    .await
}

/// A member who neither signs nor says why.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Presumption {
    /// The position of the seat.
    pub position: i64,
    /// What happened.
    pub reason: String,
}

/// The supervisor records that a member neither signs nor writes a reason, after all others have: he
/// counts as agreeing (Z75).
pub async fn presume(app: &App, ask: Ask, lot: String, presumption: Presumption) -> Answer<SignedReport> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let room = room(tx.db, &lot)?;
        super::scope::must_cover(tx.db, &actor, Role::Supervisor, &room.lot)?;
        let signed = store::review::signatures(tx.db, &room.panel.id)?;
        let has_signed = |seat: &Seat| signed.iter().any(|signature| signature.seat_id == seat.id);
        let silent: Vec<Seat> = room
            .members
            .iter()
            .filter(|seat| !has_signed(seat))
            .cloned()
            .collect();
        let seat = silent.iter().find(|seat| seat.position == presumption.position);
        let seat = seat
            .cloned()
            .ok_or_else(|| Refusal::new(&reason::SIGNED).at("position"))?;
        let n_others = silent.len() - 1;
        require(n_others == 0, || {
            Refusal::new(&reason::OTHERS).fact("n", n_others)
        })?;
        put_signature(
            tx,
            room,
            &seat,
            Opinion::Presumed,
            &presumption.reason,
            Act::ReportPresumed,
        )
    })
    .await
}

fn put_signature(
    tx: &mut Tx<'_>,
    room: Room,
    seat: &Seat,
    opinion: Opinion,
    why: &str,
    act: Act,
) -> Answer<SignedReport> {
    room.lot.must_be(Stage::Evaluation)?;
    let text = room.panel.report.as_ref();
    let text = text.ok_or_else(|| Refusal::new(&reason::NOT_BEGUN))?;
    let report = Report::from_value(&text.get()?)?;
    let digest = report.digest()?;
    require(tx.signed() == Some(digest), || Refusal::new(&reason::OTHER_PAPER))?;
    let signed = store::review::signatures(tx.db, &room.panel.id)?;
    let has_signed = signed.iter().any(|signature| signature.seat_id == seat.id);
    check_signature(has_signed, opinion, why)?;
    let signature = ReportSignature {
        id: tx.id(),
        panel_id: room.panel.id.clone(),
        seat_id: seat.id.clone(),
        digest: digest.to_hex(),
        opinion,
        reason: why.trim().to_owned(),
        signed_at: tx.now,
    };
    tx.insert(&signature)?;
    let facts = json!({ "seat": seat.id, "opinion": opinion, "reason": signature.reason });
    let payload = Payload::facts("opinion", "report.opinion/1", &facts)?;
    tx.record(room.panel.id.as_str(), act, vec![payload])?;
    let n_open = room.members.len().saturating_sub(signed.len() + 1);
    if n_open == 0 {
        end(tx, room, &report)?;
    }
    Ok(SignedReport {
        n_open,
        has_ended: n_open == 0,
    })
}

/// The evaluation has ended: each bid has its verdict, and the lot goes on.
fn end(tx: &mut Tx<'_>, room: Room, report: &Report) -> Answer<()> {
    let Room {
        mut lot,
        mut panel,
        reviews,
        ..
    } = room;
    for mut review in reviews {
        let line = report.lines.iter().find(|line| line.alias == review.alias);
        let Some(line) = line.filter(|_| !review.by_program) else {
            continue;
        };
        review.outcome = line.outcome;
        review.clause.clone_from(&line.clause);
        review.reason.clone_from(&line.reason);
        review.n_pass = line.n_pass;
        review.n_reject = line.n_reject;
        review.decided_at = (line.outcome != Outcome::Pending).then_some(tx.now);
        tx.update(&review)?;
    }
    panel.state = PanelState::Ended;
    panel.ended_at = Some(tx.now);
    panel.asked_at = None;
    panel.version += 1;
    tx.update(&panel)?;
    lot.advance(tx.now)?;
    tx.update(&lot)?;
    let payload = Payload::object(label(&lot.id), report)?;
    tx.record(lot.tender_id.as_str(), Act::EvaluationEnded, vec![payload])?;
    super::award::enter(tx, &mut lot)
}

/// The label of a lot's report in its event.
fn label(lot: &Id) -> String {
    format!("report.{lot}")
}
