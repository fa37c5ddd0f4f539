//! The review over HTTP: one form or one request for many bids, the report and its signatures.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web::Path};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use super::{
    ctx::Ctx,
    document::attachment,
    error::{Failure, Problem},
    input::Input,
};
use crate::{
    app::review::{self, Presumption, ReportView, ReviewDesk, Saved, SignedReport, Signing},
    domain::{act::Act, review::Mark},
    page,
};

page!(ReviewDesk, "review/desk.html");
page!(ReportView, "review/report.html");

/// Marks: JSON `{"marks":[…]}`, or a form with `mark_<bid>` (`pass` or `reject`), `clause_<bid>` and
/// `reason_<bid>`; a bid left unmarked is not sent.
#[derive(Debug, utoipa::ToSchema)]
pub struct Marks {
    /// One per bid.
    pub marks: Vec<Mark>,
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let mut marks = Vec::new();
        for (field, value) in &fields {
            match (field.split_once('_'), value) {
                (None, list @ Value::Array(_)) if field == "marks" => {
                    let list: Vec<Mark> = serde_json::from_value(list.clone()).map_err(D::Error::custom)?;
                    marks.extend(list);
                }
                (Some(("mark", bid)), Value::String(word)) => {
                    let of = |column: &str| {
                        let text = fields.get(&format!("{column}_{bid}")).and_then(Value::as_str);
                        text.unwrap_or_default().to_owned()
                    };
                    let passed = match word.as_str() {
                        "pass" => true,
                        "reject" => false,
                        _ => return Err(D::Error::custom(format!("`{field}`: pass or reject"))),
                    };
                    let (clause, reason) = if passed {
                        (String::new(), String::new())
                    } else {
                        (of("clause"), of("reason"))
                    };
                    marks.push(Mark {
                        bid: bid.to_owned(),
                        passed,
                        clause,
                        reason,
                    });
                }
                (Some(("clause" | "reason", _)), Value::String(_)) => {}
                _ => return Err(D::Error::custom(format!("unknown field `{field}`"))),
            }
        }
        Ok(Self { marks })
    }
}

/// `GET /lots/{lot}/review`: the review desk.
#[utoipa::path(get, path = "/lots/{lot}/review", responses((status = 200, body = ReviewDesk)))]
pub async fn desk(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let actor = ctx.actor();
    ctx.show(ctx.app.view(move |db| review::desk(db, &actor, &lot)).await)
}

/// `GET /lots/{lot}/review/{bid}/files/{sha256}`: a file of a bid under review, for members.
#[utoipa::path(get, path = "/lots/{lot}/review/{bid}/files/{sha256}", responses((status = 200), (status = 404, body = Problem)))]
pub async fn file(ctx: Ctx, path: Path<(String, String, String)>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let (lot, bid, sha256) = path.into_inner();
    let found = review::file::fetch(&ctx.app, ctx.actor(), lot, bid, sha256.clone()).await;
    let (name, chunks) = ctx.ok(found)?;
    // what a bidder sends is kept on disk by its reader, never shown by the browser as ours
    Ok(attachment(&name, "application/octet-stream", &sha256, chunks))
}

/// `POST /lots/{lot}/review`: marks, as many as one likes.
#[utoipa::path(post, path = "/lots/{lot}/review", request_body = Marks, responses((status = 201, body = Saved)))]
pub async fn save(ctx: Ctx, lot: Path<String>, input: Input<Marks>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::BidReviewed).await)?;
    let lot = lot.into_inner();
    let answer = review::save(&ctx.app, ask, lot.clone(), input.x.marks.clone()).await;
    let (location, actor, app) = (format!("/lots/{lot}/review"), ctx.actor(), ctx.app.clone());
    ctx.done(&input, answer, &location, || async move {
        app.view(move |db| review::desk(db, &actor, &lot)).await
    })
    .await
}

/// `GET /lots/{lot}/report`: the report to be signed.
#[utoipa::path(get, path = "/lots/{lot}/report", responses((status = 200, body = ReportView)))]
pub async fn report(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let actor = ctx.actor();
    ctx.show(ctx.app.view(move |db| review::report(db, &actor, &lot)).await)
}

/// `POST /lots/{lot}/report`: a member signs, or dissents in writing.
#[utoipa::path(post, path = "/lots/{lot}/report", request_body = Signing, responses((status = 201, body = SignedReport)))]
pub async fn sign(ctx: Ctx, lot: Path<String>, input: Input<Signing>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::ReportSigned, |ask| {
            review::sign(&ctx.app, ask, lot.clone(), input.x.clone())
        })
        .await;
    signed(&ctx, &input, answer, lot).await
}

/// `POST /lots/{lot}/report/presumption`: the supervisor records a member's silence (Z75).
#[utoipa::path(post, path = "/lots/{lot}/report/presumption", request_body = Presumption, responses((status = 201, body = SignedReport)))]
pub async fn presume(
    ctx: Ctx,
    lot: Path<String>,
    input: Input<Presumption>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::ReportPresumed, |ask| {
            review::presume(&ctx.app, ask, lot.clone(), input.x.clone())
        })
        .await;
    signed(&ctx, &input, answer, lot).await
}

async fn signed<T>(
    ctx: &Ctx,
    input: &Input<T>,
    answer: crate::app::Answer<SignedReport>,
    lot: String,
) -> Result<HttpResponse, Failure> {
    let (location, actor, app) = (format!("/lots/{lot}/report"), ctx.actor(), ctx.app.clone());
    ctx.done(input, answer, &location, || async move {
        app.view(move |db| review::report(db, &actor, &lot)).await
    })
    .await
}
