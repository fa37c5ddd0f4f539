//! What `release.json` has no task for yet: `draw0`, later attempts, voided rows, bad custody,
//! complaints by receipt.

use tianping::proof::bid::{Head, Kind, Part, Submit, Withdraw};
use tianping::proof::canon::{Base64, Hash, Object as _, Whole};
use tianping::proof::ceremony::Stage;
use tianping::proof::chain::Row;
use tianping::proof::closing::{BidsClosed, Custody};
use tianping::proof::complaint::{Complaint, Heard, List};
use tianping::proof::draw::Frozen;
use tianping::proof::sig::Signed;
use tianping::proof::warrant::{Memory, Refused, Trust, Warrant};

use super::tender::{
    Journal, all_sound, closed, custody, decide, freeze, frozen, hash, inbox, judged, key, make_pack, memory,
    parties, policy, task, token, void,
};

#[test]
fn the_expert_draw_needs_no_list_but_every_part() {
    let memory = memory("draw0", "l.draw0.civil", 1);
    let released = |contribs: &[&str], draws: &[&str]| {
        let mut journal = closed();
        journal.rows.truncate(2);
        journal.c.truncate(2);
        let event = freeze(&mut journal, &frozen("l.draw0.civil", 1, contribs));
        all_sound(&mut journal, "draw0");
        decide(&journal, "draw0", draws, &memory).map(|warrant| {
            assert_eq!((warrant.event, warrant.list), (event, None));
        })
    };
    released(&["op", "sup", "ten"], &["l.draw0.civil"]).unwrap();
    assert!(matches!(
        released(&["op", "sup", "ten"], &["l.draw0"]),
        Err(Refused::Draw(_))
    ));
    assert!(matches!(
        released(&["op", "s.X", "sup", "ten"], &["l.draw0.civil"]),
        Err(Refused::Missing(_))
    ));
}

/// A second attempt of the duties alone, after whatever `between` logs; its prev is that of the first.
fn second_attempt(memory: &Memory, between: impl Fn(&mut Journal, Hash)) -> Result<Warrant, Refused> {
    attempt_of(&["op", "sup", "ten"], memory, between)
}

/// A second attempt with these contributors.
fn attempt_of(
    contribs: &[&str],
    memory: &Memory,
    between: impl Fn(&mut Journal, Hash),
) -> Result<Warrant, Refused> {
    let mut journal = closed();
    let closed = journal.c[2];
    let first = Frozen {
        closed: Some(closed),
        ..frozen("l.draw2", 1, &["b.A", "op", "sup", "ten"])
    };
    freeze(&mut journal, &first);
    let prev = first.digest().unwrap();
    between(&mut journal, prev);
    let second = Frozen {
        prev: Some(prev),
        closed: Some(closed),
        ..frozen("l.draw2", 2, contribs)
    };
    let event = freeze(&mut journal, &second);
    // a second freeze of an attempt is invalid, and the first stays what it is
    let again = Frozen {
        take: 1,
        purpose: token("other"),
        ..second
    };
    freeze(&mut journal, &again);
    all_sound(&mut journal, "draw2-a2");
    decide(&journal, "draw2-a2", &["l.draw2"], memory).inspect(|warrant| assert_eq!(warrant.event, event))
}

#[test]
fn a_second_attempt_follows_the_first() {
    let mut memory = memory("draw2-a2", "l.draw2", 2);
    second_attempt(&memory, |_, _| ()).unwrap();
    let first = Stage {
        tender: token("t"),
        lot: token("l"),
        stage: token("draw2"),
    };
    memory.released.insert(first, hash("first"));
    assert!(matches!(
        second_attempt(&memory, |_, _| ()),
        Err(Refused::Draw(_))
    ));
    assert!(matches!(
        second_attempt(&memory, |j, prev| void(j, "op", prev)),
        Err(Refused::Draw(_))
    ));
    second_attempt(&memory, |j, prev| void(j, "sup", prev)).unwrap();
}

#[test]
fn an_award_is_drawn_among_the_bidders_of_the_list() {
    let released = |item: &str| {
        let mut journal = closed();
        let list = Frozen {
            closed: Some(journal.c[2]),
            purpose: token("award"),
            items: vec![token(item)],
            ..frozen("l.draw2", 1, &["b.A", "op", "sup", "ten"])
        };
        freeze(&mut journal, &list);
        all_sound(&mut journal, "draw2");
        let mut memory = memory("draw2", "l.draw2", 1);
        memory.displayed.insert((token("l.draw2"), 1), list.items);
        decide(&journal, "draw2", &["l.draw2"], &memory)
    };
    released("A").unwrap();
    assert!(matches!(released("ghost"), Err(Refused::Draw(_))));
}

#[test]
fn a_null_row_needs_an_earlier_decision_of_the_supervisor() {
    let memory = memory("draw2", "l.draw2", 1);
    let released = |before: &dyn Fn(&mut Journal), after: &dyn Fn(&mut Journal)| {
        let mut journal = closed();
        before(&mut journal);
        let mut list = frozen("l.draw2", 1, &["b.A", "op", "sup", "ten"]);
        list.closed = Some(journal.c[2]);
        (list.contribs[0].1, list.contribs[0].2) = (None, None);
        freeze(&mut journal, &list);
        after(&mut journal);
        all_sound(&mut journal, "draw2");
        decide(&journal, "draw2", &["l.draw2"], &memory)
    };
    let (nothing, about) = (|_: &mut Journal| (), hash("A draw2"));
    released(&|j| void(j, "sup", about), &nothing).unwrap();
    assert!(matches!(released(&nothing, &nothing), Err(Refused::Draw(_))));
    assert!(matches!(
        released(&nothing, &|j| void(j, "sup", about)),
        Err(Refused::Draw(_))
    ));
    assert!(matches!(
        released(&|j| void(j, "ten", about), &nothing),
        Err(Refused::Draw(_))
    ));
    assert!(matches!(
        released(&|j| void(j, "sup", hash("B")), &nothing),
        Err(Refused::Draw(_))
    ));
}

#[test]
fn a_bad_part_waits_for_its_bytes_or_the_supervisor() {
    let mut memory = memory("price", "l.draw2", 1);
    memory.kept[0].submission = hash("A draw2"); // the list names one submission with both parts
    let released = |memory: &Memory, state: Custody, decided: bool, again: bool| {
        let mut journal = closed();
        custody(&mut journal, "price", &[("A", "price", state)]);
        if decided {
            void(&mut journal, "sup", hash("A draw2"));
        }
        if again {
            custody(&mut journal, "price", &[("A", "price", Custody::Ok)]);
        }
        decide(&journal, "price", &[], memory)
    };
    released(&memory, Custody::Ok, false, false).unwrap();
    assert!(matches!(
        released(&memory, Custody::Bad, false, false),
        Err(Refused::Custody(_))
    ));
    released(&memory, Custody::Bad, false, true).unwrap();
    released(&memory, Custody::Bad, true, false).unwrap();
    let nothing = Memory::default();
    assert!(matches!(
        released(&nothing, Custody::Ok, false, false),
        Err(Refused::Missing(_))
    ));
    released(&nothing, Custody::Bad, true, false).unwrap();
}

#[test]
fn only_the_key_set_that_was_published_is_released() {
    // docs is no stage of this lot, so its key set is another than any published
    let mut journal = closed();
    all_sound(&mut journal, "docs");
    let refused = decide(&journal, "docs", &[], &memory("docs", "l.draw2", 1));
    assert!(matches!(refused, Err(Refused::KeySet(_))));
    // a second ceremony of the same stage, after bids were sealed to the first
    let (parties, policy) = (parties(), policy());
    custody(&mut journal, "price", &[("A", "price", Custody::Ok)]);
    let mut task = task(&journal, "price", &[]);
    let mut memory = memory("price", "l.draw2", 1);
    memory.kept[0].submission = hash("A draw2");
    let trust = Trust {
        parties: &parties,
        policy: &policy,
    };
    judged(&task, trust, &memory).unwrap();
    task.pack = Whole(make_pack("price"));
    assert!(matches!(judged(&task, trust, &memory), Err(Refused::KeySet(_))));
}

#[test]
fn rehearsals_and_unknown_stages_are_never_released() {
    for stage in ["test", "draw3", "price-a2", "draw2-a1", "draw2-a02"] {
        let mut journal = closed();
        all_sound(&mut journal, stage);
        let refused = decide(&journal, stage, &[], &memory(stage, "l.draw2", 1));
        assert!(matches!(refused, Err(Refused::KeySet(_))), "released {stage}");
    }
}

#[test]
fn a_receipt_complains_only_with_the_row_that_names_the_submission() {
    let withdrawal = Withdraw {
        tender: token("t"),
        lot: token("l"),
        bidder: token("B"),
        seq: 2,
        prev: hash("one"),
    };
    let x = key("B").sign_object(&withdrawal).unwrap();
    let mut chain = Journal::new("b.B");
    let c = chain.push("bid.withdrawn", "bid", x.value().unwrap());
    let Row::Shown(list) = &closed().rows[2] else {
        panic!("erased")
    };
    let list: BidsClosed = list.object("closed.l").unwrap();
    let (alone, proof) = (chain.rows.clone(), chain.receipt(0));
    let founded = |rows: &[Row], x: &Signed, list: &BidsClosed| {
        let (ack, receipt) = (None, Some(proof.clone()));
        Complaint {
            ack,
            receipt,
            x: Whole(x.clone()),
            rows: rows.into(),
        }
        .stands_against(&[], List::Bids(list), &policy())
    };
    assert!(founded(&alone, &x, &list));
    assert!(!founded(&[], &x, &list), "nothing names the submission");
    let other = key("C").sign_object(&withdrawal).unwrap();
    assert!(
        !founded(&alone, &other, &list),
        "the row is of another submission"
    );
    let mut named = list.clone();
    (named.subs[0].tx, named.subs[0].head) = (token("b.B"), c);
    assert!(!founded(&alone, &x, &named), "it is listed");
    named.subs[0].head = hash("another");
    assert!(founded(&alone, &x, &named), "its rows do not lead to the head");
    let early = BidsClosed {
        deadline: 1000,
        ..list.clone()
    };
    assert!(!founded(&alone, &x, &early), "it was late");
    // what came after it is in the log's own rows, which the complaint leaves out
    named.subs[0].head = chain.push("bid.withdrawn", "bid", x.value().unwrap());
    let complaint = Complaint {
        ack: None,
        receipt: Some(proof),
        x: Whole(x),
        rows: alone,
    };
    let stands =
        |rows: &[Row], list: &BidsClosed| complaint.stands_against(rows, List::Bids(list), &policy());
    assert!(!stands(&chain.rows, &named), "it was superseded");
    assert!(stands(&[], &named), "a log that lost its rows is not believed");
    assert!(stands(&chain.rows, &list), "its chain is not listed");
}

/// A contribution of bidder `A` to the second attempt, as it is signed.
fn contribution(seq: u64, prev: Option<Hash>, env: &str) -> Signed {
    let hd = Head {
        tender: token("t"),
        lot: token("l"),
        bidder: token("A"),
        seq,
        part: token("draw2-a2"),
        stage: token("draw2-a2"),
        kind: Kind::Draw,
        keyset: hash("keys"),
        recipient: inbox("A").recipient().unwrap().to_text().unwrap(),
        len: 1,
        sha256: hash("ct"),
        chunks: hash("ct"),
    };
    let submit = Submit {
        tender: token("t"),
        lot: token("l"),
        bidder: token("A"),
        seq,
        prev,
        parts: vec![Part {
            hd: Whole(hd),
            env: Base64(env.into()),
        }],
    };
    key("A").sign_object(&submit).unwrap()
}

#[test]
fn a_contribution_that_the_repeated_draw_leaves_out_stops_its_key() {
    let first = contribution(1, None, "env of another");
    let second = contribution(2, first.x_digest().ok(), "env");
    let mut chain = Journal::new("b.A-a2");
    for given in [&first, &second] {
        chain.push("contribution.submitted", "bid", given.value().unwrap());
    }
    let heard = |given: &Signed, at: usize, rows: &[Row]| Heard {
        complaint: Complaint {
            ack: None,
            receipt: Some(chain.receipt(at)),
            x: Whole(given.clone()),
            rows: chain.rows[at..=at].into(),
        },
        rows: rows.into(),
    };
    let judged = |contribs: &[&str], heard: Heard| {
        let mut memory = memory("draw2-a2", "l.draw2", 2);
        memory.filed.push(heard);
        attempt_of(contribs, &memory, |_, _| ())
    };
    let (without, with) = (["op", "sup", "ten"], ["b.A", "op", "sup", "ten"]);
    let left_out = judged(&without, heard(&second, 1, &[]));
    assert!(matches!(left_out, Err(Refused::Complaint)), "{left_out:?}");
    judged(&with, heard(&second, 1, &[])).unwrap();
    // replaced: the log's own rows show by what, and without them it is not believed
    let replaced = judged(&with, heard(&first, 0, &[]));
    assert!(matches!(replaced, Err(Refused::Complaint)));
    judged(&with, heard(&first, 0, &chain.rows)).unwrap();
    let another = judged(&without, heard(&first, 0, &chain.rows));
    assert!(matches!(another, Err(Refused::Complaint)));
    // it is no word against the list of bids, nor against the draw of another stage
    let list = closed();
    let Row::Shown(list) = &list.rows[2] else {
        panic!("erased")
    };
    let list: BidsClosed = list.object("closed.l").unwrap();
    let of = heard(&second, 1, &[]);
    assert!(!of.stands(List::Bids(&list), &policy()));
    let mut other = frozen("l.draw2", 3, &without);
    other.prev = Some(hash("second"));
    assert!(!of.stands(List::Draw(&other), &policy()));
}
