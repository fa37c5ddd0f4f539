//! The keys of this installation: files of mode 0600 in the secrets directory, made at first start.
//!
//! Never here: a layer key of a lot, a bidder's key; holders and bidders keep those themselves.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use zeroize::Zeroizing;

use crate::{
    entropy::Entropy,
    proof::{canon::Hash, sig::SecretKey},
    store::Fault,
};

/// The keys, read once.
pub struct Secrets {
    /// Signs tokens (HS256).
    pub token_key: Zeroizing<[u8; 32]>,
    /// Encrypts personal data at rest (AES-256-GCM).
    personal_key: Zeroizing<[u8; 32]>,
    /// Signs checkpoints and acknowledgements of the journal.
    pub log_key: SecretKey,
}

impl Secrets {
    /// Reads the keys, making those that are missing.
    pub fn open(dir: &Path, entropy: &Entropy) -> Result<Self, Fault> {
        fs::create_dir_all(dir)?;
        let log_seed = key(dir, "journal.key", entropy)?;
        Ok(Self {
            token_key: key(dir, "token.key", entropy)?,
            personal_key: key(dir, "personal.key", entropy)?,
            log_key: SecretKey::from_seed(&log_seed),
        })
    }

    /// Encrypts personal data: nonce, then ciphertext; `what` binds it to its column and row.
    pub fn seal(&self, entropy: &Entropy, what: &str, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let nonce: [u8; 12] = entropy.bytes();
        let cipher = Aes256Gcm::new((&*self.personal_key).into());
        let payload = Payload {
            msg: plain,
            aad: what.as_bytes(),
        };
        let sealed = cipher
            .encrypt((&nonce).into(), payload)
            .map_err(|e| Fault::new("personal data", e))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// A digest that only this installation can make: pseudonyms, tokens of one-time links.
    #[must_use]
    pub fn mark(&self, purpose: &str, what: &str) -> Hash {
        // the key stands on both sides, so that nothing can be added to what was marked
        let key: &[u8; 32] = &self.personal_key;
        Hash::of(&[key, purpose.as_bytes(), b"\n", what.as_bytes(), key])
    }

    /// Decrypts what [`Secrets::seal`] made for the same `what`.
    pub fn open_sealed(&self, what: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let (nonce, sealed) = sealed
            .split_first_chunk::<12>()
            .ok_or_else(|| Fault::new("personal data", "too short"))?;
        let cipher = Aes256Gcm::new((&*self.personal_key).into());
        let payload = Payload {
            msg: sealed,
            aad: what.as_bytes(),
        };
        cipher
            .decrypt(nonce.into(), payload)
            .map_err(|e| Fault::new("personal data", e))
    }
}

/// The 32 secret bytes in a file of the directory, made when it is missing.
pub fn key(dir: &Path, name: &str, entropy: &Entropy) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let path = dir.join(name);
    if !path.exists() {
        let made = Zeroizing::new(entropy.bytes::<32>());
        write_private(&path, hex::encode(*made).as_bytes())?;
        return Ok(made);
    }
    let text = Zeroizing::new(fs::read_to_string(&path)?);
    let bytes = hex::decode(text.trim()).map_err(|e| Fault::new("secrets", e))?;
    let bytes = bytes
        .try_into()
        .map_err(|_| Fault::new("secrets", format!("{name}: not 32 bytes")))?;
    Ok(Zeroizing::new(bytes))
}

/// Writes a file whole or not at all, on the disk before this returns; it replaces one.
pub fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let fresh = path.with_extension("new");
    if fresh.exists() {
        fs::remove_file(&fresh)?;
    }
    write_private(&fresh, bytes)?;
    fs::rename(&fresh, path)?;
    if let Some(dir) = path.parent() {
        fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// Writes a file that only its owner may read, and does not replace one.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}
