//! Members: compared with the bidders right after the opening, pledged, recused, replaced; the last
//! pledge begins the review (Z66 to Z68, E06, E08, E10).
//!
//! Never: a member tied to a bidder when the review begins; a mark of a member who left.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    call::{bidders, fall_silent},
    desk, lot_of, must_serve, must_watch, panel_of, parties_of,
};
use crate::{
    app::{
        Answer, App, Ask, Error,
        award::{self, bureau},
        review,
    },
    domain::{
        account::{Account, Organisation},
        act::Act,
        actor::{Actor, Role},
        award::Ranking,
        bid::OpenedBid,
        duty::DutyKind,
        expert::{Expert, Interest},
        id::Id,
        panel::{BUSY_SPAN, Panel, PanelState, Seat, SeatKind, SeatState},
        procedure::{ReviewOrder, Stage},
        refusal::{
            Refusal,
            panel::{NOT_BIDDER, NOT_SEATED, PLEDGE, PLEDGED, REPRESENTATIVE, SEAT},
            require,
        },
        review::{Review, aliases},
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::canon,
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

/// Right after the opening, in its act: every expert called or seated who is tied to a bidder, or has
/// become tied to another that takes part, leaves, and the next in the published order is called. A lot
/// without a panel yet has nothing to compare.
pub fn check_ties(tx: &mut Tx<'_>, lot: &Lot) -> Answer<()> {
    if store::panel::of_lot(tx.db, &lot.id)?.is_none() {
        return Ok(());
    }
    let mut panel = panel_of(tx.db, &lot.id)?;
    let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    let mut codes = parties_of(tx.db, &tender)?;
    codes.extend(bidders(tx.db, lot)?);
    let now = tx.now;
    let seats = store::panel::seats(tx.db, &panel.id)?;
    for mut seat in seats.into_iter().filter(|seat| seat.is_held(now)) {
        let Some(id) = &seat.expert_id else { continue };
        let expert = Expert::find(tx.db, id.as_str())?;
        let expert = expert.ok_or_else(|| Fault::new("panel", "a seat without its expert"))?;
        if store::expert::candidate(tx.db, expert, false)?.is_tied(&codes) {
            seat.leave(SeatState::Recused, "word:panel-tied-to-bidder", now);
            store::duty::lapse(tx, DutyKind::AnswerCall, &seat.id)?;
            vacate(tx, &mut panel, &seat)?;
        }
    }
    panel.checked_at = Some(now);
    panel.settle(&store::panel::seats(tx.db, &panel.id)?, now);
    tx.update(&panel)?;
    // how many left is nobody's business: the event is the same whether anybody did
    tx.record(panel.id.as_str(), Act::TiesChecked, Vec::new())?;
    Ok(())
}

/// The seat that the person signed in holds on a lot's panel.
pub(in crate::app) fn own_seat(db: &mut Db, actor: &Actor, panel: &Panel) -> Answer<Seat> {
    let seats = store::panel::seats(db, &panel.id)?;
    let own =
        |seat: &Seat| seat.account_id.as_ref().map(crate::domain::id::Id::as_str) == Some(actor.token());
    let seat = seats.into_iter().find(|seat| seat.is_member() && own(seat));
    seat.ok_or(Error::NotFound)
}

/// An organisation by code and name.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Named {
    /// The credit code.
    pub code: String,
    /// The name.
    pub name: String,
}

/// What a member reads before he pledges: whom he will judge.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Pledge {
    /// The lot.
    pub lot: String,
    /// The project and the lot, as people call them.
    pub name: String,
    /// The number of its project.
    pub number: String,
    /// The panel's code.
    pub code: String,
    /// The owner and the bidders.
    pub organisations: Vec<Named>,
    /// SHA-256 of the pledge: what is signed.
    pub digest: String,
    /// When it was signed, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub pledged_at: Option<Instant>,
    /// Whether all members have: the review has begun.
    pub has_begun: bool,
}

/// The pledge of the person signed in, once the bids are opened.
pub fn pledge(db: &mut Db, actor: &Actor, lot: &str) -> Answer<Pledge> {
    let (lot, tender) = lot_of(db, lot)?;
    let panel = panel_of(db, &lot.id).map_err(|_| Error::NotFound)?;
    let seat = own_seat(db, actor, &panel)?;
    lot.must_be(Stage::Evaluation)?;
    let mut organisations = Vec::new();
    if let Some(owner) = Organisation::find(db, tender.owner_id.as_str())? {
        organisations.push(Named {
            code: owner.code,
            name: owner.name,
        });
    }
    let bids = store::bid::opened(db, &lot.id)?;
    let ids: Vec<Id> = bids.iter().map(|bid| bid.organisation_id.clone()).collect();
    let known = store::account::organisations(db, &ids)?;
    for bid in bids {
        organisations.push(Named {
            name: known
                .get(&bid.organisation_id)
                .map(|organisation| organisation.name.clone())
                .unwrap_or_default(),
            code: bid.bidder,
        });
    }
    let facts = json!({
        "t": "panel.pledge/1", "lot": lot.id, "panel": panel.id, "seat": seat.id, "organisations": organisations,
    });
    Ok(Pledge {
        digest: canon::digest(&facts)?.to_hex(),
        has_begun: !store::review::of_lot(db, &lot.id)?.is_empty(),
        name: tender.title_of(&lot),
        number: tender.number,
        lot: lot.id.0,
        code: panel.code,
        organisations,
        pledged_at: seat.pledged_at,
    })
}

/// The member signs the pledge; the last one begins the review.
pub async fn sign_pledge(app: &App, ask: Ask, lot: String) -> Answer<bool> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let paper = pledge(tx.db, &actor, &lot)?;
        let (lot, _) = lot_of(tx.db, &lot)?;
        let panel = panel_of(tx.db, &lot.id)?;
        if panel.checked_at.is_none() {
            check_ties(tx, &lot)?;
        }
        let panel = panel_of(tx.db, &lot.id)?;
        let mut seat = own_seat(tx.db, &actor, &panel)?;
        require(seat.pledged_at.is_none(), || Refusal::new(&PLEDGED))?;
        let signed = tx.signed().map(|digest| digest.to_hex());
        require(signed.as_ref() == Some(&paper.digest), || Refusal::new(&PLEDGE))?;
        seat.pledge = Some(paper.digest);
        seat.pledged_at = Some(tx.now);
        tx.update(&seat)?;
        // a replacement may come to a review in which everything is decided
        review::nothing_to_mark(tx, &lot.id)?;
        let payload = Payload::facts("pledge", "expert.pledged/1", &json!({ "seat": seat.id }))?;
        tx.record(panel.id.as_str(), Act::ExpertPledged, vec![payload])?;
        begin_review(tx, &lot, &panel)
    })
    .await
}

/// Begins the review once the panel is complete and everybody has pledged: each bid gets an alias by
/// chance. Whether it has begun.
fn begin_review(tx: &mut Tx<'_>, lot: &Lot, panel: &Panel) -> Answer<bool> {
    let seats = store::panel::seats(tx.db, &panel.id)?;
    let all_pledged = seats
        .iter()
        .filter(|seat| seat.is_member())
        .all(|seat| seat.pledged_at.is_some());
    if panel.state != PanelState::Seated || !all_pledged {
        return Ok(false);
    }
    if !store::review::of_lot(tx.db, &lot.id)?.is_empty() {
        return Ok(true);
    }
    let mut bids = store::bid::opened(tx.db, &lot.id)?;
    let ranking = ranking_before_review(tx.db, lot)?;
    if let Some(ranking) = &ranking {
        bids.retain(|bid| ranking.place_of(&bid.bidder).is_some());
    }
    let mut shuffled: Vec<([u8; 16], OpenedBid)> =
        bids.into_iter().map(|bid| (tx.entropy.bytes(), bid)).collect();
    shuffled.sort_by_key(|(chance, _)| *chance);
    for ((_, bid), alias) in shuffled.iter().zip(aliases(shuffled.len())) {
        let place = ranking.as_ref().and_then(|ranking| ranking.place_of(&bid.bidder));
        let rank = place.unwrap_or(0);
        let rank = i64::try_from(rank).map_err(|e| Fault::new("rank", e))?;
        let review = Review::begin(tx.id(), &panel.id, lot, bid, alias, rank, tx.now);
        tx.insert(&review)?;
    }
    review::nothing_to_mark(tx, &lot.id)?;
    tx.record(panel.id.as_str(), Act::ReviewBegun, Vec::new())?;
    Ok(true)
}

/// The ranking, where it comes before the review.
fn ranking_before_review(db: &mut Db, lot: &Lot) -> Answer<Option<Ranking>> {
    if lot.procedure()?.order == ReviewOrder::BeforeRanking {
        return Ok(None);
    }
    let ranking = award::ranking(db, lot)?;
    if ranking.is_empty() {
        return Err(Fault::new("review", "after a draw that is not done").into());
    }
    Ok(Some(ranking))
}

/// An interest that a member declares, and leaves for.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The credit code of the bidder or owner.
    pub code: String,
    /// What the interest is.
    pub reason: String,
}

/// A member declares an interest and leaves the panel (回避); his marks are void.
pub async fn recuse(app: &App, ask: Ask, lot: String, declared: Declared) -> Answer<()> {
    let why = crate::domain::credential::line(&declared.reason, "reason", 500)?;
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let paper = pledge(tx.db, &actor, &lot)?;
        let known = paper
            .organisations
            .iter()
            .any(|named| named.code == declared.code);
        require(known, || {
            Refusal::new(&NOT_BIDDER).fact("given", &declared.code).at("code")
        })?;
        let mut panel = panel_of(tx.db, &Id(lot))?;
        let mut seat = own_seat(tx.db, &actor, &panel)?;
        if let Some(expert) = seat.expert_id.clone() {
            let before = store::expert::interests(tx.db, &expert)?;
            if !before.iter().any(|interest| interest.org_code == declared.code) {
                let said = (declared.code.as_str(), why.as_str());
                let interest = Interest::declare(tx.id(), &expert, said, &before, tx.now)?;
                tx.insert(&interest)?;
            }
        }
        seat.leave(SeatState::Recused, &why, tx.now);
        vacate(tx, &mut panel, &seat)?;
        tx.record(panel.id.as_str(), Act::ExpertRecused, Vec::new())?;
        Ok(())
    })
    .await
}

/// Saves a seat that was left: its sheet is void, the panel calls again, and the report that the others
/// have signed is no longer the panel's: with the new member all sign anew (Z68).
fn vacate(tx: &mut Tx<'_>, panel: &mut Panel, seat: &Seat) -> Answer<()> {
    tx.update(seat)?;
    if let Some(sheet) = store::review::sheet(tx.db, &seat.id)? {
        tx.delete(&sheet)?;
    }
    for signature in store::review::signatures(tx.db, &panel.id)? {
        tx.delete(&signature)?;
    }
    panel.report = None;
    panel.settle(&store::panel::seats(tx.db, &panel.id)?, tx.now);
    tx.update(panel)?;
    Ok(())
}

/// A member who is absent or ill.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// The position of the seat.
    pub position: i64,
    /// Why the member cannot go on.
    pub reason: String,
}

/// The centre records that a member cannot go on; the next in the published order is called (E06).
pub async fn replace(app: &App, ask: Ask, panel: String, absence: Absence) -> Answer<()> {
    let why = crate::domain::credential::line(&absence.reason, "reason", 500)?;
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let found = Panel::find(tx.db, &panel)?.ok_or(Error::NotFound)?;
        must_serve(&actor, Role::CentreOperator, &found.region)?;
        let mut panel = panel_of(tx.db, &found.lot_id)?;
        fall_silent(tx, &panel)?;
        let seats = store::panel::seats(tx.db, &panel.id)?;
        let is_it = |seat: &Seat| {
            seat.is_member() && seat.kind == SeatKind::Expert && seat.position == absence.position
        };
        let seat = seats.into_iter().rev().find(is_it);
        let mut seat = seat.ok_or_else(|| {
            Refusal::new(&SEAT)
                .fact("position", absence.position)
                .at("position")
        })?;
        let has_signed = !store::review::signatures(tx.db, &panel.id)?.is_empty();
        require(panel.state != PanelState::Ended && !has_signed, || {
            Refusal::new(&NOT_SEATED)
        })?;
        seat.leave(SeatState::Absent, &why, tx.now);
        vacate(tx, &mut panel, &seat)?;
        let facts = json!({ "seat": seat.id, "reason": why });
        let payload = Payload::facts("absence", "member.replaced/1", &facts)?;
        tx.record(panel.id.as_str(), Act::MemberReplaced, vec![payload])?;
        Ok(())
    })
    .await
}

/// One of the owner's people for the panel.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// The login of the account.
    pub login: String,
}

/// The owner names one of its own people, as many as the notice says.
pub async fn name_representative(app: &App, ask: Ask, lot: String, named: Representative) -> Answer<()> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let (lot, tender) = lot_of(tx.db, &lot)?;
        if actor.organisation(Role::Owner) != Some(&tender.owner_id) {
            return Err(Error::NotFound);
        }
        let mut panel = panel_of(tx.db, &lot.id)?;
        let refused = || Refusal::new(&REPRESENTATIVE).at("login");
        let account: Account = store::account::by_login(tx.db, named.login.trim())?.ok_or_else(refused)?;
        let seats = store::panel::seats(tx.db, &panel.id)?;
        let held = seats
            .iter()
            .filter(|seat| seat.kind == SeatKind::Owner && seat.is_member());
        let n_held = i64::try_from(held.clone().count()).map_err(|e| Fault::new("seats", e))?;
        let sits = held
            .clone()
            .any(|seat| seat.account_id.as_ref() == Some(&account.id));
        let is_own = account.organisation_id.as_ref() == Some(&tender.owner_id);
        require(is_own && !sits && n_held < panel.n_owner_seats, refused)?;
        let owner = Organisation::find(tx.db, tender.owner_id.as_str())?.ok_or(Error::NotFound)?;
        let seat = Seat {
            id: tx.id(),
            panel_id: panel.id.clone(),
            lot_id: lot.id.clone(),
            kind: SeatKind::Owner,
            attempt: panel.attempt,
            position: n_held + 1,
            expert_id: None,
            account_id: Some(account.id),
            unit: format!("{}#{}", owner.code, n_held + 1),
            state: SeatState::Accepted,
            reason: String::new(),
            proof: None,
            called_at: tx.now,
            answer_by_at: tx.now,
            answered_at: Some(tx.now),
            left_at: None,
            busy_from_at: panel.begins_at,
            busy_until_at: panel.begins_at.plus(BUSY_SPAN),
            pledge: None,
            pledged_at: None,
        };
        tx.insert(&seat)?;
        panel.settle(&store::panel::seats(tx.db, &panel.id)?, tx.now);
        tx.update(&panel)?;
        tx.record(panel.id.as_str(), Act::RepresentativeNamed, Vec::new())?;
        Ok(())
    })
    .await
}

/// The console of the evaluation room: as the draw desk, by lot.
pub fn room(db: &mut Db, actor: &Actor, lot: &str, now: Instant) -> Answer<super::Desk> {
    let (lot, tender) = lot_of(db, lot)?;
    must_watch(actor, &tender.region)?;
    let panel = panel_of(db, &lot.id)?;
    desk(db, actor, panel, bureau::Typed::default(), now)
}
