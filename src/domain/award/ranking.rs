//! The ranking of the bids that may win: who comes before whom, however the award method found it. What
//! follows — candidates, whoever falls out, the publication, the notices — goes down it.
//!
//! In: what the method found, once; later exclusions. Out: candidates, and for every bid where it is and
//! why. Never: an exclusion that reorders anybody; a place given without the ground it rests on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Exclusion, Exclusions, Fate, Judged};
use crate::proof::{canon::Hash, transcript::Drawn};

/// What gave a bid its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Ground {
    /// Its ticket of a draw, the least first.
    Ticket {
        /// The ticket.
        #[schema(value_type = String)]
        ticket: Hash,
    },
}

/// A bid in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// The bidder's token.
    pub bidder: String,
    /// What gave it the place.
    pub ground: Ground,
}

/// The bids that may win, the first first; empty as long as the method has not found it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranking(Vec<Ranked>);

impl Ranking {
    /// As the award draw put them into order.
    #[must_use]
    pub fn drawn(order: Vec<Drawn>) -> Self {
        let ranked = |drawn: Drawn| Ranked {
            bidder: drawn.item.as_str().to_owned(),
            ground: Ground::Ticket { ticket: drawn.ticket },
        };
        Self(order.into_iter().map(ranked).collect())
    }

    /// Whether nothing is ranked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every bid with its place, from 1.
    pub fn places(&self) -> impl Iterator<Item = (usize, &Ranked)> {
        (1..).zip(&self.0)
    }

    /// The place of a bidder, from 1.
    #[must_use]
    pub fn place_of(&self, bidder: &str) -> Option<usize> {
        let mut places = self.places();
        places
            .find(|(_, ranked)| ranked.bidder == bidder)
            .map(|(place, _)| place)
    }

    /// The bidders in order, by token.
    #[must_use]
    pub fn bidders(&self) -> Vec<String> {
        self.0.iter().map(|ranked| ranked.bidder.clone()).collect()
    }

    /// The first `n` who are not excluded, in order.
    #[must_use]
    pub fn candidates(&self, excluded: &Exclusions, n: usize) -> Vec<Candidate> {
        self.places()
            .filter(|(_, ranked)| !excluded.contains_key(&ranked.bidder))
            .take(n)
            .zip(1..)
            .map(|((place, ranked), rank)| Candidate {
                rank,
                place,
                bidder: ranked.bidder.clone(),
            })
            .collect()
    }

    /// Whether enough may still be awarded to, where a later review may reject some: whoever was not
    /// reviewed counts as passing. If not, the lot fails under the procedure's rule of qualified bids.
    #[must_use]
    pub fn is_enough_left(&self, excluded: &Exclusions, n_min: usize) -> bool {
        let left = self
            .0
            .iter()
            .filter(|ranked| !excluded.contains_key(&ranked.bidder));
        left.count() >= n_min.max(1)
    }

    /// The outcome of each bid, given the exclusions and the candidates.
    #[must_use]
    pub fn outcomes(&self, bids: &[Judged], excluded: &Exclusions, candidates: &[Candidate]) -> Vec<Outcome> {
        let places: BTreeMap<&String, usize> = self
            .places()
            .map(|(place, ranked)| (&ranked.bidder, place))
            .collect();
        let one = |bid: &Judged| {
            let Some(place) = places.get(&bid.bidder).copied() else {
                return Outcome::Unranked(bid.fate.clone());
            };
            if let Some(exclusion) = excluded.get(&bid.bidder) {
                let exclusion = exclusion.clone();
                return Outcome::Excluded { place, exclusion };
            }
            match candidates.iter().find(|candidate| candidate.bidder == bid.bidder) {
                Some(candidate) => Outcome::Candidate {
                    rank: candidate.rank,
                    place,
                },
                None => Outcome::Reserve { place },
            }
        };
        bids.iter().map(one).collect()
    }
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// From 1.
    pub rank: usize,
    /// The place in the ranking, from 1; never less than the rank.
    pub place: usize,
    /// The bidder's token.
    pub bidder: String,
}

/// Why a bidder is where he is: what his own page says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[schema(as = AwardOutcome)]
pub enum Outcome {
    /// Not ranked, by his fate; `qualified` only as long as nothing is.
    Unranked(Fate),
    /// A candidate.
    Candidate {
        /// From 1.
        rank: usize,
        /// The place in the ranking, from 1.
        place: usize,
    },
    /// Ranked after the candidates.
    Reserve {
        /// The place in the ranking, from 1.
        place: usize,
    },
    /// Ranked and excluded.
    Excluded {
        /// The place in the ranking, from 1.
        place: usize,
        /// Why.
        exclusion: Exclusion,
    },
}
