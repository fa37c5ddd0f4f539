//! The holders at work: a lot from its ceremony to its opening, and what happens when one is silent.

mod canary;
mod complaint;
mod machine;

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use tianping::domain::{actor::Role, code::CreditCode, time::MINUTE};

use crate::{
    bidder::Bidder,
    tender::Town,
    world::{Who, World},
};

const CENTRE: &str = "市公共资源交易中心";

/// A personal number that nobody has, with its check digit.
pub fn resident(n: usize) -> String {
    let head = format!("1101051949123{n:04}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = head.bytes().map(|b| usize::from(b - b'0'));
    let sum: usize = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    format!("{head}{}", &"10X98765432"[sum % 11..=sum % 11])
}

/// The committee's list: so many experts of one specialty, each of a unit of its own.
pub async fn experts(world: &World, n: usize) -> Who {
    let committee = world
        .person("committee", Role::Committee, Some("市行政审批局"))
        .await;
    more_experts(world, &committee, 1..=n).await;
    committee
}

/// The committee adds these to its list.
pub async fn more_experts(world: &World, committee: &Who, numbers: RangeInclusive<usize>) {
    let mut csv = String::from(
        "expert_no,name,id_no,phone,employer_code,employer,region,specialties,title,title_since,status\n",
    );
    let n = numbers.clone().count();
    for i in numbers {
        let unit = CreditCode::compose("91", "510100", &format!("TPEX{i:04}")).unwrap();
        let id = resident(i);
        let row = format!(
            "E{i:04},评审{i},{id},1380013{i:04},{unit},第{i}设计院,510100,A08,高级工程师,2010-05,active\n"
        );
        csv.push_str(&row);
    }
    let done = world
        .post("/experts", Some(committee), &json!({ "csv": csv }))
        .await
        .json();
    assert_eq!((&done["n_new"], &done["bad"]), (&json!(n), &json!([])), "{done}");
}

/// A published tender with three bids; its id and its lot's.
async fn three_bids(town: &Town) -> (String, String, Vec<Bidder>) {
    let (tender, lot, _) = town.published().await;
    let bidders = bids(town, &tender, &lot).await;
    (tender, lot, bidders)
}

/// Three bids for a lot.
async fn bids(town: &Town, tender: &str, lot: &str) -> Vec<Bidder> {
    let mut bidders = Vec::new();
    for (name, total) in [
        ("甲公司", 390_000_000),
        ("乙公司", 380_000_000),
        ("丙公司", 370_000_000),
    ] {
        let bidder = Bidder::new(&town.world, name).await;
        bidder.bid(&town.world, tender, lot, total).await.expect(201);
        bidders.push(bidder);
    }
    bidders
}

/// The acts of a tender's chain, in order.
async fn acts(town: &Town, tender: &str) -> Vec<String> {
    let rows = town.world.app.disclosure(tender.to_owned(), 0, |_| false).await;
    let rows: Value = serde_json::to_value(rows.unwrap()).unwrap();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["ev"]["act"].as_str().unwrap().to_owned())
        .collect()
}

fn count(acts: &[String], act: &str) -> usize {
    acts.iter().filter(|name| *name == act).count()
}

#[actix_web::test]
async fn a_lot_is_opened_by_its_holders_alone() {
    let town = Town::new().await;
    let (tender, lot, _) = three_bids(&town).await;
    let world = &town.world;
    world.at("2026-06-22 09:04").await;
    let early = world.get(&format!("/lots/{lot}/opening"), None).await.expect(422);
    assert_eq!(early.code(), "bid.not_opened");
    assert_eq!(
        count(&acts(&town, &tender).await, "key.released"),
        0,
        "objections first"
    );
    world.at("2026-06-22 09:06").await;
    let record = world
        .get(&format!("/lots/{lot}/opening"), None)
        .await
        .expect(200)
        .json();
    let mut totals: Vec<_> = record["lines"].as_array().unwrap().iter().collect();
    totals.sort_by_key(|line| line["total_fen"].as_i64());
    let totals: Vec<_> = totals
        .iter()
        .map(|line| (&line["code"], &line["total_fen"]))
        .collect();
    let open = |fen: &'static str| serde_json::from_str::<Value>(fen).unwrap();
    let (a, b, c) = (open("370000000"), open("380000000"), open("390000000"));
    assert_eq!(
        totals,
        [(&Value::Null, &a), (&Value::Null, &b), (&Value::Null, &c)]
    );
    let acts = acts(&town, &tender).await;
    assert_eq!(count(&acts, "key.released"), 2);
    assert_eq!(count(&acts, "share.released"), 0);
    assert_eq!(count(&acts, "keyset.frozen"), 4);
    town.world.end().await;
}

#[actix_web::test]
async fn a_silent_holders_key_is_recovered_by_its_custodians_after_the_grace() {
    let town = Town::new().await;
    let (tender, lot, _) = three_bids(&town).await;
    let world = &town.world;
    world.play(&["op"]);
    world.at("2026-06-22 09:19").await;
    let waiting = acts(&town, &tender).await;
    assert_eq!(
        (count(&waiting, "key.released"), count(&waiting, "share.released")),
        (1, 0)
    );
    world.get(&format!("/lots/{lot}/opening"), None).await.expect(422);
    world.at("2026-06-22 09:21").await;
    let done = acts(&town, &tender).await;
    assert_eq!(
        (count(&done, "key.released"), count(&done, "share.released")),
        (1, 2)
    );
    world.get(&format!("/lots/{lot}/opening"), None).await.expect(200);
    town.world.end().await;
}

#[actix_web::test]
async fn the_bureaus_client_draws_the_experts_and_calls_them_one_by_one() {
    let town = Town::new().await;
    experts(&town.world, 12).await;
    let (tender, lot, _) = three_bids(&town).await;
    let world = &town.world;
    let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
    world.at("2026-06-22 08:00").await;
    world
        .post(
            &format!("/lots/{lot}/panel"),
            Some(&centre),
            &json!({ "answer_minutes": 30 }),
        )
        .await
        .expect(201);
    world.settle().await;
    let desk = world
        .get(&format!("/lots/{lot}/panel"), Some(&centre))
        .await
        .expect(200)
        .json();
    let invited = |desk: &Value| -> Vec<(i64, String)> {
        let seats = desk["seats"].as_array().unwrap().iter();
        let told = |seat: &Value| {
            (
                seat["position"].as_i64().unwrap(),
                seat["state"].as_str().unwrap().to_owned(),
            )
        };
        seats.map(told).collect()
    };
    let n = usize::try_from(desk["n_experts"].as_i64().unwrap()).unwrap();
    let first: Vec<_> = (1..).zip(vec!["invited".to_owned(); n]).collect();
    assert_eq!((&desk["state"], &desk["n_pool"]), (&json!("calling"), &json!(12)));
    assert_eq!(invited(&desk), first);
    let acts = acts(&town, &tender).await;
    assert_eq!((count(&acts, "draw.frozen"), count(&acts, "draw.done")), (1, 1));
    // nobody answers: the silence has its own instant, and the next are called
    world.later(31 * MINUTE).await;
    let desk = world
        .get(&format!("/lots/{lot}/panel"), Some(&centre))
        .await
        .expect(200)
        .json();
    let then = invited(&desk);
    assert_eq!(then.len(), 2 * n, "{then:?}");
    assert!(then[..n].iter().all(|(_, state)| state == "silent"), "{then:?}");
    assert!(then[n..].iter().all(|(_, state)| state == "invited"), "{then:?}");
    town.world.end().await;
}
