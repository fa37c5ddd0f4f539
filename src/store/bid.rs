//! Tables `bid`, `bid_part`, `sign_in`, `opened_part`, `opened_bid`.

use std::collections::BTreeMap;

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::{Db, Fault};
use crate::{
    domain::{
        bid::{Bid, BidPart, BidState, OpenedBid, OpenedPart, SignIn},
        id::Id,
    },
    proof::{canon::Object as _, sig::Signed},
    row,
    schema::{bid, bid_part, opened_bid, opened_part, sign_in},
};

row!(Bid, bid);
row!(BidPart, bid_part);
row!(SignIn, sign_in);
row!(OpenedPart, opened_part);
row!(OpenedBid, opened_bid);

/// What one bidder sent for a lot, in order of seq.
pub fn of_bidder(db: &mut Db, lot: &Id, bidder: &str) -> QueryResult<Vec<Bid>> {
    bid::table
        .filter(bid::lot_id.eq(lot))
        .filter(bid::bidder.eq(bidder))
        .order(bid::seq)
        .select(Bid::as_select())
        .load(db)
}

/// The lots for which an organisation sent anything; for its own people only.
pub fn lots_of(db: &mut Db, organisation: &Id) -> QueryResult<Vec<Id>> {
    bid::table
        .filter(bid::organisation_id.eq(organisation))
        .select(bid::lot_id)
        .distinct()
        .load(db)
}

/// Everything sent for a lot, in order of bidder and seq; only for the closing and after it.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Bid>> {
    bid::table
        .filter(bid::lot_id.eq(lot))
        .order((bid::bidder, bid::seq))
        .select(Bid::as_select())
        .load(db)
}

/// The lots for which an organisation sent something, its newest row of each.
pub fn of_organisation(db: &mut Db, organisation: &Id) -> QueryResult<Vec<Bid>> {
    bid::table
        .filter(bid::organisation_id.eq(organisation))
        .order((bid::received_at.desc(), bid::seq.desc()))
        .limit(500)
        .select(Bid::as_select())
        .load(db)
}

/// A submission that counts, with the ciphertexts of its parts.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The row.
    pub bid: Bid,
    /// `signed/1` of bid.submit/1.
    pub signed: Signed,
    /// Its parts, in order of name.
    pub parts: Vec<BidPart>,
}

/// The effective submissions of a lot, in order of bidder.
pub fn effective(db: &mut Db, lot: &Id) -> Result<Vec<Effective>, Fault> {
    let bids: Vec<Bid> = bid::table
        .filter(bid::lot_id.eq(lot))
        .filter(bid::state.eq(BidState::Effective))
        .order(bid::bidder)
        .select(Bid::as_select())
        .load(db)?;
    let ids: Vec<Id> = bids.iter().map(|bid| bid.id.clone()).collect();
    let mut parts: BTreeMap<Id, Vec<BidPart>> = BTreeMap::new();
    for part in parts_of(db, &ids)? {
        parts.entry(part.bid_id.clone()).or_default().push(part);
    }
    bids.into_iter()
        .map(|bid| {
            let text = bid
                .signed
                .as_ref()
                .ok_or_else(|| Fault::new("bid", "an effective bid without its envelope"))?;
            let signed = Signed::from_bytes(text.0.as_bytes())?;
            let parts = parts.remove(&bid.id).unwrap_or_default();
            Ok(Effective { bid, signed, parts })
        })
        .collect()
}

/// The parts of many submissions, those of each in order of name.
fn parts_of(db: &mut Db, bids: &[Id]) -> QueryResult<Vec<BidPart>> {
    bid_part::table
        .filter(bid_part::bid_id.eq_any(bids))
        .order((bid_part::bid_id, bid_part::part))
        .select(BidPart::as_select())
        .load(db)
}

/// Who sent the submissions of a lot that count: the bidder's token and the account.
pub fn senders(db: &mut Db, lot: &Id) -> QueryResult<Vec<(String, Id)>> {
    bid::table
        .filter(bid::lot_id.eq(lot))
        .filter(bid::state.eq(BidState::Effective))
        .order(bid::bidder)
        .select((bid::bidder, bid::account_id))
        .load(db)
}

/// The parts of a submission, in order of name.
pub fn parts(db: &mut Db, bid: &Id) -> QueryResult<Vec<BidPart>> {
    bid_part::table
        .filter(bid_part::bid_id.eq(bid))
        .order(bid_part::part)
        .select(BidPart::as_select())
        .load(db)
}

/// The sign-in of an organisation.
pub fn signed_in(db: &mut Db, lot: &Id, organisation: &Id) -> QueryResult<Option<SignIn>> {
    sign_in::table
        .filter(sign_in::lot_id.eq(lot))
        .filter(sign_in::organisation_id.eq(organisation))
        .select(SignIn::as_select())
        .get_result(db)
        .optional()
}

/// Who signed in to a lot; only after the closing.
pub fn sign_ins(db: &mut Db, lot: &Id) -> QueryResult<Vec<SignIn>> {
    sign_in::table
        .filter(sign_in::lot_id.eq(lot))
        .order(sign_in::id)
        .select(SignIn::as_select())
        .load(db)
}

/// The lines of the opening record, in order of bidder.
pub fn opened(db: &mut Db, lot: &Id) -> QueryResult<Vec<OpenedBid>> {
    opened_bid::table
        .filter(opened_bid::lot_id.eq(lot))
        .order(opened_bid::bidder)
        .select(OpenedBid::as_select())
        .load(db)
}

/// The opened parts of a lot.
pub fn opened_parts(db: &mut Db, lot: &Id) -> QueryResult<Vec<OpenedPart>> {
    opened_part::table
        .filter(opened_part::lot_id.eq(lot))
        .order((opened_part::bid_id, opened_part::part))
        .select(OpenedPart::as_select())
        .load(db)
}
