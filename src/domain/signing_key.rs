//! Signing keys of organisations, and the agreement on their use (约定书).
//!
//! In: a public key and who registers it for whom. Out: the row, and the agreement that is signed
//! with it. Never: a secret key; a key of two organisations; a key dropped from the list.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    account::Organisation,
    id::Id,
    refusal::{Lawful, Refusal, account::KEY_FORM},
    time::Instant,
};
use crate::{
    proof::{
        canon::{Base64, Checked, Flaw, Object},
        sig::PublicKey,
    },
    schema::signing_key,
};

/// A key with which an organisation signs its submissions.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = signing_key, treat_none_as_null = true)]
pub struct SigningKey {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub organisation_id: Id,
    /// The 32 bytes of the Ed25519 public key, base64.
    pub public_key: String,
    /// SHA-256 of the key, hex64: its name in `sig/1`.
    pub kid: String,
    /// SHA-256 of the agreement, hex64.
    pub agreement_digest: String,
    /// The agreement, canonical JSON.
    pub agreement: String,
    /// The person who registered it.
    pub registered_by: Id,
    /// When.
    pub registered_at: Instant,
    /// Since when nothing new may be signed with it.
    pub retired_at: Option<Instant>,
}

impl SigningKey {
    /// The key, for checking signatures.
    ///
    /// # Errors
    /// A row that was not written by this program.
    pub fn public(&self) -> Checked<PublicKey> {
        let text = serde_json::Value::String(self.public_key.clone());
        let bytes: Base64 = serde_json::from_value(text).map_err(|e| Flaw::new(e.to_string()))?;
        PublicKey::from_slice(&bytes.0)
    }

    /// Whether something may be signed with it at an instant.
    #[must_use]
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.registered_at <= now && self.retired_at.is_none_or(|at| at > now)
    }
}

/// Reads a public key as the page and `tianping seal` give it: base64 of 32 bytes.
///
/// # Errors
/// `signing_key.form` at the field.
pub fn parse(text: &str, field: &str) -> Lawful<PublicKey> {
    let value = serde_json::Value::String(text.trim().to_owned());
    serde_json::from_value::<Base64>(value)
        .ok()
        .and_then(|bytes| PublicKey::from_slice(&bytes.0).ok())
        .ok_or_else(|| Refusal::new(&KEY_FORM).at(field))
}

/// `key.agreement/1`: what an organisation agrees to when it registers a key; printed and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The organisation's credit code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The public key.
    pub key: Base64,
    /// SHA-256 of it.
    pub kid: crate::proof::canon::Hash,
    /// The clauses, in Chinese, which is the language that binds.
    pub clauses: Vec<String>,
}

impl Object for Agreement {
    const T: &'static str = "key.agreement/1";
}

impl Agreement {
    /// The agreement of an organisation on a key.
    #[must_use]
    pub fn new(organisation: &Organisation, key: &PublicKey, clauses: Vec<String>) -> Self {
        Self {
            code: organisation.code.clone(),
            name: organisation.name.clone(),
            key: Base64(key.as_bytes().to_vec()),
            kid: key.kid(),
            clauses,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::sig::SecretKey;

    #[test]
    fn keys_are_points_that_can_sign() {
        let public = SecretKey::from_seed(&[7; 32]).public();
        let text = serde_json::to_value(Base64(public.as_bytes().to_vec())).unwrap();
        let text = text.as_str().unwrap();
        assert_eq!(parse(&format!(" {text} "), "public_key").unwrap(), public);
        let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        for bad in ["", "x", &text[..40], zero] {
            let refusal = parse(bad, "public_key").unwrap_err();
            assert_eq!(
                (refusal.reason.code, refusal.field.as_deref()),
                ("signing_key.form", Some("public_key"))
            );
        }
    }
}
