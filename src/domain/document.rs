//! The documents of a tender, as rows, and who fetched them while signed in.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{id::Id, time::Instant};
use crate::schema::{document, document_fetch};

/// A document; its bytes lie in the blob store under their SHA-256.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = document, treat_none_as_null = true)]
pub struct Document {
    /// Its id.
    pub id: Id,
    /// Its tender.
    pub tender_id: Id,
    /// The notice or addendum that published it; none while it is not out.
    pub notice_id: Option<Id>,
    /// What it is, for people.
    pub title: String,
    /// The safe name it is served under.
    pub file_name: String,
    /// Its media type, as sent and checked.
    pub media: String,
    /// Its length.
    pub n_bytes: i64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Who added it.
    pub added_by: Id,
    /// When.
    pub added_at: Instant,
}

/// That an account fetched a tender's documents. Secret (ZB 22): used only to reach them.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = document_fetch, treat_none_as_null = true)]
pub struct DocumentFetch {
    /// Its id.
    pub id: Id,
    /// The tender.
    pub tender_id: Id,
    /// Who.
    pub account_id: Id,
    /// When first.
    pub fetched_at: Instant,
}
