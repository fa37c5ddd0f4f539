//! `release.json`: tasks that a holder's or custodian's client accepts or refuses, with its clock;
//! and what only the client's own memory tells.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json as object};
use tianping::proof::bid::{Kind, Submit};
use tianping::proof::canon::{Hash, Object as _, Token};
use tianping::proof::ceremony::Stage;
use tianping::proof::chain::Chain;
use tianping::proof::complaint::Complaint;
use tianping::proof::envelope::Identity;
use tianping::proof::judge::judge;
use tianping::proof::release::{Opening, Task};
use tianping::proof::sig::{SecretKey, Signed};
use tianping::proof::warrant::{Kept, Memory, Refused, Trust, Warrant};

use super::json;
use super::keyset::{parties, policy};

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

fn case(name: &str) -> Value {
    let cases = json("release.json")["cases"].clone();
    cases
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["name"] == name)
        .unwrap()
        .clone()
}

/// A task with the file of its key set in place of the name.
fn task(case: &Value) -> Task {
    let mut task = case["task"].clone();
    task["pack"] = json(task["pack"].as_str().unwrap());
    Task::from_value(&task).unwrap()
}

/// What a careful client has: the parts of all submissions, and the items that are displayed.
fn memory(case: &Value) -> Memory {
    let mut memory = Memory::default();
    for sub in json("award.bundle")["subs"].as_array().unwrap() {
        let signed = Signed::from_value(&sub["sub"]).unwrap();
        let submit = Submit::from_value(&signed.x).unwrap();
        for part in &submit.parts {
            let hd = &part.hd.0;
            if hd.kind == Kind::Draw {
                let ct = STANDARD.decode(sub["ct"].as_str().unwrap()).unwrap();
                memory
                    .kept
                    .push(Kept::check(&signed, hd.part.as_str(), ct.as_slice()).unwrap());
                assert!(Kept::check(&signed, hd.part.as_str(), &ct[1..]).is_err());
            } else {
                memory.kept.push(Kept {
                    submission: signed.x_digest().unwrap(),
                    bidder: hd.bidder.clone(),
                    part: hd.part.clone(),
                    stage: hd.stage.clone(),
                    env: Hash::of(&[&part.env.0]),
                    ct: hd.sha256,
                });
            }
        }
    }
    let items = ["91330100700000001A", "91330100700000002B", "91330100700000004D"].map(token);
    memory
        .displayed
        .insert((token("w6zq23sprsdeoff7i3fw.draw2"), 1), items.into());
    for filed in case["filed"].as_array().unwrap() {
        let mut filed = filed.clone();
        filed["receipt"] = Value::Null;
        memory
            .filed
            .push(serde_json::from_value::<Complaint>(filed).unwrap().into());
    }
    memory
}

fn decide(case: &Value, memory: &Memory) -> Result<Warrant, Refused> {
    let (parties, policy) = (parties(), policy());
    let trust = Trust {
        parties: &parties,
        policy: &policy,
    };
    let task = task(case);
    let chain = Chain::check(&task.rows).map_err(Refused::Chain)?;
    judge((&task, chain), trust, memory, case["now"].as_i64().unwrap())
}

/// `upper` steps in for `op`.
fn share(case: &Value, warrant: &Warrant, seen: &[Signed]) -> Result<Hash, Refused> {
    let boxes = json("keyset.json")["boxes_of_price"].clone();
    let inbox = Identity::parse(boxes[1]["box_identity"].as_str().unwrap()).unwrap();
    let now = case["now"].as_i64().unwrap();
    let release = warrant.share(&token("op"), (&token("upper"), &inbox), &parties(), seen, now)?;
    assert_eq!(object!(release.s), boxes[1]["share"]["s"]);
    Ok(release.event)
}

/// The names of refusals that the reference's reasons stand for.
fn same_reason(refused: &Refused, says: &str) -> bool {
    match refused {
        Refused::Chain(_) => says.starts_with("chain") || says.starts_with("withheld"),
        Refused::Receipt(_) => says == "receipt of the last row" || says == "witness quorum",
        Refused::NotBefore(_) => says == "not before",
        Refused::List(_) => {
            matches!(says, "closed" | "signed by another key") || says.starts_with("withheld: closed")
        }
        Refused::Deadline(_) => {
            matches!(says, "deadline" | "signed by another key") || says.starts_with("withheld: deadline")
        }
        Refused::TooFew => says == "fewer bidders than the minimum",
        Refused::Complaint => says == "a submission is missing from the list",
        Refused::Early(_) => says == "too early",
        Refused::Custody(_) => says == "custody",
        Refused::Draw(_) => says == "not frozen",
        Refused::Beacon(_) => says == "beacon",
        _ => false,
    }
}

#[test]
fn tasks_are_released_or_refused_for_their_reason() {
    let vectors = json("release.json");
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 31);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let warrant = decide(case, &memory(case));
        let verdict = match (warrant, case["custodian"].as_bool().unwrap()) {
            (Ok(warrant), true) => share(case, &warrant, &[]),
            (warrant, _) => warrant.map(|warrant| warrant.event),
        };
        match (verdict, case["for"].as_str()) {
            (Ok(event), Some(expected)) => assert_eq!(event.to_hex(), expected, "{name}"),
            (Ok(_), None) => panic!("released {name}"),
            (Err(refused), None) => {
                let says = case["reference_says"].as_str().unwrap();
                assert!(same_reason(&refused, says), "{name}: {refused} instead of {says}");
            }
            (Err(refused), Some(_)) => panic!("{name}: {refused}"),
        }
    }
}

#[test]
fn holders_release_the_identity_of_their_layer_only() {
    let case = case("price");
    let warrant = decide(&case, &memory(&case)).unwrap();
    let identities = json("keyset.json")["releases"]["identities"].clone();
    let [op, sup] = [0, 1].map(|i| Identity::parse(identities[i].as_str().unwrap()).unwrap());
    let release = warrant.release(&token("op"), &op).unwrap();
    let vector = &json("keyset.json")["releases"]["accept"]["both_layers"][0]["x"];
    assert_eq!(release.value().unwrap(), *vector);
    assert!(matches!(
        warrant.release(&token("op"), &sup),
        Err(Refused::Own(_))
    ));
    assert!(matches!(
        warrant.release(&token("ten"), &op),
        Err(Refused::Own(_))
    ));
}

#[test]
fn custodians_stay_silent_once_the_holder_has_released() {
    let case = case("custodian_after_grace");
    let warrant = decide(&case, &memory(&case)).unwrap();
    let releases = json("keyset.json")["releases"]["accept"]["both_layers"].clone();
    let signed = |i: usize| Signed::from_value(&releases[i]).unwrap();
    assert_eq!(share(&case, &warrant, &[signed(0)]), Err(Refused::LayerThere));
    assert!(share(&case, &warrant, &[signed(1)]).is_ok());
    let release = warrant.share(
        &token("op"),
        (&token("upper"), &Identity::generate([1; 32])),
        &parties(),
        &[],
        case["now"].as_i64().unwrap(),
    );
    assert!(matches!(release, Err(Refused::Own(_))));
}

#[test]
fn a_share_released_under_a_warrant_counts_in_the_opening() {
    let case = case("custodian_after_grace");
    let warrant = decide(&case, &memory(&case)).unwrap();
    let vectors = json("keyset.json");
    let inbox = vectors["boxes_of_price"][1]["box_identity"].as_str().unwrap();
    let (op, upper) = (token("op"), token("upper"));
    let custodian = (&upper, &Identity::parse(inbox).unwrap());
    let release = warrant
        .share(&op, custodian, &parties(), &[], case["now"].as_i64().unwrap())
        .unwrap();
    let seed = Hash::from_hex(vectors["party_seeds"]["upper"].as_str().unwrap()).unwrap();
    let signed = SecretKey::from_seed(&seed.0).sign_object(&release).unwrap();
    let parties = parties();
    let opening = Opening {
        keys: &warrant.keys,
        event: warrant.event,
        parties: &parties,
    };
    assert_eq!(opening.share(&warrant.keys.keys[0], &signed).unwrap().0, 2);
}

#[test]
fn a_stage_is_released_for_one_event_and_a_lot_for_one_list() {
    let (price, corrected) = (case("price"), case("list_corrected_by_supervisor"));
    let mut memory = memory(&price);
    let warrant = decide(&price, &memory).unwrap();
    memory.remember(&warrant);
    assert_eq!(decide(&price, &memory).unwrap().event, warrant.event);
    assert_eq!(
        decide(&corrected, &memory).unwrap_err(),
        Refused::AnotherEvent(warrant.event)
    );
    let at = Stage {
        tender: token("t"),
        lot: token("l"),
        stage: token("price"),
    };
    memory.released = [(at, warrant.event)].into();
    memory.lists.values_mut().for_each(|list| *list = Hash::ZERO);
    assert_eq!(decide(&price, &memory).unwrap_err(), Refused::AnotherList);
}

#[test]
fn what_is_not_in_hand_stops_the_release() {
    let price = case("price");
    let mut without = memory(&price);
    without.kept.retain(|kept| kept.part.as_str() != "price");
    assert!(matches!(decide(&price, &without), Err(Refused::Missing(_))));

    let award = case("award");
    for at in 0..memory(&award).kept.len() {
        let mut other = memory(&award);
        other.kept[at].ct = Hash::ZERO;
        let of_draw = other.kept[at].stage.as_str() == "draw2";
        let withdrawn = other.kept[at].bidder.as_str() == "91330100700000003C";
        assert_eq!(decide(&award, &other).is_err(), of_draw && !withdrawn);
    }
}

#[test]
fn items_that_were_not_displayed_stop_the_draw() {
    let award = case("award");
    let mut other = memory(&award);
    other.displayed.values_mut().for_each(|items| items.truncate(2));
    assert!(matches!(decide(&award, &other), Err(Refused::Draw(_))));
    other.displayed.clear();
    assert!(matches!(decide(&award, &other), Err(Refused::Draw(_))));
}
