//! Complaints about a list of bids (protocols A.6, 3): who was acknowledged in time and is left out
//! says so, and every holder's client that hears it keeps its keys.
//!
//! In: the log's own word, the signed submission, perhaps rows of its chain. Out: a row, an event on
//! the tender's chain, and word to the bureau and the centre. Never: a complaint kept that the log
//! does not bear out, for anybody may file one; one refused that it does.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    bid::{closing, public_lot},
    journal::proofs,
    message,
};
use crate::{
    domain::{
        act::Act,
        actor::Role,
        bytes::JsonText,
        complaint::FiledComplaint,
        id::Id,
        refusal::{
            Refusal,
            complaint::{FILED, NO_LIST, UNFOUNDED},
            require,
        },
        tender::{Lot, Tender},
    },
    proof::{
        canon::{Object as _, Token},
        chain::Row,
        complaint::{Complaint, List},
        draw::Frozen,
        policy::Policy,
    },
    store::{self, Db, Row as _, tx::Payload},
};

/// A complaint that was taken.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Filed {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Digest of the submission left out, hex.
    pub submission: String,
}

/// Takes a founded complaint; from then on the clients of the holders are shown it.
pub async fn file(app: &App, ask: Ask, lot: String, complaint: Complaint) -> Answer<Filed> {
    let (journal, heard) = (app.journal.clone(), complaint.clone());
    let lot = app
        .view(move |db| {
            let lot = public_lot(db, &lot)?;
            must_be_founded(db, &heard, &lot, &journal.policy)?;
            Ok(lot)
        })
        .await?;
    let row = FiledComplaint {
        id: Id::default(),
        lot_id: lot.id.clone(),
        submission: complaint.x.0.x_digest()?.to_hex(),
        object: JsonText::of(&complaint)?,
        filed_at: app.clock.now(),
    };
    keep(app, ask, lot, row).await
}

/// Who replaced or withdrew a bid may show its first acknowledgement alone: the log's own rows tell.
fn must_be_founded(db: &mut Db, complaint: &Complaint, lot: &Lot, policy: &Policy) -> Answer<()> {
    let (unfounded, no_list) = (|| Refusal::new(&UNFOUNDED), || Refusal::new(&NO_LIST));
    let (_, _, later) = complaint.matter().map_err(|_| unfounded())?;
    let chain = complaint.chain(policy).ok_or_else(unfounded)?;
    let rows = rows(db, &chain)?;
    let stands = if let Some(stage) = later {
        let draws = frozen(db, lot, &stage.to_string())?;
        require(!draws.is_empty(), no_list)?;
        let mut lists = draws.iter().map(List::Draw);
        lists.any(|list| complaint.stands_against(&rows, list, policy))
    } else {
        let (_, list) = closing::list(db, lot)?.ok_or_else(no_list)?;
        complaint.stands_against(&rows, List::Bids(&list), policy)
    };
    Ok(require(stands, unfounded)?)
}

/// What is frozen of the draws that a stage of keys opens.
fn frozen(db: &mut Db, lot: &Lot, stage: &str) -> Answer<Vec<Frozen>> {
    let draws = store::draw::of_stage(db, &lot.id, stage)?;
    let frozen = draws
        .iter()
        .map(|draw| Frozen::from_bytes(draw.frozen.0.as_bytes()));
    Ok(frozen.collect::<Result<_, _>>()?)
}

async fn keep(app: &App, ask: Ask, lot: Lot, row: FiledComplaint) -> Answer<Filed> {
    app.act(ask, move |tx| {
        let tender = Tender::find(tx.db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
        let known = store::complaint::of_lot(tx.db, &lot.id)?;
        let is_new = known.iter().all(|other| other.submission != row.submission);
        require(is_new, || Refusal::new(&FILED))?;
        let row = FiledComplaint {
            id: tx.id(),
            filed_at: tx.now,
            ..row
        };
        tx.insert(&row)?;
        let (title, link) = (tender.title_of(&lot), format!("/xm/{}", tender.number));
        let facts = [("name", title.as_str())];
        let told = ("message-complaint-filed", facts.as_slice(), link.as_str());
        message::tell_staff(tx, &tender, &[Role::Supervisor, Role::CentreOperator], told)?;
        let facts = serde_json::json!({ "lot": lot.id, "submission": row.submission });
        let payload = Payload::facts("complaint", "complaint.filed/1", &facts)?;
        tx.record(tender.id.as_str(), Act::ComplaintFiled, vec![payload])?;
        Ok(Filed {
            id: row.id,
            submission: row.submission,
        })
    })
    .await
}

/// The rows of a chain that the list of a lot names, or of contributions to a draw of it that is frozen, for
/// a client that judges a complaint which the platform did not take; none of any other chain.
pub async fn chain(app: &App, lot: &Id, tx: Token) -> Answer<Vec<Row>> {
    let lot = lot.clone();
    app.view(move |db| {
        let lot = public_lot(db, lot.as_str())?;
        let is_listed = closing::list(db, &lot)?.is_some_and(|(_, list)| {
            let of_bidders = list.subs.iter().any(|sub| sub.tx == tx);
            of_bidders || list.duty_subs.iter().any(|sub| sub.tx == tx)
        });
        if !is_listed && !is_drawn_with(db, &lot, &tx)? {
            return Ok(Vec::new());
        }
        rows(db, &tx)
    })
    .await
}

/// Whether a chain is one of contributions to a draw that is frozen.
fn is_drawn_with(db: &mut Db, lot: &Lot, tx: &Token) -> Answer<bool> {
    let Some(stage) = store::contribution::stage_of(db, &lot.id, tx.as_str())? else {
        return Ok(false);
    };
    Ok(!store::draw::of_stage(db, &lot.id, &stage)?.is_empty())
}

fn rows(db: &mut Db, tx: &Token) -> Answer<Vec<Row>> {
    proofs::disclosure(db, tx.as_str(), 0, &|k| k == "bid")
}

/// The complaints about the list of a lot, for the clients that judge it.
pub fn of_lot(db: &mut Db, lot: &Id) -> Answer<Vec<Complaint>> {
    let filed = store::complaint::of_lot(db, lot)?;
    filed.iter().map(|row| Ok(row.object.get()?)).collect()
}
