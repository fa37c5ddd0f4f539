//! Canaries before the deadline, the alarm when one fails, and the board that shows what is owed.

use tianping::domain::actor::Role;

use super::{CENTRE, acts, count, three_bids};
use crate::tender::Town;

#[actix_web::test]
async fn holders_answer_a_day_and_an_hour_ahead_and_nobody_is_alarmed() {
    let town = Town::new().await;
    let (tender, ..) = three_bids(&town).await;
    let before = count(&acts(&town, &tender).await, "canary.answered");
    town.world.at("2026-06-21 09:00").await;
    let day = count(&acts(&town, &tender).await, "canary.answered");
    assert_eq!(day - before, 2, "one answer of each holder for all its keys");
    town.world.at("2026-06-22 08:30").await;
    let acts = acts(&town, &tender).await;
    assert_eq!(count(&acts, "canary.answered") - day, 2);
    assert_eq!(count(&acts, "canary.failed"), 0);
    town.world.end().await;
}

#[actix_web::test]
async fn a_silent_holder_is_reported_once_and_shown_on_the_board() {
    let town = Town::new().await;
    let world = &town.world;
    let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
    let bureau = world.person("jian", Role::Supervisor, Some("市住建局")).await;
    let (tender, ..) = three_bids(&town).await;
    world.play(&["op"]);
    world.at("2026-06-21 09:10").await;
    let board = world
        .get("/duties/op/board", Some(&bureau))
        .await
        .expect(200)
        .json();
    let owed = board["owed"].as_array().unwrap();
    assert_eq!(owed.len(), 4, "a canary for each key: {board}");
    assert!(
        owed.iter()
            .all(|line| line["what"] == "canary" && line["status"] == "soon"),
        "{board}"
    );
    assert_eq!(board["kept"].as_array().unwrap().len(), 4);
    assert_eq!(count(&acts(&town, &tender).await, "canary.failed"), 0);
    world.at("2026-06-21 09:15").await;
    world.at("2026-06-21 12:00").await;
    assert_eq!(count(&acts(&town, &tender).await, "canary.failed"), 1);
    for who in [&centre, &bureau] {
        let inbox = world.get("/messages", Some(who)).await.expect(200);
        assert!(inbox.body.contains("op price"), "{}", inbox.body);
    }
    let board = world
        .get("/duties/op/board", Some(&centre))
        .await
        .expect(200)
        .json();
    assert_eq!(board["owed"][0]["status"], "overdue");
    let page = world.page("/duties/op/board", Some(&bureau)).await.expect(200);
    assert!(page.body.contains("Show that a saved key opens"), "{}", page.body);
    world.get("/duties/op/board", Some(&town.owner)).await.expect(403);
    world.get("/duties/op/board", None).await.expect(401);
    world.get("/duties/boss/board", Some(&bureau)).await.expect(404);
    town.world.end().await;
}
