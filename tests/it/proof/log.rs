//! `log.json`: leaves, policies, quorum times, chains, receipts and acks.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use tianping::proof::{
    canon::{Hash, Object, Token, write},
    chain::{Chain, Row},
    closing::{BidsClosed, CustodyChecked, DeadlineSet, Decision, StageOpened},
    event::{Entry, Event, act, ref_hash},
    note::{Checkpoint, KeyType, Note, NoteSignature, Vkey},
    policy::Policy,
    receipt::{Ack, Receipt},
    sig::{SecretKey, Signed},
};

use super::{bytes, json};

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn hash(value: &Value) -> Hash {
    Hash::from_hex(text(value)).unwrap()
}

fn policy(file: &str) -> Policy {
    String::from_utf8(bytes(file)).unwrap().parse().unwrap()
}

#[test]
fn leaves_are_blinded_events() {
    for row in json("log.json")["rows"].as_array().unwrap() {
        let (c, salt) = (hash(&row["c"]), hash(&row["salt"]));
        let event = Event::from_value(&row["ev"]).unwrap();
        assert_eq!(event.c(&salt).unwrap(), c);
        let entry = Entry::from_bytes(text(&row["entry"]).as_bytes()).unwrap();
        assert_eq!(entry.c, c);
        for pay in row["pay"].as_array().unwrap() {
            let label = text(&pay["k"]);
            event.refers_to(label, &hash(&pay["salt"]), &pay["x"]).unwrap();
            assert_eq!(
                *event.reference(label).unwrap(),
                ref_hash(&hash(&pay["salt"]), &write(&pay["x"]).unwrap())
            );
            assert!(event.refers_to(label, &salt, &pay["x"]).is_err());
        }
    }
}

#[test]
fn checkpoint_is_made_of_its_parts() {
    let vectors = json("log.json");
    let note: Note = text(&vectors["checkpoint"]).parse().unwrap();
    assert_eq!(note.to_string(), text(&vectors["checkpoint"]));
    let policy: Policy = text(&vectors["policy"]).parse().unwrap();
    assert_eq!(policy.logs()[0].to_string(), text(&vectors["log_vkey"]));
    assert_eq!(policy.witnesses()[0].to_string(), text(&vectors["witness_vkey"]));
    let accepted = policy.accept(&note).unwrap();
    assert_eq!(
        accepted.quorum_ms(0).unwrap(),
        vectors["quorum_ms"].as_i64().unwrap()
    );
    // the same bytes from the keys
    let log = SecretKey::from_seed(&hash(&vectors["log_seed"]).0);
    let witness = SecretKey::from_seed(&hash(&vectors["witness_seed"]).0);
    let mut made = accepted.checkpoint.sign(&log).unwrap();
    let (name, time) = (policy.witnesses()[0].name(), accepted.quorum_time.unwrap());
    let line = NoteSignature::cosign(name, &witness, &made.text, time).unwrap();
    made.signatures.push(line);
    assert_eq!(made, note);
}

#[test]
fn quorum_time_is_when_the_quorum_was_complete() {
    for case in json("log.json")["quorum"].as_array().unwrap() {
        let policy: Policy = text(&case["policy"]).parse().unwrap();
        let note: Note = text(&case["checkpoint"]).parse().unwrap();
        let tick = case["tick_ms"].as_i64().unwrap();
        let found = policy.accept(&note).and_then(|a| a.quorum_ms(tick)).ok();
        assert_eq!(found, case["quorum_ms"].as_i64(), "{}", case["name"]);
    }
}

#[test]
fn wrong_signature_of_a_known_key_refuses_the_note() {
    let policy = policy("receipt.policy");
    let note: Note = text(&json("log.json")["checkpoint"]).parse().unwrap();
    let other = SecretKey::from_seed(&[7; 32]);
    let stranger = NoteSignature::cosign("jiandu.example.cn/w1", &other, &note.text, 1).unwrap();
    let mut more = note.clone();
    more.signatures.push(stranger);
    assert!(
        policy.accept(&more).is_ok(),
        "a stranger of the same name is ignored"
    );
    for known in &note.signatures {
        let line = known.to_string();
        let (head, base64) = line.rsplit_once(' ').unwrap();
        let mut bytes = STANDARD.decode(base64).unwrap();
        bytes[8] ^= 1;
        let mut more = note.clone();
        more.signatures
            .push(format!("{head} {}", STANDARD.encode(bytes)).parse().unwrap());
        assert!(policy.accept(&more).is_err(), "{head}");
    }
}

#[test]
fn notes_have_one_form() {
    let note = text(&json("log.json")["checkpoint"]).to_string();
    let line = note.lines().last().unwrap();
    let many = note.clone() + &format!("{line}\n").repeat(100);
    let bad = [
        note.trim_end().to_string(),
        note.replace("\n\n", "\n"),
        note.replace("audit/1\n64", "audit/1\r\n64"),
        note.replace('—', "-"),
        note.clone() + "\n",
        many,
    ];
    for bad in bad {
        assert!(bad.parse::<Note>().is_err(), "accepted: {bad:?}");
    }
    for size in ["064", "+64", "", "18446744073709551616"] {
        let checkpoint = Checkpoint::from_text(&format!("a.example.cn\n{size}\n{}=\n", "A".repeat(43)));
        assert!(checkpoint.is_err(), "accepted: {size:?}");
    }
}

#[test]
fn cosignatures_have_a_time_that_ends() {
    let key = SecretKey::from_seed(&[9; 32]);
    let vkey = Vkey::new("w.example.cn", KeyType::Cosignature, key.public()).unwrap();
    assert_eq!(vkey.to_string().parse::<Vkey>().unwrap(), vkey);
    for (time, good) in [(0, true), (1 << 63, false)] {
        let line = NoteSignature::cosign(vkey.name(), &key, "x\n", time).unwrap();
        assert_eq!(vkey.verify("x\n", &line).is_ok(), good);
        assert!(vkey.verify("y\n", &line).is_err());
    }
    for name in ["", "a b", "a+b", "a\u{3000}b", "a\tb"] {
        assert!(
            Vkey::new(name, KeyType::Ed25519, key.public()).is_err(),
            "{name:?}"
        );
    }
}

#[test]
fn bad_policies_are_refused() {
    for file in ["log.policy", "receipt.policy"] {
        assert!(policy(file).is_witnessed());
    }
    for (name, case) in json("log.json")["reject_policies"].as_object().unwrap() {
        assert!(text(case).parse::<Policy>().is_err(), "accepted: {name}");
    }
}

#[test]
fn chains_hold_together_or_are_refused() {
    for case in json("log.json")["chains"].as_array().unwrap() {
        let name = text(&case["name"]);
        let rows: Result<Vec<Row>, _> = serde_json::from_value(case["rows"].clone());
        if case["reject"] == true {
            let refused = rows.is_err() || Chain::check(&rows.unwrap()).is_err();
            assert!(refused, "accepted: {name}");
            continue;
        }
        let rows = rows.unwrap();
        assert_eq!(serde_json::to_value(&rows).unwrap(), case["rows"], "{name}");
        let chain = Chain::check(&rows).unwrap();
        let c: Vec<Hash> = case["c"].as_array().unwrap().iter().map(hash).collect();
        assert_eq!(chain.links.iter().map(|l| l.c).collect::<Vec<_>>(), c, "{name}");
        assert_eq!(
            serde_json::to_value(chain.unchecked()).unwrap(),
            case["unchecked"],
            "{name}"
        );
    }
    assert!(Chain::check(&[]).is_err());
}

#[test]
fn events_break_no_rule() {
    let chain = json("log.json")["chains"][0]["rows"].clone();
    let event = |n: usize| Event::from_value(&chain[n]["ev"]).unwrap();
    let mut unsorted = event(5);
    unsorted.refs.swap(0, 1);
    let mut rootless = event(0);
    rootless.n = 1;
    let mut reborn = event(1);
    reborn.n = 0;
    for bad in [unsorted, rootless, reborn] {
        assert!(bad.bytes().is_err(), "{bad:?}");
    }
    // the last row of another tx, everything else in order
    let mut rows: Vec<Row> = serde_json::from_value(chain.clone()).unwrap();
    assert!(Chain::check(&rows).is_ok());
    if let Some(Row::Shown(last)) = rows.last_mut() {
        last.ev.0.tx = Token::new("another").unwrap();
    }
    assert!(Chain::check(&rows).is_err());
}

#[test]
fn acts_are_found_on_their_chain() {
    let rows: Vec<Row> = serde_json::from_value(json("log.json")["chains"][0]["rows"].clone()).unwrap();
    let chain = Chain::check(&rows).unwrap();
    let (_, published) = chain.of(act::TENDER_PUBLISHED).next().unwrap();
    assert_eq!(published.payload("payload").unwrap()["text"], "负载 2");
    assert!(published.payload("other").is_none());
}

#[test]
fn payloads_of_the_chain_are_their_types() {
    let pack = json("release.json");
    let mut seen = 0;
    for case in pack["cases"].as_array().unwrap().iter().take(3) {
        let Some(rows) = case["task"]["rows"].as_array() else {
            continue;
        };
        for pay in rows.iter().filter_map(|r| r["pay"].as_array()).flatten() {
            let x = if pay["x"]["t"] == "signed/1" {
                &pay["x"]["x"]
            } else {
                &pay["x"]
            };
            let read = match text(&x["t"]) {
                DeadlineSet::T => DeadlineSet::from_value(x).map(|_| ()),
                BidsClosed::T => BidsClosed::from_value(x).map(|_| ()),
                CustodyChecked::T => CustodyChecked::from_value(x).map(|_| ()),
                Decision::T => Decision::from_value(x).map(|_| ()),
                _ => continue,
            };
            read.unwrap();
            seen += 1;
        }
    }
    assert!(seen > 3, "{seen}");
}

#[test]
fn part_opened_has_a_plaintext() {
    let name = |text| Token::new(text).unwrap();
    let opened = |code: &str, plain| StageOpened {
        tender: name("t"),
        lot: name("l"),
        stage: name("price"),
        rows: vec![(name("b"), name("price"), code.into(), plain)],
    };
    assert!(opened("ok", Some(Hash::ZERO)).bytes().is_ok() && opened("E-PAD", None).bytes().is_ok());
    assert!(opened("ok", None).bytes().is_err() && opened("E-PAD", Some(Hash::ZERO)).bytes().is_err());
}

#[test]
fn list_of_bids_is_in_order_and_complete() {
    let value = json("keyset.json")["closed"].clone();
    let closed = BidsClosed::from_value(&value).unwrap();
    assert_eq!((closed.subs.len(), closed.effective().count()), (5, 4));
    for rows in ["subs", "duty_subs"] {
        let mut swapped = value.clone();
        swapped[rows].as_array_mut().unwrap().swap(0, 1);
        assert!(BidsClosed::from_value(&swapped).is_err(), "{rows} in disorder");
        let mut twice = value.clone();
        twice[rows][1] = value[rows][0].clone();
        assert!(BidsClosed::from_value(&twice).is_err(), "{rows}: one twice");
    }
}

#[test]
fn receipts_hold() {
    let vectors = json("log.json");
    let policy = policy("receipt.policy");
    let file = String::from_utf8(bytes("receipt.tlog-proof")).unwrap();
    assert_eq!(file, text(&vectors["receipts"][0]));
    for receipt in vectors["receipts"].as_array().unwrap() {
        let parsed: Receipt = text(receipt).parse().unwrap();
        assert_eq!(parsed.to_text().unwrap(), text(receipt));
        let proven = parsed.check(&policy).unwrap();
        assert_eq!(proven.quorum_ms, vectors["quorum_ms"].as_i64().unwrap());
        let rows = vectors["rows"].as_array().unwrap();
        let row = rows.iter().find(|r| hash(&r["c"]) == proven.c).unwrap();
        assert_eq!(row["pos"].as_u64().unwrap(), parsed.index);
        for pay in row["pay"].as_array().unwrap() {
            let (label, salt) = (text(&pay["k"]), hash(&pay["salt"]));
            parsed.event().refers_to(label, &salt, &pay["x"]).unwrap();
        }
    }
}

#[test]
fn bad_receipts_are_refused() {
    let policy = policy("receipt.policy");
    let long = json("log.json")["reject_receipts"]["64_hashes"].clone();
    assert!(
        text(&long).parse::<Receipt>().is_err(),
        "refused before anything is hashed"
    );
    for (name, receipt) in json("log.json")["reject_receipts"].as_object().unwrap() {
        let verdict = text(receipt).parse::<Receipt>().and_then(|r| r.check(&policy));
        assert!(verdict.is_err(), "accepted: {name}");
    }
    let file = String::from_utf8(bytes("receipt.tlog-proof")).unwrap();
    let receipt: Receipt = file.parse().unwrap();
    assert!(receipt.check(&self::policy("log.policy")).is_err(), "another log");
}

#[test]
fn acks_are_the_word_of_the_log() {
    let vectors = json("log.json");
    let policy = policy("receipt.policy");
    let ack = Ack::open(&Signed::from_value(&vectors["ack"]).unwrap(), &policy).unwrap();
    assert_eq!(ack.n, 2);
    for (name, case) in vectors["reject_acks"].as_object().unwrap() {
        let verdict = Signed::from_value(case).and_then(|signed| Ack::open(&signed, &policy));
        assert!(verdict.is_err(), "accepted: {name}");
    }
    let closing = json("keyset.json");
    let logged = self::policy("log.policy");
    for ack in closing["acks"].as_array().unwrap() {
        Ack::open(&Signed::from_value(ack).unwrap(), &logged).unwrap();
    }
}
