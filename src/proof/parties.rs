//! `parties.json`: who holds which duty, with which organisation, key and box.
//!
//! In: the file, obtained out of band. Out: the key and the box of a duty. Never: a key or box from
//! anywhere else, a duty listed twice, a box that could not be encrypted to.

use serde::{Deserialize, Serialize};

use super::{
    canon::{Checked, Flaw, Object, Token, ascends, ensure},
    envelope::Recipient,
    note::{KeyType, Vkey},
    sig::PublicKey,
};

/// `parties/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    /// Strictly ascending by duty.
    pub parties: Vec<Party>,
}

/// One duty and who has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// `op`, `sup`, `upper`, `ten`, `agency` or another.
    pub duty: Token,
    /// The credit code of the organisation.
    pub org: String,
    /// Of type 0x01; a duty that signs has one.
    pub key: Option<Vkey>,
    /// What shares are encrypted to; a custodian has one.
    #[serde(rename = "box")]
    pub inbox: Option<Recipient>,
}

impl Object for Parties {
    const T: &'static str = "parties/1";

    fn check(&self) -> Checked<()> {
        ensure(
            ascends(self.parties.iter().map(|p| &p.duty)),
            "duties do not ascend",
        )?;
        for party in &self.parties {
            ensure(
                is_duty(party.duty.as_str()),
                format_args!("not a duty: {}", party.duty),
            )?;
            let signs = party.key.as_ref().is_none_or(|k| k.kind() == KeyType::Ed25519);
            ensure(signs, "a key that is not of type 0x01")?;
        }
        Ok(())
    }
}

impl Parties {
    /// The party with a duty.
    ///
    /// # Errors
    /// Nobody has it.
    pub fn party(&self, duty: &str) -> Checked<&Party> {
        self.parties
            .iter()
            .find(|p| p.duty.as_str() == duty)
            .ok_or_else(|| Flaw::new(format!("parties: nobody is {duty:?}")))
    }

    /// The organisation of a duty.
    ///
    /// # Errors
    /// Nobody has the duty.
    pub fn org(&self, duty: &str) -> Checked<&str> {
        Ok(&self.party(duty)?.org)
    }

    /// The key a duty signs with.
    ///
    /// # Errors
    /// Nobody has the duty, or it has no key.
    pub fn key(&self, duty: &str) -> Checked<PublicKey> {
        let key = self.party(duty)?.key.as_ref();
        let key = key.ok_or_else(|| Flaw::new(format!("parties: {duty} has no key")))?;
        Ok(*key.key())
    }

    /// The box in which a custodian gets its shares.
    ///
    /// # Errors
    /// Nobody has the duty, or it has no box.
    pub fn inbox(&self, duty: &str) -> Checked<Recipient> {
        let inbox = self.party(duty)?.inbox;
        inbox.ok_or_else(|| Flaw::new(format!("parties: {duty} has no box")))
    }
}

/// `[a-z][a-z0-9-]{0,15}`.
#[must_use]
pub fn is_duty(text: &str) -> bool {
    let head = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    let tail = text
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    head && tail && text.len() <= 16
}
