//! Bids as objects: what a lot asks for, a submission and its parts, a withdrawal, the price.
//!
//! In: JSON from outside. Out: a checked submission, or the reason why it is none (E-HEAD).
//! Never: a part more or less than the lot's, a part that names another submission, two chains.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canon::{Base64, Checked, Flaw, Hash, Object, Token, Whole, ascends, ensure};
use super::stage::{KeyStage, named};

/// What the body of a part is, and how far its length is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Any bytes: documents.
    Docs,
    /// 32 random bytes: a contribution to a draw.
    Draw,
    /// A `bid.price/1`.
    Price,
}

impl Kind {
    /// The least padded length, in bytes.
    #[must_use]
    pub fn floor(self) -> u64 {
        match self {
            Self::Docs => 1 << 20,
            Self::Draw => 512,
            Self::Price => 4096,
        }
    }
}

/// `[part, stage, kind, key set id]`: a part that a bid has to have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "SlotRow", into = "SlotRow")]
pub struct Slot {
    /// The name of the part.
    pub part: Token,
    /// The moment at which it is opened.
    pub stage: Token,
    /// What it is.
    pub kind: Kind,
    /// The key set it is sealed to.
    pub keyset: Hash,
}

type SlotRow = (Token, Token, Kind, Hash);

impl From<SlotRow> for Slot {
    fn from((part, stage, kind, keyset): SlotRow) -> Self {
        Self {
            part,
            stage,
            kind,
            keyset,
        }
    }
}

impl From<Slot> for SlotRow {
    fn from(slot: Slot) -> Self {
        (slot.part, slot.stage, slot.kind, slot.keyset)
    }
}

impl Slot {
    /// The one part of a contribution, which is named as its stage.
    #[must_use]
    pub fn contribution(stage: Token, keyset: Hash) -> Self {
        Self {
            part: stage.clone(),
            stage,
            kind: Kind::Draw,
            keyset,
        }
    }
}

/// `lot.parts/1`: the parts of every bid for a lot, fixed at publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotParts {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// Ascending by part.
    pub parts: Vec<Slot>,
}

impl Object for LotParts {
    const T: &'static str = "lot.parts/1";

    fn check(&self) -> Checked<()> {
        ensure(
            ascends(self.parts.iter().map(|slot| &slot.part)),
            "parts are not strictly ascending",
        )?;
        for slot in &self.parts {
            let (part, stage) = (slot.part.as_str(), slot.stage.as_str());
            ensure(
                is_name(part) && is_name(stage),
                format_args!("not the names of a part and a stage: {part} {stage}"),
            )?;
            ensure(
                (slot.kind == Kind::Draw) == named(stage).is_some_and(KeyStage::is_listed),
                format_args!("{part}: a part of kind {:?} in stage {stage}", slot.kind),
            )?;
            for other in self.parts.iter().filter(|other| other.part != slot.part) {
                let same = other.stage == slot.stage;
                ensure(
                    same == (other.keyset == slot.keyset),
                    format_args!("{part}: not one key set for each stage"),
                )?;
                ensure(
                    !same || slot.kind != Kind::Draw,
                    format_args!("{stage}: more than one part of a draw"),
                )?;
            }
        }
        Ok(())
    }
}

/// Whether a text names a part or a stage: `[a-z0-9][a-z0-9-]{0,11}`.
fn is_name(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.len() <= 12
        && text.bytes().next().is_some_and(letter)
        && text.bytes().all(|b| letter(b) || b == b'-')
}

/// `bid.part/1`, hd: what is said in clear about a sealed part; its digest is sealed with the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The bidder, or the duty that contributes.
    pub bidder: Token,
    /// The number of the submission, from 1.
    pub seq: u64,
    /// The name of the part.
    pub part: Token,
    /// Its stage.
    pub stage: Token,
    /// What it is.
    pub kind: Kind,
    /// The key set it is sealed to.
    pub keyset: Hash,
    /// The recipient of this part's own key, in the form of one; whether it is one shows at E-KEY.
    #[serde(rename = "pub")]
    pub recipient: String,
    /// The length of the ciphertext in bytes, at least 1.
    pub len: u64,
    /// SHA-256 of the ciphertext.
    pub sha256: Hash,
    /// RFC 6962 root of the ciphertext in pieces of 1 MiB.
    pub chunks: Hash,
}

impl Object for Head {
    const T: &'static str = "bid.part/1";

    fn check(&self) -> Checked<()> {
        ensure(self.seq >= 1, "seq counts from 1")?;
        ensure(self.len >= 1, "len is at least 1")?;
        let data = self.recipient.strip_prefix("age1").unwrap_or_default();
        let charset = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
        ensure(
            data.len() == 58 && data.bytes().all(|b| charset.contains(&b)),
            "pub is not an age recipient",
        )
    }
}

impl Head {
    /// What this part is, to be compared with what is asked for.
    #[must_use]
    pub fn slot(&self) -> Slot {
        Slot {
            part: self.part.clone(),
            stage: self.stage.clone(),
            kind: self.kind,
            keyset: self.keyset,
        }
    }
}

/// A sealed part of a submission: its head and the envelope with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What is said in clear.
    pub hd: Whole<Head>,
    /// The key of the part, in as many layers as the key set has.
    pub env: Base64,
}

/// `bid.submit/1`: a submission, of a bidder or of a contributor to a draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The bidder, or the duty that contributes.
    pub bidder: Token,
    /// Its number on the bidder's chain, from 1.
    pub seq: u64,
    /// Digest of the submission or withdrawal before.
    pub prev: Option<Hash>,
    /// Strictly ascending by part.
    pub parts: Vec<Part>,
}

impl Object for Submit {
    const T: &'static str = "bid.submit/1";

    fn check(&self) -> Checked<()> {
        ensure(self.seq >= 1, "seq counts from 1")?;
        ensure(
            ascends(self.parts.iter().map(|part| &part.hd.0.part)),
            "parts are not strictly ascending",
        )?;
        for Part { hd: Whole(hd), .. } in &self.parts {
            let own = (&hd.tender, &hd.lot, &hd.bidder, hd.seq);
            ensure(
                own == (&self.tender, &self.lot, &self.bidder, self.seq),
                format_args!("part {} names another submission", hd.part),
            )?;
        }
        Ok(())
    }
}

impl Submit {
    /// The E-HEAD check, of the commit and of the opening: `required` are the parts of the lot, or
    /// [`Slot::contribution`]. It holds for all parts of the submission or for none.
    ///
    /// # Errors
    /// The first thing that makes it E-HEAD.
    pub fn read(x: &Value, required: &[Slot]) -> Checked<Self> {
        let submit = Self::from_value(x)?;
        let mut slots = submit.parts.iter().map(|part| part.hd.0.slot());
        let all = required.iter().all(|slot| slots.next().as_ref() == Some(slot));
        ensure(
            all && slots.next().is_none(),
            "not exactly the parts that are required",
        )?;
        Ok(submit)
    }

    /// The part of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn part(&self, name: &str) -> Checked<&Part> {
        let mut parts = self.parts.iter();
        parts
            .find(|part| part.hd.0.part.as_str() == name)
            .ok_or_else(|| Flaw::new(format!("no part {name}")))
    }
}

/// `bid.withdraw/1`: takes back what the chain said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The bidder.
    pub bidder: Token,
    /// Its number on the bidder's chain, from 2.
    pub seq: u64,
    /// Digest of the submission or withdrawal before.
    pub prev: Hash,
}

impl Object for Withdraw {
    const T: &'static str = "bid.withdraw/1";

    fn check(&self) -> Checked<()> {
        ensure(self.seq >= 2, "nothing can be withdrawn before seq 2")
    }
}

/// Whether a submission or withdrawal follows on its chain: `before` is the seq and the digest of
/// the last one accepted, none if there is none.
///
/// # Errors
/// Another seq than the next, or another prev than the digest before.
pub fn follows(seq: u64, prev: Option<Hash>, before: Option<(u64, Hash)>) -> Checked<()> {
    let next = before.map_or(Some(1), |(last, _)| last.checked_add(1));
    ensure(Some(seq) == next, format_args!("seq is {seq}, not {next:?}"))?;
    ensure(
        prev == before.map(|(_, digest)| digest),
        "prev is not the digest of the one before",
    )
}

/// `bid.price/1`: the body of a `price` part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The price in fen (分), at least 0.
    pub total: u64,
    /// The construction period or delivery time, in days.
    pub days: Option<i64>,
    /// The quality promised.
    pub quality: Option<String>,
    /// The project manager.
    pub manager: Option<String>,
    /// Anything else; may be empty.
    pub note: String,
}

impl Object for Price {
    const T: &'static str = "bid.price/1";
}

/// `bid.body/1`: what a body is called, sealed with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyHead {
    /// The name of the file, at most 255 bytes.
    pub name: String,
    /// The media type.
    pub media: Option<String>,
}

impl Object for BodyHead {
    const T: &'static str = "bid.body/1";

    fn check(&self) -> Checked<()> {
        ensure(self.name.len() <= 255, "a name of more than 255 bytes")
    }
}

/// `bid.key/1`: what the layers wrap; both texts are judged at the opening (E-CTX, E-KEY).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartKey {
    /// Digest of the part's head.
    pub ctx: String,
    /// The identity of the part.
    pub key: String,
}

impl Object for PartKey {
    const T: &'static str = "bid.key/1";
}

impl PartKey {
    /// Wraps a part's own key for its head.
    ///
    /// # Errors
    /// A head without canonical form.
    pub fn new(hd: &Head, key: &str) -> Checked<Self> {
        Ok(Self {
            ctx: hd.digest()?.to_hex(),
            key: key.into(),
        })
    }
}
