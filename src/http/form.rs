//! What a form starts from: the input of an act, as its fields would have been typed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::domain::{money::Fen, time::Instant};

/// The fields of a form by name.
pub type Fields = BTreeMap<String, String>;

/// The fields that an input stands for: `x_fen` as `x_yuan`, `x_at` as Beijing time, criteria a line each.
#[must_use]
pub fn fields<T: Serialize>(input: &T) -> Fields {
    let Ok(Value::Object(map)) = serde_json::to_value(input) else {
        return Fields::new();
    };
    map.into_iter().map(|(key, value)| field(key, &value)).collect()
}

fn field(key: String, value: &Value) -> (String, String) {
    let text = match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "true".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(n) => n.to_string(),
        Value::Array(rows) => rows.iter().map(line).collect::<Vec<_>>().join("\n"),
        Value::Object(_) => value.to_string(),
    };
    let n = value.as_i64();
    match (key.strip_suffix("_fen"), n) {
        (Some(stem), n) => {
            let yuan = n.map_or_else(String::new, |n| Fen(n).grouped().replace(',', ""));
            (format!("{stem}_yuan"), yuan)
        }
        (None, Some(ms)) if key.ends_with("_at") => (key, Instant(ms).local().replace(' ', "T")),
        (None, _) => (key, text),
    }
}

/// A row of several texts as one line: `clause|text`.
fn line(row: &Value) -> String {
    match row {
        Value::Object(map) => map
            .values()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join("|"),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            other.as_str().map_or_else(|| other.to_string(), str::to_owned)
        }
    }
}

/// A field as it stands; empty where nothing does.
#[must_use]
pub fn stands(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_input_becomes_what_would_be_typed() {
        let input = json!({
            "name": "一标段", "ceiling_fen": 398_000_000, "closes_at": 1_782_090_000_000_i64, "needs_docs": true,
            "has_balls": false, "n_panel": 5, "agency_code": null,
            "criteria": [{ "clause": "3.1", "text": "有效" }, { "clause": "3.2", "text": "符合" }],
        });
        let fields = fields(&input);
        for (name, text) in [
            ("name", "一标段"),
            ("ceiling_yuan", "3980000.00"),
            ("closes_at", "2026-06-22T09:00"),
            ("needs_docs", "true"),
            ("has_balls", ""),
            ("n_panel", "5"),
            ("agency_code", ""),
            ("criteria", "3.1|有效\n3.2|符合"),
            ("none", ""),
        ] {
            assert_eq!(stands(&fields, name), text, "{name}");
        }
    }
}
