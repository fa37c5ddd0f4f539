//! Experts: answer their calls, pledge, review every bid, sign the report.
//!
//! In: who may be called. Out: panels that sit, evaluations that ended. Never: a verdict by price.

use std::{collections::BTreeMap, sync::Mutex};

use serde_json::{Value, json};

use super::{
    all,
    centre::panel_desk,
    company::Company,
    door::{Done, Door, Trouble, at, text},
    owner::Project,
};
use crate::app::cast::Player;

/// The quality whose promise the panel of a rehearsal rejects.
pub const UNQUALIFIED: &str = "未响应";

/// Who sits where: the lot's experts, by call.
#[derive(Default)]
pub struct Seats {
    calls: Mutex<Vec<(usize, String)>>,
}

/// Every expert answers his calls until the panels of all these lots sit; `refuses` says which call is
/// refused.
pub fn answer_calls(
    door: &Door,
    company: &Company,
    experts: &[Player],
    projects: &[&Project],
    refuses: impl Fn(&str) -> bool + Sync,
) -> Done<Seats> {
    let seats = Seats::default();
    let numbered: Vec<(usize, &Player)> = experts.iter().enumerate().collect();
    loop {
        let called = all(projects, |project| {
            door.until("the calls of a panel", || calls_of(door, company, project))
        });
        let mut n_open = 0;
        for is_open in called {
            n_open += usize::from(is_open?);
        }
        if n_open == 0 {
            return Ok(seats);
        }
        let answered = all(&numbered, |(i, expert)| {
            answer(door, *i, expert, &seats, &refuses)
        });
        for done in answered {
            done?;
        }
    }
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

fn answer(door: &Door, i: usize, expert: &Player, seats: &Seats, refuses: impl Fn(&str) -> bool) -> Done<()> {
    let calls = door.get("/calls", &expert.token)?;
    for call in at(&calls, "/calls").as_array().into_iter().flatten() {
        if at(call, "/state") != "invited" {
            continue;
        }
        let id = text(call, "id")?;
        let body = if refuses(&id) {
            json!({ "accepts": false, "reason": "时间冲突" })
        } else {
            json!({ "accepts": true })
        };
        door.post(&format!("/calls/{id}"), &expert.token, &body)?;
        if at(&body, "/accepts").as_bool() == Some(true) {
            seats
                .calls
                .lock()
                .map_err(|_| Trouble::broken("seats"))?
                .push((i, id));
        }
    }
    Ok(())
}

impl Seats {
    /// After the opening a member learns which lot he sits for: lot and the members' numbers.
    pub fn by_lot(&self, door: &Door, experts: &[Player]) -> Done<BTreeMap<String, Vec<usize>>> {
        let calls = self.calls.lock().map_err(|_| Trouble::broken("seats"))?.clone();
        let mut lots: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let seen = all(&calls, |(i, id)| {
            let expert = experts.get(*i).ok_or_else(|| Trouble::broken("an expert"))?;
            door.get(&format!("/calls/{id}"), &expert.token)
        });
        for ((i, _), call) in calls.iter().zip(seen) {
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
