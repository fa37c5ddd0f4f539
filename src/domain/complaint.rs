//! Complaints about a list of bids, as they are kept (protocols A.6, 3).
//!
//! In and out: the row. Never: a row for a complaint that the log does not bear out; whether it does
//! is decided by `proof::complaint`, for the server as for every client.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{bytes::JsonText, id::Id, time::Instant};
use crate::schema::complaint;

/// A founded complaint that was filed at the server.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = complaint)]
pub struct FiledComplaint {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// Digest of the submission that the list leaves out, hex.
    pub submission: String,
    /// What was filed: the log's word, the submission, perhaps rows of its chain.
    pub object: JsonText,
    /// When.
    pub filed_at: Instant,
}
