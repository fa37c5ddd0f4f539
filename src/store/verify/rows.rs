//! Every row of every sealed table against its seal and the newest event that names it, both ways.

use super::{Named, Namings, Progress, Report, Tampering, naming, whole};
use crate::{
    proof::{canon::Hash, event::ref_hash},
    store::{
        Db, Fault, Row,
        journal::walk,
        row::{label, tombstone},
    },
};

/// Hands the rows of every sealed table to another macro: the one list of them. A new table goes
/// here, or among the exempt.
#[macro_export]
macro_rules! sealed_rows {
    ($then:ident) => {
        $then! {
            $crate::domain::account::Account,
            $crate::domain::announcement::Announcement,
            $crate::domain::award::Award,
            $crate::domain::award::Excluded,
            $crate::domain::award::AwardSession,
            $crate::domain::award::ListConfirmation,
            $crate::domain::award::MinutesSignature,
            $crate::domain::award::SessionAttendance,
            $crate::domain::basis::Basis,
            $crate::domain::bid::Bid,
            $crate::domain::bid::BidPart,
            $crate::domain::ceremony::Canary,
            $crate::domain::chain::Chain,
            $crate::domain::complaint::FiledComplaint,
            $crate::domain::consent::Consent,
            $crate::domain::contribution::Contribution,
            $crate::domain::document::Document,
            $crate::domain::document::DocumentFetch,
            $crate::domain::draw::Draw,
            $crate::domain::duty::Duty,
            $crate::domain::expert::Expert,
            $crate::domain::expert::Library,
            $crate::domain::expert::ExpertSpecialty,
            $crate::domain::expert::Household,
            $crate::domain::expert::Interest,
            $crate::domain::ceremony::Keyset,
            $crate::domain::tender::Lot,
            $crate::domain::message::Message,
            $crate::domain::objection::Objection,
            $crate::domain::bid::OpenedBid,
            $crate::domain::bid::OpenedPart,
            $crate::domain::account::Organisation,
            $crate::domain::panel::Panel,
            $crate::domain::panel::Seat,
            $crate::domain::platform::Platform,
            $crate::domain::question::Question,
            $crate::domain::region::Region,
            $crate::domain::release::Release,
            $crate::domain::review::ReportSignature,
            $crate::domain::review::Review,
            $crate::domain::review::Sheet,
            $crate::domain::account::RoleGrant,
            $crate::domain::rule::RuleVersion,
            $crate::domain::bid::SignIn,
            $crate::domain::signing_key::SigningKey,
            $crate::domain::region::Specialty,
            $crate::domain::ceremony::StageAck,
            $crate::domain::ceremony::StageKey,
            $crate::domain::tender::Tender,
        }
    };
}

/// Makes the names of the tables and the walk through them from the one list.
macro_rules! sealed {
    ($($row:ty,)+) => {
        /// The tables whose every row an event names.
        pub const SEALED: &[&str] = &[$(<$row as Row>::TABLE),+];

        fn walk_all(db: &mut Db, each: &mut Each<'_, '_>) -> Result<(), Fault> {
            $(walk_table::<$row>(db, each)?;)+
            Ok(())
        }
    };
}

sealed_rows!(sealed);

/// What the walk carries along.
struct Each<'a, 'b> {
    namings: &'a mut Namings,
    report: &'a mut Report,
    total: u64,
    progress: Progress<'b>,
}

/// Checks seals and rows.
pub fn check(
    db: &mut Db,
    mut namings: Namings,
    report: &mut Report,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    let [.., total] = walk::counts(db)?;
    seals(db, &mut namings, report)?;
    let mut each = Each {
        namings: &mut namings,
        report,
        total: whole(total),
        progress,
    };
    walk_all(db, &mut each)?;
    missing(&namings, report);
    Ok(())
}

fn seals(db: &mut Db, namings: &mut Namings, report: &mut Report) -> Result<(), Fault> {
    let mut after = String::new();
    loop {
        let page = walk::seals(db, &after)?;
        let Some((last, ..)) = page.last() else {
            return Ok(());
        };
        after.clone_from(last);
        for seal in page {
            one_seal(seal, namings, report);
        }
    }
}

fn one_seal(seal: walk::StoredSeal, namings: &mut Namings, report: &mut Report) {
    let (id, table, row, salt, h, c) = seal;
    if report.broken.contains(&c) {
        // its event is named already; what it sealed cannot be judged
        report
            .unchecked
            .push(format!("{id}: its event is not to be trusted"));
        namings.newest.insert(id.into(), Named::judged());
        return;
    }
    let Some(named) = namings.newest.get_mut(&*id) else {
        return report.add("row_seal", id, Tampering::Inserted, "no event names such a row");
    };
    named.salt = Some(Hash(salt.as_slice().try_into().unwrap_or_default()));
    let known = Hash::from_hex(&h).ok();
    if label(&table, &row) != id {
        return report.add("row_seal", id, Tampering::Edited, "it does not fit its own name");
    }
    if known == Some(named.h) && c == named.c.to_hex() {
        return;
    }
    let is_earlier = known
        .zip(Hash::from_hex(&c).ok())
        .is_some_and(|(h, c)| namings.earlier.contains(&naming(&h, &c)));
    if is_earlier {
        named.is_judged = true;
        let why = "it is of an earlier event than the last one that names the row";
        report.add("row_seal", id, Tampering::RolledBack, why);
        report.add(
            &table,
            row,
            Tampering::RolledBack,
            "its seal is of an earlier event",
        );
    } else {
        report.add(
            "row_seal",
            id,
            Tampering::Edited,
            "it is not what the newest event names",
        );
    }
}

fn walk_table<R: Row>(db: &mut Db, each: &mut Each<'_, '_>) -> Result<(), Fault> {
    let mut after = String::new();
    loop {
        let keys = R::keys_after(db, &after)?;
        let Some(last) = keys.last() else {
            return Ok(());
        };
        match R::page_after(db, &after) {
            Ok(page) => {
                for row in page {
                    one_row(&row, each)?;
                }
            }
            // one of them cannot be read: they are read one by one, so that it has a name
            Err(_) => one_by_one::<R>(db, &keys, each)?,
        }
        after.clone_from(last);
        (each.progress)("rows", each.report.n_rows, each.total);
    }
}

fn one_by_one<R: Row>(db: &mut Db, keys: &[String], each: &mut Each<'_, '_>) -> Result<(), Fault> {
    for key in keys {
        match R::find(db, key) {
            Ok(Some(row)) => one_row(&row, each)?,
            Ok(None) => {}
            Err(e) => {
                if let Some(named) = each.namings.newest.get_mut(&*label(R::TABLE, key)) {
                    named.is_seen = true;
                }
                let why = format!("it cannot be read: {e}");
                each.report.add(R::TABLE, key, Tampering::Edited, why);
            }
        }
    }
    Ok(())
}

fn one_row<R: Row>(row: &R, each: &mut Each<'_, '_>) -> Result<(), Fault> {
    each.report.n_rows += 1;
    let (table, key) = (R::TABLE, row.key());
    let id = label(table, key);
    let Some(named) = each.namings.newest.get_mut(&*id) else {
        each.report
            .add(table, key, Tampering::Inserted, "no event names it");
        return Ok(());
    };
    named.is_seen = true;
    let Some(salt) = named.salt.filter(|_| !named.is_judged) else {
        return Ok(());
    };
    if ref_hash(&salt, &row.canonical()?) == named.h {
        return Ok(());
    }
    if is_tombstone(named, &salt, table, key) {
        each.report
            .add(table, key, Tampering::Inserted, "it was deleted by an act");
    } else {
        let why = "it is not what the newest event that names it sealed";
        each.report.add(table, key, Tampering::Edited, why);
        // from outside, a seal with another salt looks the same
        let why = "either the row or the salt of its seal was edited";
        each.report.add("row_seal", id, Tampering::Edited, why);
    }
    Ok(())
}

fn is_tombstone(named: &Named, salt: &Hash, table: &str, key: &str) -> bool {
    ref_hash(salt, &tombstone(table, key)) == named.h
}

/// What events name and is not there.
fn missing(namings: &Namings, report: &mut Report) {
    for (id, named) in namings.newest.iter().filter(|(_, named)| !named.is_judged) {
        let rest = id.strip_prefix("row.").unwrap_or_default();
        let Some((table, key)) = rest.split_once('.') else {
            continue;
        };
        let by = format!("event {} names it", named.c);
        let is_gone = named
            .salt
            .is_some_and(|salt| is_tombstone(named, &salt, table, key));
        if !named.is_seen && !is_gone {
            report.add(table, key, Tampering::Deleted, by.as_str());
        }
        if named.salt.is_none() {
            report.add("row_seal", &**id, Tampering::Deleted, by);
        }
    }
}

impl Named {
    /// A row of which nothing is to be said.
    fn judged() -> Self {
        Self {
            ts: 0,
            n: 0,
            h: Hash::ZERO,
            c: Hash::ZERO,
            salt: None,
            is_seen: true,
            is_judged: true,
        }
    }
}
