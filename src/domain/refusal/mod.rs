//! Refusals: the rule said no. One table, a row per reason, a file per noun.
//!
//! A [`Reason`] has a code, a legal basis and whether an attempt is evidence that the journal
//! keeps. What people read is in `locales/`: `refusal-<code with dashes>` says what is wrong and
//! `refusal-<code with dashes>-do` says what to do; the facts are the arguments of both.

pub mod account;
pub mod award;
pub mod band;
pub mod bid;
pub mod calendar;
pub mod ceremony;
pub mod code;
pub mod common;
pub mod complaint;
pub mod consent;
pub mod dates;
pub mod draw;
pub mod expert;
pub mod guard;
pub mod incident;
pub mod money;
pub mod objection;
pub mod panel;
pub mod review;
pub mod rule;
pub mod tender;

/// Why a rule says no: one row of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// `noun.reason`, stable, for programs.
    pub code: &'static str,
    /// The article, order or platform rule it rests on, in Chinese as people cite it.
    pub basis: &'static str,
    /// Whether the attempt itself is journalled, e.g. a bid after the deadline.
    pub evidence: bool,
}

impl Reason {
    /// A reason whose attempt leaves no trace.
    pub const fn new(code: &'static str, basis: &'static str) -> Self {
        Self {
            code,
            basis,
            evidence: false,
        }
    }

    /// A reason whose attempt is journalled.
    pub const fn evidence(code: &'static str, basis: &'static str) -> Self {
        Self {
            code,
            basis,
            evidence: true,
        }
    }
}

/// A refusal: the reason, the facts its message names, and the field it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The row of the catalogue.
    pub reason: &'static Reason,
    /// Arguments of the message, already fit to be shown.
    pub facts: Vec<(&'static str, String)>,
    /// The input field to mend, by its JSON name.
    pub field: Option<String>,
}

impl Refusal {
    /// What it rests on: the rule row that was cited, else what the reason always rests on.
    #[must_use]
    pub fn basis(&self) -> &str {
        let cited = self.facts.iter().find(|(name, _)| *name == "basis");
        cited.map_or(self.reason.basis, |(_, basis)| basis)
    }

    /// A refusal without facts.
    #[must_use]
    pub fn new(reason: &'static Reason) -> Self {
        Self {
            reason,
            facts: Vec::new(),
            field: None,
        }
    }

    /// A field that must be given is not.
    #[must_use]
    pub fn missing(field: impl Into<String>) -> Self {
        let field = field.into();
        Self::new(&common::FIELD_MISSING).fact("field", &field).at(field)
    }

    /// Names a fact of the message.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// Names the field to mend.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl From<&'static Reason> for Refusal {
    fn from(reason: &'static Reason) -> Self {
        Self::new(reason)
    }
}

/// A result of the law.
pub type Lawful<T> = Result<T, Refusal>;

/// Refuses unless the condition holds.
///
/// # Errors
/// The refusal, made only when needed.
pub fn require(holds: bool, refusal: impl FnOnce() -> Refusal) -> Lawful<()> {
    if holds { Ok(()) } else { Err(refusal()) }
}

/// The whole catalogue: every reason of every noun, for the snapshot and the locales test.
pub fn catalogue() -> impl Iterator<Item = &'static Reason> {
    [
        bid::REASONS,
        common::REASONS,
        award::REASONS,
        complaint::REASONS,
        consent::REASONS,
        band::REASONS,
        draw::REASONS,
        account::REASONS,
        calendar::REASONS,
        code::REASONS,
        dates::REASONS,
        guard::REASONS,
        money::REASONS,
        objection::REASONS,
        rule::REASONS,
        ceremony::REASONS,
        expert::REASONS,
        panel::REASONS,
        review::REASONS,
        incident::REASONS,
        tender::REASONS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// The keys of the refusals' messages in one locale, over all its files.
    fn messages(files: &[&str]) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for ftl in files {
            let resource = fluent_syntax::parser::parse(*ftl).expect("the file parses");
            for entry in &resource.body {
                if let fluent_syntax::ast::Entry::Message(message) = entry
                    && message.id.name.starts_with("refusal-")
                {
                    keys.insert(message.id.name.to_owned());
                }
            }
        }
        keys
    }

    #[test]
    fn every_reason_has_its_words_in_both_languages() {
        let wanted: Vec<String> = super::catalogue()
            .flat_map(|reason| {
                let key = crate::words::refusal(reason.code);
                [format!("{key}-do"), key]
            })
            .collect();
        let unique: BTreeSet<String> = wanted.iter().cloned().collect();
        assert_eq!(unique.len(), wanted.len(), "two reasons share a code");
        for (lang, files) in crate::words::sources() {
            assert_eq!(messages(files), unique, "{lang:?}");
        }
    }
}
