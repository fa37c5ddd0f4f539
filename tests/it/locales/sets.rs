//! The sets of words: each set of message keys `<set>-<word>` with the real list behind it.
//!
//! In: the enums of the law, the lists that stand in the templates' loops. Out: every key that a set
//! can say. Never: a prefix that pardons whatever stands behind it.

use std::collections::BTreeSet;

use tianping::{
    app::{
        desk::{draft::DraftWork, session::SessionWork},
        leaving::LeavingKind,
        project::Tab,
        review::work::PanelWork,
        tender::desk::Status as TaskStatus,
    },
    domain::{
        account::OrganisationKind,
        act::DUTIES,
        actor::{AccountKind, Position, Power, Role},
        announcement::AnnouncementKind,
        award::{Cause, hall::SessionItem},
        bid::{BidAct, BidState},
        ceremony::KeysetState,
        consent::Matter,
        draw::{DrawPurpose, DrawState},
        duty::DutyKind,
        expert::Standing,
        guard::{ContractKind, FairReview},
        method::AwardPrice,
        notice,
        objection::ObjectionKind,
        panel::{PanelState, SeatKind, SeatState},
        procedure::{PROCEDURES, ReviewOrder, Stage, Trade},
        review::{Opinion, Outcome},
        rule,
        tender::Funding,
    },
    http::guide::Help,
};

/// The words of an enum.
macro_rules! all {
    ($of:ty) => {
        <$of>::ALL.iter().map(|one| one.word()).collect::<Vec<_>>()
    };
}

fn stages(without: &[Stage]) -> Vec<&'static str> {
    let all = Stage::ALL.iter().filter(|stage| !without.contains(stage));
    all.map(|stage| stage.word()).collect()
}

fn without(one: &str, mut words: Vec<&'static str>) -> Vec<&'static str> {
    words.retain(|word| *word != one);
    words
}

/// Those whose words an enum has.
fn of_enums() -> Vec<(&'static str, Vec<&'static str>)> {
    use Stage::{Closing, Draft, Open, Withdrawn};
    vec![
        ("account-kind", all!(AccountKind)),
        ("act", DUTIES.iter().map(|duty| duty.name).collect()),
        ("announcement", all!(AnnouncementKind)),
        ("award-cause", all!(Cause)),
        // the page of a result stands from the opening on
        ("award-is", stages(&[Draft, Open, Closing, Withdrawn])),
        ("award-price", all!(AwardPrice)),
        ("bid-act", all!(BidAct)),
        ("bid-state", all!(BidState)),
        ("consent-by", all!(Matter)),
        ("consent-matter", all!(Matter)),
        ("consent-waits", all!(Matter)),
        ("contract", all!(ContractKind)),
        ("draw-purpose", all!(DrawPurpose)),
        ("expert-standing", all!(Standing)),
        (
            "end",
            vec![
                AnnouncementKind::Termination.word(),
                AnnouncementKind::Withdrawal.word(),
            ],
        ),
        ("fair-review", all!(FairReview)),
        ("funding", all!(Funding)),
        ("hall-draw-state", all!(DrawState)),
        ("hall-item", all!(SessionItem)),
        ("hall-keys", all!(KeysetState)),
        ("hold-state", all!(KeysetState)),
        ("leaving", all!(LeavingKind)),
        ("leaving-end", all!(LeavingKind)),
        ("owed", all!(DutyKind)),
        ("notice-kind", all!(notice::Kind)),
        ("notice-sort", all!(notice::Sort)),
        ("notice-time", all!(notice::Span)),
        ("objection-kind", all!(ObjectionKind)),
        ("objection-when", all!(ObjectionKind)),
        ("organisation-kind", all!(OrganisationKind)),
        ("panel-kind", all!(SeatKind)),
        ("panel-seat", all!(SeatState)),
        ("panel-state", all!(PanelState)),
        // an act that any position but the administrator may do asks for one of business
        ("position", [all!(Position), vec!["business"]].concat()),
        ("power", all!(Power)),
        ("project-is", stages(&[])),
        ("project-step", stages(&[Draft])),
        ("project-tab", all!(Tab)),
        ("review-opinion", all!(Opinion)),
        ("review-order", all!(ReviewOrder)),
        ("review-outcome", all!(Outcome)),
        ("role", all!(Role)),
        // a row that is only a fact has no figure to show
        ("rule-kind", without("fact", all!(rule::Kind))),
        ("rule-phase", all!(rule::Phase)),
        ("rule-status", all!(rule::Status)),
        ("rule-unit", without("none", all!(rule::Unit))),
        ("stage", stages(&[])),
        ("owed", all!(PanelWork)),
        ("owed", all!(SessionWork)),
        ("owed", all!(DraftWork)),
        // the rows of the rules under which the lots of a procedure fail, in small letters
        ("failed", failures()),
        ("trade", [all!(Trade), vec!["all"]].concat()),
        ("help-title", helped().map(|(role, _)| role.word()).collect()),
        ("project-next", vec![Open.word(), Stage::Standstill.word()]),
        ("task", [all!(TaskStatus), vec!["overdue", "soon"]].concat()),
    ]
}

fn failures() -> Vec<&'static str> {
    let rules = PROCEDURES
        .iter()
        .flat_map(|one| [one.n_bidders_min, one.n_qualified_min]);
    rules.map(|rule| &*rule.to_lowercase().leak()).collect()
}

/// The roles that help has a chapter for, with the number of its steps.
fn helped() -> impl Iterator<Item = (Role, usize)> {
    let help = Help { roles: Vec::new() };
    let chapters = Role::ALL.iter().map(move |role| (*role, *help.steps(role).end()));
    chapters.filter(|(_, n)| *n > 0)
}

/// Those whose words stand in the code as literals; each is looked for there.
const OF_CODE: &[(&str, &[&str])] = &[
    ("award-draw", &["coefficient", "order"]),
    (
        "award-fate",
        &[
            "unopened",
            "above_ceiling",
            "rejected",
            "unreviewed",
            "below_band",
            "above_band",
            "qualified",
        ],
    ),
    ("codes", &["region", "specialty"]),
    ("hall-paper", &["balls", "voiding"]),
    ("hold-duty", &["op", "sup", "upper", "ten"]),
    ("hold-status", &["overdue", "soon", "todo", "waits"]),
    (
        "hold-what",
        &[
            "ack",
            "call",
            "canary",
            "contribution",
            "items",
            "key",
            "release",
            "share",
        ],
    ),
    ("journal-status", &["ok", "stopped"]),
    ("key-duty", &["op", "sup", "upper", "ten", "agency"]),
    ("key-stage", &["docs", "price", "draw0", "draw1", "draw2"]),
    (
        "missing",
        &["ack", "canary", "ceremony", "contribution", "earlier", "key"],
    ),
    (
        "panel-record",
        &["form", "library", "number", "panel", "request", "size"],
    ),
    ("review-program", &["ceiling", "no-price", "unopened"]),
    ("seal-check-warning", &["bid", "contribution"]),
    ("seal-content", &["bid", "contribution"]),
    ("seal-send-warning", &["bid", "contribution"]),
    ("seal-title", &["bid", "contribution"]),
    ("seal-trust-why", &["bid", "contribution"]),
];

/// Those that say yes and no.
const OF_BOOLS: &[&str] = &["document-out", "panel-done", "project-yes"];

/// The words of a loop over literals that encloses `f.word("set", name)`, with the set.
fn of_loops(templates: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut before = String::new();
    for (i, part) in templates.split("f.word(\"").enumerate() {
        if i > 0 {
            let (set, rest) = part.split_once('"').unwrap();
            let name = rest.trim_start_matches(", ").split(')').next().unwrap();
            if let Some((_, list)) = before.rsplit_once(&format!("for {name} in ["))
                && let Some((words, between)) = list.split_once(']')
                && !between.contains("endfor")
            {
                let words = words.split('"').skip(1).step_by(2).map(str::to_owned);
                found.push((set.to_owned(), words.collect()));
            }
        }
        before.push_str(part);
    }
    found
}

/// Every set with its words.
pub fn all(templates: &str) -> Vec<(String, Vec<String>)> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut sets: Vec<(String, Vec<String>)> = of_enums()
        .iter()
        .map(|(set, words)| ((*set).to_owned(), owned(words)))
        .collect();
    sets.extend(
        OF_CODE
            .iter()
            .map(|(set, words)| ((*set).to_owned(), owned(words))),
    );
    let bools = ["true", "false"];
    sets.extend(OF_BOOLS.iter().map(|set| ((*set).to_owned(), owned(&bools))));
    sets.extend(helped().map(|(role, n)| {
        let steps = (1..=n).map(|step| step.to_string());
        (format!("help-{}", role.word().replace('_', "-")), steps.collect())
    }));
    sets.extend(of_loops(templates));
    sets
}

/// The words of `OF_CODE` that no code has.
pub fn unwritten(code: &BTreeSet<String>) -> Vec<String> {
    let all = OF_CODE
        .iter()
        .flat_map(|(set, words)| words.iter().map(move |word| (set, word)));
    all.filter(|(_, word)| !code.contains(**word))
        .map(|(set, word)| format!("{set}-{word}"))
        .collect()
}

/// The sets that templates and code ask for.
pub fn called(text: &str) -> BTreeSet<String> {
    let literal = |after: &str| after.split('"').next().unwrap().to_owned();
    let mut found = BTreeSet::new();
    for call in ["f.word(\"", "f.word_key(\"", "facts::tag(\"", "self.word(\""] {
        found.extend(text.split(call).skip(1).map(literal));
    }
    for call in [
        "form::select(",
        "form::radios(",
        "steps::task(",
        "steps::due(",
        "call pills(",
    ] {
        for after in text.split(call).skip(1) {
            // the set is the third argument
            let arguments = after.split("%}").next().unwrap();
            found.insert(third(arguments).trim_matches('"').to_owned());
        }
    }
    for after in text.split("\"word:").skip(1) {
        if let Some((set, _)) = after.split('"').next().unwrap().split_once("-{") {
            found.insert(set.to_owned());
        }
    }
    found
}

/// The third argument of a call, none of whose first three has a comma outside brackets.
fn third(arguments: &str) -> &str {
    let (mut depth, mut n, mut from) = (0, 0, 0);
    for (at, c) in arguments.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                n += 1;
                if n == 3 {
                    return arguments[from..at].trim();
                }
                from = at + 1;
            }
            _ => {}
        }
    }
    panic!("fewer than three arguments: {arguments}")
}
