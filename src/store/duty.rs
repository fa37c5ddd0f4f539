//! Table `duty`: what is owed, by whom. Use cases put tasks on desks with [`owe`] and take them off
//! with [`meet`], inside their own act, so that the event names the rows.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::{Db, Fault, Tx};
use crate::{
    domain::{
        actor::{Person, Role},
        duty::Duty,
        id::Id,
    },
    row,
    schema::duty,
};

row!(Duty, duty);

/// Somebody owes something from now on: `shape` completes `Duty::new(title, role, link)`.
pub fn owe(
    tx: &mut Tx<'_>,
    title: &'static str,
    role: Role,
    link: impl Into<String>,
    shape: impl FnOnce(Duty) -> Duty,
) -> Result<Id, Fault> {
    let duty = shape(Duty::new(tx.id(), title, role, tx.now, link));
    tx.insert(&duty)?;
    Ok(duty.id)
}

/// What was owed under this title about this row is done; returns how many duties that met. None is
/// no fault: it may have been met before.
pub fn meet(tx: &mut Tx<'_>, title: &str, subject: &Id) -> Result<usize, Fault> {
    let open = open_about(tx.db, title, subject)?;
    meet_all(tx, open)
}

fn meet_all(tx: &mut Tx<'_>, open: Vec<Duty>) -> Result<usize, Fault> {
    let n = open.len();
    for mut duty in open {
        duty.met_at = Some(tx.now);
        tx.update(&duty)?;
    }
    Ok(n)
}

/// What was owed under this title about this row is not owed any more, and was not done.
pub fn lapse(tx: &mut Tx<'_>, title: &str, subject: &Id) -> Result<(), Fault> {
    for mut duty in open_about(tx.db, title, subject)? {
        duty.lapsed_at = Some(tx.now);
        tx.update(&duty)?;
    }
    Ok(())
}

/// Nothing of the lot has to be done any more, but for the titles kept.
pub fn lapse_all(tx: &mut Tx<'_>, lot: &Id, kept: &[&str]) -> Result<usize, Fault> {
    let open: Vec<Duty> = duty::table
        .filter(duty::lot_id.eq(lot))
        .filter(duty::met_at.is_null().and(duty::lapsed_at.is_null()))
        .order(duty::id)
        .select(Duty::as_select())
        .load(tx.db)?;
    let mut n = 0;
    for mut duty in open.into_iter().filter(|duty| !kept.contains(&&*duty.title)) {
        duty.lapsed_at = Some(tx.now);
        tx.update(&duty)?;
        n += 1;
    }
    Ok(n)
}

fn open_about(db: &mut Db, title: &str, subject: &Id) -> QueryResult<Vec<Duty>> {
    duty::table
        .filter(duty::subject_id.eq(subject).and(duty::title.eq(title)))
        .filter(duty::met_at.is_null().and(duty::lapsed_at.is_null()))
        .order(duty::id)
        .select(Duty::as_select())
        .load(db)
}

/// What a person owes, the most urgent first.
pub fn owed_by(db: &mut Db, person: &Person) -> QueryResult<Vec<Duty>> {
    let roles: Vec<Role> = person.grants.iter().map(|grant| grant.role).collect();
    let organisations: Vec<Option<Id>> = person
        .grants
        .iter()
        .map(|grant| grant.organisation.clone())
        .collect();
    let mut open: Vec<Duty> = duty::table
        .filter(duty::role.eq_any(roles))
        .filter(duty::met_at.is_null().and(duty::lapsed_at.is_null()))
        .filter(
            duty::account_id
                .is_null()
                .or(duty::account_id.eq(&person.account)),
        )
        .filter(
            duty::organisation_id
                .is_null()
                .or(duty::organisation_id.eq_any(organisations)),
        )
        .select(Duty::as_select())
        .load(db)?;
    open.retain(|duty| duty.is_owed_by(&person.account, &person.grants));
    open.sort_by_key(|duty| {
        (
            duty.due_at.is_none(),
            duty.due_at,
            duty.arose_at,
            duty.id.0.clone(),
        )
    });
    Ok(open)
}

/// The duties of a lot, open and ended, in the order they arose.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Duty>> {
    duty::table
        .filter(duty::lot_id.eq(lot))
        .order((duty::arose_at, duty::id))
        .select(Duty::as_select())
        .load(db)
}
