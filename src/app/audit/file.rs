//! The file of a project for those who supervise: every event of its chain and of its panels', by whom, and
//! who read what is sealed of it.
//!
//! In: a project's number, who asks. Out: the events in order of time. Never: an event of a bidder's own
//! chain; the name of an expert, or what stands in a panel's event.

use std::collections::BTreeSet;

use serde::Serialize;

use super::facts_of;
use crate::{
    app::{Answer, App, Error, scope::must_serve},
    domain::{
        account::Account,
        act::Act,
        actor::{Actor, Role},
        id::Id,
        time::Instant,
    },
    proof::{canon::Object as _, event::Event},
    store::{self, Db, Row as _, journal::StoredEvent},
};

/// Who looks on.
const ROLES: [Role; 3] = [Role::Supervisor, Role::Inspector, Role::Auditor];

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// On the project's own chain.
    Project,
    /// On that of a panel.
    Panel,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FileActor)]
pub enum By {
    /// Somebody by name.
    Person(String),
    /// A duty, time itself, or whoever did not sign in.
    Party(String),
    /// A member of a panel, who has no name here.
    Unnamed,
}

/// An event of the file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = FileEntry)]
pub struct Entry {
    /// Which chain.
    pub chain: Chain,
    /// The code of the panel; of the project's own chain empty.
    pub code: String,
    /// The position on its chain.
    pub n: i64,
    /// c of the event.
    pub c: String,
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The act.
    pub act: String,
    /// Who did it.
    pub by: By,
    /// What the event refers to: the labels of its payloads.
    pub refs: Vec<String>,
}

/// A reading of what is sealed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = FileReading)]
pub struct Reading {
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Who.
    pub by: By,
    /// What, JSON.
    pub facts: Vec<String>,
}

/// The file of a project.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ProjectFile)]
pub struct File {
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The events, in order of time.
    pub entries: Vec<Entry>,
    /// Who read what is sealed, in order of time.
    pub readings: Vec<Reading>,
}

/// The file of a published project, for the bureau, the inspection and the audit of its region.
pub async fn file(app: &App, actor: Actor, number: String) -> Answer<File> {
    let role = ROLES.into_iter().find(|role| actor.is(*role));
    let role = role.ok_or(Error::Forbidden)?;
    app.view(move |db| {
        let tender = store::tender::list::by_number(db, &number)?;
        let tender = tender.filter(|tender| tender.published_at.is_some());
        let tender = tender.ok_or(Error::NotFound)?;
        must_serve(&actor, role, &tender.region)?;
        let mut chains = vec![(Chain::Project, String::new(), tender.id.clone())];
        let mut members = BTreeSet::new();
        for lot in store::tender::lots(db, &tender.id)? {
            if let Some(panel) = store::panel::of_lot(db, &lot.id)? {
                let seats = store::panel::seats(db, &panel.id)?.into_iter();
                members.extend(seats.filter_map(|seat| seat.account_id));
                chains.push((Chain::Panel, panel.code, panel.id));
            }
        }
        let (mut entries, mut readings) = (Vec::new(), Vec::new());
        for (chain, code, id) in chains {
            for event in store::journal::chain_from(db, id.as_str(), 0)? {
                if event.act == Act::SealedRead.name() {
                    readings.push(reading(db, &members, &event)?);
                } else {
                    entries.push(entry(db, &members, (chain, &code), event)?);
                }
            }
        }
        entries.sort_by_key(|entry| entry.at);
        readings.sort_by_key(|reading| reading.at);
        Ok(File {
            number: tender.number,
            name: tender.name,
            entries,
            readings,
        })
    })
    .await
}

fn read(event: &StoredEvent) -> Answer<Option<Event>> {
    let bytes = event.cj.as_ref();
    Ok(bytes.map(|bytes| Event::from_bytes(bytes)).transpose()?)
}

/// Who did it; nobody's name where it was one of these, or where the event was erased.
fn by(db: &mut Db, members: &BTreeSet<Id>, event: Option<&Event>) -> Answer<By> {
    let Some(event) = event else {
        return Ok(By::Unnamed);
    };
    let id = Id::from(event.actor.as_str());
    if members.contains(&id) {
        return Ok(By::Unnamed);
    }
    let account = Account::find(db, id.as_str())?;
    Ok(account.map_or_else(|| By::Party(id.0), |account| By::Person(account.name)))
}

fn entry(
    db: &mut Db,
    members: &BTreeSet<Id>,
    (chain, code): (Chain, &str),
    event: StoredEvent,
) -> Answer<Entry> {
    let cj = read(&event)?;
    let by = by(db, members, cj.as_ref())?;
    let refs = cj.into_iter().flat_map(|cj| cj.refs);
    let labels = refs.map(|one| one.k.as_str().to_owned());
    Ok(Entry {
        chain,
        code: code.to_owned(),
        n: event.n,
        at: Instant(event.ts),
        by,
        c: event.c,
        act: event.act,
        refs: labels.filter(|label| !label.starts_with("row.")).collect(),
    })
}

fn reading(db: &mut Db, members: &BTreeSet<Id>, event: &StoredEvent) -> Answer<Reading> {
    Ok(Reading {
        at: Instant(event.ts),
        by: by(db, members, read(event)?.as_ref())?,
        facts: facts_of(db, &event.c)?,
    })
}
