//! The desk: what the person signed in owes, the most urgent first, and where everything else is.

use serde::Serialize;

use super::{Answer, App};
use crate::{
    domain::{
        account::{Account, Organisation},
        actor::{Person, Position, Role},
        duty::Duty,
        time::{DAY, Instant},
    },
    store::{Row as _, duty, session},
};

/// A task on a desk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Task {
    /// The message key of what is to be done; its one fact is `about`.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Where it is done.
    pub link: String,
    /// Since when, Unix ms.
    #[schema(value_type = i64)]
    pub arose_at: Instant,
    /// Until when, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Instant>,
    /// `todo`, `soon` within a day of the limit, `overdue` after it.
    pub status: &'static str,
}

impl Task {
    fn new(duty: Duty, now: Instant) -> Self {
        let soon = duty.due_at.is_some_and(|due| due.0 - now.0 <= DAY);
        let status = match (duty.is_overdue(now), soon) {
            (true, _) => "overdue",
            (false, true) => "soon",
            (false, false) => "todo",
        };
        Self {
            title: duty.title,
            about: duty.about,
            link: duty.link,
            arose_at: duty.arose_at,
            due_at: duty.due_at,
            status,
        }
    }
}

/// What a person is.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Post {
    /// The role.
    pub role: Role,
    /// The position within a market organisation.
    pub position: Option<Position>,
    /// The organisation's name.
    pub organisation: String,
    /// The region it covers.
    pub region: String,
}

/// The desk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Desk {
    /// The person's name.
    pub name: String,
    /// Whether staff must set up or give the second factor before their roles count.
    pub needs_factor: bool,
    /// What the person is.
    pub posts: Vec<Post>,
    /// What is owed.
    pub tasks: Vec<Task>,
}

impl App {
    /// The desk of a person.
    pub async fn desk(&self, person: &Person) -> Answer<Desk> {
        let (person, now) = (person.clone(), self.clock.now());
        self.view(move |db| {
            let tasks = duty::owed_by(db, &person)?;
            let mut posts = Vec::new();
            for grant in &person.grants {
                let organisation = match &grant.organisation {
                    Some(id) => Organisation::find(db, id.as_str())?,
                    None => None,
                };
                posts.push(Post {
                    role: grant.role,
                    position: grant.position,
                    organisation: organisation.map(|o| o.name).unwrap_or_default(),
                    region: grant.region.clone(),
                });
            }
            let session = session::find(db, &person.session, crate::clock::machine())?;
            let account = Account::find(db, person.account.as_str())?;
            let is_staff = account.is_some_and(|account| account.kind.needs_factor());
            Ok(Desk {
                name: person.name,
                needs_factor: is_staff && !session.is_some_and(|session| session.has_factor),
                posts,
                tasks: tasks.into_iter().map(|duty| Task::new(duty, now)).collect(),
            })
        })
        .await
    }
}
