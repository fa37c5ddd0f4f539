//! The PostgreSQL that the suite is told to use: a schema of its own for every world.

use tianping::store::Db;

/// A schema of its own on the PostgreSQL that the suite is told to use.
pub fn schema_in(dir: &std::path::Path) -> Option<(String, String)> {
    use diesel::connection::SimpleConnection as _;
    let base = std::env::var("TIANPING_TEST_PG").ok()?;
    let name: String = dir
        .file_name()?
        .to_str()?
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let schema = format!("w{}{}", std::process::id(), name.to_lowercase());
    let mut db = Db::open(&base).unwrap();
    db.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    Some((base, schema))
}

/// The address of a database with the schema in it.
pub fn address(base: &str, schema: &str) -> String {
    let mark = if base.contains('?') { '&' } else { '?' };
    format!("{base}{mark}options=-csearch_path%3D{schema}")
}
