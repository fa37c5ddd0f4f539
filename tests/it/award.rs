//! From the opening to the award, through the front door: review, both draws, session, publication,
//! objection, exclusion, decision, and the lawful ways to fail.

use serde_json::{Value, json};
use tianping::{
    domain::{actor::Role, time::Instant},
    proof::{
        bundle::Bundle,
        canon::{self, Hash, Object as _},
        parties::Parties,
        policy::Policy,
        transcript::Transcript,
    },
};

use crate::story::{BUREAU, INSIDE, Story};

fn fate_of(result: &Value, total: u64) -> &str {
    let lines = result["bids"].as_array().unwrap();
    let line = lines.iter().find(|line| line["total"] == total).unwrap();
    line["fate"]["fate"].as_str().unwrap()
}

#[actix_web::test]
async fn a_lot_is_reviewed_drawn_published_and_awarded() {
    // two outside the interval, one rejected, four left
    let totals = [&INSIDE[..], &[378_000_000, 370_000_000, 397_000_000]].concat();
    let story = Story::opened(&json!({ "n_candidates": 2 }), &totals).await;
    let world = story.world();
    world.get(&story.path("result"), None).await.expect(404);
    story.reviewed(&[378_000_000]).await;
    let listed = story.get("result", None).await;
    assert_eq!(
        (&listed["stage"], &listed["n_bids"], &listed["n_qualified"]),
        (&json!("coefficient_draw"), &json!(7), &json!(4))
    );
    assert_eq!(
        (&listed["method"]["low"], &listed["method"]["high"]),
        (&json!(374_120_000), &json!(394_020_000))
    );
    assert_eq!(fate_of(&listed, 378_000_000), "rejected");
    assert_eq!(fate_of(&listed, 370_000_000), "below_band");
    assert_eq!(fate_of(&listed, 397_000_000), "above_band");
    // nobody else freezes a list, and none out of order
    let bidder = &story.bidders[0].who;
    story
        .post("coefficient-draw", bidder, &json!({}))
        .await
        .expect(403);
    assert_eq!(
        story
            .post("award-draw", &story.centre, &json!({}))
            .await
            .expect(422)
            .code(),
        "act.wrong_stage"
    );
    // as a browser without a script does
    let opened = world
        .form(&story.path("hall"), Some(&story.centre), &[])
        .await
        .expect(303);
    assert_eq!(opened.location, story.path("hall"));
    let other = json!({ "digest": "0".repeat(64) });
    assert_eq!(
        story
            .post("confirmations", bidder, &other)
            .await
            .expect(422)
            .code(),
        "award.list_other"
    );
    // nobody holds a session up for ever: once, and once more after the reply
    let doubt = json!({ "kind": "list", "text": "名单有疑问" });
    for _ in 0..2 {
        let raised = story.post("objections", bidder, &doubt).await.expect(201).json();
        let reply = format!("/objections/{}/reply", raised["id"].as_str().unwrap());
        let held = story.post("coefficient-draw", &story.centre, &json!({})).await;
        assert_eq!(held.expect(422).code(), "objection.waits");
        let answer = json!({ "reply": "名单无误" });
        world.post(&reply, Some(&story.centre), &answer).await.expect(201);
    }
    let more = story.post("objections", bidder, &doubt).await.expect(422);
    assert_eq!(more.code(), "objection.twice");
    let right = json!({ "digest": listed["method"]["list"] });
    story.post("confirmations", bidder, &right).await.expect(201);
    let frozen = story.draw("coefficient-draw").await;
    assert_eq!((&frozen["n_items"], &frozen["attempt"]), (&json!(500), &json!(1)));
    let k_drawn = story.get("result", None).await;
    assert_eq!(k_drawn["stage"], "award_draw");
    let k: f64 = k_drawn["method"]["k"].as_str().unwrap().parse().unwrap();
    assert!((1.0..6.0).contains(&k));
    let again = story
        .post("coefficient-draw", &story.centre, &json!({}))
        .await
        .expect(422);
    assert_eq!(again.code(), "act.wrong_stage");
    story.draw("award-draw").await;
    let drawn = story.get("result", None).await;
    assert_eq!(
        (&drawn["stage"], drawn["ranked"].as_array().unwrap().len()),
        (&json!("standstill"), 4)
    );
    assert_eq!(drawn["candidates"].as_array().unwrap().len(), 2);
    assert_eq!(drawn["candidates"][0]["manager"], "王建造");
    let late = story
        .post("confirmations", &story.bidders[1].who, &right)
        .await
        .expect(422);
    assert_eq!(late.code(), "award.list_frozen");
    proofs(&story, &drawn).await;
    minutes(&story).await;
    publication(&story).await;
    for who in [None, Some(&story.town.owner), Some(&story.centre), Some(bidder)] {
        for page in ["result", "hall", "screen", "minutes"] {
            let html = world.page(&story.path(page), who).await.expect(200).body;
            assert!(
                html.contains("</html>") && !html.contains("award-") && !html.contains("hall-"),
                "{page}"
            );
        }
        for tab in ["candidates", "result"] {
            world
                .page(&format!("/xm/{}/{tab}", story.number), who)
                .await
                .expect(200);
        }
    }
    story.town.world.end().await;
}

/// Each draw is proved by its bundle, against the reader's own trust files; its transcript gives the order.
async fn proofs(story: &Story, drawn: &Value) {
    let world = story.world();
    let tender = drawn["tender_id"].as_str().unwrap();
    let file = |name: &str| format!("/tenders/{tender}/{name}");
    let parties = world.get(&file("parties.json"), None).await.expect(200).body;
    let parties = Parties::from_bytes(parties.as_bytes()).unwrap();
    let policy: Policy = world
        .get(&file("log.policy"), None)
        .await
        .expect(200)
        .body
        .parse()
        .unwrap();
    let draws = drawn["method"]["draws"].as_array().unwrap();
    assert_eq!(draws.len(), 2);
    for draw in draws {
        let at = |what: &str| format!("/draws/{}/1/{what}", draw["draw"].as_str().unwrap());
        let text = world.get(&at("transcript"), None).await.expect(200).body;
        assert_eq!(
            Hash::of(&[text.as_bytes()]).to_hex(),
            draw["sha256"].as_str().unwrap()
        );
        let bundle = world.get(&at("bundle"), None).await.expect(200).body;
        let bundle = Bundle::from_bytes(bundle.as_bytes()).unwrap();
        let verified = bundle.verify(&parties, &policy).unwrap();
        assert_eq!(verified.transcript.text().unwrap(), text);
        // three duties and all seven bidders, those rejected or outside as well
        assert_eq!(verified.transcript.contribs.len(), 10);
        assert!(verified.transcript.contribs.iter().all(|row| row.value.is_some()));
    }
    let text = world
        .get(
            &format!("/draws/{}/1/transcript", draws[1]["draw"].as_str().unwrap()),
            None,
        )
        .await
        .body;
    let order = Transcript::parse(text.as_bytes()).unwrap().order().unwrap();
    let places: Vec<&str> = drawn["ranked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["bidder"].as_str().unwrap())
        .collect();
    assert_eq!(
        order.iter().map(|one| one.item.as_str()).collect::<Vec<_>>(),
        places
    );
}

async fn result_of(story: &Story) -> String {
    story.get("result", None).await["tender_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The minutes are signed by centre, owner and supervisor, each once.
async fn minutes(story: &Story) {
    let bureau = story.world().person("jd", Role::Supervisor, Some(BUREAU)).await;
    let minutes = story.get("minutes", None).await;
    assert_eq!(
        (
            &minutes["minutes"]["n_confirmed"],
            &minutes["minutes"]["n_qualified"]
        ),
        (&json!(1), &json!(4))
    );
    let digest = minutes["digest"].as_str().unwrap();
    for who in [&story.centre, &story.town.owner, &bureau] {
        story.sign("minutes", who, &json!({}), digest).await.expect(201);
    }
    let twice = story
        .sign("minutes", &bureau, &json!({}), digest)
        .await
        .expect(422);
    assert_eq!(twice.code(), "award.signed");
    let hall = story.get("hall", None).await;
    let steps = hall["agenda"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["progress"] == "done"), "{hall}");
}

/// Publication, an objection that holds the award, its reply, the award; everybody is told.
async fn publication(story: &Story) {
    let (world, owner) = (story.world(), &story.town.owner);
    let early = story.decide_early().await;
    assert_eq!(early.code(), "award.republish");
    let check = story.get("standstill", Some(owner)).await;
    let digest = check["digest"].as_str().unwrap();
    let short = json!({ "ends_at": world.now().plus(86_400_000) });
    let short = story.sign("standstill", owner, &short, digest).await.expect(422);
    assert_eq!(short.code(), "dates.too_early");
    let other = story
        .sign("standstill", owner, &json!({}), &"0".repeat(64))
        .await
        .expect(422);
    assert_eq!(other.code(), "paper.changed");
    let ends_at = story.publish().await;
    assert_eq!(ends_at, check["earliest_at"].as_i64().unwrap());
    assert_eq!(story.decide().await.expect(422).code(), "award.runs");
    let tasks = world
        .get(&format!("/tenders/{}", result_of(story).await), Some(owner))
        .await
        .json();
    let status = |key: &str| {
        tasks["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|task| task["key"] == key)
            .unwrap()["status"]
            .clone()
    };
    assert_eq!(
        (status("award-task-standstill"), status("award-task-decision")),
        (json!("done"), json!("waiting"))
    );
    let raised = json!({ "kind": "result", "text": "抽取顺序有误" });
    let loser = &story.bidders[5].who;
    let raised = story.post("objections", loser, &raised).await.expect(201).json();
    world.jump(Instant(ends_at)).await;
    assert_eq!(story.decide().await.expect(422).code(), "objection.waits");
    let reply = format!("/objections/{}/reply", raised["id"].as_str().unwrap());
    world
        .post(
            &reply,
            Some(owner),
            &json!({ "reply": "已按抽取记录复算，顺序无误" }),
        )
        .await
        .expect(201);
    let done = story.decide().await.expect(201).json();
    let result = story.get("result", None).await;
    assert_eq!(
        (&result["stage"], &result["winner"]),
        (&json!("awarded"), &done["winner"])
    );
    assert_eq!(result["winner"], result["candidates"][0]["bidder"]);
    for bidder in &story.bidders {
        let own = story.get("result/mine", Some(&bidder.who)).await;
        let is_winner = result["winner"] == bidder.token().as_str();
        assert_eq!(own["is_winner"], is_winner);
        let letters = world.get("/messages", Some(&bidder.who)).await.expect(200).body;
        let subject = if is_winner {
            "Award notice"
        } else {
            "Result notice"
        };
        assert!(letters.contains(subject), "{letters}");
        let html = world
            .page(&story.path("result/mine"), Some(&bidder.who))
            .await
            .expect(200)
            .body;
        assert!(!html.contains("award-"), "{html}");
    }
    world
        .get(&story.path("result/mine"), Some(owner))
        .await
        .expect(403);
}

#[actix_web::test]
async fn too_few_qualified_bids_fail_the_lot() {
    let totals = [&INSIDE[..3], &[370_000_000]].concat();
    let story = Story::opened(&json!({}), &totals).await;
    story.reviewed(&[INSIDE[0]]).await;
    let result = story.get("result", None).await;
    assert_eq!(
        (&result["stage"], &result["failed_for"]),
        (&json!("failed"), &json!("Z74R"))
    );
    let refused = story
        .post("coefficient-draw", &story.centre, &json!({}))
        .await
        .expect(422);
    assert_eq!(refused.code(), "act.wrong_stage");
    story.town.world.end().await;
}

#[actix_web::test]
async fn an_exclusion_walks_down_and_an_unpublished_candidate_is_published_first() {
    let story = Story::opened(&json!({ "n_candidates": 1 }), &INSIDE).await;
    story.reviewed(&[]).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    story.publish().await;
    let before = story.get("result", None).await;
    let order: Vec<&Value> = before["ranked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["bidder"])
        .collect();
    let left = story.exclude(order[0]).await;
    assert_eq!(
        (&left["candidates"], &left["is_to_publish"]),
        (&json!([order[1]]), &json!(true))
    );
    let after = story.get("result", None).await;
    assert_eq!(after["published_at"], Value::Null);
    assert_eq!(after["ranked"][0]["exclusion"]["cause"], "gave_up");
    let ends_at = story.publish().await;
    story.world().jump(Instant(ends_at)).await;
    let done = story.decide().await.expect(201).json();
    assert_eq!(&done["winner"], order[1]);
    story.town.world.end().await;
}

#[actix_web::test]
async fn what_was_published_stays_beside_a_later_exclusion() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&[]).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    story.publish().await;
    let first = story.get("result", None).await["ranked"][0]["bidder"].clone();
    story.exclude(&first).await;
    let path = format!("/xm/{}/candidates", story.number);
    let tab = story.world().get(&path, None).await.expect(200).json();
    let award = &tab["body"]["awards"][0];
    let mut paper = award["paper"].clone();
    assert_eq!(paper["candidates"][0]["bidder"], first);
    assert_ne!(award["candidates"][0]["bidder"], first);
    paper["t"] = json!("award.standstill/1");
    assert_eq!(award["digest"], canon::digest(&paper).unwrap().to_hex());
    let page = story.world().page(&path, None).await.expect(200).body;
    assert!(
        page.contains("As published") && page.contains("abandoned"),
        "{page}"
    );
    story.town.world.end().await;
}

#[actix_web::test]
async fn a_draw_that_comes_first_is_reviewed_down_the_order() {
    let change = json!({ "review_order": "after_ranking", "n_candidates": 1 });
    let story = Story::opened(&change, &INSIDE).await;
    assert_eq!(story.stage().await, "coefficient_draw");
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    assert_eq!(story.stage().await, "evaluation");
    let drawn = story.get("result", None).await;
    let first = &drawn["ranked"][0]["bidder"];
    let lines = drawn["bids"].as_array().unwrap();
    let total = lines.iter().find(|line| line["bidder"] == *first).unwrap()["total"]
        .as_u64()
        .unwrap();
    story.reviewed(&[total]).await;
    let reviewed = story.get("result", None).await;
    assert_eq!(reviewed["stage"], "standstill");
    assert_eq!(reviewed["ranked"][0]["exclusion"]["cause"], "rejected");
    assert_eq!(reviewed["candidates"][0]["bidder"], drawn["ranked"][1]["bidder"]);
    // the one reviewed gives up: the panel goes on down the order
    story.publish().await;
    let left = story.exclude(&drawn["ranked"][1]["bidder"]).await;
    assert_eq!(
        (&left["stage"], &left["candidates"]),
        (&json!("evaluation"), &json!([]))
    );
    story.reviewed(&[]).await;
    let ends_at = story.publish().await;
    story.world().jump(Instant(ends_at)).await;
    let done = story.decide().await.expect(201).json();
    assert_eq!(done["winner"], drawn["ranked"][2]["bidder"]);
    story.town.world.end().await;
}
