//! A file of a bid, for the members of the panel that judges it.
//!
//! In: the alias of a bid and the file's digest, as the review desk shows them. Out: its name and its
//! bytes. Never: a file to somebody who did not pledge; one of a bid that is not under review.

use super::room;
use crate::{
    app::{Answer, App, Error, document::Chunks},
    domain::actor::Actor,
    proof::canon::Hash,
    store,
};

/// A file of a bid under review: the name its bidder gave it, and its bytes as they come.
pub async fn fetch(
    app: &App,
    actor: Actor,
    lot: String,
    alias: String,
    sha256: String,
) -> Answer<(String, Chunks)> {
    let hash = Hash::from_hex(&sha256).map_err(|_| Error::NotFound)?;
    let name = app
        .view(move |db| {
            let room = room(db, &lot)?;
            room.seat_of(db, &actor)?;
            let asked = room.asked();
            let review = asked.iter().find(|review| review.alias == alias);
            let bidder = &review.ok_or(Error::NotFound)?.bidder;
            let opened = store::bid::opened(db, &room.lot.id)?;
            let bid = opened.iter().find(|bid| bid.bidder == *bidder);
            let bid = &bid.ok_or(Error::NotFound)?.bid_id;
            let parts = store::bid::opened_parts(db, &room.lot.id)?;
            let part = parts
                .into_iter()
                .find(|part| part.bid_id == *bid && part.blob.as_ref() == Some(&sha256));
            Ok(part.ok_or(Error::NotFound)?.name)
        })
        .await?;
    let (_, chunks) = app.blobs.stream(&hash).await?;
    Ok((name, chunks))
}
