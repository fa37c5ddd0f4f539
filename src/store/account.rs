//! Tables `organisation`, `account`, `role_grant`.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        account::{Account, Organisation, RoleGrant},
        id::Id,
        time::Instant,
    },
    row,
    schema::{account, organisation, role_grant},
};

row!(Organisation, organisation);
row!(Account, account);
row!(RoleGrant, role_grant);

/// The account with this login.
pub fn by_login(db: &mut Db, login: &str) -> QueryResult<Option<Account>> {
    account::table
        .filter(account::login.eq(login))
        .select(Account::as_select())
        .first(db)
        .optional()
}

/// The organisation with this credit code.
pub fn organisation_by_code(db: &mut Db, code: &str) -> QueryResult<Option<Organisation>> {
    organisation::table
        .filter(organisation::code.eq(code))
        .select(Organisation::as_select())
        .first(db)
        .optional()
}

/// The roles that an account holds at an instant.
pub fn grants(db: &mut Db, account: &Id, at: Instant) -> QueryResult<Vec<RoleGrant>> {
    role_grant::table
        .filter(role_grant::account_id.eq(account))
        .filter(role_grant::until_at.is_null().or(role_grant::until_at.gt(at)))
        .order(role_grant::id)
        .select(RoleGrant::as_select())
        .load(db)
}
