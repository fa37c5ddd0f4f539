//! Every route for every role, while a lot is open and after its award: the status answered, as a
//! snapshot each. A route that is missing, or answers somebody otherwise than before, fails.
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
    bidder::Bidder,
    story::{INSIDE, Story},
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
        .replace("{seq}", "1")
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

/// What a route answers to everyone of these, who are asked in order.
type Answers = Vec<(String, Vec<(&'static str, u16)>)>;

/// Asks every route as everybody; `ids` are a tender's, its lot's and its number.
async fn answers(world: &World, people: &[(&'static str, Who)], ids: [&str; 3]) -> Answers {
    let [tender, lot, number] = ids;
    let document = serde_json::to_value(Interface::openapi()).unwrap();
    let mut all = Answers::new();
    for (method, path) in URLS {
        let address = address(path, tender, lot, number);
        let body = body(&document, method, path);
        let mut told = vec![("visitor", asked(world, None, method, &address, &body).await)];
        for (role, who) in people {
            told.push((role, asked(world, Some(who), method, &address, &body).await));
        }
        all.push((format!("{method} {path}"), told));
    }
    all
}

#[actix_web::test]
async fn every_route_for_every_role() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
    let people = everybody(&town).await;
    let mut text = String::new();
    for (route, told) in answers(&town.world, &people, [&tender, &lot, &number]).await {
        text += &format!("{route}\n");
        let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for (role, status) in told {
            by_status.entry(status).or_default().push(role);
        }
        let is_one = by_status.len() == 1;
        for (status, roles) in by_status {
            let roles = if is_one {
                "everybody".into()
            } else {
                roles.join(" ")
            };
            text += &format!("  {status} {roles}\n");
        }
    }
    insta::assert_snapshot!(text);
    town.world.end().await;
}

/// What the first snapshot says: route, role (or `everybody`) and status.
fn while_open() -> BTreeMap<(String, String), u16> {
    let text = include_str!("snapshots/it__site__permissions__every_route_for_every_role.snap");
    let mut told = BTreeMap::new();
    let mut route = "";
    for line in text.splitn(3, "---\n").nth(2).unwrap().lines() {
        if let Some(answer) = line.strip_prefix("  ") {
            let (status, roles) = answer.split_once(' ').unwrap();
            for role in roles.split(' ') {
                told.insert((route.to_owned(), role.to_owned()), status.parse().unwrap());
            }
        } else {
            route = line;
        }
    }
    told
}

/// After the award: only what is answered otherwise than while the lot was open, and what those who
/// took part are answered otherwise than others of their role.
#[actix_web::test]
async fn every_route_for_every_role_after_the_award() {
    let story = Story::awarded(&json!({}), &INSIDE).await;
    let (world, before) = (story.world(), while_open());
    let mut people = everybody(&story.town).await;
    let result = story.get("result", None).await;
    let winner = |bidder: &&Bidder| result["winner"] == bidder.token().as_str();
    people.push(("winner", story.bidders.iter().find(winner).unwrap().who.clone()));
    people.push(("member", story.members[0].clone()));
    let tender = result["tender_id"].as_str().unwrap();
    let mut text = String::new();
    for (route, told) in answers(world, &people, [tender, &story.lot, &story.number]).await {
        let now: BTreeMap<&str, u16> = told.iter().copied().collect();
        let mut moved: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (role, status) in told {
            let was = |role: &str| before.get(&(route.clone(), role.to_owned())).copied();
            let (compared, other) = match role {
                "winner" => ("bidder: ", now["bidder"]),
                "member" => ("expert: ", now["expert"]),
                _ => ("", was("everybody").or_else(|| was(role)).unwrap()),
            };
            if status != other {
                moved
                    .entry(format!("{compared}{other} -> {status}"))
                    .or_default()
                    .push(role);
            }
        }
        if !moved.is_empty() {
            text += &format!("{route}\n");
        }
        for (how, roles) in moved {
            text += &format!("  {how} {}\n", roles.join(" "));
        }
    }
    insta::assert_snapshot!(text);
    story.town.world.end().await;
}
