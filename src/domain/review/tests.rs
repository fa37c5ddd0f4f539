//! Majorities, dissent and what a rejection must say.

use super::*;
use crate::domain::money::Fen;

fn review(alias: &str, rank: i64) -> Review {
    Review {
        id: alias.to_lowercase().as_str().into(),
        panel_id: "p".into(),
        lot_id: "l".into(),
        bidder: format!("X{alias}"),
        alias: alias.into(),
        rank,
        outcome: Outcome::Pending,
        by_program: false,
        clause: String::new(),
        reason: String::new(),
        n_pass: 0,
        n_reject: 0,
        decided_at: None,
    }
}

fn pass(bid: &str) -> Mark {
    Mark {
        bid: bid.into(),
        passed: true,
        clause: String::new(),
        reason: String::new(),
    }
}

fn reject(bid: &str, clause: &str, reason: &str) -> Mark {
    Mark {
        bid: bid.into(),
        passed: false,
        clause: clause.into(),
        reason: reason.into(),
    }
}

fn criteria() -> Vec<Criterion> {
    ["3.1", "3.2"]
        .map(|clause| Criterion {
            clause: clause.into(),
            text: "资质".into(),
        })
        .to_vec()
}

#[test]
fn marks_need_a_published_clause_and_a_reason() {
    let asked = BTreeSet::from(["B001", "B002"]);
    let check = |marks: &[Mark], expected: Result<(), (&str, Option<&str>)>| {
        let found = check_marks(marks, &asked, &criteria());
        let found = found.map_err(|refusal| (refusal.reason.code, refusal.field));
        assert_eq!(
            found,
            expected.map_err(|(code, field)| (code, field.map(str::to_owned)))
        );
    };
    check(&[pass("B001"), reject("B002", "3.1", "无资质")], Ok(()));
    check(&[], Ok(()));
    check(&[pass("B003")], Err(("review.unknown_bid", None)));
    check(&[pass("B001"), pass("B001")], Err(("review.twice", None)));
    check(
        &[reject("B001", "9.9", "x")],
        Err(("review.clause", Some("clause_B001"))),
    );
    check(
        &[reject("B001", "", "x")],
        Err(("review.clause", Some("clause_B001"))),
    );
    check(
        &[reject("B001", "3.1", " ")],
        Err(("review.no_reason", Some("reason_B001"))),
    );
    let long = "长".repeat(1001);
    check(
        &[reject("B001", "3.1", &long)],
        Err(("review.no_reason", Some("reason_B001"))),
    );
}

#[test]
fn later_marks_replace_earlier_ones() {
    let before = vec![pass("B002"), pass("B001")];
    let after = merge(before, vec![reject("B001", "3.1", "x"), pass("B003")]);
    let found: Vec<(&str, bool)> = after
        .iter()
        .map(|mark| (mark.bid.as_str(), mark.passed))
        .collect();
    assert_eq!(found, [("B001", false), ("B002", true), ("B003", true)]);
}

#[test]
fn the_majority_decides_once_all_have_marked() {
    let ballots = |marks: &[Mark], n| Ballots::new(n, marks.iter().map(|mark| vec![mark.clone()]).collect());
    let (yes, no) = (pass("B001"), reject("B001", "3.1", "无资质"));
    let other = reject("B001", "3.2", "业绩不足");
    let check = |marks: &[Mark], n, expected: Option<(bool, &str, i64, i64)>| {
        let found = ballots(marks, n).decision("B001");
        let found = found.map(|d| (d.passed, d.clause, d.n_pass, d.n_reject));
        assert_eq!(found, expected.map(|(p, c, a, b)| (p, c.to_owned(), a, b)));
    };
    let (y, n, o) = (&yes, &no, &other);
    check(&[y, y, y, n].map(Clone::clone), 5, None);
    check(&[y, y, y, n, n].map(Clone::clone), 5, Some((true, "", 3, 2)));
    check(&[y, n, o, n, y].map(Clone::clone), 5, Some((false, "3.1", 2, 3)));
    check(&[o, n, o, n, y].map(Clone::clone), 5, Some((false, "3.2", 1, 4)));
    check(&[n, o, o, n, y].map(Clone::clone), 5, Some((false, "3.1", 1, 4)));
    check(&[y, y, y, y, y].map(Clone::clone), 5, Some((true, "", 5, 0)));
    assert_eq!(ballots(&[yes], 1).decision("B002"), None);
}

#[test]
fn before_the_draw_every_bid_is_asked_for_but_those_the_program_rejected() {
    let mut reviews = vec![review("B002", 0), review("B001", 0), review("B003", 0)];
    reviews[2].by_program = true;
    let ballots = Ballots::new(1, vec![]);
    let found: Vec<&str> = asked(&reviews, &ballots, ReviewOrder::BeforeRanking, 1)
        .iter()
        .map(|review| review.alias.as_str())
        .collect();
    assert_eq!(found, ["B001", "B002"]);
    let refusal = lines(&reviews, &ballots, ReviewOrder::BeforeRanking, 1).unwrap_err();
    assert_eq!(
        (refusal.reason.code, refusal.facts[0].1.as_str()),
        ("review.incomplete", "2")
    );
}

#[test]
fn after_the_draw_the_drawn_are_asked_for_in_order_until_enough_pass() {
    let reviews = [
        review("B003", 1),
        review("B001", 2),
        review("B004", 3),
        review("B002", 4),
    ];
    let check = |marks: &[Mark], n, expected: &[&str]| {
        let ballots = Ballots::new(1, vec![marks.to_vec()]);
        let found: Vec<&str> = asked(&reviews, &ballots, ReviewOrder::AfterRanking, n)
            .iter()
            .map(|review| review.alias.as_str())
            .collect();
        assert_eq!(found, expected);
    };
    let no = |bid| reject(bid, "3.1", "x");
    check(&[], 1, &["B003"]);
    check(&[], 3, &["B003", "B001", "B004"]);
    check(&[no("B003")], 1, &["B003", "B001"]);
    check(&[no("B003"), pass("B001")], 1, &["B003", "B001"]);
    check(
        &[no("B003"), no("B001"), no("B004")],
        3,
        &["B003", "B001", "B004", "B002"],
    );
    check(
        &[no("B003"), no("B001"), no("B004"), no("B002")],
        1,
        &["B003", "B001", "B004", "B002"],
    );
}

#[test]
fn the_report_names_every_bid_decided() {
    let mut reviews = vec![review("B001", 0), review("B002", 0), review("B003", 0)];
    reviews[2].by_program = true;
    reviews[2].clause = "封标协议 A.7 E-ENV".into();
    let sheet = || vec![pass("B001"), reject("B002", "3.1", "无资质")];
    let ballots = Ballots::new(3, vec![sheet(), sheet(), sheet()]);
    let lines = lines(&reviews, &ballots, ReviewOrder::BeforeRanking, 3).unwrap();
    let found: Vec<(&str, Outcome, &str, i64)> = lines
        .iter()
        .map(|line| {
            (
                line.alias.as_str(),
                line.outcome,
                line.clause.as_str(),
                line.n_reject,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("B001", Outcome::Passed, "", 0),
            ("B002", Outcome::Rejected, "3.1", 3),
            ("B003", Outcome::Rejected, "封标协议 A.7 E-ENV", 0),
        ]
    );
}

#[test]
fn a_signature_is_given_once_and_a_dissent_in_writing() {
    let check = |signed, opinion, why: &str, expected: Result<(), &str>| {
        let found = check_signature(signed, opinion, why);
        assert_eq!(found.map_err(|refusal| refusal.reason.code), expected);
    };
    check(false, Opinion::Agrees, "", Ok(()));
    check(false, Opinion::Dissents, "评审依据不足", Ok(()));
    check(false, Opinion::Dissents, " ", Err("review.no_dissent"));
    check(false, Opinion::Presumed, "", Err("review.no_dissent"));
    check(true, Opinion::Agrees, "", Err("review.signed"));
}

#[test]
fn eight_hundred_bids_have_aliases_that_sort() {
    let aliases = aliases(800);
    assert_eq!((aliases[0].as_str(), aliases[799].as_str()), ("B001", "B800"));
    assert!(aliases.is_sorted());
}

#[test]
fn the_program_rejects_what_did_not_open_and_what_is_above_the_ceiling() {
    let bid = |code: Option<&str>, total: Option<i64>| OpenedBid {
        id: "o".into(),
        bid_id: "b".into(),
        lot_id: "l".into(),
        organisation_id: "x".into(),
        bidder: "X".into(),
        code: code.map(str::to_owned),
        total_fen: total.map(Fen),
        days: None,
        quality: None,
        manager: None,
        note: None,
    };
    let check = |bid: &OpenedBid, expected: Option<&str>| {
        let found = fault(bid.code.as_deref(), bid.total_fen, Fen(100));
        assert_eq!(found.as_ref().map(|(_, reason)| reason.as_str()), expected);
    };
    check(&bid(None, Some(100)), None);
    check(&bid(None, Some(101)), Some("word:review-program-ceiling"));
    check(&bid(None, None), Some("word:review-program-no-price"));
    check(&bid(Some("E-HEAD"), None), Some("word:review-program-unopened"));
    check(
        &bid(Some("E-HASH"), Some(1)),
        Some("word:review-program-unopened"),
    );
}
