//! Table `question`. Who asked is read only to tell him the answer.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::{id::Id, question::Question},
    row,
    schema::question,
};

row!(Question, question);

/// The questions of a tender, in order.
pub fn of_tender(db: &mut Db, tender: &Id) -> QueryResult<Vec<Question>> {
    question::table
        .filter(question::tender_id.eq(tender))
        .order((question::asked_at, question::id))
        .select(Question::as_select())
        .load(db)
}
