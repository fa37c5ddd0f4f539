//! The rule rows in the database: imported as version 1 at the first start; from then on the
//! database holds the versions, and a lot keeps the one it started under.

use super::{Answer, App, Ask};
use crate::{
    domain::{
        act::Act,
        bytes::JsonText,
        rule::{RuleVersion, Rules},
    },
    proof::canon::Hash,
    store::{Fault, rule, tx::Payload},
};

/// The chain on which the versions of the rules stand.
const CHAIN: &str = "rules";

/// Imports the rows that came with the program, if the database has none; every start calls this.
pub async fn import(app: &App) -> Answer<()> {
    if app.view(|db| Ok(rule::newest(db)?)).await?.is_some() {
        return Ok(());
    }
    let rules = Rules::embedded().map_err(|e| Fault::new("rules", e))?;
    let rows = JsonText::of(&rules.rows())?;
    app.act(Ask::clock(Act::RulesImported), move |tx| {
        let version = RuleVersion {
            id: tx.id(),
            version: 1,
            sha256: Hash::of(&[rows.0.as_bytes()]).to_hex(),
            rows,
            imported_at: tx.now,
        };
        tx.insert(&version)?;
        let facts = serde_json::json!({ "version": version.version, "sha256": version.sha256 });
        let payload = Payload::facts("rules", "rules.imported/1", &facts)?;
        tx.record(CHAIN, Act::RulesImported, vec![payload])?;
        Ok(())
    })
    .await
}
