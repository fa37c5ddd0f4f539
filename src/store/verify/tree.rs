//! Ticks, leaves and tiles against what the log signed.
//!
//! The signed root is the measure. Where the stored leaves do not give it, the leaves that the
//! events and the noops of the tick make are tried, then those of the tiles: whichever gives the
//! signed root is the truth, and the others are accused row by row.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Progress, Report, Tampering, whole};
use crate::{
    proof::{
        canon::{Flaw, Hash, Object as _, ensure},
        event::Entry,
        merkle::{Edge, leaf_hash},
        note::{Checkpoint, Note},
        policy::Policy,
        tick::{self, noops_from},
        tiles::{Tile, WIDTH},
    },
    store::{
        Db, Fault,
        journal::{self, Tick, walk},
    },
};

/// The tree as it is rebuilt.
struct Tree {
    edge: Edge,
    /// The tiles that are being filled.
    tiles: BTreeMap<Tile, Vec<u8>>,
    /// The last tick's time.
    ts: i64,
    /// The stored tiles not yet found right.
    stored: BTreeSet<(i64, i64)>,
}

/// A stored leaf: its entry, its hash.
type Leaf = (Vec<u8>, Vec<u8>);

/// What stands in the positions of one tick.
struct Span {
    from: i64,
    to: i64,
    entries: BTreeMap<i64, Leaf>,
    /// c of the events placed there.
    placed: BTreeMap<i64, String>,
}

/// Checks the three tables and the positions of events.
pub fn check(
    db: &mut Db,
    policy: &Policy,
    kept: Option<&Checkpoint>,
    report: &mut Report,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    let total = whole(walk::size(db)?);
    let mut tree = Tree {
        edge: Edge::default(),
        tiles: BTreeMap::new(),
        ts: i64::MIN,
        stored: walk::tiles(db)?.into_iter().collect(),
    };
    let (mut size, mut after) = (0, 0);
    loop {
        let page = walk::ticks(db, after)?;
        let Some(last) = page.last() else { break };
        let end = last.size;
        for tick in page {
            // what the log did not sign is passed over: the next tick covers its leaves
            if let Some(root) = signed(&tick, policy, report) {
                one_tick(db, &tick, size, root, &mut tree, report)?;
                size = tick.size;
            }
            progress("leaves", whole(size), total);
        }
        after = end;
    }
    report.n_leaves = tree.edge.size();
    after_last(db, size, kept, report)?;
    tree.finish(db, report)
}

fn one_tick(
    db: &mut Db,
    tick: &Tick,
    from: i64,
    root: Hash,
    tree: &mut Tree,
    report: &mut Report,
) -> Result<(), Fault> {
    let span = Span {
        from,
        to: tick.size,
        entries: entries(db, from, tick.size)?,
        placed: walk::placed(db, from, tick.size)?
            .into_iter()
            .filter_map(|(pos, c)| Some((pos?, c)))
            .collect(),
    };
    let gives_root = |leaves: &Vec<Hash>| tree.with(leaves) == root;
    let stored = span.stored().filter(gives_root);
    let is_stored = stored.is_some();
    let truth = stored.or_else(|| span.derived(tick).filter(gives_root));
    let truth = match truth {
        Some(truth) => Some(truth),
        None => Tree::tiled(db, from, tick.size)?.filter(gives_root),
    };
    let Some(leaves) = truth else {
        let why = format!("neither the leaves from {from} nor events nor tiles give the signed root");
        report.add("tick", tick.size.to_string(), Tampering::Edited, why);
        return tree.grow(db, &span.stored().unwrap_or_default(), report);
    };
    span.accuse_entries(&leaves, report);
    if is_stored {
        span.accuse_events(db, tick, tree.ts, report)?;
    }
    tree.ts = tree.ts.max(tick.ts);
    tree.grow(db, &leaves, report)
}

/// The root that the log signed at a tick; a tick that says anything else is named.
fn signed(tick: &Tick, policy: &Policy, report: &mut Report) -> Option<Hash> {
    let id = tick.size.to_string();
    let read = || {
        let note: Note = tick.checkpoint.parse()?;
        let checkpoint = Checkpoint::from_text(&note.text)?;
        let mut logs = policy.logs().iter().filter(|log| log.name() == checkpoint.origin);
        let by_log = logs.any(|log| {
            note.signatures
                .iter()
                .any(|line| log.verify(&note.text, line).is_ok())
        });
        let is_right = by_log && u64::try_from(tick.size) == Ok(checkpoint.size);
        ensure(is_right, "the log did not sign this")?;
        ensure(
            note.to_string() == tick.checkpoint,
            "it is written in another form",
        )?;
        Ok::<_, Flaw>(checkpoint.root)
    };
    let root = read()
        .map_err(|flaw| report.add("tick", id.as_str(), Tampering::Edited, flaw.0))
        .ok()?;
    if !tick.cosignatures.is_empty() {
        let note = format!("{}{}", tick.checkpoint, tick.cosignatures).parse();
        if let Err(flaw) = note.and_then(|note| policy.accept(&note)) {
            report.add("tick", id, Tampering::Edited, flaw.0);
        }
    }
    Some(root)
}

fn entries(db: &mut Db, from: i64, to: i64) -> Result<BTreeMap<i64, Leaf>, Fault> {
    let found = journal::entries(db, from, to.saturating_sub(from))?;
    let inside = found.into_iter().filter(|(pos, ..)| *pos < to);
    Ok(inside.map(|(pos, entry, leaf)| (pos, (entry, leaf))).collect())
}

impl Span {
    /// The leaves as the entries give them, if none is missing.
    fn stored(&self) -> Option<Vec<Hash>> {
        (self.from..self.to)
            .map(|pos| self.entries.get(&pos).map(|(entry, _)| leaf_hash(entry)))
            .collect()
    }

    /// The leaves as the events and the tick's noops give them, if they are a tick.
    fn derived(&self, tick: &Tick) -> Option<Vec<Hash>> {
        let events: Vec<Hash> = self
            .placed
            .values()
            .map(|c| Hash::from_hex(c).ok())
            .collect::<Option<_>>()?;
        let seed = Hash(tick.noop_seed.as_slice().try_into().ok()?);
        let noops = noops_from(&seed, events.len(), tick.ts).ok()?;
        let entries = tick::entries(tick.ts, &events, &noops).ok()?;
        entries.iter().map(|entry| entry.leaf().ok()).collect()
    }

    fn accuse_entries(&self, truth: &[Hash], report: &mut Report) {
        for (pos, leaf) in (self.from..self.to).zip(truth) {
            let id = pos.to_string();
            match self.entries.get(&pos) {
                None => report.add("log_entry", id, Tampering::Deleted, "the tree has a leaf there"),
                Some((entry, hash)) => {
                    if leaf_hash(entry) != *leaf || *hash != leaf.0 {
                        report.add(
                            "log_entry",
                            id,
                            Tampering::Edited,
                            "it is not the leaf of the tree",
                        );
                    }
                }
            }
        }
    }

    /// The tick and its events against its entries, which are the tree's.
    fn accuse_events(
        &self,
        db: &mut Db,
        tick: &Tick,
        last_ts: i64,
        report: &mut Report,
    ) -> Result<(), Fault> {
        let entries: BTreeMap<i64, Entry> = self
            .entries
            .iter()
            .filter_map(|(pos, (entry, _))| Some((*pos, Entry::from_bytes(entry).ok()?)))
            .collect();
        let own = entries.iter().filter(|(_, entry)| entry.ts == tick.ts);
        let begins = own.map(|(pos, _)| *pos).min();
        if let Some(end) = begins.filter(|begins| *begins > self.from) {
            let why = "leaves before it have a time of their own";
            report.add("tick", end.to_string(), Tampering::Deleted, why);
            return Ok(());
        }
        let noops = noops(tick, entries.len());
        let n_noops = entries.values().filter(|entry| noops.contains(&entry.c)).count();
        let n_events = entries.len().saturating_sub(n_noops);
        let is_right = i64::try_from(n_events) == Ok(tick.n_events)
            && tick::width(n_events) == entries.len()
            && entries.values().all(|entry| entry.ts == tick.ts)
            && tick.ts > last_ts;
        if !is_right {
            let why = "its leaves are not what it says";
            report.add("tick", tick.size.to_string(), Tampering::Edited, why);
            return Ok(());
        }
        for (pos, entry) in entries.iter().filter(|(_, entry)| !noops.contains(&entry.c)) {
            let c = entry.c.to_hex();
            if self.placed.get(pos) == Some(&c) {
                continue;
            }
            let how = match journal::event_by_c(db, &c)? {
                Some(_) => Tampering::Edited,
                None => Tampering::Deleted,
            };
            report.add("event", c, how, format!("the leaf {pos} is its"));
        }
        for (pos, c) in &self.placed {
            if entries.get(pos).is_none_or(|entry| entry.c.to_hex() != *c) {
                report.add(
                    "event",
                    c,
                    Tampering::Inserted,
                    format!("the leaf {pos} is not its"),
                );
            }
        }
        Ok(())
    }
}

/// Every noop that a tick of so many leaves can have.
fn noops(tick: &Tick, leaves: usize) -> HashSet<Hash> {
    let seed = Hash(tick.noop_seed.as_slice().try_into().unwrap_or_default());
    // a tick wider than the least one is more than half full
    let most = [0, leaves / 2 + 1].into_iter();
    most.filter_map(|events| noops_from(&seed, events, tick.ts).ok())
        .flatten()
        .map(|noop| noop.c)
        .collect()
}

impl Tree {
    /// The root with these leaves appended.
    fn with(&self, leaves: &[Hash]) -> Hash {
        let mut edge = self.edge.clone();
        for leaf in leaves {
            edge.append(*leaf, |_| {});
        }
        edge.root()
    }

    /// The leaves as the stored tiles give them.
    fn tiled(db: &mut Db, from: i64, to: i64) -> Result<Option<Vec<Hash>>, Fault> {
        let width = i64::try_from(WIDTH).unwrap_or(i64::MAX);
        let mut leaves = Vec::new();
        for pos in from..to {
            let bytes = journal::tile(db, 0, pos / width)?.unwrap_or_default();
            let place = usize::try_from(pos % width).unwrap_or_default();
            let (hashes, _) = bytes.as_chunks::<32>();
            match hashes.get(place) {
                Some(hash) => leaves.push(Hash(*hash)),
                None => return Ok(None),
            }
        }
        Ok(Some(leaves))
    }

    fn grow(&mut self, db: &mut Db, leaves: &[Hash], report: &mut Report) -> Result<(), Fault> {
        let tiles = &mut self.tiles;
        for leaf in leaves {
            self.edge.append(*leaf, |(node, hash)| {
                if let Some((tile, _)) = Tile::keeping(node) {
                    tiles.entry(tile).or_default().extend_from_slice(&hash.0);
                }
            });
        }
        let full: Vec<Tile> = self
            .tiles
            .iter()
            .filter(|(_, bytes)| bytes.len() == 32 * 256)
            .map(|(tile, _)| *tile)
            .collect();
        for tile in full {
            let bytes = self.tiles.remove(&tile).unwrap_or_default();
            self.compare(db, tile, &bytes, report)?;
        }
        Ok(())
    }

    fn compare(&mut self, db: &mut Db, tile: Tile, bytes: &[u8], report: &mut Report) -> Result<(), Fault> {
        let n = i64::try_from(tile.index).unwrap_or(i64::MAX);
        let level = i64::from(tile.level);
        self.stored.remove(&(level, n));
        let id = format!("{level}/{n}");
        match journal::tile(db, level, n)? {
            Some(stored) if stored == bytes => {}
            Some(_) => report.add(
                "log_tile",
                id,
                Tampering::Edited,
                "its hashes are not those of the tree",
            ),
            None => report.add("log_tile", id, Tampering::Deleted, "the tree has it"),
        }
        Ok(())
    }

    fn finish(mut self, db: &mut Db, report: &mut Report) -> Result<(), Fault> {
        for (tile, bytes) in std::mem::take(&mut self.tiles) {
            self.compare(db, tile, &bytes, report)?;
        }
        for (level, n) in self.stored {
            report.add(
                "log_tile",
                format!("{level}/{n}"),
                Tampering::Inserted,
                "the tree is not that wide",
            );
        }
        Ok(())
    }
}

/// What stands beyond the last tick.
fn after_last(db: &mut Db, size: i64, kept: Option<&Checkpoint>, report: &mut Report) -> Result<(), Fault> {
    let kept = kept.and_then(|kept| i64::try_from(kept.size).ok()).unwrap_or(0);
    if kept > size {
        report.add(
            "tick",
            kept.to_string(),
            Tampering::Deleted,
            "the log signed a larger tree",
        );
        return Ok(());
    }
    for (pos, ..) in journal::entries(db, size, walk::PAGE)? {
        report.add(
            "log_entry",
            pos.to_string(),
            Tampering::Inserted,
            "no tick placed it",
        );
    }
    for (_, c) in walk::placed(db, size, i64::MAX)? {
        report.add(
            "event",
            c,
            Tampering::Edited,
            "it claims a position that no tick gave",
        );
    }
    Ok(())
}
