//! The key-set policies by organisation of `escrow.json`.

use std::collections::BTreeSet;

use serde_json::Value;
use tianping::proof::coalition::{Layer, check, opens};

use super::json;

fn layers(case: &Value) -> Vec<Layer<'_>> {
    let org = |duty: &Value| case["org"][duty.as_str().unwrap()].as_str().unwrap();
    let layer = |layer: &'_ Value| Layer {
        holder: org(&layer["duty"]),
        t: u8::try_from(layer["t"].as_u64().unwrap()).unwrap(),
        custodians: layer["to"].as_array().unwrap().iter().map(org).collect(),
    };
    case["layers"].as_array().unwrap().iter().map(layer).collect()
}

#[test]
fn policies_are_accepted_and_refused() {
    for case in json("escrow.json")["policy"].as_array().unwrap() {
        let owner_side = ["op", "ten", "agency"].map(|duty| case["org"][duty].as_str().unwrap());
        let verdict = check(&layers(case), &BTreeSet::from(owner_side));
        match case["refused"].as_str() {
            None => verdict.unwrap_or_else(|e| panic!("{}: {e}", case["name"])),
            Some(why) => {
                let flaw = verdict.expect_err("refused");
                assert!(
                    flaw.0.starts_with(&format!("coalition {why}")),
                    "{}: {flaw}",
                    case["name"]
                );
            }
        }
    }
}

#[test]
fn the_coalitions_that_open_are_those_named() {
    for case in json("escrow.json")["policy"].as_array().unwrap() {
        let layers = layers(case);
        let set = |orgs: &'_ Value| -> BTreeSet<String> {
            orgs.as_array()
                .unwrap()
                .iter()
                .map(|o| o.as_str().unwrap().to_owned())
                .collect()
        };
        let minimal: Vec<_> = case["minimal_coalitions"]
            .as_array()
            .unwrap()
            .iter()
            .map(set)
            .collect();
        let all: BTreeSet<&str> = case["org"]
            .as_object()
            .unwrap()
            .values()
            .map(|o| o.as_str().unwrap())
            .collect();
        for bits in 0..1_u32 << all.len() {
            let chosen = all.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
            let chosen: BTreeSet<&str> = chosen.map(|(_, org)| *org).collect();
            let expected = layers.is_empty()
                || minimal
                    .iter()
                    .any(|m| m.iter().all(|org| chosen.contains(org.as_str())));
            assert_eq!(opens(&layers, &chosen), expected, "{} {chosen:?}", case["name"]);
        }
    }
}
