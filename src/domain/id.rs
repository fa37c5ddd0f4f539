//! Ids: 20 random characters of `[a-z2-7]` (100 bits), made by the program, never by a database.
//!
//! They tell nothing: not the order, not the number, not the kind of what they name. Readable
//! numbers are for people only.

use super::text::text_column;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The id of a row of any noun.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    Default,
)]
#[diesel(sql_type = Text)]
#[serde(transparent)]
pub struct Id(pub String);

impl Id {
    /// The id that 20 random bytes make (their low five bits each).
    #[must_use]
    pub fn from_random(bytes: [u8; 20]) -> Self {
        let letter = |byte: &u8| {
            ALPHABET
                .get(usize::from(byte & 31))
                .map_or('a', |b| char::from(*b))
        };
        Self(bytes.iter().map(letter).collect())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

text_column!(Id, as_str, |text| Self(text));
