//! What a platform could write falsely into the papers of an award, and how it is found out.

use serde_json::{Value, json};

/// A change of a paper.
pub type Lie = fn(&mut Value);

fn swap(list: &mut Value) {
    list.as_array_mut().unwrap().swap(0, 1);
}

fn drop_first(list: &mut Value) {
    list.as_array_mut().unwrap().remove(0);
}

/// What a platform could write falsely: the event and label, the change, and what is found.
pub const LIES: [((&str, &str), Lie, &str); 57] = [
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["method"]["k_max"] = json!(500),
        "the layer of",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["candidates"] = json!(1),
        "the layer of",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["procedure"][1] = json!(2),
        "no procedure",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["review_order"] = json!("after_ranking"),
        "another order of review",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["min"] = json!(1),
        "the layer of",
    ),
    (
        ("opening.published", "opening."),
        |x| drop_first(&mut x["lines"]),
        "left out",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][0]["bidder"] = json!("nobody"),
        "did not bid",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][1] = x["lines"][0].clone(),
        "twice",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][0]["total_fen"] = json!(1),
        "another price",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][0]["code"] = json!("E-ENV"),
        "another code",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][0]["days"] = json!(1),
        "other promises",
    ),
    (
        ("stage.opened", "opened"),
        |x| x["rows"][0] = json!([x["rows"][0][0], "price", "E-ENV", null]),
        "is another",
    ),
    (
        ("stage.opened", "opened"),
        |x| drop_first(&mut x["rows"]),
        "not the prices of all bids",
    ),
    (
        ("evaluation.ended", "report."),
        |x| {
            for line in x["lines"].as_array_mut().unwrap() {
                line["outcome"] = json!("passed");
            }
        },
        "another fate",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| drop_first(&mut x["bids"]),
        "another fate",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| {
            for bid in x["bids"].as_array_mut().unwrap() {
                bid["fate"] = json!({ "fate": "qualified" });
            }
        },
        "another fate",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| x["low"] = json!(1),
        "another band",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| x["digest"] = json!("0".repeat(64)),
        "another list",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| x["lot"] = json!("other"),
        "no list",
    ),
    (
        ("coefficient.drawn", "coefficient"),
        |x| x["k"] = json!("1.23"),
        "another K",
    ),
    (
        ("coefficient.drawn", "coefficient"),
        |x| x["price"] = json!(1),
        "another K",
    ),
    (
        ("candidate.excluded", "exclusion"),
        |x| x["bidder"] = json!("nobody"),
        "not drawn",
    ),
    (
        ("candidate.excluded", "exclusion"),
        |x| x["lot"] = json!("other"),
        "no such candidate",
    ),
    (
        ("candidate.excluded", "exclusion"),
        |x| x["reason"] = json!("another"),
        "not the paper that was signed",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["objections_to"]["name"] = json!("another"),
        "another owner",
    ),
    (
        ("award.decided", "ended."),
        |x| x["lot"] = json!("other"),
        "ends another lot",
    ),
    (
        ("award.decided", "ended."),
        |x| x["stage"] = json!("failed"),
        "in another stage",
    ),
    (
        ("award.decided", "ended."),
        |x| x["rule"] = json!("Z43R"),
        "exactly where a lot fails",
    ),
    (
        ("candidates.published", "span"),
        |x| x["ends_at"] = json!(x["ends_at"].as_i64().unwrap() + 1),
        "before the publication ended",
    ),
    (
        ("candidates.published", "span"),
        |x| x["ends_at"] = json!(0),
        "shorter than the rule's",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["bids"][0]["name"] = json!("别家公司"),
        "another name",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["ranked"][0]["name"] = json!("别家公司"),
        "another name",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["candidates"][0]["name"] = json!("别家公司"),
        "another name",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["number"] = json!("1"),
        "another tender",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["verify_at"] = json!("https://example.org"),
        "not the paper that was signed",
    ),
    (
        ("candidates.published", "signature"),
        |x| x["digest"] = json!("0".repeat(64)),
        "not the paper that was signed",
    ),
    (
        ("objection.answered", "reply"),
        |x| x["objection"] = json!("没有提过"),
        "no objection that was raised",
    ),
    (
        ("objection.answered", "reply"),
        |x| x["kind"] = json!("list"),
        "is not answered",
    ),
    (
        ("award.decided", "notice"),
        |x| x["lot"] = json!("另一标段"),
        "another tender or lot",
    ),
    (
        ("award.decided", "notice"),
        |x| x["owner"] = json!("别家公司"),
        "another owner",
    ),
    (
        ("award.decided", "signature"),
        |x| x["digest"] = json!("0".repeat(64)),
        "not the paper that was signed",
    ),
    (
        ("opening.published", "signature"),
        |x| x["digest"] = json!("0".repeat(64)),
        "not the paper that was signed",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["method"]["list"] = json!("0".repeat(64)),
        "another K, price, band or draw",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["method"]["sums"] = json!(1),
        "another K, price, band or draw",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["method"]["award_price"] = json!("band_price"),
        "another K, price, band or draw",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["method"]["draws"][0]["sha256"] = json!("0".repeat(64)),
        "another K, price, band or draw",
    ),
    (
        ("candidates.published", "standstill"),
        |x| drop_first(&mut x["method"]["draws"]),
        "another K, price, band or draw",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["ceiling"] = json!(1),
        "other terms",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["order"] = json!("after_ranking"),
        "other terms",
    ),
    (
        ("candidates.published", "standstill"),
        |x| swap(&mut x["ranked"]),
        "another order",
    ),
    (
        ("candidates.published", "standstill"),
        |x| swap(&mut x["candidates"]),
        "no such candidate",
    ),
    (
        ("candidates.published", "standstill"),
        |x| drop_first(&mut x["candidates"]),
        "other candidates",
    ),
    (
        ("candidates.published", "standstill"),
        |x| drop_first(&mut x["bids"]),
        "fate or outcome",
    ),
    (
        ("award.decided", "notice"),
        |x| x["winner"]["contract_price"] = json!(1),
        "no such candidate",
    ),
    (
        ("candidates.published", "standstill"),
        |x| x["candidates"][0]["days"] = json!(1),
        "promised something else",
    ),
    (
        ("award.decided", "notice"),
        |x| x["winner"]["name"] = json!("other"),
        "of the publication",
    ),
    (
        ("award.decided", "notice"),
        |x| x["standstill"] = json!("0".repeat(64)),
        "last publication",
    ),
];
