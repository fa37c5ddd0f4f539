//! Posts and hand-overs.

use super::*;
use crate::domain::actor::AccountKind;

fn person(id: &str, organisation: &str) -> Account {
    Account {
        id: Id::from(id),
        login: id.into(),
        name: id.into(),
        kind: AccountKind::Party,
        power: None,
        password_hash: String::new(),
        totp_secret: None,
        phone: None,
        email: None,
        organisation_id: Some(Id::from(organisation)),
        region: "350200".into(),
        opened_at: Instant(0),
        closed_at: None,
    }
}

fn post(account: &mut Account, role: Role) -> RoleGrant {
    RoleGrant::new(
        Id::from("g"),
        account,
        role,
        Some(Position::Signatory),
        &[],
        Instant(0),
    )
    .unwrap()
}

fn hand(from: i64, until: Option<i64>, to: &mut Account) -> Lawful<Vec<RoleGrant>> {
    let mut first = person("first", "o");
    let held = [post(&mut first, Role::Bidder)];
    let hand_over = HandOver {
        from_at: Instant(from),
        until_at: until.map(Instant),
    };
    hand_over.grants(&first, to, &held, &[], Instant(100), || Id::from("new"))
}

#[test]
fn a_stand_in_gets_what_the_other_had_for_the_time() {
    let made = hand(200, Some(300), &mut person("second", "o")).unwrap();
    let [grant] = made.as_slice() else {
        panic!("{made:?}")
    };
    assert_eq!(
        (grant.role, grant.position),
        (Role::Bidder, Some(Position::Signatory))
    );
    assert_eq!(grant.stands_in_for, Some(Id::from("first")));
    let force = [199, 200, 299, 300].map(|at| grant.is_in_force(Instant(at)));
    assert_eq!(force, [false, true, true, false]);
    let for_good = hand(50, None, &mut person("second", "o")).unwrap();
    assert_eq!(
        (for_good[0].from_at, for_good[0].stands_in_for.clone()),
        (Instant(100), None)
    );
}

#[test]
fn no_stand_in_from_elsewhere_or_backwards_or_against_the_separation() {
    let field = |made: Lawful<Vec<RoleGrant>>| {
        let refusal = made.unwrap_err();
        (refusal.reason.code, refusal.field.unwrap())
    };
    let refused = |at: &str| ("account.hand_over", at.to_owned());
    assert_eq!(
        field(hand(200, Some(300), &mut person("second", "other"))),
        refused("to")
    );
    assert_eq!(
        field(hand(200, Some(300), &mut person("first", "o"))),
        refused("to")
    );
    assert_eq!(
        field(hand(200, Some(200), &mut person("second", "o"))),
        refused("until_at")
    );
    assert_eq!(
        field(hand(10, Some(100), &mut person("second", "o"))),
        refused("until_at")
    );
    let mut first = person("first", "o");
    let held = [post(&mut first, Role::Owner)];
    let mut agent = person("second", "o");
    post(&mut agent, Role::Agency);
    let hand_over = HandOver {
        from_at: Instant(1),
        until_at: None,
    };
    let made = hand_over.grants(&first, &mut agent, &held, &[], Instant(1), || Id::from("new"));
    assert_eq!(field(made).0, "right.separation");
}

#[test]
fn posts_are_of_the_market() {
    let code = |made: Lawful<Vec<(Role, Position)>>| made.unwrap_err().reason.code;
    assert_eq!(code(posts(&[], &[Position::Checker])), "organisation.no_position");
    assert_eq!(code(posts(&[Role::Owner], &[])), "organisation.no_position");
    assert_eq!(
        code(posts(&[Role::Owner, Role::Supervisor], &[Position::Checker])),
        "organisation.market_role"
    );
    let made = posts(
        &[Role::Bidder, Role::Bidder],
        &[Position::Checker, Position::Preparer],
    )
    .unwrap();
    assert_eq!(made.len(), 2);
}
