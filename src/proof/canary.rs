//! The canary (protocols A.3): proof that a holder's saved identity still opens what is sealed to it.
//!
//! In: a layer's recipient and random bytes, or a ciphertext and the identity. Out: the ciphertext,
//! or hashes. Never: the plaintext of anything but a canary of the exact form, and of that only its
//! hash: the holder's client is no decryption oracle.

use serde::{Deserialize, Serialize};

use super::canon::{Checked, Hash, Object, ensure};
use super::envelope::{self, Identity, Recipient};

const PREFIX: &[u8] = b"tianping-canary/1\n";

/// A canary as its maker keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// What the holder is sent.
    pub ciphertext: Vec<u8>,
    /// SHA-256 of the ciphertext.
    pub nonce: Hash,
    /// SHA-256 of the plaintext, which the right answer names.
    pub h: Hash,
}

/// `canary.answer/1`: the holder's answer, to be signed with its duty's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CanaryAnswer {
    /// Digest of the `seal.key/1` whose identity answered.
    pub key: Hash,
    /// SHA-256 of the ciphertext.
    pub nonce: Hash,
    /// SHA-256 of the plaintext.
    pub h: Hash,
}

impl Object for CanaryAnswer {
    const T: &'static str = "canary.answer/1";
}

/// A canary for a layer.
///
/// # Errors
/// None in practice; the age library's refusal.
pub fn make(recipient: &Recipient, random: &[u8; 32]) -> Checked<Canary> {
    let plain = [PREFIX, random].concat();
    let ciphertext = envelope::encrypt(recipient, &plain)?;
    Ok(Canary {
        nonce: Hash::of(&[&ciphertext]),
        h: Hash::of(&[&plain]),
        ciphertext,
    })
}

/// Answers with the identity of the announced key whose digest is `key`.
///
/// # Errors
/// A ciphertext that does not open, or that holds anything but a canary.
pub fn answer(identity: &Identity, key: Hash, ciphertext: &[u8]) -> Checked<CanaryAnswer> {
    let plain = envelope::decrypt(identity, ciphertext)?;
    ensure(
        plain.starts_with(PREFIX) && plain.len() == PREFIX.len() + 32,
        "canary: not of its form",
    )?;
    Ok(CanaryAnswer {
        key,
        nonce: Hash::of(&[ciphertext]),
        h: Hash::of(&[&plain]),
    })
}

impl Canary {
    /// Checks an answer of the holder of `key`; its signature is the caller's check.
    ///
    /// # Errors
    /// An answer for another key or canary, or a wrong one.
    pub fn check(&self, answer: &CanaryAnswer, key: Hash) -> Checked<()> {
        ensure(
            answer.key == key && answer.nonce == self.nonce,
            "canary: of another key or ciphertext",
        )?;
        ensure(answer.h == self.h, "canary: the identity does not open it")
    }
}
