//! A duty on its own machine: the real command against a running platform, from `init` to the release.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::Value;
use tianping::{
    domain::code::CreditCode,
    proof::{canon::Object as _, draw::Beacon, sig::Signed},
};

use super::{acts, bids, count};
use crate::tender::{Town, lot_terms};

/// The machine of the trading centre.
pub struct Machine {
    dir: tempfile::TempDir,
    url: String,
}

impl Machine {
    /// A file of its.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Any command, with what all of them need.
    pub async fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tianping"));
        command.arg("hold").args(args);
        for copy in ["a", "b"] {
            command.arg("--dir").arg(self.path(copy));
        }
        command.arg("--passphrase-file").arg(self.path("word"));
        command.args(["--work", "4"]);
        tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap()
    }

    /// A command that asks the platform: the words of what it did, and whether all was done.
    pub async fn ask(&self, what: &str, more: &[&str]) -> (Vec<String>, bool) {
        let mut args = vec![what, "--server", &self.url, "--duty", "op", "--json"];
        args.extend(more);
        let output = self.run(&args).await;
        let said = String::from_utf8(output.stdout).unwrap();
        let lines = said
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let words = lines.map(|line| {
            let trouble = line["trouble"].as_str().unwrap_or_default();
            format!("{}{trouble}", line["what"].as_str().unwrap())
        });
        let mut words: Vec<String> = words.collect();
        words.dedup();
        let errors = String::from_utf8(output.stderr).unwrap();
        if !errors.is_empty() {
            words.push(errors);
        }
        (words, output.status.success())
    }
}

/// The trading centre's keys are made on its own machine; the program plays the other duties.
pub async fn machine(town: &Town) -> Machine {
    let machine = Machine {
        dir: tempfile::tempdir().unwrap(),
        url: town.world.url.clone(),
    };
    fs::write(machine.path("word"), "correct horse\n").unwrap();
    let org = CreditCode::compose("12", "510100", "TPCENTR2").unwrap();
    let made = machine
        .run(&["init", "--duty", "op", "--org", &org.to_string()])
        .await;
    assert!(made.status.success(), "{made:?}");
    let row: Value = serde_json::from_slice(&made.stdout).unwrap();
    // the operator puts the row into the platform's trust file
    let trust = town.world.dir.path().join("trust/parties.json");
    let mut parties: Value = serde_json::from_slice(&fs::read(&trust).unwrap()).unwrap();
    for party in parties["parties"].as_array_mut().unwrap() {
        if party["duty"] == "op" {
            *party = row.clone();
        }
    }
    let text = serde_json::to_string(&parties).unwrap();
    fs::write(&trust, &text).unwrap();
    fs::write(machine.path("a/parties.json"), &text).unwrap();
    let policy = town.world.get("/log.policy", None).await.expect(200).body;
    fs::write(machine.path("a/log.policy"), policy).unwrap();
    town.world.play(&["op"]);
    machine
}

#[actix_web::test]
async fn a_duty_works_from_its_own_machine() {
    let town = Town::new().await;
    let machine = machine(&town).await;
    let world = &town.world;
    let (tender, lot) = town.called_with(&lot_terms()).await;
    let (words, all) = machine.ask("tasks", &[]).await;
    assert!(all && words.contains(&"key".to_owned()), "{words:?}");
    let done = |word: &str| (vec![word.to_owned()], true);
    assert_eq!(machine.ask("generate", &[]).await, done("key"));
    world.settle().await;
    assert_eq!(machine.ask("acknowledge", &[]).await, done("ack"));
    assert_eq!(machine.ask("canary", &[]).await, done("canary"));
    world.settle().await;
    assert_eq!(machine.ask("contribute", &[]).await, done("contribution"));
    assert_eq!(
        machine.ask("generate", &[]).await,
        (Vec::new(), true),
        "nothing is left"
    );
    let number = town.publish_checked(&tender).await;
    assert!(!number.is_empty());
    bids(&town, &tender, &lot).await;
    world.at("2026-06-22 09:04").await;
    assert_eq!(
        machine.ask("agent", &["--once"]).await,
        done("canary"),
        "the canaries of before, objections first"
    );
    let tried = machine
        .run(&["drill", "--server", &machine.url, "--duty", "op"])
        .await;
    let tried = String::from_utf8(tried.stdout).unwrap();
    assert!(
        tried.contains("4 keys and 4 shares tried, 0 do not open"),
        "{tried}"
    );
    world.at("2026-06-22 09:06").await;
    assert_eq!(
        count(&acts(&town, &tender).await, "key.released"),
        1,
        "only sup's"
    );
    assert_eq!(machine.ask("agent", &["--once"]).await, done("release"));
    world.settle().await;
    world.get(&format!("/lots/{lot}/opening"), None).await.expect(200);
    // a lost file is found by the drill; a new keeper's passphrase replaces the old one
    let saved = fs::read_dir(machine.path("a")).unwrap();
    let saved = saved.map(|entry| entry.unwrap().path());
    let keys: Vec<_> = saved
        .filter(|path| path.to_string_lossy().contains("/age1"))
        .collect();
    assert_eq!(keys.len(), 4);
    for key in &keys {
        let copy = machine.path("b").join(key.file_name().unwrap());
        fs::remove_file(copy).unwrap();
        fs::remove_file(key).unwrap();
    }
    let (_, all) = machine.ask("drill", &[]).await;
    assert!(!all, "lost keys are told");
    fs::write(machine.path("next"), "battery staple\n").unwrap();
    let next = machine.path("next");
    let handed = machine
        .run(&["handover", "--new-passphrase-file", next.to_str().unwrap()])
        .await;
    assert!(handed.status.success(), "{handed:?}");
    let (words, all) = machine.ask("tasks", &[]).await;
    assert!(!all && words[0].contains("passphrase"), "{words:?}");
    fs::copy(&next, machine.path("word")).unwrap();
    assert!(machine.ask("tasks", &[]).await.1);
    town.world.end().await;
}

#[actix_web::test]
async fn the_bureaus_key_signs_balls_and_decisions_and_nothing_else() {
    let town = Town::new().await;
    let machine = machine(&town).await;
    let object = machine.path("object.json");
    let sign = async |x: &str| {
        fs::write(&object, x).unwrap();
        machine.run(&["sign", object.to_str().unwrap()]).await
    };
    let balls =
        r#"{"attempt":1,"digits":"3 17 4","draw":"l1.draw2","round":1,"src":"hall-balls","t":"beacon/1"}"#;
    let done = sign(balls).await;
    assert!(done.status.success(), "{done:?}");
    let signed = Signed::from_bytes(done.stdout.trim_ascii()).unwrap();
    let (_, beacon) = signed.open::<Beacon>().unwrap();
    assert_eq!(beacon.digits, "3 17 4");
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(
        told.contains("3 17 4") && told.contains(&signed.x_digest().unwrap().to_hex()),
        "{told}"
    );
    let decision = r#"{"about":null,"lot":"l1","reason":"r","t":"decision/1","tender":"t1","what":"void"}"#;
    assert!(sign(decision).await.status.success());
    // a key is released by rule and never by this command
    for other in [
        r#"{"t":"stage.release/1"}"#,
        "{}",
        "",
        &balls.replace("3 17", "3  17"),
        &balls.replace(r#""attempt":1,"#, r#""attempt": 1,"#),
    ] {
        let refused = sign(other).await;
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{other}");
    }
    town.world.end().await;
}
