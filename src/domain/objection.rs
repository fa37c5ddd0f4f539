//! Objections (异议): to the documents, the opening, the result, or the list of a draw; what is
//! objected holds the steps that depend on it until it is answered.
//!
//! In: the lot, the rule rows' planner, whether the organisation has a bid, the instant. Out: until
//! when a reply is due, or the refusal; who may reply, and who sees what. What must never happen: the
//! name of whoever objects to the documents shown to anybody but himself; an objection taken outside
//! its time; one answered twice.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    actor::{Actor, Role},
    dates::Planner,
    duty::{Due, DutyKind},
    id::Id,
    procedure::Stage,
    refusal::{
        Lawful, Refusal,
        common::FIELD_BAD,
        objection::{NOT_A_PARTY, OVER, REPLIED, TWICE, WAITS},
        require,
    },
    rule::Moment,
    tender::{Lot, Tender},
    time::Instant,
};
use crate::{schema::objection, text_enum};

#[cfg(test)]
mod tests;

/// The longest objection or reply, in characters.
const TEXT_MAX: usize = 4000;

text_enum! {
    /// What is objected to.
    pub enum ObjectionKind {
        /// 对竞选文件 (rule Z17).
        Documents,
        /// 对开启, on the spot.
        Opening,
        /// 对抽取结果, during the standstill (rule Z83).
        Result,
        /// 对抽取名单, before it is drawn from.
        List,
    }
}

/// An objection and, once there, its reply.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = objection, treat_none_as_null = true)]
pub struct Objection {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// What is objected to.
    pub kind: ObjectionKind,
    /// Whose objection it is.
    pub organisation_id: Id,
    /// Who raised it for the organisation.
    pub account_id: Id,
    /// What is objected.
    pub text: String,
    /// When.
    pub raised_at: Instant,
    /// From when a reply is late.
    pub due_at: Option<Instant>,
    /// The reply.
    pub reply: Option<String>,
    /// Who replied.
    pub replied_by: Option<Id>,
    /// When.
    pub replied_at: Option<Instant>,
}

impl ObjectionKind {
    /// The message key of its word.
    #[must_use]
    pub fn key(self) -> String {
        format!("objection-kind-{self}")
    }

    /// Whether it is raised and answered on the spot, where the centre presides.
    #[must_use]
    pub fn is_on_the_spot(self) -> bool {
        match self {
            Self::Opening | Self::List => true,
            Self::Documents | Self::Result => false,
        }
    }

    /// Whether it may be raised now; answers until when a reply is due.
    ///
    /// # Errors
    /// `act.wrong_stage`, `dates.too_late`, `objection.over`, `objection.not_a_party`,
    /// `calendar.year_unpublished`.
    pub fn admit(self, lot: &Lot, planner: &Planner<'_>, has_bid: bool, now: Instant) -> Lawful<Option<Due>> {
        match self {
            Self::Documents => {
                lot.must_be(Stage::Open)?;
                let closes_at = lot.closes_at.unwrap_or_default();
                planner.require_before(Moment::DocumentsObjected, now, Moment::ClosesAt, closes_at)?;
                DutyKind::AnswerObjection.due(planner, Moment::DocumentsObjected, now)
            }
            Self::Opening | Self::List => {
                lot.must_be_at(match self {
                    Self::List => lot.procedure()?.award.stages(),
                    Self::Documents | Self::Opening | Self::Result => &[Stage::Closing, Stage::Opened],
                })?;
                party(has_bid)?;
                Ok(Some(Due::by(now.plus(lot.objection_span))))
            }
            Self::Result => {
                lot.must_be(Stage::Standstill)?;
                let until = lot.standstill_until_at.unwrap_or_default();
                require(now < until, || Refusal::new(&OVER).fact("until", until))?;
                party(has_bid)?;
                DutyKind::AnswerObjection.due(planner, Moment::ResultObjected, now)
            }
        }
    }

    /// Until when it may be raised, where the lot stands so that a date bounds it.
    ///
    /// # Errors
    /// `calendar.year_unpublished`.
    pub fn ends(self, lot: &Lot, planner: &Planner<'_>) -> Lawful<Option<Instant>> {
        match (self, lot.stage, lot.closes_at) {
            (Self::Documents, Stage::Open, Some(closes_at)) => {
                let bound = planner.cutoff(Moment::DocumentsObjected, Moment::ClosesAt, closes_at)?;
                Ok(bound.map(|bound| bound.at))
            }
            (Self::Result, Stage::Standstill, _) => Ok(lot.standstill_until_at),
            _ => Ok(None),
        }
    }

    /// Whether the actor may reply: the owner and its agency always, the centre on the spot.
    #[must_use]
    pub fn may_reply(self, actor: &Actor, tender: &Tender) -> bool {
        let agency = actor.organisation(Role::Agency);
        let is_owner = actor.organisation(Role::Owner) == Some(&tender.owner_id)
            || (agency.is_some() && agency == tender.agency_id.as_ref());
        is_owner || (self.is_on_the_spot() && presides(actor, tender))
    }
}

/// Whether the actor is of the centre that the place of the works belongs to.
fn presides(actor: &Actor, tender: &Tender) -> bool {
    actor
        .grant(Role::CentreOperator)
        .is_some_and(|grant| grant.serves(&tender.region))
}

fn party(has_bid: bool) -> Lawful<()> {
    require(has_bid, || Refusal::new(&NOT_A_PARTY))
}

/// The text of an objection or a reply, without the white space round it.
///
/// # Errors
/// `field.bad` at the field: empty, too long, or with control characters.
pub fn checked(text: &str, field: &str) -> Lawful<String> {
    let text = text.trim();
    let is_plain = text
        .chars()
        .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    require(
        !text.is_empty() && is_plain && text.chars().count() <= TEXT_MAX,
        || {
            Refusal::new(&FIELD_BAD)
                .fact("field", field)
                .fact("expected", format!("1-{TEXT_MAX}"))
                .at(field)
        },
    )?;
    Ok(text.to_owned())
}

impl Objection {
    /// Answers it; a late reply is taken all the same.
    ///
    /// # Errors
    /// `objection.replied`, `field.bad`.
    pub fn answer(&mut self, text: &str, by: &Id, now: Instant) -> Lawful<()> {
        require(self.reply.is_none(), || Refusal::new(&REPLIED))?;
        self.reply = Some(checked(text, "reply")?);
        self.replied_by = Some(by.clone());
        self.replied_at = Some(now);
        Ok(())
    }

    /// Whether somebody other than its own organisation may read it: those who reply always, the
    /// public an answered one to the documents, and all others from the first.
    #[must_use]
    pub fn is_visible(&self, may_reply: bool) -> bool {
        may_reply || self.reply.is_some() || self.kind != ObjectionKind::Documents
    }

    /// Whether somebody who may reply is told the name; to the documents nobody is (招标投标法 22).
    #[must_use]
    pub fn is_named(&self, may_reply: bool) -> bool {
        may_reply && self.kind != ObjectionKind::Documents
    }
}

/// How often a bidder may object to the opening and to the list: once, and once more after the reply.
const TIMES_MAX: usize = 2;

/// Refuses a bidder who would hold up a session again and again; objections to the documents and to the
/// result are bounded by their time.
///
/// # Errors
/// `objection.twice`.
pub fn must_not_be_many(kind: ObjectionKind, n_before: usize) -> Lawful<()> {
    require(!kind.is_on_the_spot() || n_before < TIMES_MAX, || {
        Refusal::new(&TWICE).fact("n", TIMES_MAX)
    })
}

/// Refuses a step while objections that hold it wait for their reply.
///
/// # Errors
/// `objection.waits`.
pub fn must_be_answered(kind: ObjectionKind, n_open: usize) -> Lawful<()> {
    require(n_open == 0, || {
        Refusal::new(&WAITS)
            .fact("kind", format!("word:{}", kind.key()))
            .fact("n", n_open)
    })
}
