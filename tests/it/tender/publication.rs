//! Publication: lawful dates, ready keys, the owner's signatures, trust files.

use serde_json::{Value, json};
use tianping::{
    app::rule,
    domain::{rule::Rules, time::MINUTE},
    proof::sig::SecretKey,
};

use super::{Town, lot_terms};

#[actix_web::test]
async fn publication_needs_lawful_dates_ready_keys_and_the_owners_signatures() {
    let town = Town::new().await;
    let (tender, lot) = town.draft().await;
    town.put(&tender, "文件.pdf", b"%PDF-1.7 documents")
        .await
        .expect(201);
    assert_eq!(town.check(&tender).await["refused"]["code"], "tender.not_ready");
    town.ceremony(&tender).await;
    let check = town.check(&tender).await;
    assert!(check["refused"].is_null(), "{check}");
    // nobody is on the list of experts yet
    assert_eq!(check["warnings"][0]["code"], "panel.pool_narrow");
    let object = &check["deadlines"][0]["object"];
    let path = format!("/tenders/{tender}/publication");
    let digest = check["digest"].as_str().unwrap().to_owned();
    let send = |body: Value| {
        let (world, owner, path, digest) = (&town.world, &town.owner, &path, &digest);
        async move { world.sign(path, owner, &body, digest).await }
    };
    assert_eq!(
        send(json!({ "deadlines": [] })).await.expect(422).code(),
        "deadline.missing"
    );
    // signed with a key that is not the owner's
    let x: Value = serde_json::from_str(object.as_str().unwrap()).unwrap();
    let mut foreign = town.signed(&x);
    let mut sig = serde_json::to_value(SecretKey::from_seed(&[9; 32]).sig_of(&x).unwrap()).unwrap();
    sig["t"] = json!("sig/1");
    foreign["sig"] = sig;
    assert_eq!(
        send(json!({ "deadlines": [foreign] })).await.expect(422).code(),
        "deadline.unfit"
    );
    for (key, value, code) in [
        ("min", json!(2), "deadline.unfit"),
        ("lot", json!("another"), "deadline.unfit"),
        ("deadline", json!(1_782_090_000_001_i64), "dates.whole_minute"),
    ] {
        let mut wrong = x.clone();
        wrong[key] = value;
        let reply = send(json!({ "deadlines": [town.signed(&wrong)] }))
            .await
            .expect(422);
        assert_eq!(reply.code(), code, "{key}");
    }
    // 2026-06-20: a day short; the refusal names the first lawful date and the rule
    let mut early = x.clone();
    early["deadline"] = json!(1_781_917_200_000_i64);
    let refused = send(json!({ "deadlines": [town.signed(&early)] }))
        .await
        .expect(422)
        .json();
    assert_eq!(refused["code"], "dates.too_early");
    let said = format!("{} {}", refused["message"], refused["advice"]);
    assert!(
        said.contains("2026-06-21 00:00") && said.contains("Z14R"),
        "{said}"
    );
    // lawful, but earlier than the keys promise
    let mut before = x.clone();
    before["deadline"] = json!(1_782_090_000_000_i64 - MINUTE);
    let refused = send(json!({ "deadlines": [town.signed(&before)] }))
        .await
        .expect(422);
    assert_eq!(refused.code(), "deadline.unfit");
    // another paper signed, a wrong password, no signature at all
    let body = json!({ "deadlines": [town.signed(&x)] });
    let other = town.world.sign(&path, &town.owner, &body, &"1".repeat(64)).await;
    assert_eq!(other.expect(422).code(), "paper.changed");
    assert_eq!(town.post(&path, &body).await.expect(422).code(), "field.missing");
    let published = send(body).await.expect(201).json();
    let number = published["number"].as_str().unwrap();
    assert_eq!(
        send(json!({ "deadlines": [town.signed(&x)] }))
            .await
            .expect(422)
            .code(),
        "act.wrong_stage"
    );
    let page = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(page["head"]["lots"][0]["stage"], "open");
    // trust files and key sets, as their digests in the notice say
    let parties = town
        .world
        .get(&format!("/tenders/{tender}/parties.json"), None)
        .await
        .expect(200);
    let policy = town
        .world
        .get(&format!("/tenders/{tender}/log.policy"), None)
        .await
        .expect(200);
    let digest_of = |text: &str| tianping::proof::canon::Hash::of(&[text.as_bytes()]).to_hex();
    assert_eq!(check["notice"]["parties"], digest_of(&parties.body));
    assert_eq!(check["notice"]["policy"], digest_of(&policy.body));
    let keyset = town
        .world
        .get(&format!("/lots/{lot}/keysets/price"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(keyset["t"], "keyset.pack/1");
    town.world.end().await;
}

#[actix_web::test]
async fn a_draft_that_lay_over_a_change_of_the_rules_is_refused() {
    let town = Town::new().await;
    let (tender, lot) = town.draft().await;
    town.put(&tender, "文件.pdf", b"%PDF-1.7 documents")
        .await
        .expect(201);
    town.ceremony(&tender).await;
    let check = town.check(&tender).await;
    assert!(check["refused"].is_null(), "{check}");
    // three candidates were lawful when the lot was drafted; from today two are the most
    let mut rows = Rules::embedded().unwrap().rows().to_vec();
    let most = rows.iter_mut().find(|row| row.id == "Z76R").unwrap();
    most.n = 2;
    rule::take(&town.world.app, &Rules::of(rows).unwrap())
        .await
        .unwrap();
    let refused = town.publish(&tender, &check, None).await.expect(422);
    assert_eq!(refused.code(), "lot.candidates");
    assert!(refused.json()["message"].as_str().unwrap().contains("Z76R"));
    assert_eq!(town.check(&tender).await["refused"]["code"], "lot.candidates");
    // who says nothing takes the rule's figure of the day
    let form = format!("/lots/{lot}/change");
    let stands = town.world.get(&form, Some(&town.owner)).await.expect(200).json();
    assert_eq!(
        (
            &stands["fields"]["n_candidates"],
            &stands["figures"]["candidates"]
        ),
        (&json!("3"), &json!(2))
    );
    let mut terms = lot_terms();
    terms["version"] = stands["version"].clone();
    town.post(&format!("/lots/{lot}"), &terms).await.expect(201);
    let stands = town.world.get(&form, Some(&town.owner)).await.expect(200).json();
    assert_eq!(stands["fields"]["n_candidates"], "2");
    town.publish_checked(&tender).await;
    town.world.end().await;
}
