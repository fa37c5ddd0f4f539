//! Every vector of `tests/vectors`, accepted and refused as it says.

pub mod attempts;
pub mod bid;
pub mod browser;
pub mod bundle;
pub mod canary;
pub mod canon;
pub mod ceremony;
pub mod coalition;
pub mod draw;
pub mod envelope;
pub mod escrow;
pub mod judge;
pub mod keyset;
pub mod log;
pub mod merkle;
pub mod package;
pub mod parties;
pub mod release;
pub mod seal;
pub mod sig;
pub mod tender;
pub mod tick;

use serde_json::Value;

/// The bytes of a file of `tests/vectors`.
pub fn bytes(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A vector file as JSON.
pub fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

/// Sets the value at a JSON path such as `["layers", 0, "duty"]`, as `reject_edits_path_value` says.
pub fn set(target: &mut Value, path: &Value, new: Value) {
    let mut at = target;
    for step in path.as_array().unwrap() {
        at = match step {
            Value::String(key) => &mut at[key.as_str()],
            Value::Number(i) => &mut at[usize::try_from(i.as_u64().unwrap()).unwrap()],
            other => panic!("not a step: {other}"),
        };
    }
    *at = new;
}
