//! What a panel waits for from one of its members, for his desk.
//!
//! In: an account. Out: at most one thing for each of its panels at work, from the rows as they are.
//! Never: a project named before its evaluation, which is when a member may know it.

use super::room;
use crate::{
    app::Answer,
    domain::{id::Id, panel::Seat, procedure::Stage, review::Mark, tender::Tender, time::Instant},
    store::{self, Db, Row as _},
    text_enum,
};

/// How many panels are looked at, the newest first.
const PANELS: i64 = 50;

text_enum! {
    /// What a member has to do; people read `owed-<word>`.
    pub enum PanelWork {
        /// The pledge (回避承诺), before anything is reviewed.
        SignPledge,
        /// The marks of the bids that he has not marked.
        ReviewBids,
        /// The report.
        SignReport,
    }
}

/// Work, what it is about, where it is done, and since when it may be.
pub type Waiting = (PanelWork, String, String, Instant);

/// What the panels of an account wait for from it.
pub fn waiting(db: &mut Db, account: &Id) -> Answer<Vec<Waiting>> {
    let mut all = Vec::new();
    for seat in store::panel::of_account(db, account, PANELS)? {
        if let Some(waiting) = of_seat(db, &seat)? {
            all.push(waiting);
        }
    }
    Ok(all)
}

fn of_seat(db: &mut Db, seat: &Seat) -> Answer<Option<Waiting>> {
    if !seat.is_member() {
        return Ok(None);
    }
    let room = room(db, seat.lot_id.as_str())?;
    if room.lot.stage != Stage::Evaluation || room.panel.id != seat.panel_id {
        return Ok(None);
    }
    let signed = store::review::signatures(db, &room.panel.id)?;
    let sheet = store::review::sheet(db, &seat.id)?;
    let marks: Vec<Mark> = sheet.map_or(Ok(Vec::new()), |sheet| sheet.marks.get())?;
    let is_unmarked = |alias: &str| !marks.iter().any(|mark| mark.bid == alias);
    let (work, page) = if seat.pledged_at.is_none() {
        (PanelWork::SignPledge, "panel/pledge")
    } else if room.panel.report.is_some() {
        if signed.iter().any(|signature| signature.seat_id == seat.id) {
            return Ok(None);
        }
        (PanelWork::SignReport, "report")
    } else if room.asked().iter().any(|review| is_unmarked(&review.alias)) {
        (PanelWork::ReviewBids, "review")
    } else {
        return Ok(None);
    };
    let tender = Tender::find(db, room.lot.tender_id.as_str())?;
    let about = tender.map_or_else(|| room.lot.name.clone(), |tender| tender.title_of(&room.lot));
    let link = format!("/lots/{}/{page}", room.lot.id);
    Ok(Some((work, about, link, room.panel.begins_at)))
}
