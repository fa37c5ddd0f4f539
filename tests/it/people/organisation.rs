//! An organisation registers by declaration, keeps its people, hands over, and registers signing keys.

use serde_json::{Value, json};
use tianping::{
    domain::actor::Role,
    proof::{canon::Base64, sig::SecretKey},
};

use super::{CODE, accept, registration, signed_in};
use crate::world::World;

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
    let bare = world.sign("/organisation/keys", &zhang, &body, digest).await;
    assert_eq!(bare.expect(422).code(), "account.no_factor");
    let (zhang, factor) = world.enrol(zhang).await;
    let body = json!({ "public_key": key(1), "totp": "000000" });
    let wrong = world.sign("/organisation/keys", &zhang, &body, digest).await;
    assert_eq!(wrong.expect(422).code(), "act.second_factor");
    let code = || factor.code();
    let body = json!({ "public_key": key(1), "totp": code() });
    let other = world
        .sign(
            "/organisation/keys",
            &zhang,
            &json!({ "public_key": key(2), "totp": code() }),
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
