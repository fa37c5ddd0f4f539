//! Duties (时限义务): who owes what, since when, until when and by which rule, and whether it was done.
//!
//! In: facts of an act that make somebody else's turn. Out: a row, shown on the desks of those who
//! owe it until it is met or lapses. Never: a duty of a bidder before the closing that anybody but
//! he could see, and none whose number would tell how many bidders there are; a limit of the law without
//! the row that sets it.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    actor::{Grant, Role},
    dates::{Bound, Planner},
    id::Id,
    refusal::{Lawful, calendar::YEAR_UNPUBLISHED},
    rule::Moment,
    tender::Tender,
    time::Instant,
};
use crate::{schema::duty, text_enum};

text_enum! {
    /// What is owed; people read `owed-<word>`, whose one fact is what it is about.
    pub enum DutyKind {
        /// A right for an account of staff.
        GiveRight,
        /// The public answer to a question.
        AnswerQuestion,
        /// The reply to an objection.
        AnswerObjection,
        /// A new deadline after an incident.
        SetDeadline,
        /// An expert's answer to his call.
        AnswerCall,
        /// The opening, at the deadline.
        OpenBids,
        /// The opening record, signed and published.
        PublishOpening,
        /// The draw of K.
        DrawCoefficient,
        /// The draw of the order.
        DrawOrder,
        /// The publication of the result.
        PublishResult,
        /// The decision, once the publication has ended.
        DecideAward,
        /// The contract, signed and recorded.
        SignContract,
    }
}

/// A period that rules may bound: what it begins with, and what meets the duty.
type Period = (Moment, Moment);

impl DutyKind {
    /// Who owes it; the page where it is done, with `{}` for what that page is of; its periods.
    const fn row(self) -> (Role, &'static str, &'static [Period]) {
        use Moment as M;
        match self {
            Self::GiveRight => (Role::SecurityAdmin, "/rights", &[]),
            Self::AnswerQuestion => (Role::Owner, "/tenders/{}/questions", &[]),
            Self::AnswerObjection => (
                Role::Owner,
                "/lots/{}/objections",
                &[
                    (M::DocumentsObjected, M::DocumentsAnswered),
                    (M::ResultObjected, M::ResultAnswered),
                ],
            ),
            Self::SetDeadline => (Role::Owner, "/lots/{}/incident", &[]),
            Self::AnswerCall => (Role::Expert, "/calls/{}", &[]),
            Self::OpenBids => (
                Role::CentreOperator,
                "/duties/op/board",
                &[(M::ClosesAt, M::Opened)],
            ),
            Self::PublishOpening => (Role::CentreOperator, "/lots/{}/opening", &[]),
            Self::DrawCoefficient | Self::DrawOrder => (Role::CentreOperator, "/lots/{}/hall", &[]),
            Self::PublishResult => (
                Role::Owner,
                "/lots/{}/standstill",
                &[(M::ResultReady, M::StandstillBegins)],
            ),
            Self::DecideAward => (Role::Owner, "/lots/{}/award", &[]),
            Self::SignContract => (
                Role::Owner,
                "/lots/{}/contract",
                &[(M::AwardNotified, M::ContractSigned)],
            ),
        }
    }

    /// The role that owes it.
    #[must_use]
    pub const fn role(self) -> Role {
        self.row().0
    }

    /// The page where it is done.
    #[must_use]
    pub fn page(self, of: &Id) -> String {
        self.row().1.replace("{}", of.as_str())
    }

    /// Whether an agency may do it for its owner, by the duty table.
    #[must_use]
    pub const fn is_done_by_agencies(self) -> bool {
        matches!(
            self,
            Self::AnswerQuestion | Self::AnswerObjection | Self::SetDeadline
        )
    }

    /// The periods that rules may bound.
    #[must_use]
    pub const fn periods(self) -> &'static [Period] {
        self.row().2
    }

    /// From when it is late that is owed since a moment; none where no rule bounds it, and none where the
    /// limit falls into a year whose calendar is not published: what is done today does not wait for
    /// next year's holidays.
    ///
    /// # Errors
    /// None so far.
    pub fn due(self, planner: &Planner<'_>, from: Moment, at: Instant) -> Lawful<Option<Due>> {
        let mut periods = self.periods().iter();
        let Some((_, to)) = periods.find(|(begins, _)| *begins == from) else {
            return Ok(None);
        };
        match planner.due(from, at, *to) {
            Err(refusal) if refusal.reason == &YEAR_UNPUBLISHED => Ok(None),
            bound => Ok(bound?.map(Due::from)),
        }
    }
}

/// From when something is late, and by which row of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The instant from which it is late.
    pub at: Instant,
    /// The row; none where the documents or the platform say so.
    pub rule: Option<String>,
}

impl Due {
    /// Due at an instant that no rule sets.
    #[must_use]
    pub fn by(at: Instant) -> Self {
        Self { at, rule: None }
    }
}

impl From<Bound<'_>> for Due {
    fn from(bound: Bound<'_>) -> Self {
        Self {
            at: bound.at,
            rule: Some(bound.rule.id.clone()),
        }
    }
}

/// Something owed.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = duty, treat_none_as_null = true)]
pub struct Duty {
    /// Its id.
    pub id: Id,
    /// What is owed.
    pub kind: DutyKind,
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
    /// The agency whose people may do it for that organisation.
    pub agency_id: Option<Id>,
    /// Only this person.
    pub account_id: Option<Id>,
    /// GB/T 2260 code of where it is owed, which says what staff owe it where neither organisation nor
    /// person do; empty where it is owed nowhere in particular.
    pub region: String,
    /// Since when.
    pub arose_at: Instant,
    /// Until when, where there is a limit.
    pub due_at: Option<Instant>,
    /// The row of the rules that sets the limit.
    pub rule: Option<String>,
    /// When it was done.
    pub met_at: Option<Instant>,
    /// When it no longer had to be done.
    pub lapsed_at: Option<Instant>,
    /// The page where it is done, a path of our own.
    pub link: String,
}

impl Duty {
    /// A duty that arises now and is done on the page of this.
    #[must_use]
    pub fn new(id: Id, kind: DutyKind, of: &Id, arose_at: Instant) -> Self {
        Self {
            id,
            kind,
            about: String::new(),
            subject_table: String::new(),
            subject_id: Id::default(),
            lot_id: None,
            role: kind.role(),
            organisation_id: None,
            agency_id: None,
            account_id: None,
            region: String::new(),
            arose_at,
            due_at: None,
            rule: None,
            met_at: None,
            lapsed_at: None,
            link: kind.page(of),
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

    /// Owed by the people of a tender who hold the role: its owner's, for whom his agency may do what
    /// the duty table lets agencies do, or the staff whose region covers it.
    #[must_use]
    pub fn in_tender(self, tender: &Tender) -> Self {
        let is_owners = self.role.is_market();
        let agency = tender.agency_id.clone();
        Self {
            organisation_id: is_owners.then(|| tender.owner_id.clone()),
            agency_id: agency.filter(|_| is_owners && self.kind.is_done_by_agencies()),
            region: tender.region.clone(),
            ..self
        }
    }

    /// Late from then on, where there is a limit.
    #[must_use]
    pub fn due(self, due: Option<Due>) -> Self {
        let (due_at, rule) = due.map(|due| (due.at, due.rule)).unzip();
        Self {
            due_at,
            rule: rule.flatten(),
            ..self
        }
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
            let is_of =
                |organisation: &Option<Id>| organisation.is_some() && *organisation == grant.organisation;
            if grant.role == Role::Agency && is_of(&self.agency_id) {
                return true;
            }
            let is_its = match self.organisation_id {
                Some(_) => is_of(&self.organisation_id),
                None => self.region.is_empty() || grant.serves(&self.region),
            };
            grant.role == self.role && is_its
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        act::Act,
        calendar::Calendar,
        procedure::RANDOM_REVIEW_FIRST,
        rule::{Kind, Rule, Rules},
    };

    fn grant(role: Role, organisation: Option<&str>, region: &str) -> Grant {
        Grant {
            role,
            organisation: organisation.map(Id::from),
            position: None,
            region: region.into(),
        }
    }

    fn duty(kind: DutyKind) -> Duty {
        Duty::new(Id::from("d"), kind, &"of".into(), Instant(5))
    }

    #[test]
    fn desks_show_what_their_owner_owes() {
        use DutyKind::{AnswerCall, DrawOrder, SignContract};
        let me = Id::from("me");
        let of_a = || duty(SignContract).by_organisation(&"a".into());
        let for_a = || Duty {
            agency_id: Some("b".into()),
            region: "350203".into(),
            ..of_a()
        };
        let near = || Duty {
            region: "350203".into(),
            ..duty(DrawOrder)
        };
        let table = [
            (of_a(), grant(Role::Owner, Some("a"), "350200"), true),
            (of_a(), grant(Role::Owner, Some("b"), "350200"), false),
            (of_a(), grant(Role::Bidder, Some("a"), "350200"), false),
            (of_a(), grant(Role::Agency, Some("a"), "350200"), false),
            (for_a(), grant(Role::Agency, Some("b"), "110000"), true),
            (for_a(), grant(Role::Agency, Some("a"), "350200"), false),
            (for_a(), grant(Role::Owner, Some("b"), "350200"), false),
            (for_a(), grant(Role::Owner, Some("a"), "110000"), true),
            (near(), grant(Role::CentreOperator, Some("c"), "350200"), true),
            (near(), grant(Role::CentreOperator, Some("c"), "350100"), false),
            (near(), grant(Role::Supervisor, Some("c"), "350200"), false),
            (
                duty(AnswerCall).by_account(&me),
                grant(Role::Expert, None, "350000"),
                true,
            ),
            (
                duty(AnswerCall).by_account(&"you".into()),
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
        let mut duty = duty(DutyKind::SignContract).due(Some(Due::by(Instant(9))));
        assert!(!duty.is_overdue(Instant(8)) && duty.is_overdue(Instant(9)));
        duty.lapsed_at = Some(Instant(9));
        assert!(!duty.is_overdue(Instant(10)));
    }

    #[test]
    fn a_duty_is_done_on_the_page_of_what_it_is_of() {
        assert_eq!(duty(DutyKind::SignContract).link, "/lots/of/contract");
        assert_eq!(duty(DutyKind::GiveRight).link, "/rights");
    }

    /// Rows with a limit and a card that no duty has, and why.
    const NOT_OWED: [(&str, &str); 4] = [
        (
            "E04R",
            "outside the window the request is refused; whether the panel then begins in time waits for the cards",
        ),
        ("Z25R", "the act that terminates a lot tells everybody"),
        ("Z97R", "complaints are a later issue"),
        ("Z98R", "complaints are a later issue"),
    ];

    #[test]
    fn agencies_do_what_the_duty_table_lets_them() {
        use DutyKind as D;
        let acts = [
            (D::AnswerQuestion, Act::QuestionAnswered),
            (D::AnswerObjection, Act::ObjectionAnswered),
            (D::SetDeadline, Act::ResumptionProposed),
            (D::PublishResult, Act::CandidatesPublished),
            (D::DecideAward, Act::AwardDecided),
            (D::SignContract, Act::ContractSigned),
        ];
        let owners = DutyKind::ALL.iter().filter(|kind| kind.role() == Role::Owner);
        assert_eq!(
            owners.count(),
            acts.len(),
            "every duty of an owner is met by an act"
        );
        for (kind, act) in acts {
            let is_so = act.duty().roles.contains(&Role::Agency);
            assert_eq!(kind.is_done_by_agencies(), is_so, "{kind}");
        }
    }

    #[test]
    fn every_limit_with_a_card_is_due_from_those_who_owe_it() {
        let rules = Rules::embedded().unwrap();
        let calendar = Calendar::embedded().unwrap();
        let now = Instant::parse_local("2026-07-01 09:00").unwrap();
        let planner = Planner::new(&rules, &RANDOM_REVIEW_FIRST, &calendar, now.date()).unwrap();
        let limits = |rule: &&Rule| rule.kind == Kind::Max && (rule.yellow || rule.red);
        let mut bounded = Vec::new();
        for rule in rules.rows().iter().filter(limits) {
            let Some(period) = rule.period else { continue };
            let owed = |kind: &&DutyKind| kind.periods().contains(&period);
            let kinds: Vec<DutyKind> = DutyKind::ALL.iter().filter(owed).copied().collect();
            let is_excused = NOT_OWED.iter().any(|(id, _)| *id == rule.id);
            assert_eq!(kinds.is_empty(), is_excused, "{}: {kinds:?}", rule.id);
            for kind in kinds {
                assert_eq!(kind.role(), rule.who, "{}: {kind}", rule.id);
                let due = kind.due(&planner, period.0, now).unwrap().unwrap();
                assert_eq!(due.rule.as_ref(), Some(&rule.id), "{kind}");
                assert!(due.at > now, "{kind}");
            }
            bounded.push(period);
        }
        // the calendar of 2027 is not published: the limit is not known, and the act goes on without it
        let late = Instant::parse_local("2026-12-20 09:00").unwrap();
        let unknown = DutyKind::SignContract.due(&planner, Moment::AwardNotified, late);
        assert_eq!(unknown, Ok(None));
        let mut periods = DutyKind::ALL.iter().flat_map(|kind| kind.periods());
        assert!(
            periods.all(|period| bounded.contains(period)),
            "a period no row bounds"
        );
        let known = |id: &str| rules.rows().iter().any(|rule| rule.id == id);
        assert!(NOT_OWED.iter().all(|(id, _)| known(id)), "an excuse for no row");
    }
}
