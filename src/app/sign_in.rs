//! Signing in and out. A new session each time; staff without the second factor get a session in
//! which their roles do not count yet.
//!
//! Never: a hint which of login and password was wrong; an account locked.

use serde::{Deserialize, Serialize};

use super::{Answer, App, factor};
use crate::{
    clock,
    domain::{
        account::Account,
        id::Id,
        refusal::{Refusal, account::SIGN_IN, common::SECOND_FACTOR, require},
        time::HOUR,
    },
    store::{account, session},
};

/// How long a browser's session lasts at most, by the machine's clock.
pub const SESSION_SPAN: i64 = 12 * HOUR;
/// argon2id of nothing in particular: a login that does not exist takes as long as one that does.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nIHNhbHR5$U5m+SuZJYYYB3m0WxcTMzqLRPZaO0BEh0hJhnqGlqZE";

/// The form of the sign-in page.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The name to sign in with.
    pub login: String,
    /// The six digits of the authenticator, where one is set up.
    pub totp: Option<String>,
    /// The page to go on to, a path of our own.
    pub next: Option<String>,
}

/// Somebody has signed in.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SignedIn {
    /// To be sent as `Authorization: Bearer`; good for a quarter of an hour, renewed as it is used.
    pub token: String,
    /// The account.
    #[schema(value_type = String)]
    pub account: Id,
    /// The person's name.
    pub name: String,
    /// Whether the second factor must be set up before the roles count.
    pub needs_factor: bool,
}

/// The sign-in page.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SignInView {
    /// The page to go on to.
    pub next: String,
    /// A sandbox shows the codes of everybody who has an authenticator.
    pub codes: Vec<factor::SandboxCode>,
    /// Who is signed in, by name.
    pub name: Option<String>,
}

fn wrong() -> Refusal {
    Refusal::new(&SIGN_IN).at("login")
}

impl App {
    /// Signs in.
    pub async fn sign_in(&self, x: &SignIn, password: &str) -> Answer<SignedIn> {
        let login = x.login.trim().to_ascii_lowercase();
        let found = self.view(move |db| Ok(account::by_login(db, &login)?)).await?;
        let hash = found.as_ref().map(|account| account.password_hash.as_str());
        let hash = hash.filter(|hash| !hash.is_empty()).unwrap_or(NOBODY);
        let is_right = self.passwords.verify(hash, password).await?;
        let account = found.filter(|account| is_right && account.closed_at.is_none());
        let account = account.ok_or_else(wrong)?;
        let step = self.factor_step(&account, x.totp.as_deref())?;
        let session = self.session_of(&account, step).await?;
        Ok(SignedIn {
            token: self.token(&session)?,
            needs_factor: account.kind.needs_factor() && step.is_none(),
            account: account.id,
            name: account.name,
        })
    }

    /// Begins a browser's session for an account whose password was right; the step of its second
    /// factor must not have been taken before.
    pub(super) async fn session_of(&self, account: &Account, step: Option<i64>) -> Answer<Id> {
        let now = clock::machine();
        let session = session::Session {
            id: self.entropy.id(),
            account_id: account.id.clone(),
            kind: "browser".to_owned(),
            label: String::new(),
            has_factor: step.is_some(),
            created_at: now,
            until_at: now.plus(SESSION_SPAN),
        };
        let id = session.id.clone();
        // a sandbox shows its codes to everybody and its people sign in many times a minute
        let is_once = !self.config.sandbox;
        self.maintain(move |db| {
            if let Some(step) = step.filter(|_| is_once) {
                let fresh = session::take_step(db, &session.account_id, step)?;
                require(fresh, || Refusal::new(&SECOND_FACTOR).at("totp"))?;
            }
            session::forget_before(db, now)?;
            session::insert(db, &session)?;
            Ok(())
        })
        .await?;
        Ok(id)
    }

    /// Signs out.
    pub async fn sign_out(&self, session: &Id) -> Answer<()> {
        let session = session.clone();
        self.maintain(move |db| {
            session::delete(db, &session)?;
            Ok(())
        })
        .await
    }

    /// The sign-in page.
    pub async fn sign_in_view(&self, next: String, name: Option<String>) -> Answer<SignInView> {
        Ok(SignInView {
            next,
            codes: self.sandbox_codes().await?,
            name,
        })
    }
}
