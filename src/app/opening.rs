//! The opening: when every layer's key is known, each part of each bid is opened or given its code,
//! and the record is published (protocols A.7; 招标投标法 36).
//!
//! In: the released identities and the stored ciphertext. Out: one line per bid. Never: one bid's
//! fault stopping the others; a code of the bidder for a fault of the platform (E-HASH waits).

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error, duty,
    lot::{self as lots, Advanced},
};
use crate::{
    domain::{
        act::Act,
        actor::Role,
        award::masked,
        bid::{BidPart, OpenedBid, OpenedPart},
        duty::DutyKind,
        id::Id,
        money::Fen,
        objection::ObjectionKind,
        procedure::Stage,
        refusal::{Refusal, bid as reason, require},
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        bid::{Part, Submit},
        canon::{Hash, Object as _, Token},
        closing::StageOpened,
        envelope::Identity,
        opening::{self, Body, Closed, Code},
        stage::KeyStage,
    },
    store::{self, Fault, Row as _, bid::Effective, tx::Payload},
};

/// What came out of one part.
struct Found {
    part: String,
    sha256: Option<Hash>,
    code: Option<Code>,
    body: Option<Body>,
    name: String,
    media: String,
    blob: Option<Hash>,
}

impl App {
    /// Closing: custody first, then the opening once the keys are there.
    pub async fn proceed_to_opening(&self, lot: &Lot) -> Answer<Advanced> {
        let id = lot.id.clone();
        let asked = self
            .view(move |db| {
                let mut asked = Vec::new();
                for keyset in store::ceremony::of_lot(db, &id)? {
                    if keyset.is_of(|stage| !stage.is_draw()) && keyset.for_c.is_some() {
                        let known = store::release::identities(db, &id, &keyset.stage)?;
                        asked.push((keyset.stage, known));
                    }
                }
                Ok(asked)
            })
            .await?;
        if asked.is_empty() {
            return self.check_custody(lot).await;
        }
        let stages: Vec<(String, Vec<String>)> = asked
            .iter()
            .cloned()
            .filter_map(|(stage, known)| Some((stage, known?)))
            .collect();
        if stages.len() < asked.len() {
            return Ok(Advanced::Waits);
        }
        self.open_bids(lot, stages).await
    }

    /// Opens the stages of a lot, all parts of all effective bids.
    async fn open_bids(&self, lot: &Lot, stages: Vec<(String, Vec<String>)>) -> Answer<Advanced> {
        let (id, bids) = (lot.id.clone(), lot.id.clone());
        let bids = self.view(move |db| Ok(store::bid::effective(db, &bids)?)).await?;
        let mut results = Vec::new();
        for (stage, texts) in &stages {
            let layers = texts
                .iter()
                .map(|text| Identity::parse(text))
                .collect::<Result<Vec<_>, _>>()?;
            for bid in &bids {
                let found = self.open_stage_of(stage, bid, &layers).await?;
                if found.iter().any(|found| found.code == Some(Code::Hash)) {
                    tracing::error!(%id, "a stored part is not the one submitted; the opening waits for its restoration");
                    return Ok(Advanced::Waits);
                }
                results.push((stage.clone(), bid.clone(), found));
            }
        }
        self.act(Ask::clock(Act::StageOpened), move |tx| {
            let mut lot = Lot::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
            lot.must_be(Stage::Closing)?;
            record_opened(tx, &lot, &results)?;
            for line in lines(&lot, &results, &tx.entropy.clone())? {
                tx.insert(&line)?;
            }
            lot.enter(Stage::Opened, tx.now);
            tx.update(&lot)?;
            store::duty::meet(tx, DutyKind::OpenBids, &lot.id)?;
            let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
            duty::owe(tx, DutyKind::PublishOpening, &tender, &lot, None)?;
            tx.record(lot.tender_id.as_str(), Act::LotMoved, Vec::new())?;
            super::panel::seat::check_ties(tx, &lot)?;
            Ok(())
        })
        .await
        .map(|()| Advanced::Acted)
    }

    async fn open_stage_of(&self, stage: &str, bid: &Effective, layers: &[Identity]) -> Answer<Vec<Found>> {
        let submit: Submit = Submit::from_value(&bid.signed.x)?;
        let mut found = Vec::new();
        for stored in bid.parts.iter().filter(|part| part.stage == stage) {
            let part = submit.part(&stored.part)?.clone();
            found.push(self.open_part(part, stored, layers.to_vec()).await?);
        }
        Ok(found)
    }

    /// Opens one part off the async threads; the body of a `docs` part goes to the blob store.
    async fn open_part(&self, part: Part, stored: &BidPart, layers: Vec<Identity>) -> Answer<Found> {
        let scratch = tempfile::NamedTempFile::new_in(&self.config.data).map_err(Fault::from)?;
        let ciphertext = self.ciphertext(stored).await?;
        let name = stored.part.clone();
        let (opened, scratch) = tokio::task::spawn_blocking(move || {
            let input = std::io::BufReader::new(ciphertext);
            let opened = opening::open(&part, &layers, input, scratch.as_file());
            (opened, scratch)
        })
        .await
        .map_err(|e| Fault::new("opening", e))?;
        let mut found = Found {
            part: name,
            sha256: None,
            code: None,
            body: None,
            name: String::new(),
            media: String::new(),
            blob: None,
        };
        match opened {
            Ok(opened) => {
                found.sha256 = Some(opened.plain);
                found.name = opened.head.name;
                found.media = opened.head.media.unwrap_or_default();
                if opened.body == Body::Docs {
                    found.blob = Some(self.blobs.put_file(scratch.path()).await?);
                }
                found.body = Some(opened.body);
            }
            Err(Closed::Code(code)) => found.code = Some(code),
            Err(Closed::Io(e)) => return Err(Fault::from(e).into()),
        }
        Ok(found)
    }

    /// The ciphertext of a part as a file or bytes in memory.
    async fn ciphertext(&self, stored: &BidPart) -> Answer<Box<dyn std::io::Read + Send>> {
        if let Some(ct) = &stored.ct {
            return Ok(Box::new(std::io::Cursor::new(ct.0.clone())));
        }
        let (_, mut chunks) = self.blobs.stream(&Hash::from_hex(&stored.sha256)?).await?;
        let mut file = tempfile::tempfile_in(&self.config.data).map_err(Fault::from)?;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(Fault::from)?;
            std::io::Write::write_all(&mut file, &chunk).map_err(Fault::from)?;
        }
        std::io::Seek::rewind(&mut file).map_err(Fault::from)?;
        Ok(Box::new(file))
    }
}

/// A sealed text as a column takes it: PostgreSQL stores no U+0000, and no bid may stop the others.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

type Result_ = (String, Effective, Vec<Found>);

/// One `stage.opened/1` per stage, and a row per part.
fn record_opened(tx: &mut store::Tx<'_>, lot: &Lot, results: &[Result_]) -> Answer<()> {
    let mut stages: Vec<&String> = results.iter().map(|(stage, _, _)| stage).collect();
    stages.sort_unstable();
    stages.dedup();
    for stage in stages {
        let mut rows = Vec::new();
        for (_, bid, found) in results.iter().filter(|(of, _, _)| of == stage) {
            for part in found {
                let code = part.code.map_or_else(|| "ok".to_owned(), |code| code.to_string());
                rows.push((
                    Token::new(bid.bid.bidder.as_str())?,
                    Token::new(part.part.as_str())?,
                    code.clone(),
                    part.sha256,
                ));
                tx.insert(&OpenedPart {
                    id: tx.id(),
                    bid_id: bid.bid.id.clone(),
                    lot_id: lot.id.clone(),
                    part: part.part.clone(),
                    stage: stage.clone(),
                    code,
                    plain_sha256: part.sha256.map(|hash| hash.to_hex()),
                    name: storable(&part.name),
                    media: storable(&part.media),
                    blob: part.blob.map(|hash| hash.to_hex()),
                })?;
            }
        }
        rows.sort();
        let opened = StageOpened {
            tender: Token::new(lot.tender_id.as_str())?,
            lot: Token::new(lot.id.as_str())?,
            stage: Token::new(stage.as_str())?,
            rows,
        };
        tx.record(
            lot.tender_id.as_str(),
            Act::StageOpened,
            vec![Payload::object("opened", &opened)?],
        )?;
    }
    Ok(())
}

/// The lines of the opening record: the price of each bid, or the first code that closed it.
fn lines(lot: &Lot, results: &[Result_], entropy: &crate::entropy::Entropy) -> Answer<Vec<OpenedBid>> {
    let mut lines: BTreeMap<Id, OpenedBid> = BTreeMap::new();
    for (_, bid, found) in results {
        let line = lines.entry(bid.bid.id.clone()).or_insert_with(|| OpenedBid {
            id: entropy.id(),
            bid_id: bid.bid.id.clone(),
            lot_id: lot.id.clone(),
            organisation_id: bid.bid.organisation_id.clone(),
            bidder: bid.bid.bidder.clone(),
            code: None,
            total_fen: None,
            days: None,
            quality: None,
            manager: None,
            note: None,
        });
        for part in found {
            if let Some(code) = part.code {
                line.code.get_or_insert(code.to_string());
            }
            if let Some(Body::Price(price)) = &part.body {
                line.total_fen = Some(Fen(
                    i64::try_from(price.total).map_err(|e| Fault::new("price", e))?
                ));
                line.days = price.days;
                line.quality = price.quality.as_deref().map(storable);
                line.manager = price.manager.as_deref().map(storable);
                line.note = Some(storable(&price.note));
            }
        }
    }
    Ok(lines.into_values().collect())
}

/// The opening record (开标记录) as shown and signed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Record {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The project and the lot, as people call them.
    pub name: String,
    /// The number of its project.
    pub number: String,
    /// Where it stands.
    pub stage: String,
    /// The ceiling, fen.
    #[schema(value_type = i64)]
    pub ceiling_fen: Fen,
    /// One line per bid, in order of bidder.
    pub lines: Vec<Line>,
    /// SHA-256 of the record: what the centre signs.
    pub digest: String,
    /// Until when bidders may object to the opening; it is published after that. Unix ms.
    #[schema(value_type = i64)]
    pub objections_until: Instant,
    /// When it was published, Unix ms.
    pub published_at: Option<i64>,
}

/// A line of the opening record.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OpeningLine)]
pub struct Line {
    /// The token of the bidder.
    pub bidder: String,
    /// Its name.
    pub organisation: String,
    /// The first code that closed the bid; null: it was opened.
    pub code: Option<String>,
    /// The price, fen.
    #[schema(value_type = Option<i64>)]
    pub total_fen: Option<Fen>,
    /// Days to completion.
    pub days: Option<i64>,
    /// The promised quality.
    pub quality: Option<String>,
    /// The project manager, the certificate masked.
    pub manager: Option<String>,
    /// When its bidder signed in, Unix ms.
    pub signed_in_at: Option<i64>,
}

/// `opening.published/1`: what stands once it is published, whatever the names are by then.
#[derive(Deserialize)]
struct Published {
    lines: Vec<Line>,
    digest: String,
}

/// The lines of the record and its digest, as the bids and the names of their bidders are now.
fn live(db: &mut store::Db, lot: &Lot) -> Answer<(Vec<Line>, String)> {
    let sign_ins = store::bid::sign_ins(db, &lot.id)?;
    let mut lines = Vec::new();
    let bids = store::bid::opened(db, &lot.id)?;
    let ids: Vec<Id> = bids.iter().map(|bid| bid.organisation_id.clone()).collect();
    let known = store::account::organisations(db, &ids)?;
    for opened in bids {
        let organisation = known.get(&opened.organisation_id);
        let signed_in = sign_ins
            .iter()
            .find(|row| row.organisation_id == opened.organisation_id);
        lines.push(Line {
            bidder: opened.bidder,
            organisation: organisation
                .map(|organisation| organisation.name.clone())
                .unwrap_or_default(),
            code: opened.code,
            total_fen: opened.total_fen,
            days: opened.days,
            quality: opened.quality,
            manager: opened.manager.as_deref().map(masked),
            signed_in_at: signed_in.map(|row| row.signed_in_at.0),
        });
    }
    let facts = serde_json::json!({ "t": "opening.record/1", "lot": lot.id, "lines": lines });
    let digest = crate::proof::canon::digest(&facts)?.to_hex();
    Ok((lines, digest))
}

/// The lines of the record, its digest, and since when it is published: as it was published then.
fn stands(db: &mut store::Db, lot: &Lot) -> Answer<(Vec<Line>, String, Option<i64>)> {
    let published = store::journal::payload_on(
        db,
        lot.tender_id.as_str(),
        Act::OpeningPublished.name(),
        &label(&lot.id),
    )?;
    let Some((c, bytes)) = published else {
        let (lines, digest) = live(db, lot)?;
        return Ok((lines, digest, None));
    };
    let said: Published = serde_json::from_slice(&bytes).map_err(|e| Fault::new("opening.published", e))?;
    let event = store::journal::event_by_c(db, &c.to_hex())?;
    Ok((said.lines, said.digest, event.map(|event| event.ts)))
}

/// The names of the bidders of an opened lot, by token, as its opening record has them.
pub(super) fn names(db: &mut store::Db, lot: &Lot) -> Answer<BTreeMap<String, String>> {
    let (lines, ..) = stands(db, lot)?;
    let named = lines.into_iter();
    Ok(named.map(|line| (line.bidder, line.organisation)).collect())
}

/// The record of a lot that was opened.
pub fn record(db: &mut store::Db, lot: &str) -> Answer<Record> {
    let lot = super::bid::public_lot(db, lot)?;
    require(lot.stage.is_opened(), || Refusal::new(&reason::NOT_OPENED))?;
    let (lines, digest, published_at) = stands(db, &lot)?;
    let keyset = store::ceremony::of_stage(db, &lot.id, &KeyStage::PRICE.to_string())?;
    let opened_at = keyset.and_then(|keyset| keyset.opened_at);
    let opened_at = opened_at.ok_or_else(|| Fault::new("opening", "without its keys"))?;
    let (name, number) = lots::heading(db, &lot)?;
    Ok(Record {
        name,
        number,
        objections_until: opened_at.plus(lot.objection_span),
        lot: lot.id,
        stage: lot.stage.word().to_owned(),
        ceiling_fen: lot.ceiling_fen,
        lines,
        digest,
        published_at,
    })
}

fn label(lot: &Id) -> String {
    format!("opening.{lot}")
}

impl App {
    /// The centre publishes the opening record: a signed act that names its digest. The lot moves on.
    pub async fn publish_opening(&self, ask: Ask, lot: String) -> Answer<Record> {
        let actor = ask.actor.clone();
        self.act(ask, move |tx| {
            let shown = record(tx.db, &lot)?;
            let mut lot = Lot::find(tx.db, &lot)?.ok_or(Error::NotFound)?;
            super::scope::must_cover(tx.db, &actor, Role::CentreOperator, &lot)?;
            lot.must_be(Stage::Opened)?;
            // what the notice promised: so many minutes after the opening
            require(tx.now >= shown.objections_until, || {
                Refusal::new(&reason::OBJECTIONS_RUN).fact("until", shown.objections_until)
            })?;
            super::objection::must_be_answered(tx.db, &lot.id, ObjectionKind::Opening)?;
            require(
                tx.signed().is_some_and(|digest| digest.to_hex() == shown.digest),
                || Refusal::new(&reason::RECORD_CHANGED),
            )?;
            let facts = serde_json::json!({ "lot": lot.id, "lines": shown.lines, "digest": shown.digest });
            lot.advance(tx.now)?;
            tx.update(&lot)?;
            store::duty::meet(tx, DutyKind::PublishOpening, &lot.id)?;
            let payload = Payload::facts(label(&lot.id), "opening.published/1", &facts)?;
            tx.record(lot.tender_id.as_str(), Act::OpeningPublished, vec![payload])?;
            super::award::enter(tx, &mut lot)?;
            Ok(Record {
                stage: lot.stage.word().to_owned(),
                published_at: Some(tx.now.0),
                ..shown
            })
        })
        .await
    }
}

fn or_dash<T: std::fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "—".to_owned(), ToString::to_string)
}

impl Line {
    /// Days, or a dash.
    #[must_use]
    pub fn days_text(&self) -> String {
        or_dash(self.days.as_ref())
    }

    /// The quality, or a dash.
    #[must_use]
    pub fn quality_text(&self) -> String {
        or_dash(self.quality.as_ref())
    }

    /// The project manager, or a dash.
    #[must_use]
    pub fn manager_text(&self) -> String {
        or_dash(self.manager.as_ref())
    }

    /// The code, or a dash for a bid that was opened.
    #[must_use]
    pub fn code_text(&self) -> String {
        or_dash(self.code.as_ref())
    }
}

impl Record {
    /// Where the centre publishes it.
    #[must_use]
    pub fn publish_path(&self) -> String {
        format!("/lots/{}/opening", self.lot)
    }
}
