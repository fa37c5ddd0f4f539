//! What the log proves of an event: its receipt, its quorum time, and its chain disclosed.

use super::{Journal, count, stored_node, whole};
use crate::{
    app::{Answer, Error},
    proof::{
        canon::{Flaw, Hash, Object as _, Whole, read},
        chain::{Erased, Payload, Row, Shown},
        event::{Event, Label},
        merkle,
        note::Note,
        receipt::{Extra, Receipt},
    },
    store::{
        Db, Fault,
        journal::{self, StoredEvent, Tick},
    },
};

impl Journal {
    /// The position of an event and the first tick that counts and contains it; `None` before that.
    fn counted(&self, db: &mut Db, c: &Hash) -> Answer<Option<(StoredEvent, i64, Tick)>> {
        let event = journal::event_by_c(db, &c.to_hex())?.ok_or(Error::NotFound)?;
        let Some(pos) = event.pos else {
            return Ok(None);
        };
        let tick = journal::counted_with(db, pos, self.policy.is_witnessed())?;
        Ok(tick.map(|tick| (event, pos, tick)))
    }

    /// The receipt of an event: `None` before it counts; an erased one has none.
    pub fn receipt(&self, db: &mut Db, c: &Hash) -> Answer<Option<String>> {
        let Some((event, pos, tick)) = self.counted(db, c)? else {
            return Ok(None);
        };
        let (event, salt) = whole_event(&event)?.ok_or(Error::NotFound)?;
        let (index, size) = (whole(pos)?, whole(tick.size)?);
        let receipt = Receipt {
            extra: Extra {
                ev: Whole(event),
                salt,
                ts: placed_at(db, pos)?,
            },
            index,
            path: merkle::inclusion(index, size, |node| stored_node(db, node))?,
            checkpoint: note(&tick)?,
        };
        Ok(Some(receipt.to_text()?))
    }

    /// Whether a checkpoint that counts contains the event.
    pub fn is_cosigned(&self, db: &mut Db, c: &Hash) -> Answer<bool> {
        Ok(self.counted(db, c)?.is_some())
    }

    /// The quorum time of an event, Unix ms; under `quorum none` its tick.
    pub fn quorum_ms(&self, db: &mut Db, c: &Hash) -> Answer<Option<i64>> {
        let Some((_, pos, tick)) = self.counted(db, c)? else {
            return Ok(None);
        };
        let accepted = self.policy.accept(&note(&tick)?)?;
        Ok(Some(accepted.quorum_ms(placed_at(db, pos)?)?))
    }
}

/// A tick's checkpoint with all its signatures.
pub fn note(tick: &Tick) -> Result<Note, Flaw> {
    format!("{}{}", tick.checkpoint, tick.cosignatures).parse()
}

/// The tick that gave a position to what stands there.
fn placed_at(db: &mut Db, pos: i64) -> Result<i64, Fault> {
    let tick = journal::tick_with(db, pos)?;
    Ok(tick
        .ok_or_else(|| Fault::new("journal", "a position beyond the last tick"))?
        .ts)
}

/// A stored event with its salt, unless it is erased.
pub fn whole_event(stored: &StoredEvent) -> Result<Option<(Event, Hash)>, Flaw> {
    let (Some(salt), Some(cj)) = (&stored.salt, &stored.cj) else {
        return Ok(None);
    };
    Ok(Some((Event::from_bytes(cj)?, hash_of(salt)?)))
}

/// 32 stored bytes.
pub fn hash_of(bytes: &[u8]) -> Result<Hash, Flaw> {
    let bytes = bytes.try_into().map_err(|_| Flaw::new("not 32 bytes"))?;
    Ok(Hash(bytes))
}

/// The events of a chain from a position on, with the payloads that `wants` says yes to and that
/// are not erased.
pub fn disclosure(db: &mut Db, chain: &str, from_n: u64, wants: &dyn Fn(&str) -> bool) -> Answer<Vec<Row>> {
    let mut rows = Vec::new();
    for stored in journal::chain_from(db, chain, count(from_n)?)? {
        let Some((event, salt)) = whole_event(&stored)? else {
            let erased = stored.erased.as_deref().unwrap_or_default();
            rows.push(Row::Erased(Erased {
                c: Hash::from_hex(&stored.c)?,
                n: whole(stored.n)?,
                erased: Hash::from_hex(erased)?,
            }));
            continue;
        };
        let mut pay = Vec::new();
        if event.refs.iter().any(|r| wants(r.k.as_str())) {
            for payload in journal::payloads(db, &stored.c)? {
                if wants(&payload.k) {
                    pay.push(Payload {
                        salt: hash_of(&payload.salt)?,
                        x: read(&payload.bytes)?,
                        k: Label::new(payload.k)?,
                    });
                }
            }
        }
        pay.sort_by(|a, b| a.k.cmp(&b.k));
        rows.push(Row::Shown(Shown {
            ev: Whole(event),
            salt,
            pay,
        }));
    }
    Ok(rows)
}
