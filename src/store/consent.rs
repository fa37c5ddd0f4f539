//! Table `consent`.

use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _};

use super::Db;
use crate::{
    domain::{
        consent::{Consent, Matter},
        id::Id,
        time::Instant,
    },
    row,
    schema::consent,
};

row!(Consent, consent);

/// The consent about something that counts now.
pub fn counting(db: &mut Db, matter: Matter, about: &Id, now: Instant) -> QueryResult<Option<Consent>> {
    let given = consent::table
        .filter(consent::about_id.eq(about))
        .filter(consent::matter.eq(matter))
        .order((consent::given_at, consent::id))
        .select(Consent::as_select())
        .load::<Consent>(db)?;
    Ok(given.into_iter().find(|consent| consent.counts(now)))
}
