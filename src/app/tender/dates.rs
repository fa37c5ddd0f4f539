//! The dates planner of a tender: the first lawful deadline of each lot, and the days around it.
//!
//! Never: a day shown as lawful that the law would refuse were the notice to come out now.

use serde::Serialize;

use super::{
    super::{Answer, App, law},
    owned,
};
use crate::{
    domain::{actor::Actor, dates::Planner, id::Id, rule::Moment, tender::Lot, time::Instant},
    store::{self, Db},
};

/// A day in the planner: whether it is lawful as a deadline, and why not.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Day {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Whether the deadline may lie on it.
    pub is_lawful: bool,
    /// Whether people work on it.
    pub is_working: bool,
}

/// The planner of a lot: the first lawful deadline and the days around it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LotDates {
    /// The lot.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its name.
    pub name: String,
    /// The planned deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// The first lawful one, were the notice to come out now, Unix ms.
    #[schema(value_type = i64)]
    pub earliest_at: Instant,
    /// The rule that says so.
    pub rule_id: String,
    /// Its basis.
    pub rule: String,
    /// The days from today on.
    pub days: Vec<Day>,
    /// Objections to the documents are admissible before it, by the planned deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub objection_before: Option<Instant>,
    /// Addenda before it leave the planned deadline where it is, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub addendum_before: Option<Instant>,
}

/// The planner of a tender's lots.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Dates {
    /// The tender.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its name.
    pub name: String,
    /// A plan for each lot.
    pub lots: Vec<LotDates>,
}

/// How many days the planner shows.
const DAYS: i64 = 42;

/// The dates planner: illegal days are told apart, with the rule.
pub async fn dates(app: &App, actor: Actor, tender: &Id) -> Answer<Dates> {
    let (id, now) = (tender.clone(), app.clock.now());
    app.view(move |db| {
        let tender = owned(db, &actor, &id)?;
        let mut lots = Vec::new();
        for lot in store::tender::lots(db, &id)? {
            lots.push(lot_dates(db, &lot, now)?);
        }
        Ok(Dates {
            id,
            name: tender.name,
            lots,
        })
    })
    .await
}

fn lot_dates(db: &mut Db, lot: &Lot, now: Instant) -> Answer<LotDates> {
    let calendar = law::calendar()?;
    let rules = super::rules_of(db, lot)?;
    let planner = Planner::new(&rules, lot.procedure()?, &calendar, now.date())?;
    let bound = planner.earliest(Moment::ClosesAt, &[(Moment::DocumentsIssued, now)])?;
    let earliest_at = bound.map_or(now, |bound| bound.at);
    let mut days = Vec::new();
    for n in 0..DAYS {
        let date = now.plus(n * crate::domain::time::DAY).date();
        days.push(Day {
            date: date.to_string(),
            is_lawful: Instant::end_of(date) > earliest_at,
            is_working: calendar.is_working(date)?,
        });
    }
    let outlook = lot
        .closes_at
        .map(|closes_at| planner.outlook(closes_at))
        .transpose()?;
    Ok(LotDates {
        id: lot.id.clone(),
        name: lot.name.clone(),
        closes_at: lot.closes_at,
        earliest_at,
        rule_id: bound
            .as_ref()
            .map_or_else(String::new, |bound| bound.rule.id.clone()),
        rule: bound.map_or_else(String::new, |bound| bound.rule.basis.clone()),
        days,
        objection_before: outlook
            .and_then(|outlook| outlook.objection_before)
            .map(|bound| bound.at),
        addendum_before: outlook
            .and_then(|outlook| outlook.addendum_before)
            .map(|bound| bound.at),
    })
}
