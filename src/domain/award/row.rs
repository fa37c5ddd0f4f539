//! What of an award is kept in tables; the rest follows from the bids, the verdicts and the draws.
//!
//! Never: an award decided that was not published before, or published twice at once.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{Cause, Exclusion};
use crate::{
    domain::{
        actor::Role,
        bytes::JsonText,
        id::Id,
        money::Fen,
        refusal::{
            Lawful, Refusal,
            award::{CONTRACT_SIGNED, NOT_PUBLISHED, NOT_WINNER, RUNNING, RUNS},
            require,
        },
        tender::Lot,
        time::Instant,
    },
    schema::{award, exclusion, list_confirmation, minutes_signature, session_attendance},
};

/// How far the award of a lot is; begun when its method has ranked the bids, or the panel reviewed them.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = award, treat_none_as_null = true)]
pub struct Award {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// `award.standstill/1` as published.
    pub paper: Option<JsonText>,
    /// Its digest.
    pub digest: Option<String>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// The winner's token.
    pub winner: Option<String>,
    /// What the contract costs.
    pub contract_fen: Option<Fen>,
    /// `award.notice/1`.
    pub notice: Option<JsonText>,
    /// When the award was decided.
    pub decided_at: Option<Instant>,
    /// `award.contract/1`.
    pub contract: Option<JsonText>,
    /// When the owner recorded it.
    pub contract_at: Option<Instant>,
    /// Raised by every change.
    pub version: i64,
}

/// What the act that goes on with an award needs of a publication, whatever its method published.
#[derive(Deserialize)]
struct Published {
    candidates: Vec<PublishedCandidate>,
}

#[derive(Deserialize)]
struct PublishedCandidate {
    bidder: String,
}

impl Award {
    /// The bidders who were published as candidates, first first; nobody before the publication.
    ///
    /// # Errors
    /// None: what was published is JSON.
    pub fn published_candidates(&self) -> serde_json::Result<Vec<String>> {
        let Some(paper) = &self.paper else {
            return Ok(Vec::new());
        };
        let paper: Published = paper.get()?;
        Ok(paper.candidates.into_iter().map(|one| one.bidder).collect())
    }

    /// The result is there, to be published.
    #[must_use]
    pub fn begin(id: Id, lot: &Id) -> Self {
        Self {
            id,
            lot_id: lot.clone(),
            paper: None,
            digest: None,
            published_at: None,
            winner: None,
            contract_fen: None,
            notice: None,
            decided_at: None,
            contract: None,
            contract_at: None,
            version: 1,
        }
    }

    /// Takes the publication back: another candidate has to be published.
    pub fn unpublish(&mut self) {
        (self.paper, self.digest, self.published_at) = (None, None, None);
        self.version += 1;
    }

    /// Refuses a publication while one runs.
    ///
    /// # Errors
    /// `award.running`.
    pub fn must_be_unpublished(&self, lot: &Lot) -> Lawful<()> {
        require(self.published_at.is_none(), || {
            Refusal::new(&RUNNING).fact("until", lot.standstill_until_at.unwrap_or_default())
        })
    }

    /// Refuses the award before the publication, and before its end (rule Z81R).
    ///
    /// # Errors
    /// `award.not_published`, `award.runs`.
    pub fn must_have_ended(&self, lot: &Lot, now: Instant) -> Lawful<()> {
        let until = lot.standstill_until_at.filter(|_| self.published_at.is_some());
        let until = until.ok_or_else(|| Refusal::new(&NOT_PUBLISHED))?;
        require(now >= until, || Refusal::new(&RUNS).fact("until", until))
    }

    /// Takes the award back because its winner fell out before the contract; it is decided again
    /// (参照招标投标法实施条例 55).
    ///
    /// # Errors
    /// `award.contract_signed`, `award.not_winner`.
    pub fn take_back(&mut self, bidder: &str) -> Lawful<()> {
        self.must_be_without_contract()?;
        require(self.winner.as_deref() == Some(bidder), || {
            Refusal::new(&NOT_WINNER).fact("bidder", bidder).at("bidder")
        })?;
        (self.winner, self.contract_fen) = (None, None);
        (self.notice, self.decided_at) = (None, None);
        self.version += 1;
        Ok(())
    }

    /// Refuses a second contract.
    ///
    /// # Errors
    /// `award.contract_signed`.
    pub fn must_be_without_contract(&self) -> Lawful<()> {
        require(self.contract.is_none(), || Refusal::new(&CONTRACT_SIGNED))
    }
}

/// Somebody drawn who fell out later.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = exclusion)]
pub struct Excluded {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The bidder's token.
    pub bidder: String,
    /// Why.
    pub cause: Cause,
    /// The clause of the documents, or the article.
    pub clause: String,
    /// The reason in words.
    pub reason: String,
    /// Who decided it for the owner.
    pub excluded_by: Id,
    /// When.
    pub excluded_at: Instant,
}

impl Excluded {
    /// Whom, and why.
    #[must_use]
    pub fn entry(self) -> (String, Exclusion) {
        let exclusion = Exclusion {
            cause: self.cause,
            clause: self.clause,
            reason: self.reason,
        };
        (self.bidder, exclusion)
    }
}

/// A bidder confirmed the list before the award was drawn from it.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = list_confirmation)]
pub struct ListConfirmation {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The bidder's organisation.
    pub organisation_id: Id,
    /// The person.
    pub account_id: Id,
    /// Digest of the list.
    pub digest: String,
    /// When.
    pub confirmed_at: Instant,
}

/// Somebody who signed in to the session.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = session_attendance)]
pub struct SessionAttendance {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The organisation he came for.
    pub organisation_id: Id,
    /// The person.
    pub account_id: Id,
    /// In which role.
    pub role: Role,
    /// The organisation's name then.
    pub name: String,
    /// When.
    pub attended_at: Instant,
}

/// A signature under the minutes of the session.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = minutes_signature)]
pub struct MinutesSignature {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The person.
    pub account_id: Id,
    /// For whom he signed.
    pub role: Role,
    /// Digest of the minutes.
    pub digest: String,
    /// When.
    pub signed_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tender::sample_lot;

    #[test]
    fn the_award_waits_for_the_end_of_the_publication() {
        let mut lot = sample_lot();
        let mut award = Award::begin(Id::from("award"), &lot.id);
        let code = |award: &Award, lot: &Lot, now: i64| {
            let found = award.must_have_ended(lot, Instant(now));
            found.map_err(|refusal| refusal.reason.code)
        };
        assert_eq!(award.must_be_unpublished(&lot), Ok(()));
        assert_eq!(code(&award, &lot, 9), Err("award.not_published"));
        award.published_at = Some(Instant(2));
        lot.standstill_until_at = Some(Instant(5));
        assert_eq!(code(&award, &lot, 4), Err("award.runs"));
        assert_eq!(code(&award, &lot, 5), Ok(()), "at the end itself it has ended");
        let running = award
            .must_be_unpublished(&lot)
            .map_err(|refusal| refusal.reason.code);
        assert_eq!(running, Err("award.running"));
        award.unpublish();
        assert_eq!(code(&award, &lot, 9), Err("award.not_published"));
    }
}
