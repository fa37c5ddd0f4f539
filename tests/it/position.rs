//! Positions in a market organisation through the front door: the signatory signs and submits, who
//! prepares prepares, who is only administrator has no part in the business.

use serde_json::json;
use tianping::{
    domain::actor::{Position, Role},
    proof::{canon::Hash, sig::SecretKey},
};

use crate::{
    bidder::Bidder,
    tender::Town,
    world::{Reply, Who},
};

const OWNER: &str = "锦江建设公司";

#[track_caller]
fn refused(reply: Reply) -> String {
    let reply = reply.expect(422);
    assert_eq!(reply.code(), "account.position", "{}", reply.body);
    reply.body
}

#[actix_web::test]
async fn an_owners_preparer_drafts_and_its_signatory_publishes() {
    let town = Town::new().await;
    let world = &town.world;
    let clerk = world
        .person_in("clerk", Role::Owner, Some(OWNER), Position::Preparer)
        .await;
    let admin = world
        .person_in("admin", Role::Owner, Some(OWNER), Position::Administrator)
        .await;
    let project = town.project();
    let said = refused(world.post("/tenders", Some(&admin), &project).await);
    assert!(
        said.contains("the preparer, checker or authorised signatory"),
        "{said}"
    );
    let drafted = world.post("/tenders", Some(&clerk), &project).await;
    drafted.expect(201);
    // its people are the administrator's, and nobody else's
    let file = world.get("/organisation", Some(&admin)).await.expect(200).json();
    let change = json!({ "address": "成都市锦江区二路", "version": file["version"] });
    let denied = world.post("/organisation", Some(&clerk), &change).await;
    assert_eq!(denied.expect(422).code(), "organisation.not_administrator");
    world
        .post("/organisation", Some(&admin), &change)
        .await
        .expect(201);
    let (tender, _) = town.draft().await;
    town.put(&tender, "文件.pdf", b"%PDF-1.7 documents")
        .await
        .expect(201);
    town.ceremony(&tender).await;
    for (who, status) in [(&clerk, 422), (&town.owner, 201)] {
        let reply = town.publish_by(&tender, who).await.expect(status);
        if status == 422 {
            let said = refused(reply);
            assert!(said.contains("Authorised signatory"), "{said}");
        }
    }
    let page = world.page("/duties", None).await.expect(200).body;
    assert!(page.contains("Authorised signatory"), "the duty table says so");
    town.world.end().await;
}

#[actix_web::test]
async fn only_a_bidders_signatory_submits_and_withdraws() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    let name = "岗位建设公司";
    let signatory = Bidder::new(world, name).await;
    let person = async |login: &str, position: Position| -> Who {
        world.person_in(login, Role::Bidder, Some(name), position).await
    };
    let clerk = person("prep", Position::Preparer).await;
    let admin = person("admin", Position::Administrator).await;
    let as_one = |who: &Who| Bidder {
        who: who.clone(),
        key: SecretKey::from_seed(&Hash::of(&[b"key", name.as_bytes()]).0),
    };
    for who in [&clerk, &admin] {
        refused(as_one(who).bid(world, &tender, &lot, 380_000_000).await);
    }
    let questions = format!("/tenders/{tender}/questions");
    let question = json!({ "text": "工期是否含节假日" });
    refused(world.post(&questions, Some(&admin), &question).await);
    world.post(&questions, Some(&clerk), &question).await.expect(201);
    // who may not act for the bidder reads as anybody does
    let listed = world
        .get(&format!("/tenders/{tender}/workspace"), Some(&admin))
        .await
        .expect(200)
        .json();
    let document = listed["documents"][0]["id"].as_str().unwrap();
    world
        .get(&format!("/documents/{document}"), Some(&admin))
        .await
        .expect(200);
    signatory.bid(world, &tender, &lot, 380_000_000).await.expect(201);
    let withdrawals = format!("/lots/{lot}/bids/withdrawals");
    let withdrawal = json!({ "x": { "t": "nonsense" }, "sig": {} });
    refused(world.post(&withdrawals, Some(&clerk), &withdrawal).await);
    let other = world
        .post(&withdrawals, Some(&signatory.who), &withdrawal)
        .await
        .expect(422);
    assert_ne!(other.code(), "account.position");
    town.world.end().await;
}
