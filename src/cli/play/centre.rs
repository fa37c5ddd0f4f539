//! The centre's operator: asks for the panel, publishes the opening.

use serde_json::{Value, json};

use super::{
    company::Company,
    door::{Done, Door, text},
    owner::Project,
};

/// The minutes an expert has to answer.
const ANSWER_MINUTES: i64 = 60;

/// Asks for the panel of a lot.
pub fn request_panel(door: &Door, company: &Company, project: &Project) -> Done<()> {
    let path = format!("/lots/{}/panel", project.lot);
    door.post(
        &path,
        &company.centre.token,
        &json!({ "answer_minutes": ANSWER_MINUTES }),
    )
    .map(drop)
}

/// The panel of a lot as the centre sees it: positions and states, no names.
pub fn panel_desk(door: &Door, company: &Company, project: &Project) -> Done<Value> {
    door.get(&format!("/lots/{}/panel", project.lot), &company.centre.token)
}

/// Publishes the opening record under the centre's signature; the record.
pub fn publish_opening(door: &Door, company: &Company, project: &Project) -> Done<Value> {
    let path = format!("/lots/{}/opening", project.lot);
    let record = door.get(&path, &company.centre.token)?;
    let digest = text(&record, "digest")?;
    door.sign(&path, &company.centre.token, json!({}), &digest)?;
    Ok(record)
}
