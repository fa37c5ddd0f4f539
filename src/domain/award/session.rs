//! What of an award by draw is kept in a table: the list drawn from, and when each step was done.
//!
//! Never: what follows from the terms and the draws kept beside them.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{id::Id, time::Instant},
    schema::award_session,
};

/// How far the award session (抽取会) of a lot is; there since the list of qualified bids stands.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = award_session, treat_none_as_null = true)]
pub struct AwardSession {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// Digest of the list that the award is drawn from.
    pub list_digest: String,
    /// Since when that list stands.
    pub listed_at: Instant,
    /// When the centre opened the session.
    pub opened_at: Option<Instant>,
    /// K as drawn, with two decimals.
    pub k: Option<String>,
    /// When K was drawn.
    pub k_drawn_at: Option<Instant>,
    /// When the order was drawn.
    pub order_drawn_at: Option<Instant>,
    /// Raised by every change.
    pub version: i64,
}

impl AwardSession {
    /// The list stands, with this digest.
    #[must_use]
    pub fn begin(id: Id, lot: &Id, list_digest: String, now: Instant) -> Self {
        Self {
            id,
            lot_id: lot.clone(),
            list_digest,
            listed_at: now,
            opened_at: None,
            k: None,
            k_drawn_at: None,
            order_drawn_at: None,
            version: 1,
        }
    }
}
