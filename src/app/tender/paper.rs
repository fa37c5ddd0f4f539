//! The papers of a tender: the notice as it would come out now, and the trust files it names.
//!
//! Never: a notice that leaves out who decrypts, what the codes mean, or the remedies.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    super::{Answer, App, Error, law},
    organisation,
};
use crate::{
    domain::{
        actor::Actor,
        announcement::{Enclosure, LotPaper, NoticePaper},
        basis::Basis,
        dates::Planner,
        document::Document,
        id::Id,
        incident::{GAP_MIN, LAST_SPAN},
        method::MethodTerms,
        rule::{Kind, Moment},
        tender::{Criterion, Lot, Tender},
        time::{HOUR, MINUTE},
    },
    proof::{
        canon::{Hash, Object as _},
        keyset::Pack,
        parties::Parties,
    },
    store::{self, Db, Fault, Row as _},
    words::{self, Lang},
};

/// The clauses of every notice, after that of the award method, by their keys in the locales; the Chinese text binds.
pub const CLAUSES: [&str; 6] = [
    "tender-clause-decrypt",
    "tender-clause-codes",
    "tender-clause-remedies",
    "tender-clause-silence",
    "tender-clause-standstill",
    "tender-clause-incident",
];

/// A period that the rules bound, as the day's rows say it: the figure with its unit.
fn period(lang: Lang, planner: &Planner<'_>, kind: Kind, from: Moment, to: Moment) -> String {
    planner.bounding(kind, from, to).map_or_else(String::new, |rule| {
        let unit = format!("rule-unit-{}", rule.unit.word().replace('_', "-"));
        format!("{} {}", rule.n, words::say(lang, &unit, &[]))
    })
}

/// A clause with the facts of a lot, and of the rules, that it names.
fn clause(lang: Lang, key: &str, lot: &Lot, planner: &Planner<'_>) -> String {
    let standstill = period(
        lang,
        planner,
        Kind::Min,
        Moment::StandstillBegins,
        Moment::StandstillEnds,
    );
    let reply = period(
        lang,
        planner,
        Kind::Max,
        Moment::ResultObjected,
        Moment::ResultAnswered,
    );
    let minutes = (lot.objection_span / MINUTE).to_string();
    let hours = (LAST_SPAN / HOUR).to_string();
    let gap = (GAP_MIN / MINUTE).to_string();
    let min = lot.n_bidders_min.to_string();
    let facts = [
        ("minutes", minutes.as_str()),
        ("hours", hours.as_str()),
        ("gap", gap.as_str()),
        ("min", min.as_str()),
        ("standstill", standstill.as_str()),
        ("reply", reply.as_str()),
    ];
    words::say(lang, key, &facts)
}

/// How the winner is found, with what follows from the lot's own figures; a lower end is computed, never
/// declared (rule D05).
fn method_clause(lang: Lang, lot: &Lot) -> Answer<String> {
    match &*lot.method {
        MethodTerms::ReasonablePriceDraw(draw) => {
            let band = draw.band(lot.ceiling_fen)?;
            let (low, high) = (band.low().to_string(), band.high().to_string());
            let facts = [("low", low.as_str()), ("high", high.as_str())];
            Ok(words::say(lang, "tender-clause-interval", &facts))
        }
    }
}

/// The clauses in a language, each once, with the figures of the first lot whose they are and of the
/// rows in force on a day.
pub fn clauses(db: &mut Db, lang: Lang, lots: &[Lot], on: Date) -> Answer<Vec<String>> {
    let calendar = law::calendar()?;
    let mut all: Vec<String> = Vec::new();
    let mut of_lots = Vec::new();
    for lot in lots {
        let rules = super::rules_of(db, lot)?;
        let planner = Planner::new(&rules, lot.procedure()?, &calendar, on)?;
        let mut texts = vec![method_clause(lang, lot)?];
        texts.extend(CLAUSES.map(|key| clause(lang, key, lot, &planner)));
        of_lots.push(texts);
    }
    for i in 0..=CLAUSES.len() {
        for text in of_lots.iter().filter_map(|texts| texts.get(i)) {
            if !all.contains(text) {
                all.push(text.clone());
            }
        }
    }
    Ok(all)
}

/// SHA-256 of the trust file of the log.
#[must_use]
pub fn policy_digest(app: &App) -> Hash {
    Hash::of(&[app.journal.policy_text.as_bytes()])
}

/// The documents in a paper.
pub fn enclosures(documents: &[Document]) -> Answer<Vec<Enclosure>> {
    let one = |document: &Document| Ok((document.title.clone(), Hash::from_hex(&document.sha256)?));
    documents.iter().map(one).collect()
}

/// The notice as it would come out now.
pub fn notice(db: &mut Db, tender: &Tender, lots: &[Lot], policy: Hash, on: Date) -> Answer<NoticePaper> {
    let owner = organisation(db, &tender.owner_id)?;
    let agency = match &tender.agency_id {
        Some(id) => Some(organisation(db, id)?),
        None => None,
    };
    let basis = match &tender.basis_id {
        Some(id) => Basis::find(db, id.as_str())?,
        None => None,
    };
    let documents = store::document::of_tender(db, &tender.id)?;
    let lots_in = lots.iter().map(|lot| lot_paper(db, lot)).collect::<Answer<_>>()?;
    Ok(NoticePaper {
        tender: tender.id.clone(),
        number: tender.number.clone(),
        name: tender.name.clone(),
        title: words::say(Lang::Zh, "tender-notice-title", &[]),
        owner: (owner.name, owner.code),
        agency: agency.map(|agency| (agency.name, agency.code)),
        region: tender.region.clone(),
        funding: tender.funding.to_string(),
        basis: basis.map(|basis| (basis.document_no, basis.title)),
        summary: tender.summary.clone(),
        lots: lots_in,
        documents: enclosures(&documents)?,
        parties: parties(tender)?.map_or(Ok(Hash::ZERO), |parties| parties.digest())?,
        policy,
        clauses: clauses(db, Lang::Zh, lots, on)?,
    })
}

/// `parties/1` of a tender, once its ceremony was called.
pub fn parties(tender: &Tender) -> Answer<Option<Parties>> {
    let Some(parties) = &tender.parties else {
        return Ok(None);
    };
    Ok(Some(Parties::from_value(&parties.get::<Value>()?)?))
}

fn lot_paper(db: &mut Db, lot: &Lot) -> Answer<LotPaper> {
    let criteria: Vec<Criterion> = lot.criteria.get()?;
    let mut keysets = Vec::new();
    for keyset in store::ceremony::of_lot(db, &lot.id)? {
        if let Some(digest) = &keyset.digest {
            keysets.push((keyset.stage.clone(), Hash::from_hex(digest)?));
        }
    }
    Ok(LotPaper {
        lot: lot.id.clone(),
        name: lot.name.clone(),
        procedure: (lot.procedure.clone(), lot.procedure_version),
        ceiling: lot.ceiling_fen.0,
        method: MethodTerms::clone(&lot.method),
        review_order: lot.procedure()?.order.to_string(),
        candidates: lot.n_candidates,
        min: lot.n_bidders_min,
        qualified_min: lot.n_qualified_min,
        panel: (lot.n_panel, lot.n_owner_seats),
        specialty: lot.specialty.clone(),
        docs: lot.needs_docs,
        criteria: criteria.into_iter().map(|one| (one.clause, one.text)).collect(),
        objection: lot.objection_span,
        keysets,
    })
}

/// The bytes of `<stage>.keyset` with its receipt; none while its event has not been cosigned.
pub async fn keyset_file(app: &App, actor: Actor, lot: Id, stage: String) -> Answer<Option<Vec<u8>>> {
    let journal = app.journal.clone();
    app.view(move |db| {
        super::lot::seen(db, &actor, &lot)?;
        let keyset = store::ceremony::of_stage(db, &lot, &stage)?.ok_or(Error::NotFound)?;
        let (Some(pack), Some(c)) = (&keyset.pack, &keyset.frozen_c) else {
            return Err(Error::NotFound);
        };
        let c = Hash::from_hex(c)?;
        let Some(receipt) = journal.receipt(db, &c)? else {
            return Ok(None);
        };
        let payloads = store::journal::payloads(db, &c.to_hex())?;
        let named = payloads.into_iter().find(|payload| payload.k == "keyset");
        let salt = named
            .ok_or_else(|| Fault::new("key set", "its event does not name it"))?
            .salt;
        let mut whole: Value = pack.get()?;
        if let Some(map) = whole.as_object_mut() {
            map.insert("t".into(), Pack::T.into());
            map.insert("salt".into(), hex::encode(salt).into());
            map.insert("receipt".into(), receipt.into());
        }
        Ok(Some(Pack::from_value(&whole)?.bytes()?))
    })
    .await
}
