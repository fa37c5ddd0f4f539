//! Drafts: bad input, repeated requests, the guard, documents, the pages.

use serde_json::json;
use tianping::domain::actor::Role;

use super::{Town, lot_terms};

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
        ("surprise", json!(1), "field.unknown"),
        ("trade", json!("opera"), "field.bad"),
        ("trade", json!("land"), "tender.no_procedure"),
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
        ("k_min", json!(null), "field.missing"),
        ("method", json!("by_favour"), "field.bad"),
        ("k_max", json!("1.00"), "band.range"),
        ("k_step", json!("0"), "band.step"),
        ("n_panel", json!(4), "lot.panel_size"),
        ("n_owner_seats", json!(2), "lot.panel_share"),
        ("n_candidates", json!(4), "lot.candidates"),
        ("n_bidders_min", json!(2), "lot.bidders_min"),
        ("n_qualified_min", json!(2), "lot.qualified_min"),
        ("criteria", json!([]), "field.missing"),
        (
            "criteria",
            json!([{ "clause": "1", "text": "资质" }, { "clause": "1", "text": "业绩" }]),
            "lot.criteria",
        ),
        ("criteria", json!("no clause"), "field.bad"),
        ("specialty", json!("A 8"), "field.bad"),
        ("bid_security_fen", json!(100), "lot.bid_security"),
        ("minimum_price_fen", json!(100), "guard.minimum_price"),
        ("deposit_fen", json!(100), "field.unknown"),
        ("name", lot_terms()["name"].clone(), "lot.name_taken"),
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
    // lots stay under the trade that they were drafted for
    let mut moved = town.project();
    moved["trade"] = json!("procurement");
    let refused = town.post(&format!("/tenders/{tender}"), &moved).await.expect(422);
    assert_eq!(refused.code(), "tender.no_procedure");
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
        let called = town.post(&format!("/tenders/{id}/ceremony"), &json!({})).await;
        assert_eq!(called.expect(422).code(), "tender.no_lots");
        let check = town.check(id).await;
        assert_eq!(check["refused"]["code"], "tender.no_lots");
        town.post(&format!("/tenders/{id}/lots"), &lot_terms())
            .await
            .expect(201);
        let check = town.check(id).await;
        assert_eq!(check["refused"]["code"], code, "{check}");
        if code.starts_with("guard.") {
            // no keys are made for what may not be published
            let called = town.post(&format!("/tenders/{id}/ceremony"), &json!({})).await;
            assert_eq!(called.expect(422).code(), code);
        }
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
            &[("Idempotency-Key", "quantities")],
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
        .form_on(
            "/tenders/new",
            "/tenders",
            Some(&town.owner),
            &[("name", "照明工程"), ("region", "x")],
        )
        .await
        .expect(422);
    assert!(
        bad.body.contains("照明工程") && bad.body.contains("error-summary"),
        "the form comes back filled in: {}",
        bad.body
    );
    town.world.end().await;
}

#[actix_web::test]
async fn specialty_and_region_are_of_the_lists_where_there_are_any() {
    let town = Town::new().await;
    let office = town.world.person("office", Role::Committee, Some("公管办")).await;
    let csv = json!({ "csv": "code,name,parent\nA08,市政公用工程,\n" });
    let path = town.post("/tenders", &town.project()).await.expect(201).json();
    let path = format!("/tenders/{}/lots", path["id"].as_str().unwrap());
    let mut lot = lot_terms();
    lot["specialty"] = json!("zzz");
    town.post(&path, &lot).await.expect(201);
    town.world
        .post("/specialties", Some(&office), &csv)
        .await
        .expect(201);
    lot["name"] = json!("二标段");
    let refused = town.post(&path, &lot).await.expect(422).json();
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("code.form"), &json!("specialty"))
    );
    let csv = json!({ "csv": "code,name\n510199,别区\n" });
    town.world.post("/regions", Some(&office), &csv).await.expect(201);
    let refused = town.post("/tenders", &town.project()).await.expect(422).json();
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("code.region"), &json!("region"))
    );
    lot["specialty"] = json!("a08");
    town.post(&path, &lot).await.expect(201);
    town.world.end().await;
}

#[actix_web::test]
async fn what_must_be_tendered_is_not_split_into_lots_below_the_threshold() {
    let town = Town::new().await;
    let mut project = town.project();
    project["funding"] = json!("state_enterprise");
    project["project_sum_fen"] = json!(0);
    let tender = town.post("/tenders", &project).await.expect(201).json();
    let id = tender["id"].as_str().unwrap();
    let path = format!("/tenders/{id}/lots");
    let mut lot = lot_terms();
    for (ceiling, code) in [
        (200_000_000, "tender.no_documents"),
        (200_000_000, "guard.must_tender"),
    ] {
        lot["ceiling_fen"] = json!(ceiling);
        lot["name"] = json!(code);
        town.post(&path, &lot).await.expect(201);
        let check = town.check(id).await;
        assert_eq!(check["refused"]["code"], code, "{check}");
    }
    town.world.end().await;
}
