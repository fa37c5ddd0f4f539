//! Table `release`: what holders and custodians gave out.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::{Db, ceremony};
use crate::{
    domain::{id::Id, release::Release},
    row,
    schema::release,
};

row!(Release, release);

/// The releases for a key set, in order of layer and signer.
pub fn of_keyset(db: &mut Db, keyset: &Id) -> QueryResult<Vec<Release>> {
    release::table
        .filter(release::keyset_id.eq(keyset))
        .order((release::duty, release::signer))
        .select(Release::as_select())
        .load(db)
}

/// The identities of a stage, innermost layer first; `None` while one is missing.
pub fn identities(db: &mut Db, lot: &Id, stage: &str) -> QueryResult<Option<Vec<String>>> {
    let Some(keyset) = ceremony::of_stage(db, lot, stage)? else {
        return Ok(None);
    };
    let releases = of_keyset(db, &keyset.id)?;
    let identity = |duty: &str| {
        let mut layer = releases.iter().filter(|release| release.duty == duty);
        layer.find_map(|release| release.identity.clone())
    };
    Ok(keyset.plan().iter().map(|layer| identity(&layer.duty)).collect())
}
