//! Objections: raised by bidders, answered by the owner, on the spot also by the centre.
//!
//! Never: an objection to the documents on a chain that others write before the closing; its author
//! told to anybody.

use serde::{Deserialize, Serialize};

use super::{Answer, App, Ask, Error, law, message};
use crate::{
    domain::{
        account::Organisation,
        act::Act,
        actor::{Actor, Role},
        bid::BidState,
        calendar::Calendar,
        chain::DOCUMENTS,
        dates::Planner,
        duty::{Due, DutyKind},
        id::Id,
        objection::{self, Objection, ObjectionKind},
        procedure::Stage,
        refusal::{Refusal, objection::STANDS, require},
        rule::Rules,
        tender::{Lot, Tender},
        time::Instant,
    },
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// An objection as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// What is objected to.
    pub kind: ObjectionKind,
    /// What is objected, up to 4000 characters.
    pub text: String,
}

/// A reply as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The reply, up to 4000 characters.
    pub reply: String,
}

/// An objection as its reader sees it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Seen {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// What is objected to.
    pub kind: ObjectionKind,
    /// Who objects, for those who may know.
    pub organisation: Option<String>,
    /// What is objected.
    pub text: String,
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub raised_at: Instant,
    /// From when a reply is late, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Instant>,
    /// The reply.
    pub reply: Option<String>,
    /// When it came, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub replied_at: Option<Instant>,
    /// Whether it is the reader's own.
    pub is_own: bool,
    /// Whether the reader may reply to it now.
    pub may_reply: bool,
}

/// What can be objected to in the course of a lot; people read `objection-when-<kind>` of it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ObjectionWindow)]
pub struct Window {
    /// What is objected to.
    pub kind: ObjectionKind,
    /// Whether those who may can do it now.
    pub is_open: bool,
    /// Until when, where it can be done now and a date bounds it, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub until: Option<Instant>,
}

/// The objections of a lot.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Objections {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The project and the lot, as people call them.
    pub name: String,
    /// The number of its project.
    pub number: String,
    /// What can be objected to, and what of it now.
    pub windows: Vec<Window>,
    /// What the reader may object to now.
    pub admitted: Vec<ObjectionKind>,
    /// The objections, in the order they were raised.
    pub objections: Vec<Seen>,
}

impl Seen {
    /// Where it is answered.
    #[must_use]
    pub fn reply_path(&self) -> String {
        format!("/objections/{}/reply", self.id)
    }
}

impl Objections {
    /// The page, where objections are also sent.
    #[must_use]
    pub fn path(&self) -> String {
        page(&self.lot)
    }

    /// Whether anything can be objected to now, by those who may.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.windows.iter().any(|window| window.is_open)
    }
}

/// What the law is asked with.
struct Case {
    lot: Lot,
    tender: Tender,
    rules: Rules,
    calendar: Calendar,
}

impl Case {
    /// The published lot; a draft is known to nobody here.
    fn load(db: &mut Db, lot: &str) -> Answer<Self> {
        let lot = Lot::find(db, lot)?
            .filter(|lot| lot.stage != Stage::Draft)
            .ok_or(Error::NotFound)?;
        let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        Ok(Self {
            rules: super::tender::rules_of(db, &lot)?,
            lot,
            tender,
            calendar: law::calendar()?,
        })
    }

    /// The rows are those in force when the documents went out.
    fn planner(&self, now: Instant) -> Answer<Planner<'_>> {
        let procedure = self.lot.procedure()?;
        let on = self.lot.issued_at.unwrap_or(now).date();
        Ok(Planner::new(&self.rules, procedure, &self.calendar, on)?)
    }

    /// Until when a reply would be due.
    fn admit(&self, kind: ObjectionKind, has_bid: bool, now: Instant) -> Answer<Option<Due>> {
        Ok(kind.admit(&self.lot, &self.planner(now)?, has_bid, now)?)
    }

    /// Whether one with a bid, or one without, may object now.
    fn admits(&self, kind: ObjectionKind, has_bid: bool, now: Instant) -> Answer<bool> {
        match self.admit(kind, has_bid, now) {
            Ok(_) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What can be objected to in the course of the lot; a bid is taken for granted.
    fn windows(&self, now: Instant) -> Answer<Vec<Window>> {
        let mut windows = Vec::new();
        for kind in ObjectionKind::ALL {
            let is_open = self.admits(*kind, true, now)?;
            windows.push(Window {
                kind: *kind,
                is_open,
                until: if is_open {
                    kind.ends(&self.lot, &self.planner(now)?)?
                } else {
                    None
                },
            });
        }
        Ok(windows)
    }
}

/// The organisation for which the actor bids.
fn bidder(db: &mut Db, actor: &Actor) -> Answer<Option<Organisation>> {
    match actor.organisation(Role::Bidder) {
        Some(id) => Ok(Organisation::find(db, id.as_str())?),
        None => Ok(None),
    }
}

/// Whether the organisation's last word on the lot is a bid.
fn has_bid(db: &mut Db, lot: &Id, organisation: &Organisation) -> Answer<bool> {
    let sent = store::bid::of_bidder(db, lot, &organisation.code)?;
    Ok(sent.last().is_some_and(|bid| bid.state == BidState::Effective))
}

/// Refuses a step while objections of a kind wait for their reply.
///
/// # Errors
/// `objection.waits`.
pub fn must_be_answered(db: &mut Db, lot: &Id, kind: ObjectionKind) -> Answer<()> {
    let n_open = store::objection::open(db, lot, kind)?.len();
    Ok(objection::must_be_answered(kind, n_open)?)
}

fn page(lot: &Id) -> String {
    format!("/lots/{lot}/objections")
}

/// Raises an objection; the owner owes a reply from now on.
pub async fn raise(app: &App, ask: Ask, lot: String, x: Raise) -> Answer<Seen> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let text = objection::checked(&x.text, "text")?;
        let case = Case::load(tx.db, &lot)?;
        let organisation = bidder(tx.db, &actor)?.ok_or(Error::Forbidden)?;
        let has_bid = has_bid(tx.db, &case.lot.id, &organisation)?;
        let waiting = store::objection::open(tx.db, &case.lot.id, x.kind)?;
        let is_first = waiting
            .iter()
            .all(|other| other.organisation_id != organisation.id);
        require(is_first, || Refusal::new(&STANDS))?;
        let due = case.admit(x.kind, has_bid, tx.now)?;
        let all = store::objection::of_lot(tx.db, &case.lot.id)?;
        let own = all
            .iter()
            .filter(|other| other.kind == x.kind && other.organisation_id == organisation.id);
        objection::must_not_be_many(x.kind, own.count())?;
        let objection = Objection {
            id: tx.id(),
            lot_id: case.lot.id.clone(),
            kind: x.kind,
            organisation_id: organisation.id.clone(),
            account_id: Id::from(actor.token()),
            text,
            raised_at: tx.now,
            due_at: due.as_ref().map(|due| due.at),
            reply: None,
            replied_by: None,
            replied_at: None,
        };
        tx.insert(&objection)?;
        owe(tx, &case, &objection, due)?;
        let chain = match x.kind {
            ObjectionKind::Documents => {
                store::chain::begin(tx, &case.tender.id, &organisation.code, DOCUMENTS)?.tx
            }
            ObjectionKind::Opening | ObjectionKind::Result | ObjectionKind::List => case.tender.id.0.clone(),
        };
        let facts = serde_json::json!({ "lot": case.lot.id, "kind": x.kind, "text": objection.text });
        let payload = Payload::facts("objection", "objection.raised/1", &facts)?;
        tx.record(&chain, Act::ObjectionRaised, vec![payload])?;
        seen(tx.db, &actor, &case.tender, objection)
    })
    .await
}

fn owe(tx: &mut Tx<'_>, case: &Case, objection: &Objection, due: Option<Due>) -> Answer<()> {
    let lot = &case.lot;
    store::duty::owe(tx, DutyKind::AnswerObjection, &lot.id, |duty| {
        let duty = duty.about("objection", &objection.id, case.tender.title_of(lot));
        duty.of_lot(&lot.id).in_tender(&case.tender).due(due)
    })?;
    Ok(())
}

/// Answers an objection; who raised it is told, and what concerns the documents is told to everybody
/// interested, without a name.
pub async fn reply(app: &App, ask: Ask, id: String, x: Reply) -> Answer<Seen> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let mut objection = Objection::find(tx.db, &id)?.ok_or(Error::NotFound)?;
        let lot = Lot::find(tx.db, objection.lot_id.as_str())?.ok_or(Error::NotFound)?;
        let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        if !objection.kind.may_reply(&actor, &tender) {
            return Err(Error::NotFound);
        }
        objection.answer(&x.reply, &Id::from(actor.token()), tx.now)?;
        tx.update(&objection)?;
        store::duty::meet(tx, DutyKind::AnswerObjection, &objection.id)?;
        let (title, link) = (tender.title_of(&lot), page(&lot.id));
        let facts = [("name", title.as_str())];
        message::tell(
            tx,
            &objection.account_id,
            "message-objection-replied",
            &facts,
            &link,
        )?;
        if objection.kind == ObjectionKind::Documents {
            message::tell_interested(tx, &tender.id, "message-objection-public", &facts, &link)?;
        }
        let said = serde_json::json!({
            "lot": lot.id, "kind": objection.kind, "objection": objection.text, "reply": objection.reply,
        });
        let payload = Payload::facts("reply", "objection.answered/1", &said)?;
        tx.record(tender.id.as_str(), Act::ObjectionAnswered, vec![payload])?;
        seen(tx.db, &actor, &tender, objection)
    })
    .await
}

/// An objection as the actor sees it, who is known to be allowed to.
fn seen(db: &mut Db, actor: &Actor, tender: &Tender, objection: Objection) -> Answer<Seen> {
    let is_own = actor.organisation(Role::Bidder) == Some(&objection.organisation_id);
    let may_reply = objection.kind.may_reply(actor, tender);
    let organisation = if is_own || objection.is_named(may_reply) {
        Organisation::find(db, objection.organisation_id.as_str())?.map(|found| found.name)
    } else {
        None
    };
    Ok(Seen {
        id: objection.id,
        kind: objection.kind,
        organisation,
        text: objection.text,
        raised_at: objection.raised_at,
        due_at: objection.due_at,
        may_reply: may_reply && objection.reply.is_none(),
        reply: objection.reply,
        replied_at: objection.replied_at,
        is_own,
    })
}

/// The objections of a lot as the actor may see them, and what he may object to now.
pub fn of_lot(db: &mut Db, actor: &Actor, lot: &str, now: Instant) -> Answer<Objections> {
    let case = Case::load(db, lot)?;
    let mut admitted = Vec::new();
    if let Some(organisation) = bidder(db, actor)? {
        let has_bid = has_bid(db, &case.lot.id, &organisation)?;
        for kind in ObjectionKind::ALL {
            if case.admits(*kind, has_bid, now)? {
                admitted.push(*kind);
            }
        }
    }
    let mut objections = Vec::new();
    for objection in store::objection::of_lot(db, &case.lot.id)? {
        let is_own = actor.organisation(Role::Bidder) == Some(&objection.organisation_id);
        if is_own || objection.is_visible(objection.kind.may_reply(actor, &case.tender)) {
            objections.push(seen(db, actor, &case.tender, objection)?);
        }
    }
    Ok(Objections {
        windows: case.windows(now)?,
        name: case.tender.title_of(&case.lot),
        number: case.tender.number,
        lot: case.lot.id,
        admitted,
        objections,
    })
}

/// The lot of an objection, for the page it is answered on.
pub fn lot_of(db: &mut Db, objection: &str) -> Answer<Id> {
    let found = Objection::find(db, objection)?;
    Ok(found.ok_or(Error::NotFound)?.lot_id)
}
