//! Recording the local bases that random awards below the threshold rest on.

use serde::{Deserialize, Serialize};

use super::{Answer, App, Ask, Error};
use crate::{
    domain::{
        act::Act,
        actor::{Actor, Role},
        basis::Basis,
        code::Region,
        field::text,
        guard::FairReview,
        id::Id,
        money::Fen,
        procedure::Trade,
        refusal::{Refusal, common::FIELD_BAD, require},
        time::Instant,
    },
    store::{basis, tx::Payload},
};

/// A basis as its recorder declares it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisInput {
    /// 文号.
    pub document_no: String,
    /// Its title.
    pub title: String,
    /// When it was issued, Unix ms.
    #[schema(value_type = i64)]
    pub issued_at: Instant,
    /// From when it is valid, Unix ms.
    #[schema(value_type = i64)]
    pub valid_from_at: Instant,
    /// The first instant it is no longer valid, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub valid_until_at: Option<Instant>,
    /// Works with a ceiling at or above it are out of scope, fen.
    pub cap_fen: i64,
    /// The trade it is for.
    pub trade: Trade,
    /// GB/T 2260 code of where it applies.
    pub region: String,
    /// The conclusion of its fair-competition review.
    pub review: FairReview,
}

/// What was made: its id.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Made {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
}

/// Records a basis. An owner records for the region his grant covers, the committee for its own.
pub async fn record(app: &App, ask: Ask, x: BasisInput) -> Answer<Made> {
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        text(&x.document_no, "document_no", 100)?;
        text(&x.title, "title", 200)?;
        let cap_fen = Fen::checked(x.cap_fen, "cap_fen")?;
        let bad = |field: &'static str, expected: String| {
            Refusal::new(&FIELD_BAD)
                .fact("field", field)
                .fact("expected", expected)
                .at(field)
        };
        require(cap_fen > Fen(0), || bad("cap_fen", "> 0".into()))?;
        require(x.issued_at <= x.valid_from_at, || {
            bad("valid_from_at", format!(">= {}", x.issued_at))
        })?;
        let ends_later = x.valid_until_at.is_none_or(|until| until > x.valid_from_at);
        require(ends_later, || {
            bad("valid_until_at", format!("> {}", x.valid_from_at))
        })?;
        let region = Region::parse(&x.region, "region")?;
        if !serves(&actor, &region) {
            return Err(Error::Forbidden);
        }
        let row = Basis {
            id: tx.id(),
            document_no: x.document_no,
            title: x.title,
            issued_at: x.issued_at,
            valid_from_at: x.valid_from_at,
            valid_until_at: x.valid_until_at,
            cap_fen,
            trade: x.trade,
            region: region.as_str().to_owned(),
            review: x.review,
            recorded_by: Id::from(actor.token()),
            recorded_at: tx.now,
        };
        tx.insert(&row)?;
        let facts = serde_json::json!({ "document_no": row.document_no, "cap": row.cap_fen });
        let payload = Payload::facts("basis", "basis.recorded/1", &facts)?;
        tx.record(row.id.as_str(), Act::BasisRecorded, vec![payload])?;
        Ok(Made { id: row.id })
    })
    .await
}

/// Whether the recorder's own region and the basis's have something in common.
fn serves(actor: &Actor, region: &Region) -> bool {
    let grants = [Role::Committee, Role::Owner]
        .into_iter()
        .filter_map(|role| actor.grant(role));
    let mut regions = grants.filter_map(|grant| Region::parse(&grant.region, "region").ok());
    regions.any(|own| own.covers(region) || region.covers(&own))
}

/// The recorded bases, the newest first.
pub async fn all(app: &App) -> Answer<Vec<Basis>> {
    app.view(|db| Ok(basis::all(db)?)).await
}
