//! What the draw of experts and the award session (抽取会) of a lot wait for from somebody who has to do
//! with the lot, for his desk.
//!
//! In: a lot and its tender, who asks and in which role. Out: at most one thing, from the rows as they
//! are, so that it is gone once it is done. Never: what the act behind it refuses to this person.

use super::Task;
use crate::{
    app::{
        Answer,
        award::{attendance, hall},
        contribution::invited,
        panel::again,
    },
    domain::{
        act::Act,
        actor::{Actor, Person, Role},
        id::Id,
        procedure::Stage,
        tender::Lot,
        time::Instant,
    },
    store::{self, Db, tender::list::Found},
    text_enum,
};

text_enum! {
    /// What is to be done; people read `owed-<word>`.
    pub enum SessionWork {
        /// A contribution to a draw that is repeated, to which the bidders are invited.
        Contribute,
        /// A fresh draw of experts, whose order is used up.
        RedrawExperts,
        /// The session is open, and his signature in its attendance list may be given.
        Attend,
        /// The list that the award is drawn from, which its bidders may confirm and nobody must.
        ConfirmList,
        /// The minutes, which centre, owner and supervisor sign once each.
        SignMinutes,
    }
}

impl SessionWork {
    fn act(self) -> Act {
        match self {
            Self::Contribute => Act::ContributionSubmitted,
            Self::RedrawExperts => Act::SupervisorDecided,
            Self::Attend => Act::SessionAttended,
            Self::ConfirmList => Act::ListConfirmed,
            Self::SignMinutes => Act::MinutesSigned,
        }
    }

    /// The page of the lot where it is done, and whether it is to be done or only may be.
    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Contribute | Self::Attend | Self::ConfirmList => ("hall", "may"),
            Self::RedrawExperts => ("panel", "todo"),
            Self::SignMinutes => ("minutes", "todo"),
        }
    }
}

/// What the session of a lot leaves to a person in one of his roles.
pub(super) fn waiting(
    db: &mut Db,
    person: &Person,
    role: Role,
    at: &Found,
    now: Instant,
) -> Answer<Option<Task>> {
    let (lot, tender) = at;
    let actor = Actor::Person(person.clone());
    let mut due_at = None;
    let (work, since) = if role == Role::Bidder {
        let invitation = invited::of_lot(db, lot, &actor, now)?;
        let open = invitation.filter(|invitation| invitation.may_give && invitation.own.is_none());
        if let Some(invitation) = open {
            due_at = invitation.until;
            (SessionWork::Contribute, invitation.since)
        } else if let Some(since) = unattended(db, lot, role, &actor)? {
            (SessionWork::Attend, Some(since))
        } else {
            let since = match actor.organisation(role) {
                Some(organisation) => unconfirmed(db, lot, organisation)?,
                None => None,
            };
            (SessionWork::ConfirmList, since)
        }
    } else if let Some(draw) = again::used_up(db, lot, now)?.filter(|_| role == Role::Supervisor) {
        (SessionWork::RedrawExperts, draw.done_at)
    } else if let Some(since) = unattended(db, lot, role, &actor)? {
        (SessionWork::Attend, Some(since))
    } else {
        (SessionWork::SignMinutes, unsigned(db, lot, role)?)
    };
    let may = actor.role_for(work.act()).is_ok_and(|may| may == role);
    let (page, status) = work.place();
    Ok(since.filter(|_| may).map(|arose_at| Task {
        kind: work.word(),
        about: tender.title_of(lot),
        link: format!("/lots/{}/{page}", lot.id),
        arose_at,
        due_at,
        rule: None,
        status,
    }))
}

/// Since when the session is open, if this person's organisation has part in it and has not signed in.
fn unattended(db: &mut Db, lot: &Lot, role: Role, actor: &Actor) -> Answer<Option<Instant>> {
    let Some(organisation) = actor.organisation(role) else {
        return Ok(None);
    };
    let since = attendance::unattended(db, lot, role, organisation)?;
    let has_part = since.is_some() && (role != Role::Bidder || has_bid(db, lot, organisation)?);
    Ok(since.filter(|_| has_part))
}

fn has_bid(db: &mut Db, lot: &Lot, organisation: &Id) -> Answer<bool> {
    let bids = store::bid::opened(db, &lot.id)?;
    Ok(bids.iter().any(|bid| bid.organisation_id == *organisation))
}

/// Since when the list stands, if it has not been drawn from and this bidder on it has not confirmed it.
fn unconfirmed(db: &mut Db, lot: &Lot, organisation: &Id) -> Answer<Option<Instant>> {
    let Some(session) = store::award::session(db, &lot.id)? else {
        return Ok(None);
    };
    if !hall::is_confirmable(db, lot)? || !has_bid(db, lot, organisation)? {
        return Ok(None);
    }
    let confirmed = store::award::confirmations(db, &lot.id)?;
    let has_confirmed = confirmed.iter().any(|row| row.organisation_id == *organisation);
    Ok(Some(session.listed_at).filter(|_| !has_confirmed))
}

/// Since when there are minutes, if the signature of this role is not under them.
fn unsigned(db: &mut Db, lot: &Lot, role: Role) -> Answer<Option<Instant>> {
    let is_after = matches!(lot.stage, Stage::Standstill | Stage::Awarded);
    if !is_after && !lot.is_being_awarded() {
        return Ok(None);
    }
    let session = store::award::session(db, &lot.id)?;
    let drawn_at = session.and_then(|session| session.order_drawn_at);
    let signed = store::award::signatures(db, &lot.id)?;
    Ok(drawn_at.filter(|_| !signed.iter().any(|one| one.role == role)))
}
