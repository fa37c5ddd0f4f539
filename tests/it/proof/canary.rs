//! The canary of `keyset.json`, answered, refused and checked.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tianping::proof::canary::{CanaryAnswer, answer, make};
use tianping::proof::canon::{Hash, Object as _};
use tianping::proof::envelope::Identity;

use super::json;

#[test]
fn the_vector_is_answered_and_others_are_not() {
    let canary = &json("keyset.json")["canary"];
    let identity = Identity::parse(canary["identity"].as_str().unwrap()).unwrap();
    let key = Hash::from_hex(canary["key"].as_str().unwrap()).unwrap();
    let bytes = |text: &str| STANDARD.decode(text).unwrap();
    let found = answer(&identity, key, &bytes(canary["ct_b64"].as_str().unwrap())).unwrap();
    assert_eq!(found.value().unwrap(), canary["answer"]["x"]);
    for (name, ct) in canary["reject_ct_b64"].as_object().unwrap() {
        let ct = bytes(ct.as_str().unwrap());
        assert!(answer(&identity, key, &ct).is_err(), "answered {name}");
    }
}

#[test]
fn only_the_right_answer_counts() {
    let identity = Identity::generate([3; 32]);
    let key = Hash::of(&[b"key"]);
    let canary = make(&identity.recipient().unwrap(), &[8; 32]).unwrap();
    let right = answer(&identity, key, &canary.ciphertext).unwrap();
    canary.check(&right, key).unwrap();
    for wrong in [
        CanaryAnswer {
            key: Hash::ZERO,
            ..right.clone()
        },
        CanaryAnswer {
            nonce: Hash::ZERO,
            ..right.clone()
        },
        CanaryAnswer {
            h: Hash::ZERO,
            ..right
        },
    ] {
        assert!(canary.check(&wrong, key).is_err());
    }
}
