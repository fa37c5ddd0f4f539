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
        duty::{Duty, DutyKind},
        id::Id,
    },
    row,
    schema::duty,
};

row!(Duty, duty);

/// Somebody owes something from now on, done on the page of this: `shape` says about what, and who.
pub fn owe(tx: &mut Tx<'_>, kind: DutyKind, of: &Id, shape: impl FnOnce(Duty) -> Duty) -> Result<(), Fault> {
    let duty = shape(Duty::new(tx.id(), kind, of, tx.now));
    tx.insert(&duty)
}

/// What was owed about this row is done. None is no fault: it may have been met before.
pub fn meet(tx: &mut Tx<'_>, kind: DutyKind, subject: &Id) -> Result<(), Fault> {
    for mut duty in open_about(tx.db, kind, subject)? {
        duty.met_at = Some(tx.now);
        tx.update(&duty)?;
    }
    Ok(())
}

/// What was owed about this row is not owed any more, and was not done.
pub fn lapse(tx: &mut Tx<'_>, kind: DutyKind, subject: &Id) -> Result<(), Fault> {
    for mut duty in open_about(tx.db, kind, subject)? {
        duty.lapsed_at = Some(tx.now);
        tx.update(&duty)?;
    }
    Ok(())
}

/// Nothing of the lot has to be done any more, but for what is kept.
pub fn lapse_all(tx: &mut Tx<'_>, lot: &Id, kept: &[DutyKind]) -> Result<(), Fault> {
    let open: Vec<Duty> = duty::table
        .filter(duty::lot_id.eq(lot))
        .filter(duty::met_at.is_null().and(duty::lapsed_at.is_null()))
        .order(duty::id)
        .select(Duty::as_select())
        .load(tx.db)?;
    for mut duty in open.into_iter().filter(|duty| !kept.contains(&duty.kind)) {
        duty.lapsed_at = Some(tx.now);
        tx.update(&duty)?;
    }
    Ok(())
}

fn open_about(db: &mut Db, kind: DutyKind, subject: &Id) -> QueryResult<Vec<Duty>> {
    duty::table
        .filter(duty::subject_id.eq(subject).and(duty::kind.eq(kind)))
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
        .filter(
            duty::role
                .eq_any(roles)
                .or(duty::agency_id.eq_any(organisations.clone())),
        )
        .filter(duty::met_at.is_null().and(duty::lapsed_at.is_null()))
        .filter(
            duty::account_id
                .is_null()
                .or(duty::account_id.eq(&person.account)),
        )
        .filter(
            duty::organisation_id
                .is_null()
                .or(duty::organisation_id.eq_any(organisations.clone()))
                .or(duty::agency_id.eq_any(organisations)),
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
