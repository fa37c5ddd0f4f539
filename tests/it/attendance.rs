//! Attendance of the award session: each party signs in itself while it is open, and the minutes name them.

use serde_json::{Value, json};
use tianping::domain::actor::Role;

use crate::{
    bidder::Bidder,
    story::{BUREAU, INSIDE, Story},
};

#[actix_web::test]
async fn who_signs_in_to_the_session_stands_in_its_minutes() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    let world = story.world();
    story.reviewed(&[]).await;
    let bidder = &story.bidders[0].who;
    let bureau = world.person("jd", Role::Supervisor, Some(BUREAU)).await;
    let nothing = json!({});
    let early = story.post("attendances", bidder, &nothing).await.expect(422);
    assert_eq!(early.code(), "award.no_session");
    story.post("hall", &story.centre, &nothing).await.expect(201);
    let hall = story.get("hall", Some(bidder)).await;
    assert_eq!(
        (&hall["may_attend"], &hall["present"]),
        (&json!(true), &json!([]))
    );
    for who in [bidder, &story.town.owner, &bureau, bidder] {
        story.post("attendances", who, &nothing).await.expect(201);
    }
    let stranger = Bidder::new(world, "局外公司").await;
    story
        .post("attendances", &stranger.who, &nothing)
        .await
        .expect(404);
    story
        .post("attendances", &story.centre, &nothing)
        .await
        .expect(403);
    let hall = story.get("hall", Some(bidder)).await;
    assert_eq!(hall["may_attend"], false);
    let roles = |present: &Value, name: &str| -> Vec<Value> {
        let all = present.as_array().unwrap().iter();
        all.map(|one| one[name].clone()).collect()
    };
    let expected = ["bidder", "owner", "supervisor"].map(|role| json!(role));
    assert_eq!(roles(&hall["present"], "role"), expected);
    let attended = hall["attendance"].as_array().unwrap().iter();
    assert_eq!(attended.filter(|one| one["attended_at"].is_i64()).count(), 1);
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    let late = story.post("attendances", &story.bidders[1].who, &nothing).await;
    assert_eq!(late.expect(422).code(), "award.no_session");
    let minutes = story.get("minutes", None).await;
    let present = minutes["minutes"]["present"].as_array().unwrap();
    let named: Vec<Value> = present.iter().map(|one| one[0].clone()).collect();
    assert_eq!(named, expected);
    let page = world.page(&story.path("minutes"), None).await.expect(200).body;
    assert!(page.contains(present[0][1].as_str().unwrap()), "{page}");
    story.town.world.end().await;
}
