//! Table `objection`.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::{
        id::Id,
        objection::{Objection, ObjectionKind},
    },
    row,
    schema::objection,
};

row!(Objection, objection);

/// Every objection of a lot, in the order they were raised.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Objection>> {
    objection::table
        .filter(objection::lot_id.eq(lot))
        .order((objection::raised_at, objection::id))
        .select(Objection::as_select())
        .load(db)
}

/// The objections of a kind that wait for their reply: what depends on them waits too.
pub fn open(db: &mut Db, lot: &Id, kind: ObjectionKind) -> QueryResult<Vec<Objection>> {
    objection::table
        .filter(objection::lot_id.eq(lot))
        .filter(objection::kind.eq(kind))
        .filter(objection::reply.is_null())
        .order((objection::raised_at, objection::id))
        .select(Objection::as_select())
        .load(db)
}
