//! Every sentence exists in both languages, with the same facts, and is used.

mod sets;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::{ast, parser};
use tianping::{
    app::signing_key,
    domain::refusal,
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

/// The files of a folder that end so, without comments of templates and without the tests beside the code.
fn read(folder: &str, end: &str) -> String {
    fn walk(folder: &Path, end: &str, out: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("vendor") {
                walk(&path, end, out);
            } else if path.to_string_lossy().ends_with(end) && !path.ends_with("tests.rs") {
                let text = fs::read_to_string(path).unwrap();
                out.push_str(text.split("#[cfg(test)]\nmod tests {").next().unwrap());
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

/// What stands between two quotes.
fn quoted(text: &str) -> BTreeSet<String> {
    let words = text
        .split('"')
        .map(|word| word.strip_prefix("word:").unwrap_or(word));
    words.map(str::to_owned).collect()
}

/// A key of these parts.
fn key(set: &str, word: &str) -> String {
    format!("{set}-{}", word.replace(['.', '_'], "-"))
}

/// The keys that no literal names whole: of refusals, of errors, and of the sets of words.
fn composed(pages: &str, code: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for reason in refusal::catalogue() {
        let key = key("refusal", reason.code);
        keys.extend([format!("{key}-do"), key]);
    }
    for call in code.split("::plain(").skip(1) {
        let code = call.split(';').next().unwrap().split('"').nth(1);
        keys.extend(
            code.filter(|code| !code.is_empty())
                .map(|code| key("error", code)),
        );
    }
    for (set, words) in sets::all(pages) {
        keys.extend(words.iter().map(|word| key(&set, word)));
    }
    keys.extend((1..=signing_key::CLAUSES).map(|n| format!("signing-key-clause-{n}")));
    keys
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
    let (pages, code) = (templates(), read("src", ".rs"));
    let mut wanted = composed(&pages, &code);
    wanted.extend(called(&pages));
    wanted.extend(called(&code));
    wanted.retain(|key| !known.contains_key(key));
    assert!(wanted.is_empty(), "called for, not in the locales: {wanted:#?}");
}

#[test]
fn every_set_of_words_has_its_list() {
    let (pages, code) = (templates(), read("src", ".rs"));
    let listed: BTreeSet<String> = sets::all(&pages).into_iter().map(|(set, _)| set).collect();
    let called = sets::called(&(pages + &code));
    let unknown: Vec<_> = called.difference(&listed).collect();
    assert!(unknown.is_empty(), "sets whose words nobody lists: {unknown:?}");
    let lost = sets::unwritten(&quoted(&code));
    assert!(lost.is_empty(), "listed words that no code has: {lost:?}");
}

#[test]
fn no_sentence_is_left_over() {
    let (pages, code) = (templates(), read("src", ".rs"));
    let mut said = quoted(&(pages.clone() + &code + &read("static", ".js")));
    said.extend(composed(&pages, &code));
    // an error is said by its code; the titles of messages, by what tells them, bring their texts
    let codes = quoted(&read("src/http", ".rs"));
    let is_error = |key: &str| {
        let code = key
            .strip_prefix("error-")
            .map(|code| code.strip_suffix("-do").unwrap_or(code));
        code.is_some_and(|code| codes.contains(&code.replace('-', "_")))
    };
    let told = quoted(&code);
    let is_said = |key: &str| {
        let is_hint = key
            .strip_suffix("-hint")
            .is_some_and(|label| said.contains(label));
        let is_text = key
            .strip_suffix("-text")
            .is_some_and(|title| told.contains(title));
        said.contains(key) || is_hint || is_text || is_error(key)
    };
    let mut left = messages(Lang::Zh);
    left.retain(|key, _| !is_said(key));
    assert!(left.is_empty(), "in the locales, never said: {:#?}", left.keys());
}

/// Where 招标 may stand: what the guard says of works that must be tendered, and that these are not.
const TENDERS: &[&str] = &["必须招标", "不属于法律上的招标"];

/// Rule D03: the random award of works below the threshold is a procedure of its own. No sentence
/// calls it, its people or its papers by the words of the tendering law.
#[test]
fn the_random_award_is_never_called_a_tender() {
    let mut key = "";
    let mut offences = Vec::new();
    let files = words::sources().into_iter().find(|(lang, _)| *lang == Lang::Zh);
    for line in files.unwrap().1.iter().flat_map(|text| text.lines()) {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with([' ', '#'])) {
            key = name;
        }
        let text = TENDERS
            .iter()
            .fold(line.to_owned(), |text, lawful| text.replace(lawful, ""));
        let said = ["招标", "投标", "中标", "评标", "开标", "定标"]
            .iter()
            .any(|word| text.contains(word));
        if said && !key.starts_with("refusal-guard-") {
            offences.push(line);
        }
    }
    assert!(
        offences.is_empty(),
        "called as the tendering law calls it: {offences:#?}"
    );
}
