//! Registration by declaration, and the company file with its people.

use actix_web::{HttpResponse, web::Path};
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    input::Input,
    session::Nothing,
};
use crate::{
    app::{
        invitation::Links,
        leaving::Leaving,
        limit::Limit,
        organisation::{AddPerson, Change, CompanyFile, HandOverForm, Posts, Register, Registered},
    },
    domain::{
        account::OrganisationKind,
        act::Act,
        actor::{Position, Role},
        id::Id,
    },
    page,
};

/// The form of registration.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Registration {
    /// `market`, `person`.
    pub kinds: [OrganisationKind; 2],
    /// Owner, agency, bidder.
    pub roles: [Role; 3],
}
page!(Registration, "organisation/registration.html");
page!(CompanyFile, "organisation/show.html");

const REGISTRATION: Registration = Registration {
    kinds: [OrganisationKind::Market, OrganisationKind::Person],
    roles: [Role::Bidder, Role::Owner, Role::Agency],
};

impl CompanyFile {
    /// The roles and positions a person can be given.
    #[must_use]
    pub fn choices(&self) -> (&'static [Role], &'static [Position]) {
        (&[Role::Bidder, Role::Owner, Role::Agency], Position::ALL)
    }

    /// The other people, as (account, name), to whom duties can be handed.
    #[must_use]
    pub fn others(&self, than: &Id) -> Vec<(Id, String)> {
        let open = self.people.iter().filter(|person| person.closed_at.is_none());
        open.filter(|person| person.id != *than)
            .map(|person| (person.id.clone(), person.name.clone()))
            .collect()
    }
}

/// The form of registration, for anybody.
#[utoipa::path(get, path = "/registration", tag = "people", responses((status = 200, body = Registration)))]
pub async fn form(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(Ok(REGISTRATION))
}

/// Registers an organisation by declaration; nobody approves it.
#[utoipa::path(post, path = "/organisations", tag = "people", request_body = Register,
    responses((status = 201, body = Registered), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn create(ctx: Ctx, input: Input<Register>) -> Result<HttpResponse, Failure> {
    ctx.ok(ctx.app.limits.take(Limit::Registration, &ctx.context.address))?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::OrganisationRegistered).await)?;
    let answer = ctx.app.register(ask, input.x.clone()).await;
    ctx.done(&input, answer, "/session", || async { Ok(REGISTRATION) })
        .await
}

/// The company file of one's own organisation.
#[utoipa::path(get, path = "/organisation", tag = "people",
    responses((status = 200, body = CompanyFile), (status = 403, body = Problem)))]
pub async fn show(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(ctx.app.company_file(&ctx.actor()).await)
}

/// Changes what the organisation declared.
#[utoipa::path(post, path = "/organisation", tag = "people", request_body = Change,
    responses((status = 201), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(ctx: Ctx, input: Input<Change>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::OrganisationChanged).await)?;
    let version = input.envelope.version;
    let answer = ctx.app.change_organisation(ask, version, input.x.clone()).await;
    ctx.done(&input, answer, "/organisation", || async {
        ctx.app.company_file(&ctx.actor()).await
    })
    .await
}

/// Lets a person in; the one-time link is shown once.
#[utoipa::path(post, path = "/organisation/people", tag = "people", request_body = AddPerson,
    responses((status = 201, body = Links), (status = 422, body = Problem)))]
pub async fn add_person(ctx: Ctx, input: Input<AddPerson>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AccountOpened).await)?;
    let answer = ctx.app.add_person(ask, input.x.clone()).await;
    let links = answer.map(|person| ctx.app.links(&[person]));
    ctx.done_here(&input, links, || async {
        ctx.app.company_file(&ctx.actor()).await
    })
    .await
}

/// Gives a person exactly these posts.
#[utoipa::path(post, path = "/organisation/people/{id}/posts", tag = "people", request_body = Posts,
    params(("id" = String, Path)), responses((status = 201), (status = 422, body = Problem)))]
pub async fn set_posts(ctx: Ctx, path: Path<String>, input: Input<Posts>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::RoleGranted).await)?;
    let answer = ctx
        .app
        .set_posts(ask, Id(path.into_inner()), input.x.clone())
        .await;
    ctx.done(&input, answer, "/organisation", || async {
        ctx.app.company_file(&ctx.actor()).await
    })
    .await
}

/// Makes another one-time link.
#[utoipa::path(post, path = "/organisation/people/{id}/invitation", tag = "people", request_body = Nothing,
    params(("id" = String, Path)), responses((status = 201, body = Links), (status = 404, body = Problem)))]
pub async fn invite(ctx: Ctx, path: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AccountInvited).await)?;
    let answer = ctx.app.invite_person(ask, Id(path.into_inner())).await;
    let links = answer.map(|person| ctx.app.links(&[person]));
    ctx.done_here(&input, links, || async {
        ctx.app.company_file(&ctx.actor()).await
    })
    .await
}

/// Hands a person's duties to another, for a time or for good.
#[utoipa::path(post, path = "/organisation/people/{id}/hand-over", tag = "people", request_body = HandOverForm,
    params(("id" = String, Path)), responses((status = 201), (status = 422, body = Problem)))]
pub async fn hand_over(
    ctx: Ctx,
    path: Path<String>,
    input: Input<HandOverForm>,
) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::DutyHandedOver).await)?;
    let answer = ctx
        .app
        .hand_over(ask, Id(path.into_inner()), input.x.clone())
        .await;
    ctx.done(&input, answer, "/organisation", || async {
        ctx.app.company_file(&ctx.actor()).await
    })
    .await
}

/// What is looked at before a person's account is closed.
#[utoipa::path(get, path = "/organisation/people/{id}/closure", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = Leaving), (status = 404, body = Problem)))]
pub async fn check_closure(ctx: Ctx, path: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(ctx.app.own_closure(&ctx.actor(), Id(path.into_inner())).await)
}

/// Closes a person's account.
#[utoipa::path(post, path = "/organisation/people/{id}/closure", tag = "people", request_body = Nothing,
    params(("id" = String, Path)), responses((status = 201), (status = 422, body = Problem)))]
pub async fn close(ctx: Ctx, path: Path<String>, input: Input<Nothing>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::AccountClosed).await)?;
    let answer = ctx.app.close_person(ask, Id(path.into_inner())).await;
    ctx.done(&input, answer, "/organisation", || async {
        ctx.app.company_file(&ctx.actor()).await
    })
    .await
}
