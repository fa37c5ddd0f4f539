//! The trail of the administrators and of those who read what is sealed or personal, for the audit
//! administrator, who does nothing else.

pub mod file;

use serde::Serialize;

use super::{Answer, App};
use crate::{
    domain::{account::Account, act::Act, id::Id, time::Instant},
    proof::{canon::Object as _, event::Event},
    store::{Db, Row as _, journal},
};

/// How many events a page shows.
const PAGE: i64 = 100;

/// What the audit administrator watches.
pub const WATCHED: &[Act] = &[
    Act::PlatformSetUp,
    Act::AuthorityRecorded,
    Act::AccountOpened,
    Act::AccountInvited,
    Act::AccountClosed,
    Act::RoleGranted,
    Act::RoleRevoked,
    Act::DutyHandedOver,
    Act::PasswordChanged,
    Act::FactorEnrolled,
    Act::AgentAuthorised,
    Act::AgentRevoked,
    Act::SealedRead,
];

/// An event of the trail.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Trace {
    /// c of the event, to look it up in the journal.
    pub c: String,
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The message key of the act.
    pub act: String,
    /// The name to sign in with of who did it, or the party's name.
    pub actor: String,
    /// What was done to what: the payloads of the event, JSON.
    pub facts: Vec<String>,
}

/// The page of the trail, the newest first.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Trail {
    /// The events.
    pub rows: Vec<Trace>,
    /// Whether only reads are shown.
    pub reads: bool,
    /// The address of the next page.
    pub next: Option<String>,
}

impl App {
    /// The trail after an event (its time and c) of the page before: only reads of sealed and personal data, or all that is watched.
    pub async fn trail(&self, reads: bool, after: Option<(i64, String)>) -> Answer<Trail> {
        let acts: Vec<&'static str> = WATCHED
            .iter()
            .filter(|act| !reads || **act == Act::SealedRead)
            .map(|act| act.name())
            .collect();
        self.view(move |db| {
            let found = journal::latest(db, &acts, after, PAGE)?;
            let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
            let next = found
                .last()
                .filter(|_| full)
                .map(|last| format!("/audit?reads={reads}&at={}&after={}", last.ts, last.c));
            let mut rows = Vec::new();
            for event in found {
                rows.push(trace(db, &event)?);
            }
            Ok(Trail { rows, reads, next })
        })
        .await
    }
}

fn trace(db: &mut Db, event: &journal::StoredEvent) -> Answer<Trace> {
    let actor = match &event.cj {
        Some(cj) => Event::from_bytes(cj)?.actor.as_str().to_owned(),
        None => String::new(),
    };
    let account = Account::find(db, Id::from(actor.as_str()).as_str())?;
    Ok(Trace {
        c: event.c.clone(),
        at: Instant(event.ts),
        act: format!("act-{}", event.act.replace(['.', '_'], "-")),
        actor: account.map_or(actor, |account| account.login),
        facts: facts_of(db, &event.c)?,
    })
}

/// The payloads of an event, JSON.
fn facts_of(db: &mut Db, c: &str) -> Answer<Vec<String>> {
    let payloads = journal::payloads(db, c)?.into_iter();
    Ok(payloads
        .map(|payload| String::from_utf8_lossy(&payload.bytes).into_owned())
        .collect())
}
