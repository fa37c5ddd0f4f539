//! `src/schema.rs` against the catalogue of the database, and every table against the verifier's
//! lists.

mod checks;

use std::{collections::BTreeSet, env, fs};

use tianping::store::{
    conn::Column,
    verify::{EXEMPT, JOURNAL, SEALED},
};

use super::world::World;

/// What `schema.rs` says of a column, as `Column` of the catalogue says it.
fn declared() -> Vec<(String, String, String, bool)> {
    let text = include_str!("../../src/schema.rs");
    let mut found = Vec::new();
    let mut table = String::new();
    for line in text.lines() {
        if let Some((name, _)) = line.strip_prefix("    ").and_then(|l| l.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((column, kind)) = line.trim().trim_end_matches(',').split_once(" -> ") {
            let (kind, required) = match kind.strip_prefix("Nullable<") {
                Some(inner) => (inner.trim_end_matches('>'), false),
                None => (kind, true),
            };
            let kind = match kind {
                "Text" => "TEXT",
                "BigInt" => "BIGINT",
                "Binary" => "BYTEA",
                "Bool" => "BOOLEAN",
                other => panic!("{other}"),
            };
            found.push((table.clone(), column.to_owned(), kind.to_owned(), required));
        }
    }
    found.sort();
    found
}

/// `schema.rs` as it follows from the catalogue; the key of a new table is `id`.
fn written(columns: &[Column], before: &str) -> String {
    let mut out = format!("{}\n", before.lines().next().unwrap());
    let mut tables: Vec<&str> = columns.iter().map(|c| c.table_name.as_str()).collect();
    tables.dedup();
    for table in &tables {
        let head = format!("    {table} (");
        let known = before.lines().find(|line| line.starts_with(&head));
        let known = known.map_or_else(|| format!("{head}id) {{"), str::to_owned);
        out += &format!("diesel::table! {{\n{known}\n");
        for column in columns.iter().filter(|c| c.table_name == *table) {
            let kind = match column.kind.as_str() {
                "TEXT" => "Text",
                "BIGINT" => "BigInt",
                "BYTEA" => "Binary",
                "BOOLEAN" => "Bool",
                other => panic!("{other}"),
            };
            out += &match column.required {
                1 => format!("        {} -> {kind},\n", column.column_name),
                _ => format!("        {} -> Nullable<{kind}>,\n", column.column_name),
            };
        }
        out += "    }\n}\n\n";
    }
    let names: String = tables.iter().map(|table| format!("    {table},\n")).collect();
    out + &format!("diesel::allow_tables_to_appear_in_same_query!(\n{names});\n")
}

#[actix_web::test]
async fn schema_is_the_catalogue() {
    let world = World::new().await;
    let mut columns = world.app.store.read(|db| db.catalogue()).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema.rs");
    if env::var_os("TIANPING_BLESS").is_some() {
        let text = written(&columns, &fs::read_to_string(path).unwrap());
        fs::write(path, text).unwrap();
    }
    columns.sort();
    let stored: Vec<_> = columns
        .into_iter()
        .map(|c| (c.table_name, c.column_name, c.kind, c.required == 1))
        .collect();
    let mut stored = stored;
    stored.sort();
    assert_eq!(declared(), stored, "TIANPING_BLESS=1 cargo test --test it schema");
    world.end().await;
}

#[actix_web::test]
async fn every_table_is_sealed_or_named_as_exempt() {
    let world = World::new().await;
    let columns = world.app.store.read(|db| db.catalogue()).unwrap();
    let tables: BTreeSet<&str> = columns.iter().map(|c| c.table_name.as_str()).collect();
    let lists = [SEALED, EXEMPT, JOURNAL].concat();
    let listed: BTreeSet<&str> = lists.iter().copied().collect();
    assert_eq!(listed.len(), lists.len(), "a table is in two lists");
    assert_eq!(tables, listed);
    world.end().await;
}
