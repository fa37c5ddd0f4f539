//! The commands that play all parties, as a newcomer runs them: a rehearsal of invented tenders with
//! every oddity, and the demo, whose draw is redone with openssl and whose bid is opened with age.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read as _, Seek as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tianping::{
    app::cast::PASSWORD,
    cli::play::door::Door,
    proof::{chain::Shown, package::Package},
};

/// The program built for the tests.
const PROGRAM: &str = env!("CARGO_BIN_EXE_tianping");

/// Runs a rehearsal; what it printed.
fn rehearse(more: &[&str]) -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rehearsal.csv");
    let run = Command::new(PROGRAM)
        .args(["rehearse", file])
        .args(more)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&run.stdout).into_owned(),
        String::from_utf8_lossy(&run.stderr).into_owned(),
    );
    assert!(run.status.success(), "{out}\n{err}");
    assert_eq!(err, "", "what it prints is not buried in a log");
    out
}

#[test]
fn twenty_invented_tenders_come_to_their_lawful_outcomes() {
    let out = rehearse(&[]);
    for line in [
        "   2 refused by the guard",
        "   2 failed with fewer than 3 bids",
        "   4 failed with fewer than the qualified bids needed",
        "  12 awarded",
        "20 tenders, 0 differences, all verified",
    ] {
        assert!(out.lines().any(|printed| printed == line), "{line}\n{out}");
    }
}

#[test]
fn the_review_after_the_draw_comes_to_the_same_outcomes() {
    let out = rehearse(&["--after-draw", "--docs", "--json"]);
    let last: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!(last["differences"], json!([]), "{last}");
    assert_eq!(last["counts"]["Awarded"], 12, "{last}");
}

/// A demo that is ended with the test.
struct Demo {
    child: Child,
    door: Door,
    _dir: tempfile::TempDir,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Demo {
    /// Starts one and waits until its lots are made.
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap().to_string();
        drop(port);
        let mut log = tempfile::tempfile().unwrap();
        let mut child = Command::new(PROGRAM)
            .args(["demo", "--listen", &address, "--data"])
            .arg(dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(log.try_clone().unwrap()))
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let demo = Self {
            child,
            door: Door::new(&format!("http://{address}")),
            _dir: dir,
        };
        let ready = lines.any(|line| line.unwrap().starts_with("ready:"));
        let mut said = String::new();
        log.rewind().unwrap();
        log.read_to_string(&mut said).unwrap();
        assert!(ready, "the demo made no lots: {said}");
        assert_eq!(said, "", "what it prints is not buried in a log");
        demo
    }

    /// Signs in as a person does, with the code that the sandbox shows.
    fn sign_in(&self, login: &str) -> String {
        let page = self.door.get("/session", "").unwrap();
        let codes = page["codes"].as_array().unwrap();
        let code = codes.iter().find(|code| code["login"] == login).unwrap();
        let body = json!({ "login": login, "password": PASSWORD, "totp": code["code"] });
        let session = self.door.post("/session", "", &body).unwrap();
        session["token"].as_str().unwrap().to_owned()
    }

    /// The lots of the owner by stage.
    fn lots(&self) -> BTreeMap<String, String> {
        let owner = self.sign_in("owner");
        let tenders = self.door.get("/tenders", &owner).unwrap();
        let mut lots = BTreeMap::new();
        for tender in tenders["tenders"].as_array().unwrap() {
            let path = format!("/tenders/{}", tender["id"].as_str().unwrap());
            let bench = self.door.get(&path, &owner).unwrap();
            for lot in bench["lots"].as_array().unwrap() {
                let text = |name: &str| lot[name].as_str().unwrap().to_owned();
                lots.insert(text("stage"), text("id"));
            }
        }
        lots
    }
}

#[test]
fn the_demo_has_lots_in_every_stage_and_its_draws_and_bids_are_redone_without_it() {
    let demo = Demo::start();
    let lots = demo.lots();
    for stage in [
        "draft",
        "open",
        "closing",
        "opened",
        "evaluation",
        "coefficient_draw",
        "award_draw",
        "standstill",
        "awarded",
        "failed",
        "withdrawn",
        "terminated",
    ] {
        assert!(lots.contains_key(stage), "{stage} is missing: {lots:?}");
    }
    let lot = &lots["awarded"];
    let result = demo.door.get(&format!("/lots/{lot}/result"), "").unwrap();
    redraw_with_openssl(&demo, &result);
    open_with_age(&demo, lot);
    verify_the_archive(&demo, lot);
}

/// The archive of the lot, with the trust files of its tender: `tianping verify bundle`.
fn verify_the_archive(demo: &Demo, lot: &str) {
    let dir = tempfile::tempdir().unwrap();
    let keep = |name: &str, path: &str| {
        let bytes = demo.door.until(path, || {
            let bytes = demo.door.bytes(path, "")?;
            Ok((!bytes.is_empty()).then_some(bytes))
        });
        fs::write(dir.path().join(name), bytes.unwrap()).unwrap();
    };
    keep("lot.archive", &format!("/lots/{lot}/archive"));
    let archive: Value = serde_json::from_slice(&fs::read(dir.path().join("lot.archive")).unwrap()).unwrap();
    let tender = archive["tender"].as_str().unwrap();
    keep("parties.json", &format!("/tenders/{tender}/parties.json"));
    keep("log.policy", &format!("/tenders/{tender}/log.policy"));
    let verify = |file: &str| {
        let trust = ["--parties", "parties.json", "--policy", "log.policy"];
        let run = Command::new(PROGRAM)
            .args(["verify", "bundle", file])
            .args(trust)
            .current_dir(dir.path())
            .output();
        let run = run.unwrap();
        (
            run.status.code(),
            String::from_utf8_lossy(&run.stdout).into_owned(),
        )
    };
    let (code, out) = verify("lot.archive");
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("award.decided") && out.contains(".draw2"), "{out}");
    assert!(
        out.contains("award redone\t") && out.contains("SANDBOX") && !out.contains("NOT"),
        "{out}"
    );
    let tampered = |tamper: &dyn Fn(&mut Value)| {
        let mut other = archive.clone();
        tamper(&mut other);
        fs::write(dir.path().join("tampered"), other.to_string()).unwrap();
        verify("tampered")
    };
    let forged = tampered(&|x| {
        *x = x
            .to_string()
            .replacen("award.decided", "award.denied!", 1)
            .parse()
            .unwrap()
    });
    assert_eq!(forged.0, Some(1), "another act");
    let renamed = tampered(&|x| x["lot"] = "another".into());
    assert_eq!(renamed.0, Some(1), "another lot");
    let beheaded = tampered(&|x| drop(x["chain"].as_array_mut().unwrap().remove(0)));
    assert_eq!(beheaded.0, Some(1), "without the publication");
    let cut = tampered(&|x| {
        let chain = x["chain"].as_array_mut().unwrap();
        let end = chain.iter().position(|row| row["ev"]["act"] == "award.decided");
        chain.truncate(end.unwrap());
        let last: Shown = serde_json::from_value(chain.last().unwrap().clone()).unwrap();
        let receipt = format!("/receipts/{}", last.check().unwrap().to_hex());
        x["receipt"] = String::from_utf8(demo.door.bytes(&receipt, "").unwrap())
            .unwrap()
            .into();
    });
    assert_eq!(cut.0, Some(1), "without the end, under a true receipt: {}", cut.1);
    withhold_each(&archive, &|x| tampered(&|other| *other = x.clone()));
}

/// An archive that leaves out a paper is refused, or says which one it leaves out.
fn withhold_each(archive: &Value, verify: &dyn Fn(&Value) -> (Option<i32>, String)) {
    let mut n = 0;
    for (i, row) in archive["chain"].as_array().unwrap().iter().enumerate() {
        // one row of each act is enough
        let act = |row: &Value| row["ev"]["act"].clone();
        let before = &archive["chain"].as_array().unwrap()[..i];
        if before.iter().any(|earlier| act(earlier) == act(row)) {
            continue;
        }
        for at in 0..row["pay"].as_array().unwrap().len() {
            let mut other = archive.clone();
            let gone = other["chain"][i]["pay"].as_array_mut().unwrap().remove(at);
            let (code, out) = verify(&other);
            let label = gone["k"].as_str().unwrap();
            assert_ne!(code, Some(0), "{} without {label}", row["ev"]["act"]);
            assert!(code == Some(1) || out.contains(label), "{label}: {out}");
            n += 1;
        }
    }
    assert!(n > 20, "only {n} papers");
}

/// The one-liner of protocols B.3.
fn redraw_with_openssl(demo: &Demo, result: &Value) {
    if !has("openssl") || !has("xxd") {
        return eprintln!("left out: openssl and xxd are not installed");
    }
    let dir = tempfile::tempdir().unwrap();
    let draw = result["method"]["draws"].as_array().unwrap().last().unwrap();
    let path = format!(
        "/draws/{}/{}/transcript",
        draw["draw"].as_str().unwrap(),
        draw["attempt"]
    );
    fs::write(dir.path().join("draw.txt"), demo.door.bytes(&path, "").unwrap()).unwrap();
    let script = "seed=$(sha256sum draw.txt | cut -c1-64); n=$(grep -c '^item ' draw.txt)\n\
        head -c $((32*n)) /dev/zero | openssl enc -chacha20 -K $seed -iv 00000000000000000000000000000000 \
        | xxd -p -c32 | paste -d' ' - <(sed -n 's/^item //p' draw.txt) | LC_ALL=C sort | nl";
    let run = Command::new("bash")
        .args(["-c", script])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    let redone: Vec<&str> = out
        .lines()
        .map(|line| line.split_whitespace().last().unwrap())
        .collect();
    let drawn: Vec<&str> = result["ranked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["bidder"].as_str().unwrap())
        .collect();
    assert!(drawn.len() >= 3);
    assert_eq!(redone, drawn);
}

/// As in protocols A.7: the released keys take the layers off, the part's own key opens the price.
fn open_with_age(demo: &Demo, lot: &str) {
    if !has("age") {
        return eprintln!("left out: age is not installed");
    }
    let bidder = demo.sign_in("bid-jia");
    let file = demo
        .door
        .bytes(&format!("/lots/{lot}/bids/mine/package"), &bidder)
        .unwrap();
    let mut price = None;
    Package::read(file.as_slice(), |part, ct| {
        if part.hd.0.stage.as_str() == "price" {
            let mut bytes = Vec::new();
            std::io::copy(ct, &mut bytes)?;
            price = Some((part.env.0.clone(), bytes));
        }
        Ok(())
    })
    .unwrap();
    let (mut env, ct) = price.unwrap();
    let keys = demo
        .door
        .bytes(&format!("/lots/{lot}/stages/price/identities"), "")
        .unwrap();
    let keys = String::from_utf8(keys).unwrap();
    assert_eq!(keys.lines().count(), 2, "the centre's layer and the bureau's");
    for key in keys.lines().rev() {
        env = age(key, &env);
    }
    let blob: Value = serde_json::from_slice(&env).unwrap();
    let plain = age(blob["key"].as_str().unwrap(), &ct);
    assert!(plain.starts_with(b"TPB1"));
    let text = String::from_utf8_lossy(&plain);
    assert!(
        text.contains("\"t\":\"bid.price/1\"") && text.contains("\"total\":"),
        "{text}"
    );
}

/// Debian's age, its identity from a file.
fn age(identity: &str, sealed: &[u8]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path: &Path = dir.path();
    fs::write(path.join("key"), identity).unwrap();
    fs::write(path.join("sealed"), sealed).unwrap();
    let run = Command::new("age")
        .args(["-d", "-i", "key", "sealed"])
        .current_dir(path)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

fn has(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
