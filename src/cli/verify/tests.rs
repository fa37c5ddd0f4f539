//! The commands run on files, as outsiders run them.

use clap::Parser as _;
use serde_json::Value;

use super::*;

fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name)
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&read(&vector(name)).unwrap()).unwrap()
}

fn trust() -> TrustFiles {
    TrustFiles {
        parties: Some(vector("parties.json")),
        policy: Some(vector("log.policy")),
    }
}

fn values<'a>(report: &'a Report, name: &str) -> Vec<&'a str> {
    let of_name = report.found.iter().filter(|(found, _)| found == name);
    of_name.map(|(_, value)| value.as_str()).collect()
}

fn draw(file: PathBuf, trust: TrustFiles) -> Result<Report, Problem> {
    draw::Draw { file, trust }.check()
}

#[test]
fn a_bundle_is_proven_and_a_transcript_is_not() {
    let proven = draw(vector("award.bundle"), trust()).unwrap();
    assert_eq!(proven.code(), ExitCode::SUCCESS);
    assert_eq!(
        values(&proven, "seed"),
        [json("bundle.json")["seed"].as_str().unwrap()]
    );
    let alone = draw(vector("award.txt"), trust()).unwrap();
    assert_eq!(alone.not_checked, ["order only, contributions NOT checked"]);
    assert_eq!(alone.code(), ExitCode::from(2));
    let order = |report: &Report| {
        [values(report, "selected"), values(report, "reserve")]
            .concat()
            .join("\n")
    };
    assert_eq!(order(&alone), order(&proven), "the same order");
    let untrusting = draw(vector("award.bundle"), TrustFiles::default()).unwrap();
    assert_eq!(
        (untrusting.code(), order(&untrusting)),
        (ExitCode::from(2), order(&proven))
    );
}

#[test]
fn a_changed_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let text = String::from_utf8(read(&vector("award.txt")).unwrap()).unwrap();
    let file = dir.path().join("other.txt");
    std::fs::write(&file, format!("{text}\n")).unwrap();
    draw(file, trust()).unwrap_err();
    let mut bundle = json("award.bundle");
    bundle["transcript"] = text.replacen("item ", "item x", 1).into();
    let file = dir.path().join("other.bundle");
    std::fs::write(&file, serde_json::to_vec(&bundle).unwrap()).unwrap();
    draw(file, trust()).unwrap_err();
}

#[test]
fn key_sets() {
    let check = |trust: TrustFiles| {
        let file = vector("price.keyset");
        keyset::KeySet { file, trust }.check().unwrap()
    };
    let (sure, unsure) = (check(trust()), check(TrustFiles::default()));
    let id = json("keyset.json")["keyset_ids"]["price"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        (values(&sure, "key set"), sure.code()),
        (vec![id.as_str()], ExitCode::SUCCESS)
    );
    assert_eq!(
        (values(&unsure, "key set"), unsure.code()),
        (vec![id.as_str()], ExitCode::from(2))
    );
}

#[test]
fn a_bid_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("price.txt");
    let identities = json("keyset.json")["releases"]["identities"].clone();
    let lines: Vec<&str> = identities
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key.as_str().unwrap())
        .collect();
    std::fs::write(&keys, format!("# price\n{}\n", lines.join("\n"))).unwrap();
    let open = |identities: Vec<PathBuf>| {
        let (file, parts) = (vector("sample.bid"), None);
        let (parts, trust): (Option<PathBuf>, _) = (parts, trust());
        open::Open {
            file,
            identities,
            archive: None,
            parts,
            trust,
        }
        .check()
        .unwrap()
    };
    let report = open(vec![keys]);
    let price = values(&report, "part price");
    assert!(price.len() == 1 && price[0].starts_with("ok\t"), "{report:?}");
    let waits = "part award NOT opened: a key is missing, give --identity";
    assert!(report.not_checked.iter().any(|what| what == waits), "{report:?}");
    assert_eq!(report.code(), ExitCode::from(2));
    let blind = open(Vec::new());
    assert!(
        values(&blind, "part price").is_empty() && blind.not_checked.len() == 4,
        "{blind:?}"
    );
}

/// The command line as `tianping` reads it.
#[derive(Debug, clap::Parser)]
struct Line {
    #[command(flatten)]
    verify: Verify,
}

#[test]
fn the_command_line_is_understood() {
    let read = |line: &str| Line::try_parse_from(line.split(' '));
    read("verify draw a.txt").unwrap();
    read("verify draw a.bundle --parties p --policy q --json").unwrap();
    read("verify keyset k --parties p --policy q").unwrap();
    read("verify open b.bid -i k -i l --parts x --archive y").unwrap();
    read("verify draw").unwrap_err();
    read("verify").unwrap_err();
}

#[test]
fn a_receipt_says_how_long_its_event_waited() {
    let dir = tempfile::tempdir().unwrap();
    let text = String::from_utf8(read(&vector("receipt.tlog-proof")).unwrap()).unwrap();
    let check = |tick: i64, trust: TrustFiles| {
        let mut given: crate::proof::receipt::Receipt = text.parse().unwrap();
        given.extra.ts = given.event().ts + tick;
        let file = dir.path().join("given.tlog-proof");
        std::fs::write(&file, given.to_text().unwrap()).unwrap();
        let (object, salt, label) = (None, None, "bid".to_owned());
        receipt::Receipt {
            file,
            object,
            label,
            salt,
            trust,
        }
        .check()
    };
    let policy = || TrustFiles {
        parties: None,
        policy: Some(vector("receipt.policy")),
    };
    assert_eq!(check(7_000, policy()).unwrap().code(), ExitCode::SUCCESS);
    let late = check(120_001, TrustFiles::default()).unwrap();
    assert_eq!((late.wrong.len(), late.code()), (1, ExitCode::FAILURE));
    check(-1, policy()).unwrap_err();
}
