//! `sample.bid`, `sig.json` and the E-HEAD cases of `seal.json`: submissions as objects.

use serde_json::{Value, json as of};
use tianping::proof::bid::{LotParts, Price, Slot, Submit, Withdraw, follows};
use tianping::proof::canon::{Hash, Object as _, Token};

use super::{json, set};

/// The slots of a case of `seal.json`.
pub fn slots(required: &Value) -> Vec<Slot> {
    serde_json::from_value(required.clone()).unwrap()
}

#[test]
fn a_submission_is_exactly_what_the_lot_asks_for() {
    let seal = json("seal.json");
    let mut refused = 0;
    for case in seal["cases"].as_array().unwrap() {
        let read = Submit::read(&case["submit"], &slots(&case["required"]));
        let name = case["name"].as_str().unwrap();
        assert_eq!(read.is_err(), case["expect"] == "E-HEAD", "{name}: {read:?}");
        if let Ok(submit) = read {
            assert_eq!(submit.value().unwrap(), case["submit"]);
        }
        refused += u32::from(case["expect"] == "E-HEAD");
    }
    assert_eq!(refused, 25);
}

#[test]
fn submissions_and_withdrawals_of_the_signature_vectors() {
    let mut seen = [0, 0];
    for case in json("sig.json")["accept"].as_array().unwrap() {
        let x = &case["x"];
        match x["t"].as_str().unwrap() {
            "bid.submit/1" => {
                let submit = Submit::from_value(x).unwrap();
                let slots: Vec<Slot> = submit.parts.iter().map(|part| part.hd.0.slot()).collect();
                assert_eq!(Submit::read(x, &slots).unwrap(), submit);
                seen[0] += 1;
            }
            "bid.withdraw/1" => {
                Withdraw::from_value(x).unwrap();
                seen[1] += 1;
            }
            _ => (),
        }
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

#[test]
fn a_contribution_is_one_part_named_as_its_stage() {
    let seal = json("seal.json");
    let mut x = seal["cases"][0]["submit"].clone();
    let stage = Token::new("draw2").unwrap();
    let keyset = Hash::from_hex(x["parts"][0]["hd"]["keyset"].as_str().unwrap()).unwrap();
    let slot = [Slot::contribution(stage, keyset)];
    assert!(Submit::read(&x, &slot).is_err());
    set(&mut x, &of!(["parts", 0, "hd", "part"]), of!("draw2"));
    Submit::read(&x, &slot).unwrap();
}

#[test]
fn the_parts_of_a_lot_have_one_key_set_a_stage_and_one_part_a_draw() {
    let (a, b) = (Hash::ZERO.to_hex(), Hash::of(&[b""]).to_hex());
    let good = of!({"t": "lot.parts/1", "tender": "t", "lot": "l", "parts":
        [["award", "draw2", "draw", a], ["price", "price", "price", b], ["tech", "price", "docs", b]]});
    LotParts::from_value(&good).unwrap();
    let edits = [
        (of!(["parts", 0, 0]), of!("z")),
        (of!(["parts", 0, 0]), of!("Award")),
        (of!(["parts", 2, 0]), of!("price")),
        (of!(["parts", 0, 1]), of!("price")),
        (of!(["parts", 0, 2]), of!("docs")),
        (of!(["parts", 0, 2]), of!("audio")),
        (of!(["parts", 0, 3]), of!(b)),
        (of!(["parts", 1, 3]), of!(a)),
        (of!(["parts", 2]), of!(["tech", "draw2", "draw", a])),
        (of!(["parts", 1, 1]), of!("a-stage-too-long")),
    ];
    for (path, value) in edits {
        let mut bad = good.clone();
        set(&mut bad, &path, value.clone());
        assert!(LotParts::from_value(&bad).is_err(), "accepted: {path} = {value}");
    }
}

#[test]
fn a_chain_has_no_gap_and_no_branch() {
    let (a, b) = (Hash::ZERO, Hash::of(&[b""]));
    follows(1, None, None).unwrap();
    follows(2, Some(a), Some((1, a))).unwrap();
    assert!(follows(2, Some(a), None).is_err());
    assert!(follows(1, Some(a), None).is_err());
    assert!(follows(2, None, Some((1, a))).is_err());
    assert!(follows(2, Some(b), Some((1, a))).is_err());
    assert!(follows(1, Some(a), Some((1, a))).is_err());
    assert!(follows(3, Some(a), Some((1, a))).is_err());
}

#[test]
fn a_price_is_whole_fen() {
    let good =
        of!({"t": "bid.price/1", "total": 0, "days": null, "quality": null, "manager": null, "note": ""});
    assert_eq!(Price::from_value(&good).unwrap().total, 0);
    for total in [of!(-1), of!(1.5), of!("1"), of!(9_007_199_254_740_992_u64)] {
        let mut bad = good.clone();
        set(&mut bad, &of!(["total"]), total.clone());
        assert!(Price::from_value(&bad).is_err(), "accepted: {total}");
    }
}
