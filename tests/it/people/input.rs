//! Bad input names its field and does nothing; passwords, agents, signing out.

use serde_json::{Value, json};

use super::{registration, signed_in, staff};
use crate::world::{PASSWORD, Who, World};

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
        ("power", json!("decide"), "field.unknown"),
    ];
    for (field, value, code) in table {
        let mut body = registration("zhang");
        body[*field] = value.clone();
        let refused = world.post("/organisations", None, &body).await.expect(422);
        assert_eq!(refused.code(), *code, "{field} = {value}");
    }
    let big = json!({ "name": "x".repeat(9 << 20) });
    let large = world.post("/organisations", None, &big).await.expect(413);
    assert_eq!(large.code(), "request.too_large");
    assert!(large.body.contains("8 MiB"), "{}", large.body);
    // the same key gives the same answer, and serves no other request
    let send = |body: Value, key: &'static str| {
        let headers = [("Idempotency-Key", key)];
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
    let first = send(registration("zhang"), "one").await.expect(201);
    assert_eq!(
        send(registration("zhang"), "one").await.expect(201).body,
        first.body
    );
    assert_eq!(
        send(registration("zhang2"), "one").await.expect(422).code(),
        "request.key_reused"
    );
    let bare = send(registration("zhang3"), "").await.expect(422).json();
    assert_eq!(
        (&bare["code"], &bare["field"]),
        (&json!("field.missing"), &json!("idempotency_key"))
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
