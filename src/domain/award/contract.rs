//! The contract that follows from an award (rule Z89R): what the owner says of it, and whether it is the
//! one that was awarded.
//!
//! In: the day it was signed, its sum, the digest of the document. Out: `award.contract/1`, which the owner
//! signs. Never: another sum than the award notice's; a day before the notice, or one yet to come; the
//! document itself, which stays with the owner.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Notice;
use crate::{
    domain::{
        id::Id,
        money::Fen,
        refusal::{
            Lawful, Refusal,
            award::{CONTRACT_DAY, CONTRACT_PRICE},
            common::FIELD_BAD,
            require,
        },
        rule::Rule,
        time::Instant,
    },
    proof::canon::{Hash, Object},
};

/// What the owner says of the contract.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContractSaid)]
pub struct Said {
    /// The day on which it was signed, `YYYY-MM-DD`.
    pub signed_on: String,
    /// SHA-256 of the document, hex64.
    pub sha256: String,
    /// Its sum, fen.
    #[schema(value_type = i64)]
    pub price_fen: Fen,
}

/// The contract (合同), `award.contract/1`: what the owner signs and everybody can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AwardContract)]
pub struct Contract {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The number of the tender.
    pub number: String,
    /// The winner's token.
    pub winner: String,
    /// The winner's name.
    pub name: String,
    /// SHA-256 of the award notice that it follows from.
    pub notice: String,
    /// The day on which it was signed, `YYYY-MM-DD`.
    pub signed_on: String,
    /// Its sum, fen.
    #[schema(value_type = i64)]
    pub price: Fen,
    /// SHA-256 of the document.
    pub sha256: String,
}

impl Object for Contract {
    const T: &'static str = "award.contract/1";
}

impl Contract {
    /// What was said of it.
    #[must_use]
    pub fn said(&self) -> Said {
        Said {
            signed_on: self.signed_on.clone(),
            sha256: self.sha256.clone(),
            price_fen: self.price,
        }
    }
}

/// What a contract has to follow from.
#[derive(Debug, Clone)]
pub struct Awarded {
    /// The award notice.
    pub notice: Notice,
    /// Its digest.
    pub digest: Hash,
    /// When it went out.
    pub at: Instant,
}

fn bad(field: &str, expected: &str) -> Refusal {
    Refusal::new(&FIELD_BAD)
        .fact("field", field)
        .fact("expected", expected)
        .at(field)
}

impl Awarded {
    /// The contract that the owner records at `now`; `rule` bounds it and is named in refusals.
    ///
    /// # Errors
    /// `field.bad`, `award.contract_day`, `award.contract_price`, at their fields.
    pub fn contract(&self, lot: &Id, said: &Said, rule: Option<&Rule>, now: Instant) -> Lawful<Contract> {
        let cite = |refusal: Refusal| match rule {
            Some(rule) => rule.cite(refusal),
            None => refusal,
        };
        let sha256 = Hash::from_hex(&said.sha256).map_err(|_| bad("sha256", "hex64"))?;
        let signed_on = said.signed_on.parse::<Date>();
        let signed_on = signed_on.map_err(|_| bad("signed_on", "YYYY-MM-DD"))?;
        let (from, until) = (self.at.date(), now.date());
        require(from <= signed_on && signed_on <= until, || {
            let refusal = Refusal::new(&CONTRACT_DAY)
                .fact("from", from)
                .fact("until", until);
            cite(refusal).at("signed_on")
        })?;
        let awarded = self.notice.winner.contract_price;
        require(said.price_fen == awarded, || {
            let refusal = Refusal::new(&CONTRACT_PRICE)
                .fact("price", said.price_fen.grouped())
                .fact("awarded", awarded.grouped());
            cite(refusal).at("price_fen")
        })?;
        Ok(Contract {
            lot: lot.clone(),
            number: self.notice.number.clone(),
            winner: self.notice.winner.bidder.clone(),
            name: self.notice.winner.name.clone(),
            notice: self.digest.to_hex(),
            signed_on: signed_on.to_string(),
            price: awarded,
            sha256: sha256.to_hex(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::award::CandidateLine;

    fn awarded() -> Awarded {
        Awarded {
            notice: Notice {
                number: "n".into(),
                tender: "t".into(),
                lot: "l".into(),
                owner: "o".into(),
                winner: CandidateLine {
                    rank: 1,
                    place: 1,
                    bidder: "b".into(),
                    name: "甲".into(),
                    total: Fen(100),
                    contract_price: Fen(90),
                    days: None,
                    quality: None,
                    manager: None,
                },
                standstill: String::new(),
            },
            digest: Hash::of(&[b"notice"]),
            at: Instant::parse_local("2026-07-06 16:00").unwrap(),
        }
    }

    #[test]
    fn a_contract_is_of_the_awarded_price_and_of_a_day_since_the_notice() {
        let now = Instant::parse_local("2026-07-20 08:00").unwrap();
        let digest = "ab".repeat(32);
        let table = [
            ("2026-07-06", &*digest, 90, Ok("2026-07-06")),
            ("2026-07-20", &*digest, 90, Ok("2026-07-20")),
            ("2026-07-05", &*digest, 90, Err("award.contract_day")),
            ("2026-07-21", &*digest, 90, Err("award.contract_day")),
            ("2026-07-32", &*digest, 90, Err("field.bad")),
            ("2026-07-10", "ab", 90, Err("field.bad")),
            ("2026-07-10", &*digest, 91, Err("award.contract_price")),
            ("2026-07-10", &*digest, 89, Err("award.contract_price")),
        ];
        for (day, sha256, price, wanted) in table {
            let said = Said {
                signed_on: day.into(),
                sha256: sha256.into(),
                price_fen: Fen(price),
            };
            let found = awarded().contract(&"lot".into(), &said, None, now);
            let found = found.map_err(|refusal| refusal.reason.code);
            assert_eq!(
                found
                    .as_ref()
                    .map(|one| one.signed_on.as_str())
                    .map_err(|code| *code),
                wanted,
                "{day} {price}"
            );
        }
    }
}
