//! What time does to lots: the worker calls [`advance`] for those due.
//!
//! A tick that is not due refuses, so replays are harmless. Never: a tick done twice; a lot left due
//! after it was advanced, which the worker would find again at once, unless it waits for the journal.

use super::{Answer, App, Ask, Error, ceremony, message};
use crate::{
    domain::{
        act::Act,
        procedure::{Contest, Stage},
        tender::{Lot, Tender},
        time::Instant,
    },
    store::{self, Db, Row as _, Tx, tx::Payload},
    words,
};

/// What came of looking at a lot that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advanced {
    /// An act was done; it set when to look again.
    Acted,
    /// It waits for the journal: look again when a later checkpoint counts.
    AwaitsJournal,
    /// It waits for somebody, whose act will wake it, or for its next instant.
    Waits,
}

/// The lot as people call it, with its project, and the number under which the project is found.
pub fn heading(db: &mut Db, lot: &Lot) -> Answer<(String, String)> {
    let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    Ok((tender.title_of(lot), tender.number))
}

/// The lot fails: the row, the event with the rule, what was owed lapses.
pub fn fail(tx: &mut Tx<'_>, lot: &mut Lot, rule: &str) -> Answer<()> {
    lot.fail(rule, tx.now);
    tx.update(lot)?;
    store::duty::lapse_all(tx, &lot.id, &[])?;
    if let Some(tender) = Tender::find(tx.db, lot.tender_id.as_str())? {
        let (title, why) = (tender.title_of(lot), format!("word:{}", words::failure(rule)));
        let facts = [("name", title.as_str()), ("rule", why.as_str())];
        let link = format!("/xm/{}", tender.number);
        message::tell_interested(tx, &tender.id, "message-failed", &facts, &link)?;
    }
    tx.record(lot.tender_id.as_str(), Act::LotFailed, vec![ended(lot)?])?;
    Ok(())
}

/// The mark of every act that ends a lot: an archive is whole when its chain reaches it.
pub fn ended(lot: &Lot) -> Answer<Payload> {
    let facts = serde_json::json!({ "lot": lot.id, "stage": lot.stage, "rule": lot.failed_for });
    Ok(Payload::facts(
        format!("ended.{}", lot.id),
        "lot.ended/1",
        &facts,
    )?)
}

/// Does to a due lot what is due by now, and sets when to look again; one that waits for the journal
/// stays due.
pub async fn advance(app: &App, lot: &Lot) -> Answer<Advanced> {
    let now = app.clock.now();
    let done = match tick(app, lot, now).await {
        // somebody else was quicker: there is nothing left to do
        Err(Error::Refused(refusal)) => {
            tracing::debug!(lot = %lot.id, code = refusal.reason.code, "a tick had nothing to do");
            Advanced::Waits
        }
        done => done?,
    };
    if done == Advanced::Waits {
        rest(app, lot, now).await?;
    }
    Ok(done)
}

async fn tick(app: &App, lot: &Lot, now: Instant) -> Answer<Advanced> {
    let done = match lot.procedure()?.contest {
        Contest::SealedBid => tick_sealed(app, lot, now).await?,
    };
    if done == Advanced::Acted {
        return Ok(done);
    }
    // the keys of the expert draw may come as late as the closing
    match proceed_with_draws(app, lot).await? {
        Advanced::Acted => Ok(Advanced::Acted),
        Advanced::AwaitsJournal | Advanced::Waits => Ok(done),
    }
}

/// What time does where bids are sealed until the opening.
async fn tick_sealed(app: &App, lot: &Lot, now: Instant) -> Answer<Advanced> {
    match lot.stage {
        Stage::Open if lot.closes_at.is_some_and(|at| at <= now) && lot.incident_at.is_none() => {
            app.close_bids(lot).await.map(|()| Advanced::Acted)
        }
        Stage::Closing => app.proceed_to_opening(lot).await,
        Stage::Open => {
            ceremony::canary::tend(app, lot, now).await?;
            Ok(Advanced::Waits)
        }
        Stage::Draft
        | Stage::Opened
        | Stage::Evaluation
        | Stage::CoefficientDraw
        | Stage::AwardDraw
        | Stage::Standstill
        | Stage::Awarded
        | Stage::Failed
        | Stage::Withdrawn
        | Stage::Terminated => Ok(Advanced::Waits),
    }
}

/// Ends the draws whose keys have come: of the experts, while the lot is open, or those after the opening.
async fn proceed_with_draws(app: &App, lot: &Lot) -> Answer<Advanced> {
    let id = lot.id.clone();
    let stages = app
        .view(move |db| Ok(store::draw::frozen_stages(db, &id)?))
        .await?;
    for stage in stages {
        if app.complete_draws(lot, &stage).await? {
            return Ok(Advanced::Acted);
        }
    }
    Ok(Advanced::Waits)
}

/// Nothing more is due at `now`: the lot is looked at again at its next instant, when the keys or
/// shares of a stage fall due, or when an act says so.
async fn rest(app: &App, lot: &Lot, now: Instant) -> Answer<()> {
    let (id, due) = (lot.id.clone(), lot.next_tick_at);
    app.act(Ask::clock(Act::LotRested), move |tx| {
        let mut lot = Lot::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
        // an act came between and set its own time
        if lot.next_tick_at == due {
            let keysets = store::ceremony::of_lot(tx.db, &lot.id)?;
            let asked = keysets.iter().filter_map(|keyset| keyset.next_after(now));
            lot.next_tick_at = asked.chain(lot.next_after(now)).min();
            lot.version += 1;
            tx.update(&lot)?;
        }
        tx.record(lot.tender_id.as_str(), Act::LotRested, Vec::new())?;
        Ok(())
    })
    .await
}
