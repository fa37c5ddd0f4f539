//! The tender before its deadline, through the front door: drafts, guard, dates, documents,
//! publication, questions, addenda, incidents, ends.

use serde_json::{Value, json};
use tianping::{
    app::incident,
    domain::{
        actor::Role,
        time::{HOUR, MINUTE},
    },
    hold::sandbox::Agents,
    proof::sig::{SecretKey, Signed},
    secrets,
};

use super::world::{Reply, Who, World};

/// A world with an owner, its centre and a recorded basis.
pub struct Town {
    pub world: World,
    pub owner: Who,
    pub basis: String,
}

/// Terms of a lot that nothing is wrong with.
pub fn lot_terms() -> Value {
    json!({
        "name": "一标段", "ceiling_fen": 398_000_000, "k_min": "1.00", "k_max": "6.00", "specialty": "a08",
        "criteria": [{ "clause": "3.1", "text": "营业执照有效" }, { "clause": "3.2", "text": "资质等级符合" }],
        "closes_at": 1_782_090_000_000_i64, // 2026-06-22 09:00
    })
}

impl Town {
    pub async fn new() -> Self {
        let world = World::new().await;
        world.organisation("市公共资源交易中心", "centre").await;
        let owner = world.person("zhang", Role::Owner, Some("锦江建设公司")).await;
        let basis = json!({
            "document_no": "川建发〔2023〕5号", "title": "限额以下工程交易规则", "issued_at": 1_677_600_000_000_i64,
            "valid_from_at": 1_680_278_400_000_i64, "cap_fen": 400_000_000, "trade": "construction",
            "region": "510000", "review": "passed",
        });
        let basis = world
            .post("/bases", Some(&owner), &basis)
            .await
            .expect(201)
            .json();
        let basis = basis["id"].as_str().unwrap().to_owned();
        Self { world, owner, basis }
    }

    /// A project that nothing is wrong with.
    pub fn project(&self) -> Value {
        json!({
            "name": "锦江区道路整治", "region": "510104", "funding": "private", "project_sum_fen": 398_000_000,
            "basis_id": self.basis, "summary": "路面、排水与照明", "budget_share": 0,
        })
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        self.world.post(path, Some(&self.owner), body).await
    }

    /// A tender with one lot in draft; their ids.
    pub async fn draft(&self) -> (String, String) {
        let tender = self.post("/tenders", &self.project()).await.expect(201).json();
        let id = tender["id"].as_str().unwrap().to_owned();
        let lot = self
            .post(&format!("/tenders/{id}/lots"), &lot_terms())
            .await
            .expect(201)
            .json();
        (id, lot["id"].as_str().unwrap().to_owned())
    }

    /// Sends a file as a raw body.
    pub async fn put(&self, tender: &str, name: &str, bytes: &[u8]) -> Reply {
        let name: String = name.bytes().map(|b| format!("%{b:02X}")).collect();
        let path = format!("/tenders/{tender}/documents/{name}");
        let body = Some(("application/octet-stream", bytes.to_vec()));
        self.world
            .ask("PUT", &path, Some(&self.owner), "application/json", body, &[])
            .await
    }

    /// The ceremony of a tender, done by the built-in holders, with everything cosigned.
    pub async fn ceremony(&self, tender: &str) {
        let mut agents = Agents::open(&self.world.app).unwrap();
        self.post(&format!("/tenders/{tender}/ceremony"), &json!({}))
            .await
            .expect(201);
        for _ in 0..4 {
            agents.run_once(&self.world.app).await.unwrap();
            self.world.tick().await;
        }
    }

    /// What the owner's key signs, signed.
    pub fn signed(&self, object: &Value) -> Value {
        let dir = self.world.dir.path().join("holders/ten");
        let seed = secrets::key(&dir, "duty.key", &self.world.app.entropy).unwrap();
        let x: Value = match object {
            Value::String(text) => serde_json::from_str(text).unwrap(),
            other => other.clone(),
        };
        let key = SecretKey::from_seed(&seed);
        let sig = serde_json::to_value(key.sig_of(&x).unwrap()).unwrap();
        let mut sig = sig;
        sig["t"] = json!("sig/1");
        let signed = Signed { x, sig };
        let mut value = serde_json::to_value(signed).unwrap();
        value["t"] = json!("signed/1");
        value
    }

    /// A tender published at 2026-06-01 09:00; its id, its lot's, its number.
    pub async fn published(&self) -> (String, String, String) {
        let (tender, lot) = self.draft().await;
        self.put(&tender, "文件.pdf", b"%PDF-1.7 documents")
            .await
            .expect(201);
        self.ceremony(&tender).await;
        let check = self.check(&tender).await;
        assert!(check["refused"].is_null(), "{check}");
        let published = self.publish(&tender, &check, None).await.expect(201).json();
        (tender, lot, published["number"].as_str().unwrap().to_owned())
    }

    async fn check(&self, tender: &str) -> Value {
        let path = format!("/tenders/{tender}/publication");
        self.world.get(&path, Some(&self.owner)).await.expect(200).json()
    }

    async fn publish(&self, tender: &str, check: &Value, closes_at: Option<i64>) -> Reply {
        let mut object: Value =
            serde_json::from_str(check["deadlines"][0]["object"].as_str().unwrap()).unwrap();
        if let Some(at) = closes_at {
            object["deadline"] = json!(at);
        }
        let body = json!({ "deadlines": [self.signed(&object)], "version": check["version"] });
        let path = format!("/tenders/{tender}/publication");
        self.world
            .sign(&path, &self.owner, &body, check["digest"].as_str().unwrap())
            .await
    }
}

#[actix_web::test]
async fn bad_input_is_named_with_its_field_and_leaves_nothing() {
    let town = Town::new().await;
    let (tender, lot) = town.draft().await;
    let table = [
        ("name", json!(""), "field.bad"),
        ("name", json!("长".repeat(201)), "field.bad"),
        ("region", json!("5101"), "code.region"),
        ("funding", json!("gift"), "field.bad"),
        ("budget_share", json!(101), "field.bad"),
        ("project_sum_fen", json!(-1), "money.negative"),
        ("project_sum_fen", json!(1.5), "field.bad"),
        ("project_sum_fen", json!("1"), "field.bad"),
        ("basis_id", json!("nobasis"), "field.bad"),
        ("summary", json!("\u{1}"), "field.bad"),
        ("agency_code", json!("91350100M000100Y44"), "field.bad"),
        ("surprise", json!(1), "field.bad"),
        ("trade", json!("opera"), "field.bad"),
    ];
    for (field, value, code) in table {
        let mut body = town.project();
        body[field] = value.clone();
        let reply = town.post("/tenders", &body).await.expect(422);
        assert_eq!(
            (reply.code().as_str(), &reply.json()["field"]),
            (code, &json!(field)),
            "{field} {value}"
        );
    }
    let mut missing = town.project();
    missing.as_object_mut().unwrap().remove("region");
    assert_eq!(
        town.post("/tenders", &missing).await.expect(422).code(),
        "field.missing"
    );
    let lots = [
        ("ceiling_fen", json!(0), "band.ceiling"),
        ("ceiling_fen", json!(-5), "money.negative"),
        ("k_min", json!("6,00"), "field.bad"),
        ("k_max", json!("1.00"), "band.range"),
        ("k_step", json!("0"), "band.step"),
        ("n_panel", json!(4), "lot.panel_size"),
        ("n_owner_seats", json!(2), "lot.panel_share"),
        ("n_candidates", json!(4), "lot.candidates"),
        ("n_bidders_min", json!(2), "lot.bidders_min"),
        ("criteria", json!([]), "lot.criteria"),
        ("criteria", json!("no clause"), "field.bad"),
        ("specialty", json!("A 8"), "field.bad"),
        ("deposit_fen", json!(100), "field.bad"),
    ];
    for (field, value, code) in lots {
        let mut body = lot_terms();
        body[field] = value.clone();
        let reply = town
            .post(&format!("/tenders/{tender}/lots"), &body)
            .await
            .expect(422);
        assert_eq!(
            (reply.code().as_str(), &reply.json()["field"]),
            (code, &json!(field)),
            "{field} {value}"
        );
    }
    // a version seen before another change, foreign ids, others' drafts
    let mut stale = lot_terms();
    stale["version"] = json!(0);
    town.post(&format!("/lots/{lot}"), &stale).await.expect(201);
    town.post(&format!("/lots/{lot}"), &stale).await.expect(409);
    town.post("/lots/nothere", &lot_terms()).await.expect(404);
    let other = town.world.person("li", Role::Owner, Some("别家")).await;
    for path in [
        format!("/tenders/{tender}"),
        format!("/tenders/{tender}/publication"),
    ] {
        town.world.get(&path, Some(&other)).await.expect(404);
    }
    town.world
        .post(&format!("/lots/{lot}"), Some(&other), &lot_terms())
        .await
        .expect(404);
    let bench = town
        .world
        .get(&format!("/tenders/{tender}"), Some(&town.owner))
        .await
        .expect(200)
        .json();
    assert_eq!(
        bench["lots"].as_array().unwrap().len(),
        1,
        "refused lots left nothing"
    );
    let list = town
        .world
        .get("/tenders", Some(&town.owner))
        .await
        .expect(200)
        .json();
    assert_eq!(list["tenders"].as_array().unwrap().len(), 1);
    town.world.end().await;
}

#[actix_web::test]
async fn a_repeated_request_has_one_effect() {
    let town = Town::new().await;
    let body = town.project().to_string().into_bytes();
    let ask = |body: Vec<u8>| {
        let body = Some(("application/json", body));
        let key = [("Idempotency-Key", "once")];
        let (world, owner) = (&town.world, &town.owner);
        async move {
            world
                .ask("POST", "/tenders", Some(owner), "application/json", body, &key)
                .await
        }
    };
    let first = ask(body.clone()).await.expect(201).json();
    assert_eq!(ask(body).await.expect(201).json(), first);
    let mut other = town.project();
    other["name"] = json!("another");
    assert_eq!(
        ask(other.to_string().into_bytes()).await.expect(422).code(),
        "request.key_reused"
    );
    town.world.end().await;
}

#[actix_web::test]
async fn the_guard_refuses_what_must_be_tendered_and_what_has_no_basis() {
    let town = Town::new().await;
    for (change, code) in [
        (
            json!({ "funding": "state_enterprise", "project_sum_fen": 400_000_000 }),
            "guard.must_tender",
        ),
        (
            json!({ "public_interest": "市政道路", "project_sum_fen": 400_000_000 }),
            "guard.must_tender",
        ),
        (
            json!({ "funding": "budget", "budget_share": 5, "is_procurement": true }),
            "guard.procurement",
        ),
        (json!({ "basis_id": null }), "guard.basis_missing"),
        (json!({}), "tender.no_documents"),
    ] {
        let mut project = town.project();
        for (key, value) in change.as_object().unwrap() {
            project[key] = value.clone();
        }
        let tender = town.post("/tenders", &project).await.expect(201).json();
        let id = tender["id"].as_str().unwrap();
        let check = town.check(id).await;
        assert_eq!(check["refused"]["code"], "tender.no_lots");
        town.post(&format!("/tenders/{id}/lots"), &lot_terms())
            .await
            .expect(201);
        let check = town.check(id).await;
        assert_eq!(check["refused"]["code"], code, "{check}");
        let path = format!("/tenders/{id}/publication");
        let body = json!({ "deadlines": [] });
        let digest = "0".repeat(64);
        assert_eq!(
            town.world
                .sign(&path, &town.owner, &body, &digest)
                .await
                .expect(422)
                .code(),
            code
        );
    }
    let mut above = lot_terms();
    above["ceiling_fen"] = json!(400_000_000);
    let tender = town.post("/tenders", &town.project()).await.expect(201).json();
    let id = tender["id"].as_str().unwrap();
    town.post(&format!("/tenders/{id}/lots"), &above)
        .await
        .expect(201);
    let refused = &town.check(id).await["refused"];
    assert_eq!(refused["code"], "guard.basis_cap");
    assert_eq!(refused["field"], "ceiling_fen");
    town.world.end().await;
}

#[actix_web::test]
async fn documents_are_taken_by_what_they_are_and_served_as_files() {
    let town = Town::new().await;
    let (tender, _) = town.draft().await;
    for (name, bytes, code) in [
        ("a.html", &b"<html>"[..], "document.media"),
        ("a.pdf", b"<html>", "document.media"),
        ("a.pdf", b"", "document.empty"),
    ] {
        assert_eq!(town.put(&tender, name, bytes).await.expect(422).code(), code);
    }
    let kept = town
        .put(&tender, "招标%20文件.pdf", b"%PDF-1.7 x")
        .await
        .expect(201)
        .json();
    let path = format!("/documents/{}", kept["id"].as_str().unwrap());
    town.world.get(&path, None).await.expect(404);
    assert_eq!(
        town.world.get(&path, Some(&town.owner)).await.expect(200).body,
        "%PDF-1.7 x"
    );
    let boundary = "xxBOUNDARYxx";
    let form = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n工程量清单\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"q.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n1,2\r\n--{boundary}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={boundary}");
    let documents = format!("/tenders/{tender}/documents");
    let sent = Some((kind.as_str(), form.into_bytes()));
    town.world
        .ask(
            "POST",
            &documents,
            Some(&town.owner),
            "application/json",
            sent,
            &[],
        )
        .await
        .expect(201);
    let listed = town
        .world
        .get(&documents, Some(&town.owner))
        .await
        .expect(200)
        .json();
    let titles: Vec<&str> = listed["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["title"].as_str().unwrap())
        .collect();
    assert!(titles.contains(&"工程量清单"), "{titles:?}");
    let removal = format!("{path}/removal");
    town.post(&removal, &json!({})).await.expect(201);
    town.world.get(&path, Some(&town.owner)).await.expect(404);
    town.world.end().await;
}

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
            .expect(422)
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
    sign(json!({ "deadlines": line, "version": check["version"] }))
        .await
        .expect(201);
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
    // one that does not bear on bids leaves the deadline
    let plain = json!({ "title": "更正联系电话", "text": "028-1", "is_material": false });
    let id = town.post(&path, &plain).await.expect(201).json()["id"]
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
    town.world.end().await;
}

#[actix_web::test]
async fn a_failure_in_the_last_hours_holds_the_lot_until_its_owner_sets_the_time() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
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
    town.world
        .get(
            &format!("/documents/{}", listed["documents"][0]["id"].as_str().unwrap()),
            Some(&fetcher),
        )
        .await
        .expect(200);
    let path = format!("/lots/{lot}/incident");
    assert_eq!(
        town.world.get(&path, Some(&town.owner)).await.expect(422).code(),
        "incident.none"
    );
    // alive until 06:00, then dead until half an hour after the deadline
    town.world.at("2026-06-22 06:00").await;
    town.world
        .app
        .clock
        .forward_to(tianping::domain::time::Instant::parse_local("2026-06-22 09:30").unwrap());
    assert_eq!(incident::look_back(&town.world.app).await.unwrap(), 1);
    assert_eq!(
        incident::look_back(&town.world.app).await.unwrap(),
        0,
        "looked at once"
    );
    town.world.later(MINUTE).await;
    let head = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    let held = &head["head"]["lots"][0];
    assert_eq!(
        (&held["stage"], &held["is_held"]),
        (&json!("open"), &json!(true)),
        "the closing did not run"
    );
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
            .starts_with("On hold"),
        "{inbox}"
    );
    let check = town.world.get(&path, Some(&town.owner)).await.expect(200).json();
    assert_eq!(
        check["proposed_at"], 1_782_099_060_000_i64,
        "2026-06-22 11:31, the last hours in full"
    );
    let resolution = format!("{path}/resolution");
    let digest = check["digest"].as_str().unwrap();
    let mut soon: Value = serde_json::from_str(check["object"].as_str().unwrap()).unwrap();
    soon["deadline"] = json!(1_782_099_060_000_i64 - MINUTE);
    let body = json!({ "deadlines": [town.signed(&soon)] });
    let refused = town
        .world
        .sign(&resolution, &town.owner, &body, digest)
        .await
        .expect(422)
        .json();
    assert_eq!(refused["code"], "incident.too_soon");
    assert!(
        refused["message"].as_str().unwrap().contains("2026-06-22 11:31"),
        "{refused}"
    );
    let body = json!({ "deadlines": [town.signed(&check["object"])] });
    town.world
        .sign(&resolution, &town.owner, &body, digest)
        .await
        .expect(201);
    let head = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(head["head"]["lots"][0]["is_held"], false);
    assert_eq!(head["head"]["lots"][0]["next"]["at"], 1_782_099_060_000_i64);
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
            .starts_with("New deadline"),
        "{inbox}"
    );
    town.world.end().await;
}

#[actix_web::test]
async fn a_tender_is_taken_back_before_its_deadline_only_and_a_lot_broken_off_with_a_reason() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
    let reason = "资金安排调整";
    let ends = [
        (format!("/lots/{lot}/termination"), "terminated"),
        (format!("/tenders/{tender}/withdrawal"), "withdrawn"),
    ];
    let (termination, _) = &ends[0];
    town.world
        .sign(
            termination,
            &town.owner,
            &json!({ "reason": " " }),
            &"0".repeat(64),
        )
        .await
        .expect(422);
    let asked = town
        .world
        .get(&format!("{}?reason=x", ends[1].0), Some(&town.owner))
        .await
        .expect(200)
        .json();
    let body = json!({ "reason": reason });
    let other = town
        .world
        .sign(&ends[1].0, &town.owner, &body, asked["digest"].as_str().unwrap())
        .await;
    assert_eq!(
        other.expect(422).code(),
        "paper.changed",
        "another reason was signed"
    );
    let query = serde_html_form::to_string([("reason", reason)]).unwrap();
    let asked = town
        .world
        .get(&format!("{}?{query}", ends[1].0), Some(&town.owner))
        .await
        .expect(200)
        .json();
    town.world
        .sign(&ends[1].0, &town.owner, &body, asked["digest"].as_str().unwrap())
        .await
        .expect(201);
    let head = town
        .world
        .get(&format!("/xm/{number}"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(head["head"]["lots"][0]["stage"], "withdrawn");
    let changes = town
        .world
        .get(&format!("/xm/{number}/changes"), None)
        .await
        .expect(200)
        .json();
    assert_eq!(changes["body"]["announcements"][0]["text"], reason);
    let asked = town
        .world
        .get(&format!("{termination}?{query}"), Some(&town.owner))
        .await
        .expect(200)
        .json();
    let again = town
        .world
        .sign(termination, &town.owner, &body, asked["digest"].as_str().unwrap())
        .await;
    assert_eq!(again.expect(422).code(), "tender.ended");
    town.world.end().await;
}

#[actix_web::test]
async fn pages_of_the_owner_stand_in_both_languages() {
    let town = Town::new().await;
    let (tender, lot) = town.draft().await;
    for path in [
        "/tenders".to_owned(),
        "/tenders/new".to_owned(),
        "/bases".to_owned(),
        format!("/tenders/{tender}"),
        format!("/tenders/{tender}/change"),
        format!("/tenders/{tender}/lots/new"),
        format!("/lots/{lot}/change"),
        format!("/tenders/{tender}/dates"),
        format!("/tenders/{tender}/documents"),
        format!("/tenders/{tender}/publication"),
    ] {
        let page = town.world.page(&path, Some(&town.owner)).await.expect(200);
        assert!(page.body.contains("</html>"), "{path}");
    }
    let bad = town
        .world
        .form(
            "/tenders",
            Some(&town.owner),
            &[("name", "照明工程"), ("region", "x")],
        )
        .await
        .expect(422);
    assert!(
        bad.body.contains("照明工程") && bad.body.contains("error-summary"),
        "the form comes back filled in"
    );
    town.world.end().await;
}
