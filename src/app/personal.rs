//! Personal data (identity numbers, phones): encrypted at rest, masked in lists, and every read of
//! it by staff recorded on the reader's own chain.
//!
//! Never: a whole number in a list, in an event or in a log.

use serde::Serialize;

use super::{Answer, App, Ask};
use crate::{
    domain::{act::Act, actor::Actor, bytes::Bytes, code::masked, id::Id},
    store::{Fault, tx::Payload},
};

/// A read of sealed or personal data, as the trail keeps it.
#[derive(Debug, Clone, Serialize)]
pub struct Read {
    /// The table read.
    pub table: &'static str,
    /// Its row.
    pub row: Id,
    /// The column, or what of it was seen.
    pub field: &'static str,
    /// Why, as the reader said.
    pub reason: String,
}

impl App {
    /// Encrypts a text for a column of a row.
    pub fn seal_text(&self, column: &str, row: &Id, plain: &str) -> Result<Bytes, Fault> {
        let sealed = self
            .secrets
            .seal(&self.entropy, &format!("{column} {row}"), plain.as_bytes())?;
        Ok(Bytes(sealed))
    }

    /// Decrypts what [`App::seal_text`] made for the same column and row. Who shows it whole to staff
    /// calls [`App::record_read`] first.
    pub fn open_text(&self, column: &str, row: &Id, sealed: &Bytes) -> Result<String, Fault> {
        let plain = self.secrets.open_sealed(&format!("{column} {row}"), &sealed.0)?;
        String::from_utf8(plain).map_err(|e| Fault::new("personal data", e))
    }

    /// The form for lists: the first three and the last four characters; empty when there is none.
    pub fn masked(&self, column: &str, row: &Id, sealed: Option<&Bytes>) -> Result<String, Fault> {
        let Some(sealed) = sealed else {
            return Ok(String::new());
        };
        Ok(masked(&self.open_text(column, row, sealed)?, 3, 4))
    }

    /// Records that somebody of the staff reads sealed or personal data; refused to other roles, and
    /// what is refused is not shown.
    pub async fn record_read(&self, actor: &Actor, read: Read) -> Answer<()> {
        let chain = actor.token().to_owned();
        self.act(Ask::new(actor.clone(), Act::SealedRead), move |tx| {
            let payload = Payload::facts("read", "sealed.read/1", &read)?;
            tx.record(&chain, Act::SealedRead, vec![payload])?;
            Ok(())
        })
        .await
    }
}
