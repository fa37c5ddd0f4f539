//! Before the opening nobody learns a price, nor how many bids there are (promises of the platform).
//!
//! A price is planted and looked for in every file and every answer; a lot with no bid and one with
//! twenty must look alike to the public, a rival and the centre's staff.

use std::path::Path;

use diesel::{QueryableByName, RunQueryDsl as _, sql_types::Text};
use tianping::{domain::actor::Role, http::URLS, store::Db};

use crate::{
    bidder::Bidder,
    story::Story,
    tender::{Town, lot_terms},
    world::{Who, World},
};

/// The planted price, fen: inside the interval of the usual terms.
const PLANTED: u64 = 387_654_321;
/// How it could be written down.
const FORMS: [&str; 4] = ["387654321", "3876543.21", "3,876,543.21", "387,654,321"];

/// Every GET path about a lot, with what it names filled in.
fn paths(tender: &str, lot: &str, number: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (method, path) in URLS {
        // what is fixed before the first bid cannot tell of bids: the key sets, with their signatures
        if *method != "get" || path.contains("/keysets/") {
            continue;
        }
        let of_tender = path
            .starts_with("/tenders/{id}")
            .then(|| path.replace("{id}", tender));
        let of_lot = path.starts_with("/lots/{id}").then(|| path.replace("{id}", lot));
        let path = of_tender.or(of_lot).unwrap_or_else(|| (*path).to_owned());
        let path = path
            .replace("{tender}", tender)
            .replace("{lot}", lot)
            .replace("{number}", number)
            .replace("{trade}", "construction");
        let is_about = [tender, lot, number, "/jy/"]
            .iter()
            .any(|name| path.contains(name));
        if path.contains("{stage}") {
            all.extend(["draw0", "draw1", "draw2", "price"].map(|stage| path.replace("{stage}", stage)));
        } else if !path.contains('{') && (is_about || path == "/" || path == "/desk" || path == "/messages") {
            all.push(path);
        }
    }
    all
}

/// Whether bytes hold one of the forms of the planted price.
fn shows(bytes: &[u8]) -> bool {
    FORMS
        .iter()
        .any(|form| bytes.windows(form.len()).any(|window| window == form.as_bytes()))
}

/// The files of a directory that show the price; the secrets of the built-in holders lie elsewhere.
fn files_that_show(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_that_show(&path));
        } else if shows(&std::fs::read(&path).unwrap()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = Text)]
    v: String,
}

/// The tables of a PostgreSQL server that show the price; a SQLite database is among the files.
fn tables_that_show(world: &World) -> Vec<String> {
    if !world.app.config.database.starts_with("postgres") {
        return Vec::new();
    }
    let mut db = Db::open(&world.app.config.database).unwrap();
    let mut tables: Vec<String> = db
        .catalogue()
        .unwrap()
        .into_iter()
        .map(|c| c.table_name)
        .collect();
    tables.dedup();
    let shows_row = |row: &Written| {
        // bytes are written in hexadecimal digits
        shows(row.v.as_bytes()) || FORMS.iter().any(|form| row.v.contains(&hex::encode(form)))
    };
    tables.retain(|table| {
        let rows = format!("SELECT t::text AS v FROM {table} t");
        diesel::sql_query(rows)
            .load::<Written>(&mut db)
            .unwrap()
            .iter()
            .any(shows_row)
    });
    tables
}

/// Where the platform's stores show the price: database, write-ahead log, blobs, logs.
fn stores_that_show(world: &World) -> Vec<String> {
    let mut found = files_that_show(world.dir.path());
    found.extend(tables_that_show(world));
    found
}

/// The answers, as JSON and as pages, that show the price.
async fn answers_that_show(world: &World, paths: &[String], who: &[Option<&Who>]) -> Vec<String> {
    let mut found = Vec::new();
    for path in paths {
        for who in who {
            let answers = [world.get(path, *who).await, world.page(path, *who).await];
            if answers.iter().any(|answer| shows(answer.body.as_bytes())) {
                let name = who.map_or("anybody", |who| who.login.as_str());
                found.push(format!("{path} to {name}"));
            }
        }
    }
    found
}

#[actix_web::test]
async fn a_price_is_found_nowhere_before_the_opening() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, number) = town.published().await;
    let bidder = Bidder::new(world, "密封建设公司").await;
    bidder.bid(world, &tender, &lot, PLANTED).await.expect(201);
    world.tick().await;
    let mut people = vec![town.owner.clone(), bidder.who.clone()];
    for (login, role, organisation) in [
        ("rival", Role::Bidder, Some("对手建设公司")),
        ("operator", Role::CentreOperator, Some("市公共资源交易中心")),
        ("head", Role::CentreHead, Some("市公共资源交易中心")),
        ("bureau", Role::Supervisor, Some("市住建局")),
        ("inspector", Role::Inspector, Some("市纪委监委")),
        ("auditor", Role::Auditor, Some("市审计局")),
    ] {
        people.push(world.person(login, role, organisation).await);
    }
    let who: Vec<Option<&Who>> = std::iter::once(None).chain(people.iter().map(Some)).collect();
    let paths = paths(&tender, &lot, &number);
    assert!(paths.len() > 30, "{paths:?}");
    assert_eq!(answers_that_show(world, &paths, &who).await, [""; 0]);
    assert_eq!(stores_that_show(world), [""; 0]);
    world.at("2026-06-22 08:59").await;
    assert_eq!(answers_that_show(world, &paths, &who).await, [""; 0]);
    assert_eq!(stores_that_show(world), [""; 0]);
    town.world.end().await;
}

#[actix_web::test]
async fn the_same_searches_find_the_price_after_the_opening() {
    let story = Story::opened(&serde_json::json!({}), &[PLANTED, 385_000_000, 380_000_000]).await;
    let opening = format!("/lots/{}/opening", story.lot);
    assert_eq!(
        answers_that_show(story.world(), std::slice::from_ref(&opening), &[None]).await,
        [format!("{opening} to anybody")]
    );
    assert!(
        !stores_that_show(story.world()).is_empty(),
        "the same search finds it now"
    );
    story.town.world.end().await;
}

/// An answer without the places of its events in the logs, which every event has: `before` is what
/// stands in front of them.
fn unplaced(body: &str, before: &str, until: char) -> String {
    let mut parts = body.split(before);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_once(until).unwrap_or(("", part));
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        out.push_str(&format!("{before}{id}{until}#{rest}"));
    }
    out
}

/// An answer without what differs between any two lots: ids, digests, numbers, keys of forms, times.
fn likeness(body: &str, numbers: [&str; 2]) -> String {
    let body = numbers
        .iter()
        .fold(body.to_owned(), |body, number| body.replace(number, "#"));
    let mut out = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let is_name = word.len() >= 20 || (word.len() >= 10 && word.bytes().any(|b| b.is_ascii_digit()));
        let is_digest = matches!(word.len(), 4 | 8) && word.bytes().all(|b| b.is_ascii_hexdigit());
        let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
        out.push_str(if is_name || is_digest || (is_number && word.len() > 3) {
            "#"
        } else {
            word
        });
        word.clear();
    };
    for c in body.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            out.push(c);
        }
    }
    flush(&mut word, &mut out);
    // holders at work beside each other come in any order
    let mut pieces: Vec<&str> = out.split("},{").flat_map(|piece| piece.split('\n')).collect();
    pieces.sort_unstable();
    pieces.join("\n")
}

/// The answers that tell one lot from another: each lot is its paths and its number.
async fn differences(world: &World, lots: [(&[String], &str); 2], who: &[Option<&Who>]) -> Vec<String> {
    let [(a, a_number), (b, b_number)] = lots;
    let mut differ = Vec::new();
    for (a, b) in a.iter().zip(b) {
        for who in who {
            let pairs = [
                (world.get(a, *who).await, world.get(b, *who).await),
                (world.page(a, *who).await, world.page(b, *who).await),
            ];
            for (of_a, of_b) in pairs {
                let [a_body, b_body] = [&of_a, &of_b].map(|answer| {
                    let body = unplaced(&answer.body, "\"position\"", ':');
                    let body = unplaced(&body, "\"n\"", ':');
                    unplaced(&body, "<a href=\"/receipts/", '>')
                });
                let [a_like, b_like] = [&a_body, &b_body].map(|body| likeness(body, [a_number, b_number]));
                if of_a.status != of_b.status || a_like != b_like || a_body.len() != b_body.len() {
                    let pairs = a_like.lines().zip(b_like.lines());
                    let first = pairs.into_iter().find(|(a, b)| a != b);
                    differ.push(format!("{a} {} {}: {first:?}", a_body.len(), b_body.len()));
                }
            }
        }
    }
    differ
}

#[actix_web::test]
async fn a_lot_without_bids_and_one_with_twenty_look_alike() {
    let town = Town::new().await;
    let world = &town.world;
    let (empty, full) = (
        town.published_with(&lot_terms()).await,
        town.published_with(&lot_terms()).await,
    );
    for i in 0..20 {
        let bidder = Bidder::new(world, &format!("第{i:02}建设公司")).await;
        bidder
            .bid(world, &full.0, &full.1, 380_000_000 + i)
            .await
            .expect(201);
    }
    world.tick().await;
    let rival = world.person("rival", Role::Bidder, Some("对手建设公司")).await;
    let operator = world
        .person("operator", Role::CentreOperator, Some("市公共资源交易中心"))
        .await;
    let (a, b) = (
        paths(&empty.0, &empty.1, &empty.2),
        paths(&full.0, &full.1, &full.2),
    );
    let lots = [(a.as_slice(), empty.2.as_str()), (b.as_slice(), full.2.as_str())];
    let who = [None, Some(&rival), Some(&operator)];
    let differ = differences(world, lots, &who).await;
    assert!(differ.is_empty(), "{}", differ.join("\n\n"));
    // the same comparison tells them apart when the list of bids is closed
    world.at("2026-06-22 09:31").await;
    assert!(!differences(world, lots, &[None]).await.is_empty());
    town.world.end().await;
}
