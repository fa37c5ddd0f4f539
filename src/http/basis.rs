//! Recording local bases, and the list of those recorded.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
};
use crate::{
    app::{
        Answer,
        basis::{self, BasisInput, Made},
    },
    domain::{
        act::Act, basis::Basis, guard::FairReview, id::Id, money::Fen, procedure::Trade, time::Instant,
    },
    page,
};

/// A recorded basis.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BasisLine {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// 文号.
    pub document_no: String,
    /// Its title.
    pub title: String,
    /// From when it is valid, Unix ms.
    #[schema(value_type = i64)]
    pub valid_from_at: Instant,
    /// The first instant it is no longer valid, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub valid_until_at: Option<Instant>,
    /// Its cap, fen.
    #[schema(value_type = i64)]
    pub cap_fen: Fen,
    /// The trade it is for.
    pub trade: Trade,
    /// Where it applies.
    pub region: String,
    /// The conclusion of its fair-competition review.
    pub review: FairReview,
}

impl From<Basis> for BasisLine {
    fn from(basis: Basis) -> Self {
        Self {
            id: basis.id,
            document_no: basis.document_no,
            title: basis.title,
            valid_from_at: basis.valid_from_at,
            valid_until_at: basis.valid_until_at,
            cap_fen: basis.cap_fen,
            trade: basis.trade,
            region: basis.region,
            review: basis.review,
        }
    }
}

/// The recorded bases, with the form to record another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Bases {
    /// The newest first.
    pub bases: Vec<BasisLine>,
}
page!(Bases, "tender/bases.html");

async fn all(ctx: &Ctx) -> Answer<Bases> {
    let bases = basis::all(&ctx.app).await?;
    Ok(Bases {
        bases: bases.into_iter().map(BasisLine::from).collect(),
    })
}

/// `GET /bases`.
#[utoipa::path(get, path = "/bases", tag = "tender", responses((status = 200, body = Bases)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(all(&ctx).await)
}

/// `POST /bases`: records a basis.
#[utoipa::path(post, path = "/bases", tag = "tender", request_body = BasisInput,
    responses((status = 201, body = Made), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<BasisInput>) -> Result<HttpResponse, Failure> {
    let answer = input
        .envelope
        .act(&ctx, Act::BasisRecorded, |ask| {
            basis::record(&ctx.app, ask, input.x.clone())
        })
        .await;
    ctx.done(&input, answer, "/bases", || all(&ctx)).await
}
