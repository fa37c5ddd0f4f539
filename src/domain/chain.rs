//! The chain of its own on which everything stands that a bidder, or a duty's contribution, causes
//! before the closing (protocols C.2): on a shared chain the positions would count the bidders.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::id::Id;
use crate::schema::chain;

/// A chain of the journal kept for one subject.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = chain, treat_none_as_null = true)]
pub struct Chain {
    /// Its id.
    pub id: Id,
    /// The lot; the tender for what concerns its documents.
    pub lot_id: Id,
    /// The bidder's code, or the duty.
    pub subject: String,
    /// The stage of a contribution, empty for bids, `documents` for fetches and questions.
    pub stage: String,
    /// Its name in the journal: `b.` and 32 random hex digits.
    pub tx: String,
}

/// The stage of chains that hold what concerns a tender's documents; their `lot_id` is the tender.
pub const DOCUMENTS: &str = "documents";
