//! When each kind of objection may be raised, answered, and what it holds up.

use super::*;
use crate::domain::{
    actor::{Grant, Person},
    calendar::Calendar,
    money::Fen,
    procedure::{RANDOM_REVIEW_FIRST, Trade},
    rule::Rules,
    tender::{Funding, sample_lot},
    time::MINUTE,
};

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

fn lot(stage: Stage) -> Lot {
    Lot {
        stage,
        objection_span: 10 * MINUTE,
        issued_at: Some(at("2026-06-01 09:00")),
        closes_at: Some(at("2026-06-22 09:00")),
        standstill_until_at: Some(at("2026-07-04 00:00")),
        ..sample_lot()
    }
}

/// The refusal's code, or until when a reply is due.
fn admit(kind: ObjectionKind, stage: Stage, has_bid: bool, now: &str) -> Result<String, &'static str> {
    let (rules, calendar) = (Rules::embedded().unwrap(), Calendar::embedded().unwrap());
    let on = at("2026-06-01 09:00").date();
    let planner = Planner::new(&rules, &RANDOM_REVIEW_FIRST, &calendar, on).unwrap();
    kind.admit(&lot(stage), &planner, has_bid, at(now))
        .map(|due| due.unwrap().at.local())
        .map_err(|refusal| refusal.reason.code)
}

/// Kind, stage, whether one has a bid, now, and the time for the reply or the code of the refusal.
const TIMES: &str = "
# Z17R: ten days before 06-22; Z19R: three days, no bid is needed
documents | open | - | 2026-06-05 10:00 | 2026-06-09 00:00
documents | open | - | 2026-06-11 23:59 | 2026-06-16 00:00
documents | open | bid | 2026-06-13 00:00 | dates.too_late
documents | closing | bid | 2026-06-05 10:00 | act.wrong_stage
opening | open | bid | 2026-06-05 10:00 | act.wrong_stage
opening | closing | bid | 2026-06-22 09:01 | 2026-06-22 09:11
opening | opened | bid | 2026-06-22 09:30 | 2026-06-22 09:40
opening | opened | - | 2026-06-22 09:30 | objection.not_a_party
opening | evaluation | bid | 2026-06-22 11:00 | act.wrong_stage
list | award_draw | bid | 2026-06-23 09:00 | 2026-06-23 09:10
list | coefficient_draw | bid | 2026-06-23 09:00 | 2026-06-23 09:10
list | standstill | bid | 2026-06-23 09:00 | act.wrong_stage
# Z83R: within the standstill; three days, to the end of a working day
result | standstill | bid | 2026-07-01 10:00 | 2026-07-07 00:00
result | standstill | bid | 2026-07-03 23:59 | 2026-07-07 00:00
result | standstill | bid | 2026-07-04 00:00 | objection.over
result | standstill | - | 2026-07-01 10:00 | objection.not_a_party
result | awarded | bid | 2026-07-01 10:00 | act.wrong_stage
";

#[test]
fn each_kind_has_its_time_and_its_reply() {
    let rows = TIMES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [kind, stage, bid, now, wanted] = cells.as_slice() else {
            panic!("{row}");
        };
        let found = admit(kind.parse().unwrap(), stage.parse().unwrap(), *bid == "bid", now);
        assert_eq!(found.unwrap_or_else(str::to_owned), *wanted, "{row}");
    }
}

fn tender() -> Tender {
    Tender {
        id: "tender".into(),
        number: "n".into(),
        name: "t".into(),
        trade: Trade::Construction,
        owner_id: "owner".into(),
        agency_id: Some("agency".into()),
        region: "350203".into(),
        funding: Funding::Private,
        contract: crate::domain::guard::ContractKind::Works,
        budget_share: 0,
        budget_fen: None,
        public_interest: None,
        is_procurement: false,
        project_sum_fen: Fen(0),
        basis_id: None,
        summary: String::new(),
        parties: None,
        drafted_by: "p".into(),
        drafted_at: Instant(0),
        published_at: None,
        version: 1,
    }
}

fn person(role: Role, organisation: &str, region: &str) -> Actor {
    Actor::Person(Person {
        account: "p".into(),
        session: "s".into(),
        name: "p".into(),
        grants: vec![Grant {
            role,
            organisation: Some(organisation.into()),
            position: None,
            region: region.into(),
        }],
    })
}

#[test]
fn who_may_reply() {
    let table = [
        (person(Role::Owner, "owner", "350000"), true, true),
        (person(Role::Agency, "agency", "350000"), true, true),
        (person(Role::Owner, "other", "350000"), false, false),
        (person(Role::Agency, "owner", "350000"), false, false),
        (person(Role::Bidder, "owner", "350000"), false, false),
        (person(Role::CentreOperator, "centre", "350200"), false, true),
        (person(Role::CentreOperator, "centre", "350100"), false, false),
        (Actor::Public, false, false),
    ];
    for (i, (actor, always, on_the_spot)) in table.into_iter().enumerate() {
        for kind in ObjectionKind::ALL {
            let wanted = if kind.is_on_the_spot() {
                on_the_spot
            } else {
                always
            };
            assert_eq!(kind.may_reply(&actor, &tender()), wanted, "row {i} {kind}");
        }
    }
}

fn objection(kind: ObjectionKind) -> Objection {
    Objection {
        id: "o".into(),
        lot_id: "lot".into(),
        kind,
        organisation_id: "bidder".into(),
        account_id: "p".into(),
        text: "why".into(),
        raised_at: Instant(0),
        due_at: None,
        reply: None,
        replied_by: None,
        replied_at: None,
    }
}

#[test]
fn nobody_is_told_who_objects_to_the_documents() {
    let mut documents = objection(ObjectionKind::Documents);
    assert!(!documents.is_visible(false) && documents.is_visible(true));
    documents.answer("because", &"q".into(), Instant(1)).unwrap();
    assert!(documents.is_visible(false), "the answer is for everybody");
    assert!(!documents.is_named(true) && !documents.is_named(false));
    let result = objection(ObjectionKind::Result);
    assert!(result.is_visible(false) && result.is_named(true) && !result.is_named(false));
}

#[test]
fn a_reply_is_given_once() {
    let mut objection = objection(ObjectionKind::Result);
    let refused = |answer: Lawful<()>| answer.unwrap_err().reason.code;
    for bad in ["", "  \n ", "a\u{0}b", &"字".repeat(TEXT_MAX + 1)] {
        assert_eq!(
            refused(objection.answer(bad, &"q".into(), Instant(1))),
            "field.bad"
        );
    }
    objection.answer(" because ", &"q".into(), Instant(1)).unwrap();
    assert_eq!(
        (objection.reply.as_deref(), objection.replied_at),
        (Some("because"), Some(Instant(1)))
    );
    assert_eq!(
        refused(objection.answer("again", &"q".into(), Instant(2))),
        "objection.replied"
    );
    assert_eq!(objection.reply.as_deref(), Some("because"));
}

#[test]
fn what_waits_is_held() {
    must_be_answered(ObjectionKind::Result, 0).unwrap();
    let refusal = must_be_answered(ObjectionKind::Result, 2).unwrap_err();
    assert_eq!(refusal.reason.code, "objection.waits");
    assert!(
        refusal
            .facts
            .contains(&("kind", "word:objection-kind-result".into()))
    );
}

#[test]
fn until_when_it_may_be_raised_is_known_where_a_date_bounds_it() {
    let (rules, calendar) = (Rules::embedded().unwrap(), Calendar::embedded().unwrap());
    let on = at("2026-06-01 09:00").date();
    let planner = Planner::new(&rules, &RANDOM_REVIEW_FIRST, &calendar, on).unwrap();
    let ends = |kind: ObjectionKind, stage| {
        let until = kind.ends(&lot(stage), &planner).unwrap();
        until.map(Instant::local)
    };
    let (documents, result) = (ObjectionKind::Documents, ObjectionKind::Result);
    // the first instants at which the table above refuses
    assert_eq!(ends(documents, Stage::Open).as_deref(), Some("2026-06-13 00:00"));
    assert_eq!(
        ends(result, Stage::Standstill).as_deref(),
        Some("2026-07-04 00:00")
    );
    assert_eq!(
        (ends(documents, Stage::Closing), ends(result, Stage::Awarded)),
        (None, None)
    );
    assert_eq!(ends(ObjectionKind::Opening, Stage::Opened), None);
    assert_eq!(ends(ObjectionKind::List, Stage::AwardDraw), None);
}
