//! Flags and environment, read once.

use std::path::{Path, PathBuf};

/// How this process was told to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// `postgres://…`, or the path of the SQLite file.
    pub database: String,
    /// Where `blobs/` and the trust files lie.
    pub data: PathBuf,
    /// Where the journal key, the token key and the personal-data key lie (0600).
    pub secrets: PathBuf,
    /// The address people use, e.g. `https://jy.example.cn`; https means cookies are Secure.
    pub public_url: String,
    /// Whether the database was created as a sandbox.
    pub sandbox: bool,
    /// Whether steps may go on without a witness (`--unwitnessed`).
    pub unwitnessed: bool,
    /// The mail server's URL; none in a sandbox, where messages are shown on a page.
    pub smtp: Option<String>,
    /// The journal's origin for a new database; a sandbox makes its own from the public address.
    pub origin: Option<String>,
    /// The witnesses' addresses; a sandbox without any has one in process.
    pub witnesses: Vec<String>,
}

impl Config {
    /// A sandbox in a directory of its own, with SQLite and a witness in process.
    #[must_use]
    pub fn sandbox(data: &Path, public_url: &str) -> Self {
        Self {
            database: data.join("tianping.db").display().to_string(),
            data: data.to_owned(),
            secrets: data.join("secrets"),
            public_url: public_url.to_owned(),
            sandbox: true,
            unwitnessed: false,
            smtp: None,
            origin: None,
            witnesses: Vec::new(),
        }
    }
}
