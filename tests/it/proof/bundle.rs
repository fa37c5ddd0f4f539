//! `bundle.json` and `award.bundle`: a whole draw with escrow and balls, and what is refused.

use serde_json::{Value, json as of};
use tianping::proof::bundle::{Bundle, Verified};
use tianping::proof::canon::{Checked, Object as _};
use tianping::proof::parties::Parties;
use tianping::proof::policy::Policy;
use tianping::proof::transcript::Transcript;

use super::{bytes, json, set};

fn trust() -> (Parties, Policy) {
    let policy = String::from_utf8(bytes("log.policy")).unwrap();
    (
        Parties::from_bytes(&bytes("parties.json")).unwrap(),
        policy.parse().unwrap(),
    )
}

fn verify(bundle: &Value) -> Checked<Verified> {
    let (parties, policy) = trust();
    Bundle::from_value(bundle)?.verify(&parties, &policy)
}

fn edited(edits: &Value) -> Value {
    let mut bundle = json("award.bundle");
    for edit in edits.as_array().unwrap() {
        set(&mut bundle, &edit[0], edit[1].clone());
    }
    bundle
}

#[test]
fn a_whole_draw_is_rebuilt_from_its_bundle() {
    let vector = json("bundle.json");
    let file = bytes("award.bundle");
    let bundle = Bundle::from_bytes(&file).unwrap();
    assert_eq!(bundle.bytes().unwrap(), file);
    let (parties, policy) = trust();
    let verified = bundle.verify(&parties, &policy).unwrap();
    let text = bytes("award.txt");
    assert_eq!(verified.transcript.text().unwrap().as_bytes(), text);
    assert_eq!(verified.transcript, Transcript::parse(&text).unwrap());
    let seed = verified.transcript.seed().unwrap();
    assert_eq!(seed.to_hex(), vector["seed"].as_str().unwrap());
    let order = verified.transcript.order().unwrap();
    let names: Vec<_> = order.iter().map(|drawn| &drawn.item).collect();
    assert_eq!(of!(names), vector["order"]);
    assert!(verified.unchecked.is_empty());

    let blank = Bundle {
        transcript: String::new(),
        ..bundle.clone()
    };
    assert_eq!(blank.complete(&parties, &policy).unwrap(), bundle);
}

#[test]
fn variants_that_are_right_are_accepted() {
    for (name, edits) in json("bundle.json")["accept_edits_path_value"]
        .as_object()
        .unwrap()
    {
        verify(&edited(edits)).unwrap_or_else(|flaw| panic!("{name}: {flaw}"));
    }
}

#[test]
fn variants_that_are_wrong_are_refused() {
    let vector = json("bundle.json");
    let rejects = vector["reject_edits_path_value"].as_object().unwrap();
    assert_eq!(rejects.len(), 30);
    for (name, edits) in rejects {
        assert!(verify(&edited(edits)).is_err(), "accepted: {name}");
    }
}

#[test]
fn other_trust_files_are_another_world() {
    let bundle = Bundle::from_value(&json("award.bundle")).unwrap();
    let (mut parties, policy) = trust();
    parties.parties[0].org = "x".into();
    bundle.verify(&parties, &policy).unwrap_err();
}

#[test]
fn submissions_stand_in_one_order() {
    let mut bundle = json("award.bundle");
    bundle["subs"].as_array_mut().unwrap().swap(0, 1);
    assert!(verify(&bundle).is_err());
}
