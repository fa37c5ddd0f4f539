//! Experts: answer their calls, pledge, review every bid, sign the report.
//!
//! In: who may be called. Out: panels that sit, evaluations that ended. Never: a verdict by price.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    all,
    centre::panel_desk,
    company::Company,
    door::{Done, Door, Trouble, at, text},
    owner::Project,
};
use crate::{app::cast::Player, domain::time::Instant};

/// The quality whose promise the panel of a rehearsal rejects.
pub const UNQUALIFIED: &str = "未响应";

/// Who sits where: experts by number, with the calls they accepted.
#[derive(Default)]
pub struct Seats {
    calls: Vec<(usize, String)>,
}

/// Every expert who is told of a call answers it, until the panels of all these lots sit; `refuses`
/// says which call is refused.
pub fn answer_calls(
    door: &Door,
    company: &Company,
    experts: &[Player],
    projects: &[&Project],
    refuses: impl Fn(&str) -> bool + Sync,
) -> Done<Seats> {
    let begun = door.now()?;
    let by_login: BTreeMap<&str, usize> = experts
        .iter()
        .enumerate()
        .map(|(i, expert)| (expert.login.as_str(), i))
        .collect();
    let mut answered: BTreeSet<String> = BTreeSet::new();
    let mut seats = Seats::default();
    loop {
        let called = all(projects, |project| {
            door.until("the calls of a panel", || calls_of(door, company, project))
        });
        let open: Vec<bool> = called.into_iter().collect::<Done<_>>()?;
        if !open.contains(&true) {
            return Ok(seats);
        }
        let mut calls = told_since(door, &by_login, begun)?;
        calls.retain(|(_, id)| answered.insert(id.clone()));
        for accepted in all(&calls, |(i, id)| answer(door, experts.get(*i), id, &refuses)) {
            if let Some(id) = accepted? {
                let of = calls.iter().find(|(_, call)| *call == id);
                seats.calls.extend(of.cloned());
            }
        }
    }
}

/// The calls that experts of ours were told of: whose, and its id.
fn told_since(door: &Door, by_login: &BTreeMap<&str, usize>, since: Instant) -> Done<Vec<(usize, String)>> {
    let told = door.get(&format!("/sandbox/messages?since_at={}", since.0), "")?;
    let told = at(&told, "/messages").as_array().map_or(&[][..], Vec::as_slice);
    let call = |sent: &Value| {
        let of = by_login.get(at(sent, "/to").as_str()?)?;
        let id = at(sent, "/letter/link").as_str()?.strip_prefix("/calls/")?;
        Some((*of, id.to_owned()))
    };
    Ok(told.iter().filter_map(call).collect())
}

/// Whether calls of a panel wait for their answer, once as many are out as seats are free; `None`
/// while the bureau still calls.
fn calls_of(door: &Door, company: &Company, project: &Project) -> Done<Option<bool>> {
    let desk = panel_desk(door, company, project)?;
    if at(&desk, "/state") == "seated" {
        return Ok(Some(false));
    }
    let seats = at(&desk, "/seats").as_array().map_or(&[][..], Vec::as_slice);
    let in_state = |state: &str| seats.iter().filter(|seat| at(seat, "/state") == state).count();
    let n_called = in_state("invited") + in_state("accepted");
    let is_full = at(&desk, "/n_experts").as_u64() == u64::try_from(n_called).ok();
    Ok(is_full.then_some(true))
}

/// Answers a call; its id where it is accepted.
fn answer(
    door: &Door,
    expert: Option<&Player>,
    call: &str,
    refuses: impl Fn(&str) -> bool,
) -> Done<Option<String>> {
    let expert = expert.ok_or_else(|| Trouble::broken("an expert"))?;
    let accepts = !refuses(call);
    let body = if accepts {
        json!({ "accepts": true })
    } else {
        json!({ "accepts": false, "reason": "时间冲突" })
    };
    door.post(&format!("/calls/{call}"), &expert.token, &body)?;
    Ok(accepts.then(|| call.to_owned()))
}

impl Seats {
    /// After the opening a member learns which lot he sits for: lot and the members' numbers.
    pub fn by_lot(&self, door: &Door, experts: &[Player]) -> Done<BTreeMap<String, Vec<usize>>> {
        let mut lots: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let seen = all(&self.calls, |(i, id)| {
            let expert = experts.get(*i).ok_or_else(|| Trouble::broken("an expert"))?;
            door.get(&format!("/calls/{id}"), &expert.token)
        });
        for ((i, _), call) in self.calls.iter().zip(seen) {
            if let Some(lot) = at(&call?, "/lot").as_str() {
                lots.entry(lot.to_owned()).or_default().push(*i);
            }
        }
        Ok(lots)
    }
}

/// The members of one lot pledge, review and sign; the evaluation ends.
pub fn review(door: &Door, lot: &str, members: &[&Player]) -> Done<()> {
    for member in members {
        let path = format!("/lots/{lot}/panel/pledge");
        let pledge = door.get(&path, &member.token)?;
        door.sign(&path, &member.token, json!({}), &text(&pledge, "digest")?)?;
    }
    // a rejection after the draw brings the next of the order before the panel
    while members
        .iter()
        .map(|member| mark_all(door, lot, member))
        .collect::<Done<Vec<bool>>>()?
        .contains(&true)
    {}
    for member in members {
        let path = format!("/lots/{lot}/report");
        let report = door.get(&path, &member.token)?;
        let body = json!({ "opinion": "agrees" });
        door.sign(&path, &member.token, body, &text(&report, "digest")?)?;
    }
    Ok(())
}

/// A member marks every bid that he has not; whether there was any.
fn mark_all(door: &Door, lot: &str, member: &Player) -> Done<bool> {
    let path = format!("/lots/{lot}/review");
    let desk = door.get(&path, &member.token)?;
    let bids = at(&desk, "/bids").as_array().map_or(&[][..], Vec::as_slice);
    let open = bids.iter().filter(|bid| at(bid, "/mark").is_null());
    let marks: Vec<Value> = open.map(mark).collect();
    if marks.is_empty() {
        return Ok(false);
    }
    door.post(&path, &member.token, &json!({ "marks": marks }))?;
    Ok(true)
}

/// A member's mark: a bid that does not answer the requirement of quality is rejected under its clause.
fn mark(bid: &Value) -> Value {
    if at(bid, "/quality") == UNQUALIFIED {
        return json!({
            "bid": at(bid, "/bid"), "passed": false, "clause": "3.3", "reason": "质量承诺未响应竞选文件",
        });
    }
    json!({ "bid": at(bid, "/bid"), "passed": true, "clause": "", "reason": "" })
}
