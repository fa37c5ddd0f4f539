//! The pool of an expert draw: what the supervision bureau's client is asked, and the list frozen
//! from what it signs (protocols B.7).
//!
//! Never: a pool key here; a list with more or fewer items than experts who may be drawn.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    again::must_suffice, as_drawn, call::of_sup, free, library, lot_of, order::Orders, panel_of, trust,
};
use crate::{
    app::{
        Answer, App, Ask,
        draw::{self, Plan},
    },
    domain::{
        act::Act,
        actor::Actor,
        ceremony::CONTRIBUTORS,
        draw::DrawPurpose,
        panel::{POOL_TIMES, Panel, PanelState},
        pool::PoolItems,
        refusal::{
            Refusal,
            panel::{CONTRIBUTIONS, ITEMS, NOT_ASKED, POOL_NARROW},
            require,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        canon::Token,
        sig::{PublicKey, Signed},
    },
    store::{self, Db, Fault, tx::Payload},
};

/// Warns of a local list that is too short to draw from, where no outside library could draw (M17).
pub(in crate::app) fn narrow(
    db: &mut Db,
    tender: &Tender,
    lot: &Lot,
    now: Instant,
) -> Answer<Option<Refusal>> {
    let n_experts = lot.n_panel - lot.n_owner_seats;
    let n = match lot.closes_at {
        Some(begins_at) if library::choices(db)?.is_empty() => free(db, lot, tender, begins_at, now)?.len(),
        Some(_) | None => return Ok(None),
    };
    let is_narrow = i64::try_from(n).is_ok_and(|n| n < POOL_TIMES * n_experts);
    Ok(is_narrow.then(|| {
        Refusal::new(&POOL_NARROW)
            .fact("lot", &lot.name)
            .fact("n", n)
            .fact("min", POOL_TIMES * n_experts)
    }))
}

/// How many panels one answer looks at.
const PAGE: i64 = 200;

/// Something asked of the supervision bureau's client.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Wanted {
    /// Compare the numbers with the own registry, blind them, post `pool.items/1`.
    Items {
        /// The tender.
        tender: String,
        /// The lot.
        lot: String,
        /// The draw id.
        draw: String,
        /// The attempt.
        attempt: i64,
        /// The numbers of those who may be drawn, ascending.
        experts: Vec<String>,
    },
    /// Resolve the item at a position, post `expert.call/1`.
    Call {
        /// The tender.
        tender: String,
        /// The lot.
        lot: String,
        /// The draw id.
        draw: String,
        /// The attempt.
        attempt: i64,
        /// The position, from 1.
        position: i64,
        /// The item that stands there.
        item: String,
    },
}

/// What is asked of the client with this key, over all lots. In a sandbox the holder played by the
/// program asks the same.
pub async fn wanted(app: &App, key: PublicKey) -> Answer<Vec<Wanted>> {
    let (orders, now) = (app.orders.clone(), app.clock.now());
    app.view(move |db| {
        let mut all = Vec::new();
        for panel in store::panel::asked(db, "", PAGE)? {
            all.extend(wanted_of(db, &orders, panel, &key, now)?);
        }
        Ok(all)
    })
    .await
}

/// What one panel asks of the client with this key.
fn wanted_of(
    db: &mut Db,
    orders: &Orders,
    panel: Panel,
    key: &PublicKey,
    now: Instant,
) -> Answer<Option<Wanted>> {
    let panel = as_drawn(db, panel)?;
    let seats = store::panel::seats(db, &panel.id)?;
    let position = panel.next_position(&seats, now);
    let is_asked = panel.state == PanelState::Requested || position.is_some();
    if panel.is_external() || !is_asked {
        return Ok(None);
    }
    let (lot, tender) = lot_of(db, panel.lot_id.as_str())?;
    let is_sup = trust(&tender)?.is_some_and(|parties| parties.key("sup").is_ok_and(|sup| sup == *key));
    if !is_sup || lot.stage.is_final() {
        return Ok(None);
    }
    let place = (lot.tender_id.0.clone(), lot.id.0.clone(), panel.draw_id.clone());
    let (tender_id, lot_id, draw) = place;
    let Some(position) = position else {
        if lacks_contribution(db, &panel)?.is_some() {
            return Ok(None);
        }
        let experts = free(db, &lot, &tender, panel.begins_at, now)?;
        return Ok(Some(Wanted::Items {
            tender: tender_id,
            lot: lot_id,
            draw,
            attempt: panel.attempt,
            experts: experts.into_iter().map(|expert| expert.expert_no).collect(),
        }));
    };
    let item = orders.item(db, &panel, position)?;
    Ok(Some(Wanted::Call {
        tender: tender_id,
        lot: lot_id,
        draw,
        attempt: panel.attempt,
        position,
        item: item.as_str().to_owned(),
    }))
}

/// A list frozen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Frozen {
    /// How many items it has.
    pub n_items: i64,
    /// c of `draw.frozen`.
    pub c: String,
}

/// Takes the items that the supervision bureau's client signed, and freezes the draw over them.
pub async fn list(app: &App, lot: String, signed: Signed) -> Answer<Frozen> {
    let ask = Ask::new(Actor::Holder("sup".to_owned()), Act::PoolListed);
    app.act(ask, move |tx| {
        let (mut lot, tender) = lot_of(tx.db, &lot)?;
        let given: PoolItems = of_sup(&tender, &signed)?;
        let mut panel = panel_of(tx.db, &lot.id)?;
        let is_asked = panel.state == PanelState::Requested
            && !panel.is_external()
            && given.lot.as_str() == lot.id.as_str()
            && given.draw.as_str() == panel.draw_id
            && i64::try_from(given.attempt).ok() == Some(panel.attempt);
        require(is_asked, || {
            Refusal::new(&NOT_ASKED).fact("state", format!("word:panel-state-{}", panel.state))
        })?;
        let experts = free(tx.db, &lot, &tender, panel.begins_at, tx.now)?;
        let (n, n_given) = (experts.len(), given.items.len());
        require(n == n_given, || {
            Refusal::new(&ITEMS).fact("n", n).fact("given", n_given)
        })?;
        let n_pool = must_suffice(tx.db, &panel, tx.now)?;
        if let Some(duty) = lacks_contribution(tx.db, &panel)? {
            return Err(Refusal::new(&CONTRIBUTIONS).fact("duty", duty).into());
        }
        let seats = store::panel::seats(tx.db, &panel.id)?;
        let n_missing = panel.n_missing(&seats, tx.now);
        panel.state = PanelState::Drawing;
        panel.n_pool = Some(n_pool);
        panel.version += 1;
        tx.update(&panel)?;
        let numbers: Vec<&str> = experts.iter().map(|expert| expert.expert_no.as_str()).collect();
        let pool = Payload::facts("pool", "panel.pool/1", &json!({ "experts": numbers }))?;
        let items = Payload::object("items", &signed)?;
        tx.record(panel.id.as_str(), Act::PoolListed, vec![pool, items])?;
        let plan = plan(&panel, n_missing, given.items)?;
        let recorded = draw::freeze(tx, &mut lot, panel.key_stage(), vec![plan])?;
        Ok(Frozen {
            n_items: n_pool,
            c: recorded.c.to_hex(),
        })
    })
    .await
}

/// A duty that has not contributed to the attempt yet.
fn lacks_contribution(db: &mut Db, panel: &Panel) -> Answer<Option<&'static str>> {
    let given = store::contribution::counted(db, &panel.lot_id)?;
    let stage = panel.key_stage().to_string();
    let has_given = |duty: &str| {
        given
            .iter()
            .any(|given| given.stage == stage && given.who == duty)
    };
    Ok(CONTRIBUTORS.into_iter().find(|duty| !has_given(duty)))
}

fn plan(panel: &Panel, n_missing: i64, items: Vec<Token>) -> Answer<Plan> {
    Ok(Plan {
        draw_id: panel.draw_id.clone(),
        attempt: panel.attempt.unsigned_abs(),
        purpose: DrawPurpose::Expert,
        take: u64::try_from(n_missing).map_err(|e| Fault::new("take", e))?,
        items,
        has_balls: false,
    })
}
