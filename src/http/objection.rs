//! Objections and replies, on one page of the lot; complaints about its list of bids go the same way
//! (protocols A.5).

use actix_web::{HttpResponse, web::Path};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use super::{ctx::Ctx, error::Failure, input::Input};
use crate::{
    app::{
        Answer, complaint,
        objection::{self, Objections, Raise, Reply, Seen},
    },
    domain::act::Act,
    page,
    proof::complaint::Complaint,
};

page!(Objections, "objection/list.html");

async fn view(ctx: &Ctx, lot: String) -> Answer<Objections> {
    let (actor, now) = (ctx.actor(), ctx.context.now);
    ctx.app
        .view(move |db| objection::of_lot(db, &actor, &lot, now))
        .await
}

/// `GET /lots/{lot}/objections`: what was objected, as far as the reader may know.
#[utoipa::path(get, path = "/lots/{lot}/objections", responses((status = 200, body = Objections)))]
pub async fn list(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.show(view(&ctx, lot.into_inner()).await)
}

/// What is posted: an objection, or the complaint of somebody whose bid the list leaves out, which
/// anybody may file.
pub enum Posted {
    /// In a bidder's own words.
    Objection(Raise),
    /// `{"ack","receipt","x","rows"}`.
    Complaint(Box<Complaint>),
}

impl<'de> Deserialize<'de> for Posted {
    // by hand, because serde's untagged enums do not say what is wrong
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let posted = if value.get("x").is_some() {
            serde_json::from_value(value).map(Self::Complaint)
        } else {
            serde_json::from_value(value).map(Self::Objection)
        };
        posted.map_err(D::Error::custom)
    }
}

/// `POST /lots/{lot}/objections`: objects to the documents, the opening, the result or a list; or, with
/// `{"ack","receipt","x","rows"}` of the protocols (A.6), shows that the list of bids leaves one out.
#[utoipa::path(post, path = "/lots/{lot}/objections", request_body = Raise, responses((status = 201, body = Seen)))]
pub async fn raise(ctx: Ctx, lot: Path<String>, input: Input<Posted>) -> Result<HttpResponse, Failure> {
    let x = match &input.x {
        Posted::Objection(x) => x.clone(),
        Posted::Complaint(x) => {
            let ask = ctx.ok(input.envelope.ask(&ctx, Act::ComplaintFiled).await)?;
            let filed = complaint::file(&ctx.app, ask, lot.into_inner(), *x.clone()).await;
            return Ok(HttpResponse::Created().json(ctx.ok(filed)?));
        }
    };
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ObjectionRaised).await)?;
    let answer = objection::raise(&ctx.app, ask, lot.clone(), x).await;
    let location = format!("/lots/{lot}/objections");
    ctx.done(&input, answer, &location, || view(&ctx, lot.into_inner()))
        .await
}

/// `POST /objections/{id}/reply`: the owner, or on the spot the centre, answers.
#[utoipa::path(post, path = "/objections/{id}/reply", request_body = Reply, responses((status = 201, body = Seen)))]
pub async fn reply(ctx: Ctx, id: Path<String>, input: Input<Reply>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ObjectionAnswered).await)?;
    let of = id.clone();
    let lot = ctx
        .ok(ctx.app.view(move |db| objection::lot_of(db, &of)).await)?
        .0;
    let answer = objection::reply(&ctx.app, ask, id.into_inner(), input.x.clone()).await;
    let location = format!("/lots/{lot}/objections");
    ctx.done(&input, answer, &location, || view(&ctx, lot)).await
}
