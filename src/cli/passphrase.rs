//! The passphrase that wraps a key file: asked for at the terminal, or read from a file.
//!
//! Never: a passphrase on the command line, where every process sees it.

use std::{fs, path::Path};

use age::secrecy::SecretString;
use zeroize::Zeroizing;

/// The least length of a new passphrase, in characters.
const MIN: usize = 12;

/// The passphrase of a file that exists.
pub fn ask(file: Option<&Path>) -> std::io::Result<SecretString> {
    let text = match file {
        Some(path) => Zeroizing::new(fs::read_to_string(path)?),
        None => Zeroizing::new(rpassword::prompt_password("Passphrase: ")?),
    };
    Ok(SecretString::from(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

/// A new passphrase, asked for twice.
pub fn new(file: Option<&Path>) -> std::io::Result<SecretString> {
    use age::secrecy::ExposeSecret as _;
    let first = ask(file)?;
    if first.expose_secret().chars().count() < MIN {
        return Err(std::io::Error::other(format!(
            "a passphrase has at least {MIN} characters"
        )));
    }
    if file.is_none() && ask(None)?.expose_secret() != first.expose_secret() {
        return Err(std::io::Error::other("the two passphrases differ"));
    }
    Ok(first)
}
