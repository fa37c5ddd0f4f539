//! Separation: every pair of roles, one after the other on one account.

use super::*;

fn account(kind: AccountKind) -> Account {
    Account {
        id: Id::from("a"),
        login: "a".into(),
        name: "甲".into(),
        kind,
        power: None,
        password_hash: String::new(),
        totp_secret: None,
        phone: None,
        email: None,
        organisation_id: None,
        region: "350200".into(),
        opened_at: Instant(0),
        closed_at: None,
    }
}

fn grant(account: &mut Account, role: Role, held: &[RoleGrant]) -> Lawful<RoleGrant> {
    RoleGrant::new(Id::from("g"), account, role, None, held, Instant(1))
}

#[test]
fn no_account_joins_two_powers_and_administrators_are_nothing_else() {
    for first in Role::grantable() {
        for second in Role::grantable().filter(|second| *second != first) {
            let mut account = account(first.account_kind().unwrap());
            let held = [grant(&mut account, first, &[]).unwrap()];
            let joined = grant(&mut account, second, &held).is_ok();
            let powers = [first.power(), second.power()];
            let two_powers = matches!(powers, [Some(a), Some(b)] if a != b);
            let administrators = [first, second]
                .into_iter()
                .any(|role| role.account_kind().unwrap().administrator().is_some());
            assert!(
                !(joined && (two_powers || administrators)),
                "{first} and {second}"
            );
            let staff_takes_part = first.is_staff() != second.is_staff();
            assert_eq!(
                joined,
                !(two_powers || administrators || staff_takes_part),
                "{first} and {second}"
            );
        }
    }
}

#[test]
fn an_account_keeps_its_power_when_the_role_has_ended() {
    let mut account = account(AccountKind::Staff);
    let mut held = grant(&mut account, Role::CentreOperator, &[]).unwrap();
    held.until_at = Some(Instant(1));
    let refusal = grant(&mut account, Role::Supervisor, &[held]).unwrap_err();
    assert_eq!(refusal.reason.code, "right.separation");
}

#[test]
fn the_same_right_is_given_once_and_none_to_a_closed_account() {
    let mut account = account(AccountKind::Staff);
    let held = [grant(&mut account, Role::Supervisor, &[]).unwrap()];
    let again = grant(&mut account, Role::Supervisor, &held).unwrap_err();
    assert_eq!(again.reason.code, "right.already_held");
    account.closed_at = Some(Instant(1));
    let closed = grant(&mut account, Role::Inspector, &[]).unwrap_err();
    assert_eq!(closed.reason.code, "account.closed");
}

#[test]
fn the_last_one_stays() {
    assert_eq!(
        may_remove(0, "role-system-admin").unwrap_err().reason.code,
        "account.last_one"
    );
    assert!(may_remove(1, "role-system-admin").is_ok());
}

#[test]
fn organisations_give_the_roles_of_their_kind() {
    let mut organisation = Organisation {
        id: Id::from("o"),
        code: "91350100M000100Y43".into(),
        id_number: None,
        name: "甲公司".into(),
        kind: OrganisationKind::Market,
        region: "350200".into(),
        address: String::new(),
        declaration: String::new(),
        declared_at: Instant(0),
        version: 1,
    };
    for kind in OrganisationKind::ALL {
        organisation.kind = *kind;
        for role in Role::ALL {
            let natural = *kind == OrganisationKind::Person && role.is_market();
            let expected = natural || role.organisation_kind() == Some(*kind);
            assert_eq!(organisation.may_give(*role).is_ok(), expected, "{kind} {role}");
        }
    }
}
