//! Table `chain`: which chain of the journal holds what a subject causes before the closing.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::{Db, Fault, Tx};
use crate::{
    domain::{chain::Chain, id::Id},
    row,
    schema::chain,
};

row!(Chain, chain);

/// The chain of a subject, if it has begun.
pub fn find(db: &mut Db, lot: &Id, subject: &str, stage: &str) -> QueryResult<Option<Chain>> {
    chain::table
        .filter(chain::lot_id.eq(lot))
        .filter(chain::subject.eq(subject))
        .filter(chain::stage.eq(stage))
        .select(Chain::as_select())
        .get_result(db)
        .optional()
}

/// Whose own chain this is: the subject of its row.
pub fn subject_of(db: &mut Db, tx: &str) -> QueryResult<Option<String>> {
    chain::table
        .filter(chain::tx.eq(tx))
        .select(chain::subject)
        .get_result(db)
        .optional()
}

/// Every chain of a lot (or, for documents, of a tender), in order of subject.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Chain>> {
    chain::table
        .filter(chain::lot_id.eq(lot))
        .order((chain::subject, chain::stage))
        .select(Chain::as_select())
        .load(db)
}

/// The chain of a subject, begun by this act if it has not been.
pub fn begin(tx: &mut Tx<'_>, lot: &Id, subject: &str, stage: &str) -> Result<Chain, Fault> {
    if let Some(chain) = find(tx.db, lot, subject, stage)? {
        return Ok(chain);
    }
    let chain = Chain {
        id: tx.id(),
        lot_id: lot.clone(),
        subject: subject.to_owned(),
        stage: stage.to_owned(),
        tx: format!("b.{}", hex::encode(tx.entropy.bytes::<16>())),
    };
    tx.insert(&chain)?;
    Ok(chain)
}
