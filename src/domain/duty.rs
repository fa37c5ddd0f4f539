//! Duties (时限义务): who owes what, since when, until when, and whether it was done.
//!
//! In: facts of an act that make somebody else's turn. Out: a row, shown on the desks of those who
//! owe it until it is met or lapses. Never: a duty of a bidder before the closing that anybody but
//! he could see, and none whose number would tell how many bidders there are.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    actor::{Grant, Role},
    id::Id,
    time::Instant,
};
use crate::schema::duty;

/// Something owed.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = duty, treat_none_as_null = true)]
pub struct Duty {
    /// Its id.
    pub id: Id,
    /// The message key of what is owed, e.g. `question-duty-answer`; its one fact is `about`.
    pub title: String,
    /// The name of what it is about, e.g. the lot's.
    pub about: String,
    /// The table of the row it is about.
    pub subject_table: String,
    /// That row.
    pub subject_id: Id,
    /// The lot, where it belongs to one: a lot that ends lets its duties lapse.
    pub lot_id: Option<Id>,
    /// The role that owes it.
    pub role: Role,
    /// Only the people of this organisation.
    pub organisation_id: Option<Id>,
    /// Only this person.
    pub account_id: Option<Id>,
    /// GB/T 2260 code: staff whose region covers it; empty where organisation or person say who.
    pub region: String,
    /// Since when.
    pub arose_at: Instant,
    /// Until when, where there is a limit.
    pub due_at: Option<Instant>,
    /// When it was done.
    pub met_at: Option<Instant>,
    /// When it no longer had to be done.
    pub lapsed_at: Option<Instant>,
    /// The page where it is done, a path of our own.
    pub link: String,
}

impl Duty {
    /// A duty that arises now: `title` is a message key, `link` the page where it is done.
    #[must_use]
    pub fn new(id: Id, title: &'static str, role: Role, arose_at: Instant, link: impl Into<String>) -> Self {
        Self {
            id,
            title: title.to_owned(),
            about: String::new(),
            subject_table: String::new(),
            subject_id: Id::default(),
            lot_id: None,
            role,
            organisation_id: None,
            account_id: None,
            region: String::new(),
            arose_at,
            due_at: None,
            met_at: None,
            lapsed_at: None,
            link: link.into(),
        }
    }

    /// About this row, whose name people know.
    #[must_use]
    pub fn about(mut self, table: &'static str, id: &Id, name: impl Into<String>) -> Self {
        table.clone_into(&mut self.subject_table);
        self.subject_id = id.clone();
        self.about = name.into();
        self
    }

    /// Of this lot.
    #[must_use]
    pub fn of_lot(mut self, lot: &Id) -> Self {
        self.lot_id = Some(lot.clone());
        self
    }

    /// Owed by the people of this organisation who hold the role.
    #[must_use]
    pub fn by_organisation(mut self, organisation: &Id) -> Self {
        self.organisation_id = Some(organisation.clone());
        self
    }

    /// Owed by this person.
    #[must_use]
    pub fn by_account(mut self, account: &Id) -> Self {
        self.account_id = Some(account.clone());
        self
    }

    /// Owed by staff of the role whose region covers this one.
    #[must_use]
    pub fn in_region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Due at this instant.
    #[must_use]
    pub fn due(mut self, at: Instant) -> Self {
        self.due_at = Some(at);
        self
    }

    /// Whether it is still owed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.met_at.is_none() && self.lapsed_at.is_none()
    }

    /// Whether it is owed and its limit has passed.
    #[must_use]
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.is_open() && self.due_at.is_some_and(|due| due <= now)
    }

    /// Whether somebody with this account and these grants owes it.
    #[must_use]
    pub fn is_owed_by(&self, account: &Id, grants: &[Grant]) -> bool {
        if self.account_id.as_ref().is_some_and(|only| only != account) {
            return false;
        }
        grants.iter().any(|grant| {
            let organisation = self.organisation_id.is_none() || self.organisation_id == grant.organisation;
            let is_near = self.region.is_empty() || grant.serves(&self.region);
            grant.role == self.role && organisation && is_near
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, organisation: Option<&str>, region: &str) -> Grant {
        Grant {
            role,
            organisation: organisation.map(Id::from),
            position: None,
            region: region.into(),
        }
    }

    #[test]
    fn desks_show_what_their_owner_owes() {
        let me = Id::from("me");
        let duty = |role| Duty::new(Id::from("d"), "t", role, Instant(5), "/x");
        let table = [
            (
                duty(Role::Owner).by_organisation(&"a".into()),
                grant(Role::Owner, Some("a"), "350200"),
                true,
            ),
            (
                duty(Role::Owner).by_organisation(&"a".into()),
                grant(Role::Owner, Some("b"), "350200"),
                false,
            ),
            (
                duty(Role::Owner).by_organisation(&"a".into()),
                grant(Role::Bidder, Some("a"), "350200"),
                false,
            ),
            (
                duty(Role::Supervisor).in_region("350203"),
                grant(Role::Supervisor, Some("s"), "350200"),
                true,
            ),
            (
                duty(Role::Supervisor).in_region("350203"),
                grant(Role::Supervisor, Some("s"), "350100"),
                false,
            ),
            (
                duty(Role::Expert).by_account(&me),
                grant(Role::Expert, None, "350000"),
                true,
            ),
            (
                duty(Role::Expert).by_account(&"you".into()),
                grant(Role::Expert, None, "350000"),
                false,
            ),
        ];
        for (i, (duty, grant, owed)) in table.into_iter().enumerate() {
            assert_eq!(duty.is_owed_by(&me, &[grant]), owed, "row {i}");
        }
    }

    #[test]
    fn overdue_is_at_the_limit_and_only_while_open() {
        let mut duty = Duty::new(Id::from("d"), "t", Role::Owner, Instant(5), "/x").due(Instant(9));
        assert!(!duty.is_overdue(Instant(8)) && duty.is_overdue(Instant(9)));
        duty.lapsed_at = Some(Instant(9));
        assert!(!duty.is_overdue(Instant(10)));
    }
}
