//! `parties.json` and what is refused as such.

use serde_json::Value;
use tianping::proof::{
    canon::{Hash, Object},
    parties::Parties,
    sig::SecretKey,
};

use super::{bytes, json};

#[test]
fn keys_and_boxes_come_from_the_file() {
    let file = bytes("parties.json");
    let parties = Parties::from_bytes(&file).unwrap();
    let vectors = json("keyset.json");
    assert_eq!(vectors["parties_sha256"], Hash::of(&[&file]).to_hex());
    for (duty, seed) in vectors["party_seeds"].as_object().unwrap() {
        let seed = Hash::from_hex(seed.as_str().unwrap()).unwrap();
        if duty == "agency" {
            assert!(parties.key(duty).is_err() && parties.inbox(duty).is_err());
        } else {
            assert_eq!(parties.key(duty).unwrap(), SecretKey::from_seed(&seed.0).public());
        }
    }
    assert!(parties.inbox("upper").is_ok() && parties.inbox("ten").is_err());
    assert_eq!(parties.org("op").unwrap(), "12330000470000001A");
    assert!(parties.party("court").is_err());
}

#[test]
fn bad_files_are_refused() {
    for (name, file) in json("keyset.json")["reject_parties"].as_object().unwrap() {
        let file = file.as_str().unwrap().as_bytes();
        assert!(Parties::from_bytes(file).is_err(), "accepted: {name}");
    }
}

#[test]
fn duties_have_their_own_alphabet() {
    let mut value: Value = serde_json::from_slice(&bytes("parties.json")).unwrap();
    value["parties"][4]["duty"] = "upper-two".into();
    assert!(Parties::from_value(&value).is_ok());
    for duty in ["Upper", "upper.x", "u2345678901234567"] {
        value["parties"][4]["duty"] = duty.into();
        assert!(Parties::from_value(&value).is_err(), "accepted: {duty}");
    }
}
