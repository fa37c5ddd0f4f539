//! What a hostile bidder sends: no one's bid keeps the others from being opened, no request ends in a
//! fault, nobody is sent elsewhere.

use actix_web::{FromRequest as _, test::TestRequest, web::Data};
use diesel::{QueryableByName, RunQueryDsl as _, sql_types::BigInt};
use serde_json::{Value, json};
use tianping::{
    domain::{actor::Role, time::Instant},
    http::input::Input,
    proof::{bid::Price, canon::Base64, measure::Measures},
    store::{Db, Fault},
};

use crate::{bidder::Bidder, tender::Town, world::World};

/// How many.
#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[actix_web::test]
async fn prices_and_contributions_come_with_the_submission_and_never_by_upload() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    let bidder = Bidder::new(world, "碰壁建设公司").await;
    let (x, cts) = bidder.seal(world, &tender, &lot, 380_000_000).await;
    for part in ["price", "draw2"] {
        let ct: Base64 = serde_json::from_value(cts[part].clone()).unwrap();
        let measures = Measures::of(ct.0.as_slice()).unwrap();
        let begin = json!({
            "part": part, "len": ct.0.len(), "sha256": measures.sha256, "chunks": measures.chunks,
        });
        let begun = bidder.begin(world, &lot, &begin).await.expect(201).json();
        let id = begun["id"].as_str().unwrap();
        bidder.piece(world, id, 0, &ct.0).await.expect(200);
        let mut rest = cts.clone();
        rest.as_object_mut().unwrap().remove(part);
        let brings = json!({ "ct": rest, "uploads": { part: id } });
        let refused = bidder.send(world, &lot, &x, &brings).await.expect(422);
        assert_eq!(refused.code(), "bid.part", "{part}");
    }
    bidder
        .send(world, &lot, &x, &json!({ "ct": cts }))
        .await
        .expect(201);
    town.world.end().await;
}

#[actix_web::test]
async fn a_nul_in_a_sealed_text_stops_nobody() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    for (i, manager) in ["王建造", "李\0造", "张建造 川151202600001"].iter().enumerate() {
        let bidder = Bidder::new(world, &format!("第{i}建设公司")).await;
        let price = Price {
            total: 380_000_000,
            days: None,
            quality: Some("\0".into()),
            manager: Some((*manager).into()),
            note: "a\0b".into(),
        };
        let (x, ct) = bidder.seal_price(world, &tender, &lot, &price).await;
        bidder
            .send(world, &lot, &x, &json!({ "ct": ct }))
            .await
            .expect(201);
    }
    world.at("2026-06-22 09:06").await;
    let record = world
        .get(&format!("/lots/{lot}/opening"), None)
        .await
        .expect(200)
        .json();
    let managers: Vec<&str> = record["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["manager"].as_str().unwrap())
        .collect();
    assert!(managers.contains(&"李\u{fffd}造"), "{record}");
    assert!(managers.contains(&"张建造 川151*****0001"), "{record}");
    assert_eq!(managers.len(), 3);
    town.world.end().await;
}

#[actix_web::test]
async fn the_closing_waits_for_a_submission_from_its_last_byte_on() {
    let world = World::new().await;
    let in_flight = world.app.in_flight.clone();
    let late = Instant(i64::MAX);
    for (path, counts) in [
        ("/lots/l/bids", true),
        ("/lots/l/bids/withdrawals", true),
        ("/lots/l/uploads", false),
    ] {
        let request = TestRequest::post()
            .uri(path)
            .app_data(Data::new(world.app.clone()));
        let request = request.insert_header(("Content-Type", "application/json"));
        let (request, mut payload) = request.set_payload("{}").to_http_parts();
        let input = Input::<Value>::from_request(&request, &mut payload)
            .await
            .unwrap();
        assert_eq!(in_flight.is_settled("l", late), !counts, "{path}");
        assert!(
            in_flight.is_settled("l", input.envelope.received_at),
            "{path}: it came at the deadline"
        );
        assert!(in_flight.is_settled("other", late));
        drop(input);
        assert!(in_flight.is_settled("l", late), "{path}: it is answered");
    }
    world.end().await;
}

#[actix_web::test]
async fn a_nul_in_a_request_is_answered_and_no_fault() {
    let town = Town::new().await;
    let world = &town.world;
    for path in ["/xm/a%00b", "/documents/a%00b", "/jy/construction?q=a%00b"] {
        world.get(path, None).await.expect(404);
    }
    let body = json!({ "login": "a\0b", "password": "x" });
    assert_eq!(
        world.post("/session", None, &body).await.expect(422).code(),
        "field.bad"
    );
    town.world.end().await;
}

#[actix_web::test]
async fn a_retired_key_seals_and_withdraws_nothing() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    let bidder = Bidder::new(world, "旧钥建设公司").await;
    bidder.bid(world, &tender, &lot, 380_000_000).await.expect(201);
    let keys = world.get("/organisation/keys", Some(&bidder.who)).await.json();
    let (id, kid) = (&keys["keys"][0]["id"], &keys["keys"][0]["kid"]);
    let path = format!("/organisation/keys/{}/retirement", id.as_str().unwrap());
    world
        .sign(&path, &bidder.who, &json!({}), kid.as_str().unwrap())
        .await
        .expect(201);
    let refused = bidder.bid(world, &tender, &lot, 370_000_000).await.expect(422);
    assert_eq!(refused.code(), "bid.signature");
    town.world.end().await;
}

#[actix_web::test]
async fn an_owner_does_not_bid_on_its_own_tender() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    // the owner's own organisation, with another account that bids for it
    let bidder = Bidder::new(world, "锦江建设公司").await;
    let refused = bidder.bid(world, &tender, &lot, 380_000_000).await.expect(422);
    assert_eq!(refused.code(), "bid.own_tender");
    let page = format!("/lots/{lot}/bids/new");
    let refused = world.get(&page, Some(&bidder.who)).await.expect(422);
    assert_eq!(refused.code(), "bid.own_tender");
    town.world.end().await;
}

#[actix_web::test]
async fn who_comes_late_is_told_so_and_recorded_whatever_he_sends() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    let bidder = Bidder::new(world, "迟到建设公司").await;
    let (x, _) = bidder.seal(world, &tender, &lot, 380_000_000).await;
    let broken = json!({ "ct": { "price": "AAAA" }, "uploads": { "docs": "nothing" } });
    let early = bidder.send(world, &lot, &x, &broken).await.expect(422);
    assert_ne!(early.code(), "bid.late");
    world.at("2026-06-22 09:00").await;
    let recorded = || {
        let sql = "SELECT COUNT(*) AS n FROM event WHERE act = 'attempt.refused'";
        let count = |db: &mut Db| Ok::<_, Fault>(diesel::sql_query(sql).get_result::<Count>(db)?.n);
        world.app.store.read(count).unwrap()
    };
    let before = recorded();
    let late = bidder.send(world, &lot, &x, &broken).await.expect(422);
    assert_eq!(late.code(), "bid.late");
    let withdrawal = json!({ "x": { "t": "nonsense" }, "sig": {} });
    let path = format!("/lots/{lot}/bids/withdrawals");
    let late = world
        .post(&path, Some(&bidder.who), &withdrawal)
        .await
        .expect(422);
    assert_eq!(late.code(), "bid.late");
    assert_eq!(recorded(), before + 2);
    town.world.end().await;
}

/// Every field was tried without the others once: this took minutes, on a thread that served everybody.
#[actix_web::test]
async fn a_body_of_thousands_of_fields_is_refused_at_once() {
    let town = Town::new().await;
    let world = &town.world;
    let many: serde_json::Map<_, _> = (0..20_000).map(|i| (format!("a{i:06}"), json!(0))).collect();
    let refused = world.post("/session", None, &many.into()).await.expect(422);
    assert_eq!(refused.code(), "field.unknown");
    let form: Vec<(String, String)> = (0..20_000).map(|i| (format!("a{i:06}"), "0".into())).collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (&**key, &**value)).collect();
    world.form("/session", None, &form).await.expect(422);
    let strange = json!({ "signed": {}, "ct": "", "more": 1 });
    let refused = world
        .post("/lots/x/stages/y/contributions", None, &strange)
        .await
        .expect(422);
    assert_eq!(refused.code(), "field.bad");
    town.world.end().await;
}

#[actix_web::test]
async fn an_envelope_of_another_form_is_refused() {
    let town = Town::new().await;
    let (tender, _) = town.draft().await;
    let path = format!("/tenders/{tender}");
    let mut body = town.world.get(&path, Some(&town.owner)).await.expect(200).json()["input"].clone();
    for wrong in [json!("abc"), json!(1.5), json!([0]), json!(null)] {
        body["version"] = wrong.clone();
        let refused = town.post(&path, &body).await.expect(422).json();
        assert_eq!(refused["field"], "version", "{wrong}");
    }
    body.as_object_mut().unwrap().remove("version");
    for (name, wrong) in [
        ("password", json!(7)),
        ("digest", json!(["a"])),
        ("idempotency_key", json!(1)),
    ] {
        let mut body = body.clone();
        body[name] = wrong;
        let refused = town.post(&path, &body).await.expect(422).json();
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!("field.bad"), &json!(name))
        );
    }
    let sent = Some(("application/json", body.to_string().into_bytes()));
    let long = "k".repeat(201);
    let headers = [("Idempotency-Key", long.as_str())];
    let who = Some(&town.owner);
    let asked = town
        .world
        .ask("POST", &path, who, "application/json", sent, &headers);
    assert_eq!(asked.await.expect(422).json()["field"], "idempotency_key");
    town.world.end().await;
}

#[actix_web::test]
async fn files_of_strangers_are_not_even_read() {
    let town = Town::new().await;
    let (tender, _) = town.draft().await;
    let path = format!("/tenders/{tender}/documents");
    let form = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".to_vec();
    let sent = Some(("multipart/form-data; boundary=x", form));
    town.world
        .ask("POST", &path, None, "application/json", sent, &[])
        .await
        .expect(401);
    town.world.end().await;
}

#[actix_web::test]
async fn a_number_that_no_reader_keeps_exactly_is_refused() {
    let world = World::new().await;
    let owner = world.person("fa", Role::Owner, Some("甲业主")).await;
    let basis = json!({
        "document_no": "川建发〔2023〕5号", "title": "限额以下工程交易规则", "issued_at": 1_677_600_000_000_i64,
        "valid_from_at": 1_680_278_400_000_i64, "cap_fen": 400_000_000, "trade": "construction",
        "region": "510000", "review": "passed",
    });
    for (field, value) in [
        ("issued_at", json!(9_007_199_254_740_993_i64)),
        ("issued_at", json!(8_000_000_000_000_000_i64)),
        ("cap_fen", json!(u64::MAX)),
        ("cap_fen", json!(i64::MIN)),
    ] {
        let mut body = basis.clone();
        body[field] = value.clone();
        let refused = world.post("/bases", Some(&owner), &body).await.expect(422).json();
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!("field.bad"), &json!(field)),
            "{value}: {refused}"
        );
    }
    world.post("/bases", Some(&owner), &basis).await.expect(201);
    world.end().await;
}

#[actix_web::test]
async fn an_envelope_or_a_contribution_is_no_longer_than_it_can_be() {
    let town = Town::new().await;
    let (tender, lot, _) = town.published().await;
    let bidder = Bidder::new(&town.world, "长信封公司").await;
    let (x, ct) = bidder.seal(&town.world, &tender, &lot, 390_000_000).await;
    let send = async |x: &Value, ct: &Value| {
        let brings = json!({ "ct": ct });
        bidder.send(&town.world, &lot, x, &brings).await
    };
    let mut long = x.clone();
    let env: Base64 = serde_json::from_value(x["parts"][0]["env"].clone()).unwrap();
    let env = Base64([env.0, vec![7; 16 << 10]].concat());
    long["parts"][0]["env"] = json!(env);
    let refused = send(&long, &ct).await.expect(422);
    assert_eq!(refused.code(), "bid.part");
    assert!(refused.body.contains("16 KiB"), "{}", refused.body);
    let mut long = x.clone();
    long["parts"][0]["hd"]["len"] = json!(5 << 10);
    let refused = send(&long, &ct).await.expect(422);
    assert_eq!(refused.code(), "bid.part");
    send(&x, &ct).await.expect(201);
    town.world.end().await;
}

#[actix_web::test]
async fn a_member_that_stands_twice_is_refused() {
    let town = Town::new().await;
    let (tender, _) = town.draft().await;
    let path = format!("/tenders/{tender}");
    let body = town.project().to_string();
    let title = |text: &str| format!("{{\"name\":\"{text}\",{}", &body[1..]);
    let nested = format!("{{\"more\":[{{\"a\":1,\"a\":1}}],{}", &body[1..]);
    for (twice, name) in [(title("甲"), "name"), (nested, "a")] {
        let sent = Some(("application/json", twice.into_bytes()));
        let headers = [("Idempotency-Key", name)];
        let who = Some(&town.owner);
        let asked = town
            .world
            .ask("POST", &path, who, "application/json", sent, &headers);
        let refused = asked.await.expect(422);
        assert_eq!(refused.code(), "field.bad");
        assert!(
            refused.body.contains(&format!("`{name}` stands twice")),
            "{}",
            refused.body
        );
    }
    town.world.end().await;
}

#[actix_web::test]
async fn an_unknown_name_in_an_address_is_refused_as_any_other_field() {
    let world = World::new().await;
    let refused = world
        .get("/setup?token=a&colour=red", None)
        .await
        .expect(422)
        .json();
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("field.unknown"), &json!("colour"))
    );
    assert_ne!(refused["advice"], "");
    let missing = world.get("/setup", None).await.expect(422).json();
    assert_eq!(
        (&missing["code"], &missing["field"]),
        (&json!("field.missing"), &json!("token"))
    );
    for path in ["/draws/x/x/bundle", "/draws/x/99999999999999999999/transcript"] {
        let nowhere = world.get(path, None).await.expect(404);
        assert_eq!(nowhere.code(), "not_found", "{path}");
    }
    let page = world.page("/setup", None).await.expect(422).body;
    assert!(page.contains("<h1"), "{page}");
    world.end().await;
}
