//! `tick.json`: padding and order of ticks, the rows of large acts.

use serde_json::Value;
use tianping::proof::{
    canon::{Hash, Object, digest},
    event::{Label, Rows, RowsRoot, rows},
    merkle::Edge,
    tick::{Noop, entries, noops, width},
};

use super::{
    json,
    log::{hash, text},
};

#[test]
fn widths() {
    for case in json("tick.json")["padded"].as_array().unwrap() {
        let (events, padded) = (case[0].as_u64().unwrap(), case[1].as_u64().unwrap());
        let events = usize::try_from(events).unwrap();
        assert_eq!(width(events) as u64, padded);
        assert_eq!(noops(events) + events, width(events));
    }
}

/// Noops are events like others; the vectors give those of the first tick, c of the rest.
#[test]
fn noops_are_events() {
    let vectors = json("tick.json");
    let tick = &vectors["ticks"][0];
    let made = vectors["first_tick_noops"].as_array().unwrap().iter();
    let mut made: Vec<Hash> = made
        .map(|noop| {
            let tx = hex::decode(text(&noop["tx_random"])).unwrap().try_into().unwrap();
            let noop = Noop::new(tx, hash(&noop["salt"]), tick["ts"].as_i64().unwrap());
            noop.unwrap().c
        })
        .collect();
    made.sort();
    assert_eq!(made, hashes(&tick["noop_c"]));
}

#[test]
fn ticks_grow_the_tree() {
    let vectors = json("tick.json");
    let mut edge = Edge::default();
    for tick in vectors["ticks"].as_array().unwrap() {
        let ts = tick["ts"].as_i64().unwrap();
        let events = hashes(&tick["events_c"]);
        let fill: Vec<Noop> = hashes(&tick["noop_c"])
            .into_iter()
            .map(|c| Noop {
                c,
                ..Noop::new([0; 16], Hash::ZERO, ts).unwrap()
            })
            .collect();
        let made = entries(ts, &events, &fill).unwrap();
        let bytes: Vec<Value> = made
            .iter()
            .map(|e| String::from_utf8(e.bytes().unwrap()).unwrap().into())
            .collect();
        assert_eq!(bytes, *tick["entries"].as_array().unwrap());
        for entry in &made {
            edge.append(entry.leaf().unwrap(), |_| {});
        }
        let expected = &vectors["roots"][edge.size().to_string()];
        assert_eq!(edge.root(), hash(expected));
        assert!(entries(ts, &events, &fill[1..]).is_err(), "a noop is missing");
        let twice = [fill[..1].to_vec(), fill[..fill.len() - 1].to_vec()].concat();
        assert!(entries(ts, &events, &twice).is_err(), "one occurs twice");
    }
    assert_eq!(edge.size(), 64);
}

#[test]
fn large_acts_have_one_payload() {
    for case in json("tick.json")["rows"].as_array().unwrap() {
        let refs = case["refs"].as_object().unwrap().iter().rev();
        let refs: Vec<(Label, Hash)> = refs
            .map(|(k, h)| (Label::new(k.as_str()).unwrap(), hash(h)))
            .collect();
        let object = rows(refs.clone()).unwrap();
        assert_eq!(object, case["object"]);
        assert_eq!(digest(&object).unwrap(), hash(&case["digest"]));
        assert!(rows([&refs[..], &refs[..1]].concat()).is_err(), "one twice");
        let few = refs.len() <= 256;
        assert_eq!(Rows::from_value(&object).is_ok(), few);
        assert_eq!(RowsRoot::from_value(&object).is_ok(), !few);
    }
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}
