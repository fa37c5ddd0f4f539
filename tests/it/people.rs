//! Accounts and powers through the front door: the first start, registration, people of an
//! organisation, rights, keys, imports, and every bad input.

use serde_json::{Value, json};
use tianping::{
    domain::{actor::Role, id::Id},
    proof::{canon::Base64, sig::SecretKey},
};

use crate::world::{PASSWORD, Who, World};

const CODE: &str = "91350100M000100Y43";

fn registration(login: &str) -> Value {
    json!({
        "kind": "market", "code": CODE, "name": "甲建筑有限公司", "region": "350100",
        "address": "福州市鼓楼区", "roles": ["bidder"], "declared": true, "person": "张三",
        "login": login, "new_password": PASSWORD, "phone": "13800138000",
    })
}

async fn signed_in(world: &World, login: &str) -> Who {
    let body = json!({ "login": login, "password": PASSWORD });
    let done = world.post("/session", None, &body).await.expect(201).json();
    Who {
        account: Id::from(done["account"].as_str().unwrap()),
        organisation: None,
        code: None,
        login: login.into(),
        token: done["token"].as_str().unwrap().into(),
    }
}

/// Follows a link of an answer and sets the password.
async fn accept(world: &World, link: &str) {
    let path = link.split_once("/invitations/").unwrap().1;
    let (id, token) = path.split_once("?token=").unwrap();
    world.get(&format!("/invitations/{path}"), None).await.expect(200);
    let body = json!({ "token": token, "new_password": PASSWORD });
    world
        .post(&format!("/invitations/{id}"), None, &body)
        .await
        .expect(201);
    let again = world
        .post(&format!("/invitations/{id}"), None, &body)
        .await
        .expect(422);
    assert_eq!(again.code(), "account.link_spent");
}

/// Signs in somebody of the staff, setting up the second factor on the way.
async fn staff(world: &World, login: &str) -> Who {
    let who = signed_in(world, login).await;
    let page = world.get("/account", Some(&who)).await.expect(200).json();
    let body = json!({ "totp": page["code"], "password": PASSWORD });
    let fresh = world
        .post("/account/factor", Some(&who), &body)
        .await
        .expect(201)
        .json();
    Who {
        token: fresh["token"].as_str().unwrap().into(),
        ..who
    }
}

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
    assert_eq!(desk["tasks"][0]["title"], "account-duty-rights");
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

#[actix_web::test]
async fn an_organisation_registers_and_keeps_its_people() {
    let world = World::new().await;
    world
        .post("/organisations", None, &registration("zhang"))
        .await
        .expect(201);
    let again = world
        .post("/organisations", None, &registration("other"))
        .await
        .expect(422);
    assert_eq!(again.code(), "organisation.code_taken");
    let zhang = signed_in(&world, "zhang").await;
    let file = world.get("/organisation", Some(&zhang)).await.expect(200).json();
    assert_eq!(
        (&file["code"], &file["people"][0]["phone"]),
        (&json!(CODE), &json!("138****8000"))
    );
    world.page("/organisation", Some(&zhang)).await.expect(200);
    let li = json!({ "login": "li", "name": "李四", "roles": ["bidder"], "positions": ["preparer"] });
    assert_eq!(
        world
            .post("/organisation/people", Some(&zhang), &li)
            .await
            .expect(422)
            .code(),
        "account.login_form"
    );
    let li = json!({ "login": "lisi", "name": "李四", "roles": ["bidder"], "positions": ["preparer"] });
    let made = world
        .post("/organisation/people", Some(&zhang), &li)
        .await
        .expect(201)
        .json();
    accept(&world, made["links"][0]["link"].as_str().unwrap()).await;
    let lisi = signed_in(&world, "lisi").await;
    let denied = world
        .post(
            "/organisation/people",
            Some(&lisi),
            &json!({
        "login": "wang", "name": "王五", "roles": ["bidder"], "positions": ["preparer"] }),
        )
        .await
        .expect(422);
    assert_eq!(denied.code(), "organisation.not_administrator");
    // leave: a stand-in for a time
    let path = format!("/organisation/people/{}/hand-over", zhang.account);
    let now = world.now();
    let leave = json!({ "to": lisi.account, "from_at": now.plus(60_000), "until_at": now.plus(120_000), "reason": "休假" });
    world.post(&path, Some(&zhang), &leave).await.expect(201);
    world.later(90_000).await;
    let change = json!({ "address": "福州市台江区", "version": 1 });
    world
        .post("/organisation", Some(&lisi), &change)
        .await
        .expect(201);
    world
        .post("/organisation", Some(&zhang), &change)
        .await
        .expect(409);
    world.later(60_000).await;
    let late = json!({ "address": "福州市马尾区", "version": 2 });
    assert_eq!(
        world
            .post("/organisation", Some(&lisi), &late)
            .await
            .expect(422)
            .code(),
        "organisation.not_administrator"
    );
    let own = format!("/organisation/people/{}/closure", zhang.account);
    assert_eq!(
        world
            .post(&own, Some(&zhang), &json!({}))
            .await
            .expect(422)
            .code(),
        "account.last_one"
    );
    let his = format!("/organisation/people/{}/closure", lisi.account);
    world.post(&his, Some(&zhang), &json!({})).await.expect(201);
    world.get("/organisation", Some(&lisi)).await.expect(401);
    // people of others are not known here
    let other = world.person("rival", Role::Bidder, Some("乙")).await;
    let foreign = format!("/organisation/people/{}/closure", other.account);
    world.post(&foreign, Some(&zhang), &json!({})).await.expect(404);
    world.end().await;
}

#[actix_web::test]
async fn keys_are_registered_under_their_agreement() {
    let world = World::new().await;
    world
        .post("/organisations", None, &registration("zhang"))
        .await
        .expect(201);
    let zhang = signed_in(&world, "zhang").await;
    let key = |seed: u8| {
        let public = SecretKey::from_seed(&[seed; 32]).public();
        serde_json::to_value(Base64(public.as_bytes().to_vec())).unwrap()
    };
    let read = |key: &Value| {
        let key = key.as_str().unwrap().replace('+', "%2B").replace('=', "%3D");
        format!("/organisation/keys/agreement?public_key={key}")
    };
    let agreement = world.get(&read(&key(1)), Some(&zhang)).await.expect(200).json();
    world.page(&read(&key(1)), Some(&zhang)).await.expect(200);
    let digest = agreement["digest"].as_str().unwrap();
    let body = json!({ "public_key": key(1) });
    world
        .post("/organisation/keys", Some(&zhang), &body)
        .await
        .expect(422);
    let other = world
        .sign(
            "/organisation/keys",
            &zhang,
            &json!({ "public_key": key(2) }),
            digest,
        )
        .await;
    assert_eq!(other.expect(422).code(), "signing_key.agreement");
    world
        .sign("/organisation/keys", &zhang, &body, digest)
        .await
        .expect(201);
    let again = world
        .sign("/organisation/keys", &zhang, &body, digest)
        .await
        .expect(422);
    assert_eq!(again.code(), "signing_key.taken");
    let keys = world
        .get("/organisation/keys", Some(&zhang))
        .await
        .expect(200)
        .json();
    let row = &keys["keys"][0];
    let path = format!("/organisation/keys/{}/retirement", row["id"].as_str().unwrap());
    world
        .sign(&path, &zhang, &json!({}), row["kid"].as_str().unwrap())
        .await
        .expect(201);
    let keys = world.get("/organisation/keys", Some(&zhang)).await.json();
    assert!(keys["keys"][0]["retired_at"].is_i64());
    world.page("/organisation/keys", Some(&zhang)).await.expect(200);
    world.end().await;
}

#[actix_web::test]
async fn codes_are_imported_and_bad_lines_listed() {
    let world = World::new().await;
    let office = world.person("office", Role::Committee, Some("公管办")).await;
    let csv = "code,name\n350000,福建省\n3502,厦门市\n350200,厦门市\n350300,\n";
    let done = world
        .post("/regions", Some(&office), &json!({ "csv": csv }))
        .await
        .expect(201)
        .json();
    assert_eq!(
        (
            &done["imported"]["n_taken"],
            done["rows"].as_array().unwrap().len()
        ),
        (&json!(2), 2)
    );
    let lines: Vec<_> = done["imported"]["bad"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| (bad["line"].clone(), bad["code"].clone()))
        .collect();
    assert_eq!(
        lines,
        [(json!(3), json!("code.region")), (json!(5), json!("field.line"))]
    );
    let again = world
        .post("/regions", Some(&office), &json!({ "csv": csv }))
        .await
        .expect(201)
        .json();
    assert_eq!(
        (&again["imported"]["n_taken"], &again["imported"]["n_known"]),
        (&json!(0), &json!(2))
    );
    let csv = "code,name,parent\nA08,市政,\nA0801,给水排水,A08\nB01,桥梁,B\n";
    let done = world
        .post("/specialties", Some(&office), &json!({ "csv": csv }))
        .await
        .expect(201)
        .json();
    assert_eq!(done["imported"]["bad"][0]["code"], "code.parent");
    let heading = world
        .post("/regions", Some(&office), &json!({ "csv": "name,code\n" }))
        .await;
    assert_eq!(heading.expect(422).code(), "field.table");
    world.page("/regions", Some(&office)).await.expect(200);
    world.end().await;
}

#[actix_web::test]
async fn bad_input_names_its_field_and_does_nothing() {
    let world = World::new().await;
    let table: &[(&str, Value, &str)] = &[
        ("code", json!("91350100M000100Y44"), "code.credit"),
        ("code", Value::Null, "field.missing"),
        ("region", json!("35"), "code.region"),
        ("region", json!(350_100), "field.bad"),
        ("name", json!("甲".repeat(101)), "field.line"),
        ("login", json!("张三"), "account.login_form"),
        ("new_password", json!("short"), "account.password_weak"),
        ("phone", json!("none"), "account.phone"),
        ("email", json!("none"), "account.email"),
        ("roles", json!([]), "organisation.no_position"),
        ("roles", json!(["supervisor"]), "organisation.market_role"),
        ("roles", json!(["owner", "agency"]), "right.separation"),
        ("declared", json!(false), "organisation.not_declared"),
        ("kind", json!("centre"), "right.organisation_kind"),
        ("power", json!("decide"), "field.bad"),
    ];
    for (field, value, code) in table {
        let mut body = registration("zhang");
        body[*field] = value.clone();
        let refused = world.post("/organisations", None, &body).await.expect(422);
        assert_eq!(refused.code(), *code, "{field} = {value}");
    }
    let big = json!({ "name": "x".repeat(9 << 20) });
    world.post("/organisations", None, &big).await.expect(413);
    // the same key gives the same answer, and serves no other request
    let send = |body: Value| {
        let headers = [("Idempotency-Key", "one")];
        let body = ("application/json", body.to_string().into_bytes());
        let world = &world;
        async move {
            world
                .ask(
                    "POST",
                    "/organisations",
                    None,
                    "application/json",
                    Some(body),
                    &headers,
                )
                .await
        }
    };
    let first = send(registration("zhang")).await.expect(201);
    assert_eq!(send(registration("zhang")).await.expect(201).body, first.body);
    assert_eq!(
        send(registration("zhang2")).await.expect(422).code(),
        "request.key_reused"
    );
    let wrong = json!({ "login": "zhang", "password": "not this one" });
    assert_eq!(
        world.post("/session", None, &wrong).await.expect(422).code(),
        "session.sign_in"
    );
    world.end().await;
}

#[actix_web::test]
async fn passwords_agents_and_signing_out() {
    let world = World::new().await;
    world
        .post("/organisations", None, &registration("zhang"))
        .await
        .expect(201);
    let zhang = signed_in(&world, "zhang").await;
    let agent = json!({ "label": "值守", "days": 30, "password": PASSWORD });
    assert_eq!(
        world
            .post("/session/agents", Some(&zhang), &agent)
            .await
            .expect(422)
            .code(),
        "account.no_factor"
    );
    let zhang = staff(&world, "zhang").await;
    let code = world.app.sandbox_codes().await.unwrap()[0].code.clone();
    let agent = json!({ "label": "值守", "days": 30, "password": PASSWORD, "totp": code });
    let made = world
        .post("/session/agents", Some(&zhang), &agent)
        .await
        .expect(201)
        .json();
    let client = Who {
        token: made["token"].as_str().unwrap().into(),
        ..zhang.clone()
    };
    world.get("/organisation", Some(&client)).await.expect(200);
    let path = format!("/session/agents/{}/revocation", made["id"].as_str().unwrap());
    world.post(&path, Some(&zhang), &json!({})).await.expect(201);
    world.get("/organisation", Some(&client)).await.expect(401);
    let change = json!({ "password": PASSWORD, "new_password": "another long word" });
    let fresh = world
        .post("/account/password", Some(&zhang), &change)
        .await
        .expect(201)
        .json();
    world.get("/desk", Some(&zhang)).await.expect(401);
    let zhang = Who {
        token: fresh["token"].as_str().unwrap().into(),
        ..zhang
    };
    world.get("/desk", Some(&zhang)).await.expect(200);
    world
        .ask("DELETE", "/session", Some(&zhang), "application/json", None, &[])
        .await
        .expect(204);
    world.get("/desk", Some(&zhang)).await.expect(401);
    // a browser is led to the sign-in page, signs in by form and gets a cookie
    let away = world.page("/desk", None).await.expect(303);
    assert_eq!(away.location, "/session?next=/desk");
    let code = world.app.sandbox_codes().await.unwrap()[0].code.clone();
    let form = [
        ("login", "zhang"),
        ("password", "another long word"),
        ("totp", code.as_str()),
        ("next", "//evil.example"),
    ];
    assert_eq!(
        world.form("/session", None, &form).await.expect(303).location,
        "/desk"
    );
    world.end().await;
}
