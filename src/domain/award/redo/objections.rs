//! Objections to a result and their replies, as far as an award must have waited for them.
//!
//! In: the rows of the chain. Out: whether a reply is still owed (rule Z83: until then nothing is
//! decided). Never: a reply that comes after what it should have held.

use serde::Deserialize;

use super::{Redo, papers::facts};
use crate::{
    domain::objection::ObjectionKind,
    proof::{
        canon::{Checked, ensure},
        chain::Shown,
    },
};

/// `objection.raised/1`.
#[derive(Deserialize)]
struct Raised {
    lot: String,
    kind: ObjectionKind,
    text: String,
}

/// `objection.answered/1`.
#[derive(Deserialize)]
struct Answered {
    lot: String,
    kind: ObjectionKind,
    objection: String,
}

impl Redo<'_> {
    pub(super) fn raised(&mut self, row: &Shown) -> Checked<()> {
        let said = facts::<Raised>(row, "objection")?;
        let own = said.filter(|said| self.is_own(&said.lot) && said.kind == ObjectionKind::Result);
        self.unanswered.extend(own.map(|said| (row.event().n, said.text)));
        Ok(())
    }

    pub(super) fn answered(&mut self, row: &Shown) -> Checked<()> {
        let said = facts::<Answered>(row, "reply")?;
        let own = said.filter(|said| self.is_own(&said.lot) && said.kind == ObjectionKind::Result);
        let Some(said) = own else { return Ok(()) };
        let mut waiting = self.unanswered.iter();
        let place = waiting.position(|(_, text)| *text == said.objection);
        place.map(|place| self.unanswered.remove(place));
        ensure(place.is_some(), "it answers no objection that was raised")
    }

    /// Nobody who objected to the result waits for his reply.
    pub(super) fn is_answered(&self) -> Checked<()> {
        let waits = self.unanswered.first().map_or(0, |(n, _)| *n);
        ensure(
            self.unanswered.is_empty(),
            format_args!("the objection of event {waits} is not answered"),
        )
    }
}
