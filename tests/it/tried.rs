//! What the stories really do. `tried.txt` names a test for every act of the duty table and for every
//! refusal; when the world of that test ends, the act must stand in its journal and the refusal must
//! have been an answer of its front door, or the test fails.
//!
//! A refusal may also be named by a unit test of the law. `TIANPING_TRIED=<file> cargo test` writes
//! there what every test did, to take a line from. A test on a thread without a name (one test
//! thread) is not watched.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::Path,
    sync::Mutex,
};

use tianping::{
    domain::{act::DUTIES, refusal},
    store,
};

use crate::{reply::Reply, world::World};

/// `act <noun.verb> <test>` and `refusal <noun.reason> <test>`.
const TRIED: &str = include_str!("tried.txt");

/// Acts and refusals that no test is held to yet: nobody brings them about, or only in a second world
/// or a browser. The list may only become shorter.
const UNTRIED: &[&str] = &[
    "account.not_by_another",
    "act.not_now",
    "act.password",
    "award.excluded",
    "award.no_minutes",
    "award.not_ranked",
    "award.not_reviewed",
    "bid.ended",
    "bid.form",
    "bid.incident",
    "bid.key",
    "bid.not_open",
    "bid.not_yours",
    "bid.nothing",
    "bid.objections_run",
    "bid.record_changed",
    "bid.seq",
    "bid.sign_in_over",
    "bid.unanswered",
    "bid.withdrawn",
    "bidder.signed_in",
    "ceremony.ack_unfit",
    "ceremony.already",
    "ceremony.canary_wrong",
    "ceremony.key_unfit",
    "ceremony.keyset_unfit",
    "ceremony.no_deadline",
    "ceremony.no_holders",
    "ceremony.no_owner_key",
    "ceremony.not_signed",
    "ceremony.nothing_to_call",
    "ceremony.one_duty",
    "ceremony.parties_unfit",
    "ceremony.recipient_used",
    "code.deal",
    "code.parent",
    "contribution.unfit",
    "document.large",
    "document.out",
    "draw.frozen_before",
    "draw.no_balls",
    "expert.library_key",
    "expert.recused",
    "expert.suspended",
    "expert.suspension",
    "expert.unknown",
    "incident.held",
    "lot.terminated",
    "member.replaced",
    "objection.not_a_party",
    "objection.over",
    "objection.stands",
    "panel.contributions",
    "panel.exists",
    "panel.items",
    "panel.not_asked",
    "panel.not_bidder",
    "panel.not_seated",
    "panel.not_sup",
    "panel.pledge",
    "panel.pledged",
    "panel.position",
    "panel.proof",
    "panel.representative",
    "panel.seat",
    "payload.erased",
    "release.share_wrong",
    "release.wrong",
    "report.presumed",
    "representative.named",
    "review.closed",
    "review.not_begun",
    "review.not_pledged",
    "review.other_paper",
    "review.others",
    "role.revoked",
    "rule.missing",
    "tender.changed",
    "tender.no_centre",
    "tender.no_procedure",
    "tender.over",
    "tender.unwitnessed",
];

/// What the tests that run did, by the name of the test.
static SEEN: Mutex<BTreeMap<String, BTreeSet<String>>> = Mutex::new(BTreeMap::new());

/// The test that runs on this thread, where the thread has its name.
fn running() -> Option<String> {
    let name = std::thread::current().name()?.to_owned();
    (name != "main").then_some(name)
}

fn saw(what: String) {
    if let Some(test) = running() {
        SEEN.lock().unwrap().entry(test).or_default().insert(what);
    }
}

/// The front door answered: with a refusal, or with a page that says why an act would be refused or
/// what speaks against it.
pub fn answered(reply: &Reply) {
    let says = |start: &str| reply.body.contains(start);
    if reply.status < 400 && !says("\"refused\":{") && !says("\"warnings\":[{") {
        return;
    }
    let Ok(body) = serde_json::from_str::<serde_json::Value>(&reply.body) else {
        return;
    };
    let warnings = body["warnings"].as_array().into_iter().flatten();
    let codes = [&body["code"], &body["refused"]["code"]].into_iter();
    for code in codes.chain(warnings.map(|warning| &warning["code"])) {
        if let Some(code) = code.as_str() {
            saw(format!("refusal {code}"));
        }
    }
}

/// A world ends: what its journal tells, without what the world recorded itself (`made`), and
/// whether its test did what `tried.txt` says of it.
pub fn ended(world: &World, made: &[&str]) {
    let names: Vec<&str> = DUTIES.iter().map(|duty| duty.name).collect();
    let events = world
        .app
        .store
        .read(|db| store::journal::latest(db, &names, None, 1_000_000).map_err(store::Fault::from));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in events.unwrap() {
        *counts.entry(event.act).or_default() += 1;
    }
    for (act, n) in counts {
        if n > made.iter().filter(|name| **name == act).count() {
            saw(format!("act {act}"));
        }
    }
    let Some(test) = running() else { return };
    let seen = SEEN.lock().unwrap().get(&test).cloned().unwrap_or_default();
    let promised = lines().filter(|(_, by)| *by == test).map(|(what, _)| what);
    let undone: Vec<String> = promised.filter(|what| !seen.contains(what)).collect();
    assert!(
        undone.is_empty(),
        "tests/it/tried.txt says that {test} does {undone:?}"
    );
    if let Ok(file) = std::env::var("TIANPING_TRIED") {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .unwrap();
        let told: String = seen.iter().map(|what| format!("{what} {test}\n")).collect();
        file.write_all(told.as_bytes()).unwrap();
    }
}

/// The lines of `tried.txt`: what, and the test.
fn lines() -> impl Iterator<Item = (String, &'static str)> {
    TRIED.lines().map(|line| {
        let (what, test) = line.rsplit_once(' ').unwrap();
        (what.to_owned(), test)
    })
}

/// Every file below a folder that ends so, whole.
fn read(folder: &str) -> String {
    fn walk(folder: &Path, out: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                // beside the law only its tests count
                let tests = text
                    .split_once("#[cfg(test)]\nmod tests {")
                    .map(|(_, tests)| tests);
                out.push_str(if path.ends_with("tests.rs") {
                    &text
                } else {
                    tests.unwrap_or_default()
                });
            }
        }
    }
    let mut out = String::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut out);
    out
}

#[test]
fn every_act_and_every_refusal_is_tried() {
    let law = read("src");
    let tried: BTreeSet<String> = lines().map(|(what, _)| what).collect();
    let refusals = refusal::catalogue().map(|reason| ("refusal", reason.code));
    let untried: BTreeSet<&str> = DUTIES
        .iter()
        .map(|duty| ("act", duty.name))
        .chain(refusals)
        .filter(|(kind, name)| !tried.contains(&format!("{kind} {name}")))
        .filter(|(kind, code)| *kind == "act" || !law.contains(&format!("\"{code}\"")))
        .map(|(_, name)| name)
        .collect();
    let known: BTreeSet<&str> = UNTRIED.iter().copied().collect();
    let more: Vec<_> = untried.difference(&known).collect();
    assert!(more.is_empty(), "no test brings these about: {more:#?}");
    let fewer: Vec<_> = known.difference(&untried).collect();
    assert!(
        fewer.is_empty(),
        "tried after all, take them off the list: {fewer:#?}"
    );
}

#[test]
fn what_is_tried_exists_and_so_does_its_test() {
    let acts = DUTIES.iter().map(|duty| format!("act {}", duty.name));
    let refusals = refusal::catalogue().map(|reason| format!("refusal {}", reason.code));
    let known: BTreeSet<String> = acts.chain(refusals).collect();
    for (what, test) in lines() {
        assert!(known.contains(&what), "{what} is no act and no refusal");
        let mut path: Vec<&str> = test.split("::").collect();
        let function = path.pop().unwrap();
        let base = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it")
            .join(path.join("/"));
        let file = [base.with_extension("rs"), base.join("mod.rs")]
            .into_iter()
            .find_map(|file| std::fs::read_to_string(file).ok());
        let marker = format!("#[actix_web::test]\nasync fn {function}(");
        assert!(
            file.is_some_and(|text| text.contains(&marker)),
            "there is no test {test}"
        );
    }
}
