//! Tables `organisation`, `account`, `role_grant`.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        account::{Account, Organisation, OrganisationKind, RoleGrant},
        actor::{AccountKind, Position, Role},
        code::Region,
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
        .get_result(db)
        .optional()
}

/// The organisation with this credit code.
pub fn organisation_by_code(db: &mut Db, code: &str) -> QueryResult<Option<Organisation>> {
    organisation::table
        .filter(organisation::code.eq(code))
        .select(Organisation::as_select())
        .get_result(db)
        .optional()
}

/// The centre and the authorities, by name.
pub fn authorities(db: &mut Db) -> QueryResult<Vec<Organisation>> {
    organisation::table
        .filter(organisation::kind.ne_all(["market", "person"]))
        .order((organisation::name, organisation::id))
        .select(Organisation::as_select())
        .load(db)
}

/// The roles that an account holds at an instant.
pub fn grants(db: &mut Db, account: &Id, at: Instant) -> QueryResult<Vec<RoleGrant>> {
    role_grant::table
        .filter(role_grant::account_id.eq(account))
        .filter(role_grant::from_at.le(at))
        .filter(role_grant::until_at.is_null().or(role_grant::until_at.gt(at)))
        .order(role_grant::id)
        .select(RoleGrant::as_select())
        .load(db)
}

/// The roles that an account holds or will hold.
pub fn grants_ahead(db: &mut Db, account: &Id, at: Instant) -> QueryResult<Vec<RoleGrant>> {
    role_grant::table
        .filter(role_grant::account_id.eq(account))
        .filter(role_grant::until_at.is_null().or(role_grant::until_at.gt(at)))
        .order(role_grant::id)
        .select(RoleGrant::as_select())
        .load(db)
}

/// The people of an organisation, open accounts first.
pub fn people(db: &mut Db, organisation: &Id) -> QueryResult<Vec<Account>> {
    let mut people: Vec<Account> = account::table
        .filter(account::organisation_id.eq(organisation))
        .order(account::login)
        .select(Account::as_select())
        .load(db)?;
    people.sort_by_key(|person| person.closed_at.is_some());
    Ok(people)
}

/// Up to `limit` accounts of staff and administrators with greater logins.
pub fn staff(db: &mut Db, after: &str, limit: i64) -> QueryResult<Vec<Account>> {
    account::table
        .filter(account::kind.ne(AccountKind::Party))
        .filter(account::login.gt(after))
        .order(account::login)
        .limit(limit)
        .select(Account::as_select())
        .load(db)
}

/// Up to `limit` accounts that hold a second factor, for the codes that a sandbox shows.
pub fn with_factor(db: &mut Db, limit: i64) -> QueryResult<Vec<Account>> {
    account::table
        .filter(account::totp_secret.is_not_null())
        .filter(account::closed_at.is_null())
        .order(account::login)
        .limit(limit)
        .select(Account::as_select())
        .load(db)
}

/// The open accounts that hold a role at an instant, for an organisation in a position where given.
pub fn holders(db: &mut Db, role: Role, post: Option<(&Id, Position)>, at: Instant) -> QueryResult<Vec<Id>> {
    let mut query = role_grant::table
        .inner_join(account::table.on(account::id.eq(role_grant::account_id)))
        .filter(account::closed_at.is_null())
        .filter(role_grant::role.eq(role))
        .filter(role_grant::from_at.le(at))
        .filter(role_grant::until_at.is_null().or(role_grant::until_at.gt(at)))
        .select(role_grant::account_id)
        .distinct()
        .into_boxed();
    if let Some((organisation, position)) = post {
        query = query
            .filter(role_grant::organisation_id.eq(organisation.clone()))
            .filter(role_grant::position.eq(position));
    }
    query.load(db)
}

/// The open accounts that hold a role of staff at an instant for a region that covers this one.
pub fn covering(db: &mut Db, role: Role, region: &str, at: Instant) -> QueryResult<Vec<Id>> {
    let held: Vec<(Id, String)> = role_grant::table
        .inner_join(account::table.on(account::id.eq(role_grant::account_id)))
        .filter(account::closed_at.is_null())
        .filter(role_grant::role.eq(role))
        .filter(role_grant::from_at.le(at))
        .filter(role_grant::until_at.is_null().or(role_grant::until_at.gt(at)))
        .select((role_grant::account_id, role_grant::region))
        .distinct()
        .load(db)?;
    let near = held.into_iter().filter(|(_, own)| Region::is_served(region, own));
    Ok(near.map(|(account, _)| account).collect())
}

/// Organisations by their ids.
pub fn organisations(db: &mut Db, ids: &[Id]) -> QueryResult<BTreeMap<Id, Organisation>> {
    let found: Vec<Organisation> = organisation::table
        .filter(organisation::id.eq_any(ids))
        .select(Organisation::as_select())
        .load(db)?;
    Ok(found.into_iter().map(|one| (one.id.clone(), one)).collect())
}

/// Which of these accounts have an address of mail.
pub fn with_mail(db: &mut Db, ids: &[Id]) -> QueryResult<BTreeSet<Id>> {
    let found: Vec<Id> = account::table
        .filter(account::id.eq_any(ids))
        .filter(account::email.is_not_null())
        .select(account::id)
        .load(db)?;
    Ok(found.into_iter().collect())
}

/// The organisations of a kind.
pub fn of_kind(db: &mut Db, kind: OrganisationKind) -> QueryResult<Vec<Organisation>> {
    organisation::table
        .filter(organisation::kind.eq(kind))
        .order(organisation::id)
        .select(Organisation::as_select())
        .load(db)
}
