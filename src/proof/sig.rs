//! Signatures of parties and bidders: `sig/1`, `signed/1`, Ed25519 keys and the bidder's key file.
//!
//! In: an object and a signing key, or a `signed/1` and the key it must carry. Out: the signature
//! or a verdict. Never: a key taken from the object itself, an object that contains its own
//! signature, a lax verification (RFC 8032 with s < L, canonical A and R, no small order).

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::canon::{Base64, Checked, Flaw, Hash, Object, ensure, write};
use super::keytext;

const CONTEXT: &[u8] = b"tianping-sig/1\n";
const KEY_PREFIX: &str = "TIANPING-KEY-";

/// `sig/1`: a detached signature; `cert` is the slot that later carries certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sig {
    /// Only `ed25519`; others are reserved and refused.
    pub alg: String,
    /// SHA-256 of `cert`.
    pub kid: Hash,
    /// The 64 bytes of the signature.
    pub sig: Base64,
    /// The 32-byte public key.
    pub cert: Base64,
}

impl Object for Sig {
    const T: &'static str = "sig/1";
}

/// `signed/1`: an object and its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The object signed, `"t"` included.
    pub x: Value,
    /// The signature, as JSON with its own `"t"`.
    pub sig: Value,
}

impl Object for Signed {
    const T: &'static str = "signed/1";
}

/// An Ed25519 public key that passed the strict checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Checks that the point is canonical and not of small order.
    ///
    /// # Errors
    /// Any other 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Checked<Self> {
        let point = canonical_point(&bytes).ok_or_else(|| Flaw::new("public key: not a canonical point"))?;
        ensure(!point.is_small_order(), "public key: small order")?;
        Ok(Self(bytes))
    }

    /// From a slice, e.g. of `cert`.
    ///
    /// # Errors
    /// Another length, or as [`PublicKey::new`].
    pub fn from_slice(bytes: &[u8]) -> Checked<Self> {
        Self::new(
            bytes
                .try_into()
                .map_err(|_| Flaw::new("public key: not 32 bytes"))?,
        )
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 of the key, its name in `sig/1`.
    #[must_use]
    pub fn kid(&self) -> Hash {
        Hash::of(&[&self.0])
    }

    /// Verifies strictly.
    ///
    /// # Errors
    /// A signature that is not exactly right.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Checked<()> {
        let wrong = || Flaw::new("signature does not verify");
        let bytes: [u8; 64] = signature.try_into().map_err(|_| wrong())?;
        let (r, _) = bytes.split_first_chunk::<32>().ok_or_else(wrong)?;
        canonical_point(r).ok_or_else(wrong)?;
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| wrong())?;
        key.verify_strict(message, &Signature::from_bytes(&bytes))
            .map_err(|_| wrong())
    }
}

fn canonical_point(bytes: &[u8; 32]) -> Option<curve25519_dalek::EdwardsPoint> {
    let point = CompressedEdwardsY(*bytes).decompress()?;
    (point.compress().0 == *bytes).then_some(point)
}

/// The signing key of a bidder, a duty, the log or a witness: a 32-byte seed.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// From a seed of 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs raw bytes; objects are signed with [`SecretKey::sign_object`].
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The one line of the bidder's key file: upper-case Bech32 of the seed.
    ///
    /// # Errors
    /// None in practice; the encoder's refusal.
    pub fn to_text(&self) -> Checked<Zeroizing<String>> {
        keytext::write(KEY_PREFIX, self.0.as_bytes())
    }

    /// Reads the one line of the bidder's key file.
    ///
    /// # Errors
    /// Another prefix, lower case, a bad checksum, or not 32 bytes.
    pub fn from_text(text: &str) -> Checked<Self> {
        Ok(Self::from_seed(&*keytext::read(KEY_PREFIX, text)?))
    }

    /// Signs an object of the protocols.
    ///
    /// # Errors
    /// An object that has no canonical form.
    pub fn sign_object<T: Object>(&self, object: &T) -> Checked<Signed> {
        let x = object.value()?;
        let sig = self.sig_of(&x)?.value()?;
        Ok(Signed { x, sig })
    }

    /// The detached signature over a value.
    ///
    /// # Errors
    /// A value that has no canonical form.
    pub fn sig_of(&self, x: &Value) -> Checked<Sig> {
        let public = self.public();
        Ok(Sig {
            alg: "ed25519".into(),
            kid: public.kid(),
            sig: Base64(self.sign(&message(x)?).to_vec()),
            cert: Base64(public.as_bytes().to_vec()),
        })
    }
}

fn message(x: &Value) -> Checked<Vec<u8>> {
    let mut message = CONTEXT.to_vec();
    message.extend(write(x)?);
    Ok(message)
}

impl Sig {
    /// Checks the signature over `x` and returns the key it names; whether that is the *right*
    /// key is the caller's question, never answered from the object.
    ///
    /// # Errors
    /// Another algorithm, a `kid` that is not the key's, or a wrong signature.
    pub fn verify(&self, x: &Value) -> Checked<PublicKey> {
        ensure(
            self.alg == "ed25519",
            format_args!("sig alg {:?} is not accepted", self.alg),
        )?;
        let key = PublicKey::from_slice(&self.cert.0)?;
        ensure(key.kid() == self.kid, "kid is not the digest of cert")?;
        key.verify(&message(x)?, &self.sig.0)?;
        Ok(key)
    }
}

impl Signed {
    /// Verifies and returns the key and the object as `T`.
    ///
    /// # Errors
    /// A wrong signature, or an `x` that is not a `T`.
    pub fn open<T: Object>(&self) -> Checked<(PublicKey, T)> {
        let key = Sig::from_value(&self.sig)?.verify(&self.x)?;
        Ok((key, T::from_value(&self.x)?))
    }

    /// Verifies that `key` signed, and returns the object as `T`.
    ///
    /// # Errors
    /// As [`Signed::open`], or another key.
    pub fn open_by<T: Object>(&self, key: &PublicKey) -> Checked<T> {
        let (found, object) = self.open()?;
        ensure(found == *key, "signed by another key")?;
        Ok(object)
    }

    /// SHA-256 of CJ of the object signed: what `prev`, `x` and the digests of the protocols name.
    ///
    /// # Errors
    /// An `x` without canonical form.
    pub fn x_digest(&self) -> Checked<Hash> {
        super::canon::digest(&self.x)
    }
}
