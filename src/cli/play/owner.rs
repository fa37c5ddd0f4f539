//! The owner: drafts a project of one lot, calls its key ceremony, publishes it.
//!
//! In: terms. Out: a lot that takes bids, or the guard's refusal.

use serde_json::{Value, json};

use super::{
    company::{Company, REGION, SPECIALTY},
    door::{Done, Door, Trouble, at, text},
};
use crate::domain::time::Instant;

/// What an owner asks for.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The project's name.
    pub name: String,
    /// What is built.
    pub summary: String,
    /// The ceiling, fen.
    pub ceiling_fen: i64,
    /// Kmin, Kmax (not drawn) and step, per cent.
    pub k: (String, String, String),
    /// `before_ranking` or `after_ranking`.
    pub review_order: &'static str,
    /// The least number of qualified bids.
    pub n_qualified_min: i64,
    /// Whether every bid needs a `docs` part.
    pub needs_docs: bool,
    /// The deadline.
    pub closes_at: Instant,
}

/// A project of one lot.
#[derive(Debug, Clone)]
pub struct Project {
    /// The tender.
    pub tender: String,
    /// Its number.
    pub number: String,
    /// The lot.
    pub lot: String,
}

/// The criteria that panels apply, by clause.
pub const CRITERIA: [(&str, &str); 3] = [
    ("3.1", "营业执照有效"),
    ("3.2", "企业资质与项目经理资格符合公告要求"),
    ("3.3", "工期与质量承诺响应竞选文件"),
];

/// Drafts a project with one lot and one document.
///
/// # Errors
/// The guard's refusal where such works may not be awarded by lot.
pub fn draft(door: &Door, company: &Company, terms: &Terms) -> Done<Project> {
    let token = &company.owner.token;
    let project = json!({
        "name": terms.name, "region": REGION, "funding": "private", "project_sum_fen": terms.ceiling_fen,
        "basis_id": company.basis, "summary": terms.summary, "budget_share": 0,
    });
    let made = door.post("/tenders", token, &project)?;
    let tender = text(&made, "id")?;
    let criteria: Vec<Value> = CRITERIA
        .iter()
        .map(|(clause, text)| json!({ "clause": clause, "text": text }))
        .collect();
    let (k_min, k_max, k_step) = &terms.k;
    let lot = json!({
        "name": "一标段", "method": "reasonable_price_draw", "ceiling_fen": terms.ceiling_fen,
        "k_min": k_min, "k_max": k_max, "k_step": k_step,
        "specialty": SPECIALTY, "criteria": criteria, "closes_at": terms.closes_at,
        "review_order": terms.review_order, "n_qualified_min": terms.n_qualified_min,
        "needs_docs": terms.needs_docs,
    });
    let lot = door.post(&format!("/tenders/{tender}/lots"), token, &lot)?;
    let paper = format!("%PDF-1.7\n{}\n{}\n", terms.name, terms.summary);
    door.put(
        &format!("/tenders/{tender}/documents/selection-documents.pdf"),
        token,
        paper.as_bytes(),
    )?;
    Ok(Project {
        number: text(&made, "number")?,
        lot: text(&lot, "id")?,
        tender,
    })
}

/// Calls the key ceremonies of a project in draft.
pub fn call_ceremony(door: &Door, company: &Company, project: &Project) -> Done<()> {
    let path = format!("/tenders/{}/ceremony", project.tender);
    door.post(&path, &company.owner.token, &json!({})).map(drop)
}

/// Publishes a project as soon as its key sets are ready.
pub fn publish(door: &Door, company: &Company, project: &Project) -> Done<()> {
    let token = &company.owner.token;
    let path = format!("/tenders/{}/publication", project.tender);
    let check = door.until("the key ceremony", || {
        let check = door.get(&path, token)?;
        let refused = at(&check, "/refused/code").as_str().unwrap_or_default();
        match refused {
            "" => Ok(Some(check)),
            "tender.not_ready" => Ok(None),
            code => Err(Trouble::Refused {
                status: 422,
                code: code.to_owned(),
                message: at(&check, "/refused/message").to_string(),
            }),
        }
    })?;
    let body = json!({ "deadlines": at(&check, "/signed"), "version": at(&check, "/version") });
    door.sign(&path, token, body, &text(&check, "digest")?).map(drop)
}

/// Ends a tender or a lot at its page, `/tenders/…/withdrawal` or `/lots/…/termination`.
pub fn end(door: &Door, company: &Company, path: &str, reason: &str) -> Done<()> {
    let token = &company.owner.token;
    let query = serde_html_form::to_string([("reason", reason)]).map_err(Trouble::broken)?;
    let check = door.get(&format!("{path}?{query}"), token)?;
    door.sign(path, token, json!({ "reason": reason }), &text(&check, "digest")?)
        .map(drop)
}

/// Where the one lot of a project stands.
pub fn stage(door: &Door, company: &Company, project: &Project) -> Done<String> {
    let bench = door.get(&format!("/tenders/{}", project.tender), &company.owner.token)?;
    text(at(&bench, "/lots/0"), "stage")
}

/// Waits until a lot has left a stage; the new one.
pub fn past(door: &Door, company: &Company, project: &Project, stages: &[&str]) -> Done<String> {
    door.until("the lot to move on", || {
        let now = stage(door, company, project)?;
        Ok((!stages.contains(&now.as_str())).then_some(now))
    })
}
