//! `padme.json`, the recipients of `escrow.json`, and the age profile.

use std::io::Read as _;

use tianping::proof::envelope::{
    Identity, Recipient, check_header, decrypt, decrypt_stream, encrypt, encrypt_stream, padme,
};

use super::json;

fn identity() -> Identity {
    Identity::generate([7; 32])
}

#[test]
fn padded_lengths() {
    for case in json("padme.json").as_array().unwrap() {
        let [len, floor, padded] = ["len", "floor", "padded"].map(|k| case[k].as_u64().unwrap());
        assert_eq!(padme(len, floor), padded, "{case}");
    }
}

#[test]
fn recipients_from_outside_are_checked() {
    let vectors = json("escrow.json");
    for text in vectors["reject_recipients"].as_array().unwrap() {
        let text = text.as_str().unwrap();
        assert!(Recipient::parse(text).is_err(), "accepted {text}");
    }
    for case in vectors["cases"].as_array().unwrap() {
        let identity = Identity::parse(case["identity"].as_str().unwrap()).unwrap();
        let recipient = case["recipient"].as_str().unwrap();
        assert_eq!(
            identity.recipient().unwrap(),
            Recipient::parse(recipient).unwrap()
        );
        assert_eq!(identity.recipient().unwrap().to_text().unwrap(), recipient);
        assert_eq!(
            identity.to_text().unwrap().as_str(),
            case["identity"].as_str().unwrap()
        );
    }
}

#[test]
fn identities_have_one_text() {
    let text = identity().to_text().unwrap();
    assert!(Identity::parse(&text).is_ok());
    for other in [text.to_lowercase(), format!("{}\n", *text), text[..70].into()] {
        assert!(Identity::parse(&other).is_err(), "accepted {other:?}");
    }
}

#[test]
fn what_is_sealed_opens_for_its_identity_only() {
    let plain = vec![9; 200_000];
    let sealed = encrypt(&identity().recipient().unwrap(), &plain).unwrap();
    assert_eq!(decrypt(&identity(), &sealed).unwrap(), plain);
    assert!(decrypt(&Identity::generate([8; 32]), &sealed).is_err());
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(decrypt(&identity(), &changed).is_err());
    assert!(decrypt(&identity(), &sealed[..sealed.len() - 1]).is_err());
}

#[test]
fn streams_are_the_same_format() {
    let mut sealed = Vec::new();
    let length = encrypt_stream(&identity().recipient().unwrap(), &b"a stream"[..], &mut sealed).unwrap();
    assert_eq!(length, 8);
    let mut plain = String::new();
    decrypt_stream(&identity(), sealed.as_slice())
        .unwrap()
        .read_to_string(&mut plain)
        .unwrap();
    assert_eq!(plain, "a stream");
}

#[test]
fn headers_outside_the_profile_are_refused() {
    let sealed = encrypt(&identity().recipient().unwrap(), b"x").unwrap();
    check_header(sealed.as_slice()).unwrap();
    let end = sealed.windows(4).position(|w| w == b"\n---").unwrap() + 1;
    let (head, tail) = sealed.split_at(end);
    let with = |extra: &[u8]| [head, extra, tail].concat();
    let stanza = &head[b"age-encryption.org/v1\n".len()..];
    let grease = |len: usize| [b"-> ", "a".repeat(len - 5 - head.len()).as_bytes(), b"\n\n"].concat();
    check_header(with(&grease(65_536)).as_slice()).unwrap();
    for (name, bytes) in [
        ("two stanzas", with(stanza)),
        ("a passphrase", with(b"-> scrypt AAAA 10\nAAAA\n")),
        ("too long", with(&grease(65_537))),
        ("no end", head.to_vec()),
        ("no stanza", [&head[..22], tail].concat()),
        (
            "another version",
            [b"age-encryption.org/v2\n", &sealed[22..]].concat(),
        ),
        ("empty", Vec::new()),
    ] {
        assert!(check_header(bytes.as_slice()).is_err(), "accepted {name}");
        assert!(decrypt(&identity(), &bytes).is_err(), "opened {name}");
    }
}
