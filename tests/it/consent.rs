//! What one power may do only with the consent of another: voiding a draw, reading a panel's names
//! before the evaluation is over.

use serde_json::{Value, json};
use tianping::domain::{
    actor::{Position, Role},
    time::{DAY, HOUR, MINUTE},
};

use crate::{
    redraw::send,
    story::{BUREAU, CENTRE, INSIDE, Story},
    world::{Reply, Who, World},
};

/// Somebody consents on a page, for a reason.
pub async fn consent(world: &World, path: &str, who: &Who, reason: &str) -> Reply {
    let query = serde_html_form::to_string([("reason", reason)]).unwrap();
    let check = world.get(&format!("{path}?{query}"), Some(who)).await;
    let digest = match check.status {
        200 => check.json()["digest"].as_str().unwrap().to_owned(),
        _ => "0".repeat(64),
    };
    let body = json!({ "reason": reason });
    world.sign(path, who, &body, &digest).await
}

async fn newest_message(world: &World, who: &Who) -> String {
    let inbox = world.get("/messages", Some(who)).await.expect(200).json();
    inbox["messages"][0]["subject"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_draw_is_voided_with_the_consent_of_centre_or_owner_and_once() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    let world = story.world();
    story.reviewed(&[]).await;
    let bureau = world.person("jd", Role::Supervisor, Some(BUREAU)).await;
    let head = world.person("tou", Role::CentreHead, Some(CENTRE)).await;
    let rival = world.person("bie", Role::Owner, Some("别家建设公司")).await;
    let clerk = world
        .person_in("clerk", Role::Owner, Some("锦江建设公司"), Position::Preparer)
        .await;
    story.draw("coefficient-draw").await;
    let page = story.path("voidings/consent");
    let hall = story.get("hall?reason=again", Some(&bureau)).await;
    assert_eq!(hall["consent"], json!({ "may_consent": false, "holds": null }));
    assert!(
        story.get("hall", None).await["consent"].is_null(),
        "it is not the public's"
    );
    let decision: Value = serde_json::from_str(hall["paper"]["object"].as_str().unwrap()).unwrap();
    let void = async || send(&story, "voidings", &bureau, "sup", &decision).await;
    let alone = void().await.expect(422);
    assert_eq!(alone.code(), "consent.missing");
    assert!(
        alone.body.contains("the trading centre or the owner"),
        "{}",
        alone.body
    );
    let shown = world.page(&story.path("hall"), Some(&bureau)).await.expect(200);
    assert!(
        shown.body.contains("None holds"),
        "the bureau sees what it waits for"
    );
    // nobody of the bureau's own power, of another owner's, or who may not sign
    let same = consent(world, &page, &bureau, "x").await.expect(403);
    assert_eq!(same.code(), "act.not_yours");
    consent(world, &page, &rival, "x").await.expect(404);
    let unable = consent(world, &page, &clerk, "x").await.expect(422);
    assert_eq!(unable.code(), "account.position");
    let form = world.page(&story.path("hall"), Some(&head)).await.expect(200);
    assert!(form.body.contains(&page), "who consents gets there");
    world.page(&page, Some(&head)).await.expect(200);
    let given = consent(world, &page, &head, "录像中断").await.expect(201).json();
    assert_eq!(given["power"], "operate");
    assert!(newest_message(world, &bureau).await.starts_with("Consent given"));
    let twice = consent(world, &page, &story.town.owner, "x").await.expect(422);
    assert_eq!(twice.code(), "consent.stands");
    // a day later it holds no more
    world.later(DAY + MINUTE).await;
    assert_eq!(void().await.expect(422).code(), "consent.missing");
    let given = consent(world, &page, &story.town.owner, "同意重抽").await;
    assert_eq!(given.expect(201).json()["power"], "decide");
    void().await.expect(201);
    world.settle().await;
    assert_eq!(story.stage().await, "coefficient_draw");
    // the next attempt is another draw: what was consented to is spent
    world.later(HOUR).await;
    story.draw("coefficient-draw").await;
    let hall = story.get("hall?reason=again", Some(&bureau)).await;
    let decision: Value = serde_json::from_str(hall["paper"]["object"].as_str().unwrap()).unwrap();
    let again = send(&story, "voidings", &bureau, "sup", &decision).await;
    assert_eq!(again.expect(422).code(), "consent.missing");
    story.town.world.end().await;
}

#[actix_web::test]
async fn names_are_read_before_their_time_with_the_consent_of_the_centres_head() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    let world = story.world();
    let bureau = world.person("jd", Role::Supervisor, Some(BUREAU)).await;
    let head = world.person("tou", Role::CentreHead, Some(CENTRE)).await;
    let panel = story.get("panel", Some(&bureau)).await;
    let panel = format!("/panels/{}", panel["id"].as_str().unwrap());
    let members = format!("{panel}/members");
    let page = format!("{members}/consent");
    let read = async || world.get(&members, Some(&bureau)).await;
    assert_eq!(read().await.expect(422).code(), "consent.missing");
    let shown = world.page(&panel, Some(&bureau)).await.expect(200);
    assert!(
        shown.body.contains("None holds"),
        "the bureau sees what it waits for"
    );
    for who in [&bureau, &story.centre, &story.town.owner] {
        let unable = consent(world, &page, who, "x").await.expect(403);
        assert_eq!(unable.code(), "act.not_yours");
    }
    let listed = world.get("/panels", Some(&head)).await.expect(200);
    assert!(panel.ends_with(listed.json()["panels"][0]["id"].as_str().unwrap()));
    let desk = world.page(&panel, Some(&head)).await.expect(200);
    assert!(desk.body.contains(&page), "who consents gets there");
    consent(world, &page, &head, "举报核查").await.expect(201);
    assert!(newest_message(world, &bureau).await.starts_with("Consent given"));
    let named = read().await.expect(200).json();
    assert_eq!(named["members"].as_array().unwrap().len(), story.members.len());
    assert_eq!(read().await.expect(422).code(), "consent.missing", "it is spent");
    // the evaluation over, the bureau reads as B.7 says
    story.reviewed(&[]).await;
    read().await.expect(200);
    let late = consent(world, &page, &head, "x").await.expect(422);
    assert_eq!(late.code(), "consent.not_needed");
    story.town.world.end().await;
}
