//! Where submissions go, and what comes back: the platform's acknowledgement.
//!
//! In: something signed. Out: its acknowledgement, checked and kept. Never: one taken that the log of the
//! trust file did not sign; a file overwritten; a submission that counts twice because its answer was
//! lost.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Map, Value};

use super::{Said, fresh};
use crate::{
    cli::{Try, play::door::Door},
    proof::{
        canon::{Object as _, ensure},
        policy::Policy,
        receipt::Ack,
        sig::Signed,
    },
};

/// Where to, as whom, and by which trust file.
#[derive(Debug, Args)]
pub struct Way {
    /// The platform.
    #[arg(long, env = "TIANPING_URL")]
    pub server: String,
    /// An agent's token from your account's page.
    #[arg(long, env = "TIANPING_TOKEN", hide_env_values = true)]
    pub token: String,
    /// `log.policy`, obtained from the supervision bureau.
    #[arg(long)]
    policy: PathBuf,
}

impl Way {
    /// The platform's door.
    pub fn door(&self) -> Door {
        Door::new(&self.server)
    }

    /// The trust file.
    pub fn policy(&self) -> Try<Policy> {
        policy(&self.policy)
    }

    /// Sends what was signed, with what else goes with it; asked again it is the same submission
    /// (protocols A.5). The acknowledgement is kept in `ack`.
    pub fn submit(&self, path: &str, signed: &Signed, mut body: Map<String, Value>, ack: &Path) -> Said {
        let policy = self.policy()?;
        body.insert("x".to_owned(), signed.x.clone());
        body.insert("sig".to_owned(), signed.sig.clone());
        let body = Value::Object(body);
        let digest = signed.x_digest()?;
        let answer = self
            .door()
            .post_once(path, &self.token, &body, &digest.to_hex())?;
        let answer = Signed::from_value(&answer)?;
        let word = Ack::open(&answer, &policy)?;
        ensure(word.x == digest, "the acknowledgement is of another submission")?;
        fresh(ack)?.write_all(&answer.bytes()?)?;
        Ok(vec![
            ("acknowledged", word.c.to_hex()),
            ("kept_in", ack.display().to_string()),
        ])
    }
}

/// A trust file of the log.
pub fn policy(path: &Path) -> Try<Policy> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(text.parse()?)
}

/// Something signed that was kept, by this program or by a browser.
pub fn signed(path: &Path) -> Try<Signed> {
    let named = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let bytes = fs::read(path).map_err(|e| named(&e))?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|e| named(&e))?;
    Ok(Signed::from_value(&value).map_err(|e| named(&e))?)
}

/// Refuses, before anything leaves, to go where a file of that name would be in the way.
pub fn must_be_free(path: &Path) -> Try<()> {
    if path.exists() {
        return Err(format!("{} is there already and is left alone", path.display()).into());
    }
    Ok(())
}
