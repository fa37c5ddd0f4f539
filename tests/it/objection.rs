//! Where objections stand it is said who may object and when, before anybody has signed in.

use serde_json::{Value, json};

use crate::{
    story::{INSIDE, Story},
    tender::Town,
    world::{Who, World},
};

/// What the tab of a project's only lot says can be objected to now, and whether an end of it is told.
async fn open(world: &World, number: &str, who: Option<&Who>) -> Vec<(Value, bool)> {
    let tab = world.get(&format!("/xm/{number}/objections"), who).await;
    let tab = tab.expect(200).json();
    let windows = tab["body"]["lots"][0]["windows"].as_array().unwrap().clone();
    assert_eq!(windows.len(), 4, "each kind is told of");
    let open = windows.into_iter().filter(|window| window["is_open"] == true);
    open.map(|window| (window["kind"].clone(), window["until"].is_i64()))
        .collect()
}

#[actix_web::test]
async fn a_visitor_reads_who_may_object_to_the_documents_until_when() {
    let town = Town::new().await;
    let (_, lot, number) = town.published().await;
    assert_eq!(
        open(&town.world, &number, None).await,
        [(json!("documents"), true)]
    );
    let page = format!("/lots/{lot}/objections");
    let sign_in = format!("href=\"/session?next={page}\"");
    for path in [&format!("/xm/{number}/objections"), &page] {
        let html = town.world.page(path, None).await.expect(200).body;
        assert!(
            html.contains(&sign_in) && html.contains("Whoever means to take part"),
            "{html}"
        );
        // one of the owner has nothing to object to, and needs no other sign-in
        let html = town.world.page(path, Some(&town.owner)).await.expect(200).body;
        assert!(
            !html.contains(&sign_in) && html.contains("Whoever means to take part"),
            "{html}"
        );
    }
    town.world.end().await;
}

#[actix_web::test]
async fn what_can_be_objected_to_follows_the_course_of_the_lot() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    let (world, number) = (story.world(), &story.number);
    assert_eq!(open(world, number, None).await, []);
    let html = world.page(&format!("/xm/{number}/objections"), None).await;
    assert!(!html.expect(200).body.contains("/session?next=/lots/"));
    // what is not decided leads to what there is
    let html = world
        .page(&format!("/xm/{number}/result"), None)
        .await
        .expect(200)
        .body;
    let candidates = format!("<a href=\"/xm/{number}/candidates\">");
    assert_eq!(html.matches(&candidates).count(), 2, "{html}");
    story.reviewed(&[]).await;
    assert_eq!(open(world, number, None).await, [(json!("list"), false)]);
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    assert_eq!(open(world, number, None).await, []);
    story.publish().await;
    assert_eq!(open(world, number, None).await, [(json!("result"), true)]);
    story.town.world.end().await;
}
