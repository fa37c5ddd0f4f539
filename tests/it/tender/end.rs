//! Incidents, withdrawals, terminations.

use serde_json::{Value, json};
use tianping::{
    app::incident,
    domain::{
        actor::{Position, Role},
        time::MINUTE,
    },
};

use super::Town;
use crate::world::Who;

#[actix_web::test]
async fn a_failure_in_the_last_hours_holds_the_lot_until_its_owner_sets_the_time() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
    let fetcher = town
        .world
        .person("zhao-liu", Role::Bidder, Some("默默市政公司"))
        .await;
    let listed = town
        .world
        .get(&format!("/tenders/{tender}/workspace"), Some(&fetcher))
        .await
        .expect(200)
        .json();
    town.world
        .get(
            &format!("/documents/{}", listed["documents"][0]["id"].as_str().unwrap()),
            Some(&fetcher),
        )
        .await
        .expect(200);
    let path = format!("/lots/{lot}/incident");
    assert_eq!(
        town.world.get(&path, Some(&town.owner)).await.expect(422).code(),
        "incident.none"
    );
    // alive until 06:00, then dead until half an hour after the deadline
    town.world.at("2026-06-22 06:00").await;
    town.world
        .app
        .clock
        .forward_to(tianping::domain::time::Instant::parse_local("2026-06-22 09:30").unwrap());
    assert_eq!(incident::look_back(&town.world.app).await.unwrap(), 1);
    assert_eq!(
        incident::look_back(&town.world.app).await.unwrap(),
        0,
        "looked at once"
    );
    town.world.later(MINUTE).await;
    let head = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    let held = &head["head"]["lots"][0];
    assert_eq!(
        (&held["stage"], &held["is_held"]),
        (&json!("open"), &json!(true)),
        "the closing did not run"
    );
    let inbox = town
        .world
        .get("/messages", Some(&fetcher))
        .await
        .expect(200)
        .json();
    assert!(
        inbox["messages"][0]["subject"]
            .as_str()
            .unwrap()
            .starts_with("On hold"),
        "{inbox}"
    );
    let check = town.world.get(&path, Some(&town.owner)).await.expect(200).json();
    assert_eq!(
        check["proposed_at"], 1_782_099_060_000_i64,
        "2026-06-22 11:31, the last hours in full"
    );
    resolved_by_two(&town, &path, check["proposed_at"].as_i64().unwrap()).await;
    let head = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(head["head"]["lots"][0]["is_held"], false);
    assert_eq!(head["head"]["lots"][0]["next"]["at"], 1_782_099_060_000_i64);
    let inbox = town
        .world
        .get("/messages", Some(&fetcher))
        .await
        .expect(200)
        .json();
    assert!(
        inbox["messages"][0]["subject"]
            .as_str()
            .unwrap()
            .starts_with("New deadline"),
        "{inbox}"
    );
    town.world.end().await;
}

#[actix_web::test]
async fn a_failure_is_declared_in_the_last_hours_only() {
    let town = Town::new().await;
    let (_, lot, _) = town.published().await;
    let centre = town
        .world
        .person("sun", Role::CentreOperator, Some("交易中心"))
        .await;
    let path = format!("/lots/{lot}/incident");
    let why = json!({ "reason": "光缆中断" });
    let early = town.world.post(&path, Some(&centre), &why).await.expect(422);
    assert_eq!(early.code(), "incident.too_early");
    assert!(early.body.contains("2026-06-22 07:00"), "{}", early.body);
    town.world.at("2026-06-22 07:30").await;
    town.world.post(&path, Some(&centre), &why).await.expect(201);
    let again = town.world.post(&path, Some(&centre), &why).await.expect(422);
    assert_eq!(again.code(), "incident.held");
    town.world.end().await;
}

/// A preparer proposes the new time, and a signatory who did not propose it signs exactly it.
async fn resolved_by_two(town: &Town, path: &str, earliest: i64) {
    let (world, owner) = (&town.world, &town.owner);
    let clerk = world
        .person_in("clerk", Role::Owner, Some("锦江建设公司"), Position::Preparer)
        .await;
    let bureau = world.person("jd", Role::Supervisor, Some("市住建局")).await;
    let (proposal, resolution) = (format!("{path}/proposal"), format!("{path}/resolution"));
    let propose = async |who: &Who, at: i64| {
        let body = json!({ "closes_at": at });
        world.post(&proposal, Some(who), &body).await
    };
    let sign = async |who: &Who, object: &Value, digest: &str| {
        let body = json!({ "deadlines": [town.signed(object)] });
        world.sign(&resolution, who, &body, digest).await
    };
    let refused = sign(owner, &json!({ "t": "deadline.set/1" }), &"0".repeat(64)).await;
    assert_eq!(refused.expect(422).code(), "incident.not_proposed");
    let soon = propose(&clerk, earliest - MINUTE).await.expect(422).json();
    assert_eq!(soon["code"], "incident.too_soon");
    assert!(
        soon["message"].as_str().unwrap().contains("2026-06-22 11:31"),
        "{soon}"
    );
    // who proposed it does not sign it, be he a signatory
    propose(owner, earliest + MINUTE).await.expect(201);
    let shown = async |who: &Who| world.get(path, Some(who)).await.expect(200).json()["proposal"].clone();
    let own = shown(owner).await;
    assert_eq!(own["is_own"], true);
    let alone = sign(owner, &own["object"], own["digest"].as_str().unwrap()).await;
    assert_eq!(alone.expect(422).code(), "deadline.second_person");
    // a later proposal takes its place
    propose(&clerk, earliest).await.expect(201);
    let told = world.get("/messages", Some(owner)).await.json();
    let subject = told["messages"][0]["subject"].as_str().unwrap();
    assert!(subject.starts_with("Sign the new time"), "{told}");
    let seen = shown(owner).await;
    let digest = seen["digest"].as_str().unwrap();
    let other = sign(owner, &own["object"], digest).await;
    assert_eq!(
        other.expect(422).code(),
        "deadline.unfit",
        "not the time that is proposed"
    );
    let unable = sign(&clerk, &seen["object"], digest).await;
    assert_eq!(unable.expect(422).code(), "account.position");
    sign(owner, &seen["object"], digest).await.expect(201);
    let told = world.get("/messages", Some(&bureau)).await.json();
    let subject = told["messages"][0]["subject"].as_str().unwrap();
    assert!(subject.starts_with("Deadline moved"), "{told}");
}

#[actix_web::test]
async fn a_tender_is_taken_back_before_its_deadline_only_and_a_lot_broken_off_with_a_reason() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
    let reason = "资金安排调整";
    let ends = [
        (format!("/lots/{lot}/termination"), "terminated"),
        (format!("/tenders/{tender}/withdrawal"), "withdrawn"),
    ];
    let (termination, _) = &ends[0];
    town.world
        .sign(
            termination,
            &town.owner,
            &json!({ "reason": " " }),
            &"0".repeat(64),
        )
        .await
        .expect(422);
    let asked = town
        .world
        .get(&format!("{}?reason=x", ends[1].0), Some(&town.owner))
        .await
        .expect(200)
        .json();
    let body = json!({ "reason": reason });
    let other = town
        .world
        .sign(&ends[1].0, &town.owner, &body, asked["digest"].as_str().unwrap())
        .await;
    assert_eq!(
        other.expect(422).code(),
        "paper.changed",
        "another reason was signed"
    );
    let query = serde_html_form::to_string([("reason", reason)]).unwrap();
    let asked = town
        .world
        .get(&format!("{}?{query}", ends[1].0), Some(&town.owner))
        .await
        .expect(200)
        .json();
    town.world
        .sign(&ends[1].0, &town.owner, &body, asked["digest"].as_str().unwrap())
        .await
        .expect(201);
    let head = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(head["head"]["lots"][0]["stage"], "withdrawn");
    let changes = town
        .world
        .get(&format!("/xm/{number}/changes"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(changes["body"]["announcements"][0]["text"], reason);
    let asked = town
        .world
        .get(&format!("{termination}?{query}"), Some(&town.owner))
        .await
        .expect(200)
        .json();
    let again = town
        .world
        .sign(termination, &town.owner, &body, asked["digest"].as_str().unwrap())
        .await;
    assert_eq!(again.expect(422).code(), "tender.ended");
    town.world.end().await;
}
