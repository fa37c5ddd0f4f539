//! Local bases (依据文件), as recorded: what a random award below the threshold rests on.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    code::Region,
    guard::{FairReview, LocalBasis},
    id::Id,
    money::Fen,
    procedure::Trade,
    refusal::Lawful,
    time::Instant,
};
use crate::schema::basis;

/// A recorded basis, as a row. Its chain in the journal is its id.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = basis, treat_none_as_null = true)]
pub struct Basis {
    /// Its id.
    pub id: Id,
    /// 文号.
    pub document_no: String,
    /// Its title.
    pub title: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// From when it is valid.
    pub valid_from_at: Instant,
    /// The first instant it is no longer valid, if it ends.
    pub valid_until_at: Option<Instant>,
    /// Works with a ceiling at or above it are out of scope.
    pub cap_fen: Fen,
    /// The trade it is for.
    pub trade: Trade,
    /// GB/T 2260 code of where it applies, with what lies below.
    pub region: String,
    /// The conclusion of its fair-competition review.
    pub review: FairReview,
    /// Who recorded it.
    pub recorded_by: Id,
    /// When.
    pub recorded_at: Instant,
}

impl Basis {
    /// The basis as the guard reads it.
    ///
    /// # Errors
    /// `code.region`, for a row that this program did not write.
    pub fn local(&self) -> Lawful<LocalBasis> {
        Ok(LocalBasis {
            document_no: self.document_no.clone(),
            title: self.title.clone(),
            issued_at: self.issued_at,
            valid_from_at: self.valid_from_at,
            valid_until_at: self.valid_until_at,
            cap_fen: self.cap_fen,
            trade: self.trade,
            region: Region::parse(&self.region, "region")?,
            review: self.review,
        })
    }
}
