//! Events on their chains, their payloads and their lists of rows.
//!
//! Out: the newest naming of every row. An event that does not hold together names nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Named, Namings, Progress, Report, Tampering, naming, whole};
use crate::{
    proof::{
        canon::{Flaw, Hash, Object as _, ensure, write},
        event::{Event, Label, PayloadErased, ref_hash, rows},
    },
    store::{
        Db, Fault,
        journal::{StoredEvent, StoredPayload, walk},
    },
};

/// A payload that an event refers to: the event, the label, and what orders its rows.
struct Expected {
    c: Hash,
    k: Box<str>,
    ts: i64,
    n: u64,
}

/// What the chains ask of the other tables.
#[derive(Default)]
pub(super) struct Wanted {
    /// By h.
    payloads: BTreeMap<Hash, Expected>,
    /// By c of the event: the bytes of its payload `rows`, once found.
    lists: HashMap<Hash, (i64, u64, Option<Vec<u8>>)>,
    /// Erased by the book: c and label.
    erased: HashSet<(Hash, String)>,
    /// Events erased by the book.
    erased_events: HashSet<Hash>,
}

/// The event before, in order of chain and position.
#[derive(Default)]
struct Before {
    tx: String,
    n: i64,
    c: String,
    ts: i64,
}

/// Checks the events; what they ask of the other tables.
pub(super) fn events(
    db: &mut Db,
    report: &mut Report,
    namings: &mut Namings,
    progress: Progress<'_>,
) -> Result<Wanted, Fault> {
    let mut wanted = Wanted::default();
    let [total, ..] = walk::counts(db)?;
    let (mut tx, mut n) = (String::new(), -1);
    let mut before = Before::default();
    loop {
        let page = walk::events(db, &tx, n)?;
        let Some(last) = page.last() else { break };
        tx.clone_from(&last.tx);
        n = last.n;
        for stored in page {
            report.n_events += 1;
            if one_event(&stored, &before, report, namings, &mut wanted) {
                before = Before {
                    c: stored.c,
                    tx: stored.tx,
                    n: stored.n,
                    ts: stored.ts,
                };
            }
        }
        progress("events", report.n_events, whole(total));
    }
    Ok(wanted)
}

/// Checks payloads and row lists against what the events ask for.
pub(super) fn payloads(
    db: &mut Db,
    report: &mut Report,
    namings: &mut Namings,
    mut wanted: Wanted,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    all_payloads(db, report, &mut wanted, progress)?;
    row_lists(db, report, namings, &mut wanted)?;
    for event in &wanted.erased_events {
        report.unchecked.push(format!("event {event} is erased"));
    }
    for (c, k) in &wanted.erased {
        report
            .unchecked
            .push(format!("payload {k} of event {c} is erased"));
    }
    report.unchecked.sort();
    Ok(())
}

/// Checks one event; whether the next one may be compared with it.
fn one_event(
    stored: &StoredEvent,
    before: &Before,
    report: &mut Report,
    namings: &mut Namings,
    wanted: &mut Wanted,
) -> bool {
    let id = &stored.c;
    let (Some(salt), Some(cj)) = (&stored.salt, &stored.cj) else {
        if stored.erased.is_none() {
            report.add(
                "event",
                id,
                Tampering::Edited,
                "its content is gone and no event erased it",
            );
        }
        wanted.erased_events.extend(Hash::from_hex(id).ok());
        return true;
    };
    let read = || -> Result<(Event, Hash), Flaw> {
        let event = Event::from_bytes(cj)?;
        let salt = salt
            .as_slice()
            .try_into()
            .map_err(|_| Flaw::new("the salt is not 32 bytes"))?;
        let c = event.c(&Hash(salt))?;
        ensure(c.to_hex() == *id, "its content is not what its name stands for")?;
        Ok((event, c))
    };
    let (event, c) = match read() {
        Ok(good) => good,
        Err(flaw) => {
            report.add("event", id, Tampering::Edited, flaw.0);
            return true;
        }
    };
    if stored.pos.is_none() {
        report.n_pending += 1;
    }
    want(&event, c, namings, wanted);
    let is_same = event.tx.as_str() == stored.tx
        && i64::try_from(event.n).ok() == Some(stored.n)
        && event.ts == stored.ts
        && event.act == stored.act
        && stored.erased.is_none();
    if !is_same {
        report.add(
            "event",
            id,
            Tampering::Edited,
            "its columns are not what its content says",
        );
        return false;
    }
    follows(stored, &event, before, report);
    true
}

/// Whether an event stands right after the one before it on its chain.
fn follows(stored: &StoredEvent, event: &Event, before: &Before, report: &mut Report) {
    let same_chain = before.tx == stored.tx;
    let next = if same_chain { before.n.saturating_add(1) } else { 0 };
    if stored.n != next {
        // the last of the missing ones is named by the event that is there
        let why = format!("{} lacks {next} to {}", stored.tx, stored.n.saturating_sub(1));
        report.add("event", event.prev.to_hex(), Tampering::Deleted, why);
    } else if same_chain && event.prev.to_hex() != before.c {
        report.add(
            "event",
            &stored.c,
            Tampering::Edited,
            "it does not follow the event before it",
        );
    } else if same_chain && event.ts < before.ts {
        report.add(
            "event",
            &stored.c,
            Tampering::Edited,
            "its time is before that of the event before it",
        );
    }
}

/// Takes note of everything an event refers to.
fn want(event: &Event, c: Hash, namings: &mut Namings, wanted: &mut Wanted) {
    for reference in &event.refs {
        let label = reference.k.as_str();
        if label.starts_with("row.") {
            namings.add(label, event.ts, event.n, reference.h, c);
            continue;
        }
        if label == "rows" {
            wanted.lists.insert(c, (event.ts, event.n, None));
        }
        let expected = Expected {
            c,
            k: label.into(),
            ts: event.ts,
            n: event.n,
        };
        wanted.payloads.insert(reference.h, expected);
    }
}

impl Namings {
    /// Takes note that an event names a row; the latest by time, on one chain by position, counts.
    fn add(&mut self, label: &str, ts: i64, n: u64, h: Hash, c: Hash) {
        let named = Named {
            ts,
            n,
            h,
            c,
            salt: None,
            is_seen: false,
            is_judged: false,
        };
        match self.newest.get_mut(label) {
            None => {
                self.newest.insert(label.into(), named);
            }
            Some(known) if (known.ts, known.n) < (ts, n) => {
                self.earlier.insert(naming(&known.h, &known.c));
                *known = named;
            }
            Some(_) => {
                self.earlier.insert(naming(&h, &c));
            }
        }
    }
}

fn all_payloads(
    db: &mut Db,
    report: &mut Report,
    wanted: &mut Wanted,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    let [_, total, ..] = walk::counts(db)?;
    let (mut after, mut done) = (String::new(), 0);
    loop {
        let page = walk::payloads(db, &after)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.h);
        for payload in page {
            done += 1;
            one_payload(payload, report, wanted);
        }
        progress("payloads", done, whole(total));
    }
    for (h, gone) in std::mem::take(&mut wanted.payloads) {
        let Expected { c, k, .. } = gone;
        let why = format!("payload {k} of event {c}");
        if !wanted.erased.contains(&(c, k.into_string())) {
            report.add("payload", h.to_hex(), Tampering::Deleted, why);
        }
    }
    Ok(())
}

fn one_payload(payload: StoredPayload, report: &mut Report, wanted: &mut Wanted) {
    let h = Hash::from_hex(&payload.h).ok();
    let Some(expected) = h.and_then(|h| wanted.payloads.remove(&h)) else {
        if report.broken.contains(&payload.c) {
            return;
        }
        return report.add("payload", payload.h, Tampering::Inserted, "no event refers to it");
    };
    let salt = payload.salt.as_slice().try_into().map(Hash);
    let is_right = salt.is_ok_and(|salt| ref_hash(&salt, &payload.bytes).to_hex() == payload.h);
    if !is_right || payload.c != expected.c.to_hex() || payload.k != *expected.k {
        return report.add(
            "payload",
            payload.h,
            Tampering::Edited,
            "it is not what its event refers to",
        );
    }
    if payload.k == "rows" {
        wanted
            .lists
            .insert(expected.c, (expected.ts, expected.n, Some(payload.bytes)));
    } else if payload.k == "erased"
        && let Ok(erased) = PayloadErased::from_bytes(&payload.bytes)
    {
        match erased.k {
            Some(k) => wanted.erased.insert((erased.c, k.as_str().to_owned())),
            None => wanted.erased_events.insert(erased.c),
        };
    }
}

fn row_lists(
    db: &mut Db,
    report: &mut Report,
    namings: &mut Namings,
    wanted: &mut Wanted,
) -> Result<(), Fault> {
    let mut after = String::new();
    loop {
        let page = walk::row_lists(db, &after)?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (c, refs) in page {
            let known = Hash::from_hex(&c)
                .ok()
                .and_then(|c| Some((c, wanted.lists.remove(&c)?)));
            let Some((name, (ts, n, payload))) = known else {
                if !report.broken.contains(&c) {
                    report.add("row_list", c, Tampering::Inserted, "no event has such a list");
                }
                continue;
            };
            let Ok(list) = same_list(&refs, payload.as_deref()) else {
                report.add(
                    "row_list",
                    c,
                    Tampering::Edited,
                    "its root is not the one its event refers to",
                );
                continue;
            };
            for (label, h) in list {
                namings.add(label.as_str(), ts, n, h, name);
            }
        }
    }
    for c in std::mem::take(&mut wanted.lists).into_keys() {
        report.add(
            "row_list",
            c.to_hex(),
            Tampering::Deleted,
            "an event refers to its root",
        );
    }
    Ok(())
}

/// The list, if it is the one behind the payload; a payload that is missing was named before.
fn same_list(refs: &[u8], payload: Option<&[u8]>) -> Result<Vec<(Label, Hash)>, Flaw> {
    let flaw = |e: &dyn std::fmt::Display| Flaw::new(e.to_string());
    let list: Vec<(Label, Hash)> = serde_json::from_slice(refs).map_err(|e| flaw(&e))?;
    let again = serde_json::to_vec(&list).map_err(|e| flaw(&e))?;
    ensure(again == refs, "another form")?;
    if let Some(payload) = payload {
        ensure(write(&rows(list.clone())?)? == payload, "another list")?;
    }
    Ok(list)
}
