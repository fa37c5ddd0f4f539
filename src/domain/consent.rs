//! Consents (同意书): what somebody of one power may do only when somebody of another power has agreed
//! in writing.
//!
//! In: who consents to what, and when. Out: the row, and whether it counts. Never: a consent of the
//! same power, one that counts twice or after its time.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    act::Act,
    actor::{Power, Role},
    id::Id,
    time::{DAY, Instant},
};
use crate::{proof::canon::Object, schema::consent, text_enum};

/// How long a consent holds.
pub const SPAN: i64 = DAY;

text_enum! {
    /// What is consented to.
    pub enum Matter {
        /// 作废抽取: the bureau voids a draw.
        Voiding,
        /// 提前查阅专家姓名: the bureau reads a panel's names before the evaluation is over.
        Names,
    }
}

impl Matter {
    /// The act of consenting to it: its row of the duty table says who may.
    #[must_use]
    pub fn act(self) -> Act {
        match self {
            Self::Voiding => Act::VoidingConsented,
            Self::Names => Act::NamesConsented,
        }
    }

    /// Who acts on the consent: everybody else's power is another one.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Voiding | Self::Names => Role::Supervisor,
        }
    }
}

/// A consent, as a row.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = consent, treat_none_as_null = true)]
pub struct Consent {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// To what.
    pub matter: Matter,
    /// The draw that may be voided, or the panel whose names may be read.
    pub about_id: Id,
    /// Why.
    pub reason: String,
    /// The account that consents.
    pub given_by: Id,
    /// The power it consents with.
    pub power: Power,
    /// When.
    pub given_at: Instant,
    /// Until when it holds.
    pub until_at: Instant,
    /// When it was used up.
    pub used_at: Option<Instant>,
}

impl Consent {
    /// Whether it still lets its matter happen: of another power, not used, not run out.
    #[must_use]
    pub fn counts(&self, now: Instant) -> bool {
        let is_others = self.matter.role().power() != Some(self.power);
        is_others && self.used_at.is_none() && now < self.until_at
    }

    /// Uses it up.
    pub fn spend(&mut self, now: Instant) {
        self.used_at = Some(now);
    }
}

/// `consent/1`: what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentPaper {
    /// The lot.
    pub lot: Id,
    /// The word of the matter.
    pub matter: String,
    /// The draw or the panel.
    pub about: Id,
    /// Why.
    pub reason: String,
}

impl Object for ConsentPaper {
    const T: &'static str = "consent/1";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consent(matter: Matter, power: Power) -> Consent {
        Consent {
            id: "c".into(),
            lot_id: "l".into(),
            matter,
            about_id: "d".into(),
            reason: "r".into(),
            given_by: "a".into(),
            power,
            given_at: Instant(0),
            until_at: Instant(SPAN),
            used_at: None,
        }
    }

    #[test]
    fn a_consent_of_another_power_counts_for_a_day_and_once() {
        for matter in Matter::ALL {
            for power in Power::ALL {
                let mut one = consent(*matter, *power);
                let is_others = *power != Power::Supervise;
                assert_eq!(one.counts(Instant(0)), is_others, "{matter} by {power}");
                assert_eq!(one.counts(Instant(SPAN - 1)), is_others);
                assert!(!one.counts(Instant(SPAN)), "it has run out");
                one.spend(Instant(1));
                assert!(!one.counts(Instant(2)), "it is used up");
            }
        }
    }

    #[test]
    fn nobody_of_the_acting_power_may_consent() {
        for matter in Matter::ALL {
            for role in matter.act().duty().roles {
                assert!(role.power().is_some(), "{matter}: {role} has no power");
                assert_ne!(role.power(), matter.role().power(), "{matter}: {role}");
            }
        }
        assert_eq!(Act::NamesConsented.duty().roles, [Role::CentreHead]);
    }
}
