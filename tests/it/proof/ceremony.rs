//! The boxes of `keyset.json`, and a ceremony from announcement to acknowledgement.

use serde_json::Value;
use tianping::proof::canon::{Object as _, Token};
use tianping::proof::ceremony::{Plan, SealKey, SealShare, Stage, acknowledge, announce, share};
use tianping::proof::envelope::Identity;

use super::json;

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

fn identity(value: &Value) -> Identity {
    Identity::parse(value.as_str().unwrap()).unwrap()
}

fn plan() -> Plan {
    Plan {
        at: Stage {
            tender: token("t1"),
            lot: token("l1"),
            stage: token("price"),
        },
        duty: token("op"),
        not_before: 5,
        t: 2,
        custodians: vec![
            (token("sup"), Identity::generate([1; 32]).recipient().unwrap()),
            (token("upper"), Identity::generate([2; 32]).recipient().unwrap()),
        ],
    }
}

#[test]
fn custodians_open_their_boxes_and_acknowledge() {
    let pack = json("price.keyset");
    for case in json("keyset.json")["boxes_of_price"].as_array().unwrap() {
        let at = usize::try_from(case["key"].as_u64().unwrap()).unwrap();
        let key = SealKey::from_value(&pack["keys"][at]["x"]).unwrap();
        let custodian = token(case["custodian"].as_str().unwrap());
        let found = share(&key, &custodian, &identity(&case["box_identity"])).unwrap();
        assert_eq!(found, SealShare::from_value(&case["share"]).unwrap());
        let ack = acknowledge(&key, &custodian, &identity(&case["box_identity"])).unwrap();
        let i = usize::from(found.i) - 1;
        assert_eq!(ack.value().unwrap(), pack["acks"][at][i]["x"]);
    }
}

#[test]
fn other_boxes_are_not_acknowledged() {
    let vectors = json("keyset.json");
    let sup = identity(&vectors["boxes_of_price"][0]["box_identity"]);
    for (name, key) in vectors["reject_boxes_of_op_custodian_1"].as_object().unwrap() {
        let key = SealKey::from_value(key).unwrap();
        assert!(
            acknowledge(&key, &token("sup"), &sup).is_err(),
            "acknowledged {name}"
        );
    }
}

#[test]
fn what_a_holder_announces_its_custodians_acknowledge() {
    let holder = Identity::generate([9; 32]);
    let mut byte = 0;
    let mut random = |out: &mut [u8]| {
        byte += 1;
        out.fill(byte);
    };
    let key = announce(&plan(), &holder, &mut random).unwrap();
    let read = SealKey::from_bytes(&key.bytes().unwrap()).unwrap();
    for (i, duty) in [(1, "sup"), (2, "upper")] {
        let own = Identity::generate([i; 32]);
        assert_eq!(acknowledge(&read, &token(duty), &own).unwrap().i, i);
        assert!(acknowledge(&read, &token("ten"), &own).is_err());
    }
    let mut moved = key.clone();
    moved.stage = token("docs");
    assert!(acknowledge(&moved, &token("sup"), &Identity::generate([1; 32])).is_err());
}

#[test]
fn plans_outside_the_rules_are_refused() {
    let refused = |change: fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        announce(&plan, &Identity::generate([9; 32]), &mut |out| out.fill(4)).unwrap_err()
    };
    refused(|plan| plan.t = 1);
    refused(|plan| plan.t = 3);
    refused(|plan| plan.duty = token("sup"));
    refused(|plan| plan.custodians[1].0 = token("sup"));
    refused(|plan| plan.not_before = -1);
}
