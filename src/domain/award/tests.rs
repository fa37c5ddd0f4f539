//! The law of the award draw, case by case.

use super::*;
use crate::{
    domain::{band::PriceBand, method::AwardPrice, procedure::ReviewOrder},
    proof::transcript::Drawn,
};
use proptest::prelude::*;

fn yuan(yuan: i64) -> Fen {
    Fen(yuan * 100)
}

/// The worked example of rules 6.2: the band is [10,960,197, 11,652,937].
fn terms(order: ReviewOrder) -> Terms {
    Terms {
        ceiling: yuan(12_345_678),
        order,
        n_qualified_min: 3,
        n_candidates: 3,
        method: MethodRule::ReasonablePriceDraw(BandDraw {
            band: PriceBand::new(yuan(12_345_678), yuan(500_000), yuan(300_000), 600, 1200, 1).unwrap(),
            sums: yuan(800_000),
            award_price: AwardPrice::OwnBid,
        }),
    }
}

fn bid(bidder: &str, total: Option<i64>, code: Option<&str>) -> OpenedBid {
    OpenedBid {
        id: bidder.into(),
        bid_id: bidder.into(),
        lot_id: "lot".into(),
        organisation_id: bidder.into(),
        bidder: bidder.into(),
        code: code.map(str::to_owned),
        total_fen: total.map(yuan),
        days: None,
        quality: None,
        manager: None,
        note: None,
    }
}

fn rejected() -> Verdict {
    Verdict::Rejected {
        clause: "3.2".into(),
        reason: "no licence".into(),
    }
}

#[test]
fn every_bid_has_the_first_fate_that_applies() {
    let (low, high) = (yuan(10_960_197), yuan(11_652_937));
    let passed = || Some(Verdict::Passed);
    let unopened = |code: &str| Fate::Unopened { code: code.into() };
    let out = Fate::Rejected {
        clause: "3.2".into(),
        reason: "no licence".into(),
    };
    let ceiling = yuan(12_345_678);
    let table = [
        (Some(11_000_000), None, passed(), Fate::Qualified),
        (Some(11_652_937), None, passed(), Fate::Qualified),
        (Some(10_960_197), None, passed(), Fate::Qualified),
        (Some(11_652_938), None, passed(), Fate::AboveBand { high }),
        (Some(10_960_196), None, passed(), Fate::BelowBand { low }),
        (Some(12_345_678), None, passed(), Fate::AboveBand { high }),
        (Some(12_345_679), None, passed(), Fate::AboveCeiling { ceiling }),
        (
            Some(12_345_679),
            None,
            Some(rejected()),
            Fate::AboveCeiling { ceiling },
        ),
        (Some(11_000_000), None, Some(rejected()), out.clone()),
        (Some(11_652_938), None, Some(rejected()), out),
        (Some(11_000_000), None, None, Fate::Unreviewed),
        (Some(11_000_000), Some("E-PAD"), passed(), unopened("E-PAD")),
        (None, Some("E-KEY"), None, unopened("E-KEY")),
        (None, None, passed(), unopened("E-FORM")),
    ];
    let terms = terms(ReviewOrder::BeforeRanking);
    for (i, (total, code, verdict, fate)) in table.into_iter().enumerate() {
        let found = terms.judge(&bid("b", total, code), verdict.as_ref());
        assert_eq!(found, fate, "row {i}");
        let json = serde_json::to_value(&found).unwrap();
        assert_eq!(json["fate"], found.word(), "row {i}");
    }
}

#[test]
fn a_fen_outside_is_outside() {
    let terms = terms(ReviewOrder::AfterRanking);
    let judge = |fen: i64| {
        let bid = OpenedBid {
            total_fen: Some(Fen(fen)),
            ..bid("b", None, None)
        };
        terms.judge(&bid, None)
    };
    assert_eq!(judge(1_165_293_700), Fate::Qualified);
    assert_eq!(judge(1_165_293_701).word(), "above_band");
    assert_eq!(judge(1_096_019_699).word(), "below_band");
}

#[test]
fn a_draw_that_comes_first_knows_no_verdict() {
    let terms = terms(ReviewOrder::AfterRanking);
    for verdict in [None, Some(Verdict::Passed), Some(rejected())] {
        let found = terms.judge(&bid("b", Some(11_000_000), None), verdict.as_ref());
        assert_eq!(found, Fate::Qualified);
    }
}

#[test]
fn too_few_qualified_is_a_failure() {
    let terms = terms(ReviewOrder::BeforeRanking);
    let bids: Vec<OpenedBid> = ["d", "b", "c", "a"]
        .map(|bidder| bid(bidder, Some(11_000_000), None))
        .into();
    let mut verdicts: Verdicts = ["a", "b", "c"].map(|b| (b.to_owned(), Verdict::Passed)).into();
    verdicts.insert("d".into(), rejected());
    let pool = Pool::of(&terms, &bids, &verdicts);
    assert!(pool.is_enough());
    let items: Vec<String> = pool.items().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(items, ["a", "b", "c"], "bytewise, and only the qualified");
    assert_eq!(pool.bids.len(), 4, "nobody is left out of the explanation");
    verdicts.insert("a".into(), rejected());
    assert!(!Pool::of(&terms, &bids, &verdicts).is_enough());
    // a minimum of none still needs somebody to draw
    let none = Terms {
        n_qualified_min: 0,
        ..terms
    };
    assert!(!Pool::of(&none, &[], &verdicts).is_enough());
}

#[test]
fn a_bid_that_did_not_open_shows_no_price() {
    let pool = Pool::of(
        &terms(ReviewOrder::AfterRanking),
        &[bid("a", Some(11_000_000), Some("E-PAD"))],
        &Verdicts::new(),
    );
    assert_eq!(pool.bids[0].total, None);
}

#[test]
fn the_items_of_the_coefficient_draw() {
    let items = terms(ReviewOrder::BeforeRanking).draw().coefficients().unwrap();
    assert_eq!(items.len(), 600);
    assert!(items.windows(2).all(|two| two[0] < two[1]), "strictly ascending");
    let text = |i: usize| items[i].to_string();
    assert_eq!(
        (text(0), text(199), text(200), text(599)),
        ("10.00".into(), "11.99".into(), "6.00".into(), "9.99".into()),
        "bytewise, not by value"
    );
}

#[test]
fn what_the_contract_costs() {
    let own = *terms(ReviewOrder::BeforeRanking).draw();
    let k = own.band.coefficient("8.37").unwrap();
    assert_eq!(own.contract_price(yuan(11_000_000), k), yuan(11_000_000));
    let band = BandDraw {
        award_price: AwardPrice::BandPrice,
        ..own
    };
    assert_eq!(band.contract_price(yuan(11_000_000), k), yuan(11_379_305));
}

fn ranking<'a>(order: impl IntoIterator<Item = &'a str>) -> Ranking {
    let drawn = |bidder: &str| Drawn {
        item: Token::new(bidder).unwrap(),
        ticket: Hash::of(&[bidder.as_bytes()]),
    };
    Ranking::drawn(order.into_iter().map(drawn).collect())
}

fn exclusion(cause: Cause) -> Exclusion {
    Exclusion {
        cause,
        clause: "5.1".into(),
        reason: "said so".into(),
    }
}

#[test]
fn an_exclusion_walks_down_the_order() {
    // rules 6.3: 17, 4, 9 drawn; 17 fails the review; 4 becomes first and no new ball is needed
    let ranking = ranking(["17", "4", "9", "2"]);
    let excluded = rejections(&[("17".into(), rejected()), ("4".into(), Verdict::Passed)].into());
    let found = ranking.candidates(&excluded, 3);
    let ranks: Vec<_> = found
        .iter()
        .map(|c| (c.rank, c.place, c.bidder.as_str()))
        .collect();
    assert_eq!(ranks, [(1, 2, "4"), (2, 3, "9"), (3, 4, "2")]);
    assert!(ranking.is_enough_left(&excluded, 3));
    assert!(!ranking.is_enough_left(&excluded, 4), "too few are left");
    let nobody = Ranking::default();
    assert!(
        !nobody.is_enough_left(&excluded, 0),
        "nobody is nobody to award to"
    );
}

#[test]
fn a_ranking_keeps_the_order_and_the_ground_of_every_place() {
    let ranking = ranking(["b", "a"]);
    assert_eq!(ranking.bidders(), ["b", "a"]);
    assert_eq!(
        (ranking.place_of("a"), ranking.place_of("c")),
        (Some(2), None),
        "places are counted from 1"
    );
    let grounds: Vec<(usize, &Ground)> = ranking.places().map(|(at, one)| (at, &one.ground)).collect();
    let ticket = |bidder: &str| Ground::Ticket {
        ticket: Hash::of(&[bidder.as_bytes()]),
    };
    assert_eq!(grounds, [(1, &ticket("b")), (2, &ticket("a"))]);
    assert!(!ranking.is_empty() && Ranking::default().is_empty());
}

#[test]
fn every_bidder_is_told_where_he_is() {
    let judged = |bidder: &str, fate: Fate| Judged {
        bidder: bidder.into(),
        organisation_id: bidder.into(),
        total: None,
        fate,
    };
    let ranking = ranking(["c", "a", "b"]);
    let excluded: Exclusions = [("c".to_owned(), exclusion(Cause::GaveUp))].into();
    let chosen = ranking.candidates(&excluded, 1);
    let of = |bidder: &str, fate: Fate| {
        let bids = [judged(bidder, fate)];
        ranking.outcomes(&bids, &excluded, &chosen).remove(0)
    };
    assert_eq!(
        of("c", Fate::Qualified),
        Outcome::Excluded {
            place: 1,
            exclusion: exclusion(Cause::GaveUp),
        }
    );
    assert_eq!(of("a", Fate::Qualified), Outcome::Candidate { rank: 1, place: 2 });
    assert_eq!(of("b", Fate::Qualified), Outcome::Reserve { place: 3 });
    let low = Fate::BelowBand { low: Fen(5) };
    assert_eq!(of("z", low.clone()), Outcome::Unranked(low));
    let json = serde_json::to_value(of("z", Fate::BelowBand { low: Fen(5) })).unwrap();
    assert_eq!(
        json,
        serde_json::json!({ "outcome": "unranked", "fate": "below_band", "low": 5 })
    );
}

#[test]
fn certificates_are_masked_and_names_are_not() {
    for (text, shown) in [
        ("张三 闽1352020202100123", "张三 闽135*********0123"),
        ("Zhang San", "Zhang San"),
        ("李四", "李四"),
        ("AB1234567", "AB1**4567"),
        ("12345678", "12345678"),
        ("", ""),
    ] {
        assert_eq!(masked(text), shown);
    }
}

proptest! {
    #[test]
    fn walking_down_never_reorders_anybody(
        mut keys in prop::collection::btree_set("[a-z0-9]{1,8}", 1..40),
        out in prop::collection::vec(any::<bool>(), 40),
        more in 0_usize..40,
        n in 1_usize..4,
        rotate in 0_usize..40,
    ) {
        let mut order: Vec<String> = std::mem::take(&mut keys).into_iter().collect();
        let by = rotate % order.len();
        order.rotate_left(by);
        let excluded: Exclusions = order
            .iter()
            .zip(&out)
            .filter(|(_, out)| **out)
            .map(|(bidder, _)| (bidder.clone(), exclusion(Cause::GaveUp)))
            .collect();
        let ranking = ranking(order.iter().map(String::as_str));
        let before = ranking.candidates(&excluded, n);
        prop_assert!(before.iter().all(|c| !excluded.contains_key(&c.bidder)));
        prop_assert!(before.windows(2).all(|two| two[0].place < two[1].place));
        prop_assert!(before.iter().all(|c| order[c.place - 1] == c.bidder && c.rank <= c.place));
        prop_assert_eq!(before.len(), n.min(order.len() - excluded.len()));
        // one more exclusion: the others keep their order, and only who comes after moves up
        let gone = order[more % order.len()].clone();
        let mut further = excluded.clone();
        further.insert(gone.clone(), exclusion(Cause::Offence));
        let after = ranking.candidates(&further, n);
        let stayed: Vec<_> = before.iter().map(|c| &c.bidder).filter(|b| **b != gone).collect();
        let found: Vec<_> = after.iter().map(|c| &c.bidder).take(stayed.len()).collect();
        prop_assert_eq!(stayed, found);
        for candidate in &after {
            let same = before.iter().find(|c| c.bidder == candidate.bidder);
            prop_assert!(same.is_none_or(|c| c.rank >= candidate.rank && c.place == candidate.place));
        }
    }
}
