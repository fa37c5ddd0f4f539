//! A bid opened again from its package: only what the list of bids names counts, since anybody can seal
//! in the name of another to keys that are public.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use age::secrecy::SecretString;
use serde_json::json;
use tianping::{cli::play::door::Door, hold::keys::wrap};

use crate::story::{INSIDE, Story};

fn run(dir: &Path, args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tianping"));
    command.args(args.split(' ')).current_dir(dir).output().unwrap()
}

#[actix_web::test]
async fn a_bid_forged_after_the_opening_is_on_no_list() {
    let story = Story::awarded(&json!({}), &INSIDE).await;
    let world = story.world();
    world.settle().await;
    let dir = tempfile::tempdir().unwrap();
    let tender = story.get("result", None).await["tender_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (file, path) in [
        ("parties.json", format!("/tenders/{tender}/parties.json")),
        ("log.policy", format!("/tenders/{tender}/log.policy")),
        ("lot.archive", story.path("archive")),
        ("price.keyset", story.path("keysets/price")),
        ("draw1.keyset", story.path("keysets/draw1")),
        ("draw2.keyset", story.path("keysets/draw2")),
    ] {
        let body = world.get(&path, None).await.expect(200).body;
        fs::write(dir.path().join(file), body).unwrap();
    }
    let forger = &story.bidders[1].key;
    let text = format!("{}\n", forger.to_text().unwrap().as_str());
    let word = SecretString::from("correct horse".to_owned());
    fs::write(dir.path().join("key"), wrap(&text, &word, 2).unwrap()).unwrap();
    fs::write(dir.path().join("word"), "correct horse\n").unwrap();
    let code = story.bidders[0].token();
    let trust = "--parties parties.json --policy log.policy";
    let keysets = "--keyset price.keyset --keyset draw1.keyset --keyset draw2.keyset";
    let own = "--key key --passphrase-file word";
    let sealed = run(
        dir.path(),
        &format!("seal bid -o forged.bid {own} {trust} {keysets} --bidder {code} --price 1.00"),
    );
    assert!(sealed.status.success(), "{sealed:?}");
    let unlisted = run(dir.path(), &format!("verify opening forged.bid {trust}"));
    let said = String::from_utf8(unlisted.stdout).unwrap();
    assert_eq!(unlisted.status.code(), Some(2), "{said}");
    assert!(
        said.contains("the list of bids names this submission NOT checked"),
        "{said}"
    );
    let forged = run(
        dir.path(),
        &format!("verify opening forged.bid {trust} --archive lot.archive"),
    );
    let why = String::from_utf8(forged.stderr).unwrap();
    assert_eq!(forged.status.code(), Some(1), "{why}");
    assert!(why.contains("names no such submission"), "{why}");
    let (door, token) = (Door::new(&world.url), story.bidders[0].who.token.clone());
    let package = story.path("bids/mine/package");
    let own = tokio::task::spawn_blocking(move || door.bytes(&package, &token).unwrap());
    fs::write(dir.path().join("own.bid"), own.await.unwrap()).unwrap();
    let listed = run(
        dir.path(),
        &format!("verify opening own.bid {trust} --archive lot.archive"),
    );
    let said = String::from_utf8(listed.stdout).unwrap();
    assert!(said.contains("list of bids\tnames it"), "{said}");
    story.town.world.end().await;
}
