//! What a world answers, and what shows a person the code of the moment.

use serde_json::Value;
use tianping::clock;

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// The `Location`, where there is one.
    pub location: String,
}

impl Reply {
    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// The code of a refusal.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// What shows somebody the code of the moment.
pub struct Authenticator(totp_rs::Totp);

impl Authenticator {
    /// Set up with the address that the page of the second factor shows.
    pub fn of(url: &str) -> Self {
        Self(totp_rs::Totp::from_url(url).unwrap())
    }

    /// Six digits; in a sandbox they may be used again.
    pub fn code(&self) -> String {
        let now = u64::try_from(clock::machine().0 / 1000).unwrap();
        self.0.generate(now).to_string()
    }
}
