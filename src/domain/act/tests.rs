//! The duty table, cell by cell.

use super::*;
use crate::{
    domain::{
        actor::{Actor, Grant, Person, Position, Power},
        id::Id,
    },
    words,
};

fn somebody(role: Role) -> Actor {
    placed(role, role.is_market().then_some(Position::Signatory))
}

fn placed(role: Role, position: Option<Position>) -> Actor {
    if role == Role::Holder {
        return Actor::Holder("op".into());
    }
    if role == Role::Clock {
        return Actor::Clock;
    }
    if role == Role::Public {
        return Actor::Public;
    }
    let grant = Grant {
        role,
        organisation: None,
        position,
        region: "350200".into(),
    };
    Actor::Person(Person {
        account: Id::from("a"),
        session: Id::from("s"),
        name: "甲".into(),
        grants: vec![grant],
    })
}

#[test]
fn every_act_is_open_to_its_roles_and_to_no_other() {
    for duty in DUTIES {
        for role in Role::ALL {
            let actor = somebody(*role);
            let people = duty.roles.contains(&Role::Public) && matches!(actor, Actor::Person(_));
            let lawful = duty.roles.contains(role) || people;
            let answer = actor.role_for(duty.act);
            assert_eq!(answer.is_ok(), lawful, "{} by {role}", duty.name);
            if let Err(refusal) = answer {
                assert_eq!(refusal.reason.code, "act.not_yours");
            }
        }
        assert_eq!(duty.act.duty().name, duty.name);
    }
}

/// Who of a market organisation may do an act, by the rules as people say them.
fn may(duty: &Duty, role: Role, position: Position) -> bool {
    let binds = matches!(
        duty.name,
        "bid.submitted" | "bid.withdrawn" | "contribution.submitted" | "list.confirmed"
    );
    let keys = duty.name.starts_with("signing_key.");
    let house = ["organisation.", "account.", "role.", "duty."];
    let is_house = keys || house.iter().any(|noun| duty.name.starts_with(noun));
    let for_himself = duty.roles.contains(&Role::Expert) || duty.roles.contains(&Role::Public);
    assert!(role.is_market(), "others have no position");
    match position {
        _ if is_house || for_himself => true,
        Position::Signatory => true,
        Position::Administrator => false,
        Position::Preparer | Position::Checker => !duty.is_signed && !binds,
    }
}

#[test]
fn positions_share_the_acts_of_a_market_organisation() {
    let mut n = 0;
    for duty in DUTIES {
        for role in Role::ALL.iter().filter(|role| role.is_market()) {
            let is_named = duty.roles.contains(role) || duty.roles.contains(&Role::Public);
            for position in Position::ALL.iter().filter(|_| is_named) {
                let answer = placed(*role, Some(*position)).role_for(duty.act);
                let lawful = may(duty, *role, *position);
                assert_eq!(answer.is_ok(), lawful, "{} by {role} {position}", duty.name);
                if let Err(refusal) = answer {
                    assert_eq!(refusal.reason.code, "account.position");
                }
            }
        }
        n += usize::from(duty.needs_signatory());
    }
    assert_eq!(Act::TenderPublished.duty().positions(), [Position::Signatory]);
    assert!(
        !Act::OpeningPublished.duty().needs_signatory(),
        "the centre has no signatory"
    );
    assert!(n > 10, "{n} acts need a signatory");
}

#[test]
fn one_position_that_may_is_enough() {
    let Actor::Person(mut person) = placed(Role::Owner, Some(Position::Administrator)) else {
        panic!("not a person")
    };
    assert!(
        Actor::Person(person.clone())
            .role_for(Act::TenderPublished)
            .is_err()
    );
    let Actor::Person(other) = placed(Role::Owner, Some(Position::Signatory)) else {
        panic!("not a person")
    };
    person.grants.extend(other.grants);
    assert_eq!(
        Actor::Person(person).role_for(Act::TenderPublished).unwrap(),
        Role::Owner
    );
}

#[test]
fn acts_have_one_row_and_one_event_each() {
    let mut names: Vec<&str> = DUTIES.iter().map(|duty| duty.name).collect();
    let mut acts: Vec<Act> = DUTIES.iter().map(|duty| duty.act).collect();
    names.sort_unstable();
    names.dedup();
    acts.sort_unstable();
    acts.dedup();
    assert_eq!((names.len(), acts.len()), (DUTIES.len(), DUTIES.len()));
    assert!(DUTIES.iter().all(|duty| !duty.roles.is_empty()));
}

#[test]
fn who_supervises_or_administers_does_nothing_in_a_procedure() {
    let business = DUTIES.iter().filter(|duty| duty.act >= Act::TenderDrafted);
    for duty in business.filter(|duty| duty.act < Act::SealedRead) {
        for role in duty.roles {
            let administers = role
                .account_kind()
                .is_some_and(|kind| kind.administrator().is_some());
            assert!(!administers, "{role} does {}", duty.name);
            let looks_on = matches!(role, Role::Inspector | Role::Auditor | Role::CivicObserver);
            assert!(!looks_on, "{role} does {}", duty.name);
        }
        let of = |power: Power| duty.roles.iter().any(|role| role.power() == Some(power));
        // to be there, and to sign who was, moves nothing
        let is_witness = matches!(duty.act, Act::SessionAttended | Act::MinutesSigned);
        assert!(
            is_witness || !(of(Power::Supervise) && (of(Power::Decide) || of(Power::Operate))),
            "{}",
            duty.name
        );
    }
}

#[test]
fn acts_and_roles_have_words() {
    for lang in words::Lang::ALL {
        let keys = DUTIES.iter().map(|duty| duty.act.key());
        for key in keys.chain(Role::ALL.iter().map(|role| role.key())) {
            assert!(
                words::find(lang, &key, &[]).is_some(),
                "{} has no {key}",
                lang.tag()
            );
        }
    }
}
