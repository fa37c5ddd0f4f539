//! Who may know of a lot as staff: the centre and the bureau of its region or of one above it.

use super::{Answer, Error};
use crate::{
    domain::{
        actor::{Actor, Role},
        tender::{Lot, Tender},
    },
    store::{Db, Row as _},
};

/// Refuses a member of staff whose region does not cover the lot's, as if there were no such lot.
pub fn must_cover(db: &mut Db, actor: &Actor, role: Role, lot: &Lot) -> Answer<()> {
    let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
    must_serve(actor, role, &tender.region)
}

/// The same of a region that is known.
pub fn must_serve(actor: &Actor, role: Role, region: &str) -> Answer<()> {
    let grant = actor.grant(role).ok_or(Error::Forbidden)?;
    if grant.serves(region) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}
