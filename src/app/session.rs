//! Signing in: password, second factor for staff, sessions that end at once when revoked, and the
//! password asked again where an act counts as a signature.
//!
//! All of it runs on the machine's clock; none of it is an act of the journal.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{Answer, App, limit::Limit};
use crate::{
    clock,
    domain::{
        account::Account,
        actor::{Actor, Person},
        id::Id,
        refusal::{Refusal, common::PASSWORD, require},
        time::{Instant, MINUTE},
    },
    store::{self, Fault, Row as _},
};

/// A token lives this long; pages renew it as they are used.
pub const TOKEN_SPAN: i64 = 15 * MINUTE;
/// A token older than this is renewed when it is used.
const RENEW_AFTER: i64 = 5 * MINUTE;

#[derive(Serialize, Deserialize)]
struct Claims {
    sid: String,
    iat: i64,
    exp: i64,
}

impl App {
    /// A token for a session, good for a quarter of an hour.
    pub fn token(&self, session: &Id) -> Result<String, Fault> {
        self.token_for(session, TOKEN_SPAN)
    }

    /// A token for a session, good for `span` ms; an unattended client's lives as long as its session.
    pub fn token_for(&self, session: &Id, span: i64) -> Result<String, Fault> {
        let now = clock::machine().0;
        let claims = Claims {
            sid: session.0.clone(),
            iat: now / 1000,
            exp: now.saturating_add(span) / 1000,
        };
        let key = EncodingKey::from_secret(&*self.secrets.token_key);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|e| Fault::new("token", e))
    }

    fn claims(&self, token: &str) -> Option<Claims> {
        let key = DecodingKey::from_secret(&*self.secrets.token_key);
        let decoded = jsonwebtoken::decode::<Claims>(token, &key, &Validation::new(Algorithm::HS256));
        decoded.ok().map(|decoded| decoded.claims)
    }

    /// A fresh token in place of one that is in use and older than five minutes; the caller has
    /// looked up its session.
    pub fn renewed(&self, token: &str) -> Result<Option<String>, Fault> {
        let Some(claims) = self.claims(token) else {
            return Ok(None);
        };
        let is_short = (claims.exp - claims.iat).saturating_mul(1000) <= TOKEN_SPAN;
        let is_old = (clock::machine().0 / 1000 - claims.iat).saturating_mul(1000) > RENEW_AFTER;
        if is_short && is_old {
            return self.token(&Id(claims.sid)).map(Some);
        }
        Ok(None)
    }

    /// Who a token speaks for, looked up anew; `None` for a bad, old or revoked one.
    pub async fn person(&self, token: &str) -> Answer<Option<Person>> {
        let Some(claims) = self.claims(token) else {
            return Ok(None);
        };
        let session = Id(claims.sid);
        let now = clock::machine();
        let law = self.clock.now();
        self.view(move |db| {
            let Some(session) = store::session::find(db, &session, now)? else {
                return Ok(None);
            };
            let Some(account) = crate::domain::account::Account::find(db, session.account_id.as_str())?
            else {
                return Ok(None);
            };
            if account.closed_at.is_some() {
                return Ok(None);
            }
            let grants = store::account::grants(db, &account.id, law)?;
            let grants = grants
                .iter()
                .map(crate::domain::account::RoleGrant::as_grant)
                .filter(|grant| session.has_factor || !grant.role.is_staff())
                .collect();
            Ok(Some(Person {
                account: account.id,
                session: session.id,
                name: account.name,
                grants,
            }))
        })
        .await
    }

    /// Begins a session of `span` ms; the caller has checked password and factor.
    pub async fn begin_session(
        &self,
        account: &Id,
        kind: &'static str,
        has_factor: bool,
        span: i64,
    ) -> Answer<Id> {
        let now = clock::machine();
        let session = store::session::Session {
            id: self.entropy.id(),
            account_id: account.clone(),
            kind: kind.to_owned(),
            label: String::new(),
            has_factor,
            created_at: now,
            until_at: Instant(now.0.saturating_add(span)),
        };
        let id = session.id.clone();
        self.maintain(move |db| Ok(store::session::insert(db, &session)?))
            .await?;
        Ok(id)
    }

    /// Checks the password asked again, twenty times a minute at most.
    pub async fn check_password(&self, actor: &Actor, password: &str) -> Answer<()> {
        let refused = || Refusal::new(&PASSWORD).at("password");
        let Actor::Person(person) = actor else {
            return Err(refused().into());
        };
        // a session that was left open or stolen is no place to guess from
        self.limits.take(Limit::Password, person.account.as_str())?;
        let id = person.account.clone();
        let account = self
            .view(move |db| Ok(Account::find(db, id.as_str())?))
            .await?
            .ok_or_else(refused)?;
        let is_right = self.passwords.verify(&account.password_hash, password).await?;
        require(is_right, refused)?;
        Ok(())
    }
}
