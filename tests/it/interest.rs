//! Interests that experts declare and the units of their relatives, which the committee lists: out of the
//! draw where the organisation takes part, off the panel where it turns out to bid; an interest stands
//! until the supervisor ends it.

use serde_json::{Value, json};
use tianping::domain::actor::Role;

use crate::{
    bidder::Bidder,
    story::{BUREAU, experts_in},
    tender::{Town, lot_terms},
    world::{Reply, Who, World},
};

const CENTRE: &str = "市公共资源交易中心";

async fn declare(world: &World, expert: &Who, code: &str) -> Reply {
    let body = json!({ "org_code": code, "reason": "持有该单位股份" });
    world.post("/interests", Some(expert), &body).await
}

/// The states of the calls on the draw desk, in order of position.
async fn states(world: &World, lot: &str, centre: &Who) -> Vec<String> {
    let path = format!("/lots/{lot}/panel");
    let desk = world.get(&path, Some(centre)).await.expect(200).json();
    let seats = desk["seats"].as_array().unwrap().iter();
    seats
        .map(|seat| seat["state"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn an_interest_is_declared_once_and_ended_by_the_supervisor_alone() {
    let world = World::new().await;
    let experts = experts_in(&world, 1).await;
    let owner = world.person("zhang", Role::Owner, Some("锦江建设公司")).await;
    let bureau = world.person("jd", Role::Supervisor, Some(BUREAU)).await;
    let code = owner.code.clone().unwrap();
    let wrong = declare(&world, &experts[0], "91350100M000100Y44")
        .await
        .expect(422);
    assert_eq!(wrong.code(), "code.credit");
    declare(&world, &owner, &code).await.expect(403);
    declare(&world, &experts[0], &code).await.expect(201);
    let again = declare(&world, &experts[0], &code).await.expect(422);
    assert_eq!(again.code(), "expert.interest_twice");
    let page = world.page("/interests", Some(&experts[0])).await.expect(200);
    assert!(page.body.contains(&code) && page.body.contains("stands until the supervisor"));
    // staff read it on the expert's page, and that reading is recorded
    let listed = world.get("/experts", Some(&bureau)).await.expect(200).json();
    let path = format!("/experts/{}", listed["experts"][0]["id"].as_str().unwrap());
    let whole = world.get(&path, Some(&bureau)).await.expect(200).json();
    assert_eq!(whole["interests"][0]["org_code"], code.as_str());
    let end = format!("/interests/{}/end", whole["interests"][0]["id"].as_str().unwrap());
    let why = json!({ "reason": "已核实股份转让" });
    world.post(&end, Some(&experts[0]), &why).await.expect(403);
    world.post(&end, Some(&bureau), &why).await.expect(201);
    world.post(&end, Some(&bureau), &why).await.expect(404);
    let left = world
        .get("/interests", Some(&experts[0]))
        .await
        .expect(200)
        .json();
    assert_eq!(left["interests"], json!([]));
    world.end().await;
}

/// A town whose experts are told of ties to the owner and, once seated, to a bidder: `tie` ties the expert of
/// a place in the list. Who is tied to the owner is not drawn; who is tied to a bidder leaves at the opening.
/// The members with their calls, the bidder's code, the lot and the centre.
async fn tied(
    town: &Town,
    tie: impl AsyncFn(usize, &Who, &str),
) -> (Vec<(Who, String)>, String, String, Who) {
    let world = &town.world;
    let experts = experts_in(world, 12).await;
    let (tender, lot, _) = town.published_with(&lot_terms()).await;
    tie(0, &experts[0], town.owner.code.as_deref().unwrap()).await;
    let mut bidders = Vec::new();
    for (name, total) in [("甲", 390_000_000), ("乙", 385_000_000), ("丙", 380_000_000)] {
        let bidder = Bidder::new(world, name).await;
        bidder.bid(world, &tender, &lot, total).await.expect(201);
        bidders.push(bidder);
    }
    let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
    world.at("2026-06-22 08:00").await;
    let panel = format!("/lots/{lot}/panel");
    let body = json!({ "answer_minutes": 30 });
    world.post(&panel, Some(&centre), &body).await.expect(201);
    world.settle().await;
    let desk = world.get(&panel, Some(&centre)).await.expect(200).json();
    assert_eq!(desk["n_pool"], 11, "the owner's friend is not in the pool");
    let mut members: Vec<(Who, String)> = Vec::new();
    let mut places = Vec::new();
    for (i, expert) in experts.iter().enumerate() {
        let calls = world.get("/calls", Some(expert)).await.expect(200).json();
        if let Some(call) = calls["calls"][0]["id"].as_str() {
            let path = format!("/calls/{call}");
            let yes = json!({ "accepts": true });
            world.post(&path, Some(expert), &yes).await.expect(201);
            members.push((expert.clone(), path));
            places.push(i);
        }
    }
    let n = members.len();
    assert!(!places.contains(&0));
    // known before the opening: nothing tells anybody whether it concerns this lot
    let bidder = bidders[1].who.code.clone().unwrap();
    tie(places[0], &members[0].0, &bidder).await;
    assert_eq!(states(world, &lot, &centre).await, vec!["accepted"; n]);
    world.at("2026-06-22 09:06").await;
    let (who, call) = &members[0];
    assert_eq!(state(world, call, who).await, "recused");
    let then = states(world, &lot, &centre).await;
    assert_eq!(then.len(), n + 1, "the next of the order was called: {then:?}");
    assert_eq!(then[n], "invited");
    (members, bidder, lot, centre)
}

async fn state(world: &World, call: &str, who: &Who) -> Value {
    world.get(call, Some(who)).await.expect(200).json()["state"].clone()
}

#[actix_web::test]
async fn who_declared_an_interest_is_not_drawn_and_leaves_when_it_turns_out_to_bid() {
    let town = Town::new().await;
    let world = &town.world;
    let declared = async |_, who: &Who, code: &str| {
        declare(world, who, code).await.expect(201);
    };
    let (members, bidder, lot, centre) = tied(&town, declared).await;
    let n = states(world, &lot, &centre).await.len();
    // declared after the opening: at once
    let (who, call) = &members[1];
    declare(world, who, &bidder).await.expect(201);
    assert_eq!(state(world, call, who).await, "recused");
    world.settle().await;
    assert_eq!(states(world, &lot, &centre).await.len(), n + 1);
    town.world.end().await;
}

#[actix_web::test]
async fn a_relative_at_a_party_keeps_an_expert_out_and_bad_lines_of_the_list_are_named() {
    let town = Town::new().await;
    let world = &town.world;
    let listed = async |i: usize, _: &Who, code: &str| {
        let office = world
            .person(&format!("office{i}"), Role::Committee, Some("市行政审批局"))
            .await;
        let csv = format!(
            "expert_no,relation,person,org_code\n\
             E{:04},配偶,张某,{code}\nE9999,子女,李某,{code}\nE0005,配偶,王某,123\nE0005,配偶\n",
            i + 1
        );
        let body = json!({ "households": csv });
        let done = world
            .post("/households", Some(&office), &body)
            .await
            .expect(200)
            .json();
        assert_eq!(done["n_new"], 1, "{done}");
        let bad = done["bad"].as_array().unwrap().iter();
        let bad: Vec<_> = bad
            .map(|bad| [&bad["line"], &bad["field"], &bad["code"]])
            .collect();
        assert_eq!(
            json!(bad),
            json!([
                [3, "expert_no", "expert.unknown"],
                [4, "org_code", "code.credit"],
                [5, "", "expert.cells"]
            ])
        );
    };
    tied(&town, listed).await;
    town.world.end().await;
}
