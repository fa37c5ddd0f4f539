//! What an opening is redone from: the released keys, a bidder's own package (protocols A.7); and the
//! archive of a lot.
//!
//! In: a lot. Out: files. Never: a key before its stage was opened; anybody else's package; an
//! archive of a lot that is not ended.

use std::{
    collections::BTreeMap,
    io::{Cursor, Error as IoError},
};

use super::{
    Answer, App, Ask, Error,
    bid::{bidder_of, public_lot},
    ceremony,
    draw::bundle,
    journal::proofs,
};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        bid::BidPart,
        ceremony::KeysetState,
        refusal::{Refusal, common::WRONG_STAGE, require},
        tender::{Lot, Tender},
    },
    proof::{
        archive::Archive,
        bid::Submit,
        bundle::Bundle,
        canon::{Base64, Hash, Object as _, Token, Whole},
        chain::Row,
        package::Package,
        parties::Parties,
        prices::{Prices, SealedPrice},
        sig::{Sig, Signed},
        stage::KeyStage,
    },
    store::{self, Fault, Row as _},
};

/// The released keys of a stage, innermost layer first, one a line.
pub async fn identities(app: &App, lot: String, stage: String) -> Answer<String> {
    app.view(move |db| {
        let lot = public_lot(db, &lot)?;
        let keyset = store::ceremony::of_stage(db, &lot.id, &stage)?.ok_or(Error::NotFound)?;
        if keyset.state != KeysetState::Opened {
            return Err(Error::NotFound);
        }
        let texts = store::release::identities(db, &lot.id, &stage)?.ok_or(Error::NotFound)?;
        Ok(texts.into_iter().map(|text| text + "\n").collect())
    })
    .await
}

/// A bidder's own bid as one file, as offline clients make it; `None` while the key sets wait for
/// their receipts.
pub async fn package(app: &App, actor: Actor, lot: String) -> Answer<Option<Vec<u8>>> {
    let ask = Ask::new(actor, Act::BidSubmitted);
    let journal = app.journal.clone();
    let found = app
        .view(move |db| {
            let organisation = bidder_of(db, &ask)?;
            let lot = public_lot(db, &lot)?;
            let effective = store::bid::effective(db, &lot.id)?;
            let own = effective
                .into_iter()
                .find(|effective| effective.bid.bidder == organisation.code);
            let own = own.ok_or(Error::NotFound)?;
            let submit = Submit::from_value(&own.signed.x)?;
            let mut packs = BTreeMap::new();
            for part in &submit.parts {
                let stage = &part.hd.0.stage;
                let keyset =
                    store::ceremony::of_stage(db, &lot.id, stage.as_str())?.ok_or(Error::NotFound)?;
                let Some(pack) = ceremony::pack(db, &journal, &keyset)? else {
                    return Ok(None);
                };
                packs.insert(stage.clone(), pack.bytes()?);
            }
            let sig = Sig::from_value(&own.signed.sig)?;
            Ok(Some((Package { submit, sig, packs }, own.parts)))
        })
        .await?;
    let Some((package, parts)) = found else {
        return Ok(None);
    };
    let mut cts = BTreeMap::new();
    for part in parts {
        let name = part.part.clone();
        cts.insert(name, ciphertext(app, part).await?);
    }
    let mut file = Cursor::new(Vec::new());
    package.write(&mut file, |part| {
        let ct = cts.get(part.hd.0.part.as_str()).cloned();
        ct.map(Cursor::new).ok_or_else(|| IoError::other("no ciphertext"))
    })?;
    Ok(Some(file.into_inner()))
}

/// `lot.archive/1` of a lot that is ended; `None` before its last event has its receipt.
pub async fn archive(app: &App, lot: String) -> Answer<Option<Vec<u8>>> {
    let (journal, wanted) = (app.journal.clone(), lot.clone());
    let found = app
        .view(move |db| {
            let lot = public_lot(db, &wanted)?;
            require(lot.stage.is_final(), || {
                Refusal::new(&WRONG_STAGE)
                    .fact(
                        "stage",
                        format!("word:stage-{}", lot.stage.word().replace('_', "-")),
                    )
                    .fact("needed", "word:stage-awarded")
            })?;
            let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
            let published = store::journal::chain_from(db, tender.id.as_str(), 0)?
                .into_iter()
                .find(|event| event.act == Act::TenderPublished.name())
                .ok_or(Error::NotFound)?;
            let from = u64::try_from(published.n).map_err(|e| Fault::new("chain", e))?;
            let chain = proofs::disclosure(db, tender.id.as_str(), from, &|_| true)?;
            let last = match chain.last() {
                Some(Row::Shown(last)) => last.check()?,
                Some(Row::Erased(_)) | None => return Err(Error::NotFound),
            };
            let receipt = journal.receipt(db, &last)?;
            let parties = tender.parties.ok_or(Error::NotFound)?;
            let draws = store::draw::of_lot(db, &lot.id)?.into_iter();
            let mut draws: Vec<_> = draws
                .filter(|draw| draw.done_at.is_some() && draw.purpose.is_of_award())
                .collect();
            draws.sort_by_key(|draw| (draw.done_at, draw.stage.clone()));
            let archive = Archive {
                tender: Token::new(tender.id.as_str())?,
                lot: Token::new(lot.id.as_str())?,
                parties: Whole(Parties::from_value(&parties.get()?)?),
                chain,
                receipt: receipt.clone().unwrap_or_default(),
                draws: Vec::new(),
                prices: None,
            };
            Ok(receipt.map(|_| (archive, lot, draws)))
        })
        .await?;
    let Some((mut archive, lot, draws)) = found else {
        return Ok(None);
    };
    let is_opened = archive.chain.iter().any(|row| match row {
        Row::Shown(row) => row.payload(&format!("opening.{}", lot.id)).is_some(),
        Row::Erased(_) => false,
    });
    if is_opened {
        let Some(prices) = prices(app, lot).await? else {
            return Ok(None);
        };
        archive.prices = Some(Whole(prices));
    }
    for draw in draws {
        let Some(bytes) = bundle::bundle(app, draw.draw_id, draw.attempt).await? else {
            return Ok(None);
        };
        archive.draws.push(Whole(Bundle::from_bytes(&bytes)?));
    }
    Ok(Some(archive.bytes()?))
}

/// What the prices of an opened lot are opened from again; `None` while its key set waits for its receipt.
async fn prices(app: &App, lot: Lot) -> Answer<Option<Prices>> {
    let journal = app.journal.clone();
    let found = app
        .view(move |db| {
            let stage = KeyStage::PRICE.to_string();
            let keyset = store::ceremony::of_stage(db, &lot.id, &stage)?.ok_or(Error::NotFound)?;
            let Some(pack) = ceremony::pack(db, &journal, &keyset)? else {
                return Ok(None);
            };
            let releases = store::release::of_keyset(db, &keyset.id)?;
            let releases = releases
                .iter()
                .map(|release| Ok(Whole(Signed::from_bytes(release.signed.0.as_bytes())?)));
            let prices = Prices {
                pack: Whole(pack),
                releases: releases.collect::<Answer<_>>()?,
                subs: Vec::new(),
            };
            Ok(Some((prices, stage, store::bid::effective(db, &lot.id)?)))
        })
        .await?;
    let Some((mut prices, stage, bids)) = found else {
        return Ok(None);
    };
    for bid in bids {
        let part = bid.parts.into_iter().find(|part| part.stage == stage);
        let part = part.ok_or_else(|| Fault::new("bid", "an effective bid without its price"))?;
        prices.subs.push(SealedPrice {
            bidder: Token::new(bid.bid.bidder)?,
            sub: Whole(bid.signed),
            ct: Base64(ciphertext(app, part).await?),
        });
    }
    prices.subs.sort_by(|a, b| a.bidder.cmp(&b.bidder));
    Ok(Some(prices))
}

async fn ciphertext(app: &App, part: BidPart) -> Answer<Vec<u8>> {
    match part.ct {
        Some(ct) => Ok(ct.0),
        None => Ok(app.blobs.get(&Hash::from_hex(&part.sha256)?).await?),
    }
}
