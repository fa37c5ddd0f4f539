//! The status boards of the duties that hold keys (page 55), for staff.

use actix_web::{HttpResponse, web};

use super::{ctx::Ctx, error::Failure, hold::After, query::Query};
use crate::{
    app::board::{self, Board},
    page,
};

page!(Board, "hold/board.html");

impl Board {
    /// Whether it is the board of this duty.
    #[must_use]
    pub fn is_of(&self, duty: &str) -> bool {
        self.duty == duty
    }
}

/// `GET /duties/{duty}/board`: what the duty owes over all lots, and until when.
#[utoipa::path(get, path = "/duties/{duty}/board", params(("duty" = String, Path), After), responses((status = 200, body = Board)))]
pub async fn show(ctx: Ctx, path: web::Path<String>, query: Query<After>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let after = query.into_inner().after;
    ctx.show(board::view(&ctx.app, &ctx.actor(), path.into_inner(), after).await)
}
