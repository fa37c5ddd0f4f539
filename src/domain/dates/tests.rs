//! The planner's tables: refusals in order, windows, extensions, standstills.

use super::*;
use crate::domain::procedure::RANDOM_REVIEW_FIRST;
use jiff::civil::date;
use proptest::prelude::*;

fn rules(edit: impl Fn(&mut Rule)) -> Rules {
    let mut rows = Rules::embedded().unwrap().rows().to_vec();
    rows.iter_mut().for_each(edit);
    Rules::of(rows).unwrap()
}

fn with<T>(edit: impl Fn(&mut Rule), test: impl FnOnce(Planner<'_>) -> T) -> T {
    let (rules, calendar) = (rules(edit), Calendar::embedded().unwrap());
    test(Planner::new(&rules, &RANDOM_REVIEW_FIRST, &calendar, date(2026, 6, 1)).unwrap())
}

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

const ISSUED: &str = "2026-06-01T09:00";

fn plan(documents_end: &str, closes: &str) -> Plan {
    Plan {
        issued_at: at(ISSUED),
        documents_end_at: at(documents_end),
        closes_at: at(closes),
    }
}

#[test]
fn refusals_in_order_name_the_earliest_date_rule_and_basis() {
    let check = |plan: Plan, code: &str, facts: &[(&str, &str)]| {
        let refusal = with(|_| (), |planner| planner.check(&plan, at(ISSUED)).unwrap_err());
        assert_eq!(refusal.reason.code, code);
        for fact in facts {
            assert!(
                refusal
                    .facts
                    .iter()
                    .any(|(name, value)| (*name, value.as_str()) == *fact),
                "{refusal:?}"
            );
        }
    };
    let mut past = plan("2026-06-06T17:00", "2026-06-21T09:00");
    past.issued_at = past.issued_at.plus(-1);
    check(past, "dates.in_the_past", &[("now", "2026-06-01 09:00")]);
    let mut odd = plan("2026-06-02T17:00", "2026-06-21T09:00");
    odd.closes_at = odd.closes_at.plus(1);
    check(odd, "dates.whole_minute", &[]);
    let short_supply = plan("2026-06-05T23:59", "2026-06-20T09:00");
    check(
        short_supply,
        "dates.too_early",
        &[("rule", "Z12R"), ("earliest", "2026-06-06 00:00")],
    );
    let early = plan("2026-06-06T00:00", "2026-06-20T23:59");
    check(
        early,
        "dates.too_early",
        &[
            ("rule", "Z14R"),
            ("earliest", "2026-06-21 00:00"),
            ("basis", "参照招标投标法 24；本地限额以下工程交易规则"),
            ("moment", "closes_at"),
        ],
    );
    let next_year = plan("2026-06-06T00:00", "2026-12-30T09:00");
    check(next_year, "calendar.year_unpublished", &[("year", "2027")]);
}

#[test]
fn a_lawful_plan_shows_where_it_leads() {
    with(
        |_| (),
        |planner| {
            let plan = plan("2026-06-06T17:00", "2026-06-21T09:00");
            let outlook = planner.check(&plan, at(ISSUED)).unwrap();
            for (bound, before, rule) in [
                (outlook.objection_before, "2026-06-12 00:00", "Z17R"), // until the end of 06-11
                (outlook.addendum_before, "2026-06-07 00:00", "Z15R"),  // until the end of 06-06
                (outlook.standstill_ends_at, "2026-06-25 00:00", "Z81R"), // 06-24 works
            ] {
                let bound = bound.unwrap();
                assert_eq!(
                    (bound.at.local().as_str(), bound.rule.id.as_str()),
                    (before, rule)
                );
            }
        },
    );
}

#[test]
fn full_days_is_a_setting_of_the_row() {
    let strict = |rule: &mut Rule| {
        if rule.id == "Z14R" {
            rule.counting = Counting::FullDays;
        }
    };
    with(strict, |planner| {
        let refusal = planner
            .check(&plan("2026-06-06T17:00", "2026-06-21T09:00"), at(ISSUED))
            .unwrap_err();
        assert!(
            refusal
                .facts
                .contains(&("earliest", "2026-06-22 00:00".to_owned()))
        );
    });
}

#[test]
fn an_addendum_moves_the_deadline_when_the_rest_is_short() {
    with(
        |_| (),
        |planner| {
            let extended = |addendum: &str| {
                let bound = planner.extension(at("2026-06-21T09:30"), at(addendum)).unwrap();
                bound.map(|bound| (bound.at.local(), bound.rule.id.clone()))
            };
            assert_eq!(extended("2026-06-06T23:59"), None);
            assert_eq!(
                extended("2026-06-07T00:00"),
                Some(("2026-06-22 09:30".into(), "Z15R".into()))
            );
            assert_eq!(
                extended("2026-06-20T10:00"),
                Some(("2026-07-05 09:30".into(), "Z15R".into()))
            );
        },
    );
}

#[test]
fn windows_of_objection_and_reply() {
    with(
        |_| (),
        |planner| {
            let closes = at("2026-06-21T09:00");
            let object =
                |now| planner.require_before(Moment::DocumentsObjected, at(now), Moment::ClosesAt, closes);
            assert!(object("2026-06-11T23:59").is_ok());
            let refusal = object("2026-06-12T00:00").unwrap_err();
            assert_eq!(refusal.reason.code, "dates.too_late");
            assert!(
                refusal.facts.contains(&("latest", "2026-06-11 23:59".to_owned())),
                "{refusal:?}"
            );
            let due = |from, at_text, of| planner.due(from, at(at_text), of).unwrap().unwrap().at.local();
            let answer = due(Moment::ResultObjected, "2026-09-30T10:00", Moment::ResultAnswered);
            assert_eq!(
                answer, "2026-10-09 00:00",
                "3 days end on 10-03, which rolls to 10-08"
            );
            let opened = due(Moment::ClosesAt, "2026-06-21T09:00", Moment::Opened);
            assert_eq!(opened, "2026-06-21 09:30");
            let decided = due(
                Moment::ComplaintFiled,
                "2026-09-24T10:00",
                Moment::ComplaintAccepted,
            );
            assert_eq!(decided, "2026-10-01 00:00", "3 working days: 09-28, 09-29, 09-30");
        },
    );
}

#[test]
fn a_standstill_ends_with_a_working_day() {
    with(
        |_| (),
        |planner| {
            for (begins, ends) in [
                ("2026-06-01T16:00", "2026-06-05 00:00"),
                ("2026-06-03T16:00", "2026-06-09 00:00"), // 06-06 is a Saturday: through Monday 06-08
                ("2026-09-17T08:00", "2026-09-21 00:00"), // 09-20 is a Sunday that works
                ("2026-09-22T08:00", "2026-09-29 00:00"), // 09-25 to 09-27 rest
            ] {
                assert_eq!(
                    planner.standstill_ends(at(begins)).unwrap().unwrap().at.local(),
                    ends
                );
            }
        },
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cutoff_and_extension_agree(minutes in 0_i64..200_000, gap in 0_i64..60_000) {
        with(|_| (), |planner| {
            let addendum = at("2025-02-01T00:00").plus(minutes * MINUTE);
            let closes = addendum.plus(gap * MINUTE);
            let cutoff = planner.cutoff(Moment::AddendumIssued, Moment::ClosesAt, closes).unwrap().unwrap();
            let extension = planner.extension(closes, addendum).unwrap();
            assert_eq!(addendum < cutoff.at, extension.is_none());
            if let Some(bound) = extension {
                assert!(bound.at > closes, "only ever later");
                assert!(planner.extension(bound.at, addendum).unwrap().is_none(), "once is enough");
            }
        });
    }
}
