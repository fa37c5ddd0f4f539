//! A sealed contribution to a draw (protocols A.2, B.2): 32 random bytes under the key set of the draw's
//! stage. The duties give theirs before anybody knows the list; to a later attempt the bidders are invited.
//!
//! In and out: the row, and until when the invitation stands. Never: a contribution changed once the list of bids or of the draw is fixed.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{Bytes, JsonText},
    ceremony::Keyset,
    id::Id,
    time::{HOUR, Instant},
};
use crate::{proof::stage::KeyStage, schema::contribution};

/// How long the bidders have to contribute to a later attempt, from the freeze of its keys on: nobody who
/// watches the session misses it, and a draw that is repeated still ends on the same day (protocols B.5).
pub const INVITATION_SPAN: i64 = HOUR;

/// Until when the list of a later attempt waits for the bidders' contributions; none for a draw to which
/// they are not invited, and while its keys are not there.
#[must_use]
pub fn invited_until(keyset: &Keyset) -> Option<Instant> {
    let frozen_at = keyset
        .frozen_at
        .filter(|_| keyset.is_of(KeyStage::invites_bidders));
    frozen_at.map(|at| at.plus(INVITATION_SPAN))
}

/// A submission of one `draw` part by a duty or a bidder.
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
    /// The contributor: op, sup, ten, or `b.<bidder>`.
    pub who: String,
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
