//! Experts (评审专家): who is on the list, whom each is tied to, and who may be drawn (rules E00 to
//! E14, Z62, Z66).
//!
//! In: rows of the list, the organisations that take part, an instant. Out: whether an expert may be
//! drawn, and if not why. Never: an expert drawn who is tied to a party, suspended, or already
//! booked; a name or number of a person in a refusal.

pub mod list;

use std::collections::BTreeSet;

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::Bytes,
    code::CreditCode,
    credential::line,
    id::Id,
    refusal::{Lawful, Refusal, expert as reason, require},
    time::Instant,
};
use crate::{
    schema::{expert, expert_library, expert_specialty, household, interest},
    text_enum,
};

/// How many characters say what an interest is.
const WHY_MAX: usize = 500;

text_enum! {
    /// What the list says of an expert.
    pub enum Standing {
        /// 在库.
        Active,
        /// 暂停抽取.
        Suspended,
        /// 已清退.
        Removed,
    }
}

/// An outside library (省级、部委专家库) whose signed records are taken: rule E00.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = expert_library)]
pub struct Library {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// The Ed25519 key that signs its records, hex; obtained out of band.
    pub key: String,
    /// The paper that says this library draws.
    pub basis: String,
    /// When it was recorded.
    pub added_at: Instant,
}

/// An expert.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = expert, treat_none_as_null = true)]
pub struct Expert {
    /// The id.
    pub id: Id,
    /// The number on the list, a token of the protocols.
    pub expert_no: String,
    /// The name, encrypted.
    pub name: Bytes,
    /// 公民身份号码, encrypted.
    pub id_no: Bytes,
    /// The phone number, encrypted.
    pub phone: Bytes,
    /// 统一社会信用代码 of the own unit.
    pub employer_code: String,
    /// The own unit's name.
    pub employer: String,
    /// GB/T 2260 code.
    pub region: String,
    /// 职称.
    pub title: String,
    /// Since when the title is held.
    pub title_since_at: Instant,
    /// What the list says.
    pub standing: Standing,
    /// Until when the supervisor suspended the expert, whatever the list says.
    pub suspended_until_at: Option<Instant>,
    /// The outside library; none: the local list.
    pub library_id: Option<Id>,
    /// The account the expert signs in with.
    pub account_id: Option<Id>,
    /// When the list last said so.
    pub imported_at: Instant,
    /// Raised by every change.
    pub version: i64,
}

/// A specialty of an expert.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = expert_specialty)]
pub struct ExpertSpecialty {
    /// Its id.
    pub id: Id,
    /// The expert.
    pub expert_id: Id,
    /// The code of the specialty.
    pub specialty: String,
}

/// A near relative who works for an organisation (household list).
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = household)]
pub struct Household {
    /// Its id.
    pub id: Id,
    /// The expert.
    pub expert_id: Id,
    /// The relation, e.g. 配偶.
    pub relation: String,
    /// The relative's name, encrypted.
    pub person: Bytes,
    /// The organisation's credit code.
    pub org_code: String,
}

/// An interest that an expert declared.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = interest)]
pub struct Interest {
    /// Its id.
    pub id: Id,
    /// The expert.
    pub expert_id: Id,
    /// The organisation's credit code.
    pub org_code: String,
    /// What the interest is.
    pub reason: String,
    /// When.
    pub declared_at: Instant,
}

impl Interest {
    /// The interest that an expert declares, beside those `known`.
    ///
    /// # Errors
    /// `code.credit`, `field.line`, `expert.interest_twice` when he has declared it before.
    pub fn declare(
        id: Id,
        expert: &Id,
        (org_code, why): (&str, &str),
        known: &[Self],
        now: Instant,
    ) -> Lawful<Self> {
        let code = CreditCode::parse(org_code, "org_code")?;
        let why = line(why, "reason", WHY_MAX)?;
        let is_new = known.iter().all(|interest| interest.org_code != code.as_str());
        require(is_new, || {
            Refusal::new(&reason::INTEREST_TWICE)
                .fact("code", code.as_str())
                .at("org_code")
        })?;
        Ok(Self {
            id,
            expert_id: expert.clone(),
            org_code: code.as_str().to_owned(),
            reason: why,
            declared_at: now,
        })
    }
}

/// The column an expert's sealed value is bound to.
#[must_use]
pub fn sealed_as(column: &str, id: &Id) -> String {
    format!("expert.{column}:{id}")
}

/// Why an expert may not be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// Suspended or removed (E14, E15).
    Standing,
    /// The own unit, a relative's unit or a declared interest is one of those that take part (E10, Z66).
    Tie,
    /// Called or seated elsewhere at that time (E10).
    Busy,
}

/// An expert with all that the law asks about before calling one.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The row.
    pub expert: Expert,
    /// The credit codes the expert is tied to: own unit, relatives' units, declared interests.
    pub ties: BTreeSet<String>,
    /// Whether another panel has called or seated the expert at that time.
    pub is_busy: bool,
}

impl Candidate {
    /// Why the expert may not be drawn for a tender in which these organisations take part.
    #[must_use]
    pub fn bar(&self, parties: &BTreeSet<String>, now: Instant) -> Option<Bar> {
        if !self.expert.is_in_good_standing(now) {
            Some(Bar::Standing)
        } else if self.is_tied(parties) {
            Some(Bar::Tie)
        } else if self.is_busy {
            Some(Bar::Busy)
        } else {
            None
        }
    }

    /// Whether one of the organisations is one the expert is tied to.
    #[must_use]
    pub fn is_tied(&self, organisations: &BTreeSet<String>) -> bool {
        !self.ties.is_disjoint(organisations)
    }
}

/// The years before an instant that a date of the list must lie back, leap days forgiven.
const YEAR: i64 = 365 * super::time::DAY;

impl Expert {
    /// Whether neither the list nor the supervisor keeps the expert from being drawn.
    #[must_use]
    pub fn is_in_good_standing(&self, now: Instant) -> bool {
        self.standing == Standing::Active && self.suspended_until_at.is_none_or(|until| until <= now)
    }

    /// Whether the list shows the standard of rule Z62: a senior title held for so many years. It is
    /// shown beside the expert and bars nobody: an equal level is judged by people.
    #[must_use]
    pub fn meets_standard(&self, years: i64, now: Instant) -> bool {
        let senior = ["高级", "教授", "研究员"];
        senior.iter().any(|word| self.title.contains(word))
            && now.0 - self.title_since_at.0 >= years.saturating_mul(YEAR)
    }

    /// The supervisor suspends the expert until an instant, or lifts it.
    ///
    /// # Errors
    /// `expert.suspension` when the instant has passed.
    pub fn suspend(&mut self, until: Option<Instant>, now: Instant) -> Lawful<()> {
        require(until.is_none_or(|until| until > now), || {
            Refusal::new(&reason::SUSPENSION).at("until_at")
        })?;
        self.suspended_until_at = until;
        self.version += 1;
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::time::DAY;

    /// An expert of a unit, in good standing.
    pub(crate) fn expert(no: &str, unit: &str) -> Expert {
        Expert {
            id: Id(no.to_ascii_lowercase()),
            expert_no: no.into(),
            name: Bytes::default(),
            id_no: Bytes::default(),
            phone: Bytes::default(),
            employer_code: unit.into(),
            employer: unit.into(),
            region: "350200".into(),
            title: "高级工程师".into(),
            title_since_at: Instant(0),
            standing: Standing::Active,
            suspended_until_at: None,
            library_id: None,
            account_id: Some(Id(format!("a-{no}"))),
            imported_at: Instant(0),
            version: 1,
        }
    }

    pub(crate) fn candidate(no: &str, unit: &str, ties: &[&str]) -> Candidate {
        let mut all: BTreeSet<String> = ties.iter().map(|tie| (*tie).to_owned()).collect();
        all.insert(unit.to_owned());
        Candidate {
            expert: expert(no, unit),
            ties: all,
            is_busy: false,
        }
    }

    #[test]
    fn who_may_be_drawn() {
        let parties = BTreeSet::from(["OWNER".to_owned(), "CENTRE".to_owned()]);
        let now = Instant(10 * DAY);
        let free = candidate("E1", "U1", &["U2"]);
        assert_eq!(free.bar(&parties, now), None);

        let check = |edit: fn(&mut Candidate), expected| {
            let mut candidate = candidate("E1", "U1", &["U2"]);
            edit(&mut candidate);
            assert_eq!(candidate.bar(&parties, now), expected);
        };
        check(|c| c.expert.standing = Standing::Suspended, Some(Bar::Standing));
        check(|c| c.expert.standing = Standing::Removed, Some(Bar::Standing));
        check(
            |c| c.expert.suspended_until_at = Some(Instant(10 * DAY + 1)),
            Some(Bar::Standing),
        );
        check(|c| c.expert.suspended_until_at = Some(Instant(10 * DAY)), None);
        check(|c| _ = c.ties.insert("OWNER".into()), Some(Bar::Tie));
        check(|c| _ = c.ties.insert("CENTRE".into()), Some(Bar::Tie));
        check(|c| c.is_busy = true, Some(Bar::Busy));
    }

    #[test]
    fn the_standard_is_a_senior_title_for_eight_years() {
        let eight = Instant(8 * YEAR);
        let mut expert = expert("E1", "U1");
        assert!(expert.meets_standard(8, eight) && !expert.meets_standard(8, Instant(8 * YEAR - 1)));
        expert.title = "工程师".into();
        assert!(!expert.meets_standard(8, eight));
    }

    #[test]
    fn an_interest_is_declared_once_by_a_code_that_stands() {
        let now = Instant(5);
        let of = Id("e1".into());
        let declare = |code: &str, why: &str, known: &[Interest]| {
            Interest::declare(Id("i".into()), &of, (code, why), known, now)
        };
        let first = declare(" 91350100M000100Y43 ", "持有股份", &[]).unwrap();
        assert_eq!(first.org_code, "91350100M000100Y43");
        let code = |refused: Lawful<Interest>| refused.unwrap_err().reason.code;
        assert_eq!(
            code(declare("91350100M000100Y44", "持有股份", &[])),
            "code.credit"
        );
        assert_eq!(code(declare("91350100M000100Y43", " ", &[])), "field.line");
        let again = declare("91350100M000100Y43", "顾问", &[first]);
        assert_eq!(code(again), "expert.interest_twice");
    }

    #[test]
    fn a_suspension_ends_later_or_is_lifted() {
        let mut expert = expert("E1", "U1");
        assert!(expert.suspend(Some(Instant(5)), Instant(5)).is_err());
        expert.suspend(Some(Instant(6)), Instant(5)).unwrap();
        assert!(!expert.is_in_good_standing(Instant(5)));
        expert.suspend(None, Instant(5)).unwrap();
        assert!(expert.is_in_good_standing(Instant(5)));
    }
}
