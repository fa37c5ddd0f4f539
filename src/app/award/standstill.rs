//! The publication of the result (抽取结果公示; Z80R to Z83R): checked by the owner, signed, and out for
//! at least as long as the rule says.
//!
//! Never: a publication shorter than the rule's, one that leaves a bid out, or one with a candidate
//! whom the panel has not reviewed.

use serde::{Deserialize, Serialize};

use super::{Case, result};
use crate::{
    app::{Answer, App, Ask, duty, law::planned, message, tender as tenders},
    domain::{
        act::Act,
        actor::Actor,
        award::Standstill,
        bytes::JsonText,
        duty::DutyKind,
        id::Id,
        procedure::Stage,
        refusal::{Refusal, award::NOT_REVIEWED, require},
        rule::Moment,
        tender::Lot,
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Db, Tx, tx::Payload},
};

/// How long the result is to stand.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StandstillSpan)]
pub struct Span {
    /// When it ends; none: at the first lawful instant. Unix ms.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub ends_at: Option<Instant>,
}

/// The check page: what would come out.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = StandstillCheck)]
pub struct Check {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The publication.
    pub paper: Standstill,
    /// SHA-256 of it: what is signed.
    pub digest: String,
    /// The first lawful end, were it published now, Unix ms.
    #[schema(value_type = i64)]
    pub earliest_at: Instant,
    /// Since when it is out, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<Instant>,
    /// When it ends, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub ends_at: Option<Instant>,
}

fn earliest(db: &mut Db, lot: &Lot, now: Instant) -> Answer<Instant> {
    planned(db, lot, now, |planner| {
        Ok(planner.standstill_ends(now)?.map_or(now, |bound| bound.at))
    })
}

/// What the owner checks before he signs.
pub async fn check(app: &App, actor: Actor, lot: String) -> Answer<Check> {
    let (url, now) = (app.config.public_url.clone(), app.clock.now());
    app.view(move |db| {
        tenders::owned_lot(db, &actor, &Id(lot.clone()))?;
        let case = Case::load(db, &lot)?;
        case.lot.must_be(Stage::Standstill)?;
        let award = case.begun()?;
        let paper = match &award.paper {
            Some(text) => text.get()?,
            None => result::paper(db, &case, &url)?,
        };
        Ok(Check {
            digest: paper.digest()?.to_hex(),
            paper,
            earliest_at: earliest(db, &case.lot, now)?,
            published_at: award.published_at,
            ends_at: case.lot.standstill_until_at,
            lot: case.lot.id,
        })
    })
    .await
}

/// What came out.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StandstillPublished)]
pub struct Published {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// SHA-256 of the publication.
    pub digest: String,
    /// When it ends; objections are taken before, Unix ms.
    #[schema(value_type = i64)]
    pub ends_at: Instant,
}

/// The owner publishes the result: the candidates, every bid, both draws.
pub async fn publish(app: &App, ask: Ask, lot: String, span: Span) -> Answer<Published> {
    let (actor, url) = (ask.actor.clone(), app.config.public_url.clone());
    app.act(ask, move |tx| {
        let (_, mut lot) = tenders::owned_lot(tx.db, &actor, &Id(lot))?;
        lot.must_be(Stage::Standstill)?;
        let case = Case::of(tx.db, lot.clone())?;
        let mut award = case.begun()?;
        award.must_be_unpublished(&lot)?;
        require(!case.candidates().is_empty(), || Refusal::new(&NOT_REVIEWED))?;
        let ends_at = lawful_end(tx, &lot, span.ends_at)?;
        let paper = result::paper(tx.db, &case, &url)?;
        let digest = paper.digest()?;
        tenders::must_be_signed(tx, &digest)?;
        award.paper = Some(JsonText::of(&paper)?);
        award.digest = Some(digest.to_hex());
        award.published_at = Some(tx.now);
        award.version += 1;
        tx.update(&award)?;
        lot.standstill_until_at = Some(ends_at);
        lot.enter(Stage::Standstill, tx.now);
        tx.update(&lot)?;
        store::duty::meet(tx, DutyKind::PublishResult, &lot.id)?;
        duty::owe(tx, DutyKind::DecideAward, &case.tender, &lot, None)?;
        let until = ends_at.to_string();
        let title = case.title();
        let facts = [("name", title.as_str()), ("until", until.as_str())];
        let link = format!("/xm/{}/candidates", case.tender.number);
        message::tell_interested(tx, &case.tender.id, "message-standstill", &facts, &link)?;
        let out = Payload::object("standstill", &paper)?;
        let span = serde_json::json!({ "lot": lot.id, "ends_at": ends_at });
        let span = Payload::facts("span", "standstill.span/1", &span)?;
        tx.record(lot.tender_id.as_str(), Act::CandidatesPublished, vec![out, span])?;
        Ok(Published {
            lot: lot.id,
            digest: digest.to_hex(),
            ends_at,
        })
    })
    .await
}

/// The end asked for, or the first lawful one.
fn lawful_end(tx: &mut Tx<'_>, lot: &Lot, asked: Option<Instant>) -> Answer<Instant> {
    let now = tx.now;
    let Some(ends_at) = asked else {
        return earliest(tx.db, lot, now);
    };
    planned(tx.db, lot, now, |planner| {
        let happened = [(Moment::StandstillBegins, now)];
        Ok(planner.require(Moment::StandstillEnds, ends_at, &happened, "ends_at")?)
    })?;
    Ok(ends_at)
}
