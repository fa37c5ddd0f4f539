//! What time does to a lot: [`advance`] runs the ticks that are due, each at most once.
//!
//! A tick that is not due refuses, so replays are harmless. Never: a lot left due after it was
//! advanced; the worker would find it again at once.

use super::{Answer, App, Ask};
use crate::{
    domain::{act::Act, tender::Lot},
    store::Row as _,
};

/// Does to a due lot what is due by now, and sets when to look again.
pub async fn advance(app: &App, lot: &Lot) -> Answer<()> {
    rest(app, lot).await
}

/// Nothing is due: the lot is looked at again when an act says so.
async fn rest(app: &App, lot: &Lot) -> Answer<()> {
    let id = lot.id.clone();
    app.act(Ask::clock(Act::LotRested), move |tx| {
        let Some(mut lot) = Lot::find(tx.db, id.as_str())? else {
            return Err(super::Error::NotFound);
        };
        lot.next_tick_at = None;
        lot.version += 1;
        tx.update(&lot)?;
        tx.record(lot.tender_id.as_str(), Act::LotRested, Vec::new())?;
        Ok(())
    })
    .await
}
