//! `canon.json`: byte forms of canonical JSON, accepted and refused.

use tianping::proof::canon;

use super::json;

#[test]
fn canonical_bytes_are_accepted_and_digested() {
    for case in json("canon.json")["accept"].as_array().unwrap() {
        let bytes = hex::decode(case["hex"].as_str().unwrap()).unwrap();
        let value = canon::read(&bytes).expect("accepted");
        assert_eq!(canon::write(&value).unwrap(), bytes);
        assert_eq!(
            canon::digest(&value).unwrap().to_hex(),
            case["sha256"].as_str().unwrap()
        );
    }
}

#[test]
fn every_other_byte_form_is_refused() {
    for case in json("canon.json")["reject_hex"].as_array().unwrap() {
        let bytes = hex::decode(case.as_str().unwrap()).unwrap();
        assert!(
            canon::read(&bytes).is_err(),
            "accepted: {}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

#[test]
fn ordinary_canonicalizer_agrees() {
    for case in json("canon.json")["accept"].as_array().unwrap() {
        let bytes = hex::decode(case["hex"].as_str().unwrap()).unwrap();
        let value = canon::read(&bytes).unwrap();
        assert_eq!(serde_json_canonicalizer::to_vec(&value).unwrap(), bytes);
    }
}
