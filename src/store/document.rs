//! Tables `document` and `document_fetch`. Nothing that answers a request reads the second.

use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, NullableExpressionMethods as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        document::{Document, DocumentFetch},
        id::Id,
    },
    row,
    schema::{account, chain, document, document_fetch, lot, organisation, question},
};

row!(Document, document);
row!(DocumentFetch, document_fetch);

/// The documents of a tender, in the order they came.
pub fn of_tender(db: &mut Db, tender: &Id) -> QueryResult<Vec<Document>> {
    document::table
        .filter(document::tender_id.eq(tender))
        .order((document::added_at, document::id))
        .select(Document::as_select())
        .load(db)
}

/// Whether an account has fetched the documents before; for that account only.
pub fn fetch_of(db: &mut Db, tender: &Id, account: &Id) -> QueryResult<Option<DocumentFetch>> {
    document_fetch::table
        .filter(document_fetch::tender_id.eq(tender))
        .filter(document_fetch::account_id.eq(account))
        .select(DocumentFetch::as_select())
        .get_result(db)
        .optional()
}

/// The tenders whose documents an account has fetched; for that account only.
pub fn fetched_by(db: &mut Db, account: &Id) -> QueryResult<Vec<Id>> {
    document_fetch::table
        .filter(document_fetch::account_id.eq(account))
        .select(document_fetch::tender_id)
        .load(db)
}

/// The accounts to reach: who fetched the documents or asked, and the people of every organisation that has
/// begun anything with a lot of the tender. For sending only.
pub fn interested(db: &mut Db, tender: &Id) -> QueryResult<Vec<Id>> {
    let mut ids: Vec<Id> = document_fetch::table
        .filter(document_fetch::tender_id.eq(tender))
        .select(document_fetch::account_id)
        .load(db)?;
    let people: Vec<Id> = lot::table
        .inner_join(chain::table.on(chain::lot_id.eq(lot::id)))
        .inner_join(organisation::table.on(organisation::code.eq(chain::subject)))
        .inner_join(account::table.on(account::organisation_id.eq(organisation::id.nullable())))
        .filter(lot::tender_id.eq(tender))
        .filter(account::closed_at.is_null())
        .select(account::id)
        .load(db)?;
    let askers: Vec<Id> = question::table
        .filter(question::tender_id.eq(tender))
        .select(question::account_id)
        .load(db)?;
    ids.extend(people);
    ids.extend(askers);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
