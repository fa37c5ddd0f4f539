//! Tables `expert`, `expert_specialty`, `household`, `interest`, `expert_library`.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        expert::{Candidate, Expert, ExpertSpecialty, Household, Interest, Library},
        id::Id,
        time::Instant,
    },
    row,
    schema::{expert, expert_library, expert_specialty, household, interest},
};

row!(Expert, expert);
row!(ExpertSpecialty, expert_specialty);
row!(Household, household);
row!(Interest, interest);
row!(Library, expert_library);

/// The expert of the local list with this number.
pub fn by_number(db: &mut Db, number: &str) -> QueryResult<Option<Expert>> {
    expert::table
        .filter(expert::expert_no.eq(number))
        .filter(expert::library_id.is_null())
        .select(Expert::as_select())
        .get_result(db)
        .optional()
}

/// The expert of an outside library with this number there.
pub fn of_library(db: &mut Db, library: &Id, number: &str) -> QueryResult<Option<Expert>> {
    expert::table
        .filter(expert::library_id.eq(library))
        .filter(expert::expert_no.eq(number))
        .select(Expert::as_select())
        .get_result(db)
        .optional()
}

/// The expert who signs in with this account.
pub fn by_account(db: &mut Db, account: &Id) -> QueryResult<Option<Expert>> {
    expert::table
        .filter(expert::account_id.eq(account))
        .select(Expert::as_select())
        .get_result(db)
        .optional()
}

/// Up to `limit` experts of the local list with greater numbers, in order of number. Those of outside
/// libraries are never listed: whoever is there was drawn for a panel.
pub fn page(db: &mut Db, after: &str, limit: i64) -> QueryResult<Vec<Expert>> {
    expert::table
        .filter(expert::expert_no.gt(after))
        .filter(expert::library_id.is_null())
        .order(expert::expert_no)
        .limit(limit)
        .select(Expert::as_select())
        .load(db)
}

/// How many experts the local list holds.
pub fn count(db: &mut Db) -> QueryResult<i64> {
    expert::table
        .filter(expert::library_id.is_null())
        .count()
        .get_result(db)
}

/// The specialties of an expert, in order of code.
pub fn specialties(db: &mut Db, of: &Id) -> QueryResult<Vec<ExpertSpecialty>> {
    expert_specialty::table
        .filter(expert_specialty::expert_id.eq(of))
        .order(expert_specialty::specialty)
        .select(ExpertSpecialty::as_select())
        .load(db)
}

/// The household list of an expert.
pub fn households(db: &mut Db, of: &Id) -> QueryResult<Vec<Household>> {
    household::table
        .filter(household::expert_id.eq(of))
        .order(household::id)
        .select(Household::as_select())
        .load(db)
}

/// What an expert declared, in order of time.
pub fn interests(db: &mut Db, of: &Id) -> QueryResult<Vec<Interest>> {
    interest::table
        .filter(interest::expert_id.eq(of))
        .order((interest::declared_at, interest::id))
        .select(Interest::as_select())
        .load(db)
}

/// The libraries, in order of name.
pub fn libraries(db: &mut Db) -> QueryResult<Vec<Library>> {
    expert_library::table
        .order(expert_library::name)
        .select(Library::as_select())
        .load(db)
}

/// One expert as a candidate at a time at which he is, or is not, booked.
pub fn candidate(db: &mut Db, expert: Expert, is_busy: bool) -> QueryResult<Candidate> {
    let mut ties = BTreeSet::from([expert.employer_code.clone()]);
    ties.extend(households(db, &expert.id)?.into_iter().map(|row| row.org_code));
    ties.extend(interests(db, &expert.id)?.into_iter().map(|row| row.org_code));
    Ok(Candidate {
        expert,
        ties,
        is_busy,
    })
}

/// Everybody of the local list with a specialty, as candidates for a time, in order of number.
pub fn candidates(
    db: &mut Db,
    specialty: &str,
    from: Instant,
    until: Instant,
) -> QueryResult<Vec<Candidate>> {
    let experts: Vec<Expert> = expert_specialty::table
        .inner_join(expert::table.on(expert::id.eq(expert_specialty::expert_id)))
        .filter(expert_specialty::specialty.eq(specialty))
        .filter(expert::library_id.is_null())
        .order(expert::expert_no)
        .select(Expert::as_select())
        .load(db)?;
    let mut ties: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    let relatives: Vec<(Id, String)> = household::table
        .inner_join(expert_specialty::table.on(expert_specialty::expert_id.eq(household::expert_id)))
        .filter(expert_specialty::specialty.eq(specialty))
        .select((household::expert_id, household::org_code))
        .load(db)?;
    let declared: Vec<(Id, String)> = interest::table
        .inner_join(expert_specialty::table.on(expert_specialty::expert_id.eq(interest::expert_id)))
        .filter(expert_specialty::specialty.eq(specialty))
        .select((interest::expert_id, interest::org_code))
        .load(db)?;
    for (expert, code) in relatives.into_iter().chain(declared) {
        ties.entry(expert).or_default().insert(code);
    }
    let busy = super::panel::busy(db, from, until)?;
    let whole = experts.into_iter().map(|expert| {
        let mut ties = ties.remove(&expert.id).unwrap_or_default();
        ties.insert(expert.employer_code.clone());
        let is_busy = busy.contains(&expert.id);
        Candidate {
            expert,
            ties,
            is_busy,
        }
    });
    Ok(whole.collect())
}
