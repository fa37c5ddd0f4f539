//! What the public lists read of tenders and lots: published ones only, in pages.

use diesel::{
    BoolExpressionMethods as _, EscapeExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _,
    OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _,
    TextExpressionMethods as _,
    dsl::Eq,
    helper_types::{InnerJoinOn, IntoBoxed},
};

use crate::{
    domain::{
        actor::Role,
        id::Id,
        notice::{Filter, Place, Sort},
        procedure::{Stage, Trade},
        tender::{Lot, Tender},
        time::Instant,
    },
    schema::{award_session, lot, minutes_signature, tender},
    store::{Db, conn::Backend},
};

/// A lot with its tender.
pub type Found = (Lot, Tender);

/// The text of a reader as a pattern that finds exactly it.
fn pattern(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

type Joined = InnerJoinOn<lot::table, tender::table, Eq<lot::tender_id, tender::id>>;
type Asked<'a> = IntoBoxed<'a, Joined, Backend>;

/// Lots with their tenders, published ones.
fn published<'a>() -> Asked<'a> {
    lot::table
        .inner_join(tender::table.on(lot::tender_id.eq(tender::id)))
        .into_boxed::<Backend>()
        .filter(tender::published_at.is_not_null())
        .filter(lot::issued_at.is_not_null())
        .filter(lot::stage.ne(Stage::Draft))
}

fn asked<'a>(filter: &Filter) -> Asked<'a> {
    let mut of = published();
    if let Some(trade) = filter.trade {
        of = of.filter(tender::trade.eq(trade));
    }
    if let Some(region) = &filter.region {
        of = of.filter(tender::region.like(format!("{region}%")));
    }
    if let Some(q) = &filter.q {
        let like = pattern(q);
        let name = tender::name.like(like.clone()).escape('\\');
        of = of.filter(name.or(tender::number.like(like).escape('\\')));
    }
    if !filter.stages.is_empty() {
        of = of.filter(lot::stage.eq_any(filter.stages.clone()));
    }
    if let Some(from) = filter.from {
        of = of.filter(lot::issued_at.ge(from));
    }
    if let Some(until) = filter.until {
        of = of.filter(lot::issued_at.lt(until));
    }
    of
}

fn load(db: &mut Db, of: Asked<'_>, limit: i64) -> QueryResult<Vec<Found>> {
    of.limit(limit)
        .select((Lot::as_select(), Tender::as_select()))
        .load(db)
}

/// How many lots the filter finds, wherever its page begins.
pub fn count(db: &mut Db, filter: &Filter) -> QueryResult<i64> {
    asked(filter).count().get_result(db)
}

/// Up to `limit` lots of the filter after its place, in its order.
pub fn page(db: &mut Db, filter: &Filter, limit: i64) -> QueryResult<Vec<Found>> {
    let mut of = asked(filter);
    match filter.sort {
        Sort::Published => {
            if let Some(Place { at, lot }) = &filter.after {
                let tied = lot::issued_at.eq(*at).and(lot::id.gt(lot.clone()));
                of = of.filter(lot::issued_at.lt(*at).or(tied));
            }
            load(db, of.order((lot::issued_at.desc(), lot::id)), limit)
        }
        Sort::Closing => {
            if let Some(Place { at, lot }) = &filter.after {
                let tied = lot::closes_at.eq(*at).and(lot::id.gt(lot.clone()));
                of = of.filter(lot::closes_at.gt(*at).or(tied));
            }
            load(db, of.order((lot::closes_at, lot::id)), limit)
        }
    }
}

/// The published tender with this number.
pub fn by_number(db: &mut Db, number: &str) -> QueryResult<Option<Tender>> {
    tender::table
        .filter(tender::number.eq(number))
        .filter(tender::published_at.is_not_null())
        .select(Tender::as_select())
        .get_result(db)
        .optional()
}

/// Up to `limit` published lots of these tenders or with these ids, those that close last first.
pub fn among(db: &mut Db, tenders: Vec<Id>, lots: Vec<Id>, limit: i64) -> QueryResult<Vec<Found>> {
    let of = published().filter(lot::tender_id.eq_any(tenders).or(lot::id.eq_any(lots)));
    load(db, of.order((lot::closes_at.desc(), lot::id)), limit)
}

/// Up to `limit` awarded lots of a region and below whose minutes have no signature of this role, the
/// last to close first.
pub fn unsigned(db: &mut Db, region: &str, role: Role, limit: i64) -> QueryResult<Vec<Found>> {
    let drawn = award_session::table
        .filter(award_session::order_drawn_at.is_not_null())
        .select(award_session::lot_id);
    let signed = minutes_signature::table
        .filter(minutes_signature::role.eq(role))
        .select(minutes_signature::lot_id);
    let of = published()
        .filter(tender::region.like(format!("{region}%")))
        .filter(lot::stage.eq(Stage::Awarded))
        .filter(lot::id.eq_any(drawn))
        .filter(lot::id.ne_all(signed));
    load(db, of.order((lot::closes_at.desc(), lot::id)), limit)
}

/// Up to `limit` lots that close after `from` and not after `until`, the soonest first.
pub fn closing(db: &mut Db, from: Instant, until: Instant, limit: i64) -> QueryResult<Vec<Found>> {
    let of = published()
        .filter(lot::stage.eq(Stage::Open))
        .filter(lot::closes_at.gt(from))
        .filter(lot::closes_at.le(until));
    load(db, of.order((lot::closes_at, lot::id)), limit)
}

/// Up to `limit` lots that are being opened, those longest closed first.
pub fn opening(db: &mut Db, limit: i64) -> QueryResult<Vec<Found>> {
    let of = published().filter(lot::stage.eq(Stage::Closing));
    load(db, of.order((lot::closes_at, lot::id)), limit)
}

/// How many tenders of a trade were published since an instant, and in all.
pub fn counts(db: &mut Db, trade: Trade, since: Instant) -> QueryResult<(i64, i64)> {
    let of = tender::table
        .filter(tender::trade.eq(trade))
        .filter(tender::published_at.is_not_null());
    let today = of.filter(tender::published_at.ge(since)).count().get_result(db)?;
    Ok((today, of.count().get_result(db)?))
}
