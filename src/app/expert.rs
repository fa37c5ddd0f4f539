//! The list of experts: imported by the committee, suspended by the supervisor, read with a
//! trace (rules E00, E14, P13).
//!
//! In: tables of comma-separated values. Out: rows, with what is personal encrypted, and the lines
//! that could not be taken. Never: a personal number in the journal; a suspension lifted by an import.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, App, Ask, Error, interest::Declared};
use crate::{
    domain::{
        account::{Account, RoleGrant},
        act::Act,
        actor::{AccountKind, Role},
        bytes::Bytes,
        code::masked,
        credential,
        expert::{
            Expert, ExpertSpecialty, Household, Library, Standing,
            list::{self, ExpertLine, HouseholdLine},
            sealed_as,
        },
        id::Id,
        procedure::PROCEDURES,
        refusal::{Refusal, expert as reason},
        time::Instant,
    },
    proof::{canon::Hash, sig::PublicKey},
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

pub use crate::domain::expert::list::BadLine;

/// The chain on which the list is recorded.
pub(super) const CHAIN: &str = "experts";
/// How many experts one page shows.
const PAGE: i64 = 200;

/// What became of a table.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ExpertsImported)]
pub struct Imported {
    /// Lines of somebody new.
    pub n_new: u64,
    /// Lines of somebody known.
    pub n_known: u64,
    /// Lines that were not taken.
    pub bad: Vec<BadLine>,
}

/// Takes the committee's table of experts; whoever is new gets an account.
pub async fn import(app: &App, ask: Ask, csv: String) -> Answer<Imported> {
    let lines = list::experts(&csv)?;
    let file = Hash::of(&[csv.as_bytes()]);
    let sealer = app.clone();
    app.act(ask, move |tx| {
        let (mut n_new, mut n_known) = (0, 0);
        for (_, line) in lines.good {
            if take(tx, &sealer, line, None)?.version == 1 {
                n_new += 1;
            } else {
                n_known += 1;
            }
        }
        let done = Imported {
            n_new,
            n_known,
            bad: lines.bad,
        };
        recorded(tx, &done, "experts", &file)?;
        Ok(done)
    })
    .await
}

fn recorded(tx: &mut Tx<'_>, done: &Imported, table: &str, file: &Hash) -> Answer<()> {
    let facts = json!({
        "table": table, "file": file, "n_new": done.n_new, "n_known": done.n_known, "n_bad": done.bad.len(),
    });
    let payload = Payload::facts("import", "experts.imported/1", &facts)?;
    tx.record(CHAIN, Act::ExpertsImported, vec![payload])?;
    Ok(())
}

fn seal(app: &App, column: &str, id: &Id, plain: &str) -> Answer<Bytes> {
    let sealed = app
        .secrets
        .seal(&app.entropy, &sealed_as(column, id), plain.as_bytes())?;
    Ok(Bytes(sealed))
}

fn open(app: &App, column: &str, id: &Id, sealed: &Bytes) -> Answer<String> {
    let plain = app.secrets.open_sealed(&sealed_as(column, id), &sealed.0)?;
    Ok(String::from_utf8(plain).map_err(|e| Fault::new("personal data", e))?)
}

/// The name of an expert, for those who may know it; staff's reading is recorded by the caller.
pub(super) fn name(app: &App, expert: &Expert) -> Answer<String> {
    open(app, "name", &expert.id, &expert.name)
}

/// Takes one line of the local list or of a library's record; whoever is new gets an account.
pub(super) fn take(tx: &mut Tx<'_>, app: &App, line: ExpertLine, library: Option<&Id>) -> Answer<Expert> {
    let known = match library {
        Some(library) => store::expert::of_library(tx.db, library, &line.expert_no)?,
        None => store::expert::by_number(tx.db, &line.expert_no)?,
    };
    let id = known.as_ref().map_or_else(|| tx.id(), |expert| expert.id.clone());
    let account_id = match &known {
        Some(expert) => expert.account_id.clone(),
        None => Some(open_account(tx, &line)?),
    };
    let expert = Expert {
        id: id.clone(),
        name: seal(app, "name", &id, &line.name)?,
        id_no: seal(app, "id_no", &id, line.id_no.as_str())?,
        phone: seal(app, "phone", &id, &line.phone)?,
        expert_no: line.expert_no,
        employer_code: line.employer_code.as_str().to_owned(),
        employer: line.employer,
        region: line.region.as_str().to_owned(),
        title: line.title,
        title_since_at: line.title_since_at,
        standing: line.standing,
        suspended_until_at: known.as_ref().and_then(|expert| expert.suspended_until_at),
        library_id: library.cloned(),
        account_id,
        imported_at: tx.now,
        version: known.as_ref().map_or(1, |expert| expert.version + 1),
    };
    if known.is_some() {
        tx.update(&expert)?;
    } else {
        tx.insert(&expert)?;
    }
    take_specialties(tx, &id, line.specialties)?;
    Ok(expert)
}

fn take_specialties(tx: &mut Tx<'_>, expert: &Id, mut listed: BTreeSet<String>) -> Answer<()> {
    for row in store::expert::specialties(tx.db, expert)? {
        if !listed.remove(&row.specialty) {
            tx.delete(&row)?;
        }
    }
    for specialty in listed {
        let id = tx.id();
        tx.insert(&ExpertSpecialty {
            id,
            expert_id: expert.clone(),
            specialty,
        })?;
    }
    Ok(())
}

/// The account of a new expert: the number is the login where it can be one; the password is set by
/// a one-time link.
fn open_account(tx: &mut Tx<'_>, line: &ExpertLine) -> Answer<Id> {
    let id = tx.id();
    let wanted = credential::login(&line.expert_no, "expert_no").unwrap_or_else(|_| id.0.clone());
    let is_taken = store::account::by_login(tx.db, &wanted)?.is_some();
    let mut account = Account {
        login: if is_taken { id.0.clone() } else { wanted },
        id: id.clone(),
        name: line.expert_no.clone(),
        kind: AccountKind::Party,
        power: None,
        password_hash: String::new(),
        totp_secret: None,
        phone: None,
        email: None,
        organisation_id: None,
        region: line.region.as_str().to_owned(),
        opened_at: tx.now,
        closed_at: None,
    };
    let grant = RoleGrant::new(tx.id(), &mut account, Role::Expert, None, &[], tx.now)?;
    tx.insert(&account)?;
    tx.insert(&grant)?;
    Ok(id)
}

/// Takes the committee's table of households: the lines of an expert replace what was listed of him.
pub async fn import_households(app: &App, ask: Ask, csv: String) -> Answer<Imported> {
    let lines = list::households(&csv)?;
    let file = Hash::of(&[csv.as_bytes()]);
    let sealer = app.clone();
    app.act(ask, move |tx| {
        let mut done = Imported {
            n_new: 0,
            n_known: 0,
            bad: lines.bad,
        };
        let mut by_expert: BTreeMap<String, Vec<(u64, HouseholdLine)>> = BTreeMap::new();
        for (at, line) in lines.good {
            by_expert
                .entry(line.expert_no.clone())
                .or_default()
                .push((at, line));
        }
        for (number, lines) in by_expert {
            let Some(expert) = store::expert::by_number(tx.db, &number)? else {
                let unknown = Refusal::new(&reason::UNKNOWN).fact("expert_no", &number);
                let unknown = unknown.at("expert_no");
                done.bad
                    .extend(lines.iter().map(|(at, _)| BadLine::of(*at, &unknown)));
                continue;
            };
            for before in store::expert::households(tx.db, &expert.id)? {
                tx.delete(&before)?;
            }
            for (_, line) in lines {
                done.n_new += 1;
                insert_household(tx, &sealer, &expert.id, line)?;
            }
        }
        done.bad.sort_by_key(|bad| bad.line);
        recorded(tx, &done, "households", &file)?;
        Ok(done)
    })
    .await
}

fn insert_household(tx: &mut Tx<'_>, app: &App, expert: &Id, line: HouseholdLine) -> Answer<()> {
    let id = tx.id();
    tx.insert(&Household {
        person: seal(app, "person", &id, &line.person)?,
        id,
        expert_id: expert.clone(),
        relation: line.relation,
        org_code: line.org_code.as_str().to_owned(),
    })?;
    Ok(())
}

/// An outside library to be recorded.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLibrary {
    /// Its name.
    pub name: String,
    /// Its Ed25519 key, hex.
    pub key: String,
    /// The paper that says this library draws.
    pub basis: String,
}

/// Records an outside library and the key that signs its records (rule E00).
pub async fn add_library(app: &App, ask: Ask, new: NewLibrary) -> Answer<Id> {
    let refused = || Refusal::new(&reason::LIBRARY_KEY).at("key");
    let key = hex::decode(new.key.trim()).map_err(|_| refused())?;
    PublicKey::from_slice(&key).map_err(|_| refused())?;
    let name = credential::line(&new.name, "name", credential::NAME_MAX)?;
    let basis = credential::line(&new.basis, "basis", 200)?;
    app.act(ask, move |tx| {
        let known = store::expert::libraries(tx.db)?;
        let key = hex::encode(key);
        if known
            .iter()
            .any(|library| library.key == key || library.name == name)
        {
            return Err(refused().into());
        }
        let library = Library {
            id: tx.id(),
            name,
            key,
            basis,
            added_at: tx.now,
        };
        tx.insert(&library)?;
        tx.record(CHAIN, Act::LibraryRecorded, Vec::new())?;
        Ok(library.id)
    })
    .await
}

/// The supervisor suspends an expert until an instant; without one the suspension ends.
pub async fn suspend(app: &App, ask: Ask, id: String, until: Option<Instant>, why: String) -> Answer<()> {
    let why = credential::line(&why, "reason", 500)?;
    app.act(ask, move |tx| {
        let mut expert = Expert::find(tx.db, &id)?.ok_or(Error::NotFound)?;
        expert.suspend(until, tx.now)?;
        tx.update(&expert)?;
        let facts = json!({ "expert": expert.id, "until_at": until, "reason": why });
        let payload = Payload::facts("suspension", "expert.suspended/1", &facts)?;
        tx.record(CHAIN, Act::ExpertSuspended, vec![payload])?;
        Ok(())
    })
    .await
}

/// A line of the list as staff see it: nothing personal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Listed {
    /// The id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The number.
    pub expert_no: String,
    /// The own unit.
    pub employer: String,
    /// Its credit code.
    pub employer_code: String,
    /// GB/T 2260 code.
    pub region: String,
    /// The title.
    pub title: String,
    /// What the list says.
    pub standing: Standing,
    /// Until when suspended by the supervisor, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub suspended_until_at: Option<Instant>,
}

/// The list of experts.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExpertList {
    /// How many the local list holds.
    pub n_listed: i64,
    /// A page of it, in order of number.
    pub experts: Vec<Listed>,
    /// The number to go on after.
    pub next: Option<String>,
    /// The outside libraries: name, key, basis.
    pub libraries: Vec<(String, String, String)>,
}

/// A page of the list.
pub fn page(db: &mut Db, after: &str) -> Answer<ExpertList> {
    let experts = store::expert::page(db, after, PAGE)?;
    let is_full = i64::try_from(experts.len()).is_ok_and(|n| n == PAGE);
    let next = experts
        .last()
        .filter(|_| is_full)
        .map(|last| last.expert_no.clone());
    let libraries = store::expert::libraries(db)?.into_iter();
    Ok(ExpertList {
        n_listed: store::expert::count(db)?,
        next,
        libraries: libraries
            .map(|library| (library.name, library.key, library.basis))
            .collect(),
        experts: experts
            .into_iter()
            .map(|expert| Listed {
                id: expert.id,
                expert_no: expert.expert_no,
                employer: expert.employer,
                employer_code: expert.employer_code,
                region: expert.region,
                title: expert.title,
                standing: expert.standing,
                suspended_until_at: expert.suspended_until_at,
            })
            .collect(),
    })
}

/// An expert with what is personal, as staff may read it: recorded.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Whole {
    /// The id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The number.
    pub expert_no: String,
    /// The name.
    pub name: String,
    /// The identity number, masked.
    pub id_no: String,
    /// The phone number, masked.
    pub phone: String,
    /// The title.
    pub title: String,
    /// Since when it is held.
    #[schema(value_type = i64)]
    pub title_since_at: Instant,
    /// Whether the list shows the standard of the panel's rule: a senior title held long enough.
    pub meets_standard: bool,
    /// For how many years it must be held.
    pub standard_years: i64,
    /// The specialties.
    pub specialties: Vec<String>,
    /// Relations and the credit codes of the relatives' units.
    pub households: Vec<(String, String)>,
    /// Declared interests.
    pub interests: Vec<Declared>,
}

/// Reads an expert; the reading itself is an event.
pub async fn read(app: &App, ask: Ask, id: String) -> Answer<Whole> {
    let (opener, now) = (app.clone(), app.clock.now());
    let found = app
        .view({
            let id = id.clone();
            move |db| {
                let expert = Expert::find(db, &id)?.ok_or(Error::NotFound)?;
                let specialties = store::expert::specialties(db, &expert.id)?.into_iter();
                let households = store::expert::households(db, &expert.id)?.into_iter();
                let interests = store::expert::interests(db, &expert.id)?.into_iter();
                let (_, rules) = store::rule::current(db)?;
                let mut years = 0;
                for panel in PROCEDURES.iter().filter_map(|procedure| procedure.panel) {
                    years = rules.figure(panel.experience, now.date())?.max(years);
                }
                Ok(Whole {
                    meets_standard: expert.meets_standard(years, now),
                    standard_years: years,
                    title: expert.title.clone(),
                    title_since_at: expert.title_since_at,
                    name: name(&opener, &expert)?,
                    id_no: masked(&open(&opener, "id_no", &expert.id, &expert.id_no)?, 3, 4),
                    phone: masked(&open(&opener, "phone", &expert.id, &expert.phone)?, 3, 4),
                    specialties: specialties.map(|row| row.specialty).collect(),
                    households: households.map(|row| (row.relation, row.org_code)).collect(),
                    interests: interests.map(Declared::from).collect(),
                    expert_no: expert.expert_no,
                    id: expert.id,
                })
            }
        })
        .await?;
    app.act(ask, move |tx| {
        let facts = json!({ "table": "expert", "row": id });
        let payload = Payload::facts("read", "sealed.read/1", &facts)?;
        tx.record(CHAIN, Act::SealedRead, vec![payload])?;
        Ok(())
    })
    .await?;
    Ok(found)
}
