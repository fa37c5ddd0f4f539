//! The guard's tables, and the law that nothing unlocks works which must be tendered.

use super::*;
use proptest::prelude::*;

type Flaw = fn(&mut LocalBasis);

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

fn region(code: &str) -> Region {
    Region::parse(code, "region").unwrap()
}

fn basis() -> LocalBasis {
    LocalBasis {
        document_no: "厦建筑〔2023〕12号".to_owned(),
        title: "限额以下工程交易规则".to_owned(),
        issued_at: at("2023-03-01T00:00"),
        valid_from_at: at("2023-04-01T00:00"),
        valid_until_at: Some(at("2028-04-01T00:00")),
        cap_fen: Fen(400_000_000),
        trade: Trade::Construction,
        region: region("350200"),
        review: FairReview::Passed,
    }
}

/// Lawful works, changed, on a basis, changed; the code of the refusal or the codes of the warnings.
fn check(
    change: impl FnOnce(&mut Works<'_>),
    amend: impl FnOnce(&mut LocalBasis),
    expected: Result<&[&str], &str>,
) -> Option<Refusal> {
    let (mut basis, place) = (basis(), region("350203"));
    amend(&mut basis);
    let mut works = Works {
        trade: Trade::Construction,
        region: &place,
        contract: ContractKind::Works,
        ceiling: Fen(399_999_999),
        project_sum: Fen(399_999_999),
        funding: &[Funding::Private],
        budget: None,
        budget_share: 0,
        is_public_interest: false,
        is_procurement: false,
        order: ReviewOrder::AfterRanking,
        basis: Some(&basis),
    };
    change(&mut works);
    let found = permit(&works, &Rules::embedded().unwrap(), at("2026-06-01T09:00"));
    let codes = found
        .as_ref()
        .map(|all| all.iter().map(|w| w.reason.code).collect::<Vec<_>>());
    assert_eq!(codes.as_deref().map_err(|refusal| refusal.reason.code), expected);
    found.err()
}

fn fact(refusal: &Refusal, name: &str) -> String {
    refusal.facts.iter().find(|(n, _)| *n == name).unwrap().1.clone()
}

#[test]
fn must_tender_names_scope_rule_and_threshold() {
    check(|_| (), |_| (), Ok(&[]));
    // private works are out of the scope of tendering at any price; the cap of the basis holds them
    check(
        |w| w.ceiling = Fen(900_000_000),
        |b| b.cap_fen = Fen(900_000_001),
        Ok(&[]),
    );
    for (funding, share, budget, scope) in [
        (Funding::StateEnterprise, 0, None, Some("Z01S")),
        (Funding::ForeignAid, 0, None, Some("Z01F")),
        (Funding::Budget, 10, Some(Fen(200_000_000)), Some("Z01")),
        (Funding::Budget, 10, None, Some("Z01")),
        (Funding::Private, 10, None, Some("Z01")),
        (Funding::Budget, 9, Some(Fen(200_000_000)), None),
        (Funding::Budget, 10, Some(Fen(199_999_999)), None),
        (Funding::Collective, 0, None, None),
    ] {
        let change = |w: &mut Works<'_>| {
            w.funding = Box::leak(Box::new([Funding::Private, funding]));
            (w.budget_share, w.budget, w.ceiling) = (share, budget, Fen(400_000_000));
        };
        let cap = |b: &mut LocalBasis| b.cap_fen = Fen::MAX;
        match scope {
            Some(scope) => {
                let refusal = check(change, cap, Err("guard.must_tender")).unwrap();
                assert_eq!(fact(&refusal, "scope"), scope);
                assert_eq!(fact(&refusal, "rule"), "Z02");
                assert_eq!(fact(&refusal, "threshold"), "4,000,000.00");
                assert_eq!(fact(&refusal, "basis"), "必须招标的工程项目规定 5(1)");
            }
            None => assert!(check(change, cap, Ok(&[])).is_none()),
        }
    }
}

#[test]
fn thresholds_by_kind_of_contract_and_sums() {
    for (contract, amount, rule) in [
        (ContractKind::Works, 399_999_999, None),
        (ContractKind::Works, 400_000_000, Some("Z02")),
        (ContractKind::Goods, 199_999_999, None),
        (ContractKind::Goods, 200_000_000, Some("Z03")),
        (ContractKind::Services, 99_999_999, None),
        (ContractKind::Services, 100_000_000, Some("Z04")),
    ] {
        let change = |w: &mut Works<'_>| {
            (w.is_public_interest, w.contract, w.ceiling, w.project_sum) =
                (true, contract, Fen(amount), Fen(amount));
        };
        let cap = |b: &mut LocalBasis| b.cap_fen = Fen::MAX;
        let expected = if rule.is_some() {
            Err("guard.must_tender")
        } else {
            Ok(&[][..])
        };
        let refusal = check(change, cap, expected);
        assert_eq!(refusal.map(|refusal| fact(&refusal, "rule")).as_deref(), rule);
    }
    let split = |w: &mut Works<'_>| (w.is_public_interest, w.project_sum) = (true, Fen(400_000_000));
    let refusal = check(split, |_| (), Err("guard.must_tender")).unwrap();
    assert_eq!(
        (fact(&refusal, "rule").as_str(), fact(&refusal, "amount").as_str()),
        ("Z05", "4,000,000.00")
    );
}

#[test]
fn refusals_in_order_of_precedence() {
    let buys = |w: &mut Works<'_>| (w.is_procurement, w.funding) = (true, &[Funding::Budget]);
    check(
        |w| {
            buys(w);
            w.basis = None;
        },
        |_| (),
        Err("guard.procurement"),
    );
    check(|w| w.is_procurement = true, |_| (), Ok(&[]));
    check(|w| w.basis = None, |_| (), Err("guard.basis_missing"));
    let flaws: [(Flaw, &str); 5] = [
        (
            |b| b.valid_until_at = Some(at("2026-06-01T09:00")),
            "guard.basis_not_in_force",
        ),
        (|b| b.trade = Trade::Land, "guard.basis_trade"),
        (|b| b.region = region("350100"), "guard.basis_region"),
        (|b| b.review = FairReview::Rejected, "guard.basis_rejected"),
        (|b| b.cap_fen = Fen(399_999_999), "guard.basis_cap"),
    ];
    for (i, (_, code)) in flaws.iter().enumerate() {
        check(
            |_| (),
            |b| flaws[i..].iter().for_each(|(flaw, _)| flaw(b)),
            Err(code),
        );
    }
    let capped = flaws[4].0;
    let refusal = check(|_| (), capped, Err("guard.basis_cap")).unwrap();
    assert_eq!(refusal.field.as_deref(), Some("ceiling_fen"));
    check(
        |_| (),
        |b| b.valid_from_at = at("2026-06-01T09:01"),
        Err("guard.basis_not_in_force"),
    );
    let chongqing: &'static Region = Box::leak(Box::new(region("500103")));
    let there = |b: &mut LocalBasis| b.region = region("500000");
    check(|w| w.region = chongqing, there, Err("guard.draw_before_review"));
    check(
        |w| (w.region, w.order) = (chongqing, ReviewOrder::BeforeRanking),
        there,
        Ok(&[]),
    );
}

#[test]
fn warnings_of_a_yes() {
    check(|_| (), |b| b.issued_at = at("2024-05-01T12:00"), Ok(&[]));
    check(
        |_| (),
        |b| b.issued_at = at("2024-05-02T00:00"),
        Ok(&["guard.basis_recent"]),
    );
    let late_and_unreviewed =
        |b: &mut LocalBasis| (b.issued_at, b.review) = (at("2025-01-01T00:00"), FairReview::Missing);
    check(
        |_| (),
        late_and_unreviewed,
        Ok(&["guard.basis_recent", "guard.basis_unreviewed"]),
    );
}

proptest! {
    #[test]
    fn nothing_unlocks_a_must_tender_project_and_no_cap_is_passed(
        ceiling in 1_i64..2_000_000_000, sum in 0_i64..2_000_000_000, cap in 1_i64..4_000_000_000,
        kind in 0_usize..3, funds in proptest::sample::subsequence(Funding::ALL, 0..=Funding::ALL.len()),
        share in 0_i64..=100, budget in proptest::option::of(0_i64..1_000_000_000),
        flags in any::<[bool; 4]>(), review in 0_usize..4,
    ) {
        let place = region("350203");
        let basis = LocalBasis { cap_fen: Fen(cap), review: FairReview::ALL[review], ..basis() };
        let works = Works {
            trade: Trade::Construction,
            region: &place,
            contract: ContractKind::ALL[kind],
            ceiling: Fen(ceiling),
            project_sum: Fen(sum),
            funding: &funds,
            budget: budget.map(Fen),
            budget_share: share,
            is_public_interest: flags[0],
            is_procurement: flags[1],
            order: if flags[2] { ReviewOrder::BeforeRanking } else { ReviewOrder::AfterRanking },
            basis: flags[3].then_some(&basis),
        };
        let found = permit(&works, &Rules::embedded().unwrap(), at("2026-06-01T09:00"));
        let threshold = [400_000_000, 200_000_000, 100_000_000][kind];
        let in_scope = flags[0]
            || funds.contains(&Funding::StateEnterprise)
            || funds.contains(&Funding::ForeignAid)
            || (share >= 10 && budget.is_none_or(|budget| budget >= 200_000_000));
        if in_scope && ceiling.max(sum) >= threshold {
            prop_assert_eq!(found.as_ref().unwrap_err().reason.code, "guard.must_tender");
        }
        if ceiling >= cap || !flags[3] {
            prop_assert!(found.is_err());
        }
    }
}
