//! Every sentence exists in both languages, with the same facts, and is used.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::{ast, parser};
use tianping::{
    domain::{act::DUTIES, actor::Role, procedure, refusal},
    words::{self, Lang},
};

/// Message key -> the facts it names.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn fact(inline: &ast::InlineExpression<&str>, out: &mut BTreeSet<String>) {
    if let ast::InlineExpression::VariableReference { id } = inline {
        out.insert(id.name.to_owned());
    }
}

fn facts(pattern: &ast::Pattern<&str>, out: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let ast::PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            ast::Expression::Inline(inline) => fact(inline, out),
            ast::Expression::Select { selector, variants } => {
                fact(selector, out);
                for variant in variants {
                    facts(&variant.value, out);
                }
            }
        }
    }
}

fn messages(lang: Lang) -> Messages {
    let (_, texts) = words::sources()
        .into_iter()
        .find(|(other, _)| *other == lang)
        .unwrap();
    let mut found = Messages::new();
    for text in texts {
        let resource = parser::parse(*text).unwrap_or_else(|(_, errors)| panic!("{lang:?}: {errors:?}"));
        for entry in &resource.body {
            let ast::Entry::Message(message) = entry else {
                continue;
            };
            let mut named = BTreeSet::new();
            facts(message.value.as_ref().expect("a message has a value"), &mut named);
            let again = found.insert(message.id.name.to_owned(), named);
            assert!(again.is_none(), "{lang:?}: {} twice", message.id.name);
        }
    }
    found
}

fn read(folder: &str, end: &str) -> String {
    fn walk(folder: &Path, end: &str, out: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, end, out);
            } else if path.to_string_lossy().ends_with(end) {
                out.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut out = String::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), end, &mut out);
    out
}

/// The templates without their comments.
fn templates() -> String {
    let text = read("templates", ".html") + &read("templates", ".xml");
    let mut parts = text.split("{#");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once("#}").expect("a comment ends").1);
    }
    out
}

/// Everything between quotes that looks like a message key or the stem of one; of a key made with
/// `{n}` what stands before it.
fn quoted(text: &str) -> BTreeSet<String> {
    let is_key = |word: &&str| {
        let mut chars = word.chars();
        chars.next().is_some_and(|c| c.is_ascii_lowercase())
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let words = text
        .split('"')
        .map(|word| word.split("-{").next().unwrap_or_default());
    words.filter(is_key).map(str::to_owned).collect()
}

#[test]
fn both_languages_have_the_same_messages_and_facts() {
    let (zh, en) = (messages(Lang::Zh), messages(Lang::En));
    let keys = |m: &Messages| m.keys().cloned().collect::<BTreeSet<_>>();
    let alone: Vec<_> = keys(&zh).symmetric_difference(&keys(&en)).cloned().collect();
    assert!(alone.is_empty(), "in one language only: {alone:#?}");
    let unlike: Vec<_> = zh
        .iter()
        .filter(|(key, facts)| en[*key] != **facts)
        .map(|(key, _)| key)
        .collect();
    assert!(
        unlike.is_empty(),
        "other facts in the other language: {unlike:#?}"
    );
}

/// The first argument of each call of these, where it is a literal.
fn called(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in ["f.t(\"", "f.t1(\"", "f.tn(\"", ".say(\"", "words::say(lang, \""] {
        for after in text.split(call).skip(1) {
            found.insert(after.split('"').next().unwrap().to_owned());
        }
    }
    found
}

#[test]
fn every_sentence_called_for_exists() {
    let known = messages(Lang::Zh);
    let mut wanted = called(&templates());
    wanted.extend(called(&read("src", ".rs")));
    for reason in refusal::catalogue() {
        let key = format!("refusal-{}", reason.code.replace(['.', '_'], "-"));
        wanted.extend([format!("{key}-do"), key]);
    }
    for call in read("src", ".rs").split("::plain(").skip(1) {
        let code = call
            .split(';')
            .next()
            .unwrap()
            .split('"')
            .nth(1)
            .unwrap_or_default();
        if !code.is_empty() {
            wanted.insert(format!("error-{}", code.replace('_', "-")));
        }
    }
    wanted.extend(
        DUTIES
            .iter()
            .map(|duty| format!("act-{}", duty.name.replace(['.', '_'], "-"))),
    );
    wanted.extend(
        Role::ALL
            .iter()
            .map(|role| format!("role-{}", role.word().replace('_', "-"))),
    );
    let sets: [(&str, Vec<&str>); 2] = [
        (
            "trade",
            procedure::Trade::ALL.iter().map(|word| word.word()).collect(),
        ),
        (
            "stage",
            procedure::Stage::ALL.iter().map(|word| word.word()).collect(),
        ),
    ];
    for (set, all) in sets {
        wanted.extend(all.iter().map(|word| format!("{set}-{}", word.replace('_', "-"))));
    }
    let missing: Vec<_> = wanted
        .into_iter()
        .filter(|key| !known.contains_key(key))
        .collect();
    assert!(missing.is_empty(), "called for, not in the locales: {missing:#?}");
}

#[test]
fn no_sentence_is_left_over() {
    let mut named = quoted(&templates());
    named.extend(quoted(&read("src", ".rs")));
    named.extend(quoted(&read("static", ".js")));
    let stem_of = |key: &str| {
        // `set-word` is called by its set, a hint by its label
        let label = key.strip_suffix("-hint").unwrap_or(key);
        let stems = label.match_indices('-').map(|(at, _)| label[..at].to_owned());
        named.contains(label) || stems.into_iter().any(|stem| named.contains(&stem))
    };
    let left: Vec<_> = messages(Lang::Zh)
        .into_keys()
        .filter(|key| !key.starts_with("refusal-") && !key.starts_with("error-") && !stem_of(key))
        .collect();
    assert!(left.is_empty(), "in the locales, never said: {left:#?}");
}

#[test]
fn acts_and_refusals_are_tried() {
    let mut text = read("tests", ".rs");
    text.push_str(&read("tests", ".snap"));
    let beside = read("src", ".rs");
    let tests: String = beside.split("#[cfg(test)]").skip(1).collect();
    text.push_str(&tests);
    let untried: Vec<_> = DUTIES
        .iter()
        .map(|duty| duty.name)
        .chain(refusal::catalogue().map(|reason| reason.code))
        .filter(|name| !text.contains(name))
        .collect();
    assert!(
        untried.is_empty(),
        "named by no test and no snapshot: {untried:#?}"
    );
    assert!(Role::grantable().count() > 10);
}
