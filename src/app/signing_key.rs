//! Signing keys of organisations: registered by a signed act under an agreement (约定书), listed for
//! ever, retired by another signed act.
//!
//! Never: a key registered without the agreement on exactly this key having been signed.

use serde::Serialize;

use super::{Answer, App, Ask, Error, account::market_grant};
use crate::{
    domain::{
        account::Organisation,
        act::Act,
        actor::{Actor, Position, Role},
        id::Id,
        refusal::{
            Refusal,
            account::{KEY_AGREEMENT, KEY_TAKEN, NOT_ADMINISTRATOR},
            require,
        },
        signing_key::{Agreement, SigningKey, parse},
        time::Instant,
    },
    proof::{
        canon::{Hash, Object as _},
        sig::PublicKey,
    },
    store::{Db, Fault, Row as _, signing_key, tx::Payload},
    words::{self, Lang},
};

/// How many clauses the agreement has: messages `signing-key-clause-1` and so on.
pub const CLAUSES: usize = 6;

/// A key in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct KeyRow {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The public key, base64.
    pub public_key: String,
    /// SHA-256 of the key.
    pub kid: String,
    /// SHA-256 of the agreement.
    pub agreement_digest: String,
    /// When it was registered, Unix ms.
    #[schema(value_type = i64)]
    pub registered_at: Instant,
    /// When it was retired, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub retired_at: Option<Instant>,
}

/// The keys of an organisation, and the form to register one.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Keys {
    /// The keys, the newest first.
    pub keys: Vec<KeyRow>,
    /// Whether the reader may register and retire.
    pub may_register: bool,
}

/// The agreement on a key, for the screen and for paper.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AgreementView {
    /// The organisation's name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The public key, base64.
    pub public_key: String,
    /// SHA-256 of the key.
    pub kid: String,
    /// The clauses that bind, in Chinese.
    pub clauses: Vec<String>,
    /// SHA-256 of the agreement: what is signed.
    pub digest: String,
    /// When it was signed, Unix ms; none while it is only looked at.
    #[schema(value_type = Option<i64>)]
    pub registered_at: Option<Instant>,
}

/// The keys of an organisation as rows of a page.
pub(super) fn key_rows(db: &mut Db, organisation: &Id) -> Answer<Vec<KeyRow>> {
    let keys = signing_key::of(db, organisation)?;
    Ok(keys
        .into_iter()
        .map(|key| KeyRow {
            id: key.id,
            public_key: key.public_key,
            kid: key.kid,
            agreement_digest: key.agreement_digest,
            registered_at: key.registered_at,
            retired_at: key.retired_at,
        })
        .collect())
}

/// The keys with which an organisation may sign at an instant.
pub fn of(db: &mut Db, organisation: &Id, at: Instant) -> Answer<Vec<PublicKey>> {
    let keys = signing_key::of(db, organisation)?;
    let in_force = keys.into_iter().filter(|key| key.is_in_force(at));
    Ok(in_force.map(|key| key.public()).collect::<Result<_, _>>()?)
}

/// The agreement of an organisation on a key.
fn agreement(organisation: &Organisation, key: &PublicKey) -> Agreement {
    let clauses = (1..=CLAUSES)
        .map(|n| words::say(Lang::Zh, &format!("signing-key-clause-{n}"), &[]))
        .collect();
    Agreement::new(organisation, key, clauses)
}

/// The organisation whose keys the actor may register: as administrator or signatory.
fn keeps_keys(actor: &Actor) -> Answer<Id> {
    let grant = market_grant(actor)?;
    let is_post = |role| {
        [Position::Administrator, Position::Signatory]
            .into_iter()
            .any(|position| actor.has_position(role, position))
    };
    let may = [Role::Owner, Role::Bidder].into_iter().any(is_post);
    require(may, || Refusal::new(&NOT_ADMINISTRATOR))?;
    grant.organisation.ok_or(Error::Forbidden)
}

impl App {
    /// The keys of the actor's organisation.
    pub async fn keys(&self, actor: &Actor) -> Answer<Keys> {
        let own = market_grant(actor)?.organisation.ok_or(Error::Forbidden)?;
        let may_register = keeps_keys(actor).is_ok();
        self.view(move |db| {
            Ok(Keys {
                keys: key_rows(db, &own)?,
                may_register,
            })
        })
        .await
    }

    /// The agreement on a public key that is to be registered.
    pub async fn agreement(&self, actor: &Actor, public_key: &str) -> Answer<AgreementView> {
        let own = keeps_keys(actor)?;
        let key = parse(public_key, "public_key")?;
        self.view(move |db| {
            let organisation = Organisation::find(db, own.as_str())?.ok_or(Error::NotFound)?;
            shown(&agreement(&organisation, &key), None)
        })
        .await
    }

    /// The agreement under which a key was registered, as it was signed.
    pub async fn signed_agreement(&self, actor: &Actor, id: &Id) -> Answer<AgreementView> {
        let own = market_grant(actor)?.organisation.ok_or(Error::Forbidden)?;
        let id = id.clone();
        self.view(move |db| {
            let key = SigningKey::find(db, id.as_str())?
                .filter(|key| key.organisation_id == own)
                .ok_or(Error::NotFound)?;
            let signed = Agreement::from_bytes(key.agreement.as_bytes())?;
            shown(&signed, Some(key.registered_at))
        })
        .await
    }

    /// Registers a key, with a code of the second factor; what is signed is the agreement on it.
    pub async fn register_key(&self, ask: Ask, public_key: &str, code: Option<&str>) -> Answer<Id> {
        let own = keeps_keys(&ask.actor)?;
        if let Some(done) = self.answered(&ask).await? {
            return Ok(done);
        }
        self.check_factor(&ask.actor, code).await?;
        let key = parse(public_key, "public_key")?;
        let by = Id::from(ask.actor.token());
        self.act(ask, move |tx| {
            let organisation = Organisation::find(tx.db, own.as_str())?.ok_or(Error::NotFound)?;
            let agreement = agreement(&organisation, &key);
            require(tx.signed() == Some(agreement.digest()?), || {
                Refusal::new(&KEY_AGREEMENT).at("digest")
            })?;
            require(signing_key::by_kid(tx.db, &key.kid().to_hex())?.is_none(), || {
                Refusal::new(&KEY_TAKEN).at("public_key")
            })?;
            let text = String::from_utf8(agreement.bytes()?).map_err(|e| Fault::new("agreement", e))?;
            let row = SigningKey {
                id: tx.id(),
                organisation_id: own.clone(),
                public_key: base64_of(&agreement)?,
                kid: key.kid().to_hex(),
                agreement_digest: agreement.digest()?.to_hex(),
                agreement: text,
                registered_by: by,
                registered_at: tx.now,
                retired_at: None,
            };
            tx.insert(&row)?;
            let payload = Payload::object("agreement", &agreement)?;
            tx.record(own.as_str(), Act::SigningKeyRegistered, vec![payload])?;
            Ok(row.id)
        })
        .await
    }

    /// Retires a key: nothing new may be signed with it, and what was signed stays good. What is
    /// signed is the key's name.
    pub async fn retire_key(&self, ask: Ask, id: Id) -> Answer<()> {
        let own = keeps_keys(&ask.actor)?;
        self.act(ask, move |tx| {
            let mut key = SigningKey::find(tx.db, id.as_str())?
                .filter(|key| key.organisation_id == own && key.retired_at.is_none())
                .ok_or(Error::NotFound)?;
            require(tx.signed() == Some(Hash::from_hex(&key.kid)?), || {
                Refusal::new(&KEY_AGREEMENT).at("digest")
            })?;
            key.retired_at = Some(tx.now);
            tx.update(&key)?;
            let facts = serde_json::json!({ "kid": key.kid });
            let payload = Payload::facts("key", "signing.key.retired/1", &facts)?;
            tx.record(own.as_str(), Act::SigningKeyRetired, vec![payload])?;
            Ok(())
        })
        .await
    }
}

fn base64_of(agreement: &Agreement) -> Answer<String> {
    let value = serde_json::to_value(&agreement.key)?;
    let text = value.as_str().ok_or_else(|| Fault::new("key", "not a text"))?;
    Ok(text.to_owned())
}

fn shown(agreement: &Agreement, registered_at: Option<Instant>) -> Answer<AgreementView> {
    Ok(AgreementView {
        name: agreement.name.clone(),
        code: agreement.code.clone(),
        public_key: base64_of(agreement)?,
        kid: agreement.kid.to_hex(),
        clauses: agreement.clauses.clone(),
        digest: agreement.digest()?.to_hex(),
        registered_at,
    })
}
