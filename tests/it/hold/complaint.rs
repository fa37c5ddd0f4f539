//! A platform that leaves a bid out of its list: whoever has its acknowledgement stops the keys; who
//! has none, or is listed, stops nothing.

use std::{fs, path::PathBuf};

use diesel::RunQueryDsl as _;
use serde_json::{Value, json};
use tianping::{
    domain::actor::Role,
    proof::canon::digest,
    store::{Db, Fault},
};

use super::{CENTRE, acts, bids, count, machine::machine};
use crate::{
    bidder::Bidder,
    tender::{Town, lot_terms},
    world::Reply,
};

/// What a bidder signed, as it is filed.
fn signed(bidder: &Bidder, x: &Value) -> Value {
    let mut sig = serde_json::to_value(bidder.key.sig_of(x).unwrap()).unwrap();
    sig["t"] = json!("sig/1");
    json!({ "t": "signed/1", "x": x, "sig": sig })
}

/// Bids once more; the complaint of this bid, should it be left out.
async fn bid(town: &Town, tender: &str, lot: &str, bidder: &Bidder) -> Value {
    let (x, ct) = bidder.seal(&town.world, tender, lot, 376_000_000).await;
    let ack = bidder.send(&town.world, lot, &x, &json!({ "ct": ct })).await;
    let ack = ack.expect(201).json();
    json!({ "ack": ack, "receipt": null, "x": signed(bidder, &x), "rows": [] })
}

/// What a platform's own administrator could do: the bids of somebody become those of another lot.
fn move_bids(town: &Town, bidder: &Bidder, lot: &str) {
    let sql = format!(
        "UPDATE bid SET lot_id = '{lot}' WHERE bidder = '{}'",
        bidder.token()
    );
    let run = |db: &mut Db| Ok::<_, Fault>(diesel::sql_query(&sql).execute(db)?);
    assert_eq!(town.world.app.store.read(run).unwrap(), 1, "{sql}");
}

/// Files with nobody signed in.
async fn file(town: &Town, lot: &str, complaint: &Value) -> Reply {
    let path = format!("/lots/{lot}/objections");
    town.world.post(&path, None, complaint).await
}

#[actix_web::test]
async fn no_key_is_given_for_a_list_that_leaves_a_bid_out() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    let (_, other) = town.draft().await;
    bids(&town, &tender, &lot).await;
    let left = Bidder::new(world, "丁公司").await;
    let complaint = bid(&town, &tender, &lot, &left).await;
    let early = file(&town, &lot, &complaint).await.expect(422);
    assert_eq!(early.code(), "complaint.no_list");
    move_bids(&town, &left, &other);
    let bureau = world.person("jd", Role::Supervisor, Some("市住建局")).await;
    let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
    world.at("2026-06-22 09:04").await;
    let filed = file(&town, &lot, &complaint).await.expect(201).json();
    let submission = digest(&complaint["x"]["x"]).unwrap().to_hex();
    assert_eq!(filed["submission"], json!(submission));
    let again = file(&town, &lot, &complaint).await.expect(422);
    assert_eq!(again.code(), "complaint.filed");
    for who in [&bureau, &centre] {
        let inbox = world.get("/messages", Some(who)).await.expect(200).body;
        assert!(inbox.contains("left out of its list"), "{inbox}");
    }
    // as long as it may take: neither keys nor shares
    world.at("2026-06-22 10:00").await;
    let opening = world.get(&format!("/lots/{lot}/opening"), None).await;
    assert_eq!(opening.expect(422).code(), "bid.not_opened");
    let acts = acts(&town, &tender).await;
    let n = |act: &str| count(&acts, act);
    let told = (
        n("complaint.filed"),
        n("releases.asked"),
        n("key.released"),
        n("share.released"),
    );
    assert_eq!(told, (1, 1, 0, 0));
    move_bids(&town, &left, &lot);
    town.world.end().await;
}

#[actix_web::test]
async fn who_is_listed_or_proves_nothing_stops_no_key() {
    let town = Town::new().await;
    let world = &town.world;
    let (_, failed, _) = town.published().await;
    let (tender, lot, _) = town.published().await;
    bids(&town, &tender, &lot).await;
    let (twice, gone) = (
        Bidder::new(world, "丁公司").await,
        Bidder::new(world, "戊公司").await,
    );
    let replaced = bid(&town, &tender, &lot, &twice).await;
    let listed = bid(&town, &tender, &lot, &twice).await;
    let withdrawn = bid(&town, &tender, &lot, &gone).await;
    let x = json!({
        "t": "bid.withdraw/1", "tender": tender, "lot": lot, "bidder": gone.token(), "seq": 2,
        "prev": digest(&withdrawn["x"]["x"]).unwrap(),
    });
    let body = json!({ "x": x, "sig": signed(&gone, &x)["sig"] });
    let path = format!("/lots/{lot}/bids/withdrawals");
    world.post(&path, Some(&gone.who), &body).await.expect(201);
    world.at("2026-06-22 09:04").await;
    let with = |member: &str, value: Value| {
        let mut other = listed.clone();
        other[member] = value;
        other
    };
    let mut forged = replaced.clone();
    forged["ack"]["x"]["c"] = json!("0".repeat(64));
    for (lot, complaint, why) in [
        (&lot, &listed, "listed"),
        (&lot, &replaced, "replaced, and the rows are kept back"),
        (&lot, &withdrawn, "withdrawn, and the rows are kept back"),
        (&lot, &forged, "not the log's word"),
        (&lot, &with("ack", Value::Null), "no word of the log"),
        (&lot, &with("ack", withdrawn["ack"].clone()), "of another bid"),
        (&lot, &with("receipt", json!("rubbish")), "no receipt"),
        (&failed, &listed, "of another lot"),
    ] {
        let refused = file(&town, lot, complaint).await.expect(422);
        assert_eq!(refused.code(), "complaint.unfounded", "{why}");
    }
    for rubbish in [
        json!({ "x": {} }),
        with("rows", json!([{}])),
        with("more", json!(1)),
        json!({}),
    ] {
        let refused = file(&town, &lot, &rubbish).await.expect(422);
        assert!(
            refused.code().starts_with("field."),
            "{rubbish}: {}",
            refused.body
        );
    }
    world.at("2026-06-22 09:06").await;
    world.get(&format!("/lots/{lot}/opening"), None).await.expect(200);
    town.world.end().await;
}

#[actix_web::test]
async fn a_duty_hears_the_complaint_that_its_keeper_has_on_file() {
    let town = Town::new().await;
    let machine = machine(&town).await;
    let world = &town.world;
    let (tender, lot) = town.called_with(&lot_terms()).await;
    for _ in 0..4 {
        machine.ask("agent", &["--once"]).await;
        world.settle().await;
    }
    town.publish_checked(&tender).await;
    let (_, other) = town.draft().await;
    bids(&town, &tender, &lot).await;
    let (left, twice) = (
        Bidder::new(world, "丁公司").await,
        Bidder::new(world, "戊公司").await,
    );
    let complaint = bid(&town, &tender, &lot, &left).await;
    let replaced = bid(&town, &tender, &lot, &twice).await;
    bid(&town, &tender, &lot, &twice).await;
    move_bids(&town, &left, &other);
    world.at("2026-06-22 09:06").await;
    let hand_over = async |text: String| {
        let handed = machine.path("handed.json");
        fs::write(&handed, text).unwrap();
        machine.run(&["complaint", handed.to_str().unwrap()]).await
    };
    let mut wordless = complaint.clone();
    wordless["ack"] = Value::Null;
    for bad in ["{".to_owned(), wordless.to_string()] {
        let refused = hand_over(bad).await;
        assert!(
            !refused.status.success() && !refused.stderr.is_empty(),
            "{refused:?}"
        );
    }
    let kept = hand_over(complaint.to_string()).await;
    assert!(kept.status.success(), "{kept:?}");
    let on_file = PathBuf::from(String::from_utf8(kept.stdout).unwrap().trim());
    let (words, all) = machine.ask("release", &[]).await;
    let kept = "releasea submission is missing from the list of bids";
    assert_eq!((words, all), (vec![kept.to_owned()], false));
    fs::write(&on_file, "{").unwrap();
    let (words, all) = machine.ask("release", &[]).await;
    let name = on_file.file_name().unwrap().to_str().unwrap();
    assert!(!all && words[0].contains(name), "{words:?}");
    fs::remove_file(&on_file).unwrap();
    // whoever replaced his bid stops nothing with the acknowledgement of the first
    assert!(hand_over(replaced.to_string()).await.status.success());
    assert_eq!(
        machine.ask("release", &[]).await,
        (vec!["release".to_owned()], true)
    );
    world.settle().await;
    move_bids(&town, &left, &lot);
    town.world.end().await;
}
