//! Merkle trees of RFC 6962 and RFC 9162, over leaves of any bytes.
//!
//! In: leaf hashes, or a way to fetch the hashes of full subtrees already stored. Out: roots,
//! inclusion and consistency proofs, and verdicts on proofs. Never: a proof of something that the
//! root does not imply, an index beyond the tree, a consistency "proof" from the empty tree.

use super::canon::{Checked, Flaw, Hash, ensure};

/// The most hashes a proof can have: a tree has fewer than 2^63 leaves.
pub const PATH_MAX: usize = 63;

/// The hash of a leaf: SHA-256(0x00 || data).
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    Hash::of(&[&[0], data])
}

/// The hash of a node: SHA-256(0x01 || left || right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::of(&[&[1], &left.0, &right.0])
}

/// The root over leaf hashes; of none it is SHA-256 of nothing.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    let mut edge = Edge::default();
    for leaf in leaves {
        edge.append(*leaf, |_| {});
    }
    edge.root()
}

/// A full subtree: `index` counts the subtrees of this level from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its height; 2^level leaves stand under it.
    pub level: u32,
    /// It covers the leaves from `index * 2^level`.
    pub index: u64,
}

/// The right edge of a growing tree: all that is needed to append to it and to know its root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// The full subtrees that make up the tree, largest first: one for every 1 bit of `size`.
    peaks: Vec<Hash>,
}

impl Edge {
    /// The edge of a tree of `size` leaves, from its stored nodes.
    ///
    /// # Errors
    /// What `node` answers.
    pub fn load<E>(size: u64, mut node: impl FnMut(Node) -> Result<Hash, E>) -> Result<Self, E> {
        let mut peaks = Vec::new();
        let mut start = 0_u64;
        for level in (0..u64::BITS).rev().filter(|level| (size >> level) & 1 == 1) {
            let index = start >> level;
            peaks.push(node(Node { level, index })?);
            start += 1 << level;
        }
        Ok(Self { size, peaks })
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash and reports every subtree that is now full, from the leaf upwards.
    pub fn append(&mut self, leaf: Hash, mut completed: impl FnMut((Node, Hash))) {
        let mut hash = leaf;
        let mut node = Node {
            level: 0,
            index: self.size,
        };
        completed((node, hash));
        while node.index & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = node_hash(&left, &hash);
            node = Node {
                level: node.level + 1,
                index: node.index >> 1,
            };
            completed((node, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree as it stands.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return Hash::of(&[]);
        };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// The hash over the leaves `from..to`, where `from` is a multiple of a power of two >= the length.
fn range<E>(from: u64, to: u64, node: &mut impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    let length = to - from;
    if length.is_power_of_two() {
        let level = length.trailing_zeros();
        return node(Node {
            level,
            index: from >> level,
        });
    }
    let middle = from + split(length);
    let left = range(from, middle, node)?;
    let right = range(middle, to, node)?;
    Ok(node_hash(&left, &right))
}

/// The largest power of two below `n`, for n >= 2.
fn split(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

/// The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 9162 2.1.3.1).
///
/// # Errors
/// An index beyond the tree, or what `node` answers.
pub fn inclusion<E: From<Flaw>>(
    index: u64,
    size: u64,
    mut node: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    ensure(index < size, "inclusion: no such leaf")?;
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(range(middle, to, &mut node)?);
            to = middle;
        } else {
            path.push(range(from, middle, &mut node)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The consistency proof between the trees of `old` and of `new` leaves (RFC 9162 2.1.4.1).
///
/// # Errors
/// `old` = 0 or `old` > `new`, or what `node` answers.
pub fn consistency<E: From<Flaw>>(
    old: u64,
    new: u64,
    mut node: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    ensure(0 < old && old <= new, "consistency: no such pair of trees")?;
    let (mut from, mut to) = (0, new);
    let mut path = Vec::new();
    // down to the subtree that ends where the old tree ended
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            path.push(range(middle, to, &mut node)?);
            to = middle;
        } else {
            path.push(range(from, middle, &mut node)?);
            from = middle;
        }
    }
    if from > 0 {
        path.push(range(from, to, &mut node)?);
    }
    path.reverse();
    Ok(path)
}

/// Checks that `leaf` is leaf `index` of the tree of `size` leaves with this root (RFC 9162 2.1.3.2).
///
/// # Errors
/// A proof that is too short, too long or does not lead to the root.
pub fn check_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> Checked<()> {
    ensure(index < size, "inclusion: the index is beyond the tree")?;
    let (mut f, mut s) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in path {
        ensure(s != 0, "inclusion: the proof is too long")?;
        if f & 1 == 1 || f == s {
            hash = node_hash(sibling, &hash);
            let skip = if f & 1 == 1 { 0 } else { f.trailing_zeros() };
            (f, s) = (shift(f, skip), shift(s, skip));
        } else {
            hash = node_hash(&hash, sibling);
        }
        (f, s) = (f >> 1, s >> 1);
    }
    ensure(s == 0, "inclusion: the proof is too short")?;
    ensure(hash == *root, "inclusion: another root")
}

/// `n >> by`, where shifting everything out gives 0.
fn shift(n: u64, by: u32) -> u64 {
    n.checked_shr(by).unwrap_or(0)
}

/// Checks that the tree `old` (size, root) is the beginning of the tree `new` (RFC 9162 2.1.4.2).
///
/// # Errors
/// From size 0, to a smaller tree, or a proof that does not lead to both roots.
pub fn check_consistency(old: (u64, &Hash), new: (u64, &Hash), path: &[Hash]) -> Checked<()> {
    ensure(old.0 > 0, "consistency: nothing follows from the empty tree")?;
    ensure(old.0 <= new.0, "consistency: the new tree is smaller")?;
    if old.0 == new.0 {
        ensure(path.is_empty(), "consistency: the proof is too long")?;
        return ensure(old.1 == new.1, "consistency: two roots of one size");
    }
    let whole = old.0.is_power_of_two().then_some(*old.1);
    let mut path = whole.iter().chain(path);
    let first = path.next().ok_or_else(|| Flaw::new("consistency: no proof"))?;
    let skip = (old.0 - 1).trailing_ones();
    let (mut f, mut s) = (shift(old.0 - 1, skip), shift(new.0 - 1, skip));
    let (mut before, mut after) = (*first, *first);
    for sibling in path {
        ensure(s != 0, "consistency: the proof is too long")?;
        if f & 1 == 1 || f == s {
            before = node_hash(sibling, &before);
            after = node_hash(sibling, &after);
            let skip = if f & 1 == 1 { 0 } else { f.trailing_zeros() };
            (f, s) = (shift(f, skip), shift(s, skip));
        } else {
            after = node_hash(&after, sibling);
        }
        (f, s) = (f >> 1, s >> 1);
    }
    ensure(s == 0, "consistency: the proof is too short")?;
    ensure(before == *old.1, "consistency: another old root")?;
    ensure(after == *new.1, "consistency: another new root")
}
