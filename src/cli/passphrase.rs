//! The passphrase that wraps keys: typed at the terminal, or the first line of a file.
//!
//! Never: a passphrase on the command line, where every process sees it; an empty one.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Error, Result},
    path::PathBuf,
};

use age::secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// The least length of a new passphrase, in characters.
const MIN: usize = 12;

/// The passphrase of keys that exist.
///
/// # Errors
/// A file that cannot be read, an empty passphrase.
pub fn ask(file: Option<&PathBuf>, prompt: &str) -> Result<SecretString> {
    let text = match file {
        Some(path) => {
            let named = |e: Error| Error::new(e.kind(), format!("{}: {e}", path.display()));
            let mut line = Zeroizing::new(String::new());
            BufReader::new(File::open(path).map_err(named)?).read_line(&mut line)?;
            Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => Zeroizing::new(rpassword::prompt_password(prompt)?),
    };
    if text.is_empty() {
        return Err(Error::other("an empty passphrase protects nothing"));
    }
    Ok(SecretString::from(text.as_str().to_owned()))
}

/// A passphrase for new keys: from a file, or typed twice.
///
/// # Errors
/// As [`ask`]; one that is too short, or typed in two ways.
pub fn fresh(file: Option<&PathBuf>, prompt: &str) -> Result<SecretString> {
    let word = ask(file, prompt)?;
    if word.expose_secret().chars().count() < MIN {
        return Err(Error::other(format!(
            "a passphrase has at least {MIN} characters"
        )));
    }
    if file.is_none() && ask(None, "Again: ")?.expose_secret() != word.expose_secret() {
        return Err(Error::other("the two passphrases differ"));
    }
    Ok(word)
}
