//! Accounts and powers through the front door: the first start, registration, people of an
//! organisation, rights, keys, imports, and every bad input.

mod codes;
mod command;
mod input;
mod organisation;
mod start;

use serde_json::{Value, json};
use tianping::domain::id::Id;

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
    let key = world.app.entropy.id().0;
    for _ in 0..2 {
        // whoever got no answer asks again, and is not told that the link is spent
        let json = "application/json";
        let sent = Some((json, body.to_string().into_bytes()));
        let headers = [("Idempotency-Key", key.as_str())];
        let path = format!("/invitations/{id}");
        world
            .ask("POST", &path, None, json, sent, &headers)
            .await
            .expect(201);
    }
    let again = world
        .post(&format!("/invitations/{id}"), None, &body)
        .await
        .expect(422);
    assert_eq!(again.code(), "account.link_spent");
}

/// Signs in somebody of the staff, setting up the second factor on the way.
async fn staff(world: &World, login: &str) -> Who {
    let who = signed_in(world, login).await;
    world.enrol(who).await.0
}
