//! What people are told by the platform, and the pace at which its mail is tried again.
//!
//! In: a key of the locales, its facts and a link. Out: one message, to an account or to everyone
//! interested in a tender. What must never happen: a message to the interested that names or
//! counts them.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::JsonText,
    id::Id,
    time::{HOUR, Instant, MINUTE},
};
use crate::schema::message;

/// A message, as a row; what it says is put together in the reader's language.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = message, treat_none_as_null = true)]
pub struct Message {
    /// Its id.
    pub id: Id,
    /// The account it is for; none when it is for all who are interested in a tender.
    pub account_id: Option<Id>,
    /// The tender whose interested it is for.
    pub tender_id: Option<Id>,
    /// The key of its words: `<key>` is the subject, `<key>-text` the sentence.
    pub key: String,
    /// The facts of its words, JSON: list of `[name, value]`.
    pub facts: JsonText,
    /// The path to go on from, e.g. `/lots/x`.
    pub link: String,
    /// When it was told.
    pub told_at: Instant,
}

/// How long to wait after the n-th failed try: 1, 2, 4 ... minutes, an hour at most.
#[must_use]
pub fn pause(n_tries: i64) -> i64 {
    let doublings = u32::try_from(n_tries.clamp(1, 7) - 1).unwrap_or(6);
    (MINUTE << doublings).min(HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_never_given_up() {
        let minutes: Vec<i64> = [1, 2, 3, 6, 7, 8, 5_000].map(|n| pause(n) / MINUTE).to_vec();
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60, 60]);
    }
}
