//! The sealing of a part and of a whole submission (A.4), in the bidder's own client.
//!
//! In: what a part is to be, the layers' recipients, a body as a stream, chance. Out: the part, its
//! ciphertext as a stream, its key. Never: a body held in memory, a part that its own client could
//! not open again, a bid sealed to a rehearsal.

use std::io::{self, Read, Write};

use super::bid::{BodyHead, Head, Part, PartKey, Slot, Submit};
use super::canon::{Base64, Checked, Flaw, Hash, Object as _, Token, Whole, ensure};
use super::envelope::{Identity, Recipient, encrypt, encrypt_stream, padme};
use super::measure::{Measures, Meter, io_flaw, length};
use super::opening;

/// The first bytes of a plaintext.
pub(super) const MAGIC: &[u8; 4] = b"TPB1";
/// The stage of rehearsals, whose identities are public.
const TEST: &str = "test";

/// Which submission the parts are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
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
}

/// A body before it is sealed.
pub struct Content<R> {
    /// What it is called.
    pub head: BodyHead,
    /// Its length in bytes.
    pub len: u64,
    /// Exactly so many bytes.
    pub bytes: R,
}

/// A part that was sealed; its ciphertext went to the output.
pub struct Sealed {
    /// The part.
    pub part: Part,
    /// Its own key, which opens only this part: deleted or kept with the receipt.
    pub key: Identity,
    /// SHA-256 of the plaintext.
    pub plain: Hash,
}

impl Address {
    /// Seals a part to the layers of a key set that was checked, innermost first, under a fresh key
    /// from 32 random bytes. The ciphertext goes to `out`.
    ///
    /// # Errors
    /// The stage `test`, no layers, a body of another length than said, a failure of input or output.
    pub fn seal(
        &self,
        slot: &Slot,
        layers: &[Recipient],
        content: Content<impl Read>,
        random: [u8; 32],
        out: impl Write,
    ) -> Checked<Sealed> {
        ensure(
            slot.stage.as_str() != TEST,
            "a real bid is not sealed to a rehearsal",
        )?;
        ensure(!layers.is_empty(), "a key set without layers")?;
        let Content { head, len, mut bytes } = content;
        let key = Identity::generate(random);
        let recipient = key.recipient()?;
        let mut ct = Meter::new(out);
        let (total, plain) = pack(slot, &head, len, &mut bytes)?;
        let mut meter = Meter::new(plain);
        let read = encrypt_stream(&recipient, &mut meter, &mut ct)?;
        ensure(read == total, "the body is shorter than its length")?;
        let plain = meter.measures().sha256;
        drop(meter);
        let more = bytes.read(&mut [0]).map_err(io_flaw)?;
        ensure(more == 0, "the body is longer than its length")?;
        let hd = self.head(slot, &recipient, ct.measures())?;
        let env = wrap(&hd, &key, layers)?;
        Ok(Sealed {
            part: Part { hd: Whole(hd), env },
            key,
            plain,
        })
    }

    fn head(&self, slot: &Slot, recipient: &Recipient, ct: Measures) -> Checked<Head> {
        Ok(Head {
            tender: self.tender.clone(),
            lot: self.lot.clone(),
            bidder: self.bidder.clone(),
            seq: self.seq,
            part: slot.part.clone(),
            stage: slot.stage.clone(),
            kind: slot.kind,
            keyset: slot.keyset,
            recipient: recipient.to_text()?,
            len: ct.len,
            sha256: ct.sha256,
            chunks: ct.chunks,
        })
    }

    /// The submission of these parts, checked as the platform will check it.
    ///
    /// # Errors
    /// Parts of another submission, or not exactly those required.
    pub fn submit(&self, mut parts: Vec<Part>, required: &[Slot]) -> Checked<Submit> {
        parts.sort_by(|a, b| a.hd.0.part.cmp(&b.hd.0.part));
        let submit = Submit {
            tender: self.tender.clone(),
            lot: self.lot.clone(),
            bidder: self.bidder.clone(),
            seq: self.seq,
            prev: self.prev,
            parts,
        };
        Submit::read(&submit.value()?, required)
    }
}

impl Sealed {
    /// The client's self-test before anything is uploaded: the same code wraps the key for throw-away
    /// layers, as many as there is chance for, opens them again, and opens the ciphertext.
    ///
    /// # Errors
    /// The part would not open as it was meant.
    pub fn self_test(&self, random: &[[u8; 32]], ct: impl Read) -> Checked<()> {
        let layers: Vec<Identity> = random.iter().map(|bytes| Identity::generate(*bytes)).collect();
        let recipients: Vec<Recipient> = layers.iter().map(Identity::recipient).collect::<Checked<_>>()?;
        let part = Part {
            hd: self.part.hd.clone(),
            env: wrap(&self.part.hd.0, &self.key, &recipients)?,
        };
        let opened = opening::open(&part, &layers, ct, io::sink())
            .map_err(|closed| Flaw::new(format!("self-test: {closed}")))?;
        ensure(opened.plain == self.plain, "self-test: another plaintext")
    }
}

/// The plaintext of a body as a stream, and its padded length in bytes.
fn pack(slot: &Slot, head: &BodyHead, len: u64, bytes: impl Read) -> Checked<(u64, impl Read)> {
    let head = head.bytes()?;
    let too_long = || Flaw::new("a body too long");
    let mut front = MAGIC.to_vec();
    front.extend(u32::try_from(head.len()).map_err(io_flaw)?.to_be_bytes());
    front.extend(head);
    front.extend(len.to_be_bytes());
    let end = length(&front)?.checked_add(len).ok_or_else(too_long)?;
    let total = padme(end, slot.kind.floor());
    let pad = total.checked_sub(end).ok_or_else(too_long)?;
    let plain = io::Cursor::new(front)
        .chain(bytes.take(len))
        .chain(io::repeat(0).take(pad));
    Ok((total, plain))
}

/// The part's key in its layers, the first innermost.
fn wrap(hd: &Head, key: &Identity, layers: &[Recipient]) -> Checked<Base64> {
    let blob = PartKey::new(hd, &key.to_text()?)?.bytes()?;
    let env = layers.iter().try_fold(blob, |env, layer| encrypt(layer, &env))?;
    Ok(Base64(env))
}
