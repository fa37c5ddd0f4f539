//! Disclosure rows: events shown with their salts and payloads, and the check of a whole chain.
//!
//! In: rows in order, as `verify tx`, releases and bundles carry them. Out: what they prove, and
//! which rows could not be checked. Never: a gap, a row of another chain, a payload that is not
//! the one referred to, an erased row passed over in silence.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{
    canon::{Checked, Flaw, Hash, Object, Token, Whole, ascends, ensure},
    event::{Event, Label},
};

/// One row of a disclosure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Row {
    /// The event is there.
    Shown(Shown),
    /// The event is erased: its c is taken as given.
    Erased(Erased),
}

impl<'de> Deserialize<'de> for Row {
    // by hand, because serde's untagged enums do not say what is wrong
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let row = if value.get("erased").is_some() {
            serde_json::from_value(value).map(Self::Erased)
        } else {
            serde_json::from_value(value).map(Self::Shown)
        };
        row.map_err(serde::de::Error::custom)
    }
}

/// `{"ev","salt","pay"}`: an event with its salt and any subset of its payloads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The event.
    pub ev: Whole<Event>,
    /// The salt of its c.
    pub salt: Hash,
    /// Payloads, strictly ascending by label.
    pub pay: Vec<Payload>,
}

/// `{"k","salt","x"}`: a payload shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// The label of the reference.
    pub k: Label,
    /// The salt of the reference.
    pub salt: Hash,
    /// The object.
    pub x: Value,
}

/// `{"c","n","erased"}`: what is left of an erased event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// c of the event that was.
    pub c: Hash,
    /// Its position on the chain.
    pub n: u64,
    /// c of the payload.erased event.
    pub erased: Hash,
}

impl Shown {
    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.ev.0
    }

    /// The payload shown under a label.
    #[must_use]
    pub fn payload(&self, label: &str) -> Option<&Value> {
        self.pay.iter().find(|p| p.k.as_str() == label).map(|p| &p.x)
    }

    /// The payload under a label as an object; for payloads that are signed, `T` is `Signed`.
    ///
    /// # Errors
    /// Not shown, or not a `T`.
    pub fn object<T: Object>(&self, label: &str) -> Checked<T> {
        let x = self
            .payload(label)
            .ok_or_else(|| Flaw::new(format!("payload {label:?} is not shown")))?;
        T::from_value(x)
    }

    /// Checks every payload shown against its reference and returns c.
    ///
    /// # Errors
    /// Payloads out of order, or one that is not the one referred to.
    pub fn check(&self) -> Checked<Hash> {
        ensure(ascends(self.pay.iter().map(|p| &p.k)), "pay does not ascend")?;
        for p in &self.pay {
            self.event().refers_to(p.k.as_str(), &p.salt, &p.x)?;
        }
        self.event().c(&self.salt)
    }
}

/// A checked row: its place, its name and, unless erased, its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    /// The position on the chain.
    pub n: u64,
    /// c of the event.
    pub c: Hash,
    /// The row; none if erased, and then c is only what was claimed.
    pub shown: Option<&'a Shown>,
}

/// A stretch of one chain that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain<'a> {
    /// The rows in order, at least one.
    pub links: Vec<Link<'a>>,
    /// The chain's tx; none if every row is erased.
    pub tx: Option<&'a Token>,
}

impl<'a> Chain<'a> {
    /// Checks rows: one tx, n consecutive, prev correct, payloads those referred to. The first
    /// row need not be n = 0: where a stretch has to begin is the caller's rule.
    ///
    /// # Errors
    /// The first row that does not fit.
    pub fn check(rows: &'a [Row]) -> Checked<Self> {
        let mut links: Vec<Link<'a>> = Vec::with_capacity(rows.len());
        let mut tx: Option<&Token> = None;
        for row in rows {
            let link = match row {
                Row::Shown(shown) => Link {
                    n: shown.event().n,
                    c: shown.check()?,
                    shown: Some(shown),
                },
                Row::Erased(erased) => Link {
                    n: erased.n,
                    c: erased.c,
                    shown: None,
                },
            };
            if let Some(before) = links.last() {
                ensure(
                    before.n.checked_add(1) == Some(link.n),
                    format_args!("n = {} does not follow n = {}", link.n, before.n),
                )?;
                let prev = link.shown.is_none_or(|s| s.event().prev == before.c);
                ensure(prev, format_args!("n = {}: prev is of another event", link.n))?;
            }
            if let Some(shown) = link.shown {
                let first = *tx.get_or_insert(&shown.event().tx);
                ensure(
                    *first == shown.event().tx,
                    format_args!("n = {}: another tx", link.n),
                )?;
            }
            links.push(link);
        }
        ensure(!links.is_empty(), "no rows")?;
        Ok(Self { links, tx })
    }

    /// The rows that are there, in order.
    pub fn shown(&self) -> impl Iterator<Item = (Hash, &'a Shown)> {
        self.links.iter().filter_map(|l| l.shown.map(|s| (l.c, s)))
    }

    /// The rows of one act, in order.
    pub fn of(&self, act: &str) -> impl Iterator<Item = (Hash, &'a Shown)> {
        self.shown().filter(move |(_, s)| s.event().act == act)
    }

    /// n of the rows whose c was taken as given; they are printed, never passed over.
    #[must_use]
    pub fn unchecked(&self) -> Vec<u64> {
        let erased = self.links.iter().filter(|l| l.shown.is_none());
        erased.map(|l| l.n).collect()
    }
}
