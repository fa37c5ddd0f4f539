//! What the law says, in the words people read: from the rule rows to the sentence.

use jiff::civil::date;
use tianping::{
    domain::{
        calendar::Calendar,
        dates::{Plan, Planner},
        procedure::RANDOM_REVIEW_FIRST,
        rule::Rules,
        time::Instant,
    },
    words::{Lang, say},
};

#[test]
fn a_short_period_is_refused_with_the_earliest_date_rule_and_basis() {
    let at = |text| Instant::parse_local(text).unwrap();
    let (rules, calendar) = (Rules::embedded().unwrap(), Calendar::embedded().unwrap());
    let planner = Planner::new(&rules, &RANDOM_REVIEW_FIRST, &calendar, date(2026, 6, 1)).unwrap();
    let plan = Plan {
        issued_at: at("2026-06-01T09:00"),
        documents_end_at: at("2026-06-06T09:00"),
        closes_at: at("2026-06-20T09:00"),
    };
    let refusal = planner.check(&plan, plan.issued_at).unwrap_err();
    let facts: Vec<(&str, &str)> = refusal.facts.iter().map(|(n, v)| (*n, v.as_str())).collect();
    for (lang, sentence) in [
        (
            Lang::Zh,
            "递交截止时间太早：最早为 2026-06-21 00:00（规则 Z14R，参照招标投标法 24；本地限额以下工程交易规则）。",
        ),
        (
            Lang::En,
            "The deadline is too early: the earliest is 2026-06-21 00:00 (rule Z14R, 参照招标投标法 24；本地限额以下工程交易规则).",
        ),
    ] {
        assert_eq!(say(lang, "refusal-dates-too-early", &facts), sentence);
    }
}
