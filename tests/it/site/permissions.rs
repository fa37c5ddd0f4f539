//! Every route for every role: the status answered, as one snapshot. A route that is missing from it,
//! or answers somebody otherwise than before, fails.
//!
//! Bodies are samples of the schemas that the interface describes, so that a refusal comes from
//! whoever decides and not from the reader of the body.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tianping::{
    domain::time::DAY,
    http::{Interface, URLS},
};
use utoipa::OpenApi as _;

use super::everybody;
use crate::{
    tender::Town,
    world::{PASSWORD, Who, World},
};

/// An id that nothing has.
const NOTHING: &str = "aaaaaaaaaaaaaaaaaaaa";

/// A value of a schema with nothing but what is required.
fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return sample(document, document.pointer(&name[1..]).unwrap());
    }
    for of in ["allOf", "oneOf", "anyOf"] {
        if let Some(first) = schema[of].as_array().and_then(|all| all.first()) {
            return sample(document, first);
        }
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap_or_default(),
        other => other.as_str().unwrap_or_default(),
    };
    match kind {
        "string" => json!("x"),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        "array" => json!([]),
        _ => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = required.iter().map(|name| {
                let name = name.as_str().unwrap();
                (name.to_owned(), sample(document, &schema["properties"][name]))
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
    }
}

/// What is sent to a route: a sample of its body, with what signed acts ask for.
fn body(document: &Value, method: &str, path: &str) -> Value {
    let operation = &document["paths"][path.replace(":.*", "")][method];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let mut body = match sample(document, schema) {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    body.insert("password".into(), json!(PASSWORD));
    body.insert("digest".into(), json!("0".repeat(64)));
    Value::Object(body)
}

/// A real address of a route, with the ids of the town where there are any.
fn address(path: &str, tender: &str, lot: &str, number: &str) -> String {
    let id = match path.split('/').nth(1) {
        Some("tenders") => tender,
        Some("lots") => lot,
        _ => NOTHING,
    };
    path.replace("{tender}", tender)
        .replace("{lot}", lot)
        .replace("{number}", number)
        .replace("{id}", id)
        .replace("{trade}", "construction")
        .replace("{stage}", "price")
        .replace("{duty}", "op")
        .replace("{c}", &"0".repeat(64))
        .replace("{i}", "0")
        .replace("{name}", "x.pdf")
        .replace(
            "{path:.*}",
            if path.starts_with("/static") {
                "site.css"
            } else {
                ""
            },
        )
}

/// Asks as somebody, who keeps his session whatever the route does to it.
async fn asked(world: &World, who: Option<&Who>, method: &str, path: &str, body: &Value) -> u16 {
    let mut who = who.cloned();
    if let Some(who) = who
        .as_mut()
        .filter(|_| path.starts_with("/session") || path.starts_with("/account"))
    {
        let session = world.app.begin_session(&who.account, "browser", true, DAY);
        who.token = world.app.token(&session.await.unwrap()).unwrap();
    }
    let key = world.app.entropy.id().0;
    let headers = [("Idempotency-Key", key.as_str())];
    let body = (method != "get").then(|| ("application/json", body.to_string().into_bytes()));
    let method = method.to_ascii_uppercase();
    let reply = world.ask(&method, path, who.as_ref(), "application/json", body, &headers);
    reply.await.status
}

#[actix_web::test]
async fn every_route_for_every_role() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
    let people = everybody(&town).await;
    let document = serde_json::to_value(Interface::openapi()).unwrap();
    let mut text = String::new();
    for (method, path) in URLS {
        let address = address(path, &tender, &lot, &number);
        let body = body(&document, method, path);
        let mut told: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        let status = asked(&town.world, None, method, &address, &body).await;
        told.entry(status).or_default().push("visitor");
        for (role, who) in &people {
            let status = asked(&town.world, Some(who), method, &address, &body).await;
            told.entry(status).or_default().push(role);
        }
        text += &format!("{method} {path}\n");
        for (status, roles) in told {
            let all = if roles.len() == people.len() + 1 {
                "everybody".into()
            } else {
                roles.join(" ")
            };
            text += &format!("  {status} {all}\n");
        }
    }
    insta::assert_snapshot!(text);
    town.world.end().await;
}
