//! What a rehearsal prints: a line for each tender, the count of each outcome, one summary line.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
};

use serde_json::{Value, json};

use super::{
    plan::{Outcome, Tender},
    run::Held,
};
use crate::{
    cli::{play::door::at, say},
    domain::money::Fen,
};

/// Prints everything; whether nothing differs.
pub fn print(tenders: &[Tender], held: &[Held], wrong: &[String], is_json: bool) -> io::Result<bool> {
    let mut out = say::out();
    let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut differences = wrong.to_vec();
    if !is_json {
        writeln!(
            out,
            "{:<8} {:>4} {:>5} {:>14} {:>31} {:>4}  {:<18}  draw",
            "tender", "bids", "K", "P", "interval", "in", "winner"
        )?;
    }
    for (tender, held) in tenders.iter().zip(held) {
        if let Some(outcome) = held.outcome {
            *counts.entry(outcome).or_default() += 1;
        }
        differences.extend(
            held.differences
                .iter()
                .map(|why| format!("{}: {why}", tender.name)),
        );
        if is_json {
            writeln!(out, "{}", row(tender, held))?;
        } else {
            writeln!(out, "{}", line(tender, held))?;
        }
    }
    for why in &differences {
        eprintln!("{why}");
    }
    let counted = Outcome::ALL.map(|outcome| {
        let n = counts.get(&outcome).copied().unwrap_or_default();
        (n, outcome)
    });
    if is_json {
        let counts: BTreeMap<String, usize> = counted
            .iter()
            .map(|(n, outcome)| (format!("{outcome:?}"), *n))
            .collect();
        let summary = json!({ "tenders": tenders.len(), "counts": counts, "differences": differences });
        writeln!(out, "{summary}")?;
    } else {
        for (n, outcome) in counted {
            writeln!(out, "{n:>4} {}", outcome.words())?;
        }
        let verified = if differences.is_empty() {
            "all verified"
        } else {
            "NOT verified"
        };
        writeln!(
            out,
            "{} tenders, {} differences, {verified}",
            tenders.len(),
            differences.len()
        )?;
    }
    Ok(differences.is_empty())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    at(value, &format!("/{name}")).as_str().unwrap_or_default()
}

fn fen(value: &Value, name: &str) -> String {
    at(value, &format!("/{name}"))
        .as_i64()
        .map(|n| Fen(n).grouped())
        .unwrap_or_default()
}

/// The digest of the award draw, its beginning.
fn digest(result: &Value) -> &str {
    let last = at(result, "/method/draws")
        .as_array()
        .and_then(|draws| draws.last());
    last.map_or("", |draw| text(draw, "sha256"))
}

fn result(held: &Held) -> Value {
    let text = held.result.as_deref().unwrap_or_default();
    serde_json::from_str(text).unwrap_or_default()
}

fn line(tender: &Tender, held: &Held) -> String {
    let result = result(held);
    if result.is_null() {
        let words = held.outcome.map_or("not ended", Outcome::words);
        return format!("{:<8} {:>4} {words}", tender.name, tender.bids.len());
    }
    let (result, method) = (&result, at(&result, "/method"));
    format!(
        "{:<8} {:>4} {:>5} {:>14} {:>31} {:>4}  {:<18}  {:.12}",
        tender.name,
        tender.bids.len(),
        text(method, "k"),
        fen(method, "price"),
        format!("[{}, {}]", fen(method, "low"), fen(method, "high")),
        at(result, "/n_qualified"),
        text(at(result, "/candidates/0"), "bidder"),
        digest(result),
    )
}

fn row(tender: &Tender, held: &Held) -> Value {
    let result = &result(held);
    json!({
        "tender": tender.name, "bids": tender.bids.len(), "outcome": held.outcome, "k": at(result, "/method/k"),
        "price": at(result, "/method/price"), "low": at(result, "/method/low"), "high": at(result, "/method/high"),
        "qualified": at(result, "/n_qualified"), "winner": at(result, "/candidates/0/bidder"),
        "draw": digest(result), "differences": held.differences,
    })
}
