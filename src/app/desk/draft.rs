//! The tenders in draft of an owner or agency, for the desks of those who may go on with them.
//!
//! In: who asks and in which role. Out: one task for each draft. Never: a draft of another organisation.

use super::Task;
use crate::{
    app::{Answer, tender},
    domain::actor::{Actor, Grant, Person, Role},
    store::{self, Db},
    text_enum,
};

text_enum! {
    /// What is to be done; people read `owed-<word>`.
    pub enum DraftWork {
        /// A tender in draft is to be made ready and published.
        FinishDraft,
    }
}

/// The drafts that wait for a person in a role.
pub(super) fn waiting(db: &mut Db, person: &Person, grant: &Grant) -> Answer<Vec<Task>> {
    let (Role::Owner | Role::Agency, Some(organisation)) = (grant.role, &grant.organisation) else {
        return Ok(Vec::new());
    };
    let actor = Actor::Person(person.clone());
    let tenders = store::tender::of_organisation(db, organisation)?.into_iter();
    let drafts = tenders.filter(|draft| draft.published_at.is_none() && tender::is_of(&actor, draft));
    Ok(drafts
        .map(|draft| Task {
            kind: DraftWork::FinishDraft.word(),
            about: draft.name,
            link: format!("/tenders/{}", draft.id),
            arose_at: draft.drafted_at,
            due_at: None,
            rule: None,
            status: "todo",
        })
        .collect())
}
