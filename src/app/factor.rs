//! The second factor: six digits of an authenticator (TOTP, RFC 6238), by the machine's clock.
//!
//! Never: a secret in the clear at rest, a code taken twice, the codes shown outside a sandbox.

use serde::Serialize;
use totp_rs::{Builder, Totp};

use super::{Answer, App, Ask, Error};
use crate::{
    clock,
    domain::{
        account::Account,
        act::Act,
        actor::{Actor, Person},
        bytes::Bytes,
        id::Id,
        refusal::{Refusal, account::NO_FACTOR, common::SECOND_FACTOR, require},
    },
    store::{Fault, Row as _, account, session, tx::Payload},
};

/// The column of the secrets, for the encryption at rest.
const SECRET: &str = "account.totp_secret";
/// How many codes a sandbox shows.
const SHOWN: i64 = 500;

/// A code that a sandbox shows.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SandboxCode {
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The six digits of now.
    pub code: String,
}

/// The page on which the second factor is set up.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Enrolment {
    /// `otpauth://…`, for the authenticator.
    pub url: String,
    /// The secret in base32, to be typed.
    pub secret: String,
    /// Whether another one is in use, which this one replaces.
    pub has_factor: bool,
    /// In a sandbox, the code of now.
    pub code: Option<String>,
}

fn wrong() -> Refusal {
    Refusal::new(&SECOND_FACTOR).at("totp")
}

fn totp(secret: Vec<u8>, login: &str) -> Result<Totp, Fault> {
    Builder::new()
        .with_secret(secret)
        .with_skew(1)
        .with_account_name(login)
        .with_issuer(Some("Tianping"))
        .build()
        .map_err(|e| Fault::new("second factor", e))
}

fn seconds() -> u64 {
    u64::try_from(clock::machine().0 / 1000).unwrap_or_default()
}

/// The step of a code that is right now.
fn step_of(totp: &Totp, code: &str) -> Answer<i64> {
    let step = totp.check(code.trim(), seconds()).ok_or_else(wrong)?;
    Ok(i64::try_from(step).map_err(|e| Fault::new("second factor", e))?)
}

impl App {
    fn secret_of(&self, account: &Account, sealed: &Bytes) -> Result<Vec<u8>, Fault> {
        self.secrets
            .open_sealed(&format!("{SECRET} {}", account.id), &sealed.0)
    }

    /// The step of the code given for an account; `None` where no second factor is set up.
    pub(super) fn factor_step(&self, account: &Account, code: Option<&str>) -> Answer<Option<i64>> {
        let Some(sealed) = &account.totp_secret else {
            return Ok(None);
        };
        let code = code.filter(|code| !code.trim().is_empty()).ok_or_else(wrong)?;
        let totp = totp(self.secret_of(account, sealed)?, &account.login)?;
        step_of(&totp, code).map(Some)
    }

    /// Checks the code asked again for a grave act; an account without a second factor does none.
    pub async fn check_factor(&self, actor: &Actor, code: Option<&str>) -> Answer<()> {
        let Actor::Person(person) = actor else {
            return Err(Error::Forbidden);
        };
        let (app, id) = (self.clone(), person.account.clone());
        let code = code.map(str::to_owned);
        let step = self
            .view(move |db| {
                let account = Account::find(db, id.as_str())?.ok_or(Error::NotFound)?;
                require(account.totp_secret.is_some(), || {
                    Refusal::new(&NO_FACTOR).at("totp")
                })?;
                app.factor_step(&account, code.as_deref())
            })
            .await?;
        self.take_step(&person.account, step).await
    }

    async fn take_step(&self, account: &Id, step: Option<i64>) -> Answer<()> {
        let Some(step) = step.filter(|_| !self.config.sandbox) else {
            return Ok(());
        };
        let account = account.clone();
        self.maintain(move |db| {
            require(session::take_step(db, &account, step)?, wrong)?;
            Ok(())
        })
        .await
    }

    /// The secret offered to a session: the same until it is taken, and kept nowhere.
    fn offered(&self, person: &Person) -> Vec<u8> {
        let what = format!("{} {}", person.account, person.session);
        self.secrets.mark("totp", &what).0.into_iter().take(20).collect()
    }

    /// The page on which a person sets up the second factor.
    pub async fn enrolment(&self, person: &Person) -> Answer<Enrolment> {
        let id = person.account.clone();
        let account = self
            .view(move |db| Account::find(db, id.as_str())?.ok_or(Error::NotFound))
            .await?;
        let totp = totp(self.offered(person), &account.login)?;
        let shows = self.config.sandbox;
        Ok(Enrolment {
            url: totp.to_url().map_err(|e| Fault::new("second factor", e))?,
            secret: totp.secret().to_base32(),
            has_factor: account.totp_secret.is_some(),
            code: shows.then(|| totp.generate(seconds()).to_string()),
        })
    }

    /// Takes the secret offered, proved by a code of it; one who has a factor proves that one too
    /// with `old`. Every session ends; the answer is a new one that has the factor.
    pub async fn enrol(&self, ask: Ask, person: &Person, code: &str, old: Option<&str>) -> Answer<Id> {
        let (app, id) = (self.clone(), person.account.clone());
        let (secret, code) = (self.offered(person), code.to_owned());
        let old = old.map(str::to_owned);
        let (mut account, old_step, step) = self
            .view(move |db| {
                let account = Account::find(db, id.as_str())?.ok_or(Error::NotFound)?;
                let old_step = app
                    .factor_step(&account, old.as_deref())
                    .map_err(|_| Refusal::new(&SECOND_FACTOR).at("old_totp"))?;
                let step = step_of(&totp(secret, &account.login)?, &code)?;
                Ok((account, old_step, step))
            })
            .await?;
        // a code that was used opens nothing, least of all a new factor
        self.take_step(&account.id, old_step)
            .await
            .map_err(|_| Refusal::new(&SECOND_FACTOR).at("old_totp"))?;
        let what = format!("{SECRET} {}", account.id);
        let sealed = self.secrets.seal(&self.entropy, &what, &self.offered(person))?;
        account.totp_secret = Some(Bytes(sealed));
        let kept = account.clone();
        self.act(ask, move |tx| {
            let mut row = Account::find(tx.db, kept.id.as_str())?.ok_or(Error::NotFound)?;
            row.totp_secret = kept.totp_secret;
            tx.update(&row)?;
            session::delete_of(tx.db, &row.id)?;
            // the steps taken were of the factor before
            session::forget_steps(tx.db, &row.id)?;
            let facts = serde_json::json!({ "account": row.id });
            let payload = Payload::facts("factor", "factor.enrolled/1", &facts)?;
            tx.record(row.id.as_str(), Act::FactorEnrolled, vec![payload])?;
            Ok(())
        })
        .await?;
        self.session_of(&account, Some(step)).await
    }

    /// The codes of now of everybody who has an authenticator; nothing outside a sandbox.
    pub async fn sandbox_codes(&self) -> Answer<Vec<SandboxCode>> {
        if !self.config.sandbox {
            return Ok(Vec::new());
        }
        let app = self.clone();
        self.view(move |db| {
            let mut codes = Vec::new();
            for account in account::with_factor(db, SHOWN)? {
                let Some(code) = app.code_of(&account)? else {
                    continue;
                };
                codes.push(SandboxCode {
                    code,
                    login: account.login,
                    name: account.name,
                });
            }
            Ok(codes)
        })
        .await
    }

    /// The code of an account as its authenticator shows it now: for sandboxes only.
    pub(super) fn code_of(&self, account: &Account) -> Answer<Option<String>> {
        let Some(sealed) = account.totp_secret.as_ref().filter(|_| self.config.sandbox) else {
            return Ok(None);
        };
        let totp = totp(self.secret_of(account, sealed)?, &account.login)?;
        Ok(Some(totp.generate(seconds()).to_string()))
    }

    /// A second factor for an account made by the program itself, as a sandbox's are: the sealed
    /// secret for its row.
    pub fn fresh_factor(&self, account: &Id) -> Result<Bytes, Fault> {
        let secret: [u8; 20] = self.entropy.bytes();
        let sealed = self
            .secrets
            .seal(&self.entropy, &format!("{SECRET} {account}"), &secret)?;
        Ok(Bytes(sealed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1: the last six of the eight digits
        let totp = totp(b"12345678901234567890".to_vec(), "a").unwrap();
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp.generate(at).to_string(), code);
            assert_eq!(totp.check(code, at + 30), Some(at / 30));
            assert_eq!(totp.check(code, at + 60), None);
        }
        assert_eq!(totp.check("", 59), None);
        assert_eq!(totp.check("28708", 59), None);
    }
}
