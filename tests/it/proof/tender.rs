//! A small tender of its own, for what no vector has: keys, parties, a journal under `quorum none`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::Value;
use tianping::proof::bid::{Kind, LotParts, Slot};
use tianping::proof::canon::{Hash, Object, Token, Whole};
use tianping::proof::ceremony::{Plan, Stage, acknowledge, announce};
use tianping::proof::chain::{Chain, Payload, Row, Shown};
use tianping::proof::closing::{
    BidsClosed, Custody, CustodyChecked, DeadlineSet, Decision, DutySub, Fate, Sub,
};
use tianping::proof::draw::{Frozen, Who};
use tianping::proof::envelope::Identity;
use tianping::proof::event::{Entry, Event, Label, Ref, ref_hash};
use tianping::proof::judge::judge;
use tianping::proof::keyset::{Keyset, Pack};
use tianping::proof::note::{Checkpoint, KeyType, Vkey};
use tianping::proof::parties::{Parties, Party};
use tianping::proof::policy::Policy;
use tianping::proof::receipt::{Extra, Receipt};
use tianping::proof::release::Task;
use tianping::proof::sig::SecretKey;
use tianping::proof::warrant::{Kept, Memory, Refused, Trust, Warrant};

pub const NOW: i64 = 1_000_000;
pub const ORIGIN: &str = "log.test";

pub fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

pub fn hash(text: &str) -> Hash {
    Hash::of(&[text.as_bytes()])
}

pub fn key(duty: &str) -> SecretKey {
    SecretKey::from_seed(&hash(duty).0)
}

pub fn inbox(duty: &str) -> Identity {
    Identity::generate(hash(&format!("box {duty}")).0)
}

pub fn parties() -> Parties {
    let party = |duty: &str| Party {
        duty: token(duty),
        org: format!("org of {duty}"),
        key: Some(Vkey::new(duty, KeyType::Ed25519, key(duty).public()).unwrap()),
        inbox: Some(inbox(duty).recipient().unwrap()),
    };
    Parties {
        parties: ["op", "sup", "ten", "upper"].map(party).into(),
    }
}

pub fn policy() -> Policy {
    let log = Vkey::new(ORIGIN, KeyType::Ed25519, key("log").public()).unwrap();
    format!("log {log}\nquorum none\n").parse().unwrap()
}

pub fn signed(duty: &str, x: &impl Object) -> Value {
    key(duty).sign_object(x).unwrap().value().unwrap()
}

/// A chain as it is disclosed.
#[derive(Clone)]
pub struct Journal {
    pub tx: Token,
    pub rows: Vec<Row>,
    pub c: Vec<Hash>,
}

impl Journal {
    pub fn new(tx: &str) -> Self {
        Self {
            tx: token(tx),
            rows: Vec::new(),
            c: Vec::new(),
        }
    }

    pub fn push(&mut self, act: &str, label: &str, x: Value) -> Hash {
        let salt = hash("salt");
        let k = Label::new(label).unwrap();
        let h = ref_hash(&salt, &tianping::proof::canon::write(&x).unwrap());
        let event = Event {
            tx: self.tx.clone(),
            n: u64::try_from(self.c.len()).unwrap(),
            prev: self.c.last().copied().unwrap_or(Hash::ZERO),
            ts: 1000,
            act: act.into(),
            actor: token("someone"),
            refs: vec![Ref { k: k.clone(), h }],
        };
        let c = event.c(&salt).unwrap();
        let pay = vec![Payload { k, salt, x }];
        self.rows.push(Row::Shown(Shown {
            ev: Whole(event),
            salt,
            pay,
        }));
        self.c.push(c);
        c
    }

    /// A receipt from a tree with this one leaf.
    pub fn receipt(&self, at: usize) -> String {
        let Row::Shown(shown) = &self.rows[at] else {
            panic!("erased")
        };
        let ts = 10_000;
        let root = Entry { c: self.c[at], ts }.leaf().unwrap();
        let checkpoint = Checkpoint {
            origin: ORIGIN.into(),
            size: 1,
            root,
        };
        let extra = Extra {
            ev: shown.ev.clone(),
            salt: shown.salt,
            ts,
        };
        let checkpoint = checkpoint.sign(&key("log")).unwrap();
        Receipt {
            extra,
            index: 0,
            path: Vec::new(),
            checkpoint,
        }
        .to_text()
        .unwrap()
    }
}

/// Boxes are sealed afresh each time: one key set per stage for all tests.
pub fn pack(stage: &str) -> Pack {
    static PACKS: Mutex<BTreeMap<String, Pack>> = Mutex::new(BTreeMap::new());
    let mut packs = PACKS.lock().unwrap();
    packs
        .entry(stage.into())
        .or_insert_with(|| make_pack(stage))
        .clone()
}

pub fn make_pack(stage: &str) -> Pack {
    let (mut keys, mut acks) = (Vec::new(), Vec::new());
    for (duty, custodians) in [("op", ["sup", "upper"]), ("sup", ["op", "upper"])] {
        let plan = Plan {
            at: Stage {
                tender: token("t"),
                lot: token("l"),
                stage: token(stage),
            },
            duty: token(duty),
            not_before: 5000,
            t: 2,
            custodians: custodians
                .map(|to| (token(to), inbox(to).recipient().unwrap()))
                .into(),
        };
        let identity = Identity::generate(hash(&format!("{duty} {stage}")).0);
        let announced = announce(&plan, &identity, &mut |out| out.fill(7)).unwrap();
        let ack = |to: &str| {
            let ack = acknowledge(&announced, &token(to), &inbox(to)).unwrap();
            Whole(key(to).sign_object(&ack).unwrap())
        };
        keys.push(Whole(key(duty).sign_object(&announced).unwrap()));
        acks.push(custodians.map(ack).to_vec());
    }
    let keyset = Keyset::of(&parties(), 60_000, &keys, &acks).unwrap();
    let mut frozen = Journal::new("t");
    frozen.push("keyset.frozen", "keyset", keyset.value().unwrap());
    Pack {
        keyset: Whole(keyset),
        keys,
        acks,
        salt: hash("salt"),
        receipt: frozen.receipt(0),
    }
}

/// A tender up to its list of bids, with one bidder, `A`.
pub fn closed() -> Journal {
    let mut journal = Journal::new("t");
    let slot = |part: &str, kind, keyset| Slot {
        part: token(part),
        stage: token(part),
        kind,
        keyset,
    };
    let parts = ["draw2", "price"].map(|part| {
        let kind = if part == "price" { Kind::Price } else { Kind::Draw };
        slot(part, kind, pack(part).keyset.0.digest().unwrap())
    });
    let parts = LotParts {
        tender: token("t"),
        lot: token("l"),
        parts: parts.into(),
    };
    journal.push("tender.published", "parts.l", parts.value().unwrap());
    let deadline = DeadlineSet {
        tender: token("t"),
        lot: token("l"),
        deadline: 6000,
        objection: 0,
        min: 1,
    };
    journal.push("deadline.set", "deadline.l", signed("ten", &deadline));
    let duty_sub = |duty: &str| DutySub {
        duty: token(duty),
        stage: token("draw2"),
        tx: token(&format!("b.{duty}")),
        head: hash("head"),
        last: hash(&format!("{duty} draw2")),
    };
    let list = BidsClosed {
        tender: token("t"),
        lot: token("l"),
        deadline: 6000,
        subs: vec![Sub {
            bidder: token("A"),
            tx: token("b.A"),
            head: hash("head"),
            last: hash("A draw2"),
            fate: Fate::Bid,
        }],
        duty_subs: ["op", "sup", "ten"].map(duty_sub).into(),
    };
    journal.push("bids.closed", "closed.l", list.value().unwrap());
    journal
}

pub fn frozen(draw: &str, attempt: u64, contribs: &[&str]) -> Frozen {
    let row = |who: &&str| (Who::new(*who).unwrap(), Some(hash("env")), Some(hash("ct")));
    Frozen {
        tender: token("t"),
        lot: token("l"),
        draw: token(draw),
        attempt,
        prev: None,
        purpose: token("order"),
        take: 1,
        closed: None,
        items: vec![token("i")],
        contribs: contribs.iter().map(row).collect(),
        beacons: Vec::new(),
    }
}

pub fn freeze(journal: &mut Journal, frozen: &Frozen) -> Hash {
    journal.push(
        "draw.frozen",
        &format!("frozen.{}", frozen.draw),
        frozen.value().unwrap(),
    )
}

pub fn void(journal: &mut Journal, by: &str, about: Hash) {
    let (tender, lot, reason) = (token("t"), token("l"), "lost".into());
    let decision = Decision {
        tender,
        lot,
        what: token("void"),
        about: Some(about),
        reason,
    };
    journal.push("supervisor.decided", "decision", signed(by, &decision));
}

pub fn custody(journal: &mut Journal, stage: &str, rows: &[(&str, &str, Custody)]) {
    let rows = rows
        .iter()
        .map(|(who, part, state)| (token(who), token(part), *state))
        .collect();
    let check = CustodyChecked {
        tender: token("t"),
        lot: token("l"),
        stage: token(stage),
        rows,
    };
    journal.push("custody.checked", "custody", check.value().unwrap());
}

pub fn all_sound(journal: &mut Journal, stage: &str) {
    let rows = ["A", "op", "sup", "ten"].map(|who| (who, stage, Custody::Ok));
    custody(journal, stage, &rows);
}

/// What a careful client has of a stage.
pub fn memory(stage: &str, draw: &str, attempt: u64) -> Memory {
    let kept = |who: &str| Kept {
        submission: hash(&format!("{who} {stage}")),
        bidder: token(who),
        part: token(stage),
        stage: token(stage),
        env: hash("env"),
        ct: hash("ct"),
    };
    Memory {
        kept: ["A", "op", "sup", "ten"].map(kept).into(),
        displayed: [((token(draw), attempt), vec![token("i")])].into(),
        ..Memory::default()
    }
}

pub fn task(journal: &Journal, stage: &str, draws: &[&str]) -> Task {
    let task = Task {
        pack: Whole(pack(stage)),
        draws: draws.iter().map(|draw| token(draw)).collect(),
        rows: journal.rows.clone(),
        receipts: (0..journal.rows.len()).map(|at| journal.receipt(at)).collect(),
    };
    Task::from_bytes(&task.bytes().unwrap()).unwrap()
}

/// The judgement of a client whose clock says [`NOW`].
pub fn judged(task: &Task, trust: Trust<'_>, memory: &Memory) -> Result<Warrant, Refused> {
    let chain = Chain::check(&task.rows).map_err(Refused::Chain)?;
    judge((task, chain), trust, memory, NOW)
}

pub fn decide(journal: &Journal, stage: &str, draws: &[&str], memory: &Memory) -> Result<Warrant, Refused> {
    let (parties, policy) = (parties(), policy());
    let trust = Trust {
        parties: &parties,
        policy: &policy,
    };
    judged(&task(journal, stage, draws), trust, memory)
}
