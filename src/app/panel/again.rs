//! A fresh draw of experts once the drawn order is used up and seats are free (E06, E07): people are
//! recommended into the list first, then the bureau voids the order, and new keys are made.
//!
//! In: the panel, its calls, the list as it stands. Out: the draw that may be voided; the panel asking for
//! its next attempt. Never: a fresh draw while the old order goes on, or one that would be short again.

use serde::Serialize;

use super::{Panel, PanelState, call::fall_silent, free, lot_of, panel_of};
use crate::{
    app::{
        Answer,
        award::bureau::{self, Paper, Typed},
        consent, scope,
    },
    domain::{
        actor::{Actor, Role},
        consent::Matter,
        draw::{Draw, DrawState},
        refusal::{Refusal, panel::POOL_SMALL, require},
        tender::{Lot, Tender},
        time::Instant,
    },
    store::{self, Db, Tx},
};

/// The draw of experts of which the order is used up with seats free; none where a library draws, which
/// gives a supplement.
pub(in crate::app) fn used_up(db: &mut Db, lot: &Lot, now: Instant) -> Answer<Option<Draw>> {
    let Ok(panel) = panel_of(db, &lot.id) else {
        return Ok(None);
    };
    let seats = store::panel::seats(db, &panel.id)?;
    if lot.stage.is_final() || panel.is_external() || !panel.is_exhausted(&seats, now) {
        return Ok(None);
    }
    let newest = store::draw::newest(db, &panel.draw_id)?;
    Ok(newest.filter(|draw| draw.state == DrawState::Done))
}

/// How many there are to draw from now, and how many are missing.
fn count(db: &mut Db, panel: &Panel, now: Instant) -> Answer<(i64, i64)> {
    let (lot, tender) = lot_of(db, panel.lot_id.as_str())?;
    let seats = store::panel::seats(db, &panel.id)?;
    let n = free(db, &lot, &tender, panel.begins_at, now)?.len();
    Ok((i64::try_from(n).unwrap_or(i64::MAX), panel.n_missing(&seats, now)))
}

/// Refuses a draw from fewer people than are missing; how many there are.
pub(super) fn must_suffice(db: &mut Db, panel: &Panel, now: Instant) -> Answer<i64> {
    let (n, min) = count(db, panel, now)?;
    require(n >= min, || {
        Refusal::new(&POOL_SMALL).fact("n", n).fact("min", min)
    })?;
    Ok(n)
}

/// The panel asks for its next attempt; the caller voids the draw, calls the ceremony and records.
pub(in crate::app) fn ask(tx: &mut Tx<'_>, lot: &Lot) -> Answer<()> {
    let mut panel = panel_of(tx.db, &lot.id)?;
    fall_silent(tx, &panel)?;
    must_suffice(tx.db, &panel, tx.now)?;
    panel.draw_again(tx.now);
    tx.update(&panel)?;
    Ok(())
}

/// What a panel of which the order is used up waits for, for whom it concerns.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = PanelAgain)]
pub struct Again {
    /// The lot, under which the bureau's decision is sent.
    pub lot: String,
    /// How many of the list could be drawn now.
    pub n_free: i64,
    /// How many seats are free.
    pub n_missing: i64,
    /// How the voiding stands with the consent of another power.
    pub consent: Option<consent::Standing>,
    /// Whether the reader is the bureau, which voids the order.
    pub may_void: bool,
    /// What the bureau signs, with what its officer typed in it.
    pub paper: Option<Paper>,
}

impl Again {
    /// Where another power consents.
    #[must_use]
    pub fn consent_to(&self) -> String {
        format!("/lots/{}/voidings/consent", self.lot)
    }

    /// Whether the list has enough people for a fresh draw.
    #[must_use]
    pub fn suffices(&self) -> bool {
        self.n_free >= self.n_missing
    }
}

/// What the panel waits for, as the reader sees it.
pub(super) fn standing(
    db: &mut Db,
    actor: &Actor,
    panel: &Panel,
    typed: Typed,
    now: Instant,
) -> Answer<Option<Again>> {
    let (lot, _): (Lot, Tender) = lot_of(db, panel.lot_id.as_str())?;
    if panel.state != PanelState::Calling || used_up(db, &lot, now)?.is_none() {
        return Ok(None);
    }
    let (n_free, n_missing) = count(db, panel, now)?;
    let may_void = scope::must_cover(db, actor, Role::Supervisor, &lot).is_ok();
    Ok(Some(Again {
        n_free,
        n_missing,
        consent: consent::standing(db, actor, Matter::Voiding, lot.id.as_str(), now)?,
        paper: if may_void {
            bureau::paper(db, &lot, &[], typed, now)?
        } else {
            None
        },
        may_void,
        lot: lot.id.0,
    }))
}
