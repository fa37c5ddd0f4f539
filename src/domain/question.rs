//! Questions on the documents and their public answers, as rows. Who asked is secret (ZB 22): it
//! stands on the asker's own chain, and only his answer is sent to him by it.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{id::Id, time::Instant};
use crate::schema::question;

/// A question and, once there, its answer.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = question, treat_none_as_null = true)]
pub struct Question {
    /// Its id.
    pub id: Id,
    /// The tender.
    pub tender_id: Id,
    /// Who asked; secret.
    pub account_id: Id,
    /// What is asked.
    pub text: String,
    /// When.
    pub asked_at: Instant,
    /// The answer.
    pub answer: Option<String>,
    /// Who answered.
    pub answered_by: Option<Id>,
    /// When.
    pub answered_at: Option<Instant>,
}
