//! Questions and addenda: who asks and fetches stays secret, and is reached all the same.

use serde_json::{Value, json};
use tianping::domain::{actor::Role, time::HOUR};

use super::Town;

/// Every body and header-free page that centre, owner and public can see of a tender.
async fn seen_by_others(town: &Town, tender: &str, lot: &str, number: &str) -> String {
    let centre = town
        .world
        .person("he", Role::CentreOperator, Some("市公共资源交易中心"))
        .await;
    let rival = town.world.person("sun", Role::Bidder, Some("对手公司")).await;
    let mut all = String::new();
    for path in [
        format!("/xm/{number}"),
        format!("/xm/{number}/questions"),
        format!("/xm/{number}/changes"),
        format!("/tenders/{tender}"),
        format!("/tenders/{tender}/questions"),
        format!("/tenders/{tender}/workspace"),
        format!("/tenders/{tender}/documents"),
        format!("/lots/{lot}/keysets/price"),
        "/messages".to_owned(),
    ] {
        for who in [None, Some(&town.owner), Some(&centre), Some(&rival)] {
            for reply in [
                town.world.get(&path, who).await,
                town.world.page(&path, who).await,
            ] {
                assert!(reply.status < 500, "{path}: {}", reply.body);
                all.push_str(&reply.body);
            }
        }
    }
    all
}

#[actix_web::test]
async fn nobody_learns_who_fetches_or_asks_and_answers_reach_them() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
    let asker = town
        .world
        .person("wang-wu", Role::Bidder, Some("闻名建工公司"))
        .await;
    let fetcher = town
        .world
        .person("zhao-liu", Role::Bidder, Some("默默市政公司"))
        .await;
    let workspace = format!("/tenders/{tender}/workspace");
    let listed = town
        .world
        .get(&workspace, Some(&fetcher))
        .await
        .expect(200)
        .json();
    let document = listed["documents"][0]["id"].as_str().unwrap().to_owned();
    for who in [None, Some(&fetcher), Some(&fetcher)] {
        town.world
            .get(&format!("/documents/{document}"), who)
            .await
            .expect(200);
    }
    let fetched = town
        .world
        .get(&workspace, Some(&fetcher))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&listed["has_fetched"], &fetched["has_fetched"]),
        (&json!(false), &json!(true))
    );
    let questions = format!("/tenders/{tender}/questions");
    let asked = town
        .world
        .post(&questions, Some(&asker), &json!({ "text": "照明是否含基础？" }))
        .await
        .expect(201)
        .json();
    assert_eq!(
        town.world
            .post(&questions, Some(&town.owner), &json!({ "text": "x" }))
            .await
            .expect(403)
            .code(),
        "act.not_yours"
    );
    town.world.tick().await;
    let public = town.world.get(&questions, None).await.expect(200).json();
    assert_eq!(
        public["questions"],
        json!([]),
        "unanswered questions are the owner's alone"
    );
    let owners = town
        .world
        .get(&questions, Some(&town.owner))
        .await
        .expect(200)
        .json();
    assert_eq!(owners["questions"][0]["text"], "照明是否含基础？");
    let answer = format!("/questions/{}/answer", asked["id"].as_str().unwrap());
    town.post(&answer, &json!({ "text": "含。" })).await.expect(201);
    assert_eq!(
        town.post(&answer, &json!({ "text": "不含。" }))
            .await
            .expect(422)
            .code(),
        "question.answered"
    );
    for who in [&asker, &fetcher] {
        let inbox = town.world.get("/messages", Some(who)).await.expect(200).json();
        assert_eq!(inbox["messages"].as_array().unwrap().len(), 1, "{inbox}");
    }
    let seen = seen_by_others(&town, &tender, &lot, &number).await;
    assert!(seen.contains("含。"), "the answer is public");
    for secret in [&asker, &fetcher] {
        for mark in [
            secret.account.as_str(),
            &secret.login,
            secret.code.as_deref().unwrap(),
            secret.organisation.as_ref().unwrap().as_str(),
        ] {
            assert!(!seen.contains(mark), "{mark}");
        }
    }
    // rule Z17: ten days before the deadline it is too late
    town.world.at("2026-06-13 00:00").await;
    let late = town
        .world
        .post(&questions, Some(&asker), &json!({ "text": "还来得及吗？" }))
        .await
        .expect(422)
        .json();
    assert_eq!(late["code"], "dates.too_late");
    assert!(
        format!("{} {}", late["message"], late["advice"]).contains("2026-06-12"),
        "{late}"
    );
    town.world.end().await;
}

#[actix_web::test]
async fn a_late_addendum_forces_the_deadline_and_reaches_everybody() {
    let town = Town::new().await;
    let (tender, _, number) = town.published().await;
    let fetcher = town
        .world
        .person("zhao-liu", Role::Bidder, Some("默默市政公司"))
        .await;
    let listed = town
        .world
        .get(&format!("/tenders/{tender}/workspace"), Some(&fetcher))
        .await
        .expect(200)
        .json();
    let document = listed["documents"][0]["id"].as_str().unwrap();
    town.world
        .get(&format!("/documents/{document}"), Some(&fetcher))
        .await
        .expect(200);
    town.world.at("2026-06-10 10:00").await;
    town.put(&tender, "补遗.pdf", b"%PDF-1.7 addendum")
        .await
        .expect(201);
    let page = town.world.get(&format!("/xm/{number}"), None).await.expect(200);
    assert!(!page.body.contains("补遗"), "not out yet");
    let path = format!("/tenders/{tender}/addenda");
    let draft = json!({ "title": "补遗一", "text": "照明改为 LED", "is_material": true });
    let id = town.post(&path, &draft).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let check = town
        .world
        .get(&format!("/addenda/{id}"), Some(&town.owner))
        .await
        .expect(200)
        .json();
    let forced = &check["extensions"][0];
    assert_eq!(
        forced["forced_at"], 1_782_349_200_000_i64,
        "2026-06-25 09:00: {forced}"
    );
    assert!(forced["rule"].as_str().unwrap().starts_with("Z15R"));
    let page = town
        .world
        .page(&format!("/addenda/{id}"), Some(&town.owner))
        .await
        .expect(200);
    assert!(
        page.body.contains("2026-06-25 09:00") && page.body.contains("Z15R"),
        "shown on the check page"
    );
    let publication = format!("/addenda/{id}/publication");
    let digest = check["digest"].as_str().unwrap();
    let sign = |body: Value| {
        let (world, owner, path) = (&town.world, &town.owner, &publication);
        async move { world.sign(path, owner, &body, digest).await }
    };
    assert_eq!(sign(json!({})).await.expect(422).code(), "deadline.missing");
    let mut short: Value = serde_json::from_str(forced["object"].as_str().unwrap()).unwrap();
    short["deadline"] = json!(1_782_349_200_000_i64 - 24 * HOUR);
    let refused = sign(json!({ "deadlines": [town.signed(&short)] }))
        .await
        .expect(422)
        .json();
    assert_eq!(refused["code"], "dates.too_early");
    assert!(
        refused["message"].as_str().unwrap().contains("2026-06-25"),
        "{refused}"
    );
    // as a form sends it: one object per line
    let line = town.signed(&forced["object"]).to_string();
    let body = json!({ "deadlines": line, "version": check["version"] });
    let alone = sign(body.clone()).await.expect(422);
    assert_eq!(
        alone.code(),
        "deadline.second_person",
        "who drafted it does not move the deadline"
    );
    let second = town.second().await;
    let centre = town
        .world
        .person("he", Role::CentreOperator, Some("市公共资源交易中心"))
        .await;
    town.world
        .sign(&publication, &second, &body, digest)
        .await
        .expect(201);
    let told = town.world.get("/messages", Some(&centre)).await.json();
    let subject = told["messages"][0]["subject"].as_str().unwrap();
    assert!(subject.starts_with("Deadline moved"), "{told}");
    assert_eq!(sign(json!({})).await.expect(422).code(), "announcement.published");
    let head = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(head["head"]["lots"][0]["next"]["at"], 1_782_349_200_000_i64);
    let changes = town
        .world
        .get(&format!("/xm/{number}/changes"), None)
        .await
        .expect(200)
        .json();
    let addendum = &changes["body"]["announcements"][0];
    assert_eq!(
        (&addendum["kind"], &addendum["moved"][0]["closes_at"]),
        (&json!("addendum"), &forced["forced_at"])
    );
    assert_eq!(addendum["documents"][0]["title"], "补遗.pdf");
    let inbox = town
        .world
        .get("/messages", Some(&fetcher))
        .await
        .expect(200)
        .json();
    assert!(
        inbox["messages"][0]["subject"]
            .as_str()
            .unwrap()
            .starts_with("Addendum"),
        "{inbox}"
    );
    plain_addendum(&town, &path).await;
    town.world.end().await;
}

/// One that does not bear on bids leaves the deadline, and its drafter publishes it.
async fn plain_addendum(town: &Town, path: &str) {
    let plain = json!({ "title": "更正联系电话", "text": "028-1", "is_material": false });
    let id = town.post(path, &plain).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let check = town
        .world
        .get(&format!("/addenda/{id}"), Some(&town.owner))
        .await
        .expect(200)
        .json();
    assert!(check["extensions"][0]["forced_at"].is_null());
    let publication = format!("/addenda/{id}/publication");
    town.world
        .sign(
            &publication,
            &town.owner,
            &json!({}),
            check["digest"].as_str().unwrap(),
        )
        .await
        .expect(201);
}
