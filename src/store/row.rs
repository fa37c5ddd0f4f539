//! A row that an act writes: how it is stored, and its canonical bytes for the journal.

use diesel::QueryResult;
use serde::Serialize;
use serde_json::{Value, json};

use super::Db;
use crate::proof::canon::{self, Checked, Flaw};

/// A struct that is one row of one table; made by [`crate::row!`].
pub trait Row: Serialize + Sized {
    /// The table.
    const TABLE: &'static str;
    /// The primary key.
    fn key(&self) -> &str;
    /// Inserts it; only [`super::Tx`] calls this.
    fn insert_raw(&self, db: &mut Db) -> QueryResult<usize>;
    /// Overwrites it by its key; only [`super::Tx`] calls this.
    fn update_raw(&self, db: &mut Db) -> QueryResult<usize>;
    /// Deletes it by its key; only [`super::Tx`] calls this.
    fn delete_raw(&self, db: &mut Db) -> QueryResult<usize>;
    /// The row with this key.
    fn find(db: &mut Db, key: &str) -> QueryResult<Option<Self>>;
    /// Up to 500 rows with greater keys, in order of key: how the verifier walks a table.
    fn page_after(db: &mut Db, key: &str) -> QueryResult<Vec<Self>>;

    /// The keys of the same rows, which can be read even where a row cannot.
    fn keys_after(db: &mut Db, key: &str) -> QueryResult<Vec<String>>;

    /// CJ of `{"t":"row/1","table":…,"row":{…}}`: what the row's digest is taken over. Columns without a
    /// value are left out, so a nullable column added later changes no digest of before.
    fn canonical(&self) -> Checked<Vec<u8>> {
        let mut row: Value = serde_json::to_value(self).map_err(|e| Flaw::new(e.to_string()))?;
        if let Some(columns) = row.as_object_mut() {
            columns.retain(|_, value| !value.is_null());
        }
        canon::write(&json!({ "t": "row/1", "table": Self::TABLE, "row": row }))
    }
}

/// The label of a row's reference in its act's event.
pub fn label(table: &str, key: &str) -> String {
    format!("row.{table}.{key}")
}

/// Makes a struct the [`Row`] of a table of `schema.rs` whose primary key is `id`.
#[macro_export]
macro_rules! row {
    ($row:ty, $table:ident) => {
        impl $crate::store::Row for $row {
            const TABLE: &'static str = stringify!($table);
            fn key(&self) -> &str {
                self.id.as_ref()
            }
            fn insert_raw(&self, db: &mut $crate::store::Db) -> diesel::QueryResult<usize> {
                use diesel::RunQueryDsl as _;
                diesel::insert_into($crate::schema::$table::table)
                    .values(self)
                    .execute(db)
            }
            fn update_raw(&self, db: &mut $crate::store::Db) -> diesel::QueryResult<usize> {
                use diesel::{QueryDsl as _, RunQueryDsl as _};
                diesel::update($crate::schema::$table::table.find(&self.id))
                    .set(self)
                    .execute(db)
            }
            fn delete_raw(&self, db: &mut $crate::store::Db) -> diesel::QueryResult<usize> {
                use diesel::{QueryDsl as _, RunQueryDsl as _};
                diesel::delete($crate::schema::$table::table.find(&self.id)).execute(db)
            }
            fn find(db: &mut $crate::store::Db, key: &str) -> diesel::QueryResult<Option<Self>> {
                use diesel::{
                    OptionalExtension as _, QueryDsl as _, RunQueryDsl as _, SelectableHelper as _,
                };
                $crate::schema::$table::table
                    .find(key)
                    .select(Self::as_select())
                    .get_result(db)
                    .optional()
            }
            fn keys_after(db: &mut $crate::store::Db, key: &str) -> diesel::QueryResult<Vec<String>> {
                use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
                $crate::schema::$table::table
                    .filter($crate::schema::$table::id.gt(key))
                    .order($crate::schema::$table::id)
                    .limit(500)
                    .select($crate::schema::$table::id)
                    .load(db)
            }
            fn page_after(db: &mut $crate::store::Db, key: &str) -> diesel::QueryResult<Vec<Self>> {
                use diesel::{
                    ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _, SelectableHelper as _,
                };
                $crate::schema::$table::table
                    .filter($crate::schema::$table::id.gt(key))
                    .order($crate::schema::$table::id)
                    .limit(500)
                    .select(Self::as_select())
                    .load(db)
            }
        }
    };
}

/// The bytes that stand for a deleted row.
pub fn tombstone(table: &str, key: &str) -> Vec<u8> {
    format!("deleted {table} {key}").into_bytes()
}
