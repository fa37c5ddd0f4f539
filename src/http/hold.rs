//! What the clients of the duties fetch and post (protocols A.5): tasks, keys, acknowledgements,
//! canary answers.
//!
//! In: `signed/1` objects, one or several; a question signed by the duty's key in the header
//! `Authorization: Tianping <base64 of signed/1 over hold.ask/1>`. Out: tasks, or what was taken.
//! Never: an answer to a client whose key no trust file names: it gets an empty list.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        StatusCode,
        header::{AUTHORIZATION, LOCATION},
    },
    web,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::{future::Future, pin::Pin};

use super::{ctx::Ctx, error::Failure, input::Input, query::Query};
use crate::{
    app::{
        Answer, ceremony,
        hold::{self, Client, Todo},
    },
    domain::{
        act::Act,
        id::Id,
        refusal::{Refusal, ceremony::NOT_ASKED},
    },
    proof::{canon::Object as _, sig::Signed},
};

/// One `signed/1`, or a list of them.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = Object)]
pub struct Posted(pub Vec<Signed>);

impl<'de> Deserialize<'de> for Posted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = listed::<D::Error>(Value::deserialize(deserializer)?)?;
        let all = list.iter().map(Signed::from_value).collect::<Result<_, _>>();
        all.map(Self).map_err(serde::de::Error::custom)
    }
}

/// The objects of a body that is one or a list of them, never of none.
pub(super) fn listed<E: serde::de::Error>(body: Value) -> Result<Vec<Value>, E> {
    let list = body.get("list").and_then(Value::as_array).cloned();
    let list = list.unwrap_or_else(|| vec![body]);
    if list.is_empty() {
        return Err(E::invalid_length(0, &"at least one object"));
    }
    Ok(list)
}

/// A handler's argument: the client of a duty, shown by its signature.
pub struct Asking(pub Client);

impl FromRequest for Asking {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let ctx = Ctx::from_request(req, payload);
        let header = req
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let signed = header
            .and_then(|value| value.strip_prefix("Tianping "))
            .and_then(|text| STANDARD.decode(text).ok())
            .and_then(|bytes| Signed::from_bytes(&bytes).ok());
        let path = req.path().to_owned();
        Box::pin(async move {
            let ctx = ctx.await?;
            let nobody = || Failure::plain(&ctx.context, StatusCode::UNAUTHORIZED, "unauthenticated");
            let signed = signed.ok_or_else(nobody)?;
            Ok(Self(ctx.ok(Client::of(&signed, &path))?))
        })
    }
}

/// Where to go on in a long list of tasks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// `next` of the answer before.
    #[serde(default)]
    pub after: String,
}

/// `GET /duties/{duty}/tasks`: everything a duty has to do, over all lots.
#[utoipa::path(get, path = "/duties/{duty}/tasks", params(("duty" = String, Path), After), responses((status = 200)))]
pub async fn tasks(
    ctx: Ctx,
    path: web::Path<String>,
    asking: Asking,
    query: Query<After>,
) -> Result<HttpResponse, Failure> {
    if asking.0.duty.as_str() != path.as_str() {
        return Err(Failure::plain(&ctx.context, StatusCode::FORBIDDEN, "forbidden"));
    }
    let tasks = ctx.ok(hold::tasks(&ctx.app, asking.0, query.into_inner().after).await)?;
    Ok(HttpResponse::Ok().json(tasks))
}

/// The tasks of one stage that `wants` says yes to.
async fn tasks_of(
    ctx: &Ctx,
    path: web::Path<(String, String)>,
    asking: Asking,
    wants: fn(&Todo) -> bool,
) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let mut tasks = ctx.ok(hold::tasks_of(&ctx.app, asking.0, Id(lot), stage).await)?;
    tasks.tasks.retain(wants);
    Ok(HttpResponse::Ok().json(tasks))
}

/// The objects posted, all of the stage of the path where they name one.
fn of_stage(posted: Posted, stage: &str) -> Answer<Vec<Signed>> {
    let Posted(all) = posted;
    let other = all
        .iter()
        .filter_map(|signed| signed.x.get("stage"))
        .any(|named| named.as_str() != Some(stage));
    if other {
        return Err(Refusal::new(&NOT_ASKED).fact("stage", stage).into());
    }
    Ok(all)
}

/// `GET /lots/{lot}/stages/{stage}/keys`: the key this duty has to announce.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/keys", params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200)))]
pub async fn keys(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    asking: Asking,
) -> Result<HttpResponse, Failure> {
    tasks_of(&ctx, path, asking, |todo| matches!(todo, Todo::Key { .. })).await
}

/// `POST /lots/{lot}/stages/{stage}/keys`: a holder announces its key, `signed/1` of `seal.key/1`.
#[utoipa::path(post, path = "/lots/{lot}/stages/{stage}/keys", request_body = Posted, params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 201, body = ceremony::Taken)))]
pub async fn announce(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    input: Input<Posted>,
) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let posted = ctx.ok(of_stage(input.x, &stage))?;
    let taken = ctx.ok(ceremony::announce(&ctx.app, &Id(lot), posted).await)?;
    Ok(HttpResponse::Created().json(taken))
}

/// `GET /lots/{lot}/stages/{stage}/acks`: the shares this duty has to acknowledge.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/acks", params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200)))]
pub async fn acks(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    asking: Asking,
) -> Result<HttpResponse, Failure> {
    tasks_of(&ctx, path, asking, |todo| matches!(todo, Todo::Ack { .. })).await
}

/// `POST /lots/{lot}/stages/{stage}/acks`: a custodian acknowledges, `signed/1` of `seal.ack/1`.
#[utoipa::path(post, path = "/lots/{lot}/stages/{stage}/acks", request_body = Posted, params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 201, body = ceremony::Taken)))]
pub async fn acknowledge(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    input: Input<Posted>,
) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let posted = ctx.ok(of_stage(input.x, &stage))?;
    let taken = ctx.ok(ceremony::acknowledge(&ctx.app, &Id(lot), posted).await)?;
    Ok(HttpResponse::Created().json(taken))
}

/// `GET /lots/{lot}/stages/{stage}/canaries`: the canaries this duty has to answer.
#[utoipa::path(get, path = "/lots/{lot}/stages/{stage}/canaries", params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 200)))]
pub async fn canaries(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    asking: Asking,
) -> Result<HttpResponse, Failure> {
    tasks_of(&ctx, path, asking, |todo| matches!(todo, Todo::Canary { .. })).await
}

/// `POST /lots/{lot}/stages/{stage}/canaries`: a holder answers, `signed/1` of `canary.answer/1`.
#[utoipa::path(post, path = "/lots/{lot}/stages/{stage}/canaries", request_body = Posted, params(("lot" = String, Path), ("stage" = String, Path)), responses((status = 201, body = ceremony::Taken)))]
pub async fn answer_canary(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    input: Input<Posted>,
) -> Result<HttpResponse, Failure> {
    let (lot, stage) = path.into_inner();
    let posted = ctx.ok(of_stage(input.x, &stage))?;
    let taken = ctx.ok(ceremony::answer_canary(&ctx.app, &Id(lot), posted).await)?;
    Ok(HttpResponse::Created().json(taken))
}

/// Nothing is filled in: a press of the button.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {}

/// `POST /tenders/{tender}/ceremony`: the owner or the agency calls the key ceremonies of its lots.
#[utoipa::path(post, path = "/tenders/{tender}/ceremony", request_body = Call, params(("tender" = String, Path)), responses((status = 201, body = ceremony::Called)))]
pub async fn call(ctx: Ctx, path: web::Path<String>, input: Input<Call>) -> Result<HttpResponse, Failure> {
    let tender = Id(path.into_inner());
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::CeremonyCalled).await)?;
    let called = ctx.ok(ceremony::call(&ctx.app, ask, &tender).await)?;
    if ctx.context.wants_html {
        let location = format!("/tenders/{tender}");
        return Ok(HttpResponse::SeeOther()
            .insert_header((LOCATION, location))
            .finish());
    }
    Ok(HttpResponse::Created().json(called))
}

/// `GET /tenders/{tender}/parties.json`: the trust file of a tender, to be compared with the digest
/// printed in its documents.
#[utoipa::path(get, path = "/tenders/{tender}/parties.json", params(("tender" = String, Path)), responses((status = 200)))]
pub async fn parties(ctx: Ctx, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let parties = ctx.ok(ceremony::parties_of_tender(&ctx.app, &Id(path.into_inner())).await)?;
    let bytes = ctx.ok(parties.bytes().map_err(Into::into))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(bytes))
}
