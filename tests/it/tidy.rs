//! The shape of the house, checked on its own text: layers, sizes, docs, where what may be named.
//!
//! std only, so that a broken build never hides a broken shape.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

struct Source {
    /// Relative to the crate, with `/`.
    path: String,
    text: String,
}

fn collect(folder: &Path, ends: &[&str], out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, ends, out);
        } else if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) {
            out.push(path);
        }
    }
}

fn sources(folders: &[&str], ends: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root.join(folder), ends, &mut paths);
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/"),
        })
        .collect()
}

/// Refuses with every offence at once, so that one run is enough to mend them.
fn none(what: &str, offences: Vec<String>) {
    assert!(offences.is_empty(), "{what}:\n{}", offences.join("\n"));
}

/// The code of a file without its comments and its tests, which stand at the end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Layers from below to above; a file may import what stands before it, and its own.
const LAYERS: &[&[&str]] = &[
    &["schema", "proof"],
    &["domain"],
    &["store"],
    &["app"],
    &["hold"],
    &["http", "worker"],
    &["cli"],
    &["main"],
];
/// May be imported by everyone.
const LEAVES: &[&str] = &["clock", "config", "entropy", "secrets", "words"];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|names| names.contains(&module))
}

/// The modules named behind `crate::`, in paths as well as in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let name = |part: &str| -> String {
        part.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = BTreeSet::new();
    for after in text.split("crate::").skip(1) {
        let Some(inside) = after.strip_prefix('{') else {
            found.insert(name(after));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, c) in inside.char_indices() {
            if depth == 0 && begins && !c.is_whitespace() {
                found.insert(name(&inside[at..]));
                begins = false;
            }
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ => {}
            }
        }
    }
    found.retain(|module| !module.is_empty());
    found
}

#[test]
fn layers_import_downward_only() {
    let mut offences = Vec::new();
    for file in sources(&["src"], &[".rs"]) {
        let module = file.path["src/".len()..]
            .split('/')
            .next()
            .unwrap()
            .trim_end_matches(".rs");
        let mine = layer(module);
        for import in imports(&code(&file.text)) {
            let is_upward = match (mine, layer(&import)) {
                (Some(mine), Some(other)) => other > mine || (other == mine && import != module),
                (None, Some(_)) => !LEAVES.contains(&module) && module != "lib",
                (_, None) => false,
            };
            if is_upward && !(mine == layer("http") && import == "http") {
                offences.push(format!("{} imports {import}", file.path));
            }
        }
    }
    none("imports against the order of the layers", offences);
}

#[test]
fn http_never_sees_the_store() {
    let mut offences = Vec::new();
    for file in sources(&["src/http"], &[".rs"]) {
        for (i, line) in code(&file.text).lines().enumerate() {
            let named = line.contains("store::") && !line.contains("store::Fault");
            if named || line.contains("diesel") {
                offences.push(format!("{}:{}", file.path, i + 1));
            }
        }
    }
    none("http names the store", offences);
}

#[test]
fn every_file_says_what_it_is_for() {
    let missing = sources(&["src", "tests"], &[".rs"])
        .into_iter()
        .filter(|file| file.path != "src/schema.rs" && !file.text.starts_with("//!"))
        .map(|file| file.path);
    none("files without //!", missing.collect());
}

#[test]
fn files_and_functions_fit() {
    let mut offences = Vec::new();
    for file in sources(&["src", "tests", "static"], &[".rs", ".js"]) {
        if file.path == "src/schema.rs" || file.path.contains("/vendor/") {
            continue;
        }
        let n = file.text.lines().count();
        if n > 500 {
            offences.push(format!("{}: {n} lines", file.path));
        }
        if !file.path.starts_with("static/") {
            offences.extend(long_functions(&file));
        }
    }
    none(
        "files above 500 lines, functions above 70, stories above 140",
        offences,
    );
}

/// A function ends at the first closing brace that stands as far out as its `fn`: rustfmt sees to it.
fn long_functions(file: &Source) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let words = [
            "fn ",
            "pub fn ",
            "async fn ",
            "pub async fn ",
            "pub(crate) fn ",
            "pub(super) fn ",
            "const fn ",
            "pub const fn ",
        ];
        if !words.iter().any(|word| body.starts_with(word)) {
            continue;
        }
        let end = format!("{}}}", &line[..line.len() - body.len()]);
        let length = lines[i..].iter().position(|line| *line == end).unwrap_or(0) + 1;
        // a story is told in one go
        let room = if file.path.starts_with("tests/") { 140 } else { 70 };
        if length > room {
            found.push(format!("{}:{} {length} lines", file.path, i + 1));
        }
    }
    found
}

/// Files that name a trade beside the procedures, and how often: the trade of a new tender that names
/// none, what a played owner declares, the choice that a form begins with.
const TRADE_NAMED: &[(&str, usize)] = &[
    ("src/app/tender/draft.rs", 1),
    ("src/cli/play/company.rs", 1),
    ("templates/tender/bases.html", 1),
];

/// The variants of `Trade`, and the words that stand for them in columns and forms.
fn trades() -> Vec<String> {
    let text = sources(&["src/domain"], &["procedure.rs"]).remove(0).text;
    let body = text
        .split("pub enum Trade {")
        .nth(1)
        .unwrap()
        .split('}')
        .next()
        .unwrap();
    let variants = body.lines().map(|line| line.trim().trim_end_matches(','));
    let variants: Vec<&str> = variants
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .collect();
    assert!(variants.len() > 3, "the trades are found: {variants:?}");
    let words = variants
        .iter()
        .map(|variant| format!("\"{}\"", variant.to_lowercase()));
    let addresses = variants
        .iter()
        .map(|variant| format!("/jy/{}", variant.to_lowercase()));
    words
        .chain(addresses)
        .chain(variants.iter().map(|variant| (*variant).to_owned()))
        .collect()
}

/// How often a trade is named: as a word of its own, not as a part of another.
fn names_of_trades(text: &str, trades: &[String]) -> usize {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let named = |trade: &String| {
        let whole = text.match_indices(trade.as_str()).filter(|(at, found)| {
            !is_part(text[..*at].chars().next_back()) && !is_part(text[at + found.len()..].chars().next())
        });
        whole.count()
    };
    trades.iter().map(named).sum()
}

#[test]
fn trades_are_named_where_they_differ_and_nowhere_else() {
    let trades = trades();
    let allowed = |path: &str| {
        TRADE_NAMED
            .iter()
            .find(|(file, _)| *file == path)
            .map_or(0, |(_, n)| *n)
    };
    let files = sources(&["src", "templates", "static"], &[".rs", ".html", ".js"]).into_iter();
    let offences = files
        .filter(|file| file.path != "src/domain/procedure.rs" && !file.path.ends_with("/tests.rs"))
        .filter(|file| !file.path.contains("/vendor/"))
        .map(|file| (names_of_trades(&code(&file.text), &trades), file.path))
        .filter(|(n, path)| *n != allowed(path))
        .map(|(n, path)| format!("{path}: {n} times, {} allowed", allowed(&path)));
    none("the code branches on which trade", offences.collect());
    let seen = [
        "Trade::{Land}",
        "is(\"land\")",
        "Land =>",
        "Landing \"landing\" Wasteland",
        "href=\"/jy/land?q=\"",
    ];
    assert_eq!(seen.map(|text| names_of_trades(text, &trades)), [1, 1, 1, 0, 1]);
}

/// Who compares regions: the comparison itself, the law on a basis, and which centre a tender has.
const REGIONS_COMPARED: &[&str] = &[
    "src/domain/code.rs",
    "src/domain/guard.rs",
    "src/app/basis.rs",
    "src/app/tender/draft.rs",
];

#[test]
fn whom_staff_serve_is_asked_of_their_grant() {
    let offences = sources(&["src"], &[".rs"])
        .into_iter()
        .filter(|file| !REGIONS_COMPARED.contains(&file.path.as_str()))
        .filter(|file| code(&file.text).contains(".covers("))
        .map(|file| file.path);
    none("regions compared past `Grant::serves`", offences.collect());
}

#[test]
fn tables_are_touched_in_the_store_only() {
    // domain may derive row structs; nothing but store may build or run a query
    let query = [
        "RunQueryDsl",
        "QueryDsl",
        "sql_query",
        "insert_into",
        "diesel::update",
        "diesel::delete",
        "SELECT ",
        "INSERT INTO",
    ];
    let mut offences = Vec::new();
    for file in sources(&["src"], &[".rs"]) {
        let text = code(&file.text);
        if !file.path.starts_with("src/store/") && query.iter().any(|word| text.contains(word)) {
            offences.push(file.path);
        }
    }
    none("SQL outside the store", offences);
}

/// The journal's own tables, and those outside it (architecture 4); all others are written by `Tx` only.
const WRITTEN_DIRECTLY: &[&str] = &[
    "event",
    "payload",
    "row_list",
    "row_seal",
    "log_entry",
    "log_tile",
    "tick",
    "idempotency",
    "session",
    "invitation",
    "heartbeat",
    "factor_use",
    "lease",
    "upload",
    "upload_piece",
    "message_delivery",
];

#[test]
fn no_row_is_written_past_the_journal() {
    let mut offences = Vec::new();
    for file in sources(&["src/store"], &[".rs"]) {
        let text: String = code(&file.text).split_whitespace().collect();
        for write in ["insert_into(", "diesel::update(", "diesel::delete("] {
            for after in text.split(write).skip(1) {
                let path = after.split("::").next().unwrap_or_default();
                let table = path.rsplit(['(', ',', ')']).next().unwrap_or_default();
                let is_row = file.path == "src/store/row.rs" && table == "$crate";
                if !is_row && !WRITTEN_DIRECTLY.contains(&table) {
                    offences.push(format!("{}: {write}{table}", file.path));
                }
            }
        }
    }
    none("rows written without an event", offences);
}

#[test]
fn templates_only_choose_repeat_and_call() {
    let may = [
        "if", "else", "endif", "for", "endfor", "call", "endcall", "import", "include", "extends", "block",
        "endblock", "macro", "endmacro", "match", "when", "endmatch",
    ];
    let mut offences = Vec::new();
    for file in sources(&["templates"], &[".html"]) {
        for tag in file.text.split("{%").skip(1) {
            let word = tag
                .trim_start_matches(['-', '+', '~'])
                .split_whitespace()
                .next()
                .unwrap_or_default();
            if !may.contains(&word) {
                offences.push(format!("{}: {word}", file.path));
            }
        }
        if file.text.contains("<style") || file.text.contains(" style=") || file.text.contains(" onclick=") {
            offences.push(format!("{}: inline style or script", file.path));
        }
        let inline = file.text.split("<script").skip(1).any(|tag| {
            !tag.trim_start().starts_with("type=\"module\" src=") && !tag.trim_start().starts_with("src=")
        });
        if inline {
            offences.push(format!("{}: inline script", file.path));
        }
    }
    none("logic, styles or scripts in templates", offences);
}

#[test]
fn nothing_is_left_for_later() {
    // spelt in two halves, or this list would find itself
    let banned = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["XX", "X:"],
        ["HA", "CK"],
        ["todo", "!("],
        ["unimplement", "ed!("],
    ]
    .map(|halves| halves.concat());
    let mut offences = Vec::new();
    for file in sources(
        &["src", "tests", "static", "templates", "locales", "migrations"],
        &[".rs", ".js", ".html", ".css", ".ftl", ".sql"],
    ) {
        if file.path.contains("/vendor/") {
            continue;
        }
        for (i, line) in file.text.lines().enumerate() {
            if banned.iter().any(|word| line.contains(word.as_str())) {
                offences.push(format!("{}:{}", file.path, i + 1));
            }
        }
    }
    none("left for later", offences);
}

#[test]
fn names_say_what_they_are() {
    let banned = [
        "services", "models", "utils", "util", "helpers", "helper", "dto", "types", "managers", "manager",
        "common",
    ];
    let offences = sources(&["src"], &[".rs"])
        .into_iter()
        .map(|file| file.path)
        .filter(|path| path != "src/domain/refusal/common.rs")
        .filter(|path| {
            path.trim_end_matches(".rs")
                .split('/')
                .any(|name| banned.contains(&name))
        });
    none("names that hold kinds of code, not ideas", offences.collect());
}

#[test]
fn imports_are_read_through_braces() {
    let found = imports(
        "use crate::{\n    app::{Answer, App},\n    domain::id::Id,\n    words,\n};\nuse crate::proof::canon;",
    );
    let wanted: BTreeSet<String> = ["app", "domain", "words", "proof"].map(str::to_owned).into();
    assert_eq!(found, wanted);
}
