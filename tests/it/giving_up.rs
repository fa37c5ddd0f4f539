//! A winner who gives up before the contract: he falls out, the next in the published order follows, and
//! nothing is drawn again.

use serde_json::{Value, json};
use tianping::domain::time::{DAY, Instant};

use crate::{
    redo::{archive_of, without},
    story::{INSIDE, Story},
};

/// The owner excludes somebody; the code of the refusal.
async fn refused(story: &Story, bidder: &Value) -> String {
    let owner = &story.town.owner;
    let asked = json!({ "bidder": bidder, "cause": "gave_up", "clause": "5.1", "reason": "放弃" });
    let page = format!(
        "exclusions?bidder={}&cause=gave_up&clause=5.1&reason=%E6%94%BE%E5%BC%83",
        bidder.as_str().unwrap()
    );
    let check = story.get(&page, Some(owner)).await;
    let digest = check["digest"].as_str().unwrap();
    let answer = story.sign("exclusions", owner, &asked, digest).await;
    answer.expect(422).code()
}

async fn owed(story: &Story) -> Vec<String> {
    let desk = story.world().get("/desk", Some(&story.town.owner)).await;
    let desk = desk.expect(200).json();
    let tasks = desk["tasks"].as_array().unwrap().iter();
    tasks
        .map(|task| task["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn a_winner_who_gives_up_is_followed_by_the_next() {
    let story = Story::awarded(&json!({ "n_candidates": 2 }), &INSIDE).await;
    let world = story.world();
    let result = story.get("result", None).await;
    let drawn = |place: usize| result["ranked"][place]["bidder"].clone();
    assert_eq!(result["winner"], drawn(0));
    assert_eq!(refused(&story, &drawn(1)).await, "award.not_winner");
    let page = world.page(&story.path("award"), Some(&story.town.owner)).await;
    assert!(
        page.expect(200).body.contains(&story.path("exclusions")),
        "the way there"
    );
    let check = story.get("exclusions", Some(&story.town.owner)).await;
    assert_eq!(check["ranked"].as_array().unwrap().len(), 1, "only the winner");
    world.later(DAY).await;
    let left = story.exclude(&drawn(0)).await;
    assert_eq!(
        (&left["stage"], &left["is_to_publish"]),
        (&json!("standstill"), &json!(false))
    );
    let owed = owed(&story).await;
    assert!(
        owed.contains(&"decide_award".to_owned()) && !owed.contains(&"sign_contract".to_owned()),
        "{owed:?}"
    );
    let own = story
        .bidders
        .iter()
        .find(|one| drawn(0) == one.token().as_str())
        .unwrap();
    let own = story.get("result/mine", Some(&own.who)).await;
    assert!(own.to_string().contains("abandoned"), "he reads why: {own}");
    // the second was published with the first: he is awarded to at once
    let second = story.decide().await.expect(201).json();
    assert_eq!(second["winner"], drawn(1));
    // the third was not, and has to stand first
    let left = story.exclude(&drawn(1)).await;
    assert_eq!(left["is_to_publish"], true);
    let ends_at = story.publish().await;
    assert_eq!(story.decide().await.expect(422).code(), "award.runs");
    world.jump(Instant(ends_at)).await;
    let third = story.decide().await.expect(201).json();
    assert_eq!(third["winner"], drawn(2));

    let (archive, redo) = archive_of(&story).await;
    assert_eq!(redo(&archive), Ok(third["winner"].as_str().map(str::to_owned)));
    // a second award without the winner's giving up is one too many
    let other = without(&archive, |shown| shown.event().act == "candidate.excluded");
    let flaw = redo(&other).unwrap_err();
    assert!(flaw.contains("decided twice"), "{flaw}");
    story.town.world.end().await;
}
