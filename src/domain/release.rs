//! What holders and custodians give out after the closing or the freeze of a draw (protocols A.6).
//!
//! In and out: the row. Never: a row for a release that does not verify; the wrong ones are refused
//! and stay in the journal as evidence.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{bytes::JsonText, id::Id, time::Instant};
use crate::schema::release;

/// A release by a holder, or of a share by a custodian.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = release, treat_none_as_null = true)]
pub struct Release {
    /// Its id.
    pub id: Id,
    /// The key set.
    pub keyset_id: Id,
    /// The holder whose layer it is.
    pub duty: String,
    /// Who signed: the holder, or a custodian.
    pub signer: String,
    /// c of the event released for, hex.
    pub for_c: String,
    /// `stage.release/1` or `share.release/1`, signed.
    pub signed: JsonText,
    /// When it came.
    pub released_at: Instant,
    /// The layer's identity, if this release gives it or completes its recovery.
    pub identity: Option<String>,
}

impl Release {}
