//! The fields of a form: texts and numbers within their bounds.

use super::refusal::{Lawful, Refusal, common::FIELD_BAD, require};

/// Whether a character turns the direction of the text around it, so that people read something else
/// than what is signed (Unicode TR 36, bidirectional overrides and isolates).
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text of one line, otherwise as [`text`].
///
/// # Errors
/// `field.bad` at the field.
pub fn line(given: &str, field: &str, most: usize) -> Lawful<()> {
    text(given, field, most)?;
    require(!given.contains(['\n', '\r', '\t']), || {
        Refusal::new(&FIELD_BAD)
            .fact("field", field)
            .fact("expected", "1")
            .at(field)
    })
}

/// A text of a form: present, not longer than `most` characters, without control characters and without
/// those that turn its direction.
///
/// # Errors
/// `field.bad` at the field.
pub fn text(given: &str, field: &str, most: usize) -> Lawful<()> {
    let plain = |c: char| !turns(c) && (!c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    let n = given.chars().count();
    require(
        !given.trim().is_empty() && n <= most && given.chars().all(plain),
        || {
            let expected = format!("1-{most}");
            Refusal::new(&FIELD_BAD)
                .fact("field", field)
                .fact("expected", expected)
                .at(field)
        },
    )
}

/// A number of a form between two bounds, both included.
///
/// # Errors
/// `field.bad` at the field.
pub fn bounded(n: i64, least: i64, most: i64, field: &str) -> Lawful<()> {
    require((least..=most).contains(&n), || {
        let expected = format!("{least}-{most}");
        Refusal::new(&FIELD_BAD)
            .fact("field", field)
            .fact("expected", expected)
            .at(field)
    })
}
