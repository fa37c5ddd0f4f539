//! The layout of the published tree (C2SP tlog-tiles): tiles of 256 hashes, bundles of entries.
//!
//! In: nodes, sizes, paths of requests. Out: which tile holds what, and the hash of any node from
//! one tile. Never: a path with two spellings, a tile wider than the tree it belongs to.

use std::{fmt, ops::Range, str::FromStr};

use super::{
    canon::{Checked, Flaw, Hash, decimal, ensure},
    merkle::{Node, root},
};

/// The levels of the tree in one tile.
const HEIGHT: u32 = 8;
/// The hashes of a full tile, the entries of a full bundle.
pub const WIDTH: u64 = 1 << HEIGHT;

/// The place of a tile: hash i is the root over the leaves from (256 index + i) * 256^level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Level of tiles, 0 for leaf hashes.
    pub level: u32,
    /// The number of the tile within its level.
    pub index: u64,
}

impl Tile {
    /// The tile from which the hash of a node follows, and which of its hashes are under the node.
    #[must_use]
    pub fn of(node: Node) -> (Self, Range<usize>) {
        let above = node.level % HEIGHT;
        let first = node.index << above;
        let tile = Self {
            level: node.level / HEIGHT,
            index: first / WIDTH,
        };
        let start = usize::try_from(first % WIDTH).unwrap_or(usize::MAX);
        (tile, start..start.saturating_add(1 << above))
    }

    /// Where the hash of a node that is complete is kept: its tile and the place in it; none for
    /// the nodes that follow from others.
    #[must_use]
    pub fn keeping(node: Node) -> Option<(Self, usize)> {
        let (tile, places) = Self::of(node);
        node.level.is_multiple_of(HEIGHT).then_some((tile, places.start))
    }

    /// How many hashes it has in the tree of `size` leaves, 0 to 256.
    #[must_use]
    pub fn width(&self, size: u64) -> u64 {
        let bits = self.level.saturating_mul(HEIGHT);
        let hashes = size.checked_shr(bits).unwrap_or(0);
        let before = self.index.saturating_mul(WIDTH);
        hashes.saturating_sub(before).min(WIDTH)
    }
}

/// The hash of a node of a tree kept in tiles: a `node` for the proofs of [`super::merkle`].
/// `tile` answers the hashes of a tile, in order, as many as there are.
///
/// # Errors
/// What `tile` answers, or hashes that it does not have.
pub fn node<E: From<Flaw>>(node: Node, tile: impl FnOnce(Tile) -> Result<Vec<Hash>, E>) -> Result<Hash, E> {
    let (at, places) = Tile::of(node);
    let hashes = tile(at)?;
    let below = hashes
        .get(places)
        .ok_or_else(|| Flaw::new(format!("{at:?} is too narrow for {node:?}")))?;
    Ok(root(below))
}

/// What a path under the log's prefix names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// `tile/<L>/<N>[.p/<W>]`: hashes.
    Hashes {
        /// Which.
        tile: Tile,
        /// How many of them, 1 to 256.
        width: u64,
    },
    /// `tile/entries/<N>[.p/<W>]`: entries.
    Entries {
        /// The number of the bundle.
        index: u64,
        /// How many of them, 1 to 256.
        width: u64,
    },
}

impl FromStr for Resource {
    type Err = Flaw;

    fn from_str(path: &str) -> Checked<Self> {
        let flaw = || Flaw::new(format!("not a path of the log: {path:?}"));
        let rest = path.strip_prefix("tile/").ok_or_else(flaw)?;
        let (kind, rest) = rest.split_once('/').ok_or_else(flaw)?;
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, decimal(width)?),
            None => (rest, WIDTH),
        };
        let mut index = 0_u64;
        for group in groups.split('/') {
            let digits: u64 = group.trim_start_matches('x').parse().map_err(|_| flaw())?;
            let next = index.checked_mul(1000).and_then(|n| n.checked_add(digits));
            index = next.ok_or_else(flaw)?;
        }
        let resource = if kind == "entries" {
            Self::Entries { index, width }
        } else {
            let level = u32::try_from(decimal(kind)?).map_err(|_| flaw())?;
            ensure(level < u64::BITS, flaw().0)?;
            let tile = Tile { level, index };
            Self::Hashes { tile, width }
        };
        // one spelling only: the one that is written
        ensure(
            (1..=WIDTH).contains(&width) && resource.to_string() == path,
            flaw().0,
        )?;
        Ok(resource)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match self {
            Self::Hashes { tile, width } => {
                write!(f, "tile/{}/", tile.level)?;
                (tile.index, width)
            }
            Self::Entries { index, width } => {
                write!(f, "tile/entries/")?;
                (*index, width)
            }
        };
        let (mut groups, mut above) = (format!("{:03}", index % 1000), index / 1000);
        while above > 0 {
            groups = format!("x{:03}/{groups}", above % 1000);
            above /= 1000;
        }
        f.write_str(&groups)?;
        if *width < WIDTH {
            write!(f, ".p/{width}")?;
        }
        Ok(())
    }
}

/// A bundle of entries: each after its length, u16 big-endian.
///
/// # Errors
/// An entry longer than 65,535 bytes.
pub fn bundle(entries: &[impl AsRef<[u8]>]) -> Checked<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len()).map_err(|_| Flaw::new("bundle: an entry is too long"))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle.
///
/// # Errors
/// A bundle that is cut off.
pub fn unbundle(mut bytes: &[u8]) -> Checked<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let cut = || Flaw::new("bundle: cut off");
        let (length, rest) = bytes.split_first_chunk::<2>().ok_or_else(cut)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        entries.push(entry);
        bytes = rest;
    }
    Ok(entries)
}
