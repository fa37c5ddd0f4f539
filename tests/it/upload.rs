//! Ciphertext on its way in: pieces in any order and again, what was announced and nothing else, only
//! while the lot takes bids.

use diesel::RunQueryDsl as _;
use serde_json::{Value, json};
use tianping::{
    domain::time::Instant,
    proof::{canon::Hash, measure::Measures},
    store::{Db, Fault},
};

use crate::{bidder::Bidder, tender::Town};

const PIECE: usize = 1 << 20;

fn announced(bytes: &[u8]) -> Value {
    let measures = Measures::of(bytes).unwrap();
    json!({ "part": "docs", "len": bytes.len(), "sha256": measures.sha256, "chunks": measures.chunks })
}

#[actix_web::test]
async fn pieces_come_in_any_order_and_again() {
    let town = Town::new().await;
    let world = &town.world;
    let (_, lot, _) = town.published().await;
    let bidder = Bidder::new(world, "分片建设公司").await;
    let bytes = vec![7_u8; 2 * PIECE + 5];
    let begun = bidder
        .begin(world, &lot, &announced(&bytes))
        .await
        .expect(201)
        .json();
    let id = begun["id"].as_str().unwrap();
    let pieces: Vec<&[u8]> = bytes.chunks(PIECE).collect();
    let short = bidder.piece(world, id, 0, &pieces[0][1..]).await.expect(422);
    assert_eq!(short.code(), "bid.piece", "a truncated piece");
    let beyond = bidder.piece(world, id, 3, pieces[2]).await.expect(422);
    assert_eq!(beyond.code(), "bid.piece", "a piece too many");
    for i in [2, 0, 2] {
        bidder.piece(world, id, i, pieces[i]).await.expect(200);
    }
    let other = vec![8_u8; PIECE];
    bidder.piece(world, id, 0, &other).await.expect(409);
    let progress = async || {
        let path = format!("/uploads/{id}");
        world.get(&path, Some(&bidder.who)).await.expect(200).json()
    };
    let there = progress().await;
    assert!(
        there["leaves"][1].is_null() && there["leaves"][2].is_string(),
        "{there}"
    );
    assert_eq!(there["is_complete"], false);
    bidder.piece(world, id, 1, pieces[1]).await.expect(200);
    assert_eq!(progress().await["is_complete"], true);
    // the answer to the last piece may have been lost
    for (i, piece) in pieces.iter().enumerate() {
        bidder.piece(world, id, i, piece).await.expect(200);
    }
    bidder.piece(world, id, 0, &other).await.expect(409);
    // a machine that stopped between the last piece and the whole goes on with any piece sent again
    let undo = format!("UPDATE upload SET is_complete = FALSE WHERE id = '{id}'");
    let undone = |db: &mut Db| Ok::<_, Fault>(diesel::sql_query(undo.as_str()).execute(db)?);
    assert_eq!(world.app.store.read(undone).unwrap(), 1);
    for (i, piece) in pieces.iter().enumerate() {
        let path = world.app.config.data.join("uploads").join(id).join(i.to_string());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, piece).unwrap();
    }
    bidder.piece(world, id, 2, pieces[2]).await.expect(200);
    assert_eq!(progress().await["is_complete"], true);
    let rival = Bidder::new(world, "邻家建设公司").await;
    rival.piece(world, id, 0, pieces[0]).await.expect(404);
    town.world.end().await;
}

#[actix_web::test]
async fn other_bytes_than_announced_are_discarded() {
    let town = Town::new().await;
    let world = &town.world;
    let (_, lot, _) = town.published().await;
    let bidder = Bidder::new(world, "错摘要建设公司").await;
    let bytes = b"age-encryption.org/v1".to_vec();
    for wrong in ["sha256", "chunks"] {
        let mut begin = announced(&bytes);
        begin[wrong] = Hash::of(&[b"other"]).to_hex().into();
        let begun = bidder.begin(world, &lot, &begin).await.expect(201).json();
        let id = begun["id"].as_str().unwrap();
        let refused = bidder.piece(world, id, 0, &bytes).await.expect(422);
        assert_eq!(refused.code(), "bid.upload_digest", "{wrong}");
        bidder.piece(world, id, 0, &bytes).await.expect(404);
    }
    town.world.end().await;
}

#[actix_web::test]
async fn what_no_bid_uses_is_forgotten_when_its_lot_is_closed() {
    let town = Town::new().await;
    let world = &town.world;
    let (_, lot, _) = town.published().await;
    let bytes = b"age-encryption.org/v1, of no bid".to_vec();
    let hash = Hash::of(&[&bytes]);
    let mut whole = Vec::new();
    for name in ["甲建设公司", "乙建设公司"] {
        let bidder = Bidder::new(world, name).await;
        let begun = bidder
            .begin(world, &lot, &announced(&bytes))
            .await
            .expect(201)
            .json();
        let id = begun["id"].as_str().unwrap().to_owned();
        bidder.piece(world, &id, 0, &bytes).await.expect(200);
        whole.push((bidder, id));
    }
    let hex = hash.to_hex();
    let blob = world
        .app
        .config
        .data
        .join("blobs")
        .join(&hex[..2])
        .join(&hex[2..]);
    let left = || async {
        world.app.forget_stale_uploads().await.unwrap();
        let mut n = 0;
        for (bidder, id) in &whole {
            let path = format!("/uploads/{id}");
            n += usize::from(world.get(&path, Some(&bidder.who)).await.status == 200);
        }
        (n, blob.exists())
    };
    let old =
        |db: &mut Db| Ok::<_, Fault>(diesel::sql_query("UPDATE upload SET created_at = 0").execute(db)?);
    world.app.store.read(old).unwrap();
    assert_eq!(left().await, (2, true), "the lot is open: a bid may still come");
    let page = world
        .get(&format!("/lots/{lot}/bids/new"), Some(&whole[0].0.who))
        .await;
    let closes_at = page.expect(200).json()["closes_at"].as_i64().unwrap();
    world.jump(Instant(closes_at).plus(600_000)).await;
    assert_eq!(
        left().await,
        (1, true),
        "bytes that were put just now are somebody's"
    );
    let file = std::fs::File::options().write(true).open(&blob).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(left().await, (0, false));
    town.world.end().await;
}

#[actix_web::test]
async fn nobody_fills_the_disk_and_nothing_is_taken_when_the_lot_is_closed() {
    let town = Town::new().await;
    let world = &town.world;
    let (_, lot, _) = town.published().await;
    let bidder = Bidder::new(world, "灌水建设公司").await;
    let mut begin = announced(b"x");
    begin["len"] = json!(0xffff_ffff_u64);
    for _ in 0..4 {
        bidder.begin(world, &lot, &begin).await.expect(201);
    }
    let refused = bidder.begin(world, &lot, &begin).await.expect(422);
    assert_eq!(refused.code(), "bid.quota");
    begin["len"] = json!(0x1_0000_0000_u64);
    let refused = bidder.begin(world, &lot, &begin).await.expect(422);
    assert_eq!(refused.code(), "bid.too_large");
    let rival = Bidder::new(world, "迟到建设公司").await;
    let path = format!("/lots/{lot}/bids/new");
    let page = world.get(&path, Some(&rival.who)).await.expect(200).json();
    world.jump(Instant(page["closes_at"].as_i64().unwrap())).await;
    let late = rival.begin(world, &lot, &announced(b"x")).await.expect(422);
    assert_eq!(late.code(), "bid.late");
    town.world.end().await;
}
