//! The award session and what follows: both draws, the publication, the decision; and the check that
//! what came out is what the published numbers give.

use serde_json::{Value, json};

use super::{
    company::Company,
    door::{Done, Door, Trouble, at, text},
    owner::{Project, past},
};
use crate::{
    domain::time::Instant,
    proof::{canon::Hash, transcript::Transcript},
};

/// The centre draws K; the lot goes on once the keys are there.
pub fn draw_coefficient(door: &Door, company: &Company, project: &Project) -> Done<()> {
    let path = format!("/lots/{}/coefficient-draw", project.lot);
    door.post(&path, &company.centre.token, &json!({}))?;
    past(door, company, project, &["coefficient_draw"]).map(drop)
}

/// The centre draws the order.
pub fn draw_order(door: &Door, company: &Company, project: &Project) -> Done<()> {
    let path = format!("/lots/{}/award-draw", project.lot);
    door.post(&path, &company.centre.token, &json!({}))?;
    past(door, company, project, &["award_draw"]).map(drop)
}

/// The owner publishes the result for the shortest lawful time; when it ends.
pub fn publish_result(door: &Door, company: &Company, project: &Project) -> Done<Instant> {
    let (path, token) = (format!("/lots/{}/standstill", project.lot), &company.owner.token);
    let check = door.get(&path, token)?;
    let out = door.sign(&path, token, json!({}), &text(&check, "digest")?)?;
    let ends_at = at(&out, "/ends_at").as_i64().map(Instant);
    ends_at.ok_or_else(|| Trouble::broken("a publication without its end"))
}

/// The owner decides; what was decided.
pub fn decide(door: &Door, company: &Company, project: &Project) -> Done<Value> {
    let (path, token) = (format!("/lots/{}/award", project.lot), &company.owner.token);
    let check = door.get(&path, token)?;
    door.sign(&path, token, json!({}), &text(&check, "digest")?)
}

/// What is public of a lot's result.
pub fn result(door: &Door, project: &Project) -> Done<Value> {
    door.get(&format!("/lots/{}/result", project.lot), "")
}

/// Recomputes a draw from its public transcript: digest, seed, tickets, order.
pub fn redraw(transcript: &[u8], sha256: &str) -> Done<Vec<String>> {
    let found = Hash::of(&[transcript]).to_hex();
    if found != sha256 {
        return Err(Trouble::broken(format!(
            "a transcript of digest {found}, published as {sha256}"
        )));
    }
    let order = Transcript::parse(transcript)?.order()?;
    Ok(order
        .into_iter()
        .map(|drawn| drawn.item.as_str().to_owned())
        .collect())
}
