//! The rule rows in the database: those that came with the program become version 1 at the first start,
//! and the next version when a later program brings others. The database holds all versions, and a lot
//! keeps the one it started under.

use serde::Serialize;

use super::{Answer, App, Ask};
use crate::{
    domain::{
        act::Act,
        bytes::JsonText,
        refusal::{self, Reason},
        rule::{Phase, Rule, RuleVersion, Rules, Unit},
        time::Instant,
    },
    proof::canon::Hash,
    store::{Fault, rule, tx::Payload},
};

/// The chain on which the versions of the rules stand.
const CHAIN: &str = "rules";

/// Imports the rows that came with the program; every start calls this.
pub async fn import(app: &App) -> Answer<()> {
    take(app, &Rules::embedded().map_err(|e| Fault::new("rules", e))?).await
}

/// Makes rows the newest version, unless they are that already.
pub async fn take(app: &App, rules: &Rules) -> Answer<()> {
    let rows = JsonText::of(&rules.rows())?;
    let sha256 = Hash::of(&[rows.0.as_bytes()]).to_hex();
    let newest = app.view(|db| Ok(rule::newest(db)?)).await?;
    if newest.as_ref().is_some_and(|newest| newest.sha256 == sha256) {
        return Ok(());
    }
    app.act(Ask::clock(Act::RulesImported), move |tx| {
        let version = RuleVersion {
            id: tx.id(),
            version: newest.map_or(0, |newest| newest.version) + 1,
            sha256,
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

/// A reason for which the program refuses, with the law it rests on.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReasonRow {
    /// Stable, for programs.
    pub code: &'static str,
    /// The article, order or platform rule.
    pub basis: &'static str,
    /// Whether the attempt itself is journalled.
    pub evidence: bool,
}

impl From<&Reason> for ReasonRow {
    fn from(reason: &Reason) -> Self {
        Self {
            code: reason.code,
            basis: reason.basis,
            evidence: reason.evidence,
        }
    }
}

/// The rules: every figure of law that gates and watches read, and every reason for a refusal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RuleTable {
    /// The version of the rows; a lot keeps the one it started under.
    pub version: i64,
    /// SHA-256 of the rows.
    pub sha256: String,
    /// Since when the version stands, Unix ms.
    #[schema(value_type = i64)]
    pub imported_at: Instant,
    /// The rows.
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Rule>,
    /// The reasons for refusals that rest on law.
    pub reasons: Vec<ReasonRow>,
}

impl RuleTable {
    /// The rows of a part of the procedure.
    #[must_use]
    pub fn of(&self, phase: &Phase) -> Vec<&Rule> {
        self.rows.iter().filter(|rule| rule.stage == *phase).collect()
    }
}

impl Rule {
    /// The figure with thousand marks; nothing where the row is only a fact.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.unit == Unit::None {
            return String::new();
        }
        let digits = self.n.to_string();
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }
}

/// The rules in force, as anybody may read them.
pub async fn table(app: &App) -> Answer<RuleTable> {
    app.view(|db| {
        let version = rule::newest(db)?.ok_or_else(|| Fault::new("rules", "none were imported"))?;
        let rules = version.rules().map_err(|e| Fault::new("rules", e))?;
        Ok(RuleTable {
            version: version.version,
            sha256: version.sha256,
            imported_at: version.imported_at,
            rows: rules.rows().to_vec(),
            reasons: refusal::catalogue().map(ReasonRow::from).collect(),
        })
    })
    .await
}
