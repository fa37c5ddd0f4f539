//! Table `contribution`: sealed contributions to draws, of the duties and of bidders invited.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{contribution::Contribution, id::Id},
    row,
    schema::contribution,
};

row!(Contribution, contribution);

/// The last contribution of a giver to a stage.
pub fn last(db: &mut Db, lot: &Id, stage: &str, who: &str) -> QueryResult<Option<Contribution>> {
    contribution::table
        .filter(contribution::lot_id.eq(lot))
        .filter(contribution::stage.eq(stage))
        .filter(contribution::who.eq(who))
        .order(contribution::seq.desc())
        .select(Contribution::as_select())
        .first(db)
        .optional()
}

/// The stage that a chain of contributions is to.
pub fn stage_of(db: &mut Db, lot: &Id, tx: &str) -> QueryResult<Option<String>> {
    contribution::table
        .filter(contribution::lot_id.eq(lot))
        .filter(contribution::tx.eq(tx))
        .select(contribution::stage)
        .first(db)
        .optional()
}

/// A contribution that counts, without its bytes.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Its id.
    pub id: Id,
    /// The giver.
    pub who: String,
    /// The stage.
    pub stage: String,
    /// Digest of the `keyset/1` it is sealed to, hex.
    pub keyset: String,
}

/// The contributions of a lot that count, in order of giver and stage: the last of each.
pub fn counted(db: &mut Db, lot: &Id) -> QueryResult<Vec<Counted>> {
    let mut all: Vec<(Id, String, String, String)> = contribution::table
        .filter(contribution::lot_id.eq(lot))
        .order((contribution::who, contribution::stage, contribution::seq.desc()))
        .select((
            contribution::id,
            contribution::who,
            contribution::stage,
            contribution::keyset,
        ))
        .load(db)?;
    all.dedup_by(|later, first| (&later.1, &later.2) == (&first.1, &first.2));
    let counted = all.into_iter().map(|(id, who, stage, keyset)| Counted {
        id,
        who,
        stage,
        keyset,
    });
    Ok(counted.collect())
}

/// The contributions of a lot that count, whole, to the stages asked for.
pub fn of_stages(db: &mut Db, lot: &Id, is_asked: impl Fn(&str) -> bool) -> QueryResult<Vec<Contribution>> {
    let counted = counted(db, lot)?.into_iter();
    let ids: Vec<Id> = counted
        .filter(|one| is_asked(&one.stage))
        .map(|one| one.id)
        .collect();
    contribution::table
        .filter(contribution::id.eq_any(ids))
        .order((contribution::who, contribution::stage))
        .select(Contribution::as_select())
        .load(db)
}
