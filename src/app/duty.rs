//! What is owed about a lot, put on the desks of its owner or of the centre.
//!
//! In: what is owed, and the moment since which. Out: the duty's row, late from when the rules of the lot
//! say. Never: a limit of the law that the lot's own rows do not set.

use super::{Answer, law::planned};
use crate::{
    domain::{
        duty::{Due, DutyKind},
        rule::Moment,
        tender::{Lot, Tender},
        time::Instant,
    },
    store::{self, Tx},
};

/// Something about the lot is owed from now on; a rule may bound it since a moment.
pub fn owe(
    tx: &mut Tx<'_>,
    kind: DutyKind,
    tender: &Tender,
    lot: &Lot,
    since: Option<(Moment, Instant)>,
) -> Answer<Option<Due>> {
    let due = match since {
        Some((from, at)) => {
            let now = tx.now;
            planned(tx.db, lot, now, |planner| Ok(kind.due(planner, from, at)?))?
        }
        None => None,
    };
    store::duty::owe(tx, kind, &lot.id, |duty| {
        let duty = duty.about("lot", &lot.id, tender.title_of(lot)).of_lot(&lot.id);
        duty.in_tender(tender).due(due.clone())
    })?;
    Ok(due)
}
