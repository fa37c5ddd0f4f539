//! The contract of an award over HTTP: what the owner says of it, checked, then signed.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    query::Query,
};
use crate::{
    app::{
        Answer,
        award::contract::{self, Check},
    },
    domain::{
        act::Act,
        award::contract::{Contract, Said},
        money::Fen,
        refusal::Lawful,
    },
    page,
};

page!(Check, "award/contract.html");

/// What the owner is about to record; then the page shows what is signed.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Typed {
    /// The day on which the contract was signed, `YYYY-MM-DD`.
    pub signed_on: Option<String>,
    /// SHA-256 of the document, hex64.
    pub sha256: Option<String>,
    /// Its sum, yuan.
    pub price_yuan: Option<String>,
}

impl Typed {
    fn whole(self) -> Lawful<Option<Said>> {
        let (Some(signed_on), Some(sha256), Some(price)) = (self.signed_on, self.sha256, self.price_yuan)
        else {
            return Ok(None);
        };
        let price_fen = Fen::parse_yuan(price.trim(), "price_yuan")?;
        Ok(Some(Said {
            signed_on,
            sha256: sha256.trim().to_ascii_lowercase(),
            price_fen,
        }))
    }
}

async fn of(ctx: &Ctx, lot: String, typed: Typed) -> Answer<Check> {
    contract::check(&ctx.app, ctx.actor(), lot, typed.whole()?).await
}

/// `GET /lots/{lot}/contract`: first what the owner says of the contract, then the check.
#[utoipa::path(get, path = "/lots/{lot}/contract", tag = "award", params(("lot" = String, Path), Typed),
    responses((status = 200, body = Check), (status = 404, body = Problem)))]
pub async fn check(ctx: Ctx, lot: web::Path<String>, typed: Query<Typed>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(of(&ctx, lot.into_inner(), typed.into_inner()).await)
}

/// `POST /lots/{lot}/contract`: the owner records the contract.
#[utoipa::path(post, path = "/lots/{lot}/contract", tag = "award", params(("lot" = String, Path)),
    request_body = Said, responses((status = 201, body = Contract), (status = 422, body = Problem)))]
pub async fn sign(ctx: Ctx, lot: web::Path<String>, input: Input<Said>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::ContractSigned, |ask| {
            contract::sign(&ctx.app, ask, lot.clone(), input.x.clone())
        })
        .await;
    let location = format!("/lots/{lot}/contract");
    ctx.done(&input, answer, &location, || of(&ctx, lot, Typed::default()))
        .await
}
