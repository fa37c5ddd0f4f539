//! Does what was published follow from the file and from the draws' own transcripts?
//!
//! In: public answers. Out: one sentence for each difference; none is good.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{plan::Tender, run::Manner};
use crate::{
    cli::play::{
        company::Bidder,
        door::{Done, Door, Trouble, at, text},
        owner::Project,
        session::redraw,
    },
    domain::{band::Coefficient, money::Fen},
    proof::{bundle::Bundle, canon::Object as _, parties::Parties, policy::Policy},
};

/// The prices of the file by the bidder's code.
fn prices<'a>(
    tender: &'a Tender,
    bidders: &BTreeMap<String, Bidder>,
) -> BTreeMap<String, &'a super::plan::Bid> {
    let of = |bid: &'a super::plan::Bid| Some((bidders.get(&bid.bidder)?.code.clone(), bid));
    tender.bids.iter().filter_map(of).collect()
}

fn lines<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Every bid of the file was opened, at its price.
pub fn opening(record: &Value, tender: &Tender, bidders: &BTreeMap<String, Bidder>) -> Vec<String> {
    let mut left = prices(tender, bidders);
    let mut found = Vec::new();
    for line in lines(record, "lines") {
        let bidder = at(line, "/bidder").as_str().unwrap_or_default();
        match left.remove(bidder) {
            Some(bid)
                if at(line, "/total_fen").as_i64() == Some(bid.total_fen) && at(line, "/code").is_null() => {}
            Some(bid) => found.push(format!("{bidder} opened as {line}, bid {}", bid.total_fen)),
            None => found.push(format!("{bidder} opened, but never bid")),
        }
    }
    found.extend(
        left.into_keys()
            .map(|bidder| format!("the bid of {bidder} was not opened")),
    );
    found
}

/// K, interval, every bid in or out, both draws and the winner.
pub fn result(
    door: &Door,
    project: &Project,
    result: &Value,
    tender: &Tender,
    manner: &Manner,
    bidders: &BTreeMap<String, Bidder>,
) -> Done<Vec<String>> {
    let band = tender.band(&manner.rules)?;
    let mut found = Vec::new();
    let mut same = |what: &str, given: &Value, wanted: Value| {
        if *given != wanted {
            found.push(format!("{what} {given}, must be {wanted}"));
        }
    };
    let orders = draws(door, project, result)?;
    let [k, order] = orders.as_slice() else {
        return Err(Trouble::broken("not exactly two draws"));
    };
    let k = k.first().ok_or_else(|| Trouble::broken("no K"))?;
    let coefficient: Coefficient = band
        .coefficient(k)
        .map_err(|refusal| Trouble::broken(crate::cli::told(&refusal)))?;
    same("K", at(result, "/method/k"), k.as_str().into());
    same("P", at(result, "/method/price"), band.price(coefficient).0.into());
    same("lower end", at(result, "/method/low"), band.low().0.into());
    same("upper end", at(result, "/method/high"), band.high().0.into());
    let prices = prices(tender, bidders);
    for line in lines(result, "bids") {
        let bidder = at(line, "/bidder").as_str().unwrap_or_default();
        let Some(bid) = prices.get(bidder) else { continue };
        same(bidder, at(line, "/total"), bid.total_fen.into());
        let is_passed = manner.after_draw || !bid.is_rejected;
        let fits = is_passed && band.admits(Fen(bid.total_fen));
        same(
            &format!("{bidder} in the draw"),
            &Value::from(order.iter().any(|drawn| drawn == bidder)),
            fits.into(),
        );
    }
    let is_passed = |bidder: &&String| prices.get(*bidder).is_some_and(|bid| !bid.is_rejected);
    let winner = order.iter().find(is_passed);
    let drawn = lines(result, "ranked")
        .iter()
        .map(|line| at(line, "/bidder").clone());
    same("order", &Value::Array(drawn.collect()), order.clone().into());
    same(
        "winner",
        at(result, "/candidates/0/bidder"),
        winner.cloned().into(),
    );
    Ok(found)
}

/// The orders of a lot's draws, each recomputed from its bundle and from its transcript.
fn draws(door: &Door, project: &Project, result: &Value) -> Done<Vec<Vec<String>>> {
    let trust = |file: &str| door.bytes(&format!("/tenders/{}/{file}", project.tender), "");
    let parties = Parties::from_bytes(&trust("parties.json")?)?;
    let policy = String::from_utf8(trust("log.policy")?).map_err(Trouble::broken)?;
    let policy: Policy = policy.parse()?;
    let mut orders = Vec::new();
    for proof in lines(at(result, "/method"), "draws") {
        let path = format!("/draws/{}/{}", text(proof, "draw")?, at(proof, "/attempt"));
        let transcript = door.bytes(&format!("{path}/transcript"), "")?;
        let bundle = Bundle::from_bytes(&door.bytes(&format!("{path}/bundle"), "")?)?;
        bundle.verify(&parties, &policy)?;
        if bundle.transcript.as_bytes() != transcript {
            return Err(Trouble::broken(format!(
                "{path}: the bundle is of another transcript"
            )));
        }
        orders.push(redraw(&transcript, &text(proof, "sha256")?)?);
    }
    Ok(orders)
}
