//! The opening of a sealed part (A.7): deterministic, by anyone, after the keys are released.
//!
//! In: a part, the released identities and the ciphertext. Out: the body, or the code of the first
//! step that failed. Never: a code for a disk that failed, a ciphertext held in memory, another
//! order of the steps.

use std::fmt;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::bid::{BodyHead, Kind, Part, PartKey, Price};
use super::canon::{Base64, Hash, Object as _, Whole};
use super::envelope::{Identity, decrypt, decrypt_stream, padme};
use super::measure::Meter;
use super::seal::MAGIC;

/// The longest head of a body, in bytes.
const HEAD_MAX: u64 = 65_536;
/// What a plaintext has at least: the magic, the two lengths.
const FRAME: u64 = 16;

/// Why a part did not open. All but [`Code::Hash`] are the bidder's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, Serialize, Deserialize)]
pub enum Code {
    /// The submission is not what the lot asks for.
    #[strum(serialize = "E-HEAD")]
    #[serde(rename = "E-HEAD")]
    Head,
    /// The stored bytes are not those submitted: the platform's fault.
    #[strum(serialize = "E-HASH")]
    #[serde(rename = "E-HASH")]
    Hash,
    /// A layer of the envelope does not open, or there is no key in it.
    #[strum(serialize = "E-ENV")]
    #[serde(rename = "E-ENV")]
    Env,
    /// The key was sealed for another head: copied, moved or replayed.
    #[strum(serialize = "E-CTX")]
    #[serde(rename = "E-CTX")]
    Ctx,
    /// The key is none, or not that of the head.
    #[strum(serialize = "E-KEY")]
    #[serde(rename = "E-KEY")]
    Key,
    /// The ciphertext does not open.
    #[strum(serialize = "E-PAYLOAD")]
    #[serde(rename = "E-PAYLOAD")]
    Payload,
    /// The plaintext does not begin as it should.
    #[strum(serialize = "E-BODY")]
    #[serde(rename = "E-BODY")]
    Body,
    /// The padding is wrong.
    #[strum(serialize = "E-PAD")]
    #[serde(rename = "E-PAD")]
    Pad,
    /// The body is not of its kind.
    #[strum(serialize = "E-FORM")]
    #[serde(rename = "E-FORM")]
    Form,
}

/// Why there is no body.
#[derive(Debug)]
pub enum Closed {
    /// It does not open; final and the same for everyone.
    Code(Code),
    /// Input or output failed; nothing is known, try again.
    Io(io::Error),
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Io(error) => write!(f, "input or output: {error}"),
        }
    }
}

impl std::error::Error for Closed {}

impl From<Code> for Closed {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

impl From<io::Error> for Closed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What was in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What the body is called.
    pub head: BodyHead,
    /// SHA-256 of the whole plaintext.
    pub plain: Hash,
    /// The body as its kind.
    pub body: Body,
}

/// A body as its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Any bytes; they are in the output only.
    Docs,
    /// The value contributed to a draw.
    Draw(Hash),
    /// The price.
    Price(Price),
}

/// Opens a part whose submission passed E-HEAD. `layers` are the released identities in the order
/// of the key set; the ciphertext is read once, to its end; the body goes to `out` and counts only
/// if the result is a success. Bodies of `price` and `draw` parts are also held in memory.
///
/// # Errors
/// The first step that fails, or a failure of input or output.
pub fn open(part: &Part, layers: &[Identity], ct: impl Read, out: impl Write) -> Result<Opened, Closed> {
    let mut ct = Meter::new(ct);
    let opened = open_envelope(part, layers)
        .map_err(Closed::from)
        .and_then(|key| open_ciphertext(part.hd.0.kind, &key, &mut ct, out));
    io::copy(&mut ct, &mut io::sink())?;
    ct.sound()?;
    if !ct.measures().fit(&part.hd.0) {
        return Err(Code::Hash.into());
    }
    opened
}

/// The part's own key, out of its layers.
///
/// # Errors
/// E-ENV, E-CTX or E-KEY.
pub fn open_envelope(part: &Part, layers: &[Identity]) -> Result<Identity, Code> {
    let Part {
        hd: Whole(hd),
        env: Base64(env),
    } = part;
    let mut blob = env.clone();
    for identity in layers.iter().rev() {
        blob = decrypt(identity, &blob).map_err(|_| Code::Env)?;
    }
    let PartKey { ctx, key } = PartKey::from_bytes(&blob).map_err(|_| Code::Env)?;
    if ctx != hd.digest().map_err(|_| Code::Ctx)?.to_hex() {
        return Err(Code::Ctx);
    }
    let identity = Identity::parse(&key).map_err(|_| Code::Key)?;
    let recipient = identity.recipient().and_then(|recipient| recipient.to_text());
    if recipient.as_ref() != Ok(&hd.recipient) {
        return Err(Code::Key);
    }
    Ok(identity)
}

/// The plaintext of a part, taken apart: E-PAYLOAD comes first, even if only its last byte is wrong.
fn open_ciphertext(
    kind: Kind,
    key: &Identity,
    ct: &mut impl Read,
    mut out: impl Write,
) -> Result<Opened, Closed> {
    let plain = decrypt_stream(key, ct).map_err(|_| Code::Payload)?;
    let mut plain = Plain(Meter::new(plain));
    let opened = plain.take_apart(kind, &mut out);
    if !matches!(opened, Err(Closed::Io(_) | Closed::Code(Code::Payload))) {
        plain.read(u64::MAX, |_| Ok(()))?;
    }
    let (head, body) = opened?;
    out.flush()?;
    Ok(Opened {
        head,
        plain: plain.0.measures().sha256,
        body,
    })
}

struct Plain<R>(Meter<R>);

impl<R: Read> Plain<R> {
    /// Reads at most `limit` bytes and says how many there were.
    fn read(&mut self, limit: u64, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> Result<u64, Closed> {
        let mut input = (&mut self.0).take(limit);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let n = match input.read(&mut buffer) {
                Ok(0) => return Ok(limit - input.limit()),
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return Err(Code::Payload.into()),
            };
            each(buffer.get(..n).unwrap_or_default())?;
        }
    }

    /// Exactly so many bytes, or E-BODY.
    fn exactly(&mut self, n: u64) -> Result<Vec<u8>, Closed> {
        let mut bytes = Vec::new();
        let found = self.read(n, |piece| bytes.write_all(piece))?;
        if found == n {
            Ok(bytes)
        } else {
            Err(Code::Body.into())
        }
    }

    /// Exactly `N` bytes, or E-BODY.
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Closed> {
        let bytes = self.exactly(u64::try_from(N).map_err(|_| Code::Body)?)?;
        bytes.try_into().map_err(|_| Code::Body.into())
    }

    fn take_apart(&mut self, kind: Kind, out: &mut impl Write) -> Result<(BodyHead, Body), Closed> {
        if &self.array()? != MAGIC {
            return Err(Code::Body.into());
        }
        let head_len = u64::from(u32::from_be_bytes(self.array()?));
        if head_len > HEAD_MAX {
            return Err(Code::Body.into());
        }
        let head = self.exactly(head_len)?;
        let body_len = u64::from_be_bytes(self.array()?);
        let head = BodyHead::from_bytes(&head).map_err(|_| Code::Body)?;

        let mut kept = Vec::new();
        let end = (FRAME + head_len).checked_add(body_len).ok_or(Code::Pad)?;
        let found = self.read(body_len, |piece| {
            if kind != Kind::Docs {
                kept.write_all(piece)?;
            }
            out.write_all(piece)
        })?;
        let mut zeros = true;
        self.read(u64::MAX, |piece| {
            zeros &= piece.iter().all(|b| *b == 0);
            Ok(())
        })?;
        if found < body_len || self.0.measures().len != padme(end, kind.floor()) || !zeros {
            return Err(Code::Pad.into());
        }
        Ok((head, Body::read(kind, &kept)?))
    }
}

impl Body {
    fn read(kind: Kind, bytes: &[u8]) -> Result<Self, Code> {
        match kind {
            Kind::Docs => Ok(Self::Docs),
            Kind::Draw => bytes
                .try_into()
                .map(|value| Self::Draw(Hash(value)))
                .map_err(|_| Code::Form),
            Kind::Price => Price::from_bytes(bytes).map(Self::Price).map_err(|_| Code::Form),
        }
    }
}
