//! `draw.json` and `draw-*.txt`: transcripts, keystreams, orders, balls and the expert pool.

use serde_json::{Value, json as of};
use tianping::proof::canon::{Hash, Object as _, Token};
use tianping::proof::draw::{Frozen, PoolItem, balls_value};
use tianping::proof::stage::KeyStage;
use tianping::proof::transcript::{Tickets, Transcript};

use super::{bytes, json, set};

fn hash(value: &Value) -> Hash {
    Hash::from_hex(value.as_str().unwrap()).unwrap()
}

#[test]
fn transcripts_give_their_seed_and_order() {
    let draw = json("draw.json");
    assert_eq!(draw["cases"].as_array().unwrap().len(), 12);
    for case in draw["cases"].as_array().unwrap() {
        let file = bytes(&format!("draw-{}.txt", case["name"].as_str().unwrap()));
        let transcript = Transcript::parse(&file).unwrap();
        assert_eq!(transcript.text().unwrap().as_bytes(), file);
        assert_eq!(transcript.seed().unwrap(), hash(&case["seed"]));
        assert_eq!(Value::from(transcript.items.len()), case["n"]);
        assert_eq!(transcript.take, case["take"].as_u64().unwrap());

        let order = transcript.order().unwrap();
        let lines: Vec<&[u8]> = order
            .iter()
            .flat_map(|drawn| [drawn.item.as_str().as_bytes(), b"\n"])
            .collect();
        assert_eq!(Hash::of(&lines), hash(&case["order_sha256"]));
        if let Some(rows) = case["order"].as_array() {
            let found: Vec<Value> = order
                .iter()
                .map(|drawn| of!([drawn.item, drawn.ticket]))
                .collect();
            assert_eq!(&found, rows);
        }
    }
}

#[test]
fn the_grammar_has_one_byte_form() {
    let draw = json("draw.json");
    for text in draw["accept"].as_array().unwrap() {
        Transcript::parse(text.as_str().unwrap().as_bytes()).unwrap();
    }
    let rejects = draw["reject"].as_object().unwrap();
    assert_eq!(rejects.len(), 41);
    for (name, text) in rejects {
        let read = Transcript::parse(text.as_str().unwrap().as_bytes());
        assert!(read.is_err(), "accepted: {name}");
    }
    assert!(Transcript::parse(&[0xff, b'\n']).is_err());
}

#[test]
fn tickets_are_the_chacha20_keystream() {
    for case in json("draw.json")["keystream"].as_array().unwrap() {
        let mut tickets = Tickets::new(&hash(&case["seed"]));
        let stream: String = (0..4).map(|_| tickets.draw().to_hex()).collect();
        assert_eq!(stream, case["first_128"].as_str().unwrap());
    }
}

#[test]
fn balls_have_a_value_only_as_drawn() {
    let draw = json("draw.json");
    for case in draw["balls"].as_array().unwrap() {
        let value = balls_value(case["digits"].as_str().unwrap()).unwrap();
        assert_eq!(value, hash(&case["value"]));
    }
    for digits in draw["reject_digits"].as_array().unwrap() {
        assert!(balls_value(digits.as_str().unwrap()).is_err(), "{digits}");
    }
}

#[test]
fn experts_are_items_that_only_the_salt_resolves() {
    for case in json("draw.json")["pool"].as_array().unwrap() {
        let expert = Token::new(case["expert_no"].as_str().unwrap()).unwrap();
        let item = PoolItem::new(&hash(&case["pool_key"]).0, &expert).unwrap();
        assert_eq!(item.salt, hash(&case["salt"]));
        assert_eq!(item.item, hash(&case["item"]));
        assert_eq!(PoolItem::of(item.salt, &expert), item);
    }
}

#[test]
fn a_frozen_list_says_what_its_transcript_will() {
    let bundle = json("award.bundle");
    let rows = bundle["chain"].as_array().unwrap();
    let row = rows.iter().find(|row| row["ev"]["act"] == "draw.frozen").unwrap();
    let good = &row["pay"][0]["x"];
    let frozen = Frozen::from_value(good).unwrap();
    assert_eq!(frozen.stage().unwrap(), KeyStage::ORDER);
    assert_eq!(frozen.stage_before().unwrap(), None);
    let again = Frozen { attempt: 2, ..frozen };
    assert_eq!(again.stage().unwrap(), KeyStage::ORDER.at(2));
    assert_eq!(again.stage_before().unwrap(), Some(KeyStage::ORDER));

    let hex = Hash::ZERO.to_hex();
    let edits = [
        (of!(["attempt"]), of!(0)),
        (of!(["attempt"]), of!(2)),
        (of!(["prev"]), of!(hex)),
        (of!(["take"]), of!(0)),
        (of!(["take"]), of!(4)),
        (of!(["closed"]), of!(null)),
        (of!(["lot"]), of!("other")),
        (of!(["draw"]), of!("w6zq23sprsdeoff7i3fw.price")),
        (of!(["draw"]), of!("w6zq23sprsdeoff7i3fw")),
        (of!(["draw"]), of!("w6zq23sprsdeoff7i3fw.draw2.")),
        (of!(["draw"]), of!("w6zq23sprsdeoff7i3fw.draw2.civil.x")),
        (of!(["items", 0]), of!("91330100700000002B")),
        (of!(["items", 0]), of!("z")),
        (of!(["items"]), of!([])),
        (of!(["contribs", 0, 0]), of!("b.91330100700000002B")),
        (of!(["contribs", 0, 0]), of!("91330100700000001A")),
        (of!(["contribs", 0, 1]), of!(null)),
        (of!(["contribs", 4]), of!(["op", null, null])),
        (of!(["contribs", 6, 0]), of!("s.1")),
        (of!(["contribs"]), of!([])),
        (of!(["beacons", 0, "src"]), of!("drand-quicknet")),
        (of!(["beacons", 0, "round"]), of!(2)),
        (
            of!(["beacons"]),
            of!([{"src": "hall-balls", "round": 1}, {"src": "hall-balls", "round": 1}]),
        ),
    ];
    for (path, value) in edits {
        let mut bad = good.clone();
        set(&mut bad, &path, value.clone());
        let read = Frozen::from_value(&bad);
        assert!(read.is_err(), "accepted: {path} = {value}");
    }
    let mut null_row = good.clone();
    set(&mut null_row, &of!(["contribs", 0, 1]), Value::Null);
    set(&mut null_row, &of!(["contribs", 0, 2]), Value::Null);
    Frozen::from_value(&null_row).unwrap();
}
