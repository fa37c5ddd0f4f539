//! The key ceremony (protocols A.3): `seal.key/1`, `seal.share/1`, `seal.ack/1`.
//!
//! In: a holder's identity, or an announced key and a custodian's box identity. Out: the
//! announcement, the share, the acknowledgement, for the caller to sign. Never: an announcement or
//! an acknowledgement that has not passed every check on numbers, names and points.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::canon::{Base64, Checked, Flaw, Hash, Object, Token, ensure};
use super::envelope::{self, Identity, Recipient};
use super::escrow::{self, Point, Share};

/// The only suite; `gm/1` and every post-quantum one are reserved.
pub const SUITE: &str = "age-x25519/1";

/// One moment of opening of one lot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stage {
    /// The tender's id.
    pub tender: Token,
    /// The lot's id.
    pub lot: Token,
    /// `price`, `docs`, `draw0`, `draw2-a2` ...
    pub stage: Token,
}

/// The escrow of `seal.key/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escrow {
    /// How many shares recover the key.
    pub t: u8,
    /// The custodians' duties; custodian i is the i-th, from 1.
    pub to: Vec<Token>,
    /// The t commitments.
    pub commits: Vec<Point>,
    /// Per custodian a `seal.share/1` sealed to its box.
    pub boxes: Vec<Base64>,
}

/// `seal.key/1`: a holder's announcement of its layer key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealKey {
    /// The tender's id.
    pub tender: Token,
    /// The lot's id.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// The holder's duty.
    pub duty: Token,
    /// Always [`SUITE`].
    pub suite: String,
    /// Unix milliseconds before which the identity is not released.
    pub not_before: i64,
    /// The layer's recipient.
    pub recipient: Recipient,
    /// The first commitment.
    pub point: Point,
    /// The escrow of the identity.
    pub escrow: Escrow,
}

impl Object for SealKey {
    const T: &'static str = "seal.key/1";

    fn check(&self) -> Checked<()> {
        let Escrow {
            t,
            to,
            commits,
            boxes,
        } = &self.escrow;
        ensure(
            self.suite == SUITE,
            format_args!("suite {:?} is not accepted", self.suite),
        )?;
        ensure(self.not_before >= 0, "not_before is negative")?;
        let m = u8::try_from(to.len()).map_err(|_| Flaw::new("escrow: too many custodians"))?;
        escrow::check_threshold(*t, m)?;
        ensure(
            boxes.len() == to.len() && to.iter().collect::<BTreeSet<_>>().len() == to.len(),
            "escrow: not one box for each custodian, each once",
        )?;
        ensure(!to.contains(&self.duty), "escrow: to the holder itself")?;
        ensure(
            commits.first() == Some(&self.point),
            "point is not the first commitment",
        )?;
        escrow::check_commitments(commits, *t, &self.recipient)
    }
}

impl SealKey {
    /// The stage it is for.
    #[must_use]
    pub fn at(&self) -> Stage {
        Stage {
            tender: self.tender.clone(),
            lot: self.lot.clone(),
            stage: self.stage.clone(),
        }
    }

    /// The number of a custodian, from 1.
    ///
    /// # Errors
    /// A duty that is no custodian of this key.
    pub fn seat(&self, custodian: &Token) -> Checked<u8> {
        let seats = (1..).zip(&self.escrow.to);
        let seat = seats.into_iter().find(|(_, to)| *to == custodian);
        seat.map(|(i, _)| i)
            .ok_or_else(|| Flaw::new(format!("{custodian} is no custodian of this key")))
    }
}

/// `seal.share/1`: what a custodian's box contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealShare {
    /// The tender's id.
    pub tender: Token,
    /// The lot's id.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// The holder's duty.
    pub duty: Token,
    /// The custodian's duty.
    pub to: Token,
    /// The custodian's number, from 1.
    pub i: u8,
    /// The share f(i).
    pub s: Share,
}

impl Object for SealShare {
    const T: &'static str = "seal.share/1";
}

/// `seal.ack/1`: a custodian's word that its share is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealAck {
    /// The tender's id.
    pub tender: Token,
    /// The lot's id.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// The holder's duty.
    pub duty: Token,
    /// Digest of the `seal.key/1`.
    pub key: Hash,
    /// The custodian's number, from 1.
    pub i: u8,
    /// The custodian's duty.
    pub to: Token,
    /// Always true.
    pub ok: bool,
}

impl Object for SealAck {
    const T: &'static str = "seal.ack/1";

    fn check(&self) -> Checked<()> {
        ensure(self.ok, "not ok")
    }
}

/// Who holds a key and who keeps its shares.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The stage.
    pub at: Stage,
    /// The holder's duty.
    pub duty: Token,
    /// Unix milliseconds before which the identity is not released.
    pub not_before: i64,
    /// How many shares recover the key.
    pub t: u8,
    /// The custodians and their boxes, from the holder's own trust file.
    pub custodians: Vec<(Token, Recipient)>,
}

/// The holder's announcement of its identity, to be signed with its duty's key; `random` fills the
/// bytes of the escrow's coefficients.
///
/// # Errors
/// A plan outside the rules, or an identity that is not clamped.
pub fn announce(plan: &Plan, identity: &Identity, random: &mut impl FnMut(&mut [u8])) -> Checked<SealKey> {
    let m = u8::try_from(plan.custodians.len()).map_err(|_| Flaw::new("escrow: too many custodians"))?;
    let split = escrow::split(identity, plan.t, m, random)?;
    let mut boxes = Vec::new();
    for ((i, (to, to_box)), s) in (1..).zip(&plan.custodians).zip(split.shares) {
        let share = SealShare {
            tender: plan.at.tender.clone(),
            lot: plan.at.lot.clone(),
            stage: plan.at.stage.clone(),
            duty: plan.duty.clone(),
            to: to.clone(),
            i,
            s,
        };
        boxes.push(Base64(envelope::encrypt(to_box, &share.bytes()?)?));
    }
    let point = split
        .commits
        .first()
        .ok_or_else(|| Flaw::new("commitments: none"))?;
    let key = SealKey {
        tender: plan.at.tender.clone(),
        lot: plan.at.lot.clone(),
        stage: plan.at.stage.clone(),
        duty: plan.duty.clone(),
        suite: SUITE.into(),
        not_before: plan.not_before,
        recipient: identity.recipient()?,
        point: *point,
        escrow: Escrow {
            t: plan.t,
            to: plan.custodians.iter().map(|(to, _)| to.clone()).collect(),
            commits: split.commits,
            boxes,
        },
    };
    key.check()?;
    Ok(key)
}

/// The share in the custodian's box, checked against the key's names and commitments.
///
/// # Errors
/// No custodian of this key, a box that does not open, another's share, or a wrong one.
pub fn share(key: &SealKey, custodian: &Token, identity: &Identity) -> Checked<SealShare> {
    let i = key.seat(custodian)?;
    let boxed = key.escrow.boxes.get(usize::from(i) - 1);
    let boxed = boxed.ok_or_else(|| Flaw::new("no box"))?;
    let share = SealShare::from_bytes(&envelope::decrypt(identity, &boxed.0)?)?;
    ensure(
        (&share.tender, &share.lot, &share.stage) == (&key.tender, &key.lot, &key.stage)
            && (&share.duty, &share.to, share.i) == (&key.duty, custodian, i),
        "box: a share of other names",
    )?;
    escrow::check_share(&key.escrow.commits, i, &share.s)?;
    Ok(share)
}

/// The custodian's acknowledgement, to be signed with its duty's key. That `key` is signed by its
/// holder is the caller's check.
///
/// # Errors
/// As [`share`].
pub fn acknowledge(key: &SealKey, custodian: &Token, identity: &Identity) -> Checked<SealAck> {
    let share = share(key, custodian, identity)?;
    Ok(SealAck {
        tender: share.tender,
        lot: share.lot,
        stage: share.stage,
        duty: share.duty,
        key: key.digest()?,
        i: share.i,
        to: share.to,
        ok: true,
    })
}
