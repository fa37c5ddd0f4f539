//! What is owed stands on the desks of those who owe it, with the rule that says until when, and is off
//! them once it is done.

use serde_json::{Value, json};
use tianping::domain::{actor::Role, time::Instant};

use crate::{
    bidder::Bidder,
    story::{BUREAU, CENTRE, INSIDE, Story},
    tender::Town,
    world::{Who, World},
};

/// The kind, rule and limit of each task on somebody's desk.
async fn owed(world: &World, who: &Who) -> Vec<(Value, Value, Value)> {
    let desk = world.get("/desk", Some(who)).await.expect(200).json();
    let tasks = desk["tasks"].as_array().unwrap().iter();
    tasks
        .map(|task| (task["kind"].clone(), task["rule"].clone(), task["due_at"].clone()))
        .collect()
}

#[actix_web::test]
async fn the_centre_owes_the_opening_from_the_deadline_and_then_its_record() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    for (i, total) in INSIDE.iter().enumerate() {
        let bidder = Bidder::new(world, &format!("第{i}建设公司")).await;
        bidder.bid(world, &tender, &lot, *total).await.expect(201);
    }
    let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
    assert_eq!(owed(world, &centre).await, []);
    world.at("2026-06-22 09:01").await;
    let late = Instant::parse_local("2026-06-22 09:30").unwrap();
    let opening = (json!("open_bids"), json!("Z45R"), json!(late));
    assert_eq!(owed(world, &centre).await, [opening]);
    let html = world.page("/desk", Some(&centre)).await.expect(200).body;
    assert!(
        html.contains("href=\"/rules#Z45R\"") && !html.contains("owed-"),
        "{html}"
    );
    world.at("2026-06-22 09:06").await;
    let record = (json!("publish_opening"), Value::Null, Value::Null);
    assert_eq!(owed(world, &centre).await, [record]);
    town.world.end().await;
}

/// What of the award session stands on somebody's desk: what, where, and whether it must be done.
async fn of_session(world: &World, who: &Who) -> Vec<[Value; 3]> {
    let desk = world.get("/desk", Some(who)).await.expect(200).json();
    let tasks = desk["tasks"].as_array().unwrap().iter();
    let found = tasks.filter(|task| {
        ["attend", "confirm_list", "sign_minutes"]
            .iter()
            .any(|kind| task["kind"] == *kind)
    });
    found
        .map(|task| ["kind", "link", "status"].map(|name| task[name].clone()))
        .collect()
}

#[actix_web::test]
async fn the_list_and_the_minutes_stand_on_the_desks_until_they_are_confirmed_and_signed() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    let world = story.world();
    let [bidder, other] = [0, 1].map(|i| &story.bidders[i].who);
    assert_eq!(of_session(world, bidder).await, [] as [[Value; 3]; 0]);
    story.reviewed(&[]).await;
    let confirm = [json!("confirm_list"), json!(story.path("hall")), json!("may")];
    assert_eq!(of_session(world, bidder).await, vec![confirm.clone()]);
    let html = world.page("/desk", Some(bidder)).await.expect(200).body;
    assert!(html.contains("tag-may") && !html.contains("owed-"), "{html}");
    let listed = story.get("result", None).await;
    let right = json!({ "digest": listed["method"]["list"] });
    story.post("confirmations", bidder, &right).await.expect(201);
    assert_eq!(of_session(world, bidder).await, [] as [[Value; 3]; 0]);
    story.draw("coefficient-draw").await;
    let attend = [json!("attend"), json!(story.path("hall")), json!("may")];
    for (who, then) in [(other, vec![confirm]), (&story.town.owner, vec![])] {
        assert_eq!(of_session(world, who).await, vec![attend.clone()]);
        story.post("attendances", who, &json!({})).await.expect(201);
        assert_eq!(of_session(world, who).await, then);
    }
    assert_eq!(of_session(world, &story.centre).await, [] as [[Value; 3]; 0]);
    story.draw("award-draw").await;
    assert_eq!(of_session(world, other).await, [] as [[Value; 3]; 0]);
    let bureau = world.person("jiandu", Role::Supervisor, Some(BUREAU)).await;
    let digest = story.get("minutes", None).await["digest"].clone();
    let sign = [json!("sign_minutes"), json!(story.path("minutes")), json!("todo")];
    for who in [&story.centre, &story.town.owner, &bureau] {
        assert_eq!(of_session(world, who).await, vec![sign.clone()]);
        let digest = digest.as_str().unwrap();
        story.sign("minutes", who, &json!({}), digest).await.expect(201);
        assert_eq!(of_session(world, who).await, [] as [[Value; 3]; 0]);
    }
    assert_eq!(of_session(world, bidder).await, [] as [[Value; 3]; 0]);
    story.town.world.end().await;
}

#[actix_web::test]
async fn minutes_that_nobody_signed_stay_on_the_desks_after_the_award() {
    let story = Story::awarded(&json!({}), &INSIDE).await;
    let world = story.world();
    let bureau = world.person("jiandu", Role::Supervisor, Some(BUREAU)).await;
    let digest = story.get("minutes", None).await["digest"].clone();
    let sign = [json!("sign_minutes"), json!(story.path("minutes")), json!("todo")];
    for who in [&story.centre, &bureau] {
        assert_eq!(of_session(world, who).await, vec![sign.clone()]);
        let digest = digest.as_str().unwrap();
        story.sign("minutes", who, &json!({}), digest).await.expect(201);
        assert_eq!(of_session(world, who).await, [] as [[Value; 3]; 0]);
    }
    story.town.world.end().await;
}

#[actix_web::test]
async fn an_agency_sees_what_it_may_do_for_its_owner() {
    let town = Town::new().await;
    let world = &town.world;
    let agency = world.person("lin", Role::Agency, Some("明德招标代理公司")).await;
    let other = world.person("yu", Role::Agency, Some("别处招标代理公司")).await;
    let (tender, _) = town.draft().await;
    let drafts = async |who| {
        let desk = world.get("/desk", Some(who)).await.expect(200).json();
        let tasks = desk["tasks"].as_array().unwrap().iter();
        let drafts = tasks.filter(|task| task["kind"] == "finish_draft");
        drafts.map(|task| task["link"].clone()).collect::<Vec<_>>()
    };
    let draft = [json!(format!("/tenders/{tender}"))];
    assert_eq!(drafts(&town.owner).await, draft);
    assert_eq!(drafts(&agency).await, [] as [Value; 0]);
    let mut project = town.project();
    project["agency_code"] = json!(agency.code);
    let form = world
        .get(&format!("/tenders/{tender}/change"), Some(&town.owner))
        .await;
    project["version"] = form.expect(200).json()["version"].clone();
    town.post(&format!("/tenders/{tender}"), &project)
        .await
        .expect(201);
    assert_eq!(drafts(&agency).await, draft);
    town.put(&tender, "文件.pdf", b"%PDF-1.7 documents")
        .await
        .expect(201);
    town.ceremony(&tender).await;
    town.publish_checked(&tender).await;
    assert_eq!(drafts(&agency).await, [] as [Value; 0]);
    let bidder = Bidder::new(world, "问事建设公司").await;
    let asked = json!({ "text": "工期从何日起算？" });
    let questions = format!("/tenders/{tender}/questions");
    let question = world.post(&questions, Some(&bidder.who), &asked).await;
    let question = question.expect(201).json()["id"].as_str().unwrap().to_owned();
    let task = [(json!("answer_question"), Value::Null, Value::Null)];
    assert_eq!(owed(world, &agency).await, task);
    assert_eq!(owed(world, &town.owner).await, task);
    assert_eq!(owed(world, &other).await, []);
    let answer = json!({ "text": "自开工令之日起。" });
    let page = format!("/questions/{question}/answer");
    world.post(&page, Some(&agency), &answer).await.expect(201);
    assert_eq!(
        (owed(world, &agency).await, owed(world, &town.owner).await),
        (vec![], vec![])
    );
    town.world.end().await;
}
