//! What a draw may hang on beside its contributions: the balls of the hall, and the supervision
//! bureau's decision that voids an attempt.

use serde_json::{Value, json};
use tianping::{
    domain::{actor::Role, time::HOUR},
    proof::{canon, sig::SecretKey},
    secrets,
};

use crate::{
    consent::consent,
    story::{BUREAU, INSIDE, Story},
    world::{Reply, Who, World},
};

/// An object signed with the key of a built-in duty: `signed/1`.
pub fn signed_by(world: &World, duty: &str, x: &Value) -> Value {
    let dir = world.dir.path().join("holders").join(duty);
    let seed = secrets::key(&dir, "duty.key", &world.app.entropy).unwrap();
    let key = SecretKey::from_seed(&seed);
    let mut sig = serde_json::to_value(key.sig_of(x).unwrap()).unwrap();
    sig["t"] = json!("sig/1");
    json!({ "t": "signed/1", "x": x, "sig": sig })
}

pub async fn send(story: &Story, page: &str, bureau: &Who, duty: &str, x: &Value) -> Reply {
    let body = json!({ "signed": signed_by(story.world(), duty, x) });
    let digest = canon::digest(x).unwrap().to_hex();
    story.sign(page, bureau, &body, &digest).await
}

/// The newest draw is voided by the bureau, with the centre's consent.
pub async fn void(story: &Story, bureau: &Who) -> Value {
    let hall = story.get("hall?reason=%E4%B8%AD%E6%96%AD", Some(bureau)).await;
    let decision: Value = serde_json::from_str(hall["paper"]["object"].as_str().unwrap()).unwrap();
    let consent_to = story.path("voidings/consent");
    consent(story.world(), &consent_to, &story.centre, "录像中断")
        .await
        .expect(201);
    let voided = send(story, "voidings", bureau, "sup", &decision).await;
    voided.expect(201).json()
}

#[actix_web::test]
async fn balls_named_in_the_documents_enter_once() {
    let story = Story::opened(&json!({ "has_balls": true }), &INSIDE).await;
    story.reviewed(&[]).await;
    let bureau = story.world().person("jd", Role::Supervisor, Some(BUREAU)).await;
    story.draw("coefficient-draw").await;
    assert_eq!(story.get("hall", None).await["decisions"], json!(["voiding"]));
    story.draw("award-draw").await;
    assert_eq!(
        story.stage().await,
        "award_draw",
        "no key is given before the balls"
    );
    let bad = format!("/lots/{}/hall?digits=3,17", story.lot);
    let bad = story.world().get(&bad, Some(&bureau)).await;
    assert_eq!(bad.expect(422).code(), "award.beacon_unfit");
    let hall = story.get("hall?digits=3%2017%204", Some(&bureau)).await;
    let balls: Value = serde_json::from_str(hall["paper"]["object"].as_str().unwrap()).unwrap();
    let other = send(&story, "award-draw/balls", &bureau, "op", &balls)
        .await
        .expect(422);
    assert_eq!(other.code(), "award.beacon_unfit");
    send(&story, "award-draw/balls", &bureau, "sup", &balls)
        .await
        .expect(201);
    let again = send(&story, "award-draw/balls", &bureau, "sup", &balls)
        .await
        .expect(422);
    assert_eq!(again.code(), "award.balls");
    story.world().settle().await;
    assert_eq!(story.stage().await, "standstill");
    let minutes = story.get("minutes", None).await;
    assert_eq!(minutes["minutes"]["draws"][1]["digits"], "3 17 4");
    story.town.world.end().await;
}

/// The page of the draw and the evidence name the voided attempt with the reason, and the bidders are told.
async fn everybody_learns_of_it(story: &Story) {
    let voided = &story.get("hall", None).await["award"]["voided"][0];
    assert_eq!(
        (&voided["attempt"], &voided["void_reason"]),
        (&json!(1), &json!("中断"))
    );
    let page = story
        .world()
        .page(&story.path("hall"), None)
        .await
        .expect(200)
        .body;
    assert!(page.contains("中断"), "the console says why");
    let evidence = format!(
        "/xm/{}/evidence",
        story.get("result", None).await["number"].as_str().unwrap()
    );
    let evidence = story.world().get(&evidence, None).await.expect(200).json();
    let draws = evidence["body"]["draws"].as_array().unwrap();
    let is_it = |draw: &&Value| draw["state"] == "voided" && draw["sha256"].is_string();
    assert_eq!(draws.iter().filter(is_it).count(), 1);
    let inbox = story.world().get("/messages", Some(&story.bidders[0].who)).await;
    let inbox = inbox.expect(200).body;
    assert!(inbox.contains("中断"), "the bidder is told: {inbox}");
}

#[actix_web::test]
async fn a_second_attempt_needs_the_bureaus_decision_and_fresh_keys() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&[]).await;
    let bureau = story.world().person("jd", Role::Supervisor, Some(BUREAU)).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    let first = story.get("result", None).await;
    let about = "hall?reason=%E7%8E%B0%E5%9C%BA%E5%BD%95%E5%83%8F%E4%B8%AD%E6%96%AD";
    assert!(
        story.get(about, None).await["paper"].is_null(),
        "papers are the bureau's"
    );
    let hall = story.get(about, Some(&bureau)).await;
    let decision: Value = serde_json::from_str(hall["paper"]["object"].as_str().unwrap()).unwrap();
    assert_eq!(decision["reason"], "现场录像中断");
    // in a sandbox the built-in bureau has signed it
    let signed: Value = serde_json::from_str(hall["paper"]["signed"].as_str().unwrap()).unwrap();
    assert_eq!(signed["x"], decision);
    assert_eq!(signed["sig"], signed_by(story.world(), "sup", &decision)["sig"]);
    let other = send(&story, "voidings", &bureau, "op", &decision)
        .await
        .expect(422);
    assert_eq!(other.code(), "award.void_unfit");
    let voided = void(&story, &bureau).await;
    assert_eq!(
        (&voided["attempt"], &voided["stage"]),
        (&json!(1), &json!("draw2-a2"))
    );
    assert_eq!(story.stage().await, "award_draw");
    everybody_learns_of_it(&story).await;
    let early = story
        .post("award-draw", &story.centre, &json!({}))
        .await
        .expect(422);
    assert_eq!(early.code(), "award.no_keys");
    story.world().settle().await;
    story.world().later(HOUR).await;
    let frozen = story.draw("award-draw").await;
    assert_eq!(
        (&frozen["attempt"], &frozen["stage"]),
        (&json!(2), &json!("draw2-a2"))
    );
    let second = story.get("result", None).await;
    assert_eq!(second["stage"], "standstill");
    assert_ne!(
        first["method"]["draws"][1]["sha256"],
        second["method"]["draws"][1]["sha256"]
    );
    // the attempt that was voided is named in the minutes
    let minutes = story.get("minutes", None).await;
    let states: Vec<&Value> = minutes["minutes"]["draws"]
        .as_array()
        .unwrap()
        .iter()
        .map(|draw| &draw["state"])
        .collect();
    assert_eq!(states, [&json!("done"), &json!("voided"), &json!("done")]);
    story.publish().await;
    let late = send(&story, "voidings", &bureau, "sup", &decision)
        .await
        .expect(422);
    assert_eq!(late.code(), "award.not_voided");
    story.town.world.end().await;
}
