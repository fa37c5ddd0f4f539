//! What holders, custodians and contributors fetch and post once their stage is asked for (protocols
//! A.5, A.6): tasks, parts, contributions, releases, shares.
//!
//! Never: a task or a part for a client whose key the key set's parties do not name.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use super::{
    ctx::Ctx,
    error::Failure,
    hold::{Asking, Posted, listed},
    input::Input,
};
use crate::{
    app::{
        Error,
        ceremony::Taken,
        complaint,
        contribution::{self, Given},
        hold, release,
    },
    domain::id::Id,
    proof::{
        canon::{Base64, Object as _, Token},
        sig::Signed,
    },
};

/// One contribution, or a list of them: `{"signed": signed/1, "ct": base64}`.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = Object)]
pub struct Contributed(Vec<Given>);

impl<'de> Deserialize<'de> for Contributed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Vec::new();
        for one in listed::<D::Error>(Value::deserialize(deserializer)?)? {
            let known = |key: &String| matches!(key.as_str(), "signed" | "ct");
            if !one.as_object().is_some_and(|members| members.keys().all(known)) {
                return Err(D::Error::custom("expected signed and ct, nothing else"));
            }
            let member = |name: &str| one.get(name).cloned().unwrap_or_default();
            let ct: Base64 = serde_json::from_value(member("ct")).map_err(D::Error::custom)?;
            all.push(Given {
                signed: Signed::from_value(&member("signed")).map_err(D::Error::custom)?,
                ct: ct.0,
            });
        }
        Ok(Self(all))
    }
}

/// `GET /lots/{lot}/stages/{stage}/releases`: `release.task/1`; 202 while the journal's witness is
/// waited for.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/releases", params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200), (status = 202)))]
pub async fn task(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    asking: Asking,
) -> Result<HttpResponse, Failure> {
    told(&ctx, path, asking).await
}

/// `GET /lots/{lot}/stages/{stage}/shares`: the same for custodians.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/shares", params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200), (status = 202)))]
pub async fn share_task(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    asking: Asking,
) -> Result<HttpResponse, Failure> {
    told(&ctx, path, asking).await
}

async fn told(ctx: &Ctx, path: web::Path<(String, String)>, asking: Asking) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let lot = Id(lot);
    ctx.ok(hold::must_be_named(&ctx.app, asking.0, &lot, &stage).await)?;
    let Some(task) = ctx.ok(release::task(&ctx.app, &lot, &stage).await)? else {
        return Ok(HttpResponse::Accepted().finish());
    };
    let value = ctx.ok(task.value().map_err(Into::into))?;
    Ok(HttpResponse::Ok().json(value))
}

/// `GET /lots/{lot}/stages/{stage}/parts`: the parts and lists that a client has to have in hand, and
/// the releases made so far.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/parts", params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200)))]
pub async fn parts(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    asking: Asking,
) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let lot = Id(lot);
    ctx.ok(hold::must_be_named(&ctx.app, asking.0, &lot, &stage).await)?;
    let shown = ctx.ok(release::shown(&ctx.app, &lot, &stage).await)?;
    Ok(HttpResponse::Ok().json(shown))
}

/// `GET /lots/{lot}/stages/{stage}/chains/{tx}`: the rows of a chain of bids that the list names, by
/// which a client judges a complaint that the platform did not take.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/chains/{tx}",
    params(("lot" = String, Path), ("stage" = String, Path), ("tx" = String, Path)), responses((status = 200)))]
pub async fn chain(
    ctx: Ctx,
    path: web::Path<(String, String, String)>,
    asking: Asking,
) -> Result<HttpResponse, Failure> {
    let (lot, stage, tx) = path.into_inner();
    let lot = Id(lot);
    ctx.ok(hold::must_be_named(&ctx.app, asking.0, &lot, &stage).await)?;
    let tx = ctx.ok(Token::new(tx).map_err(|_| Error::NotFound))?;
    Ok(HttpResponse::Ok().json(ctx.ok(complaint::chain(&ctx.app, &lot, tx).await)?))
}

async fn take(
    ctx: &Ctx,
    path: web::Path<(String, String)>,
    input: Input<Posted>,
) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let lot = Id(lot);
    let mut all = Taken::default();
    for signed in input.x.0 {
        let taken = ctx.ok(release::take(&ctx.app, &lot, &stage, signed).await)?;
        all.taken += taken.taken;
        all.done.extend(taken.done);
    }
    Ok(HttpResponse::Created().json(all))
}

/// `POST /lots/{lot}/stages/{stage}/releases`: a holder releases its key, `signed/1` of `stage.release/1`.
#[utoipa::path(post, path = "/lots/{lot}/stages/{stage}/releases", request_body = Posted, params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 201, body = Taken)))]
pub async fn release(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    input: Input<Posted>,
) -> Result<HttpResponse, Failure> {
    take(&ctx, path, input).await
}

/// `POST /lots/{lot}/stages/{stage}/shares`: a custodian releases its share, `signed/1` of
/// `share.release/1`.
#[utoipa::path(post, path = "/lots/{lot}/stages/{stage}/shares", request_body = Posted, params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 201, body = Taken)))]
pub async fn share(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    input: Input<Posted>,
) -> Result<HttpResponse, Failure> {
    take(&ctx, path, input).await
}

/// `POST /lots/{lot}/stages/{stage}/contributions`: a duty's sealed contributions to a draw, each with
/// its ciphertext.
#[utoipa::path(post, path = "/lots/{lot}/stages/{stage}/contributions", request_body = Contributed, params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 201, body = Taken)))]
pub async fn contribute(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    input: Input<Contributed>,
) -> Result<HttpResponse, Failure> {
    let (lot, _) = path.into_inner();
    let taken = ctx.ok(contribution::submit(&ctx.app, &Id(lot), input.x.0).await)?;
    Ok(HttpResponse::Created().json(taken))
}
