//! Publication: every check at once, then the notice, the parts of the bids and the deadlines on the
//! tender's chain.
//!
//! In: the owner's signature under the notice as it stands, and his signed deadlines. Out: lots that
//! take bids. Never: a notice that the guard, the calendar, the key ceremony or the witness forbids.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    super::{
        Answer, App, Ask, Error, ceremony,
        deadline::{self, Deadlines, Set},
        law::planned,
        panel::pool,
    },
    draft::must_be_draft,
    must_be_seen, must_be_signed, owned, paper,
};
use crate::{
    domain::{
        act::Act,
        actor::Actor,
        announcement::{Announcement, AnnouncementKind, NoticePaper},
        basis::Basis,
        bytes::JsonText,
        code::Region,
        dates::Plan,
        document::Document,
        guard::{self, Works},
        id::Id,
        money::Fen,
        procedure::{Guard, Stage},
        refusal::{
            Lawful, Refusal, require,
            tender::{DEADLINE_UNFIT, NO_DOCUMENTS, NO_LOTS, NOT_READY, UNWITNESSED},
        },
        rule::{Moment, Rules},
        tender::{Lot, Tender},
        terms::{self, Terms},
        time::{DAY, HOUR, Instant},
    },
    proof::{canon::Object as _, stage::KeyStage},
    store::{self, Db, Row as _, Tx, tx::Payload},
    words::Lang,
};

/// What came out.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Published {
    /// The tender.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its unified deal code, also its public address.
    pub number: String,
    /// SHA-256 of the notice.
    pub digest: String,
}

/// What is checked before anything is signed, and again when it is.
#[derive(Debug)]
pub struct Checked {
    /// The tender.
    pub tender: Tender,
    /// Its lots, under the procedure and the rules of today.
    pub lots: Vec<Lot>,
    /// Its documents.
    pub documents: Vec<Document>,
    /// What the guard lets pass and says all the same.
    pub warnings: Vec<Refusal>,
}

/// Publishes a tender.
pub async fn publish(
    app: &App,
    ask: Ask,
    tender: &Id,
    seen: Option<i64>,
    deadlines: Deadlines,
) -> Answer<Published> {
    let (id, actor) = (tender.clone(), ask.actor.clone());
    let policy = paper::policy_digest(app);
    let is_watched = app.journal.policy.is_witnessed() || app.config.unwitnessed;
    app.act(ask, move |tx| {
        let tender = owned(tx.db, &actor, &id)?;
        must_be_draft(&tender)?;
        must_be_seen(seen, tender.version)?;
        let mut checked = check(tx.db, tender, tx.now)?;
        require(is_watched, || Refusal::new(&UNWITNESSED))?;
        let sets = deadline::read(deadlines, &checked.tender, &checked.lots)?;
        check_dates(tx.db, &checked.lots, &sets, tx.now)?;
        let notice = paper::notice(tx.db, &checked.tender, &checked.lots, policy, tx.now.date())?;
        must_be_signed(tx, &notice.digest()?)?;
        let digest = notice.digest()?.to_hex();
        let announcement = Announcement {
            id: tx.id(),
            tender_id: checked.tender.id.clone(),
            lot_id: None,
            kind: AnnouncementKind::Notice,
            title: notice.title.clone(),
            text: String::new(),
            is_material: false,
            paper: Some(JsonText::of(&notice.value()?)?),
            digest: Some(digest.clone()),
            drafted_by: actor.token().to_owned(),
            drafted_at: tx.now,
            published_at: Some(tx.now),
            version: 0,
        };
        tx.insert(&announcement)?;
        go_out(tx, &mut checked, &announcement.id, &sets)?;
        let mut payloads = vec![Payload::object("notice", &notice)?];
        for lot in &checked.lots {
            let parts = store::ceremony::parts(tx.db, lot)?;
            payloads.push(Payload::object(format!("parts.{}", lot.id), &parts)?);
        }
        tx.record(id.as_str(), Act::TenderPublished, payloads)?;
        deadline::log(tx, &id, &sets)?;
        Ok(Published {
            id,
            number: checked.tender.number,
            digest,
        })
    })
    .await
}

/// The rows of what comes out now.
fn go_out(tx: &mut Tx<'_>, checked: &mut Checked, announcement: &Id, sets: &[Set]) -> Answer<()> {
    for document in &mut checked.documents {
        document.notice_id = Some(announcement.clone());
        tx.update(document)?;
    }
    for lot in &mut checked.lots {
        lot.issued_at = Some(tx.now);
        lot.closes_at = Some(deadline::of(sets, lot)?.closes_at);
        lot.advance(tx.now)?;
        tx.update(lot)?;
    }
    checked.tender.published_at = Some(tx.now);
    checked.tender.version += 1;
    tx.update(&checked.tender)?;
    Ok(())
}

/// Everything but the deadlines and the signature: lots, guard, documents, key sets.
///
/// # Errors
/// In order: `tender.no_lots`, `guard.*`, the terms, `tender.no_documents`, `tender.not_ready`.
pub fn check(db: &mut Db, tender: Tender, now: Instant) -> Answer<Checked> {
    let (version, rules) = store::rule::current(db)?;
    let mut lots = store::tender::lots(db, &tender.id)?;
    require(!lots.is_empty(), || Refusal::new(&NO_LOTS))?;
    let mut warnings = Vec::new();
    for lot in &mut lots {
        lot.must_be(Stage::Draft)?;
        terms::must_serve(tender.trade, lot)?;
        warnings.extend(permit(db, &tender, lot, &rules, now)?);
        warnings.extend(pool::narrow(db, &tender, lot, now)?);
        // a draft may have lain over a change of the rules or of the procedure
        let procedure = lot.procedure()?.newest();
        Terms::of(lot, procedure.order)?.check(procedure, &rules, now.date())?;
        lot.rules_version = version;
        lot.procedure_version = procedure.version;
    }
    let mut documents = store::document::of_tender(db, &tender.id)?;
    documents.retain(|document| document.notice_id.is_none());
    require(!documents.is_empty(), || Refusal::new(&NO_DOCUMENTS))?;
    for lot in &lots {
        let missing = ceremony::missing(db, lot)?;
        require(missing.is_empty(), || {
            let stages: BTreeSet<&str> = missing.iter().map(|m| m.stage.as_str()).collect();
            let what: Vec<String> = stages
                .iter()
                .map(|stage| format!("word:key-stage-{stage}"))
                .collect();
            Refusal::new(&NOT_READY)
                .fact("lot", &lot.name)
                .fact("missing", what.join(", "))
        })?;
    }
    Ok(Checked {
        tender,
        lots,
        documents,
        warnings,
    })
}

/// The legal guard on a lot.
pub fn permit(db: &mut Db, tender: &Tender, lot: &Lot, rules: &Rules, now: Instant) -> Answer<Vec<Refusal>> {
    let region = Region::parse(&tender.region, "region")?;
    let basis = match &tender.basis_id {
        Some(id) => Basis::find(db, id.as_str())?
            .map(|basis| basis.local())
            .transpose()?,
        None => None,
    };
    let works = Works {
        trade: tender.trade,
        region: &region,
        contract: tender.contract,
        ceiling: lot.ceiling_fen,
        // what could be one contract is not split below the threshold (国家发展改革委令第16号 第五条)
        project_sum: tender.project_sum_fen.max(together(db, &tender.id)?),
        funding: &[tender.funding],
        budget: tender.budget_fen,
        budget_share: tender.budget_share,
        is_public_interest: tender.public_interest.is_some(),
        is_procurement: tender.is_procurement,
        order: lot.procedure()?.order,
        basis: basis.as_ref(),
    };
    match lot.procedure()?.guard {
        Guard::RandomAward => Ok(guard::permit(&works, rules, now)?),
    }
}

/// The ceilings of all lots of a tender together.
fn together(db: &mut Db, tender: &Id) -> Answer<Fen> {
    let lots = store::tender::lots(db, tender)?;
    let sum = lots
        .iter()
        .fold(0_i64, |sum, lot| sum.saturating_add(lot.ceiling_fen.0));
    Ok(Fen(sum))
}

/// Refuses deadlines that are missing, too early by the rules, or earlier than the key sets promise.
fn check_dates(db: &mut Db, lots: &[Lot], sets: &[Set], now: Instant) -> Answer<()> {
    for lot in lots {
        let set = deadline::of(sets, lot)?;
        let plan = Plan {
            issued_at: now,
            documents_end_at: set.closes_at,
            closes_at: set.closes_at,
        };
        planned(db, lot, now, |planner| {
            Ok(planner.check(&plan, now).map(|_| ())?)
        })?;
        must_fit_keys(db, lot, set.closes_at)?;
    }
    Ok(())
}

/// A deadline earlier than the keys' promise needs a new ceremony (protocols A.3).
pub fn must_fit_keys(db: &mut Db, lot: &Lot, closes_at: Instant) -> Answer<()> {
    for keyset in store::ceremony::of_lot(db, &lot.id)? {
        let is_bound = !keyset.is_of(KeyStage::is_before_bids);
        let why = format!("{}: {}", keyset.stage, keyset.not_before_at);
        let fits: Lawful<()> = require(!is_bound || closes_at >= keyset.not_before_at, || {
            Refusal::new(&DEADLINE_UNFIT)
                .fact("lot", &lot.name)
                .fact("why", why)
                .at("deadlines")
        });
        fits?;
    }
    Ok(())
}

/// The first lawful deadline of a lot were its notice to come out now, at the planned time of day;
/// the planned one where that is lawful.
pub fn proposed(db: &mut Db, lot: &Lot, now: Instant) -> Answer<Instant> {
    let earliest = planned(db, lot, now, |planner| {
        let bound = planner.earliest(Moment::ClosesAt, &[(Moment::DocumentsIssued, now)])?;
        Ok(bound.map_or(now, |bound| bound.at))
    })?;
    let planned = lot.closes_at.unwrap_or(earliest.plus(9 * HOUR));
    if planned >= earliest {
        return Ok(planned);
    }
    let same_day = planned.on(earliest.date());
    Ok(if same_day >= earliest {
        same_day
    } else {
        same_day.plus(DAY)
    })
}

/// A lot on the check page, with the deadline its owner's key signs.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ToSign {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// Its name.
    pub name: String,
    /// The planned deadline, or the first lawful one after it, Unix ms.
    #[schema(value_type = i64)]
    pub closes_at: Instant,
    /// What is signed, canonical JSON.
    pub object: String,
}

/// Everything that would come out, to be checked before it is signed.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The notice.
    pub notice: NoticePaper,
    /// The clauses in the reader's language.
    pub clauses: Vec<String>,
    /// SHA-256 of the notice: what the password signs.
    pub digest: String,
    /// The documents that come out.
    pub documents: Vec<Document>,
    /// The deadlines to sign.
    pub deadlines: Vec<ToSign>,
    /// What the guard lets pass and says all the same.
    pub warnings: Vec<Refusal>,
}

/// The tender, and the sheet of the check page or why it cannot come out yet.
pub async fn preview(
    app: &App,
    actor: Actor,
    tender: &Id,
    lang: Lang,
) -> Answer<(Tender, Result<Sheet, Refusal>)> {
    let (id, now, policy) = (tender.clone(), app.clock.now(), paper::policy_digest(app));
    app.view(move |db| {
        let tender = owned(db, &actor, &id)?;
        must_be_draft(&tender)?;
        let checked = match check(db, tender.clone(), now) {
            Ok(checked) => checked,
            Err(Error::Refused(refusal)) => return Ok((tender, Err(refusal))),
            Err(other) => return Err(other),
        };
        let mut deadlines = Vec::new();
        for lot in &checked.lots {
            let closes_at = proposed(db, lot, now)?;
            let object = deadline::object(&tender.id, lot, closes_at)?.bytes()?;
            deadlines.push(ToSign {
                lot: lot.id.clone(),
                name: lot.name.clone(),
                closes_at,
                object: String::from_utf8_lossy(&object).into_owned(),
            });
        }
        let notice = paper::notice(db, &tender, &checked.lots, policy, now.date())?;
        let sheet = Sheet {
            digest: notice.digest()?.to_hex(),
            clauses: paper::clauses(db, lang, &checked.lots, now.date())?,
            notice,
            documents: checked.documents,
            deadlines,
            warnings: checked.warnings,
        };
        Ok((tender, Ok(sheet)))
    })
    .await
}
