//! Escrow of a layer key: a Feldman-verifiable Shamir sharing, t of m (protocols A.3).
//!
//! In: an identity and random bytes of the caller's, or commitments and shares from outside. Out:
//! points and shares, a verdict, or the identity recovered from t shares. Never: a point that is
//! not canonical, is the identity or has torsion; a share that is not below the group order.

use std::fmt;

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use curve25519_dalek::traits::{Identity as _, IsIdentity as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize as _, Zeroizing};

use super::canon::{Checked, Flaw, Hash, ensure};
use super::envelope::{Identity, Recipient};

/// The most custodians of one key.
pub const CUSTODIANS_MAX: u8 = 16;
/// L, the order of the base point, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// A point of edwards25519: canonical, of prime order; hex64 in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point(EdwardsPoint);

impl Point {
    /// Checks the 32 bytes of a compressed point.
    ///
    /// # Errors
    /// Not on the curve, y >= 2^255-19, -0, the identity, or with torsion.
    pub fn new(bytes: [u8; 32]) -> Checked<Self> {
        let compressed = CompressedEdwardsY(bytes);
        let point = compressed
            .decompress()
            .ok_or_else(|| Flaw::new("point: not on the curve"))?;
        ensure(point.compress() == compressed, "point: not canonical")?;
        ensure(
            !point.is_identity() && point.is_torsion_free(),
            "point: the identity, or with torsion",
        )?;
        Ok(Self(point))
    }

    fn of(scalar: &Scalar) -> Checked<Self> {
        Self::new(EdwardsPoint::mul_base(scalar).compress().0)
    }

    /// The 32 compressed bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.compress().0
    }

    /// The age recipient u = (1+y)/(1-y); the same for the point and its negative.
    ///
    /// # Errors
    /// None in practice: a point of prime order has a good u.
    pub fn recipient(&self) -> Checked<Recipient> {
        Recipient::new(self.0.to_montgomery().0)
    }
}

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Hash(self.to_bytes()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Hash::deserialize(deserializer)?.0).map_err(serde::de::Error::custom)
    }
}

/// f(i), a scalar below L, little-endian; hex64 in JSON, never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Share(Zeroizing<[u8; 32]>);

impl Share {
    /// Checks the 32 bytes.
    ///
    /// # Errors
    /// A number that is not below L.
    pub fn new(bytes: [u8; 32]) -> Checked<Self> {
        let share = Self(Zeroizing::new(bytes));
        share.scalar().map(|_| share)
    }

    fn scalar(&self) -> Checked<Scalar> {
        Option::from(Scalar::from_canonical_bytes(*self.0)).ok_or_else(|| Flaw::new("share: not below L"))
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Share")
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Hash(*self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Hash::deserialize(deserializer)?.0).map_err(serde::de::Error::custom)
    }
}

/// What a holder makes of its identity.
#[derive(Debug, Clone)]
pub struct Split {
    /// P, then one point per further coefficient.
    pub commits: Vec<Point>,
    /// f(1) ... f(m), one per custodian in list order.
    pub shares: Vec<Share>,
}

/// Whether t of m is allowed: 2 <= t <= m <= 16.
///
/// # Errors
/// Any other numbers.
pub fn check_threshold(t: u8, m: u8) -> Checked<()> {
    ensure(
        2 <= t && t <= m && m <= CUSTODIANS_MAX,
        format_args!("escrow: {t} of {m}"),
    )
}

/// Shares a clamped identity t of m; `random` fills the 64 bytes of each coefficient.
///
/// # Errors
/// Bad numbers, or an identity that is not clamped.
pub fn split(identity: &Identity, t: u8, m: u8, random: &mut impl FnMut(&mut [u8])) -> Checked<Split> {
    check_threshold(t, m)?;
    let c = identity.as_bytes();
    ensure(clamp_integer(*c) == *c, "escrow: the identity is not clamped")?;
    let mut f = Zeroizing::new(vec![Scalar::from_bytes_mod_order(*c)]);
    for _ in 1..t {
        let mut wide = Zeroizing::new([0; 64]);
        random(&mut *wide);
        f.push(Scalar::from_bytes_mod_order_wide(&wide));
    }
    let at = |i: u8| {
        f.iter()
            .rev()
            .fold(Scalar::ZERO, |sum, a| sum * Scalar::from(i) + a)
    };
    Ok(Split {
        commits: f.iter().map(Point::of).collect::<Checked<_>>()?,
        shares: (1..=m).map(|i| Share(Zeroizing::new(at(i).to_bytes()))).collect(),
    })
}

/// Checks that there are t commitments and that the first is the point of the recipient.
///
/// # Errors
/// Another number of them, or another recipient.
pub fn check_commitments(commits: &[Point], t: u8, recipient: &Recipient) -> Checked<()> {
    ensure(
        commits.len() == usize::from(t),
        "commitments: not one per coefficient",
    )?;
    let first = commits.first().ok_or_else(|| Flaw::new("commitments: none"))?;
    ensure(
        first.recipient()? == *recipient,
        "commitments: of another recipient",
    )
}

/// Checks the share of custodian i (from 1): `s·B = sum i^k·C_k`.
///
/// # Errors
/// A share the commitments do not promise.
pub fn check_share(commits: &[Point], i: u8, share: &Share) -> Checked<()> {
    let promised = commits
        .iter()
        .rev()
        .fold(EdwardsPoint::identity(), |sum, c| sum * Scalar::from(i) + c.0);
    ensure(
        (1..=CUSTODIANS_MAX).contains(&i) && EdwardsPoint::mul_base(&share.scalar()?) == promised,
        "share: not what the commitments promise",
    )
}

/// Recovers the identity of `recipient` from shares already checked, each (i, f(i)), at least t of
/// them; also where the holder announced -P and shared -c.
///
/// # Errors
/// One i twice, or shares of another key.
pub fn recover(recipient: &Recipient, shares: &[(u8, Share)]) -> Checked<Identity> {
    let mut s = Scalar::ZERO;
    for (at, (i, share)) in shares.iter().enumerate() {
        let mut weight = Scalar::ONE;
        for (_, (j, _)) in shares.iter().enumerate().filter(|(other, _)| *other != at) {
            ensure(i != j, "recovery: one share twice")?;
            weight *= Scalar::from(*j) * (Scalar::from(*j) - Scalar::from(*i)).invert();
        }
        s += share.scalar()? * weight;
    }
    let found = [s, -s].iter().find_map(|s| lift(s, recipient));
    s.zeroize();
    found.ok_or_else(|| Flaw::new("recovery: shares of another key"))
}

/// The clamped integer s + jL whose recipient this is; s + jL is taken in 256 bits, not mod L.
fn lift(s: &Scalar, recipient: &Recipient) -> Option<Identity> {
    let mut c = Zeroizing::new(s.to_bytes());
    loop {
        // clamped means 2^254 <= c < 2^255 and 8 | c
        if clamp_integer(*c) == *c {
            let identity = Identity::generate(*c);
            if identity.recipient().ok()? == *recipient {
                return Some(identity);
            }
        }
        add_order(&mut c)?;
    }
}

/// c + L, None beyond 256 bits.
fn add_order(c: &mut [u8; 32]) -> Option<()> {
    let mut carry = false;
    for (digit, order) in c.iter_mut().zip(ORDER) {
        let (sum, over) = digit.overflowing_add(order);
        let (sum, again) = sum.overflowing_add(u8::from(carry));
        *digit = sum;
        carry = over || again;
    }
    (!carry).then_some(())
}
