//! The releases and shares of `keyset.json`.

use serde_json::Value;
use tianping::proof::canon::{Hash, Object as _};
use tianping::proof::release::Opening;
use tianping::proof::sig::Signed;

use super::json;
use super::keyset::{pack, parties, policy};

fn signed(list: &Value) -> Vec<Signed> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|x| Signed::from_value(x).unwrap())
        .collect()
}

#[test]
fn releases_open_every_layer_or_name_the_one_missing() {
    let vectors = &json("keyset.json")["releases"];
    let (parties, policy) = (parties(), policy());
    let keys = pack("price.keyset").open(&parties, &policy).unwrap();
    let event = Hash::from_hex(vectors["for"].as_str().unwrap()).unwrap();
    let opening = Opening {
        keys: &keys,
        event,
        parties: &parties,
    };
    for (name, list) in vectors["accept"].as_object().unwrap() {
        let found = opening
            .identities(&signed(list))
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        let found: Vec<String> = found.iter().map(|i| i.to_text().unwrap().to_string()).collect();
        assert_eq!(Value::from(found), vectors["identities"], "{name}");
    }
    for (name, list) in vectors["reject"].as_object().unwrap() {
        assert!(opening.identities(&signed(list)).is_err(), "opened {name}");
    }
}
