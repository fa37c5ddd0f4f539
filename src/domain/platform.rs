//! What this installation is: one row, fixed when its database was created.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{id::Id, time::Instant};
use crate::schema::platform;

/// The platform. Its chain in the journal is its id, [`Platform::ID`].
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = platform, treat_none_as_null = true)]
pub struct Platform {
    /// Always [`Platform::ID`].
    pub id: Id,
    /// Whether its time may be moved by hand and its parties are played by the program.
    pub sandbox: bool,
    /// The name of its journal.
    pub origin: String,
    /// When, by the law's clock.
    pub created_at: Instant,
}

impl Platform {
    /// The id of the one row, and the chain of what concerns the whole installation.
    pub const ID: &'static str = "platform";
    /// How the origin of every sandbox begins.
    pub const SANDBOX: &'static str = "sandbox.";

    /// The origin of a sandbox under this public address: `sandbox.<host>/audit/1`.
    #[must_use]
    pub fn sandbox_origin(public_url: &str) -> String {
        let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        format!("{}{host}/audit/1", Self::SANDBOX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_named_after_its_host() {
        for url in ["http://127.0.0.1:8080", "http://127.0.0.1", "127.0.0.1/x"] {
            assert_eq!(Platform::sandbox_origin(url), "sandbox.127.0.0.1/audit/1");
        }
    }
}
