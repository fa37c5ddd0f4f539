//! What a witness is asked and when it agrees (C2SP tlog-witness): one log never shows two histories.
//!
//! In: a request with the log's checkpoint, and what this witness saw of the log before. Out: the
//! checkpoint to cosign, or the refusal that the protocol names. Never: a smaller tree, a tree that
//! does not continue the one seen, a checkpoint that the log did not sign.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    canon::{Checked, Flaw, Hash, decimal, ensure},
    merkle::{PATH_MAX, check_consistency},
    note::{Checkpoint, Note, Vkey, base64_hash},
};

/// The body of `POST /add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the log believes the witness saw last.
    pub old: u64,
    /// The consistency proof from there.
    pub proof: Vec<Hash>,
    /// The new checkpoint, signed by the log.
    pub checkpoint: Note,
}

impl FromStr for AddCheckpoint {
    type Err = Flaw;

    fn from_str(body: &str) -> Checked<Self> {
        let flaw = |why: &str| Flaw::new(format!("add-checkpoint: {why}"));
        let (head, note) = body.split_once("\n\n").ok_or_else(|| flaw("no empty line"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = decimal(old.ok_or_else(|| flaw("no old size"))?)?;
        let proof = lines.map(base64_hash).collect::<Checked<Vec<_>>>()?;
        ensure(proof.len() <= PATH_MAX, flaw("too many hashes").0)?;
        Ok(Self {
            old,
            proof,
            checkpoint: note.parse()?,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", STANDARD.encode(hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// 400: not understood.
    Malformed(String),
    /// 403: not signed by the log.
    Signature,
    /// 404: not a log that this witness watches.
    Origin,
    /// 409: it last saw another size (or, at that size, another root).
    Size(u64),
    /// 422: the new tree does not continue the old one.
    Proof(String),
}

impl Refused {
    /// The HTTP status of the protocol.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Signature => 403,
            Self::Origin => 404,
            Self::Size(_) => 409,
            Self::Proof(_) => 422,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) | Self::Proof(why) => f.write_str(why),
            Self::Signature => f.write_str("the checkpoint is not signed by the log"),
            Self::Origin => f.write_str("this witness does not watch that log"),
            // the body of the protocol: the size alone
            Self::Size(size) => write!(f, "{size}"),
        }
    }
}

impl AddCheckpoint {
    /// The checkpoint to cosign, from what was `seen` of its log last (size and root; `None` for
    /// the first time).
    ///
    /// # Errors
    /// The refusal of the protocol.
    pub fn check(&self, logs: &[Vkey], seen: Option<(u64, Hash)>) -> Result<Checkpoint, Refused> {
        let text = &self.checkpoint.text;
        let new = Checkpoint::from_text(text).map_err(|e| Refused::Malformed(e.0))?;
        let log = logs
            .iter()
            .find(|log| log.name() == new.origin)
            .ok_or(Refused::Origin)?;
        let mut made = self.checkpoint.signatures.iter().filter(|line| log.made(line));
        if !made.any(|line| log.verify(text, line).is_ok()) {
            return Err(Refused::Signature);
        }
        if self.old > new.size {
            return Err(Refused::Malformed("the old size is beyond the new one".into()));
        }
        let Some((size, root)) = seen else {
            return match (self.old, self.proof.is_empty()) {
                (0, true) => Ok(new),
                (0, false) => Err(Refused::Proof("nothing can be proven from size 0".into())),
                (_, _) => Err(Refused::Size(0)),
            };
        };
        if self.old != size || (new.size == size && new.root != root) {
            return Err(Refused::Size(size));
        }
        if size == 0 {
            return Ok(new);
        }
        check_consistency((size, &root), (new.size, &new.root), &self.proof)
            .map_err(|e| Refused::Proof(e.0))?;
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{
        merkle::{Edge, consistency, leaf_hash, root},
        note::KeyType,
        sig::SecretKey,
    };

    fn tree(n: u64) -> Vec<Hash> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    fn signed(key: &SecretKey, origin: &str, leaves: &[Hash]) -> Note {
        let checkpoint = Checkpoint {
            origin: origin.into(),
            size: u64::try_from(leaves.len()).unwrap(),
            root: root(leaves),
        };
        checkpoint.sign(key).unwrap()
    }

    fn proof(old: u64, new: u64) -> Vec<Hash> {
        let leaves = tree(new);
        consistency(old, new, |node| {
            let from = usize::try_from(node.index << node.level).unwrap();
            let mut edge = Edge::default();
            for leaf in &leaves[from..from + (1 << node.level)] {
                edge.append(*leaf, |_| {});
            }
            Ok::<_, Flaw>(edge.root())
        })
        .unwrap()
    }

    #[test]
    fn agrees_only_to_a_longer_history() {
        let (key, other) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
        let log = Vkey::new("a.example.cn", KeyType::Ed25519, key.public()).unwrap();
        let ask = |old, proof: Vec<Hash>, checkpoint| AddCheckpoint {
            old,
            proof,
            checkpoint,
        };
        let at = |n| Some((n, root(&tree(n))));
        let new = |n| signed(&key, "a.example.cn", &tree(n));
        let status = |request: AddCheckpoint, seen| {
            let again: AddCheckpoint = request.to_string().parse().unwrap();
            assert_eq!(again, request);
            request
                .check(std::slice::from_ref(&log), seen)
                .map_or_else(|e| e.status(), |_| 200)
        };
        let mut forked = tree(20);
        forked[3] = leaf_hash(b"another");
        let cases = [
            ("first", ask(0, vec![], new(5)), None, 200),
            ("first with a proof", ask(0, proof(3, 5), new(5)), None, 422),
            ("first, but old", ask(3, proof(3, 5), new(5)), None, 409),
            ("grown", ask(5, proof(5, 20), new(20)), at(5), 200),
            ("the same again", ask(5, vec![], new(5)), at(5), 200),
            ("another old size", ask(3, proof(3, 20), new(20)), at(5), 409),
            ("old 0 a second time", ask(0, vec![], new(20)), at(5), 409),
            ("smaller", ask(20, vec![], new(5)), at(20), 400),
            ("a wrong proof", ask(5, proof(6, 20), new(20)), at(5), 422),
            (
                "another past",
                ask(5, proof(5, 20), signed(&key, "a.example.cn", &forked)),
                at(5),
                422,
            ),
            (
                "another root",
                ask(20, vec![], signed(&key, "a.example.cn", &forked)),
                at(20),
                409,
            ),
            (
                "another log",
                ask(0, vec![], signed(&key, "b.example.cn", &tree(5))),
                None,
                404,
            ),
            (
                "another key",
                ask(0, vec![], signed(&other, "a.example.cn", &tree(5))),
                None,
                403,
            ),
        ];
        for (name, request, seen, expected) in cases {
            assert_eq!(status(request, seen), expected, "{name}");
        }
        for bad in ["", "old 1\n", "new 1\n\nx\n", "old 01\n\nx\n", "old 1\nzz\n\nx\n"] {
            assert!(bad.parse::<AddCheckpoint>().is_err(), "{bad:?}");
        }
    }
}
