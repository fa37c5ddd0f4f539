//! Flags and environment, read once.

use std::path::PathBuf;

/// How this process was told to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// `postgres://…`, or the path of the SQLite file.
    pub database: String,
    /// Where `blobs/` lies.
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
}
