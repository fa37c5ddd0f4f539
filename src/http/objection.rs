//! Objections and replies, on one page of the lot.

use actix_web::{HttpResponse, web::Path};

use super::{ctx::Ctx, error::Failure, input::Input};
use crate::{
    app::{
        Answer,
        objection::{self, Objections, Raise, Reply, Seen},
    },
    domain::act::Act,
    page,
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

/// `POST /lots/{lot}/objections`: objects to the documents, the opening, the result or a list.
#[utoipa::path(post, path = "/lots/{lot}/objections", request_body = Raise, responses((status = 201, body = Seen)))]
pub async fn raise(ctx: Ctx, lot: Path<String>, input: Input<Raise>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ObjectionRaised).await)?;
    let answer = objection::raise(&ctx.app, ask, lot.clone(), input.x.clone()).await;
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
