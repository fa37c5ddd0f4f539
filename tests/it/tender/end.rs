//! Incidents, withdrawals, terminations.

use serde_json::{Value, json};
use tianping::{
    app::incident,
    domain::{actor::Role, time::MINUTE},
};

use super::Town;

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
    let resolution = format!("{path}/resolution");
    let digest = check["digest"].as_str().unwrap();
    let mut soon: Value = serde_json::from_str(check["object"].as_str().unwrap()).unwrap();
    soon["deadline"] = json!(1_782_099_060_000_i64 - MINUTE);
    let body = json!({ "deadlines": [town.signed(&soon)] });
    let refused = town
        .world
        .sign(&resolution, &town.owner, &body, digest)
        .await
        .expect(422)
        .json();
    assert_eq!(refused["code"], "incident.too_soon");
    assert!(
        refused["message"].as_str().unwrap().contains("2026-06-22 11:31"),
        "{refused}"
    );
    let body = json!({ "deadlines": [town.signed(&check["object"])] });
    town.world
        .sign(&resolution, &town.owner, &body, digest)
        .await
        .expect(201);
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
