//! Closed words in columns: the CHECK of a column and the `ALL` of the enum that its row struct has
//! there are one list, in both directions; neither stands without the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use tianping::domain::{
    account::OrganisationKind,
    actor::{AccountKind, Position, Power, Role},
    announcement::AnnouncementKind,
    award::Cause,
    bid::{BidAct, BidState},
    ceremony::{CanaryRound, KeysetState},
    consent::Matter,
    draw::{DrawPurpose, DrawState},
    duty::DutyKind,
    expert::Standing,
    guard::{ContractKind, FairReview},
    objection::ObjectionKind,
    panel::{PanelState, SeatKind, SeatState},
    procedure::{Stage, Trade},
    review::{Opinion, Outcome},
    tender::Funding,
};

type Words = BTreeSet<String>;
/// A table and a column.
type Column = (String, String);

macro_rules! listed {
    ($($of:ident)+) => {
        [$((stringify!($of), <$of>::ALL.iter().map(|one| one.word()).collect())),+].into()
    };
}

/// The enums that stand in columns, by name.
fn enums() -> BTreeMap<&'static str, Vec<&'static str>> {
    listed! {
        AccountKind AnnouncementKind BidAct BidState CanaryRound Cause ContractKind DrawPurpose
        DrawState DutyKind FairReview Funding KeysetState Matter ObjectionKind Opinion OrganisationKind Outcome
        PanelState Position Power Role SeatKind SeatState Stage Standing Trade
    }
}

/// Columns that repeat one of `account` by a foreign key, which has the CHECK.
const REFERRED: &[(&str, &str)] = &[("role_grant", "kind"), ("role_grant", "power")];
/// Columns whose words grow with the procedures: a CHECK could be widened only by rebuilding the table.
/// The enum refuses a word it does not know, and `verify db` names one that nobody wrote by an act.
const OPEN: &[(&str, &str)] = &[
    ("announcement", "kind"),
    ("consent", "matter"),
    ("draw", "purpose"),
    ("duty", "kind"),
    ("exclusion", "cause"),
    ("lot", "stage"),
    ("minutes_signature", "role"),
    ("objection", "kind"),
    ("session_attendance", "role"),
];
/// Columns that admit a part of their enum: people alone hold roles and owe duties.
const PARTIAL: &[(&str, &str)] = &[("role_grant", "role"), ("duty", "role")];

/// Columns whose words no enum has, because only the store knows them.
const BARE: &[(&str, &str)] = &[("session", "kind")];

fn is_in(list: &[(&str, &str)], column: &Column) -> bool {
    list.contains(&(column.0.as_str(), column.1.as_str()))
}

fn texts(folder: &str, end: &str) -> Vec<String> {
    fn walk(folder: &Path, end: &str, out: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, end, out);
            } else if path.to_string_lossy().ends_with(end) {
                out.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), end, &mut out);
    out
}

/// The last word of a text, as SQL names columns.
fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    let from = text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[from.map_or(0, |at| at + 1)..]
}

/// What the CHECKs of the migrations admit: `column IN ('a', 'b')` and, where a list is split over
/// lines, `column = 'c'`.
fn checks() -> BTreeMap<Column, Words> {
    let mut found: BTreeMap<Column, Words> = BTreeMap::new();
    for text in texts("migrations", "up.sql") {
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, body) = table.split_once(" (").unwrap();
            let body = body.split("\n)").next().unwrap();
            let mut before = "";
            for part in body.split_inclusive(" IN (") {
                if let Some((words, _)) = part.split_once(')').filter(|_| before.ends_with(" IN (")) {
                    let column = last_word(before.trim_end_matches(" IN ("));
                    let words = words
                        .split(',')
                        .map(|word| word.trim().trim_matches('\'').to_owned());
                    found
                        .entry((name.into(), column.into()))
                        .or_default()
                        .extend(words);
                }
                before = part;
            }
            let listed: Vec<Column> = found.keys().filter(|column| column.0 == name).cloned().collect();
            for column in listed {
                for one in body.split(&format!("{} = '", column.1)).skip(1) {
                    let word = one.split('\'').next().unwrap().to_owned();
                    found.get_mut(&column).unwrap().insert(word);
                }
            }
        }
    }
    found
}

/// The columns of row structs whose type is one of the enums, with its name.
fn columns() -> BTreeMap<Column, &'static str> {
    let names = enums();
    let mut found = BTreeMap::new();
    for text in texts("src/domain", ".rs") {
        for row in text.split("table_name = ").skip(1) {
            let table = last_word(row.split([')', ',']).next().unwrap()).to_owned();
            let body = row.split("\n}").next().unwrap();
            for field in body.lines().filter_map(|line| line.trim().strip_prefix("pub ")) {
                let Some((column, kind)) = field.split_once(": ") else {
                    continue;
                };
                let kind = kind
                    .trim_end_matches(',')
                    .trim_start_matches("Option<")
                    .trim_end_matches('>');
                if let Some((name, _)) = names.get_key_value(kind) {
                    found.insert((table.clone(), column.to_owned()), *name);
                }
            }
        }
    }
    found
}

#[test]
fn a_check_admits_what_its_enum_has() {
    let (checks, columns, enums) = (checks(), columns(), enums());
    assert!(checks.len() > 20 && columns.len() > 30, "columns are found");
    for (column, name) in &columns {
        if is_in(REFERRED, column) || is_in(OPEN, column) {
            assert!(!checks.contains_key(column), "{column:?} has a CHECK of its own");
            continue;
        }
        let all: Words = enums[name].iter().map(|word| (*word).to_owned()).collect();
        let admitted = checks
            .get(column)
            .unwrap_or_else(|| panic!("{column:?} has no CHECK"));
        let strange: Vec<_> = admitted.difference(&all).collect();
        assert!(
            strange.is_empty(),
            "{column:?} admits what {name} lacks: {strange:?}"
        );
        let shut: Vec<_> = all.difference(admitted).collect();
        assert_eq!(
            shut.is_empty(),
            !is_in(PARTIAL, column),
            "{column:?} shuts out of {name}: {shut:?}"
        );
    }
    let bare: Vec<_> = checks
        .keys()
        .filter(|column| !columns.contains_key(column) && !is_in(BARE, column))
        .collect();
    assert!(
        bare.is_empty(),
        "a CHECK of words that no row struct has as an enum: {bare:?}"
    );
}

#[test]
fn every_enum_of_a_column_is_compared() {
    let names = enums();
    let fields = texts("src/domain", ".rs");
    let declared = fields.iter().flat_map(|text| text.split("text_enum! {").skip(1));
    let declared: Words = declared
        .filter_map(|body| {
            body.split("pub enum ")
                .nth(1)?
                .split(' ')
                .next()
                .map(str::to_owned)
        })
        .collect();
    for text in &fields {
        for row in text.split("table_name = ").skip(1) {
            let body = row.split("\n}").next().unwrap();
            let kinds = body
                .lines()
                .filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
            for (_, kind) in kinds {
                let kind = kind
                    .trim_end_matches(',')
                    .trim_start_matches("Option<")
                    .trim_end_matches('>');
                assert!(
                    !declared.contains(kind) || names.contains_key(kind),
                    "{kind} is not in enums()"
                );
            }
        }
    }
}
