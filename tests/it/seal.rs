//! A bidder on its own machine: the real command, from the key to the receipt.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::{
    bidder::signatory,
    tender::{Town, lot_terms},
    world::Who,
};

/// The machine of a bidder.
struct Desk {
    dir: tempfile::TempDir,
    url: String,
    token: String,
}

impl Desk {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn seal(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tianping"));
        command.arg("seal").args(args).current_dir(self.dir.path());
        command.env("TIANPING_TOKEN", &self.token);
        command.env("TIANPING_URL", &self.url);
        let run = move || command.output().unwrap();
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// A command that does what it says: the lines it printed, by their first word.
    async fn done(&self, args: &[&str]) -> Vec<(String, String)> {
        let output = self.seal(args).await;
        assert!(output.status.success(), "{args:?}: {output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        let lines = said.lines().filter_map(|line| line.split_once('\t'));
        lines.map(|(what, of)| (what.to_owned(), of.to_owned())).collect()
    }

    /// A command that does not; why.
    async fn refused(&self, args: &[&str]) -> String {
        let output = self.seal(args).await;
        assert!(!output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Seals a bid of this number.
    async fn bid(&self, who: &Who, out: &str, more: &[&str]) -> String {
        let code = who.code.clone().unwrap();
        let mut args = vec!["bid", "--out", out, "--key", "key", "--passphrase-file", "word"];
        args.extend(["--parties", "parties.json", "--policy", "log.policy"]);
        for stage in ["docs.keyset", "price.keyset", "draw1.keyset", "draw2.keyset"] {
            args.extend(["--keyset", stage]);
        }
        args.extend([
            "--bidder",
            &code,
            "--price",
            "3760000.00",
            "--days",
            "180",
            "--docs",
            "docs.pdf",
        ]);
        args.extend(more);
        self.done(&args).await[1].1.clone()
    }
}

/// Makes a key, registers it, and fetches what sealing needs.
async fn desk(town: &Town, tender: &str, lot: &str) -> (Desk, Who) {
    let world = &town.world;
    let mut desk = Desk {
        dir: tempfile::tempdir().unwrap(),
        url: world.url.clone(),
        token: String::new(),
    };
    fs::write(desk.path("word"), "correct horse\n").unwrap();
    fs::write(desk.path("docs.pdf"), vec![7; 5 << 19]).unwrap();
    let made = desk
        .seal(&["key", "key", "--passphrase-file", "word", "--json"])
        .await;
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let who = signatory(world, "己公司", made["public_key"].as_str().unwrap()).await;
    desk.token.clone_from(&who.token);
    for (file, path) in [
        ("parties.json", format!("/tenders/{tender}/parties.json")),
        ("log.policy", format!("/tenders/{tender}/log.policy")),
        ("docs.keyset", format!("/lots/{lot}/keysets/docs")),
        ("price.keyset", format!("/lots/{lot}/keysets/price")),
        ("draw1.keyset", format!("/lots/{lot}/keysets/draw1")),
        ("draw2.keyset", format!("/lots/{lot}/keysets/draw2")),
    ] {
        let body = world.get(&path, None).await.expect(200).body;
        fs::write(desk.path(file), body).unwrap();
    }
    (desk, who)
}

#[actix_web::test]
async fn a_bid_is_sealed_sent_withdrawn_and_sent_again_by_command() {
    let town = Town::new().await;
    let world = &town.world;
    let mut terms = lot_terms();
    terms["needs_docs"] = json!(true);
    let (tender, lot, _) = town.published_with(&terms).await;
    let (desk, who) = desk(&town, &tender, &lot).await;
    desk.bid(&who, "1.bid", &[]).await;
    let send = ["send", "1.bid", "--policy", "log.policy"];
    // the bid arrives, but nothing can be kept of its acknowledgement
    let mut lost = send.to_vec();
    lost.extend(["--ack", "no/such/place.ack"]);
    let why = desk.refused(&lost).await;
    assert!(why.contains("no/such/place.ack"), "{why}");
    // asked again it is the same bid, of the same uploads
    desk.done(&send).await;
    let mine = format!("/lots/{lot}/bids/mine");
    let sent = world.get(&mine, Some(&who)).await.expect(200).json();
    assert_eq!(sent["sent"].as_array().unwrap().len(), 1, "{sent}");
    assert!(!desk.path("1.uploads").exists());
    let why = desk.refused(&send).await;
    assert!(why.contains("left alone"), "{why}");
    let mut withdraw = vec!["withdraw", lot.as_str(), "--tender", &tender, "--out", "2.back"];
    withdraw.extend([
        "--key",
        "key",
        "--passphrase-file",
        "word",
        "--policy",
        "log.policy",
    ]);
    desk.done(&withdraw).await;
    let sent = world.get(&mine, Some(&who)).await.expect(200).json();
    assert_eq!(
        (&sent["state"], &sent["seq"]),
        (&"withdrawn".into(), &3.into()),
        "{sent}"
    );
    let prev = sent["prev"].as_str().unwrap();
    let digest = desk.bid(&who, "3.bid", &["--seq", "3", "--prev", prev]).await;
    desk.done(&["send", "3.bid", "--policy", "log.policy"]).await;
    world.tick().await;
    desk.done(&["receipt", "3.ack", "--policy", "log.policy"]).await;
    let verify = |file: &str, object: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_tianping"))
            .args(["verify", "receipt", file, "--policy", "log.policy"])
            .args(object)
            .current_dir(desk.dir.path())
            .output()
            .unwrap()
    };
    let proven = verify("3.receipt", &[]);
    assert!(proven.status.success(), "{proven:?}");
    let word = verify("3.ack", &[]);
    let said = String::from_utf8(word.stdout).unwrap();
    assert!(word.status.success() && said.contains(&digest), "{said}");
    let withdrawal = verify("2.ack", &["--object", "2.back"]);
    assert!(withdrawal.status.success(), "{withdrawal:?}");
    let another = verify("3.ack", &["--object", "2.back"]);
    assert_eq!(another.status.code(), Some(1), "{another:?}");
    let sent = world.get(&mine, Some(&who)).await.expect(200).json();
    assert_eq!((&sent["is_in"], &sent["prev"]), (&true.into(), &digest.into()));
    world.at("2026-06-22 09:04").await;
    for (file, ack) in [("1.bid", "1.ack"), ("2.back", "2.ack"), ("3.bid", "3.ack")] {
        let mut complain = vec!["complain", file, "--ack", ack, "--policy", "log.policy"];
        let out = format!("{file}.json");
        complain.extend(["--out", &out, "--server", &desk.url]);
        let why = desk.refused(&complain).await;
        assert!(why.contains("complaint.unfounded"), "{file}: {why}");
        assert!(desk.path(&out).exists());
    }
    let why = desk
        .refused(&[
            "complain",
            "1.bid",
            "--ack",
            "3.ack",
            "--policy",
            "log.policy",
            "--out",
            "x",
        ])
        .await;
    assert!(why.contains("of another submission"), "{why}");
    town.world.end().await;
}
