//! Table `signing_key`.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{id::Id, signing_key::SigningKey},
    row,
    schema::signing_key,
};

row!(SigningKey, signing_key);

/// Every key an organisation ever registered, the newest first; retired ones too.
pub fn of(db: &mut Db, organisation: &Id) -> QueryResult<Vec<SigningKey>> {
    signing_key::table
        .filter(signing_key::organisation_id.eq(organisation))
        .order((signing_key::registered_at.desc(), signing_key::id))
        .select(SigningKey::as_select())
        .load(db)
}

/// The key of this name (`kid`), whoever registered it.
pub fn by_kid(db: &mut Db, kid: &str) -> QueryResult<Option<SigningKey>> {
    signing_key::table
        .filter(signing_key::kid.eq(kid))
        .select(SigningKey::as_select())
        .get_result(db)
        .optional()
}
