//! Table `rule_version`.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, RunQueryDsl as _, SelectableHelper as _,
};

use super::{Db, Fault};
use crate::{
    domain::rule::{RuleVersion, Rules},
    row,
    schema::rule_version,
};

row!(RuleVersion, rule_version);

/// The newest version, if the rules were imported.
pub fn newest(db: &mut Db) -> Result<Option<RuleVersion>, Fault> {
    let newest = rule_version::table
        .order(rule_version::version.desc())
        .select(RuleVersion::as_select())
        .first(db)
        .optional()?;
    Ok(newest)
}

/// The rows in force for what begins now, with their version.
pub fn current(db: &mut Db) -> Result<(i64, Rules), Fault> {
    let newest = newest(db)?.ok_or_else(|| Fault::new("rules", "none were imported"))?;
    let rules = newest.rules().map_err(|e| Fault::new("rules", e))?;
    Ok((newest.version, rules))
}

/// The rows of a version, as a lot keeps it.
pub fn of_version(db: &mut Db, version: i64) -> Result<Rules, Fault> {
    let found: RuleVersion = rule_version::table
        .filter(rule_version::version.eq(version))
        .select(RuleVersion::as_select())
        .get_result(db)?;
    found.rules().map_err(|e| Fault::new("rules", e))
}
