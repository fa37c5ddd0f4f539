//! `sig.json`: signatures of bidders, and the key file.

use tianping::proof::{
    bid::{Submit, Withdraw},
    canon::Object,
    offer::Offer,
    sig::{PublicKey, SecretKey, Sig, Signed},
};

use super::{
    json,
    log::{hash, text},
};

#[test]
fn key_file_is_one_line() {
    let vectors = json("sig.json");
    let key = SecretKey::from_seed(&hash(&vectors["seed"]).0);
    assert_eq!(hex::encode(key.public().as_bytes()), text(&vectors["public"]));
    assert_eq!(key.public().kid(), hash(&vectors["kid"]));
    let line = text(&vectors["key_file"]).strip_suffix('\n').unwrap();
    assert_eq!(key.to_text().unwrap().as_str(), line);
    assert_eq!(SecretKey::from_text(line).unwrap().public(), key.public());
    assert!(SecretKey::from_text(&line.to_lowercase()).is_err());
    assert!(SecretKey::from_text(&line.replace("6DE", "6DD")).is_err());
}

#[test]
fn signed_objects_are_accepted() {
    let vectors = json("sig.json");
    let digests = vectors["digests"].as_array().unwrap();
    let key = SecretKey::from_seed(&hash(&vectors["seed"]).0);
    for (case, digest) in vectors["accept"].as_array().unwrap().iter().zip(digests) {
        let signed = Signed::from_value(case).unwrap();
        assert_eq!(signed.x_digest().unwrap(), hash(digest));
        let signer = match text(&case["x"]["t"]) {
            Submit::T => signed.open::<Submit>().unwrap().0,
            Withdraw::T => signed.open::<Withdraw>().unwrap().0,
            Offer::T => signed.open::<Offer>().unwrap().0,
            other => panic!("{other}"),
        };
        // Ed25519 is deterministic: who has the key gets the same bytes
        if signer == key.public() {
            assert_eq!(key.sig_of(&case["x"]).unwrap().value().unwrap(), case["sig"]);
        }
    }
}

#[test]
fn wrong_signatures_are_refused() {
    let vectors = json("sig.json");
    for (name, case) in vectors["reject"].as_object().unwrap() {
        let expected = hex::decode(text(&vectors["reject_expects_key"][name])).unwrap();
        let verdict = Signed::from_value(case).and_then(|signed| {
            let key = PublicKey::from_slice(&expected)?;
            signed.open_by::<Submit>(&key)
        });
        assert!(verdict.is_err(), "accepted: {name}");
        // all but one are refused whoever was expected
        let alone = Sig::from_value(&case["sig"]).and_then(|sig| sig.verify(&case["x"]));
        assert_eq!(alone.is_ok(), name == "other_signer", "{name}");
    }
}
