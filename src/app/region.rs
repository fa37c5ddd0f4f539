//! Regions and specialties, imported by the committee: bad lines are listed, the rest is taken.

use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

use super::{
    Answer, App, Ask,
    import::{BadLine, Imported, Table, table},
};
use crate::{
    domain::{
        act::Act,
        refusal::{Lawful, Refusal, account::CODE_PARENT},
        region::{Places, Region, Specialty},
    },
    store::{Row, Tx, region, tx::Payload},
};

/// A code and its name.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CodeRow {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The code above; of specialties only.
    pub parent: Option<String>,
}

/// A page of codes, and what the last import did.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Codes {
    /// The codes, in order.
    pub rows: Vec<CodeRow>,
    /// `region` or `specialty`.
    pub kind: &'static str,
    /// The heading of the file.
    pub heading: &'static str,
    /// What an import did just now.
    pub imported: Option<Imported>,
}

/// The names of regions and specialties as last read, for the pages of this process. Other
/// processes' imports are seen when the worker reads them again.
#[derive(Default)]
pub struct Gazetteer(RwLock<Arc<Places>>);

impl App {
    /// The names behind the codes.
    #[must_use]
    pub fn places(&self) -> Arc<Places> {
        Arc::clone(&self.gazetteer.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the names again.
    pub async fn learn_places(&self) -> Answer<()> {
        let places = self
            .view(|db| Ok(Places::of(region::all(db)?, region::specialties(db)?)))
            .await?;
        *self.gazetteer.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(places);
        Ok(())
    }

    /// Every region.
    pub async fn regions(&self, imported: Option<Imported>) -> Answer<Codes> {
        self.view(move |db| {
            let row = |region: Region| CodeRow {
                code: region.id.0,
                name: region.name,
                parent: None,
            };
            Ok(Codes {
                rows: region::all(db)?.into_iter().map(row).collect(),
                kind: "region",
                heading: "code,name",
                imported,
            })
        })
        .await
    }

    /// Every specialty.
    pub async fn specialties(&self, imported: Option<Imported>) -> Answer<Codes> {
        self.view(move |db| {
            let row = |specialty: Specialty| CodeRow {
                code: specialty.id.0,
                name: specialty.name,
                parent: specialty.parent_id.map(|id| id.0),
            };
            Ok(Codes {
                rows: region::specialties(db)?.into_iter().map(row).collect(),
                kind: "specialty",
                heading: "code,name,parent",
                imported,
            })
        })
        .await
    }

    /// Imports regions, `code,name`.
    pub async fn import_regions(&self, ask: Ask, csv: &str) -> Answer<Imported> {
        let table = table(csv, &["code", "name"])?;
        let (rows, bad) = read(table, |cells| match cells {
            [code, name] => Region::parse(code, name),
            _ => Region::parse("", ""),
        });
        let done = self
            .act(ask, move |tx| {
                let mut done = Imported {
                    bad,
                    ..Imported::default()
                };
                for (_, row) in rows {
                    save(tx, &row, &mut done)?;
                }
                recorded(tx, "region", done)
            })
            .await?;
        self.learn_places().await?;
        Ok(done)
    }

    /// Imports specialties, `code,name,parent`; a parent stands in the database or on an earlier line.
    pub async fn import_specialties(&self, ask: Ask, csv: &str) -> Answer<Imported> {
        let table = table(csv, &["code", "name", "parent"])?;
        let (rows, bad) = read(table, |cells| match cells {
            [code, name, parent] => Specialty::parse(code, name, parent),
            _ => Specialty::parse("", "", ""),
        });
        let done = self
            .act(ask, move |tx| {
                let mut done = Imported {
                    bad,
                    ..Imported::default()
                };
                for (line, row) in rows {
                    if let Some(parent) = &row.parent_id
                        && Specialty::find(tx.db, parent.as_str())?.is_none()
                    {
                        let refusal = Refusal::new(&CODE_PARENT).fact("given", parent).at("parent");
                        done.bad.push(BadLine::new(line, &refusal));
                        continue;
                    }
                    save(tx, &row, &mut done)?;
                }
                recorded(tx, "specialty", done)
            })
            .await?;
        self.learn_places().await?;
        Ok(done)
    }
}

/// The lines that are rows, with their numbers, and all that are not.
fn read<R>(table: Table, parse: impl Fn(&[String]) -> Lawful<R>) -> (Vec<(u64, R)>, Vec<BadLine>) {
    let mut rows = Vec::new();
    let mut bad = table.bad;
    for (line, cells) in table.lines {
        match parse(&cells) {
            Ok(row) => rows.push((line, row)),
            Err(refusal) => bad.push(BadLine::new(line, &refusal)),
        }
    }
    (rows, bad)
}

/// Saves a row that is new or says something else than before.
fn save<R: Row + PartialEq>(tx: &mut Tx<'_>, row: &R, done: &mut Imported) -> Answer<()> {
    match R::find(tx.db, row.key())? {
        Some(known) if known == *row => {
            done.n_known += 1;
            return Ok(());
        }
        Some(_) => tx.update(row)?,
        None => tx.insert(row)?,
    }
    done.n_taken += 1;
    Ok(())
}

fn recorded(tx: &mut Tx<'_>, kind: &str, mut done: Imported) -> Answer<Imported> {
    done.bad.sort_by_key(|bad| bad.line);
    let facts = serde_json::json!({ "kind": kind, "taken": done.n_taken, "bad": done.bad.len() });
    let payload = Payload::facts("import", "codes.imported/1", &facts)?;
    tx.record(&format!("codes.{kind}"), Act::CodesImported, vec![payload])?;
    Ok(done)
}
