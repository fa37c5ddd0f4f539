//! Whether a holder's or custodian's client may release (protocols A.6, 1 to 5, and B.4).
//!
//! In: a task, the client's own trust files, what it remembers, keeps and was told, its own clock.
//! Out: a warrant, or the first condition that does not hold. Never: a release on the server's word
//! alone; this is the whole decision, so that an agent can take it unattended.

use std::collections::{BTreeMap, BTreeSet};

use super::bid::Kind;
use super::canon::{Checked, Flaw, Hash, Object as _, Token, ensure};
use super::ceremony::Stage;
use super::chain::Chain;
use super::closing::{BidsClosed, Custody};
use super::complaint::{Heard, List};
use super::docket::{Contributor, Docket, Entry};
use super::draw::{Frozen, Who};
use super::keyset::StageKeys;
use super::policy::Policy;
use super::receipt::Receipt;
use super::release::Task;
use super::stage::KeyStage;
use super::warrant::{Kept, Memory, Refused, Trust, Warrant};

/// Judges a task, whose rows are a chain, by the client's own trust files, memory and clock (Unix ms).
///
/// # Errors
/// The first condition that does not hold.
pub fn judge(
    (task, chain): (&Task, Chain<'_>),
    trust: Trust<'_>,
    memory: &Memory,
    now: i64,
) -> Result<Warrant, Refused> {
    let keys = task
        .pack
        .0
        .open(trust.parties, trust.policy)
        .map_err(Refused::KeySet)?;
    let at = keys.keyset.at();
    let docket = Docket::read(chain, trust.parties, &at.tender, &at.lot).map_err(Refused::Chain)?;
    ensure(docket.unchecked().is_empty(), "a row is erased").map_err(Refused::Chain)?;
    let times = times(task, trust.policy).map_err(Refused::Receipt)?;
    let case = Case {
        task,
        trust,
        memory,
        now,
        keys: &keys,
        at: &at,
        docket: &docket,
        times: &times,
    };
    let last = docket.last().map_err(Refused::Chain)?;
    let last = case.time(&last.c).map_err(Refused::Receipt)?;
    if last < keys.keyset.not_before || now < last {
        return Err(Refused::NotBefore(last.max(keys.keyset.not_before)));
    }
    let stage: KeyStage = at.stage.as_str().parse().map_err(Refused::KeySet)?;
    let closing = if stage.is_before_bids() {
        None
    } else {
        Some(case.closing()?)
    };
    let list = closing.as_ref().map(|closing| &closing.list);
    let (event, parts) = match list {
        list if stage.is_draw() => case.draws(stage, list)?,
        Some(list) => (list.c, case.bids(list)?),
        None => return Err(Refused::List(Flaw::new("no list"))),
    };
    case.custody(&parts)?;
    if let Some(before) = memory.released.get(&at).filter(|before| **before != event) {
        return Err(Refused::AnotherEvent(*before));
    }
    let since = closing.as_ref().map_or(last, |closing| last.max(closing.until));
    let list = closing.map(|closing| closing.digest);
    Ok(Warrant {
        keys,
        event,
        list,
        since,
    })
}

/// The quorum times of the events that the task has receipts of.
fn times(task: &Task, policy: &Policy) -> Checked<BTreeMap<Hash, i64>> {
    let mut times = BTreeMap::new();
    for text in &task.receipts {
        let proven = text.parse::<Receipt>()?.check(policy)?;
        times.insert(proven.c, proven.quorum_ms);
    }
    Ok(times)
}

/// The closing of the lot, checked.
struct Closing {
    list: Entry<BidsClosed>,
    digest: Hash,
    /// The end of objections, Unix ms.
    until: i64,
}

/// A part that has to be in custody.
struct Due {
    bidder: Token,
    part: Token,
    submission: Hash,
}

/// A task and everything it is judged by.
struct Case<'a> {
    task: &'a Task,
    trust: Trust<'a>,
    memory: &'a Memory,
    now: i64,
    keys: &'a StageKeys,
    at: &'a Stage,
    docket: &'a Docket<'a>,
    times: &'a BTreeMap<Hash, i64>,
}

impl Case<'_> {
    fn time(&self, c: &Hash) -> Checked<i64> {
        let time = self.times.get(c).copied();
        time.ok_or_else(|| Flaw::new(format!("no receipt of {c}")))
    }

    /// Conditions 2 and 3.
    fn closing(&self) -> Result<Closing, Refused> {
        let list = self.docket.list().map_err(Refused::List)?;
        let set = self.docket.deadline().map_err(Refused::Deadline)?;
        let logged = self.time(&list.c).map_err(Refused::Receipt)?;
        let late = |holds, why: &str| ensure(holds, why).map_err(Refused::Deadline);
        late(list.x.deadline == set.deadline, "not that of the list")?;
        late(
            set.deadline >= self.keys.keyset.not_before,
            "before the key set's not_before",
        )?;
        late(logged >= set.deadline, "the list was logged before it")?;
        late(self.now >= set.deadline, "it has not come")?;
        late(set.objection >= 0, "a negative time for objections")?;
        let bidders = u64::try_from(list.x.effective().count()).unwrap_or(u64::MAX);
        if bidders < set.min {
            return Err(Refused::TooFew);
        }
        let until = logged.saturating_add(set.objection);
        if self.now < until {
            return Err(Refused::Early(until));
        }
        self.must_be_uncontested(List::Bids(&list.x))?;
        let digest = list.x.digest().map_err(Refused::List)?;
        let lot = (self.at.tender.clone(), self.at.lot.clone());
        if self.memory.lists.get(&lot).is_some_and(|first| *first != digest) {
            return Err(Refused::AnotherList);
        }
        Ok(Closing { list, digest, until })
    }

    /// Condition 3: nobody shows the log's word for what a list leaves out.
    fn must_be_uncontested(&self, list: List<'_>) -> Result<(), Refused> {
        let stands = |heard: &Heard| heard.stands(list, self.trust.policy);
        let is_contested = self.memory.filed.iter().any(stands);
        if is_contested {
            Err(Refused::Complaint)
        } else {
            Ok(())
        }
    }

    /// The parts of this stage that every bid has, published with this key set.
    fn slots(&self) -> Result<Vec<(Token, Kind)>, Refused> {
        let parts = self.docket.parts().map_err(Refused::Chain)?.parts;
        let own: Vec<_> = parts
            .into_iter()
            .filter(|slot| slot.stage == self.at.stage)
            .collect();
        let published = !own.is_empty() && own.iter().all(|slot| slot.keyset == self.keys.id);
        ensure(published, "not the one published for this stage").map_err(Refused::KeySet)?;
        Ok(own.into_iter().map(|slot| (slot.part, slot.kind)).collect())
    }

    fn voided(&self, submission: &Hash) -> bool {
        self.docket.voided(submission, u64::MAX)
    }

    /// Condition 4 for `docs` and `price`: own copies of what is not `docs`.
    fn bids(&self, list: &Entry<BidsClosed>) -> Result<Vec<Due>, Refused> {
        let slots = self.slots()?;
        let mut parts = Vec::new();
        for sub in list.x.effective() {
            for (part, kind) in &slots {
                let same = |kept: &Kept| (kept.submission, &kept.part) == (sub.last, part);
                let in_hand = *kind == Kind::Docs || self.memory.kept.iter().any(same);
                if !in_hand && !self.voided(&sub.last) {
                    return Err(Refused::Missing(format!("{} of {}", part, sub.bidder)));
                }
                parts.push(Due {
                    bidder: sub.bidder.clone(),
                    part: part.clone(),
                    submission: sub.last,
                });
            }
        }
        Ok(parts)
    }

    /// B.4: the freeze that counts, checked draw by draw.
    fn draws(&self, stage: KeyStage, list: Option<&Entry<BidsClosed>>) -> Result<(Hash, Vec<Due>), Refused> {
        let freeze = self.docket.freeze(stage).map_err(Refused::Draw)?;
        let frozen: BTreeSet<_> = freeze.x.iter().map(|x| &x.draw).collect();
        let asked: BTreeSet<_> = self.task.draws.iter().collect();
        ensure(frozen == asked, "not exactly the draws asked for are frozen").map_err(Refused::Draw)?;
        let part = if stage.is_listed() {
            self.slots()?.into_iter().next().map(|(part, _)| part)
        } else {
            None
        };
        let part = part.unwrap_or_else(|| self.at.stage.clone());
        let mut parts = Vec::new();
        for x in &freeze.x {
            self.frozen(x, freeze.n, stage, list).map_err(Refused::Draw)?;
            self.must_be_uncontested(List::Draw(x))?;
            for name in &x.beacons {
                self.docket.beacon(x, freeze.n, name).map_err(Refused::Beacon)?;
            }
            let list = list.map(|list| &list.x);
            let contributors = self
                .docket
                .contributors(x, freeze.n, list, &|who| self.submissions(who));
            for contributor in contributors.map_err(Refused::Draw)? {
                parts.extend(self.contribution(&contributor, &part)?);
            }
        }
        Ok((freeze.c, parts))
    }

    /// What the frozen list says of itself: the list of bids, the attempt before, the items.
    fn frozen(&self, x: &Frozen, n: u64, stage: KeyStage, list: Option<&Entry<BidsClosed>>) -> Checked<()> {
        ensure(
            x.closed == list.map(|list| list.c),
            "closed is not the list of bids",
        )?;
        let is_listed = |item: &Token| match list {
            Some(list) if x.purpose.as_str() == "award" => list.x.effective().any(|sub| sub.bidder == *item),
            Some(_) | None => true,
        };
        ensure(x.items.iter().all(is_listed), "an item is no bidder of the list")?;
        let seen = self.memory.displayed.get(&(x.draw.clone(), x.attempt));
        ensure(seen == Some(&x.items), "the items are not those displayed")?;
        let Some(prev) = x.prev else { return Ok(()) };
        let stage = stage.at(x.attempt.saturating_sub(1));
        let before = self
            .docket
            .freeze(stage)?
            .x
            .into_iter()
            .find(|before| before.draw == x.draw);
        let before = before.ok_or_else(|| Flaw::new("no attempt before"))?.digest()?;
        ensure(before == prev, "prev is not the attempt before")?;
        let before = Stage {
            stage: stage.token()?,
            ..self.at.clone()
        };
        ensure(
            !self.memory.released.contains_key(&before) || self.docket.voided(&prev, n),
            "the attempt before was released, and not voided by the supervisor",
        )
    }

    /// The digests of the submissions that are kept of a contributor to this stage.
    fn submissions(&self, who: &Who) -> Vec<Hash> {
        self.kept_of(who).map(|kept| kept.submission).collect()
    }

    fn kept_of<'b>(&'b self, who: &'b Who) -> impl Iterator<Item = &'b Kept> {
        let mine = |kept: &&Kept| kept.bidder.as_str() == who.name() && kept.stage == self.at.stage;
        self.memory.kept.iter().filter(mine)
    }

    /// The part of a contributor, in hand and matching both hashes; none for a null row.
    fn contribution(&self, contributor: &Contributor, part: &Token) -> Result<Option<Due>, Refused> {
        let Some(hashes) = contributor.hashes else {
            return Ok(None);
        };
        let mut kept = self
            .kept_of(&contributor.who)
            .filter(|kept| (kept.env, kept.ct) == hashes);
        let kept = kept.find(|kept| {
            contributor
                .submission
                .is_none_or(|fixed| fixed == kept.submission)
        });
        let kept = kept.ok_or_else(|| Refused::Missing(format!("the part of {}", contributor.who)))?;
        let part = if contributor.who.is_duty() {
            &self.at.stage
        } else {
            part
        };
        Ok(Some(Due {
            bidder: kept.bidder.clone(),
            part: part.clone(),
            submission: kept.submission,
        }))
    }

    /// Condition 4: every part was found sound by the last custody check, or is voided.
    fn custody(&self, parts: &[Due]) -> Result<(), Refused> {
        let check = self.docket.custody(&self.at.stage).map_err(Refused::Custody)?;
        for due in parts {
            let sound = check
                .rows
                .iter()
                .any(|(bidder, part, state)| (bidder, part, *state) == (&due.bidder, &due.part, Custody::Ok));
            ensure(
                sound || self.voided(&due.submission),
                format_args!("{} of {} is not sound", due.part, due.bidder),
            )
            .map_err(Refused::Custody)?;
        }
        Ok(())
    }
}
