//! The living journal: ticks, cosignatures, receipts, tiles, disclosure, and the refusal to start on
//! a database that fell behind.

use serde_json::json;
use tianping::{
    app::{App, Ask},
    clock::Clock,
    domain::{
        act::Act,
        actor::{Actor, Role},
        platform::Platform,
    },
    entropy::Entropy,
    proof::{
        canon::{Hash, Object as _},
        chain::Chain,
        event::Entry,
        merkle,
        note::{Checkpoint, Note},
        policy::Policy,
        receipt::{Ack, Receipt},
        sig::Signed,
        tiles::unbundle,
    },
    store::tx::{Payload, Recorded},
};

use super::{bidder::Bidder, tender::Town, world::World};

/// An event on the platform's chain.
async fn record(world: &World) -> Recorded {
    let ask = Ask::new(Actor::Public, Act::ClockMoved);
    world
        .app
        .act(ask, |tx| {
            let facts = json!({ "n": 1 });
            Ok(tx.record(
                Platform::ID,
                Act::ClockMoved,
                vec![Payload::facts("clock", "clock.moved/1", &facts)?],
            )?)
        })
        .await
        .unwrap()
}

fn policy(world: &World) -> Policy {
    world.app.journal.policy_text.parse().unwrap()
}

#[actix_web::test]
async fn an_act_is_acknowledged_at_once_and_proven_after_the_tick() {
    let world = World::new().await;
    let done = record(&world).await;
    let x = Hash::of(&[b"x"]);
    let ack = world.app.ack(&done, x).unwrap();
    let ack = Ack::open(&ack, &policy(&world)).unwrap();
    assert_eq!((ack.c, ack.x, ack.n, ack.ts), (done.c, x, done.n, done.ts));

    assert_eq!(world.app.receipt(done.c).await.unwrap(), None);
    assert!(!world.app.is_cosigned(done.c).await.unwrap());
    world.tick().await;
    let text = world.app.receipt(done.c).await.unwrap().unwrap();
    let receipt: Receipt = text.parse().unwrap();
    let proven = receipt.check(&policy(&world)).unwrap();
    assert_eq!(proven.c, done.c);
    assert_eq!(receipt.event().act, "clock.moved");
    assert_eq!(Some(proven.quorum_ms), world.app.quorum_ms(done.c).await.unwrap());
    assert!(
        world
            .app
            .wait_cosigned(done.c, std::time::Duration::from_secs(1))
            .await
            .unwrap()
    );
    world.end().await;
}

#[actix_web::test]
async fn a_receipt_is_for_those_who_may_know() {
    let world = World::new().await;
    let (owner, other) = (
        world.person("甲", Role::Owner, Some("甲公司")).await,
        world.person("乙", Role::Owner, Some("乙公司")).await,
    );
    let ask = Ask::new(
        world
            .app
            .person(&owner.token)
            .await
            .unwrap()
            .map(Actor::Person)
            .unwrap(),
        Act::BasisRecorded,
    );
    let done = world
        .app
        .act(ask, |tx| {
            Ok(tx.record("b.0123", Act::BasisRecorded, Vec::new())?)
        })
        .await
        .unwrap();
    let path = format!("/receipts/{}", done.c);
    assert_eq!(world.get(&path, Some(&owner)).await.status, 202);
    world.tick().await;
    let receipt = world.get(&path, Some(&owner)).await.expect(200);
    receipt
        .body
        .parse::<Receipt>()
        .unwrap()
        .check(&policy(&world))
        .unwrap();
    world.get(&path, Some(&other)).await.expect(404);
    world.get(&path, None).await.expect(404);
    world.get("/receipts/zz", Some(&owner)).await.expect(404);
    world.end().await;
}

#[actix_web::test]
async fn the_published_tree_is_the_one_signed() {
    let world = World::new().await;
    for _ in 0..20 {
        record(&world).await;
        world.tick().await;
    }
    let note: Note = world
        .get("/checkpoint", None)
        .await
        .expect(200)
        .body
        .parse()
        .unwrap();
    policy(&world).accept(&note).unwrap();
    let checkpoint = Checkpoint::from_text(&note.text).unwrap();
    assert_eq!(checkpoint.size, 21 * 16);
    let mut leaves = Vec::new();
    let mut last = 0;
    for path in ["/tile/entries/000", "/tile/entries/001.p/80"] {
        let bytes = raw(&world, path).await;
        for entry in unbundle(&bytes).unwrap() {
            leaves.push(merkle::leaf_hash(entry));
            let entry = Entry::from_bytes(entry).unwrap();
            assert!(entry.ts >= last);
            last = entry.ts;
        }
    }
    assert_eq!(merkle::root(&leaves), checkpoint.root);
    let tile = raw(&world, "/tile/0/000").await;
    assert_eq!(tile.len(), 256 * 32);
    assert_eq!(tile[..32], leaves[0].0);
    let upper = raw(&world, "/tile/1/000.p/1").await;
    assert_eq!(upper, merkle::root(&leaves[..256]).0);
    for path in [
        "/tile/0/002",
        "/tile/0/001",
        "/tile/0/001.p/81",
        "/tile/0/1",
        "/tile/x",
    ] {
        world.get(path, None).await.expect(404);
    }
    world.end().await;
}

async fn raw(world: &World, path: &str) -> Vec<u8> {
    let url = format!("{}{path}", world.url);
    tokio::task::spawn_blocking(move || {
        let mut response = ureq::get(&url).call().unwrap();
        response.body_mut().read_to_vec().unwrap()
    })
    .await
    .unwrap()
}

#[actix_web::test]
async fn a_chain_is_disclosed_with_the_payloads_asked_for() {
    let world = World::new().await;
    record(&world).await;
    record(&world).await;
    let rows = world
        .app
        .disclosure(Platform::ID.into(), 0, |label| label == "clock")
        .await
        .unwrap();
    let chain = Chain::check(&rows).unwrap();
    assert_eq!(chain.links.len(), 3);
    let shown: Vec<usize> = chain.shown().map(|(_, row)| row.pay.len()).collect();
    assert_eq!(shown, [0, 1, 1]);
    let rest = world
        .app
        .disclosure(Platform::ID.into(), 2, |_| false)
        .await
        .unwrap();
    assert_eq!(rest.len(), 1);
    world.end().await;
}

#[actix_web::test]
async fn a_start_compares_with_the_last_checkpoint_signed() {
    let world = World::new().await;
    let config = (*world.app.config).clone();
    let start = || {
        let clock = Clock::standing(world.now());
        App::start(config.clone(), clock, Entropy::fixed(8))
    };
    assert!(start().await.is_ok(), "an ordinary restart");
    // a sandbox stays one, and another journal is another database
    let mut real = config.clone();
    real.sandbox = false;
    assert!(App::start(real, Clock::real(), Entropy::fixed(8)).await.is_err());
    let mut other = config.clone();
    other.origin = Some("sandbox.other/audit/1".into());
    assert!(
        App::start(other, Clock::standing(world.now()), Entropy::fixed(8))
            .await
            .is_err()
    );
    // the checkpoint is ahead of the database
    let kept = config.secrets.join("checkpoint");
    let good = std::fs::read_to_string(&kept).unwrap();
    let note: Note = good.parse().unwrap();
    let mut ahead = Checkpoint::from_text(&note.text).unwrap();
    ahead.size += 16;
    let signed = |checkpoint: &Checkpoint| checkpoint.sign(&world.app.secrets.log_key).unwrap().to_string();
    std::fs::write(&kept, signed(&ahead)).unwrap();
    assert!(start().await.is_err(), "behind");
    ahead.size -= 16;
    ahead.root = Hash::of(&[b"another"]);
    std::fs::write(&kept, signed(&ahead)).unwrap();
    assert!(start().await.is_err(), "another root");
    std::fs::write(&kept, good).unwrap();
    assert!(start().await.is_ok());
    world.end().await;
}

#[actix_web::test]
async fn a_bidder_gets_his_acknowledgement_again_and_nobody_elses() {
    let town = Town::new().await;
    let world = &town.world;
    let (tender, lot, _) = town.published().await;
    let [bidder, other] = [
        Bidder::new(world, "确认公司").await,
        Bidder::new(world, "旁观公司").await,
    ];
    let ack = bidder.bid(world, &tender, &lot, 380_000_000).await;
    let ack = ack.expect(201).json();
    let path = |seq: i64| format!("/lots/{lot}/bids/mine/acknowledgements/{seq}");
    let again = world.get(&path(1), Some(&bidder.who)).await.expect(200);
    assert_eq!(again.json(), ack);
    let signed = Signed::from_bytes(again.body.as_bytes()).unwrap();
    Ack::open(&signed, &policy(world)).unwrap();
    world.get(&path(2), Some(&bidder.who)).await.expect(404);
    world.get(&path(1), Some(&other.who)).await.expect(404);
    let page = world
        .page(&format!("/lots/{lot}/bids/mine"), Some(&bidder.who))
        .await;
    assert!(page.expect(200).body.contains(&path(1)));
    town.world.end().await;
}
