//! What anybody verifies a draw with: the transcript alone, and the bundle that proves it (B.6).
//!
//! Never: a bundle of a draw that is not done; a row of the chain after the one the keys rest on.

use crate::{
    app::{Answer, App, Error, ceremony, release},
    domain::{
        act::Act,
        draw::{Draw, DrawState},
        tender::Lot,
    },
    proof::{
        bundle::{Bundle, Submission},
        canon::{Base64, Object as _, Token, Whole},
        chain::Row,
        draw::{Frozen, Who},
        sig::Signed,
    },
    store::{self, Db, Fault, Row as _},
};

/// An attempt that is done.
fn done(db: &mut Db, draw: &str, attempt: i64) -> Answer<Draw> {
    let found = store::draw::attempt(db, draw, attempt)?;
    // a voided attempt that was done stays verifiable
    let has_text = |draw: &Draw| draw.state != DrawState::Frozen && draw.transcript.is_some();
    found.filter(has_text).ok_or(Error::NotFound)
}

/// The transcript of a draw, `tianping-draw/1`.
pub async fn transcript(app: &App, draw: String, attempt: i64) -> Answer<String> {
    app.view(move |db| Ok(done(db, &draw, attempt)?.transcript.unwrap_or_default()))
        .await
}

/// `draw.bundle/1`; `None` while the journal's witness is waited for.
pub async fn bundle(app: &App, draw: String, attempt: i64) -> Answer<Option<Vec<u8>>> {
    let journal = app.journal.clone();
    app.view(move |db| {
        let draw = done(db, &draw, attempt)?;
        let lot = Lot::find(db, draw.lot_id.as_str())?.ok_or(Error::NotFound)?;
        let keyset = store::ceremony::of_stage(db, &lot.id, &draw.stage)?.ok_or(Error::NotFound)?;
        let frozen = Frozen::from_bytes(draw.frozen.0.as_bytes())?;
        let chain = chain(db, &lot, &draw, &frozen)?;
        let Some(Row::Shown(last)) = chain.last() else {
            return Err(Fault::new("draw", "a bundle without its freeze").into());
        };
        let Some(receipt) = journal.receipt(db, &last.check()?)? else {
            return Ok(None);
        };
        let Some(pack) = ceremony::pack(db, &journal, &keyset)? else {
            return Ok(None);
        };
        let named = |who: &Who| {
            frozen
                .contribs
                .iter()
                .any(|(of, env, _)| of == who && env.is_some())
        };
        let given = super::contributions(db, &lot, draw.stage.parse()?)?.into_iter();
        let subs = given.filter(|given| named(&given.who)).map(|given| Submission {
            who: given.who,
            sub: Whole(given.signed),
            ct: Base64(given.ct),
        });
        let releases = store::release::of_keyset(db, &keyset.id)?;
        let releases = releases
            .iter()
            .map(|release| Ok(Whole(Signed::from_bytes(release.signed.0.as_bytes())?)));
        let bundle = Bundle {
            parties: Whole(ceremony::parties_of(&keyset)?),
            pack: Whole(pack),
            draw: Token::new(draw.draw_id)?,
            chain,
            receipt,
            releases: releases.collect::<Answer<_>>()?,
            subs: subs.collect(),
            transcript: draw.transcript.unwrap_or_default(),
        };
        Ok(Some(bundle.bytes()?))
    })
    .await
}

/// The tender's chain up to the freeze of this draw, or the balls it names.
fn chain(db: &mut Db, lot: &Lot, draw: &Draw, frozen: &Frozen) -> Answer<Vec<Row>> {
    let mut rows = release::rows(db, lot, &[])?;
    let label = super::label(&draw.draw_id);
    let is_freeze = |row: &Row| match row {
        Row::Shown(shown) => shown
            .object::<Frozen>(&label)
            .is_ok_and(|found| found.attempt == frozen.attempt),
        Row::Erased(_) => false,
    };
    let is_beacon = |row: &Row| match row {
        Row::Shown(shown) => shown.event().act == Act::BeaconEntered.name(),
        Row::Erased(_) => false,
    };
    let freeze = rows.iter().position(is_freeze);
    let freeze = freeze.ok_or_else(|| Fault::new("draw", "its freeze is not on the chain"))?;
    let beacon = rows.iter().skip(freeze).position(is_beacon).map(|i| freeze + i);
    let last = beacon.filter(|_| !frozen.beacons.is_empty()).unwrap_or(freeze);
    rows.truncate(last + 1);
    Ok(rows)
}
