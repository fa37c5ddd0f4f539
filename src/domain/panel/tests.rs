//! Panels: sizes, walking down the order, recusal.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        expert::tests::{candidate, expert},
        pool::{ExpertCall, Pool},
        procedure::RANDOM_REVIEW_FIRST,
        time::DAY,
    },
    proof::canon::{Hash, Token},
    proof::transcript::Tickets,
};

fn rules() -> (PanelRule, Rules) {
    (RANDOM_REVIEW_FIRST.panel.unwrap(), Rules::embedded().unwrap())
}

fn now() -> Instant {
    Instant::parse_local("2026-06-01T09:00").unwrap()
}

fn panel(n_experts: i64, n_owner_seats: i64, n_pool: i64) -> Panel {
    Panel {
        id: "p".into(),
        lot_id: "l".into(),
        code: "PS-1".into(),
        region: "350200".into(),
        library_id: None,
        record: None,
        state: PanelState::Calling,
        draw_id: "l.draw0.a08".into(),
        attempt: 1,
        n_pool: Some(n_pool),
        n_experts,
        n_owner_seats,
        answer_span: 30 * MINUTE,
        begins_at: now().plus(DAY),
        requested_by: "c".into(),
        requested_at: now(),
        asked_at: Some(now()),
        checked_at: None,
        seated_at: None,
        report: None,
        ended_at: None,
        version: 1,
    }
}

fn seat(position: i64, state: SeatState, unit: &str) -> Seat {
    Seat {
        id: Id(format!("s{position}")),
        panel_id: "p".into(),
        lot_id: "l".into(),
        kind: SeatKind::Expert,
        attempt: 1,
        position,
        expert_id: Some(Id(format!("e{position}"))),
        account_id: None,
        unit: unit.into(),
        state,
        reason: String::new(),
        proof: None,
        called_at: now(),
        answer_by_at: now().plus(30 * MINUTE),
        answered_at: None,
        left_at: None,
        busy_from_at: now().plus(DAY),
        busy_until_at: now().plus(DAY + BUSY_SPAN),
        pledge: None,
        pledged_at: None,
    }
}

#[test]
fn a_panel_is_odd_large_and_of_experts() {
    let (rule, rules) = rules();
    for (n, owner, expected) in [
        (5, 0, Ok(())),
        (5, 1, Ok(())),
        (5, 2, Err("panel.share")),
        (7, 2, Ok(())),
        (7, 3, Err("panel.share")),
        (9, 3, Ok(())),
        (11, 3, Ok(())),
        (11, 4, Err("panel.share")),
        (3, 0, Err("panel.size")),
        (6, 0, Err("panel.size")),
        (4, 4, Err("panel.size")),
        (5, -1, Err("panel.share")),
    ] {
        let found = check_make_up(n, owner, &rule, &rules, now());
        assert_eq!(
            found.map_err(|refusal| refusal.reason.code),
            expected,
            "{owner} of {n}"
        );
    }
}

#[test]
fn experts_are_drawn_in_their_window() {
    let (rule, rules) = rules();
    let begins = now().plus(DAY);
    assert!(check_window(&rule, &rules, begins, now()).is_ok());
    let early = check_window(&rule, &rules, begins, now().plus(-1)).unwrap_err();
    assert_eq!(early.reason.code, "panel.window");
    assert!(early.facts.contains(&("at", now().to_string())));
}

#[test]
fn the_next_position_follows_the_last_while_seats_are_free() {
    use SeatState::{Accepted, Busy, Invited, Recused, Refused};
    let late = now().plus(30 * MINUTE);
    let check = |n_pool, states: &[SeatState], at: Instant, expected: Option<i64>| {
        let panel = panel(3, 0, n_pool);
        let seats: Vec<Seat> = (1..).zip(states).map(|(i, state)| seat(i, *state, "u")).collect();
        assert_eq!(panel.next_position(&seats, at), expected, "{states:?}");
        let done = expected.is_none() && panel.is_exhausted(&seats, at);
        let n_held = seats.iter().filter(|seat| seat.is_held(at)).count();
        assert_eq!(
            done,
            n_held < 3 && states.len() == usize::try_from(n_pool).unwrap()
        );
    };
    check(9, &[], now(), Some(1));
    check(9, &[Invited, Invited], now(), Some(3));
    check(9, &[Invited, Invited, Invited], now(), None);
    check(9, &[Invited, Refused, Invited], now(), Some(4));
    check(9, &[Accepted, Busy, Accepted], now(), Some(4));
    check(9, &[Accepted, Invited, Accepted], late, Some(4));
    check(9, &[Accepted, Accepted, Accepted], late, None);
    check(9, &[Accepted, Recused, Accepted, Accepted], late, None);
    check(3, &[Accepted, Refused, Accepted], now(), None);
    let mut drawing = panel(3, 0, 9);
    drawing.state = PanelState::Drawing;
    assert_eq!(drawing.next_position(&[], now()), None);
}

#[test]
fn a_call_skips_whom_it_must() {
    let panel = panel(3, 0, 9);
    let seats = [
        seat(1, SeatState::Accepted, "U1"),
        seat(2, SeatState::Refused, "U2"),
    ];
    let mut taken = candidate("E9", "U9", &[]);
    taken.expert.id = "e1".into();
    let check = |candidate: &Candidate, bar, expected| {
        assert_eq!(panel.call(candidate, bar, &seats, now()), expected);
    };
    check(&taken, None, SeatState::Taken);
    check(&candidate("E9", "U1", &[]), None, SeatState::SameUnit);
    check(&candidate("E9", "U2", &[]), None, SeatState::Invited);
    check(&candidate("E9", "U9", &[]), Some(Bar::Busy), SeatState::Busy);
    check(&candidate("E9", "U9", &[]), Some(Bar::Tie), SeatState::Barred);
    check(
        &candidate("E9", "U9", &[]),
        Some(Bar::Standing),
        SeatState::Barred,
    );
    check(&candidate("E9", "U1", &[]), Some(Bar::Busy), SeatState::SameUnit);
}

#[test]
fn an_answer_comes_once_in_time_and_a_refusal_says_why() {
    let last = now().plus(30 * MINUTE - 1);
    let check = |state, accepts, why: &str, at, expected: Result<SeatState, &str>| {
        let mut seat = seat(1, state, "U1");
        let found = seat.answer(accepts, why, at);
        assert_eq!(
            found.map(|()| seat.state).map_err(|refusal| refusal.reason.code),
            expected
        );
    };
    check(SeatState::Invited, true, "", last, Ok(SeatState::Accepted));
    check(SeatState::Invited, false, "病假", last, Ok(SeatState::Refused));
    check(SeatState::Invited, false, " ", last, Err("panel.no_reason"));
    check(SeatState::Invited, true, "", last.plus(1), Err("panel.silent"));
    check(SeatState::Silent, true, "", last, Err("panel.silent"));
    check(SeatState::Accepted, false, "x", last, Err("panel.answered"));
    check(SeatState::Recused, true, "", last, Err("panel.answered"));
    check(SeatState::Busy, true, "", last, Err("panel.answered"));
}

#[test]
fn a_panel_is_seated_when_complete_and_calls_again_when_somebody_leaves() {
    let mut panel = panel(2, 1, 9);
    let mut seats = vec![
        seat(1, SeatState::Accepted, "U1"),
        seat(2, SeatState::Accepted, "U2"),
    ];
    panel.settle(&seats, now());
    assert_eq!((panel.state, panel.seated_at), (PanelState::Calling, None));
    let mut owner = seat(1, SeatState::Accepted, "O");
    owner.kind = SeatKind::Owner;
    seats.push(owner);
    panel.settle(&seats, now());
    assert_eq!(
        (panel.state, panel.asked_at, panel.seated_at),
        (PanelState::Seated, None, Some(now()))
    );
    seats[0].leave(SeatState::Recused, "tie", now());
    panel.settle(&seats, now().plus(1));
    assert_eq!((panel.state, panel.seated_at), (PanelState::Calling, None));
    assert_eq!(panel.next_position(&seats, now()), Some(3));
    let mut requested = super::tests::panel(2, 1, 9);
    requested.state = PanelState::Requested;
    requested.settle(&seats, now());
    assert_eq!(requested.state, PanelState::Requested);
}

#[test]
fn minutes_to_answer_have_bounds() {
    assert_eq!(Panel::answer_span_of(30).unwrap(), 30 * MINUTE);
    for minutes in [4, 241, -1] {
        assert_eq!(
            Panel::answer_span_of(minutes).unwrap_err().reason.code,
            "panel.answer_minutes"
        );
    }
}

/// What chance decides in the walk: the registry, who takes part, how experts answer.
#[derive(Debug, Clone)]
struct World {
    experts: Vec<(u8, Vec<u8>, bool, bool)>,
    parties: Vec<u8>,
    bidders: Vec<u8>,
    answers: Vec<u8>,
    seed: [u8; 32],
}

fn world() -> impl Strategy<Value = World> {
    let expert = (
        0..30u8,
        prop::collection::vec(0..60u8, 0..3),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
    );
    (
        prop::collection::vec(expert, 1..60),
        prop::collection::vec(0..60u8, 0..4),
        prop::collection::vec(0..60u8, 0..12),
        prop::collection::vec(0..3u8, 200),
        any::<[u8; 32]>(),
    )
        .prop_map(|(experts, parties, bidders, answers, seed)| World {
            experts,
            parties,
            bidders,
            answers,
            seed,
        })
}

fn codes(numbers: &[u8]) -> BTreeSet<String> {
    numbers.iter().map(|n| format!("U{n}")).collect()
}

/// Calls position after position as the server does, with the proofs the client gives.
fn walk(
    panel: &mut Panel,
    order: &[Token],
    pool: &Pool,
    all: &[Candidate],
    world: &World,
    seats: &mut Vec<Seat>,
) {
    let parties = codes(&world.parties);
    while let Some(position) = panel.next_position(seats, now()) {
        let item = &order[usize::try_from(position).unwrap() - 1];
        let (expert_no, salt) = pool.resolve(item).unwrap();
        let call = ExpertCall {
            lot: Token::new("l").unwrap(),
            draw: Token::new("l.draw0.a08").unwrap(),
            attempt: 1,
            position: position.unsigned_abs(),
            expert_no: expert_no.clone(),
            salt,
        };
        assert!(call.is_of(item));
        let candidate = all
            .iter()
            .find(|c| c.expert.expert_no == expert_no.as_str())
            .unwrap();
        let state = panel.call(candidate, candidate.bar(&parties, now()), seats, now());
        let mut called = seat(position, state, &candidate.expert.employer_code);
        called.expert_id = Some(candidate.expert.id.clone());
        if state == SeatState::Invited {
            match world.answers[seats.len() % world.answers.len()] {
                0 => called.answer(false, "no", now()).unwrap(),
                1 => called.fall_silent(),
                _ => called.answer(true, "", now()).unwrap(),
            }
        }
        seats.push(called);
        panel.settle(seats, now());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_recused_expert_is_never_seated(world in world()) {
        let all: Vec<Candidate> = (0..).zip(&world.experts).map(|(i, (unit, ties, suspended, busy))| {
            let ties: Vec<String> = ties.iter().map(|n| format!("U{n}")).collect();
            let ties: Vec<&str> = ties.iter().map(String::as_str).collect();
            let mut made = candidate(&format!("E{i}"), &format!("U{unit}"), &ties);
            made.expert = expert(&format!("E{i}"), &format!("U{unit}"));
            if *suspended {
                made.expert.suspended_until_at = Some(now().plus(1));
            }
            made.is_busy = *busy;
            made
        }).collect();
        let parties = codes(&world.parties);
        let free: Vec<Token> = all.iter().filter(|c| c.bar(&parties, now()).is_none())
            .map(|c| Token::new(c.expert.expert_no.clone()).unwrap()).collect();
        prop_assume!(!free.is_empty());
        let pool = Pool::new(&world.seed, &free).unwrap();
        let mut tickets = Tickets::new(&Hash(world.seed));
        let mut order: Vec<(Hash, Token)> = pool.items().into_iter().map(|item| (tickets.draw(), item)).collect();
        order.sort();
        let order: Vec<Token> = order.into_iter().map(|(_, item)| item).collect();

        let mut panel = panel(5, 0, i64::try_from(order.len()).unwrap());
        let mut seats = Vec::new();
        walk(&mut panel, &order, &pool, &all, &world, &mut seats);

        // right after the opening: ties to the bidders, and the walk goes on
        let bidders = codes(&world.bidders);
        let of = |seat: &Seat| all.iter().find(|c| Some(&c.expert.id) == seat.expert_id.as_ref()).unwrap();
        let mut all_parties = world.clone();
        all_parties.parties.extend(&world.bidders);
        for seat in &mut seats {
            if seat.is_held(now()) && of(seat).is_tied(&bidders) {
                seat.leave(SeatState::Recused, "tie", now());
            }
        }
        panel.settle(&seats, now());
        walk(&mut panel, &order, &pool, &all, &all_parties, &mut seats);

        let members: Vec<&Seat> = seats.iter().filter(|seat| seat.is_member()).collect();
        prop_assert!(members.len() <= 5);
        prop_assert_eq!(panel.state == PanelState::Seated, members.len() == 5);
        let everyone: BTreeSet<String> = codes(&all_parties.parties);
        for member in &members {
            prop_assert_eq!(of(member).bar(&everyone, now()), None);
        }
        let units: BTreeSet<&str> = members.iter().map(|seat| seat.unit.as_str()).collect();
        prop_assert_eq!(units.len(), members.len(), "two of one unit");
        // nobody was passed over: every position before the last one called has its state
        let positions: Vec<i64> = seats.iter().map(|seat| seat.position).collect();
        prop_assert_eq!(positions, (1..=i64::try_from(seats.len()).unwrap()).collect::<Vec<_>>());
    }
}

#[test]
fn a_library_is_asked_for_one_record_and_for_a_supplement_at_its_end() {
    let mut panel = Panel {
        library_id: Some("lib".into()),
        state: PanelState::Requested,
        asked_at: None,
        n_pool: None,
        ..panel(2, 0, 0)
    };
    assert_eq!(panel.attempt_asked(&[], now()), Some(1));
    panel.take_order(1, "digest".into(), 2, Bytes::default());
    assert_eq!(panel.attempt_asked(&[], now()), None);
    assert_eq!(panel.next_position(&[], now()), Some(1));
    let mut seats = vec![
        seat(1, SeatState::Accepted, "U1"),
        seat(2, SeatState::Invited, "U2"),
    ];
    assert_eq!(panel.attempt_asked(&seats, now()), None);
    assert_eq!(
        panel.attempt_asked(&seats, now().plus(31 * MINUTE)),
        Some(2),
        "the last of the order stayed silent"
    );
    panel.take_order(2, "other".into(), 1, Bytes::default());
    assert_eq!(panel.next_position(&seats, now().plus(31 * MINUTE)), Some(1));
    seats[1].state = SeatState::Accepted;
    panel.settle(&seats, now());
    assert_eq!(
        (panel.state, panel.attempt_asked(&seats, now())),
        (PanelState::Seated, None)
    );
    seats[1].leave(SeatState::Absent, "ill", now());
    panel.settle(&seats, now());
    assert_eq!(
        (panel.state, panel.asked_at),
        (PanelState::Calling, None),
        "no client is asked"
    );
}
