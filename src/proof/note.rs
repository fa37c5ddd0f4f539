//! Signed notes, verifier keys, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint,
//! tlog-cosignature).
//!
//! In: the text of a note or a key. Out: its parts, and verdicts on single signatures. Never: a
//! signature trusted because of what stands beside it; which keys count is the policy's matter.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    canon::{Checked, Flaw, Hash, decimal, ensure},
    sig::{PublicKey, SecretKey},
};

/// The most signature lines of a note; more are refused unread.
const SIGNATURES_MAX: usize = 100;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// 0x01: Ed25519 over the note text. Logs and parties.
    Ed25519,
    /// 0x04: cosignature/v1, Ed25519 over the text and a time. Witnesses.
    Cosignature,
}

impl KeyType {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// A verifier key: `<name>+<key id, 8 digits>+<base64 of type and public key>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Vkey {
    name: String,
    kind: KeyType,
    key: PublicKey,
}

impl Vkey {
    /// A key under a name.
    ///
    /// # Errors
    /// A name that is empty or has spaces, control characters or a plus sign.
    pub fn new(name: impl Into<String>, kind: KeyType, key: PublicKey) -> Checked<Self> {
        let name = name.into();
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
        ensure(
            !name.is_empty() && name.chars().all(plain),
            format_args!("not a key name: {name:?}"),
        )?;
        Ok(Self { name, kind, key })
    }

    /// The name; of a log, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub fn kind(&self) -> KeyType {
        self.kind
    }

    /// The public key.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    fn material(&self) -> [u8; 33] {
        let mut bytes = [self.kind.byte(); 33];
        if let Some((_, rest)) = bytes.split_first_mut() {
            rest.copy_from_slice(self.key.as_bytes());
        }
        bytes
    }

    /// The key id: SHA-256(name LF type key), the first four bytes.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let [a, b, c, d, ..] = Hash::of(&[self.name.as_bytes(), b"\n", &self.material()]).0;
        [a, b, c, d]
    }

    /// Whether a signature line names this key; if not, it must be ignored.
    #[must_use]
    pub fn made(&self, line: &NoteSignature) -> bool {
        line.name == self.name && line.id == self.id()
    }

    /// Verifies a signature line of this key over a note text. Out: the time of a cosignature, in
    /// Unix seconds, 0 for plain signatures.
    ///
    /// # Errors
    /// Another key's line, or a wrong signature.
    pub fn verify(&self, text: &str, line: &NoteSignature) -> Checked<u64> {
        ensure(self.made(line), "the signature line is of another key")?;
        let wrong = |e: Flaw| Flaw::new(format!("{}: {e}", self.name));
        match self.kind {
            KeyType::Ed25519 => {
                self.key.verify(text.as_bytes(), &line.signature).map_err(wrong)?;
                Ok(0)
            }
            KeyType::Cosignature => {
                let (time, signature) = line
                    .signature
                    .split_first_chunk::<8>()
                    .ok_or_else(|| wrong(Flaw::new("no time")))?;
                let time = u64::from_be_bytes(*time);
                self.key
                    .verify(cosigned(text, time).as_bytes(), signature)
                    .map_err(wrong)?;
                ensure(i64::try_from(time).is_ok(), "the time of a cosignature overflows")?;
                Ok(time)
            }
        }
    }
}

impl FromStr for Vkey {
    type Err = Flaw;

    fn from_str(text: &str) -> Checked<Self> {
        let flaw = |why: &str| Flaw::new(format!("vkey {text:?}: {why}"));
        let (name, rest) = text.split_once('+').ok_or_else(|| flaw("no key id"))?;
        let (id, material) = rest.split_once('+').ok_or_else(|| flaw("no key"))?;
        let material = STANDARD.decode(material).map_err(|_| flaw("not base64"))?;
        let (kind, key) = material.split_first().ok_or_else(|| flaw("empty"))?;
        let kind = match kind {
            0x01 => KeyType::Ed25519,
            0x04 => KeyType::Cosignature,
            _ => return Err(flaw("a type of key that is not accepted")),
        };
        let vkey = Self::new(name, kind, PublicKey::from_slice(key)?)?;
        ensure(hex::encode(vkey.id()) == id, flaw("another key id").0)?;
        Ok(vkey)
    }
}

impl TryFrom<String> for Vkey {
    type Error = Flaw;

    fn try_from(text: String) -> Checked<Self> {
        text.parse()
    }
}

impl From<Vkey> for String {
    fn from(vkey: Vkey) -> Self {
        vkey.to_string()
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, key) = (hex::encode(self.id()), STANDARD.encode(self.material()));
        write!(f, "{}+{id}+{key}", self.name)
    }
}

/// A signature line: `— <name> base64(key id || signature)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    id: [u8; 4],
    signature: Vec<u8>,
}

impl NoteSignature {
    /// Signs a note text (type 0x01).
    ///
    /// # Errors
    /// A bad key name.
    pub fn sign(name: &str, key: &SecretKey, text: &str) -> Checked<Self> {
        let vkey = Vkey::new(name, KeyType::Ed25519, key.public())?;
        Ok(Self {
            name: name.into(),
            id: vkey.id(),
            signature: key.sign(text.as_bytes()).to_vec(),
        })
    }

    /// Cosigns a checkpoint's text at a time in Unix seconds (type 0x04).
    ///
    /// # Errors
    /// A bad key name.
    pub fn cosign(name: &str, key: &SecretKey, text: &str, time: u64) -> Checked<Self> {
        let vkey = Vkey::new(name, KeyType::Cosignature, key.public())?;
        let mut signature = time.to_be_bytes().to_vec();
        signature.extend(key.sign(cosigned(text, time).as_bytes()));
        Ok(Self {
            name: name.into(),
            id: vkey.id(),
            signature,
        })
    }
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

impl FromStr for NoteSignature {
    type Err = Flaw;

    /// Reads one line without its LF.
    fn from_str(line: &str) -> Checked<Self> {
        let flaw = || Flaw::new(format!("not a signature line: {line:?}"));
        let rest = line.strip_prefix("— ").ok_or_else(flaw)?;
        let (name, base64) = rest.split_once(' ').ok_or_else(flaw)?;
        let bytes = STANDARD.decode(base64).map_err(|_| flaw())?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or_else(flaw)?;
        ensure(!name.is_empty() && !signature.is_empty(), flaw().0)?;
        Ok(Self {
            name: name.into(),
            id: *id,
            signature: signature.to_vec(),
        })
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_slice(), &self.signature].concat();
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A signed note: a text ending in LF, an empty line, signature lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, its last LF included.
    pub text: String,
    /// The signature lines in their order.
    pub signatures: Vec<NoteSignature>,
}

impl FromStr for Note {
    type Err = Flaw;

    fn from_str(note: &str) -> Checked<Self> {
        let plain = note.bytes().all(|b| b >= 0x20 || b == b'\n');
        ensure(plain, "note: a control character")?;
        let (text, lines) = note
            .rsplit_once("\n\n")
            .ok_or_else(|| Flaw::new("note: no empty line"))?;
        let lines = lines
            .strip_suffix('\n')
            .ok_or_else(|| Flaw::new("note: does not end in LF"))?;
        ensure(
            lines.split('\n').count() <= SIGNATURES_MAX,
            "note: too many signatures",
        )?;
        Ok(Self {
            text: format!("{text}\n"),
            signatures: lines.split('\n').map(str::parse).collect::<Checked<_>>()?,
        })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A checkpoint: what the log says its tree is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, and of its key.
    pub origin: String,
    /// The number of leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The note text: origin, size, root, one line each.
    #[must_use]
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root.0);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Reads a note text; extension lines are refused.
    ///
    /// # Errors
    /// Anything but exactly three lines in their only form.
    pub fn from_text(text: &str) -> Checked<Self> {
        let lines: Vec<&str> = text.split('\n').collect();
        let [origin, size, root, ""] = lines.as_slice() else {
            return Err(Flaw::new("checkpoint: not exactly three lines"));
        };
        ensure(!origin.is_empty(), "checkpoint: no origin")?;
        Ok(Self {
            origin: (*origin).into(),
            size: decimal(size)?,
            root: base64_hash(root)?,
        })
    }

    /// The checkpoint as a note signed by the log, whose key name is the origin.
    ///
    /// # Errors
    /// An origin that is no key name.
    pub fn sign(&self, key: &SecretKey) -> Checked<Note> {
        let text = self.text();
        let signatures = vec![NoteSignature::sign(&self.origin, key, &text)?];
        Ok(Note { text, signatures })
    }
}

/// Reads a line with the base64 of 32 bytes.
///
/// # Errors
/// Another length, or base64 that is not canonical.
pub fn base64_hash(line: &str) -> Checked<Hash> {
    let bytes = STANDARD.decode(line).ok().and_then(|b| b.try_into().ok());
    Ok(Hash(bytes.ok_or_else(|| {
        Flaw::new(format!("not the base64 of 32 bytes: {line:?}"))
    })?))
}
