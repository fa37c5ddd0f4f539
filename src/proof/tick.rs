//! One tick of the journal: every event since the last one gets its position, unseen among noops.
//!
//! In: the c of the events committed, the noops with their salts, the time. Out: the entries in
//! order. Never: an order or a number of entries that tells what happened.

use super::{
    canon::{Checked, Flaw, Hash, Object as _, Token, ascends, ensure},
    event::{Entry, Event},
};

/// The least number of entries of a tick.
const WIDTH_MIN: usize = 16;

/// How many entries a tick of so many events has: the next power of two, at least 16.
#[must_use]
pub fn width(events: usize) -> usize {
    events.next_power_of_two().max(WIDTH_MIN)
}

/// How many noops fill a tick of so many events.
#[must_use]
pub fn noops(events: usize) -> usize {
    width(events).saturating_sub(events)
}

/// An event that says nothing, on a chain of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noop {
    /// The event.
    pub event: Event,
    /// Its salt.
    pub salt: Hash,
    /// Its c.
    pub c: Hash,
}

impl Noop {
    /// A noop of the tick `ts` (Unix ms), from random bytes for its tx and its salt.
    ///
    /// # Errors
    /// A time beyond 2^53 - 1.
    pub fn new(tx: [u8; 16], salt: Hash, ts: i64) -> Checked<Self> {
        let event = Event {
            tx: Token::new(format!("n.{}", hex::encode(tx)))?,
            n: 0,
            prev: Hash::ZERO,
            ts,
            act: "noop".into(),
            actor: Token::new("log")?,
            refs: Vec::new(),
        };
        let c = event.c(&salt)?;
        Ok(Self { event, salt, c })
    }
}

/// The noops that fill a tick of so many events, all from one random seed: who holds the seed can
/// tell them from events that were lost, nobody else can.
///
/// # Errors
/// A time beyond 2^53 - 1.
pub fn noops_from(seed: &Hash, events: usize, ts: i64) -> Checked<Vec<Noop>> {
    let part =
        |what: &[u8], i: usize| Hash::of(&[b"tianping-noop/1\n", what, &seed.0, i.to_string().as_bytes()]);
    (0..noops(events))
        .map(|i| {
            let random = part(b"tx\n", i).0;
            let (tx, _) = random
                .split_first_chunk::<16>()
                .ok_or_else(|| Flaw::new("tick: a hash of another length"))?;
            Noop::new(*tx, part(b"salt\n", i), ts)
        })
        .collect()
}

/// The entries of the tick `ts` (Unix ms): events and noops, sorted by c.
///
/// # Errors
/// Not exactly the noops that fill it, an event that occurs twice, a time beyond 2^53 - 1.
pub fn entries(ts: i64, events: &[Hash], noops: &[Noop]) -> Checked<Vec<Entry>> {
    ensure(
        noops.len() == self::noops(events.len()),
        "tick: not the noops that fill it",
    )?;
    let mut all: Vec<Hash> = events.iter().copied().chain(noops.iter().map(|n| n.c)).collect();
    all.sort_unstable();
    ensure(ascends(&all), "tick: an event occurs twice")?;
    let entries: Vec<Entry> = all.into_iter().map(|c| Entry { c, ts }).collect();
    let first = entries.first().ok_or_else(|| Flaw::new("tick: empty"))?;
    first.bytes()?;
    Ok(entries)
}
