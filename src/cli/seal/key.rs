//! `tianping seal key`: a signing key of the bidder's own.

use std::{fs, io::Write as _, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;

use super::{Said, fresh};
use crate::{
    cli::{Try, passphrase},
    entropy::Entropy,
    hold::keys::{WORK, unwrap, wrap},
    proof::sig::SecretKey,
};

/// The key file that signs.
#[derive(Debug, Args)]
pub struct KeyFile {
    /// Your key file.
    #[arg(long)]
    key: PathBuf,
    /// Read its passphrase from the first line of a file instead of the terminal.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

impl KeyFile {
    /// The key, once its passphrase is known.
    pub fn open(&self) -> Try<SecretKey> {
        let word = passphrase::ask(self.passphrase_file.as_ref(), "Passphrase: ")?;
        let wrapped = fs::read(&self.key).map_err(|e| format!("{}: {e}", self.key.display()))?;
        Ok(SecretKey::from_text(unwrap(&wrapped, &word)?.trim())?)
    }
}

/// The arguments.
#[derive(Debug, Args)]
pub struct Key {
    /// The file to make.
    file: PathBuf,
    /// Read the passphrase from the first line of a file instead of the terminal.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

impl Key {
    /// Makes the key.
    pub fn run(self) -> Said {
        let word = passphrase::fresh(self.passphrase_file.as_ref(), "Passphrase: ")?;
        let key = SecretKey::from_seed(&Entropy::system().bytes());
        let text = format!("{}\n", key.to_text()?.as_str());
        let wrapped = wrap(&text, &word, WORK)?;
        fresh(&self.file)?.write_all(&wrapped)?;
        let public = STANDARD.encode(key.public().as_bytes());
        let kid = key.public().kid().to_hex();
        let next = format!(
            "register the public key under your organisation's signing keys, and keep {} and its passphrase apart",
            self.file.display()
        );
        Ok(vec![("public_key", public), ("kid", kid), ("next", next)])
    }
}
