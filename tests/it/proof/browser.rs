//! `tests/vectors-js/made.bid`: a bid sealed by the page opens here, part by part.
//!
//! The file was saved from `tests/js/vectors.html`, which seals a new one whenever it is opened.

use std::fs::File;

use tianping::proof::bid::{Kind, Price};
use tianping::proof::canon::{Object as _, Token};
use tianping::proof::envelope::Identity;
use tianping::proof::opening::{Body, Opened, open};
use tianping::proof::package::Package;

use super::{bytes, json};

#[test]
fn a_bid_sealed_in_the_browser_opens() {
    let identities = &json("keyset.json")["releases"]["identities"];
    let layers: Vec<Identity> = (0..2)
        .map(|i| Identity::parse(identities[i].as_str().unwrap()).unwrap())
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors-js/made.bid");
    let mut found: Vec<(Kind, Opened, Vec<u8>)> = Vec::new();
    let package = Package::read(File::open(path).unwrap(), |part, ct| {
        let mut body = Vec::new();
        let opened = open(part, &layers, ct, &mut body).unwrap();
        found.push((part.hd.0.kind, opened, body));
        Ok(())
    })
    .unwrap();

    let stage = Token::new("price").unwrap();
    assert_eq!(package.packs[&stage], bytes("price.keyset"));
    let key = package.check().unwrap();
    assert_eq!(
        hex::encode(key.as_bytes()),
        json("sig.json")["public"].as_str().unwrap()
    );

    let [draw, docs, price] = found.as_slice() else {
        panic!("three parts");
    };
    assert_eq!((draw.0, draw.2.as_slice()), (Kind::Draw, [7; 32].as_slice()));
    assert_eq!(
        (docs.0, docs.2.as_slice()),
        (Kind::Docs, vec![65; 1_000_000].as_slice())
    );
    assert_eq!(docs.1.head.name, "资格文件.zip");
    let expected = Price {
        total: 1_234_567_890,
        days: Some(180),
        quality: Some("合格".into()),
        manager: None,
        note: "浏览器密封".into(),
    };
    assert_eq!(price.1.body, Body::Price(expected.clone()));
    assert_eq!(price.2, expected.bytes().unwrap());
}
