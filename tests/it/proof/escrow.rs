//! `escrow.json`: shares, commitments and recovery, accepted and refused.

use serde_json::Value;
use tianping::proof::canon::{Checked, Hash};
use tianping::proof::envelope::{Identity, Recipient};
use tianping::proof::escrow::{Point, Share, check_commitments, check_share, recover, split};

use super::json;

fn hex(value: &Value) -> [u8; 32] {
    Hash::from_hex(value.as_str().unwrap()).unwrap().0
}

fn points(value: &Value) -> Checked<Vec<Point>> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|p| Point::new(hex(p)))
        .collect()
}

fn threshold(case: &Value) -> (u8, u8) {
    let [t, m] = ["t", "m"].map(|k| u8::try_from(case[k].as_u64().unwrap()).unwrap());
    (t, m)
}

fn share(value: &Value) -> Share {
    Share::new(hex(value)).unwrap()
}

#[test]
fn holders_make_the_points_and_shares() {
    for case in json("escrow.json")["cases"].as_array().unwrap() {
        if case["minus"] == true {
            continue; // no honest holder announces -P
        }
        let (t, m) = threshold(case);
        let mut coefficients = case["coefficients_le_hex"].as_array().unwrap().iter();
        let mut random = |out: &mut [u8]| out[..32].copy_from_slice(&hex(coefficients.next().unwrap()));
        let identity = Identity::parse(case["identity"].as_str().unwrap()).unwrap();
        let made = split(&identity, t, m, &mut random).unwrap();
        assert_eq!(made.commits, points(&case["commitments"]).unwrap());
        assert_eq!(
            Hash(made.commits[0].to_bytes()).to_hex(),
            case["point"].as_str().unwrap()
        );
        let shares: Vec<Share> = case["shares_le_hex"]
            .as_array()
            .unwrap()
            .iter()
            .map(share)
            .collect();
        assert_eq!(made.shares, shares);
    }
}

#[test]
fn shares_are_checked_and_recover_the_identity() {
    for case in json("escrow.json")["cases"].as_array().unwrap() {
        let recipient = Recipient::parse(case["recipient"].as_str().unwrap()).unwrap();
        let commits = points(&case["commitments"]).unwrap();
        check_commitments(&commits, threshold(case).0, &recipient).unwrap();
        let shares = (1..).zip(case["shares_le_hex"].as_array().unwrap().iter().map(share));
        let shares: Vec<(u8, Share)> = shares.collect();
        for (i, share) in &shares {
            check_share(&commits, *i, share).unwrap();
        }
        let with = case["recover_with"].as_array().unwrap();
        let mut used: Vec<(u8, Share)> = with
            .iter()
            .map(|i| shares[usize::try_from(i.as_u64().unwrap()).unwrap() - 1].clone())
            .collect();
        let found = recover(&recipient, &used).unwrap();
        assert_eq!(
            found.to_text().unwrap().as_str(),
            case["recovered"].as_str().unwrap()
        );
        assert!(recover(&recipient, &used[1..]).is_err(), "too few");
        used.push(used[0].clone());
        assert!(recover(&recipient, &used).is_err(), "one index twice");
    }
}

#[test]
fn other_commitments_and_shares_are_refused() {
    let vectors = json("escrow.json");
    let case = &vectors["cases"][0];
    let recipient = Recipient::parse(case["recipient"].as_str().unwrap()).unwrap();
    for (name, commits) in vectors["reject_commitments_of_case_0"].as_object().unwrap() {
        let verdict = points(commits).and_then(|c| check_commitments(&c, threshold(case).0, &recipient));
        assert!(verdict.is_err(), "accepted {name}");
    }
    let commits = points(&case["commitments"]).unwrap();
    for (name, pair) in vectors["reject_shares_of_case_0"].as_object().unwrap() {
        let i = u8::try_from(pair[0].as_u64().unwrap()).unwrap();
        let verdict = Share::new(hex(&pair[1])).and_then(|s| check_share(&commits, i, &s));
        assert!(verdict.is_err(), "accepted {name}");
    }
}

#[test]
fn thresholds_and_unclamped_identities_are_refused() {
    let mut random = |out: &mut [u8]| out.fill(3);
    let identity = Identity::generate([1; 32]);
    for (t, m) in [(1, 2), (3, 2), (2, 17), (0, 0)] {
        assert!(split(&identity, t, m, &mut random).is_err(), "{t} of {m}");
    }
    assert!(split(&identity, 2, 2, &mut random).is_ok());
    let prefix = bech32::Hrp::parse("AGE-SECRET-KEY-").unwrap();
    let unclamped = bech32::encode_upper::<bech32::Bech32>(prefix, &[1; 32]).unwrap();
    assert!(split(&Identity::parse(&unclamped).unwrap(), 2, 2, &mut random).is_err());
}
