//! `price.keyset`, `draw2.keyset` and the packs, releases and shares of `keyset.json`.

use serde_json::Value;
use tianping::proof::canon::{Hash, Object as _, Token, Whole};
use tianping::proof::keyset::{Keyset, Pack};
use tianping::proof::parties::Parties;
use tianping::proof::policy::Policy;

use super::{bytes, json};

pub fn parties() -> Parties {
    Parties::from_bytes(&bytes("parties.json")).unwrap()
}

pub fn policy() -> Policy {
    String::from_utf8(bytes("log.policy")).unwrap().parse().unwrap()
}

pub fn pack(name: &str) -> Pack {
    Pack::from_bytes(&bytes(name)).unwrap()
}

#[test]
fn packs_are_accepted_and_have_their_ids() {
    let ids = &json("keyset.json")["keyset_ids"];
    assert_eq!(
        json("keyset.json")["parties_sha256"],
        Hash::of(&[&bytes("parties.json")]).to_hex()
    );
    for stage in ["price", "draw2"] {
        let pack = pack(&format!("{stage}.keyset"));
        let keys = pack.open(&parties(), &policy()).unwrap();
        assert_eq!(keys.id.to_hex(), ids[stage].as_str().unwrap());
        assert_eq!(keys.keyset.at().stage.as_str(), stage);
        assert_eq!(keys.recipients().count(), 2);
        assert!(keys.key(&Token::new("sup").unwrap()).is_ok());
        assert!(keys.key(&Token::new("ten").unwrap()).is_err());
    }
}

#[test]
fn other_packs_are_refused() {
    let vectors = json("keyset.json");
    let packs = vectors["reject_packs"].as_object().unwrap();
    assert_eq!(packs.len(), 25);
    for (name, case) in packs {
        let verdict = Pack::from_value(&case["pack"]).and_then(|pack| pack.open(&parties(), &policy()));
        assert!(verdict.is_err(), "accepted {name}: {}", case["reason"]);
    }
}

#[test]
fn what_the_objects_say_becomes_the_key_set() {
    let pack = pack("price.keyset");
    let made = Keyset::of(&parties(), 900_000, &pack.keys, &pack.acks).unwrap();
    assert_eq!(Whole(made), pack.keyset);
}

#[test]
fn a_changed_trust_file_is_refused() {
    let mut other: Value = json("parties.json");
    other["parties"][0]["org"] = "x".into();
    let other = Parties::from_value(&other).unwrap();
    assert!(pack("price.keyset").open(&other, &policy()).is_err());
}
