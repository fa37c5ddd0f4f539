//! The age profile (protocols 0.4) and padded lengths (0.5): how bytes are sealed to one key.
//!
//! In: a recipient checked from outside, or one identity, and bytes or a stream. Out: binary age v1,
//! or the plaintext. Never: encryption to a point of small order (the age crate panics there), a
//! header with several X25519 stanzas (libraries disagree on its key), a passphrase, armor.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write};

use curve25519_dalek::{montgomery::MontgomeryPoint, scalar::clamp_integer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::canon::{Checked, Flaw, ensure};
use super::keytext;

const RECIPIENT: &str = "age";
const IDENTITY: &str = "AGE-SECRET-KEY-";
const FIRST_LINE: &[u8] = b"age-encryption.org/v1\n";
/// How many bytes may stand before the `---` line of a header.
const HEADER_MAX: usize = 65_536;
/// More than the `---` line with its MAC, 48 bytes, can take.
const LAST_LINE_MAX: usize = 64;
/// 2^255 - 19, big-endian.
const P: [u8; 32] = {
    let mut p = [0xff; 32];
    p[0] = 0x7f;
    p[31] = 0xed;
    p
};
/// The canonical u coordinates, little-endian, that every clamped scalar sends to nothing: orders 1, 2,
/// 4 and 8 of the curve and of its twist (the table of libsodium).
/// Compared instead of multiplied: recipients are read many times over, and this is their only cost.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    {
        let mut minus_one = [0xff; 32];
        minus_one[0] = 0xec;
        minus_one[31] = 0x7f;
        minus_one
    },
];

/// An age X25519 recipient, safe to encrypt to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient([u8; 32]);

impl Recipient {
    /// From the u coordinate, little-endian.
    ///
    /// # Errors
    /// u >= 2^255-19, or a point of small order.
    pub fn new(u: [u8; 32]) -> Checked<Self> {
        let mut big_endian = u;
        big_endian.reverse();
        ensure(big_endian < P, "recipient: u is not below 2^255-19")?;
        ensure(!SMALL_ORDER.contains(&u), "recipient: small order")?;
        Ok(Self(u))
    }

    /// Reads a text from outside: lower-case Bech32 `age1...`.
    ///
    /// # Errors
    /// Any other text, or as [`Recipient::new`].
    pub fn parse(text: &str) -> Checked<Self> {
        Self::new(*keytext::read(RECIPIENT, text)?)
    }

    /// The u coordinate, little-endian.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text `age1...`.
    ///
    /// # Errors
    /// None in practice; the encoder's refusal.
    pub fn to_text(&self) -> Checked<String> {
        Ok(keytext::write(RECIPIENT, &self.0)?.to_string())
    }
}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.to_text().map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An age X25519 identity: 32 secret bytes, wiped when dropped.
#[derive(Clone)]
pub struct Identity(Zeroizing<[u8; 32]>);

impl Identity {
    /// From 32 random bytes, clamped before use (A.3).
    #[must_use]
    pub fn generate(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(clamp_integer(random)))
    }

    /// Reads `AGE-SECRET-KEY-1...`; bytes that are not clamped are kept as they are.
    ///
    /// # Errors
    /// Lower case, white space, a bad checksum, or not 32 bytes.
    pub fn parse(text: &str) -> Checked<Self> {
        keytext::read(IDENTITY, text).map(Self)
    }

    /// Its recipient.
    ///
    /// # Errors
    /// None in practice: a clamped multiple of the base point is never of small order.
    pub fn recipient(&self) -> Checked<Recipient> {
        Recipient::new(MontgomeryPoint::mul_base_clamped(*self.0).0)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text `AGE-SECRET-KEY-1...`.
    ///
    /// # Errors
    /// None in practice; the encoder's refusal.
    pub fn to_text(&self) -> Checked<Zeroizing<String>> {
        keytext::write(IDENTITY, &self.0)
    }
}

fn flaw(error: impl std::fmt::Display) -> Flaw {
    Flaw::new(format!("age: {error}"))
}

/// Seals a stream to one recipient; returns how many bytes were read.
///
/// # Errors
/// A failure of the input or the output.
pub fn encrypt_stream(recipient: &Recipient, mut input: impl Read, output: impl Write) -> Checked<u64> {
    let to: age::x25519::Recipient = recipient.to_text()?.parse().map_err(flaw)?;
    let to: &dyn age::Recipient = &to;
    let sealer = age::Encryptor::with_recipients(std::iter::once(to)).map_err(flaw)?;
    let mut sealed = sealer.wrap_output(output).map_err(flaw)?;
    let length = io::copy(&mut input, &mut sealed).map_err(flaw)?;
    sealed
        .finish()
        .and_then(|mut output| output.flush())
        .map_err(flaw)?;
    Ok(length)
}

/// Seals bytes to one recipient.
///
/// # Errors
/// None in practice; the age library's refusal.
pub fn encrypt(recipient: &Recipient, plain: &[u8]) -> Checked<Vec<u8>> {
    let mut sealed = Vec::with_capacity(plain.len() + 256);
    encrypt_stream(recipient, plain, &mut sealed)?;
    Ok(sealed)
}

/// Opens a stream: a reader of the plaintext, which fails at the first chunk that was changed and
/// at an end that was cut. What is read before the end is authentic, but maybe not the whole.
///
/// # Errors
/// A header outside the profile, or not sealed to this identity.
pub fn decrypt_stream<R: Read>(identity: &Identity, input: R) -> Checked<impl Read + use<R>> {
    let mut input = BufReader::new(input);
    let header = read_header(&mut input)?;
    let key: age::x25519::Identity = identity.to_text()?.parse().map_err(flaw)?;
    let key: &dyn age::Identity = &key;
    age::Decryptor::new_buffered(Cursor::new(header).chain(input))
        .and_then(|sealed| sealed.decrypt(std::iter::once(key)))
        .map_err(flaw)
}

/// Opens bytes whole.
///
/// # Errors
/// As [`decrypt_stream`], or changed or cut bytes.
pub fn decrypt(identity: &Identity, sealed: &[u8]) -> Checked<Vec<u8>> {
    let mut plain = Vec::with_capacity(sealed.len());
    decrypt_stream(identity, sealed)?
        .read_to_end(&mut plain)
        .map_err(flaw)?;
    Ok(plain)
}

/// Checks the plain header of a stream without any key.
///
/// # Errors
/// Another first line, not exactly one `X25519` stanza, a `scrypt` stanza, or more than 65,536
/// bytes before the `---` line.
pub fn check_header(input: impl Read) -> Checked<()> {
    read_header(&mut BufReader::new(input)).map(|_| ())
}

/// The checked header, its `---` line included; leaves the input behind it.
fn read_header(input: &mut impl BufRead) -> Checked<Vec<u8>> {
    let limit = u64::try_from(HEADER_MAX + LAST_LINE_MAX).map_err(flaw)?;
    let mut input = input.take(limit);
    let mut header = Vec::new();
    let mut line = Vec::new();
    let (mut ours, mut passphrase) = (0, false);
    loop {
        line.clear();
        input.read_until(b'\n', &mut line).map_err(flaw)?;
        ensure(line.ends_with(b"\n"), "age: the header does not end")?;
        ensure(
            !header.is_empty() || line == FIRST_LINE,
            "age: not a binary age v1 file",
        )?;
        if line.starts_with(b"---") {
            break;
        }
        header.extend_from_slice(&line);
        match line.strip_prefix(b"-> ").map(stanza_type) {
            Some(b"X25519") => ours += 1,
            Some(b"scrypt") => passphrase = true,
            Some(_) | None => (),
        }
    }
    ensure(header.len() <= HEADER_MAX, "age: the header is too long")?;
    ensure(
        ours == 1 && !passphrase,
        "age: not exactly one X25519 stanza, or a passphrase",
    )?;
    header.extend_from_slice(&line);
    Ok(header)
}

fn stanza_type(arguments: &[u8]) -> &[u8] {
    arguments
        .split(|b| matches!(b, b' ' | b'\n'))
        .next()
        .unwrap_or_default()
}

/// Padmé: the padded length in bytes of `len` bytes, at least `floor` (price 4096, docs 1048576,
/// draw 512). Meant for lengths below 2^63.
#[must_use]
pub fn padme(len: u64, floor: u64) -> u64 {
    if len <= floor {
        return floor;
    }
    let exponent = len.ilog2();
    let kept = exponent.checked_ilog2().map_or(0, |log| log + 1);
    let mask = (1 << (exponent - kept)) - 1;
    len.saturating_add(mask) & !mask
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;

    use super::*;

    #[test]
    fn the_points_of_small_order_are_those_that_vanish() {
        for u in SMALL_ORDER {
            assert_eq!(MontgomeryPoint(u).mul_clamped([0; 32]).0, [0; 32]);
            assert!(Recipient::new(u).is_err());
        }
        for point in EIGHT_TORSION {
            assert!(SMALL_ORDER.contains(&point.to_montgomery().0));
        }
        for n in 2..100 {
            let mut u = [0; 32];
            u[0] = n;
            assert!(Recipient::new(u).is_ok());
            assert_ne!(MontgomeryPoint(u).mul_clamped([0; 32]).0, [0; 32]);
        }
    }
}
