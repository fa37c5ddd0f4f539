//! The desk: what the person signed in owes, the most urgent first, the lots he has to do with, and
//! where everything else is.
//!
//! Never: a lot on a bidder's desk that he did not show interest in himself.

pub mod draft;
pub mod session;

use serde::Serialize;

use super::{
    Answer, App,
    review::work::{Waiting, waiting},
};
use crate::{
    domain::{
        account::{Account, Organisation},
        actor::{Grant, Person, Position, Role},
        code::Region,
        duty::Duty,
        id::Id,
        notice::{Filter, Sort},
        procedure::Stage,
        time::{DAY, Instant},
    },
    store::{
        self, Db, Row as _, duty,
        tender::list::{self, Found},
    },
};

/// How many lots a role shows on its desk.
const LOTS: i64 = 30;

/// A task on a desk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Task {
    /// What is to be done: the word of a duty, or of what a panel or an award session waits for; people
    /// read `owed-<word>`.
    pub kind: &'static str,
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
    /// The row of the rules that sets this limit.
    pub rule: Option<String>,
    /// `todo`, `soon` within a day of the limit, `overdue` after it; `may` where nobody must do it.
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
            kind: duty.kind.word(),
            about: duty.about,
            link: duty.link,
            arose_at: duty.arose_at,
            due_at: duty.due_at,
            rule: duty.rule,
            status,
        }
    }
}

impl From<Waiting> for Task {
    fn from((work, about, link, arose_at): Waiting) -> Self {
        Self {
            kind: work.word(),
            about,
            link,
            arose_at,
            due_at: None,
            rule: None,
            status: "todo",
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

/// A lot that a person has to do with in a role.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DeskLot {
    /// In which role.
    pub role: Role,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Its tender.
    #[schema(value_type = String)]
    pub tender: Id,
    /// The unified deal code.
    pub number: String,
    /// The project's name and the lot's.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// The deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// Whether the person's organisation has sent anything for it; only its own people see this.
    pub has_sent: bool,
}

impl DeskLot {
    fn new(role: Role, (lot, tender): Found, sent: &[Id]) -> Self {
        Self {
            role,
            has_sent: sent.contains(&lot.id),
            name: tender.title_of(&lot),
            lot: lot.id,
            tender: tender.id,
            number: tender.number,
            stage: lot.stage,
            closes_at: lot.closes_at,
        }
    }
}

/// The lots of a role: a bidder's own, an owner's own, those of the region that are under way or
/// whose minutes still want a signature; `sent` are
/// those that the bidder sent something for.
fn lots(db: &mut Db, person: &Person, grant: &Grant, sent: &[Id]) -> Answer<Vec<Found>> {
    Ok(match (grant.role, &grant.organisation) {
        (Role::Bidder, Some(_)) => {
            let fetched = store::document::fetched_by(db, &person.account)?;
            list::among(db, fetched, sent.to_vec(), LOTS)?
        }
        (Role::Owner | Role::Agency, Some(organisation)) => {
            let tenders = store::tender::of_organisation(db, organisation)?.into_iter();
            list::among(db, tenders.map(|tender| tender.id).collect(), Vec::new(), LOTS)?
        }
        (Role::CentreOperator | Role::CentreHead | Role::Supervisor, _) => {
            let under_way = Stage::ALL
                .iter()
                .filter(|stage| !stage.is_final() && **stage != Stage::Draft);
            let region = Region::parse(&grant.region, "region")?;
            let filter = Filter {
                trade: None,
                q: None,
                stages: under_way.copied().collect(),
                from: None,
                until: None,
                region: Some(region.stem().to_owned()),
                sort: Sort::Closing,
                after: None,
            };
            let mut found = list::page(db, &filter, LOTS)?;
            // an award made does not take the place of a signature
            found.extend(list::unsigned(db, region.stem(), grant.role, LOTS)?);
            found
        }
        _ => Vec::new(),
    })
}

/// The lots that a bidder sent something for.
fn sent(db: &mut Db, grant: &Grant) -> Answer<Vec<Id>> {
    Ok(match (grant.role, &grant.organisation) {
        (Role::Bidder, Some(organisation)) => store::bid::lots_of(db, organisation)?,
        _ => Vec::new(),
    })
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
    /// The lots the person has to do with.
    pub lots: Vec<DeskLot>,
}

impl App {
    /// The desk of a person.
    pub async fn desk(&self, person: &Person) -> Answer<Desk> {
        let (person, now) = (person.clone(), self.clock.now());
        self.view(move |db| {
            let owed = duty::owed_by(db, &person)?;
            let waiting = waiting(db, &person.account)?;
            let owed = owed.into_iter().map(|duty| Task::new(duty, now));
            let mut tasks: Vec<Task> = owed.chain(waiting.into_iter().map(Task::from)).collect();
            let (mut posts, mut at) = (Vec::new(), Vec::<DeskLot>::new());
            for grant in &person.grants {
                tasks.extend(draft::waiting(db, &person, grant)?);
                let sent = sent(db, grant)?;
                for found in lots(db, &person, grant, &sent)? {
                    let is_seen = |seen: &DeskLot| (seen.role, &seen.lot) == (grant.role, &found.0.id);
                    if !at.iter().any(is_seen) {
                        tasks.extend(session::waiting(db, &person, grant.role, &found, now)?);
                        at.push(DeskLot::new(grant.role, found, &sent));
                    }
                }
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
            let session = store::session::find(db, &person.session, crate::clock::machine())?;
            let account = Account::find(db, person.account.as_str())?;
            let is_staff = account.is_some_and(|account| account.kind.needs_factor());
            Ok(Desk {
                name: person.name,
                needs_factor: is_staff && !session.is_some_and(|session| session.has_factor),
                posts,
                lots: at,
                tasks,
            })
        })
        .await
    }
}
