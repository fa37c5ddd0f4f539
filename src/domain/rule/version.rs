//! A version of the rule rows, as the database holds it since it was imported.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{Rule, Rules};
use crate::{
    domain::{bytes::JsonText, id::Id, text::Misprint, time::Instant},
    schema::rule_version,
};

/// One version of all rule rows; a lot keeps the number of the one it started under.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = rule_version, treat_none_as_null = true)]
pub struct RuleVersion {
    /// Its id.
    pub id: Id,
    /// 1, 2, …
    pub version: i64,
    /// The rows, JSON: a list of [`Rule`].
    pub rows: JsonText,
    /// SHA-256 of the text of the rows, hex.
    pub sha256: String,
    /// When it was imported.
    pub imported_at: Instant,
}

impl RuleVersion {
    /// The rows.
    ///
    /// # Errors
    /// Rows that are no law, which this program never stored.
    pub fn rules(&self) -> Result<Rules, Misprint> {
        let rows: Vec<Rule> = self
            .rows
            .get()
            .map_err(|e| Misprint(format!("rules version {}: {e}", self.version)))?;
        Rules::of(rows)
    }
}
