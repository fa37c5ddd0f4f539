//! `seal.json`: every opening with its code, every packing, and sealing that opens again.

use std::io::{self, Read};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use tianping::proof::bid::{BodyHead, Kind, Part, Price, Slot, Submit};
use tianping::proof::canon::{Base64, Hash, Object as _, Token};
use tianping::proof::envelope::{Identity, decrypt};
use tianping::proof::measure::{Measures, PIECE};
use tianping::proof::merkle;
use tianping::proof::opening::{Body, Closed, Code, open};
use tianping::proof::seal::{Address, Content, Sealed};

use super::{bid::slots, json};

fn layers(seal: &Value) -> Vec<Identity> {
    let texts = seal["identities_layer_order"].as_array().unwrap();
    let read = texts.iter().map(|text| Identity::parse(text.as_str().unwrap()));
    read.map(Result::unwrap).collect()
}

fn verdict(case: &Value, layers: &[Identity]) -> (String, Option<String>, Option<String>) {
    let Ok(submit) = Submit::read(&case["submit"], &slots(&case["required"])) else {
        return (Code::Head.to_string(), None, None);
    };
    let ct = STANDARD.decode(case["ct_b64"].as_str().unwrap()).unwrap();
    let part = submit.part(case["part"].as_str().unwrap()).unwrap();
    let mut body = Vec::new();
    match open(part, layers, ct.as_slice(), &mut body) {
        Ok(opened) => {
            match opened.body {
                Body::Draw(value) => assert_eq!(body, value.0),
                Body::Price(price) => assert_eq!(price.bytes().unwrap(), body),
                Body::Docs => panic!("no docs in these vectors"),
            }
            ("ok".into(), Some(hex::encode(body)), Some(opened.plain.to_hex()))
        }
        Err(Closed::Code(code)) => (code.to_string(), None, None),
        Err(Closed::Io(error)) => panic!("{error}"),
    }
}

#[test]
fn every_opening_gives_its_code_or_its_body() {
    let seal = json("seal.json");
    let layers = layers(&seal);
    let cases = seal["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 85);
    for case in cases {
        let text = |name: &str| case[name].as_str().map(str::to_owned);
        let expected = (text("expect").unwrap(), text("body_hex"), text("plain_sha256"));
        assert_eq!(verdict(case, &layers), expected, "{}", case["name"]);
    }
}

fn address() -> Address {
    Address {
        tender: Token::new("t").unwrap(),
        lot: Token::new("l").unwrap(),
        bidder: Token::new("91330100700000001A").unwrap(),
        seq: 1,
        prev: None,
    }
}

fn slot(kind: Kind) -> Slot {
    let name = match kind {
        Kind::Docs => "docs",
        Kind::Draw => "draw2",
        Kind::Price => "price",
    };
    Slot {
        part: Token::new(name).unwrap(),
        stage: Token::new(name).unwrap(),
        kind,
        keyset: Hash::ZERO,
    }
}

fn content<R>(len: u64, bytes: R) -> Content<R> {
    let head = BodyHead {
        name: "x".into(),
        media: None,
    };
    Content { head, len, bytes }
}

fn seal_body(kind: Kind, body: &[u8]) -> (Sealed, Vec<u8>) {
    let recipients = two_layers().map(|layer| layer.recipient().unwrap());
    let mut ct = Vec::new();
    let content = content(body.len() as u64, body);
    let sealed = address()
        .seal(&slot(kind), &recipients, content, [3; 32], &mut ct)
        .unwrap();
    (sealed, ct)
}

fn two_layers() -> [Identity; 2] {
    [Identity::generate([1; 32]), Identity::generate([2; 32])]
}

#[test]
fn every_packing_has_its_padded_length_and_bytes() {
    for case in json("seal.json")["pack"].as_array().unwrap() {
        let kind: Kind = serde_json::from_value(case["kind"].clone()).unwrap();
        let body = vec![0; usize::try_from(case["body_len"].as_u64().unwrap()).unwrap()];
        let (sealed, ct) = seal_body(kind, &body);
        let plain = decrypt(&sealed.key, &ct).unwrap();
        assert_eq!(Value::from(plain.len()), case["plain_len"], "{case}");
        assert_eq!(sealed.plain.to_hex(), case["plain_sha256"].as_str().unwrap());
        assert_eq!(Hash::of(&[&plain]), sealed.plain);
    }
}

#[test]
fn what_is_sealed_opens_again_through_its_layers() {
    let price = Price {
        total: 123,
        days: Some(30),
        quality: None,
        manager: Some("张三".into()),
        note: String::new(),
    };
    let docs: Vec<u8> = (0..=250).cycle().take(3_000_000).collect();
    let bodies = [
        (Kind::Price, price.bytes().unwrap(), Body::Price(price)),
        (Kind::Draw, vec![7; 32], Body::Draw(Hash([7; 32]))),
        (Kind::Docs, docs, Body::Docs),
    ];
    for (kind, bytes, body) in bodies {
        let (sealed, ct) = seal_body(kind, &bytes);
        sealed.self_test(&[[8; 32], [9; 32]], ct.as_slice()).unwrap();
        let mut out = Vec::new();
        let opened = open(&sealed.part, &two_layers(), ct.as_slice(), &mut out).unwrap();
        assert_eq!((opened.body, opened.plain), (body, sealed.plain));
        assert!(out == bytes, "another body");
        let submit = address().submit(vec![sealed.part], &[slot(kind)]).unwrap();
        Submit::read(&submit.value().unwrap(), &[slot(kind)]).unwrap();
    }
}

#[test]
fn the_self_test_finds_what_would_not_open() {
    let (sealed, mut ct) = seal_body(Kind::Price, b"no price");
    let random = [[8; 32], [9; 32]];
    let refused = sealed.self_test(&random, ct.as_slice()).unwrap_err();
    assert!(refused.to_string().contains("E-FORM"), "{refused}");
    *ct.last_mut().unwrap() ^= 1;
    let refused = sealed.self_test(&random, ct.as_slice()).unwrap_err();
    assert!(refused.to_string().contains("E-HASH"), "{refused}");
}

#[test]
fn nothing_is_sealed_to_a_rehearsal_or_with_another_length() {
    let recipients = two_layers().map(|layer| layer.recipient().unwrap());
    let attempt = |slot: &Slot, layers: &[_], len: u64| {
        let sealed = address().seal(slot, layers, content(len, &[7; 32][..]), [3; 32], io::sink());
        sealed.map(|_| ())
    };
    let good = slot(Kind::Draw);
    attempt(&good, &recipients, 32).unwrap();
    assert!(attempt(&good, &recipients, 31).is_err());
    assert!(attempt(&good, &recipients, 33).is_err());
    assert!(attempt(&good, &recipients, u64::MAX).is_err());
    assert!(attempt(&good, &[], 32).is_err());
    let rehearsal = Slot {
        stage: Token::new("test").unwrap(),
        ..good
    };
    assert!(attempt(&rehearsal, &recipients, 32).is_err());
}

/// Gives the bytes, then fails.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("disk")),
            n => Ok(n),
        }
    }
}

#[test]
fn a_failing_disk_is_no_verdict_on_a_bid() {
    let (sealed, ct) = seal_body(Kind::Draw, &[7; 32]);
    for length in [0, 100, ct.len()] {
        let opened = open(&sealed.part, &two_layers(), Broken(&ct[..length]), io::sink());
        assert!(matches!(opened, Err(Closed::Io(_))), "{length}: {opened:?}");
    }
}

#[test]
fn a_broken_envelope_is_told_apart_from_lost_bytes() {
    let (sealed, ct) = seal_body(Kind::Draw, &[7; 32]);
    let broken = Part {
        env: Base64::default(),
        ..sealed.part.clone()
    };
    let code = |part: &Part, ct: &[u8]| match open(part, &two_layers(), ct, io::sink()) {
        Err(Closed::Code(code)) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&broken, &ct), Code::Env);
    assert_eq!(code(&broken, &ct[1..]), Code::Hash);
    assert_eq!(code(&sealed.part, &ct[1..]), Code::Hash);
}

#[test]
fn measures_are_those_of_whole_bytes() {
    let piece = usize::try_from(PIECE).unwrap();
    for len in [0, 1, piece - 1, piece, piece + 1, 3 * piece, 3 * piece + 5] {
        let bytes: Vec<u8> = (0..=252).cycle().take(len).collect();
        let leaves: Vec<Hash> = bytes.chunks(piece).map(merkle::leaf_hash).collect();
        let measures = Measures::of(bytes.as_slice()).unwrap();
        assert_eq!(measures.len, len as u64);
        assert_eq!(measures.sha256, Hash::of(&[&bytes]));
        assert_eq!(measures.chunks, merkle::root(&leaves));
    }
}
