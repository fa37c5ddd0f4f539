//! The owner's signed deadlines (`deadline.set/1`, protocols A.6): reading what came with a request,
//! and logging them after the act they belong to.
//!
//! Never: a deadline under another key than the duty `ten` of the tender's parties.json.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Answer, Error, message};
use crate::{
    domain::{
        act::Act,
        actor::Role,
        id::Id,
        refusal::{
            Refusal,
            dates::WHOLE_MINUTE,
            require,
            tender::{DEADLINE_MISSING, DEADLINE_UNFIT},
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        canon::{Flaw, Object as _, Token},
        closing::DeadlineSet,
        parties::Parties,
        sig::Signed,
    },
    store::{Tx, tx::Payload},
};

/// The signed deadlines of a request: in JSON a list of `signed/1`, in a form one per line.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(value_type = Vec<Object>)]
#[serde(try_from = "Value")]
pub struct Deadlines(pub Vec<Signed>);

impl TryFrom<Value> for Deadlines {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let values = match value {
            Value::String(text) => lines(&text)?,
            Value::Array(values) => values,
            Value::Null => Vec::new(),
            one @ (Value::Object(_) | Value::Bool(_) | Value::Number(_)) => vec![one],
        };
        let read = |value: &Value| Signed::from_value(value).map_err(|e| format!("`deadlines`: {e}"));
        Ok(Self(values.iter().map(read).collect::<Result<_, _>>()?))
    }
}

/// A list, or one object per line.
fn lines(text: &str) -> Result<Vec<Value>, String> {
    let bad = |e: serde_json::Error| format!("`deadlines`: {e}");
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(bad);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).map_err(bad))
        .collect()
}

/// A signed deadline, read.
#[derive(Debug, Clone)]
pub struct Set {
    /// The lot.
    pub lot: Id,
    /// The deadline.
    pub closes_at: Instant,
    /// What was signed.
    pub signed: Signed,
}

/// What the owner signs for a lot.
pub fn object(tender: &Id, lot: &Lot, closes_at: Instant) -> Result<DeadlineSet, Flaw> {
    Ok(DeadlineSet {
        tender: Token::new(tender.as_str())?,
        lot: Token::new(lot.id.as_str())?,
        deadline: closes_at.0,
        objection: lot.objection_span,
        min: u64::try_from(lot.n_bidders_min).map_err(|e| Flaw::new(e.to_string()))?,
    })
}

/// Reads the signed deadlines of a tender's lots: at most one for each, under the key of `ten`.
///
/// # Errors
/// `deadline.unfit`, `dates.whole_minute`.
pub fn read(given: Deadlines, tender: &Tender, lots: &[Lot]) -> Answer<Vec<Set>> {
    let parties = tender.parties.as_ref().ok_or(Error::Stale)?;
    let parties = Parties::from_value(&parties.get::<Value>()?)?;
    let key = parties.key("ten")?;
    let mut sets: Vec<Set> = Vec::new();
    for signed in given.0 {
        let unfit = |lot: &str, why: &str| {
            Refusal::new(&DEADLINE_UNFIT)
                .fact("lot", lot)
                .fact("why", why)
                .at("deadlines")
        };
        let set: DeadlineSet = signed.open_by(&key).map_err(|e| unfit("—", &e.0))?;
        let lot = lots.iter().find(|lot| lot.id.as_str() == set.lot.as_str());
        let lot = lot.ok_or_else(|| unfit(set.lot.as_str(), "lot"))?;
        let closes_at = Instant(set.deadline);
        let is_ours = object(&tender.id, lot, closes_at)? == set;
        require(is_ours, || unfit(&lot.name, "tender, objection, min"))?;
        require(closes_at.is_whole_minute(), || {
            Refusal::new(&WHOLE_MINUTE)
                .fact("moment", "word:moment-closes-at")
                .at("deadlines")
        })?;
        require(sets.iter().all(|other| other.lot != lot.id), || {
            unfit(&lot.name, "twice")
        })?;
        sets.push(Set {
            lot: lot.id.clone(),
            closes_at,
            signed,
        });
    }
    Ok(sets)
}

/// The deadline of a lot among those signed.
///
/// # Errors
/// `deadline.missing`.
pub fn of<'a>(sets: &'a [Set], lot: &Lot) -> Answer<&'a Set> {
    let found = sets.iter().find(|set| set.lot == lot.id);
    Ok(found.ok_or_else(|| {
        Refusal::new(&DEADLINE_MISSING)
            .fact("lot", &lot.name)
            .at("deadlines")
    })?)
}

/// Logs the signed deadlines on the tender's chain.
pub fn log(tx: &mut Tx<'_>, tender: &Id, sets: &[Set]) -> Answer<()> {
    for set in sets {
        let payload = Payload::object(format!("deadline.{}", set.lot), &set.signed)?;
        tx.record(tender.as_str(), Act::DeadlineSet, vec![payload])?;
    }
    Ok(())
}

/// Tells centre and supervisor of the region that a deadline has moved; nobody asks them.
pub fn tell_staff(tx: &mut Tx<'_>, tender: &Tender, name: &str, closes_at: Instant) -> Answer<()> {
    let (at, link) = (closes_at.local(), format!("/xm/{}/changes", tender.number));
    let facts = [("what", name), ("at", at.as_str())];
    let roles = [Role::CentreOperator, Role::CentreHead, Role::Supervisor];
    message::tell_staff(tx, tender, &roles, ("message-deadline-moved", &facts, &link))
}
