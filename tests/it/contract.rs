//! The contract after the award: recorded once, by the owner alone, as it was awarded; off the desk then,
//! and on the public pages and in the archive.

use serde_json::{Value, json};
use tianping::{
    domain::{actor::Role, time::DAY},
    proof::{parties::Parties, policy::Policy},
};

use crate::{
    redo::{Lie, archive_of, with},
    story::{INSIDE, Story},
    world::{Reply, Who},
};

const SHA256: &str = "abababababababababababababababababababababababababababababababab";

/// The page that checks what is said of the contract.
async fn asked(story: &Story, who: &Who, day: &str, yuan: &str) -> Reply {
    let page = format!("contract?signed_on={day}&sha256={SHA256}&price_yuan={yuan}");
    story.world().get(&story.path(&page), Some(who)).await
}

async fn owed(story: &Story) -> Vec<Value> {
    let desk = story.world().get("/desk", Some(&story.town.owner)).await;
    let desk = desk.expect(200).json();
    let tasks = desk["tasks"].as_array().unwrap().iter();
    tasks
        .filter(|task| task["link"] == story.path("contract").as_str())
        .cloned()
        .collect()
}

/// What the platform could write falsely about the contract.
const LIES: [(Lie, &str); 4] = [
    (|x| x["price"] = json!(1), "award.contract_price"),
    (|x| x["signed_on"] = json!("2026-01-01"), "award.contract_day"),
    (|x| x["winner"] = json!("other"), "another contract"),
    (|x| x["notice"] = json!("0".repeat(64)), "another contract"),
];

/// The archive holds, names the contract, and a false one is found out.
async fn archived(story: &Story, tender: &str) {
    let (archive, redo) = archive_of(story).await;
    let file = |name: &str| format!("/tenders/{tender}/{name}");
    let parties = story.world().get(&file("parties.json"), None).await.body;
    let policy = story.world().get(&file("log.policy"), None).await.body;
    let parties: Parties = tianping::proof::canon::Object::from_bytes(parties.as_bytes()).unwrap();
    let policy: Policy = policy.parse().unwrap();
    let verified = archive.verify(&parties, &policy).unwrap();
    let last = verified.acts.last().unwrap();
    assert_eq!(last.1, "contract.signed");
    assert!(verified.withheld.is_empty() && verified.unchecked.is_empty());
    assert!(redo(&archive).unwrap().is_some());
    for (lie, why) in LIES {
        let found = redo(&with(&archive, ("contract.signed", "contract"), lie));
        let flaw = found.unwrap_err();
        assert!(flaw.contains(why), "{why}: {flaw}");
    }
}

#[actix_web::test]
async fn the_owner_records_the_contract_that_was_awarded() {
    let story = Story::awarded(&json!({}), &INSIDE).await;
    let (world, owner) = (story.world(), &story.town.owner);
    let result = story.get("result", None).await;
    let fen = result["contract_price"].as_u64().unwrap();
    let yuan = format!("{}.{:02}", fen / 100, fen % 100);
    let task = owed(&story).await;
    assert_eq!(task.len(), 1, "{task:?}");
    assert_eq!(
        (&task[0]["kind"], &task[0]["rule"]),
        (&json!("sign_contract"), &json!("Z89R"))
    );
    let desk = world.page("/desk", Some(owner)).await.expect(200).body;
    assert!(desk.contains("href=\"/rules#Z89R\""), "{desk}");
    let today = world.now().date().to_string();
    world.later(DAY * 2).await;
    let (now, tomorrow) = (world.now().date(), world.now().plus(DAY).date());
    // nobody else has anything to do with it
    let stranger = world.person("bie", Role::Owner, Some("别的发包单位")).await;
    asked(&story, &stranger, &today, &yuan).await.expect(404);
    let bidder = &story.bidders[0].who;
    asked(&story, bidder, &today, &yuan).await.expect(404);
    for (day, sum, code, field) in [
        ("2026-06-30", &*yuan, "award.contract_day", "signed_on"),
        (&*tomorrow.to_string(), &yuan, "award.contract_day", "signed_on"),
        (&*today, "1.00", "award.contract_price", "price_fen"),
        ("tomorrow", &yuan, "field.bad", "signed_on"),
    ] {
        let refused = asked(&story, owner, day, sum).await.expect(422);
        assert_eq!(refused.code(), code, "{day} {sum}");
        assert_eq!(refused.json()["field"], field);
        assert!(!refused.body.contains("{ $"), "{}", refused.body);
    }
    assert!(now.to_string() > today, "two days have passed");
    let check = asked(&story, owner, &today, &yuan).await.expect(200).json();
    let digest = check["digest"].as_str().unwrap();
    let said = json!({ "signed_on": today, "sha256": SHA256, "price_fen": fen });
    let wrong = json!({ "signed_on": today, "sha256": SHA256, "price_fen": fen + 1 });
    let refused = story.sign("contract", owner, &wrong, digest).await.expect(422);
    assert_eq!(refused.code(), "award.contract_price");
    let other = story
        .sign("contract", owner, &said, &"0".repeat(64))
        .await
        .expect(422);
    assert_eq!(other.code(), "paper.changed");
    story.sign("contract", bidder, &said, digest).await.expect(403);
    let done = story
        .sign("contract", owner, &said, digest)
        .await
        .expect(201)
        .json();
    assert_eq!(
        (&done["price"], &done["winner"]),
        (&json!(fen), &result["winner"])
    );
    assert!(owed(&story).await.is_empty());
    let twice = story.sign("contract", owner, &said, digest).await.expect(422);
    assert_eq!(twice.code(), "award.contract_signed");
    let shown = story.get("result", None).await;
    assert_eq!(shown["contract"]["signed_on"], today.as_str());
    let tab = format!("/xm/{}/result", story.number);
    for (page, who) in [
        (story.path("result"), None),
        (tab, None),
        (story.path("award"), Some(owner)),
        (story.path("contract"), Some(owner)),
    ] {
        let html = world.page(&page, who).await.expect(200).body;
        assert!(
            html.contains(&today) && !html.contains("award-contract"),
            "{page}: {html}"
        );
    }
    archived(&story, result["tender_id"].as_str().unwrap()).await;
    story.town.world.end().await;
}

#[actix_web::test]
async fn the_contract_is_recorded_as_a_browser_without_a_script_does_it() {
    let story = Story::awarded(&json!({}), &INSIDE).await;
    let (world, owner) = (story.world(), &story.town.owner);
    let form = world
        .page(&story.path("contract"), Some(owner))
        .await
        .expect(200)
        .body;
    assert!(
        form.contains("name=\"price_yuan\"") && form.contains("type=\"date\""),
        "{form}"
    );
    let linked = world
        .page(&story.path("award"), Some(owner))
        .await
        .expect(200)
        .body;
    assert!(linked.contains(&story.path("contract")), "{linked}");
    let price = story.get("award", Some(owner)).await["notice"]["winner"]["contract_price"]
        .as_u64()
        .unwrap();
    let yuan = format!("{}.{:02}", price / 100, price % 100);
    let today = world.now().date().to_string();
    let check = asked(&story, owner, &today, &yuan).await.expect(200).json();
    let digest = check["digest"].as_str().unwrap();
    let sent = [
        ("signed_on", today.as_str()),
        ("sha256", SHA256),
        ("price_yuan", yuan.as_str()),
        ("password", crate::world::PASSWORD),
        ("digest", digest),
    ];
    let done = world.form(&story.path("contract"), Some(owner), &sent).await;
    assert_eq!(done.expect(303).location, story.path("contract"));
    story.town.world.end().await;
}

#[actix_web::test]
async fn no_contract_before_the_award() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    let refused = asked(&story, &story.town.owner, "2026-06-22", "1.00").await;
    assert_eq!(refused.expect(422).code(), "act.wrong_stage");
    let said = json!({ "signed_on": "2026-06-22", "sha256": SHA256, "price_fen": 1 });
    let early = story
        .sign("contract", &story.town.owner, &said, &"0".repeat(64))
        .await;
    assert_eq!(early.expect(422).code(), "act.wrong_stage");
    story.town.world.end().await;
}
