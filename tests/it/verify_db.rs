//! Every row of every table that somebody edits, inserts or deletes behind the program's back is
//! named by `verify db`, the tables of the journal included.
//!
//! The attacker writes to the database itself: he takes off constraints and triggers first.

use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_types::Text};
use serde_json::json;
use tianping::{
    app::verify::{Scope, database},
    domain::{act::Act, actor::Role, id::Id, region::Region},
    entropy::Entropy,
    store::{
        Db, Row, Tx,
        conn::Column,
        tx::Payload,
        verify::{EXEMPT, Report},
    },
};

use super::world::World;

/// Seals a row that is there already, whatever its table.
macro_rules! seal {
    ($($row:ty,)+) => {
        fn seal(tx: &mut Tx<'_>, table: &str, key: &str) {
            $(if table == <$row as Row>::TABLE {
                let row = <$row as Row>::find(tx.db, key).unwrap().expect(table);
                return tx.update(&row).unwrap();
            })+
            panic!("{table}");
        }
    };
}
tianping::sealed_rows!(seal);

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    v: String,
}

/// Somebody with the password of the database.
struct Attacker<'a> {
    world: &'a World,
    db: Db,
    columns: BTreeMap<String, Vec<Column>>,
}

impl<'a> Attacker<'a> {
    fn new(world: &'a World) -> Self {
        let mut db = Db::open(&world.app.config.database).unwrap();
        if is_pg(&db) {
            let constraints = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %s', conrelid::regclass, quote_ident(conname)) AS v \
                FROM pg_constraint WHERE contype IN ('f', 'c') AND connamespace = current_schema()::regnamespace";
            for value in diesel::sql_query(constraints).load::<Value>(&mut db).unwrap() {
                db.batch_execute(&value.v).unwrap();
            }
            db.batch_execute("DROP TRIGGER log_entry_append_only ON log_entry")
                .unwrap();
        } else {
            db.batch_execute(
                "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; \
                 DROP TRIGGER log_entry_no_update; DROP TRIGGER log_entry_no_delete",
            )
            .unwrap();
        }
        let mut columns: BTreeMap<String, Vec<Column>> = BTreeMap::new();
        for column in db.catalogue().unwrap() {
            columns.entry(column.table_name.clone()).or_default().push(column);
        }
        columns.retain(|table, _| !EXEMPT.contains(&table.as_str()));
        Self { world, db, columns }
    }

    fn run(&mut self, sql: &str) {
        self.db
            .batch_execute(sql)
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    fn one(&mut self, sql: &str) -> Option<String> {
        let mut found = diesel::sql_query(sql).load::<Value>(&mut self.db).unwrap();
        found.pop().map(|value| value.v)
    }

    fn verify(&self) -> Report {
        database(&self.world.app.config, Scope::Tables, &mut |_, _, _| {}).unwrap()
    }

    /// The primary key as an expression, and a condition that finds one row by it.
    fn key(table: &str) -> &'static [&'static str] {
        match table {
            "event" | "row_list" => &["c"],
            "payload" => &["h"],
            "log_entry" => &["pos"],
            "log_tile" => &["level", "n"],
            "tick" => &["size"],
            _ => &["id"],
        }
    }

    fn key_sql(table: &str) -> String {
        let parts: Vec<String> = Self::key(table)
            .iter()
            .map(|column| format!("CAST({column} AS TEXT)"))
            .collect();
        parts.join(" || '/' || ")
    }

    /// The id of a row of a table: a late one, so that the journal goes on after what it seals.
    fn some_row(&mut self, table: &str) -> Option<String> {
        let key = Self::key_sql(table);
        self.one(&format!("SELECT {key} AS v FROM {table} ORDER BY 1 LIMIT 1"))
    }

    /// Every table as it was.
    fn restore(&mut self, table: &str) {
        self.run(&format!(
            "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}"
        ));
    }

    fn keep(&mut self, table: &str) {
        self.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
    }

    /// Does something to a table, and checks that a row of it is named, by the id before or after.
    fn plant(&mut self, table: &str, what: &str, sql: &str, ids: &[&str]) {
        self.keep(table);
        self.run(sql);
        let report = self.verify();
        let named = |id: &&str| report.findings.iter().any(|f| f.table == table && f.id == **id);
        assert!(
            ids.iter().any(named),
            "{table}: {what} of {ids:?}: {:#?}",
            report.findings
        );
        self.restore(table);
    }

    fn literal(&self, kind: &str) -> &'static str {
        match kind {
            "TEXT" => "'x'",
            "BIGINT" => "1",
            "BOOLEAN" => "FALSE",
            "BYTEA" if is_pg(&self.db) => "'\\x01'::bytea",
            "BYTEA" => "x'01'",
            other => panic!("{other}"),
        }
    }

    fn changed(&self, column: &Column) -> String {
        let name = &column.column_name;
        match column.kind.as_str() {
            "TEXT" => format!("COALESCE({name}, '') || 'x'"),
            "BIGINT" => format!("COALESCE({name}, 0) + 100000"),
            "BOOLEAN" => format!("NOT COALESCE({name}, FALSE)"),
            _ if is_pg(&self.db) => "'\\x02'::bytea".to_owned(),
            _ => "x'02'".to_owned(),
        }
    }
}

fn is_pg(db: &Db) -> bool {
    matches!(db, Db::Pg(_))
}

/// What may stand in columns that no CHECK describes, since they grow with the procedures.
const WORDS: &[(&str, &str, &str)] = &[
    ("announcement", "kind", "notice"),
    ("consent", "matter", "voiding"),
    ("draw", "purpose", "expert"),
    ("duty", "kind", "give_right"),
    ("exclusion", "cause", "rejected"),
    ("lot", "stage", "draft"),
    (
        "lot",
        "method",
        r#"{"method":"reasonable_price_draw","provisional_fen":0,"specialist_fen":0,"k_min":100,"k_max":600,"k_step":1,"award_price":"own_bid","has_balls":false}"#,
    ),
    ("minutes_signature", "role", "owner"),
    ("objection", "kind", "documents"),
    ("session_attendance", "role", "owner"),
];

/// The first word that a CHECK of the migrations allows in a column, or one that its enum has.
fn word(table: &str, column: &str) -> Option<String> {
    if let Some((.., word)) = WORDS.iter().find(|(t, c, _)| (*t, *c) == (table, column)) {
        return Some((*word).to_owned());
    }
    let sql = migrations();
    let (_, rest) = sql.split_once(&format!("CREATE TABLE {table} ("))?;
    let body = rest.split("\n);").next()?;
    let (_, list) = body.split_once(&format!("({column} IN ("))?;
    Some(list.split('\'').nth(1)?.to_owned())
}

fn migrations() -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let folders = std::fs::read_dir(root).unwrap();
    folders
        .map(|folder| std::fs::read_to_string(folder.unwrap().path().join("up.sql")).unwrap())
        .collect()
}

/// An act by hand on a connection that has no constraints any more.
fn act(attacker: &mut Attacker<'_>, body: impl FnOnce(&mut Tx<'_>)) {
    let entropy = Entropy::system();
    let now = attacker.world.now();
    attacker.db.begin().unwrap();
    let mut tx = Tx::new(&mut attacker.db, now, &entropy, "test");
    body(&mut tx);
    let facts = json!({ "by": "test" });
    let payload = Payload::facts("test", "test.act/1", &facts).unwrap();
    tx.record("test", Act::SealedRead, vec![payload]).unwrap();
    tx.finish().unwrap();
    attacker.db.commit().unwrap();
}

/// Puts a sealed row into every table that has none, and a list of rows into the journal.
fn populate(attacker: &mut Attacker<'_>) {
    let tables: Vec<(String, Vec<Column>)> = attacker.columns.clone().into_iter().collect();
    for (table, columns) in tables {
        let is_journal = tianping::store::verify::JOURNAL.contains(&table.as_str());
        if is_journal || attacker.some_row(&table).is_some() {
            continue;
        }
        let needed: Vec<&Column> = columns.iter().filter(|c| c.required == 1).collect();
        let names: Vec<&str> = needed.iter().map(|c| c.column_name.as_str()).collect();
        let values: Vec<String> = needed
            .iter()
            .map(|c| match word(&table, &c.column_name) {
                Some(word) => format!("'{word}'"),
                None => attacker.literal(&c.kind).to_owned(),
            })
            .collect();
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        act(attacker, |tx| {
            tx.db.batch_execute(&sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
            seal(tx, &table, "x");
        });
    }
    act(attacker, |tx| {
        for i in 0..600 {
            let region = Region {
                id: Id(format!("{i:06}")),
                name: "somewhere".into(),
            };
            tx.insert(&region).unwrap();
        }
    });
}

async fn populated(world: &World) -> Attacker<'_> {
    world.person("甲", Role::Owner, Some("甲公司")).await;
    let mut attacker = Attacker::new(world);
    populate(&mut attacker);
    world.app.tick_log().await.unwrap();
    act(&mut attacker, |_| {});
    world.app.tick_log().await.unwrap();
    let clean = attacker.verify();
    assert!(clean.findings.is_empty(), "{:#?}", clean.findings);
    attacker
}

#[actix_web::test]
async fn every_edit_is_named() {
    let world = World::new().await;
    let mut attacker = populated(&world).await;
    for (table, columns) in attacker.columns.clone() {
        let id = attacker.some_row(&table).expect(&table);
        let key = Attacker::key_sql(&table);
        for column in &columns {
            let name = &column.column_name;
            let changed = attacker.changed(column);
            let after = attacker
                .one(&format!("SELECT {} AS v FROM {table} WHERE {key} = '{id}'", {
                    let parts = Attacker::key(&table).iter().map(|part| {
                        let value = if part == name { changed.as_str() } else { part };
                        format!("CAST({value} AS TEXT)")
                    });
                    parts.collect::<Vec<_>>().join(" || '/' || ")
                }))
                .unwrap();
            let sql = format!("UPDATE {table} SET {name} = {changed} WHERE {key} = '{id}'");
            attacker.plant(&table, name, &sql, &[&id, &after]);
        }
    }
    drop(attacker);
    world.end().await;
}

#[actix_web::test]
async fn every_deletion_and_insertion_is_named() {
    let world = World::new().await;
    let mut attacker = populated(&world).await;
    for (table, columns) in attacker.columns.clone() {
        let id = attacker.some_row(&table).expect(&table);
        let key = Attacker::key_sql(&table);
        attacker.plant(
            &table,
            "deletion",
            &format!("DELETE FROM {table} WHERE {key} = '{id}'"),
            &[&id],
        );
        // a copy under another key and other unique values
        let unique = |c: &Column| {
            let is_key = Attacker::key(&table).contains(&c.column_name.as_str());
            is_key || is_unique(&table, &c.column_name)
        };
        let copy: Vec<String> = columns
            .iter()
            .map(|c| {
                if unique(c) {
                    attacker.changed(c)
                } else {
                    c.column_name.clone()
                }
            })
            .collect();
        let new = {
            let parts = Attacker::key(&table).iter().map(|part| {
                let column = columns.iter().find(|c| c.column_name == *part).unwrap();
                format!("CAST({} AS TEXT)", attacker.changed(column))
            });
            let parts = parts.collect::<Vec<_>>().join(" || '/' || ");
            attacker
                .one(&format!("SELECT {parts} AS v FROM {table} WHERE {key} = '{id}'"))
                .unwrap()
        };
        let sql = format!(
            "INSERT INTO {table} SELECT {} FROM {table} WHERE {key} = '{id}'",
            copy.join(", ")
        );
        attacker.plant(&table, "insertion", &sql, &[&new]);
    }
    drop(attacker);
    world.end().await;
}

/// Whether the migrations say that no two rows may have the same value there.
fn is_unique(table: &str, column: &str) -> bool {
    let sql = migrations();
    let (_, rest) = sql.split_once(&format!("CREATE TABLE {table} (")).unwrap();
    let body = rest.split("\n);").next().unwrap();
    let on = format!(" ON {table} (");
    let indexed = sql.lines().any(|line| {
        let list = line
            .split_once(&on)
            .map_or("", |(_, list)| list.split(')').next().unwrap_or_default());
        line.starts_with("CREATE UNIQUE INDEX") && list.split(", ").any(|name| name == column)
    });
    indexed
        || body.lines().any(|line| {
            let line = line.trim();
            let own = line.starts_with(&format!("{column} ")) && line.contains("UNIQUE");
            let joint = line.strip_prefix("UNIQUE (").is_some_and(|list| {
                let list = list.split(')').next().unwrap_or_default();
                list.split(", ").any(|name| name == column)
            });
            own || joint
        })
}

#[actix_web::test]
async fn a_row_rolled_back_with_its_seal_is_named() {
    let world = World::new().await;
    let mut attacker = populated(&world).await;
    attacker.keep("region");
    attacker.keep("row_seal");
    world.later(60_000).await;
    act(&mut attacker, |tx| {
        let mut region = Region::find(tx.db, "x").unwrap().unwrap();
        region.name = "elsewhere".into();
        tx.update(&region).unwrap();
    });
    world.app.tick_log().await.unwrap();
    assert!(attacker.verify().findings.is_empty());
    for table in ["region", "row_seal"] {
        attacker.run(&format!("ALTER TABLE kept_{table} RENAME TO old_{table}"));
        attacker.keep(table);
        attacker.run(&format!(
            "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table}"
        ));
    }
    let report = attacker.verify();
    let named: Vec<(&str, &str)> = report
        .findings
        .iter()
        .map(|f| (f.table.as_str(), f.id.as_str()))
        .collect();
    assert_eq!(named, [("region", "x"), ("row_seal", "row.region.x")]);
    for table in ["region", "row_seal"] {
        attacker.restore(table);
        attacker.run(&format!("DROP TABLE old_{table}"));
    }
    drop(attacker);
    world.end().await;
}

#[actix_web::test]
async fn a_row_deleted_by_an_act_is_no_finding() {
    let world = World::new().await;
    let mut attacker = populated(&world).await;
    act(&mut attacker, |tx| {
        let region = Region::find(tx.db, "x").unwrap().unwrap();
        tx.delete(&region).unwrap();
    });
    assert!(attacker.verify().findings.is_empty());
    drop(attacker);
    world.end().await;
}
