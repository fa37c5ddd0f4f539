//! `bid.json` and `sample.bid`: the package has one byte form, written and read as streams.

use std::io::{self, Cursor, Read as _};

use tianping::proof::canon::{Hash, Object as _};
use tianping::proof::package::Package;

use super::{bytes, json};

/// A package with its ciphertexts in memory.
fn read(file: &[u8]) -> Option<(Package, Vec<Vec<u8>>)> {
    let mut parts = Vec::new();
    let package = Package::read(file, |_, input| {
        let mut ct = Vec::new();
        input.read_to_end(&mut ct)?;
        parts.push(ct);
        Ok(())
    });
    package.ok().map(|package| (package, parts))
}

#[test]
fn the_sample_is_read_and_written_again() {
    let (vector, file) = (json("bid.json"), bytes("sample.bid"));
    assert_eq!(Hash::of(&[&file]).to_hex(), vector["sha256"].as_str().unwrap());
    let (package, parts) = read(&file).unwrap();
    assert_eq!(
        package.submit.digest().unwrap().to_hex(),
        vector["submit_digest"].as_str().unwrap()
    );
    let mut names = vec!["submit.json".to_owned(), "submit.sig.json".into()];
    names.extend(package.packs.keys().map(|stage| format!("{stage}.keyset")));
    let own = package.submit.parts.iter();
    names.extend(own.map(|part| format!("parts/{}.age", part.hd.0.part)));
    assert_eq!(serde_json::json!(names), vector["members"]);

    let mut again = Cursor::new(b"before".to_vec());
    again.set_position(6);
    let mut next = parts.iter();
    package
        .write(&mut again, |_| Ok(next.next().unwrap().as_slice()))
        .unwrap();
    assert!(again.into_inner()[6..] == file, "another byte form");
}

#[test]
fn every_other_byte_form_is_refused() {
    let file = bytes("sample.bid");
    let vector = json("bid.json");
    let splices = vector["reject_splice_offset_hex"].as_object().unwrap();
    assert_eq!(splices.len(), 9);
    for (name, splice) in splices {
        let mut other = file.clone();
        let at = usize::try_from(splice[0].as_u64().unwrap()).unwrap();
        let new = hex::decode(splice[1].as_str().unwrap()).unwrap();
        other[at..at + new.len()].copy_from_slice(&new);
        assert!(other != file && read(&other).is_none(), "accepted: {name}");
    }
    assert!(read(&[b"\0", file.as_slice()].concat()).is_none());
    assert!(read(&[file.as_slice(), b"\0"].concat()).is_none());
    assert!(read(&file[..file.len() - 1]).is_none());
    assert!(read(b"").is_none());
}

#[test]
fn no_changed_bit_goes_unseen() {
    let file = bytes("sample.bid");
    for at in (0..file.len()).step_by(97) {
        let mut other = file.clone();
        other[at] ^= 1 << (at % 8);
        assert!(read(&other).is_none(), "accepted: a bit changed at {at}");
    }
}

#[test]
fn a_reader_may_leave_a_ciphertext_unread() {
    let file = bytes("sample.bid");
    Package::read(file.as_slice(), |_, _| Ok(())).unwrap();
    Package::read(file.as_slice(), |_, input| {
        input.take(7).read_to_end(&mut vec![]).map(|_| ())
    })
    .unwrap();
}

#[test]
fn a_package_is_complete_and_signed() {
    let (package, parts) = read(&bytes("sample.bid")).unwrap();
    let write = |package: &Package, parts: &[Vec<u8>]| {
        let mut next = parts.iter();
        package.write(Cursor::new(Vec::new()), |_| {
            next.next()
                .map(Vec::as_slice)
                .ok_or(io::ErrorKind::NotFound.into())
        })
    };
    write(&package, &parts).unwrap();
    let swapped: Vec<_> = parts.iter().rev().cloned().collect();
    assert!(write(&package, &swapped).is_err());
    assert!(write(&package, &parts[..1]).is_err());

    let mut fewer = package.clone();
    fewer.packs.pop_first();
    assert!(write(&fewer, &parts).is_err());
    let mut more = package.clone();
    more.packs.insert(more.submit.tender.clone(), vec![]);
    assert!(write(&more, &parts).is_err());
    let mut unsigned = package;
    unsigned.sig.sig.0[0] ^= 1;
    assert!(write(&unsigned, &parts).is_err());
}
