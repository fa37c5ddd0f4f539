//! The first start: one link makes three administrators, who do their work; the database itself keeps powers apart.

use serde_json::json;
use tianping::domain::actor::Role;

use super::{CODE, accept, signed_in, staff};
use crate::world::World;

#[actix_web::test]
async fn the_first_start_makes_three_administrators_who_do_their_work() {
    let world = World::new().await;
    let link = world
        .app
        .set_up_link()
        .await
        .unwrap()
        .expect("no administrators yet");
    let token = link.split_once("?token=").unwrap().1.to_owned();
    world.get("/setup?token=00", None).await.expect(422);
    world
        .get(&format!("/setup?token={token}"), None)
        .await
        .expect(200);
    let mut body = json!({
        "token": token, "region": "510000", "system_login": "sys", "system_name": "甲",
        "security_login": "sys", "security_name": "乙", "audit_login": "aud", "audit_name": "丙",
    });
    assert_eq!(
        world.post("/setup", None, &body).await.expect(422).code(),
        "account.login_taken"
    );
    body["security_login"] = json!("sec");
    let made = world.post("/setup", None, &body).await.expect(201).json();
    assert_eq!(
        world.post("/setup", None, &body).await.expect(422).code(),
        "setup.done"
    );
    for link in made["links"].as_array().unwrap() {
        accept(&world, link["link"].as_str().unwrap()).await;
    }
    let without = signed_in(&world, "sys").await;
    world.get("/accounts", Some(&without)).await.expect(403);
    let (sys, sec, aud) = (
        staff(&world, "sys").await,
        staff(&world, "sec").await,
        staff(&world, "aud").await,
    );
    world.get("/accounts", Some(&without)).await.expect(401);
    let centre = json!({ "code": CODE, "name": "某交易中心", "kind": "centre", "region": "510100", "address": "成都" });
    world.post("/authorities", Some(&sys), &centre).await.expect(201);
    let accounts = world.get("/accounts", Some(&sys)).await.expect(200).json();
    let open = json!({
        "login": "op.li", "name": "李四", "kind": "staff", "region": "510100", "phone": "13800138000",
        "organisation": accounts["organisations"][0][0],
    });
    world.post("/accounts", Some(&sec), &open).await.expect(403);
    let opened = world
        .post("/accounts", Some(&sys), &open)
        .await
        .expect(201)
        .json();
    let account = opened["links"][0]["account"].as_str().unwrap().to_owned();
    let desk = world.get("/desk", Some(&sec)).await.expect(200).json();
    assert_eq!(desk["tasks"][0]["kind"], "give_right");
    let give = |role: &str| json!({ "account": account, "role": role, "region": "510100" });
    assert_eq!(
        world
            .post("/rights", Some(&sec), &give("supervisor"))
            .await
            .expect(422)
            .code(),
        "right.organisation_kind"
    );
    world
        .post("/rights", Some(&sec), &give("centre_operator"))
        .await
        .expect(201);
    assert_eq!(
        world
            .post("/rights", Some(&sec), &give("centre_operator"))
            .await
            .expect(422)
            .code(),
        "right.already_held"
    );
    for role in ["supervisor", "committee", "bidder", "system_admin"] {
        let refused = world.post("/rights", Some(&sec), &give(role)).await.expect(422);
        assert_eq!(refused.code(), "right.separation", "{role}");
    }
    assert!(
        world.get("/desk", Some(&sec)).await.json()["tasks"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // a phone is shown whole only with a reason, and the audit administrator sees that it was
    let list = world.get("/accounts", Some(&sys)).await.expect(200);
    assert!(
        !list.body.contains("13800138000") && list.body.contains("138****8000"),
        "{}",
        list.body
    );
    let reason = json!({ "reason": "核实身份" });
    let phone = world
        .post(&format!("/accounts/{account}/phone"), Some(&sys), &reason)
        .await
        .expect(201);
    assert_eq!(phone.json()["phone"], "13800138000");
    let trail = world
        .get("/audit?reads=true", Some(&aud))
        .await
        .expect(200)
        .json();
    assert_eq!(trail["rows"][0]["actor"], "sys");
    world.get("/audit", Some(&sys)).await.expect(403);
    // the last administrator of a kind stays
    let rows = world.get("/accounts", Some(&sys)).await.json();
    let own = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["login"] == "sys")
        .unwrap();
    let path = format!("/accounts/{}/closure", own["id"].as_str().unwrap());
    assert_eq!(
        world.post(&path, Some(&sys), &json!({})).await.expect(422).code(),
        "account.last_one"
    );
    let check = world
        .page(&format!("/accounts/{account}/closure"), Some(&sys))
        .await
        .expect(200)
        .body;
    assert!(
        check.contains(&format!("action=\"/accounts/{account}/closure\"")) && !check.contains("leaving-"),
        "{check}"
    );
    world
        .post(&format!("/accounts/{account}/closure"), Some(&sys), &json!({}))
        .await
        .expect(201);
    world.end().await;
}

#[actix_web::test]
async fn the_database_itself_keeps_powers_apart() {
    use diesel::RunQueryDsl as _;
    let world = World::new().await;
    let centre = world.person("op", Role::CentreOperator, Some("中心")).await;
    let owner = world.person("ow", Role::Owner, Some("甲")).await;
    let admin = world.person("sys", Role::SystemAdmin, None).await;
    let attempts = [
        (&centre, "supervisor", "staff", "'supervise'"),
        (&centre, "bidder", "party", "NULL"),
        (&owner, "agency", "party", "'operate'"),
        (&owner, "supervisor", "party", "'supervise'"),
        (&admin, "security_admin", "security", "NULL"),
        (&admin, "bidder", "party", "NULL"),
        (&admin, "bidder", "system", "NULL"),
        (&centre, "supervisor", "staff", "'operate'"),
    ];
    for (who, role, kind, power) in attempts {
        let sql = format!(
            "INSERT INTO role_grant (id, account_id, role, kind, power, region, granted_by, granted_at, from_at) \
             VALUES ('x', '{}', '{role}', '{kind}', {power}, '510000', 'nobody', 0, 0)",
            who.account
        );
        let written = world.app.store.read(|db| {
            diesel::sql_query(sql)
                .execute(db)
                .map_err(tianping::store::Fault::from)
        });
        assert!(
            written.is_err(),
            "{role} as {kind} with {power} beside {}",
            who.login
        );
    }
    world.end().await;
}
