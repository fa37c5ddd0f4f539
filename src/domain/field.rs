//! The fields of a form: texts and numbers within their bounds.

use super::refusal::{Lawful, Refusal, common::FIELD_BAD, require};

/// A text of a form: present, not longer than `most` characters, without control characters.
///
/// # Errors
/// `field.bad` at the field.
pub fn text(given: &str, field: &str, most: usize) -> Lawful<()> {
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
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
