//! `merkle.json`, the tiles, and agreement with another implementation.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use serde_json::Value;
use sha2::Sha256;
use tianping::proof::{
    canon::{Checked, Flaw, Hash},
    merkle::{Edge, Node, check_consistency, check_inclusion, consistency, inclusion, leaf_hash, root},
    tiles::{Resource, Tile, bundle, node, unbundle},
};

use super::{
    json,
    log::{hash, text},
};

fn leaves(n: u64) -> Vec<Hash> {
    (0..n)
        .map(|i| leaf_hash(format!("entry-{i}").as_bytes()))
        .collect()
}

/// The node of a tree whose leaves are all in memory.
fn of(leaves: &[Hash]) -> impl Fn(Node) -> Checked<Hash> {
    |node: Node| {
        let from = usize::try_from(node.index << node.level).unwrap();
        let below = leaves.get(from..from + (1 << node.level));
        below.map(root).ok_or_else(|| Flaw::new("beyond the tree"))
    }
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

#[test]
fn roots() {
    let vectors = json("merkle.json");
    assert_eq!(root(&[]), hash(&vectors["empty_root"]));
    assert_eq!(leaves(20), hashes(&vectors["leaf_hashes"]));
    for (size, expected) in vectors["roots"].as_object().unwrap() {
        assert_eq!(root(&leaves(size.parse().unwrap())), hash(expected));
    }
    let known = &vectors["ct_known_answer"];
    let data = known["leaves_hex"].as_array().unwrap().iter();
    let data: Vec<Hash> = data.map(|x| leaf_hash(&hex::decode(text(x)).unwrap())).collect();
    for (size, expected) in hashes(&known["roots"]).iter().enumerate() {
        assert_eq!(root(&data[..size]), *expected);
    }
}

#[test]
fn inclusion_proofs() {
    let vectors = json("merkle.json");
    let all = leaves(20);
    for case in vectors["inclusion_index_size_path"].as_array().unwrap() {
        let (index, size) = (case[0].as_u64().unwrap(), case[1].as_u64().unwrap());
        let path = hashes(&case[2]);
        assert_eq!(inclusion(index, size, of(&all)).unwrap(), path);
        let root = hash(&vectors["roots"][size.to_string()]);
        let leaf = &all[usize::try_from(index).unwrap()];
        check_inclusion(leaf, index, size, &path, &root).unwrap();
        // the proof of one leaf proves nothing else
        for other in (0..size + 2).filter(|i| *i != index) {
            assert!(check_inclusion(leaf, other, size, &path, &root).is_err());
        }
        assert!(check_inclusion(&Hash::ZERO, index, size, &path, &root).is_err());
        let mut longer = path.clone();
        longer.push(Hash::ZERO);
        assert!(check_inclusion(leaf, index, size, &longer, &root).is_err());
        if let Some((_, shorter)) = path.split_last() {
            assert!(check_inclusion(leaf, index, size, shorter, &root).is_err());
        }
    }
    assert!(inclusion(20, 20, of(&all)).is_err());
}

#[test]
fn consistency_proofs() {
    let vectors = json("merkle.json");
    let all = leaves(20);
    let at = |size: u64| hash(&vectors["roots"][size.to_string()]);
    for case in vectors["consistency_old_new_path"].as_array().unwrap() {
        let (old, new) = (case[0].as_u64().unwrap(), case[1].as_u64().unwrap());
        let path = hashes(&case[2]);
        assert_eq!(consistency(old, new, of(&all)).unwrap(), path);
        let (a, b) = (at(old), at(new));
        check_consistency((old, &a), (new, &b), &path).unwrap();
        assert!(check_consistency((old, &Hash::ZERO), (new, &b), &path).is_err());
        assert!(check_consistency((old, &a), (new, &Hash::ZERO), &path).is_err());
        let mut longer = path.clone();
        longer.push(Hash::ZERO);
        assert!(check_consistency((old, &a), (new, &b), &longer).is_err());
        if let Some((_, shorter)) = path.split_last() {
            assert!(check_consistency((old, &a), (new, &b), shorter).is_err());
        }
        if old < new {
            assert!(check_consistency((new, &b), (old, &a), &path).is_err());
        }
        // from zero: an error with any proof
        let empty = root(&[]);
        assert!(check_consistency((0, &empty), (new, &b), &path).is_err());
        assert!(check_consistency((0, &empty), (new, &b), &[]).is_err());
    }
    assert!(consistency(0, 20, of(&all)).is_err() && consistency(3, 2, of(&all)).is_err());
}

#[test]
fn tree_kept_in_tiles_proves_the_same() {
    let all = leaves(70_000);
    let mut tiles: std::collections::BTreeMap<Tile, Vec<Hash>> = std::collections::BTreeMap::new();
    let mut edge = Edge::default();
    for leaf in &all {
        edge.append(*leaf, |(node, hash)| {
            if let Some((tile, place)) = Tile::keeping(node) {
                let hashes = tiles.entry(tile).or_default();
                assert_eq!(hashes.len(), place, "hashes come in their order");
                hashes.push(hash);
            }
        });
    }
    // the example of the specification
    let level = |l| {
        tiles.range(
            Tile { level: l, index: 0 }..Tile {
                level: l + 1,
                index: 0,
            },
        )
    };
    let widths = |l| level(l).map(|(_, h)| h.len()).collect::<Vec<_>>();
    assert_eq!((widths(0).len(), widths(0)[273]), (274, 112));
    assert_eq!((widths(1), widths(2)), (vec![256, 17], vec![1]));
    for (tile, hashes) in &tiles {
        assert_eq!(tile.width(70_000), hashes.len() as u64);
    }
    let fetch = |at: Node| {
        node(at, |tile| {
            Ok::<_, Flaw>(tiles.get(&tile).cloned().unwrap_or_default())
        })
    };
    assert_eq!(Edge::load(70_000, fetch).unwrap(), edge);
    let whole = edge.root();
    for index in [0, 255, 256, 65_535, 65_536, 69_999] {
        let path = inclusion(index, 70_000, fetch).unwrap();
        check_inclusion(
            &all[usize::try_from(index).unwrap()],
            index,
            70_000,
            &path,
            &whole,
        )
        .unwrap();
    }
    for old in [1, 256, 65_536, 69_888, 70_000] {
        let before = Edge::load(old, fetch).unwrap().root();
        assert_eq!(before, root(&all[..usize::try_from(old).unwrap()]));
        let path = consistency(old, 70_000, fetch).unwrap();
        check_consistency((old, &before), (70_000, &whole), &path).unwrap();
    }
    assert!(inclusion(0, 80_000, fetch).is_err(), "beyond the tiles");
}

#[test]
fn paths_have_one_spelling() {
    let good = [
        "tile/0/000",
        "tile/1/x001/x234/067",
        "tile/entries/x001/000.p/3",
        "tile/63/999.p/255",
    ];
    for path in good {
        assert_eq!(path.parse::<Resource>().unwrap().to_string(), path);
    }
    let bad = "tile/0/0 tile/0/x000/000 tile/00/000 tile/64/000 tile/0/001/002 tile/0/x001 tile/0/000.p/0 \
               tile/0/000.p/256 tile/0/000.p/01 tile/0/+01 /tile/0/000 tile/0 tile/0/xx01/002 tile/0/0000 \
               tile/entries/000/ tile/x/000 tile/0/x999/x999/x999/x999/x999/x999/x999/999";
    for path in bad.split_whitespace() {
        assert!(path.parse::<Resource>().is_err(), "accepted: {path}");
    }
}

#[test]
fn bundles_carry_entries() {
    let entries: Vec<&[u8]> = vec![b"one", b"", b"three"];
    let bytes = bundle(&entries).unwrap();
    assert_eq!(bytes, b"\0\x03one\0\0\0\x05three");
    assert_eq!(unbundle(&bytes).unwrap(), entries);
    assert!(unbundle(&bytes[..bytes.len() - 1]).is_err() && unbundle(&[0]).is_err());
    assert!(bundle(&[vec![0; 65_536]]).is_err());
}

proptest! {
    #[test]
    fn another_implementation_agrees(size in 1_u64..300, a in any::<u64>(), b in any::<u64>()) {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..size).for_each(|i| tree.push(format!("entry-{i}").into_bytes()));
        let all = leaves(size);
        prop_assert_eq!(root(&all).0.to_vec(), tree.root().as_bytes().to_vec());
        let (index, old) = (a % size, b % size + 1);
        let flat = |path: Vec<Hash>| path.iter().flat_map(|h| h.0).collect::<Vec<u8>>();
        let theirs = tree.prove_inclusion(usize::try_from(index).unwrap());
        prop_assert_eq!(flat(inclusion(index, size, of(&all)).unwrap()), theirs.as_bytes());
        let theirs = tree.prove_consistency(usize::try_from(size - old).unwrap());
        prop_assert_eq!(flat(consistency(old, size, of(&all)).unwrap()), theirs.as_bytes());
    }
}
