//! Table `contribution`: sealed contributions to draws, of the duties and of bidders invited.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::{contribution::Contribution, id::Id},
    row,
    schema::contribution,
};

row!(Contribution, contribution);

/// The last contribution of a giver to a stage.
pub fn last(db: &mut Db, lot: &Id, stage: &str, who: &str) -> QueryResult<Option<Contribution>> {
    let all = contribution::table
        .filter(contribution::lot_id.eq(lot))
        .filter(contribution::stage.eq(stage))
        .filter(contribution::who.eq(who))
        .order(contribution::seq.desc())
        .select(Contribution::as_select());
    Ok(all.load(db)?.into_iter().next())
}

/// The contributions of a lot that count, in order of giver and stage: the last of each.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Contribution>> {
    let mut all: Vec<Contribution> = contribution::table
        .filter(contribution::lot_id.eq(lot))
        .order((contribution::who, contribution::stage, contribution::seq.desc()))
        .select(Contribution::as_select())
        .load(db)?;
    all.dedup_by(|later, first| (&later.who, &later.stage) == (&first.who, &first.stage));
    Ok(all)
}

/// The contributions to a stage that count, in order of giver.
pub fn of_stage(db: &mut Db, lot: &Id, stage: &str) -> QueryResult<Vec<Contribution>> {
    let mut all = of_lot(db, lot)?;
    all.retain(|contribution| contribution.stage == stage);
    Ok(all)
}
