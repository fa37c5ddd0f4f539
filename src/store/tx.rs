//! The transaction of one act: the only way to write a row, and the journal entry it leaves.
//!
//! In: rows and payloads. Out: rows stored, sealed, and named in the act's event. Never: a row
//! written that no event names; [`Tx::finish`] refuses an act that wrote rows and recorded
//! nothing, or nothing at all.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Db, Fault, Row, journal, row};
use crate::{
    domain::{act::Act, id::Id, time::Instant},
    entropy::Entropy,
    proof::{
        canon::{Hash, Object, Token},
        event::{Event, Label, REFS_MAX, Ref, ref_hash, rows},
    },
};

/// A payload that the event refers to under a label, e.g. `bid`: `signed/1`.
pub struct Payload {
    label: String,
    bytes: Vec<u8>,
}

impl Payload {
    /// An object of the protocols under its label.
    pub fn object<T: Object>(label: impl Into<String>, x: &T) -> Result<Self, Fault> {
        Ok(Self {
            label: label.into(),
            bytes: x.bytes()?,
        })
    }

    /// Facts of an act that no protocol fixes: `{"t":"<name>/1", …}`.
    pub fn facts(label: impl Into<String>, t: &str, facts: &impl Serialize) -> Result<Self, Fault> {
        let mut value = serde_json::to_value(facts).map_err(|e| Fault::new("payload", e))?;
        if let Some(map) = value.as_object_mut() {
            map.insert("t".into(), t.into());
        }
        Ok(Self {
            label: label.into(),
            bytes: crate::proof::canon::write(&value)?,
        })
    }
}

/// What [`Tx::record`] leaves behind: enough to acknowledge the act and to name it later.
#[derive(Debug, Clone, Serialize, serde::Deserialize, PartialEq, Eq)]
pub struct Recorded {
    /// c of the event.
    pub c: Hash,
    /// Its chain.
    pub tx: String,
    /// Its position on the chain.
    pub n: u64,
    /// Its time, Unix ms.
    pub ts: i64,
}

/// A row reference waiting for its event.
struct Touched {
    table: &'static str,
    key: String,
    salt: Hash,
    h: Hash,
    /// Whether this act inserted it, so that no other event can have named it.
    is_new: bool,
}

/// One act's transaction.
pub struct Tx<'a> {
    /// The connection, for reading; a test of the house forbids writing with it.
    pub db: &'a mut Db,
    /// The act's one reading of the clock.
    pub now: Instant,
    /// Where ids and salts come from.
    pub entropy: &'a Entropy,
    actor: String,
    signed: Option<Hash>,
    touched: BTreeMap<String, Touched>,
    recorded: Vec<Recorded>,
}

impl<'a> Tx<'a> {
    /// Begins the act of `actor`, inside a savepoint of the writer.
    pub fn new(db: &'a mut Db, now: Instant, entropy: &'a Entropy, actor: &str) -> Self {
        Self {
            db,
            now,
            entropy,
            actor: actor.to_owned(),
            signed: None,
            touched: BTreeMap::new(),
            recorded: Vec::new(),
        }
    }

    /// Says that the actor signed this digest with the password asked again; every event of the
    /// act refers to it.
    pub fn sign(&mut self, digest: Hash) {
        self.signed = Some(digest);
    }

    /// The digest signed, for the use case to compare with what there is to sign.
    pub fn signed(&self) -> Option<Hash> {
        self.signed
    }

    /// Who acts, as events name them.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// A new id.
    pub fn id(&self) -> Id {
        self.entropy.id()
    }

    /// Inserts a row.
    pub fn insert<R: Row>(&mut self, row: &R) -> Result<(), Fault> {
        row.insert_raw(self.db)?;
        self.touch(row, row.canonical()?, true);
        Ok(())
    }

    /// Overwrites a row by its key; a row that is not there is a fault.
    pub fn update<R: Row>(&mut self, row: &R) -> Result<(), Fault> {
        if row.update_raw(self.db)? != 1 {
            return Err(Fault::new("update", format!("no {} {}", R::TABLE, row.key())));
        }
        self.touch(row, row.canonical()?, false);
        Ok(())
    }

    /// Deletes a row; its last state stays named in the journal as deleted.
    pub fn delete<R: Row>(&mut self, row: &R) -> Result<(), Fault> {
        if row.delete_raw(self.db)? != 1 {
            return Err(Fault::new("delete", format!("no {} {}", R::TABLE, row.key())));
        }
        self.touch(row, row::tombstone(R::TABLE, row.key()), false);
        Ok(())
    }

    fn touch<R: Row>(&mut self, row: &R, bytes: Vec<u8>, is_new: bool) {
        let salt = Hash(self.entropy.bytes());
        let label = row::label(R::TABLE, row.key());
        let is_new = is_new || self.touched.get(&label).is_some_and(|before| before.is_new);
        let touched = Touched {
            table: R::TABLE,
            key: row.key().to_owned(),
            salt,
            h: ref_hash(&salt, &bytes),
            is_new,
        };
        self.touched.insert(label, touched);
    }

    /// The least time of an event that names these rows on `chain`: after every event of another
    /// chain that named one of them, so that time alone orders the states of a row.
    fn after_others(&mut self, chain: &str, touched: &BTreeMap<String, Touched>) -> Result<i64, Fault> {
        let mut least = i64::MIN;
        for label in touched.iter().filter(|(_, t)| !t.is_new).map(|(label, _)| label) {
            if let Some((tx, ts)) = journal::last_named(self.db, label)? {
                least = least.max(if tx == chain { ts } else { ts.saturating_add(1) });
            }
        }
        Ok(least)
    }

    /// Records what happened on a chain: an event that refers to the payloads and to every row
    /// written since the last record.
    pub fn record(&mut self, chain: &str, act: Act, payloads: Vec<Payload>) -> Result<Recorded, Fault> {
        let mut refs = BTreeMap::new();
        let mut kept = Vec::new();
        let signature = self.signed.map(|digest| {
            Payload::facts(
                "signature",
                "act.signature/1",
                &serde_json::json!({ "digest": digest }),
            )
        });
        for payload in payloads.into_iter().map(Ok).chain(signature) {
            let payload = payload?;
            let salt = Hash(self.entropy.bytes());
            let h = ref_hash(&salt, &payload.bytes);
            refs.insert(payload.label.clone(), h);
            kept.push((payload, salt, h));
        }
        let touched = std::mem::take(&mut self.touched);
        let list = if touched.len() + refs.len() > REFS_MAX / 2 {
            Some(self.fold(&touched, &mut kept, &mut refs)?)
        } else {
            None
        };
        if list.is_none() {
            refs.extend(touched.iter().map(|(label, t)| (label.clone(), t.h)));
        }
        let least = self.after_others(chain, &touched)?;
        let (event, salt) = self.event(chain, act, refs, least)?;
        let c = event.c(&salt)?;
        journal::insert_event(self.db, &event, &c, &salt)?;
        for (payload, salt, h) in &kept {
            journal::insert_payload(self.db, &c, &payload.label, h, salt, &payload.bytes)?;
        }
        if let Some(list) = list {
            journal::insert_row_list(self.db, &c, &list)?;
        }
        for t in touched.values() {
            journal::seal_row(self.db, t.table, &t.key, &t.salt, &t.h, &c)?;
        }
        let recorded = Recorded {
            c,
            tx: chain.to_owned(),
            n: event.n,
            ts: event.ts,
        };
        self.recorded.push(recorded.clone());
        Ok(recorded)
    }

    /// Puts the row references of a large act into one payload; returns their full list.
    fn fold(
        &self,
        touched: &BTreeMap<String, Touched>,
        kept: &mut Vec<(Payload, Hash, Hash)>,
        refs: &mut BTreeMap<String, Hash>,
    ) -> Result<Vec<u8>, Fault> {
        let list: Vec<(Label, Hash)> = touched
            .iter()
            .map(|(label, t)| Ok((Label::new(label.clone())?, t.h)))
            .collect::<Result<_, Fault>>()?;
        let written = serde_json::to_vec(&list).map_err(|e| Fault::new("row list", e))?;
        let bytes = crate::proof::canon::write(&rows(list)?)?;
        let salt = Hash(self.entropy.bytes());
        let h = ref_hash(&salt, &bytes);
        refs.insert("rows".into(), h);
        kept.push((
            Payload {
                label: "rows".into(),
                bytes,
            },
            salt,
            h,
        ));
        Ok(written)
    }

    fn event(
        &mut self,
        chain: &str,
        act: Act,
        refs: BTreeMap<String, Hash>,
        least: i64,
    ) -> Result<(Event, Hash), Fault> {
        let head = journal::head(self.db, chain)?;
        let (n, prev, after) = head.map_or((0, Hash::ZERO, i64::MIN), |head| (head.n + 1, head.c, head.ts));
        let refs = refs
            .into_iter()
            .map(|(k, h)| Ok(Ref { k: Label::new(k)?, h }))
            .collect::<Result<_, Fault>>()?;
        let event = Event {
            tx: Token::new(chain)?,
            n,
            prev,
            // a chain's time never runs backwards, whatever the machine's clock does
            ts: self.now.0.max(after).max(least),
            act: act.name().to_owned(),
            actor: Token::new(self.actor.as_str())?,
            refs,
        };
        Ok((event, Hash(self.entropy.bytes())))
    }

    /// Ends the act: everything written must have been recorded, and something must have been.
    pub fn finish(self) -> Result<Vec<Recorded>, Fault> {
        if let Some(label) = self.touched.keys().next() {
            return Err(Fault::new(
                "journal",
                format!("{label} was written and no event names it"),
            ));
        }
        if self.recorded.is_empty() {
            return Err(Fault::new("journal", "an act left no event"));
        }
        Ok(self.recorded)
    }
}
