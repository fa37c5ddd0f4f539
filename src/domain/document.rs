//! The documents of a tender, as rows, and who fetched them while signed in; which files are taken.
//!
//! Never: a file whose content is not what its ending says, a name that leads out of its place.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    id::Id,
    refusal::{Lawful, Refusal, require, tender::DOCUMENT_MEDIA},
    time::Instant,
};
use crate::schema::{document, document_fetch};

/// A document; its bytes lie in the blob store under their SHA-256.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = document, treat_none_as_null = true)]
pub struct Document {
    /// Its id.
    pub id: Id,
    /// Its tender.
    pub tender_id: Id,
    /// The notice or addendum that published it; none while it is not out.
    pub notice_id: Option<Id>,
    /// What it is, for people.
    pub title: String,
    /// The safe name it is served under.
    pub file_name: String,
    /// Its media type, as sent and checked.
    pub media: String,
    /// Its length.
    pub n_bytes: i64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Who added it.
    pub added_by: Id,
    /// When.
    pub added_at: Instant,
}

/// That an account fetched a tender's documents. Secret (ZB 22): used only to reach them.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = document_fetch, treat_none_as_null = true)]
pub struct DocumentFetch {
    /// Its id.
    pub id: Id,
    /// The tender.
    pub tender_id: Id,
    /// Who.
    pub account_id: Id,
    /// When first.
    pub fetched_at: Instant,
}

/// The largest document, bytes.
pub const SIZE_MAX: i64 = 200 << 20;

/// A kind of file that is taken: its endings, its media type, how its bytes begin.
type FileKind = (&'static [&'static str], &'static str, &'static [&'static [u8]]);

/// What is taken; the content is checked against the ending.
const KINDS: &[FileKind] = &[
    (&["pdf"], "application/pdf", &[b"%PDF-"]),
    (&["zip"], "application/zip", &[b"PK\x03\x04"]),
    (&["ofd"], "application/ofd", &[b"PK\x03\x04"]),
    (
        &["docx"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &[b"PK\x03\x04"],
    ),
    (
        &["xlsx"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &[b"PK\x03\x04"],
    ),
    (&["dwg"], "image/vnd.dwg", &[b"AC10"]),
    (&["png"], "image/png", &[b"\x89PNG\r\n\x1a\n"]),
    (&["jpg", "jpeg"], "image/jpeg", &[b"\xff\xd8\xff"]),
    (&["txt"], "text/plain; charset=utf-8", &[]),
    (&["csv"], "text/csv; charset=utf-8", &[]),
];

/// The endings taken, for the hint and the `accept` of the form.
#[must_use]
pub fn endings() -> String {
    let all: Vec<String> = KINDS
        .iter()
        .flat_map(|(endings, _, _)| endings.iter())
        .map(|ending| format!(".{ending}"))
        .collect();
    all.join(",")
}

/// The media type of a file, by its ending and how it begins; text must be UTF-8 without NUL.
///
/// # Errors
/// `document.media`.
pub fn media(file_name: &str, head: &[u8]) -> Lawful<&'static str> {
    let refusal = || {
        Refusal::new(&DOCUMENT_MEDIA)
            .fact("given", file_name)
            .fact("taken", endings())
            .at("file")
    };
    let ending = file_name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.ok_or_else(refusal)?;
    let kind = KINDS
        .iter()
        .find(|(endings, _, _)| endings.contains(&ending.as_str()));
    let (_, media, marks) = kind.ok_or_else(refusal)?;
    let is_text = || match std::str::from_utf8(head) {
        Ok(text) => !text.contains('\0'),
        // the head may end inside a character
        Err(e) => e.error_len().is_none(),
    };
    let fits = if marks.is_empty() {
        is_text()
    } else {
        marks.iter().any(|mark| head.starts_with(mark))
    };
    require(fits, refusal)?;
    Ok(media)
}

/// A name that is safe to serve a file under: letters, digits and `._-` of the last path part, 100
/// characters at most.
#[must_use]
pub fn safe_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| {
        if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') {
            c
        } else {
            '_'
        }
    };
    let name: Vec<char> = last.chars().map(plain).collect();
    let cut = name.len().saturating_sub(100);
    let name: String = name.into_iter().skip(cut).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() {
        "file".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_must_be_what_the_ending_says() {
        for (name, head, fits) in [
            ("a.pdf", &b"%PDF-1.7"[..], true),
            ("a.PDF", b"%PDF-1.7", true),
            ("a.pdf", b"<html>", false),
            ("a.html", b"<html>", false),
            ("a", b"%PDF-1.7", false),
            ("a.docx", b"PK\x03\x04..", true),
            ("a.exe", b"MZ", false),
            ("清单.csv", "序号,名称".as_bytes(), true),
            ("清单.csv", &"序号".as_bytes()[..5], true),
            ("a.txt", b"a\0b", false),
            ("a.txt", b"\xff\xfe", false),
            ("a.svg", b"<svg", false),
        ] {
            assert_eq!(media(name, head).is_ok(), fits, "{name}");
        }
    }

    #[test]
    fn names_lead_nowhere() {
        for (given, safe) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\招标 文件(1).pdf", "招标_文件_1_.pdf"),
            (".bashrc", "bashrc"),
            ("a\"\r\nb.pdf", "a___b.pdf"),
            ("", "file"),
            ("...", "file"),
        ] {
            assert_eq!(safe_name(given), safe);
        }
        let long = format!("{}.pdf", "长".repeat(300));
        assert_eq!(safe_name(&long), format!("{}.pdf", "长".repeat(96)));
    }
}
