//! The file of a project: what happened, by whom, and who read what is sealed; for those who supervise.

use serde_json::{Value, json};
use tianping::domain::actor::Role;

use crate::story::{BUREAU, INSIDE, Story};

#[actix_web::test]
async fn the_bureau_sees_every_event_and_who_read_the_names_and_no_expert() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    let world = story.world();
    story.reviewed(&[]).await;
    let bureau = world.person("jd", Role::Supervisor, Some(BUREAU)).await;
    let path = format!("/xm/{}/file", story.number);
    let file = world.get(&path, Some(&bureau)).await.expect(200).json();
    let of = |act: &str| -> Vec<Value> {
        let entries = file["entries"].as_array().unwrap().iter();
        entries.filter(|entry| entry["act"] == act).cloned().collect()
    };
    assert_eq!(of("tender.published").len(), 1);
    assert!(of("tender.published")[0]["by"]["person"].is_string());
    assert!(of("bid.submitted").is_empty(), "bidders' chains are their own");
    for act in [
        "expert.answered",
        "expert.pledged",
        "report.signed",
        "evaluation.ended",
    ] {
        let of = of(act);
        assert!(!of.is_empty(), "{act}");
        assert!(of.iter().all(|entry| entry["by"] == "unnamed"), "{act}: {of:?}");
    }
    assert_eq!(file["readings"], json!([]));
    // the evaluation is over: the names need no consent any more
    let panels = world.get("/panels", Some(&story.centre)).await.expect(200).json();
    let names = format!("/panels/{}/members", panels["panels"][0]["id"].as_str().unwrap());
    world.get(&names, Some(&bureau)).await.expect(200);
    let inspector = world.person("jw", Role::Inspector, Some("市纪检监察组")).await;
    let file = world.get(&path, Some(&inspector)).await.expect(200).json();
    let readings = file["readings"].as_array().unwrap();
    assert_eq!(readings.len(), 1);
    assert_eq!(readings[0]["by"]["person"], "jd");
    let page = world.page(&path, Some(&bureau)).await.expect(200).body;
    assert!(
        page.contains("not named") && page.contains("panel_seat"),
        "{page}"
    );
    for (who, status) in [(&story.town.owner, 403), (&story.centre, 403)] {
        world.get(&path, Some(who)).await.expect(status);
    }
    world.get(&path, None).await.expect(401);
    story.town.world.end().await;
}
