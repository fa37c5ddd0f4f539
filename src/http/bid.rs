//! Sealed bids over HTTP: uploads, submissions, withdrawals, one's own bids, sign-in, the opening.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Path},
};

use super::{ctx::Ctx, error::Failure, input::Input, session::Nothing};
use crate::{
    app::{
        Error,
        bid::{Mine, Sent, SentWithdrawal, sealing::Sealing, upload::Begin},
        limit::Limit,
        opening::Record,
    },
    domain::{
        act::Act,
        actor::Role,
        refusal::{Refusal, common::FIELD_BAD},
    },
    page,
    proof::canon::{Hash, Object as _},
};

page!(Mine, "bid/mine.html");
page!(Sealing, "bid/seal.html");
page!(Record, "bid/opening.html");

/// `GET /lots/{lot}/bids/mine`: what one sent for the lot oneself, and what comes next.
#[utoipa::path(get, path = "/lots/{lot}/bids/mine", responses((status = 200, body = Mine)))]
pub async fn mine(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    let ask = crate::app::Ask::new(ctx.actor(), Act::BidSubmitted);
    let view = ctx
        .app
        .view(move |db| crate::app::bid::mine(db, &ask, &lot))
        .await;
    ctx.show(view)
}

/// `GET /lots/{lot}/bids/new`: the page on which a bid is sealed, and what a program needs to seal one.
#[utoipa::path(get, path = "/lots/{lot}/bids/new", responses((status = 200, body = Sealing)))]
pub async fn new(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    let (ask, now) = (
        crate::app::Ask::new(ctx.actor(), Act::BidSubmitted),
        ctx.context.now,
    );
    let view = ctx
        .app
        .view(move |db| crate::app::bid::sealing::sealing(db, &ask, &lot, now))
        .await;
    ctx.show(view)
}

/// `POST /lots/{lot}/bids`: a sealed bid. The answer is `signed/1` of `ack/1`.
#[utoipa::path(post, path = "/lots/{lot}/bids", request_body = Sent, responses((status = 201, body = Object)))]
pub async fn submit(ctx: Ctx, lot: Path<String>, input: Input<Sent>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::BidSubmitted).await)?;
    pace(&ctx, &lot)?;
    let at = input.envelope.received_at;
    let ack = ctx.ok(ctx.app.submit_bid(ask, lot.into_inner(), input.x, at).await)?;
    acknowledged(&ctx, &ack)
}

/// `POST /lots/{lot}/bids/withdrawals`.
#[utoipa::path(post, path = "/lots/{lot}/bids/withdrawals", request_body = SentWithdrawal, responses((status = 201, body = Object)))]
pub async fn withdraw(
    ctx: Ctx,
    lot: Path<String>,
    input: Input<SentWithdrawal>,
) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::BidWithdrawn).await)?;
    pace(&ctx, &lot)?;
    let at = input.envelope.received_at;
    let ack = ctx.ok(ctx.app.withdraw_bid(ask, lot.into_inner(), input.x, at).await)?;
    acknowledged(&ctx, &ack)
}

/// Slows down whoever floods a lot: with his own account, so nobody else waits for him.
pub(super) fn pace(ctx: &Ctx, lot: &str) -> Result<(), Failure> {
    let key = format!("{} {lot}", ctx.actor().token());
    ctx.ok(ctx.app.limits.take(Limit::Submission, &key))
}

/// The log's acknowledgement as the answer.
pub(super) fn acknowledged(ctx: &Ctx, ack: &crate::proof::sig::Signed) -> Result<HttpResponse, Failure> {
    let value = ctx.ok(ack.value().map_err(Error::from))?;
    Ok(HttpResponse::Created().json(value))
}

/// `POST /lots/{lot}/uploads`: begins an upload in pieces.
#[utoipa::path(post, path = "/lots/{lot}/uploads", request_body = Begin, responses((status = 201, body = crate::app::bid::upload::Begun)))]
pub async fn begin_upload(ctx: Ctx, lot: Path<String>, input: Input<Begin>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    pace(&ctx, &lot)?;
    let begun = ctx.ok(ctx
        .app
        .begin_upload(&ctx.actor(), lot.into_inner(), input.x)
        .await)?;
    Ok(HttpResponse::Created().json(begun))
}

/// `GET /uploads/{id}`: which pieces are there.
#[utoipa::path(get, path = "/uploads/{id}", responses((status = 200, body = crate::app::bid::upload::Progress)))]
pub async fn upload(ctx: Ctx, id: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    let progress = ctx.ok(ctx.app.progress(&ctx.actor(), id.into_inner()).await)?;
    Ok(HttpResponse::Ok().json(progress))
}

/// `PUT /uploads/{id}/{i}`: one piece, raw, with `X-Leaf`.
#[utoipa::path(put, path = "/uploads/{id}/{i}", responses((status = 200, body = crate::app::bid::upload::Arrived)))]
pub async fn put_piece(
    ctx: Ctx,
    req: HttpRequest,
    path: Path<(String, u64)>,
    body: Bytes,
) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    super::input::check_origin(&req, &ctx, None)?;
    let (id, i) = path.into_inner();
    let leaf = req
        .headers()
        .get("X-Leaf")
        .and_then(|value| value.to_str().ok())
        .map(Hash::from_hex);
    let Some(Ok(leaf)) = leaf else {
        let refusal = Refusal::new(&FIELD_BAD)
            .fact("field", "X-Leaf")
            .fact("expected", "hex64")
            .at("X-Leaf");
        return Err(Failure::refused(
            &ctx.context,
            StatusCode::UNPROCESSABLE_ENTITY,
            &refusal,
        ));
    };
    let arrived = ctx.ok(ctx.app.put_piece(&ctx.actor(), id, i, leaf, body.to_vec()).await)?;
    Ok(HttpResponse::Ok().json(arrived))
}

/// `POST /lots/{lot}/sign-ins`: a bidder signs in to the opening.
#[utoipa::path(post, path = "/lots/{lot}/sign-ins", request_body = Nothing, responses((status = 201, body = Object)))]
pub async fn sign_in(ctx: Ctx, lot: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::BidderSignedIn).await)?;
    let answer = ctx.app.sign_in_to_opening(ask, lot.clone()).await;
    let location = format!("/lots/{lot}/bids/mine");
    let (app, lot, ask) = (
        ctx.app.clone(),
        lot.into_inner(),
        crate::app::Ask::new(ctx.actor(), Act::BidSubmitted),
    );
    ctx.done(&input, answer, &location, || async move {
        app.view(move |db| crate::app::bid::mine(db, &ask, &lot)).await
    })
    .await
}

/// `GET /lots/{lot}/opening`: the opening record.
#[utoipa::path(get, path = "/lots/{lot}/opening", responses((status = 200, body = Record)))]
pub async fn opening(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    let view = ctx
        .app
        .view(move |db| crate::app::opening::record(db, &lot))
        .await;
    ctx.show(view)
}

/// `POST /lots/{lot}/opening`: the centre publishes the record; a signed act naming its digest.
#[utoipa::path(post, path = "/lots/{lot}/opening", request_body = Nothing, responses((status = 201, body = Record)))]
pub async fn publish_opening(
    ctx: Ctx,
    lot: Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::OpeningPublished).await)?;
    let answer = ctx.app.publish_opening(ask, lot.clone()).await;
    let location = format!("/lots/{lot}/opening");
    let (app, lot) = (ctx.app.clone(), lot.into_inner());
    ctx.done(&input, answer, &location, || async move {
        app.view(move |db| crate::app::opening::record(db, &lot)).await
    })
    .await
}
