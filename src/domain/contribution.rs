//! A duty's sealed contribution to a draw (protocols A.2, B.2): 32 random bytes under the key set of
//! the draw's stage, given before anybody knows the list.
//!
//! In and out: the row. Never: a contribution changed once the list of bids or of the draw is fixed.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{Bytes, JsonText},
    id::Id,
    time::Instant,
};
use crate::schema::contribution;

/// A submission of one `draw` part by a duty.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = contribution, treat_none_as_null = true)]
pub struct Contribution {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The stage of the draw.
    pub stage: String,
    /// The contributor: op, sup, ten.
    pub duty: String,
    /// Its number on its chain, from 1; the last one counts.
    pub seq: i64,
    /// Digest of the `keyset/1` it is sealed to, hex.
    pub keyset: String,
    /// Its chain in the journal.
    pub tx: String,
    /// Digest of the `bid.submit/1`, hex.
    pub x_digest: String,
    /// The `signed/1` of the `bid.submit/1`.
    pub signed: JsonText,
    /// The ciphertext of its one part.
    pub ct: Bytes,
    /// When it came.
    pub submitted_at: Instant,
}
