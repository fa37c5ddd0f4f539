//! The sequencer: at a tick every event since the last one gets its position in the tree, unseen
//! among noops, and the log signs the new checkpoint. One job on the writer, one commit.

use std::collections::{BTreeMap, HashSet};

use super::{Journal, count, stored_node, whole};
use crate::{
    app::{Answer, App, Error},
    domain::time::Instant,
    proof::{
        canon::{Flaw, Hash, Object as _},
        event::Entry,
        merkle::{Edge, Node},
        note::Checkpoint,
        sig::SecretKey,
        tick,
        tiles::Tile,
    },
    store::{
        Db, Fault,
        journal::{self, Tick},
    },
};

impl App {
    /// Ticks: sequences what is pending, signs, keeps the checkpoint, asks the witness. Where the
    /// witness is down the tick stands all the same and counts when a later one is cosigned.
    pub async fn tick_log(&self) -> Answer<()> {
        let _turn = self.journal.turn.lock().await;
        let (log, secrets) = (self.journal.clone(), self.secrets.clone());
        let (now, seed) = (self.clock.now(), Hash(self.entropy.bytes()));
        let done = self
            .maintain(move |db| Ok(sequence(db, &log, &secrets.log_key, now, seed)?))
            .await?;
        self.journal.keep(&done.checkpoint)?;
        self.cosign(&done).await
    }

    /// Whether events wait for their tick.
    pub async fn has_pending_events(&self) -> Answer<bool> {
        self.view(|db| journal::has_pending(db).map_err(Error::from))
            .await
    }

    /// The time of the last tick.
    pub async fn last_tick_at(&self) -> Answer<Option<Instant>> {
        let last = self
            .view(|db| journal::last_tick(db).map_err(Error::from))
            .await?;
        Ok(last.map(|tick| Instant(tick.ts)))
    }
}

fn sequence(db: &mut Db, log: &Journal, key: &SecretKey, now: Instant, seed: Hash) -> Result<Tick, Fault> {
    let last = journal::last_tick(db)?;
    let size = last.as_ref().map_or(Ok(0), |tick| whole(tick.size))?;
    let pending = journal::pending(db)?;
    // strictly increasing, whatever the machine's clock does, and not before what happened while the
    // tick waited for its turn to write
    let after = last.map_or(now.0, |tick| now.0.max(tick.ts.saturating_add(1)));
    let ts = pending.iter().map(|(_, ts)| *ts).fold(after, i64::max);
    let events = pending
        .iter()
        .map(|(c, _)| Hash::from_hex(c))
        .collect::<Result<Vec<_>, Flaw>>()?;
    let noops = tick::noops_from(&seed, events.len(), ts)?;
    let entries = tick::entries(ts, &events, &noops)?;
    let mut edge = Edge::load(size, |node| stored_node(db, node))?;
    let filled = append(db, &mut edge, &entries)?;
    grow_tiles(db, &filled)?;
    place(db, size, &entries, &events)?;
    let checkpoint = Checkpoint {
        origin: log.origin.clone(),
        size: edge.size(),
        root: edge.root(),
    };
    let tick = Tick {
        size: count(edge.size())?,
        ts,
        n_events: i64::try_from(events.len()).map_err(|e| Fault::new("tick", e))?,
        noop_seed: seed.0.to_vec(),
        checkpoint: checkpoint.sign(key)?.to_string(),
        cosignatures: String::new(),
    };
    journal::insert_tick(db, &tick)?;
    Ok(tick)
}

/// Stores the entries and appends their leaves; every subtree that became full.
fn append(db: &mut Db, edge: &mut Edge, entries: &[Entry]) -> Result<Vec<(Node, Hash)>, Fault> {
    let mut filled = Vec::new();
    for entry in entries {
        let leaf = entry.leaf()?;
        journal::insert_entry(db, count(edge.size())?, &entry.bytes()?, &leaf)?;
        edge.append(leaf, |full| filled.push(full));
    }
    Ok(filled)
}

fn grow_tiles(db: &mut Db, filled: &[(Node, Hash)]) -> Result<(), Fault> {
    let mut grown: BTreeMap<Tile, Vec<u8>> = BTreeMap::new();
    for (node, hash) in filled {
        let Some((tile, place)) = Tile::keeping(*node) else {
            continue;
        };
        let bytes = match grown.entry(tile) {
            std::collections::btree_map::Entry::Occupied(kept) => kept.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => {
                let stored = journal::tile(db, tile.level.into(), count(tile.index)?)?;
                free.insert(stored.unwrap_or_default())
            }
        };
        if bytes.len() != place * 32 {
            return Err(Flaw::new(format!("{tile:?} is not as wide as the tree before")).into());
        }
        bytes.extend_from_slice(&hash.0);
    }
    for (tile, bytes) in &grown {
        journal::put_tile(db, tile.level.into(), count(tile.index)?, bytes)?;
    }
    Ok(())
}

fn place(db: &mut Db, size: u64, entries: &[Entry], events: &[Hash]) -> Result<(), Fault> {
    let events: HashSet<&Hash> = events.iter().collect();
    for (entry, pos) in entries.iter().zip(size..) {
        if events.contains(&entry.c) {
            journal::set_position(db, &entry.c.to_hex(), count(pos)?)?;
        }
    }
    Ok(())
}
