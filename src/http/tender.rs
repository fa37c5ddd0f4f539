//! Drafting tenders and their lots, the owner's bench, the dates planner, the bidder's workspace.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    form::{Fields, fields, stands},
    input::Input,
    page::Frame,
};
use crate::{
    app::{
        Answer, basis,
        tender::{
            dates::{self, Dates},
            desk::{self, Bench, Line, Workspace},
            draft::{self, Drafted, TenderInput},
            lot::{self, LotDrafted, LotInput},
        },
    },
    domain::{act::Act, actor::Role, id::Id, terms::Figures},
    page,
};

/// The tenders of an organisation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Tenders {
    /// The newest first.
    pub tenders: Vec<Line>,
}
page!(Tenders, "tender/list.html");
page!(Bench, "tender/bench.html");
page!(Dates, "tender/dates.html");
page!(Workspace, "tender/workspace.html");

/// The form of a project.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TenderForm {
    /// Where it is sent.
    pub action: String,
    /// The version it changes.
    pub version: i64,
    /// What stands.
    pub fields: Fields,
    /// The recorded bases: id and name.
    pub bases: Vec<(String, String)>,
}
page!(TenderForm, "tender/form.html");

impl TenderForm {
    /// A field as it stands.
    #[must_use]
    pub fn s(&self, name: &str) -> String {
        stands(&self.fields, name)
    }
}

/// The form of a lot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LotForm {
    /// Where it is sent.
    pub action: String,
    /// The version it changes.
    pub version: i64,
    /// What stands.
    pub fields: Fields,
    /// What the rules say of it.
    pub figures: Figures,
}
page!(LotForm, "tender/lot.html");

impl LotForm {
    /// A field as it stands.
    #[must_use]
    pub fn s(&self, name: &str) -> String {
        stands(&self.fields, name)
    }

    /// What the rules say of it, in words.
    #[must_use]
    pub fn rules(&self, f: &Frame) -> String {
        let Figures {
            bidders,
            candidates,
            panel,
            thirds,
            qualified: _,
        } = self.figures;
        let [bidders, candidates, panel, thirds] =
            [bidders, candidates, panel, thirds].map(|n| n.to_string());
        let facts = [
            ("bidders", bidders.as_str()),
            ("candidates", &candidates),
            ("panel", &panel),
            ("thirds", &thirds),
        ];
        f.tn("lot-figures", &facts)
    }
}

/// What a new lot starts from, beside the figures of the rules.
const LOT_DEFAULTS: &[(&str, &str)] = &[
    ("method", "reasonable_price_draw"),
    ("provisional_yuan", "0.00"),
    ("specialist_yuan", "0.00"),
    ("k_min", "1.00"),
    ("k_max", "6.00"),
    ("k_step", "0.01"),
    ("award_price", "own_bid"),
    ("review_order", "before_ranking"),
    ("n_owner_seats", "0"),
    ("objection_minutes", "5"),
];

/// `GET /tenders`: the tenders of the organisation.
#[utoipa::path(get, path = "/tenders", tag = "tender", responses((status = 200, body = Tenders)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let tenders = desk::list(&ctx.app, ctx.actor()).await;
    ctx.show(tenders.map(|tenders| Tenders { tenders }))
}

async fn tender_form(ctx: &Ctx, id: Option<Id>) -> Answer<TenderForm> {
    let bases = basis::all(&ctx.app).await?;
    let bases = bases.into_iter().map(|basis| {
        let name = format!("{} {}", basis.document_no, basis.title);
        (basis.id.0, name)
    });
    let none = std::iter::once((String::new(), "—".to_owned()));
    let bases = none.chain(bases).collect();
    let Some(id) = id else {
        return Ok(TenderForm {
            action: "/tenders".into(),
            version: 0,
            fields: [("funding".to_owned(), "private".to_owned())].into(),
            bases,
        });
    };
    let actor = ctx.actor();
    let seen = id.clone();
    let (version, input) = ctx
        .app
        .view(move |db| {
            let version = crate::app::tender::owned(db, &actor, &seen)?.version;
            Ok((version, draft::stands(db, &actor, &seen)?))
        })
        .await?;
    Ok(TenderForm {
        action: format!("/tenders/{id}"),
        version,
        fields: fields(&input),
        bases,
    })
}

/// `GET /tenders/new`: the form of a new project.
#[utoipa::path(get, path = "/tenders/new", tag = "tender", responses((status = 200, body = TenderForm)))]
pub async fn new(ctx: Ctx) -> Result<HttpResponse, Failure> {
    if !ctx.context.is(Role::Agency) {
        ctx.with_role(Role::Owner)?;
    }
    ctx.show(tender_form(&ctx, None).await)
}

/// `POST /tenders`: drafts a project.
#[utoipa::path(post, path = "/tenders", tag = "tender", request_body = TenderInput,
    responses((status = 201, body = Drafted), (status = 422, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<TenderInput>) -> Result<HttpResponse, Failure> {
    let answer = input
        .envelope
        .act(&ctx, Act::TenderDrafted, |ask| {
            draft::draft(&ctx.app, ask, input.x.clone())
        })
        .await;
    let location = answer
        .as_ref()
        .map_or_else(|_| String::new(), |d| format!("/tenders/{}", d.id));
    ctx.done(&input, answer, &location, || tender_form(&ctx, None))
        .await
}

/// `GET /tenders/{id}`: the owner's bench.
#[utoipa::path(get, path = "/tenders/{id}", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = Bench), (status = 404, body = Problem)))]
pub async fn show(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(desk::bench(&ctx.app, ctx.actor(), &Id(id.into_inner())).await)
}

/// `GET /tenders/{id}/change`: the form of a project in draft.
#[utoipa::path(get, path = "/tenders/{id}/change", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = TenderForm), (status = 404, body = Problem)))]
pub async fn edit(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(tender_form(&ctx, Some(Id(id.into_inner()))).await)
}

/// `POST /tenders/{id}`: changes a project in draft.
#[utoipa::path(post, path = "/tenders/{id}", tag = "tender", params(("id" = String, Path)), request_body = TenderInput,
    responses((status = 201, body = Drafted), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<TenderInput>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::TenderChanged, |ask| {
            draft::change(&ctx.app, ask, &id, input.envelope.version, input.x.clone())
        })
        .await;
    let location = format!("/tenders/{id}");
    ctx.done(&input, answer, &location, || tender_form(&ctx, Some(id.clone())))
        .await
}

async fn lot_form(ctx: &Ctx, tender: &Id) -> Answer<LotForm> {
    let (actor, id, now) = (ctx.actor(), tender.clone(), ctx.context.now);
    let figures = ctx.app.view(move |db| lot::figures(db, &actor, &id, now)).await?;
    let defaults = LOT_DEFAULTS
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let of_rules = [
        ("n_candidates", figures.candidates),
        ("n_bidders_min", figures.bidders),
        ("n_qualified_min", figures.qualified),
        ("n_panel", figures.panel),
    ];
    let of_rules = of_rules.map(|(name, n)| (name.to_owned(), n.to_string()));
    Ok(LotForm {
        action: format!("/tenders/{tender}/lots"),
        version: 0,
        fields: defaults.chain(of_rules).collect(),
        figures,
    })
}

async fn lot_change_form(ctx: &Ctx, id: &Id) -> Answer<LotForm> {
    let (actor, seen, now) = (ctx.actor(), id.clone(), ctx.context.now);
    let (lot, input, figures) = ctx
        .app
        .view(move |db| lot::stands(db, &actor, &seen, now))
        .await?;
    Ok(LotForm {
        action: format!("/lots/{id}"),
        version: lot.version,
        fields: fields(&input),
        figures,
    })
}

/// `GET /tenders/{id}/lots/new`: the form of a new lot.
#[utoipa::path(get, path = "/tenders/{id}/lots/new", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = LotForm), (status = 404, body = Problem)))]
pub async fn new_lot(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(lot_form(&ctx, &Id(id.into_inner())).await)
}

/// `POST /tenders/{id}/lots`: drafts a lot.
#[utoipa::path(post, path = "/tenders/{id}/lots", tag = "tender", params(("id" = String, Path)), request_body = LotInput,
    responses((status = 201, body = LotDrafted), (status = 422, body = Problem)))]
pub async fn create_lot(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<LotInput>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::LotDrafted, |ask| {
            lot::draft(&ctx.app, ask, &id, input.x.clone())
        })
        .await;
    let location = format!("/tenders/{id}");
    ctx.done(&input, answer, &location, || lot_form(&ctx, &id)).await
}

/// `GET /lots/{id}/change`: the form of a lot in draft.
#[utoipa::path(get, path = "/lots/{id}/change", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = LotForm), (status = 404, body = Problem)))]
pub async fn edit_lot(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(lot_change_form(&ctx, &Id(id.into_inner())).await)
}

/// `POST /lots/{id}`: changes a lot in draft.
#[utoipa::path(post, path = "/lots/{id}", tag = "tender", params(("id" = String, Path)), request_body = LotInput,
    responses((status = 201, body = LotDrafted), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change_lot(
    ctx: Ctx,
    id: web::Path<String>,
    input: Input<LotInput>,
) -> Result<HttpResponse, Failure> {
    let id = Id(id.into_inner());
    let answer = input
        .envelope
        .act(&ctx, Act::LotChanged, |ask| {
            lot::change(&ctx.app, ask, &id, input.envelope.version, input.x.clone())
        })
        .await;
    let location = match &answer {
        Ok(done) => format!("/tenders/{}", done.tender_id),
        Err(_) => String::new(),
    };
    ctx.done(&input, answer, &location, || lot_change_form(&ctx, &id))
        .await
}

/// `GET /tenders/{id}/dates`: the dates planner.
#[utoipa::path(get, path = "/tenders/{id}/dates", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = Dates), (status = 404, body = Problem)))]
pub async fn dates(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(dates::dates(&ctx.app, ctx.actor(), &Id(id.into_inner())).await)
}

/// `GET /tenders/{id}/workspace`: the bidder's workspace.
#[utoipa::path(get, path = "/tenders/{id}/workspace", tag = "tender", params(("id" = String, Path)),
    responses((status = 200, body = Workspace), (status = 404, body = Problem)))]
pub async fn workspace(ctx: Ctx, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Bidder)?;
    ctx.show(desk::workspace(&ctx.app, ctx.actor(), &Id(id.into_inner())).await)
}
