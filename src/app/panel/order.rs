//! The beginnings of drawn orders, kept at hand: a transcript names six hundred experts, and a call asks
//! for one of them.
//!
//! In: a panel and a position. Out: the item that stands there. Never: an item of another transcript:
//! what is kept is kept under the digest of the transcript it was computed from.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    app::Answer,
    domain::panel::Panel,
    proof::{canon::Token, transcript::Transcript},
    store::{self, Db, Fault},
};

/// How many orders are kept, and how far each: calls commonly end before.
const KEPT: (usize, usize) = (512, 50);

/// A drawn order under the digest of its transcript.
type Order = (String, Box<[Token]>);

/// Drawn orders by the digest of their transcript, newest first; clones share them.
#[derive(Clone, Default)]
pub struct Orders(Arc<Mutex<VecDeque<Order>>>);

impl Orders {
    /// The item at a position of a panel's drawn order, from 1.
    ///
    /// # Errors
    /// A fault when there is no such draw or no such position.
    pub fn item(&self, db: &mut Db, panel: &Panel, position: i64) -> Answer<Token> {
        let none = || Fault::new("panel", "a drawn order without its transcript");
        let i = usize::try_from(position - 1).map_err(|e| Fault::new("position", e))?;
        let digest = store::draw::done(db, &panel.draw_id)?.ok_or_else(none)?;
        if let Some(item) = self.kept(&digest, i) {
            return Ok(item);
        }
        let draw = store::draw::newest(db, &panel.draw_id)?.ok_or_else(none)?;
        let text = draw.transcript.ok_or_else(none)?;
        let order = Transcript::parse(text.as_bytes())?.order()?;
        let item = order.get(i).map(|drawn| drawn.item.clone());
        self.keep(digest, order.into_iter().map(|drawn| drawn.item).take(KEPT.1));
        Ok(item.ok_or_else(none)?)
    }

    fn kept(&self, digest: &str, i: usize) -> Option<Token> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, order) = kept.iter().find(|(known, _)| known == digest)?;
        order.get(i).cloned()
    }

    fn keep(&self, digest: String, order: impl Iterator<Item = Token>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().all(|(known, _)| *known != digest) {
            kept.push_front((digest, order.collect()));
            kept.truncate(KEPT.0);
        }
    }
}
