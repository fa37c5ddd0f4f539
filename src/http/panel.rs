//! The panel over HTTP: request and draw desk for the centre, items and calls of the supervision
//! bureau's client, invitations and pledges for experts.

use actix_web::{HttpResponse, web::Path};
use serde::Serialize;

use super::{
    ctx::Ctx,
    error::Failure,
    hold::{Asking, Posted},
    input::Input,
    query::Query,
    session::Nothing,
};
use crate::{
    app::{
        Answer, App, Ask,
        award::bureau::Typed,
        panel::{
            self, Desk, DeskList, Members, Request,
            call::{self, Called, Invitation, Invitations, Reply},
            library,
            pool::{self, Frozen, Wanted},
            seat::{self, Absence, Declared, Pledge, Representative},
        },
    },
    domain::{act::Act, actor::Role},
    page,
    words::{self, Lang},
};

page!(Desk, "panel/desk.html");
page!(DeskList, "panel/list.html");
page!(Members, "panel/members.html");
page!(Invitation, "panel/call.html");
page!(Invitations, "panel/calls.html");
page!(Pledge, "panel/pledge.html");

/// The form by which the centre asks for a panel.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RequestForm {
    /// The lot.
    pub lot: String,
    /// The outside libraries that may draw instead of the local list.
    pub libraries: Vec<library::Choice>,
}
page!(RequestForm, "panel/request.html");

impl RequestForm {
    async fn of(app: App, lot: String) -> Answer<Self> {
        let libraries = app.view(library::choices).await?;
        Ok(Self { lot, libraries })
    }

    /// Where the experts may come from, as (value, words): the local list first.
    #[must_use]
    pub fn sources(&self, lang: Lang) -> Vec<(String, String)> {
        let local = (String::new(), words::say(lang, "panel-source-local", &[]));
        let libraries = self.libraries.iter();
        let libraries = libraries.map(|library| (library.id.0.clone(), library.name.clone()));
        std::iter::once(local).chain(libraries).collect()
    }
}

/// `GET /lots/{lot}/panel/request`: the form.
#[utoipa::path(get, path = "/lots/{lot}/panel/request", responses((status = 200, body = RequestForm)))]
pub async fn form(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::CentreOperator)?;
    ctx.show(RequestForm::of(ctx.app.clone(), lot.into_inner()).await)
}

/// `POST /lots/{lot}/panel`: the centre asks for the panel.
#[utoipa::path(post, path = "/lots/{lot}/panel", request_body = Request, responses((status = 201, body = panel::Requested)))]
pub async fn request(ctx: Ctx, lot: Path<String>, input: Input<Request>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::PanelRequested).await)?;
    let lot = lot.into_inner();
    let answer = panel::request(&ctx.app, ask, lot.clone(), input.x.clone()).await;
    let location = match &answer {
        Ok(done) => format!("/panels/{}", done.panel),
        Err(_) => String::new(),
    };
    ctx.done(&input, answer, &location, || {
        RequestForm::of(ctx.app.clone(), lot)
    })
    .await
}

/// `GET /lots/{lot}/panel`: the console of the evaluation room.
#[utoipa::path(get, path = "/lots/{lot}/panel", responses((status = 200, body = Desk)))]
pub async fn room(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let (actor, now) = (ctx.actor(), ctx.context.now);
    ctx.show(ctx.app.view(move |db| seat::room(db, &actor, &lot, now)).await)
}

/// `GET /panels`: the draw desk, by code.
#[utoipa::path(get, path = "/panels", responses((status = 200, body = DeskList)))]
pub async fn list(ctx: Ctx) -> Result<HttpResponse, Failure> {
    if !ctx.actor().is(Role::CentreHead) {
        ctx.with_role(Role::CentreOperator)?;
    }
    let actor = ctx.actor();
    ctx.show(ctx.app.view(move |db| panel::list(db, &actor)).await)
}

/// `GET /panels/{id}`: one panel on the draw desk.
#[utoipa::path(get, path = "/panels/{id}", params(("id" = String, Path), Typed), responses((status = 200, body = Desk)))]
pub async fn show(ctx: Ctx, id: Path<String>, typed: Query<Typed>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    ctx.show(panel::show(&ctx.app, ctx.actor(), id.into_inner(), typed.into_inner()).await)
}

/// `GET /panels/{id}/members`: the names, for the supervision bureau; the reading is recorded.
#[utoipa::path(get, path = "/panels/{id}/members", responses((status = 200, body = Members)))]
pub async fn members(ctx: Ctx, id: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Supervisor)?;
    let ask = Ask::new(ctx.actor(), Act::SealedRead);
    ctx.show(panel::members(&ctx.app, ask, id.into_inner()).await)
}

/// `POST /panels/{id}/replacements`: a member cannot go on.
#[utoipa::path(post, path = "/panels/{id}/replacements", request_body = Absence, responses((status = 201)))]
pub async fn replace(ctx: Ctx, id: Path<String>, input: Input<Absence>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::MemberReplaced).await)?;
    let id = id.into_inner();
    let answer = seat::replace(&ctx.app, ask, id.clone(), input.x.clone()).await;
    let location = format!("/panels/{id}");
    ctx.done(&input, answer, &location, || {
        panel::show(&ctx.app, ctx.actor(), id, Typed::default())
    })
    .await
}

/// `POST /lots/{lot}/panel/representatives`: the owner names one of its people.
#[utoipa::path(post, path = "/lots/{lot}/panel/representatives", request_body = Representative, responses((status = 201)))]
pub async fn name_representative(
    ctx: Ctx,
    lot: Path<String>,
    input: Input<Representative>,
) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::RepresentativeNamed).await)?;
    ctx.ok(seat::name_representative(&ctx.app, ask, lot.into_inner(), input.x.clone()).await)?;
    Ok(HttpResponse::Created().json(serde_json::json!({})))
}

/// `GET /duties/sup/panels`: what expert draws ask of the supervision bureau's client.
#[utoipa::path(get, path = "/duties/sup/panels", responses((status = 200, body = Vec<Wanted>)))]
pub async fn wanted(ctx: Ctx, asking: Asking) -> Result<HttpResponse, Failure> {
    let wanted = pool::wanted(&ctx.app, asking.0.key).await;
    Ok(HttpResponse::Ok().json(ctx.ok(wanted)?))
}

/// `POST /lots/{lot}/stages/draw0/items`: the blinded pool, `signed/1` of `pool.items/1`.
#[utoipa::path(post, path = "/lots/{lot}/stages/draw0/items", request_body = Posted, responses((status = 201, body = Vec<Frozen>)))]
pub async fn items(ctx: Ctx, lot: Path<String>, input: Input<Posted>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let mut done = Vec::new();
    for signed in input.x.0 {
        done.push(ctx.ok(pool::list(&ctx.app, lot.clone(), signed).await)?);
    }
    Ok(HttpResponse::Created().json(done))
}

/// `POST /lots/{lot}/panel/calls`: the next position, `signed/1` of `expert.call/1`.
#[utoipa::path(post, path = "/lots/{lot}/panel/calls", request_body = Posted, responses((status = 201, body = Vec<Called>)))]
pub async fn call(ctx: Ctx, lot: Path<String>, input: Input<Posted>) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let mut done = Vec::new();
    for signed in input.x.0 {
        done.push(ctx.ok(call::call(&ctx.app, lot.clone(), signed).await)?);
    }
    Ok(HttpResponse::Created().json(done))
}

/// `GET /calls`: the invitations of the expert signed in.
#[utoipa::path(get, path = "/calls", responses((status = 200, body = Invitations)))]
pub async fn calls(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Expert)?;
    let (actor, now) = (ctx.actor(), ctx.context.now);
    ctx.show(ctx.app.view(move |db| call::list(db, &actor, now)).await)
}

/// `GET /calls/{id}`: one invitation.
#[utoipa::path(get, path = "/calls/{id}", responses((status = 200, body = Invitation)))]
pub async fn invitation(ctx: Ctx, id: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.with_role(Role::Expert)?;
    let (actor, now) = (ctx.actor(), ctx.context.now);
    ctx.show(ctx.app.view(move |db| call::show(db, &actor, &id, now)).await)
}

/// `POST /calls/{id}`: accept, or refuse with a reason.
#[utoipa::path(post, path = "/calls/{id}", request_body = Reply, responses((status = 201)))]
pub async fn answer(ctx: Ctx, id: Path<String>, input: Input<Reply>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ExpertAnswered).await)?;
    let id = id.into_inner();
    let answer = call::answer(&ctx.app, ask, id.clone(), input.x.clone()).await;
    let (location, actor, now) = (format!("/calls/{id}"), ctx.actor(), ctx.context.now);
    let app = ctx.app.clone();
    ctx.done(&input, answer, &location, || async move {
        app.view(move |db| call::show(db, &actor, &id, now)).await
    })
    .await
}

/// `GET /lots/{lot}/panel/pledge`: whom the member will judge, and the pledge.
#[utoipa::path(get, path = "/lots/{lot}/panel/pledge", responses((status = 200, body = Pledge)))]
pub async fn pledge(ctx: Ctx, lot: Path<String>) -> Result<HttpResponse, Failure> {
    ctx.person()?;
    let actor = ctx.actor();
    ctx.show(ctx.app.view(move |db| seat::pledge(db, &actor, &lot)).await)
}

/// `POST /lots/{lot}/panel/pledge`: a signed act naming the pledge's digest.
#[utoipa::path(post, path = "/lots/{lot}/panel/pledge", request_body = Nothing, responses((status = 201, body = bool)))]
pub async fn sign_pledge(
    ctx: Ctx,
    lot: Path<String>,
    input: Input<Nothing>,
) -> Result<HttpResponse, Failure> {
    let lot = lot.into_inner();
    let answer = input
        .envelope
        .act(&ctx, Act::ExpertPledged, |ask| {
            seat::sign_pledge(&ctx.app, ask, lot.clone())
        })
        .await;
    let (location, actor, app) = (format!("/lots/{lot}/panel/pledge"), ctx.actor(), ctx.app.clone());
    ctx.done(&input, answer, &location, || async move {
        app.view(move |db| seat::pledge(db, &actor, &lot)).await
    })
    .await
}

/// `POST /lots/{lot}/panel/recusal`: a member declares an interest and leaves.
#[utoipa::path(post, path = "/lots/{lot}/panel/recusal", request_body = Declared, responses((status = 201)))]
pub async fn recuse(ctx: Ctx, lot: Path<String>, input: Input<Declared>) -> Result<HttpResponse, Failure> {
    let ask = ctx.ok(input.envelope.ask(&ctx, Act::ExpertRecused).await)?;
    let lot = lot.into_inner();
    let answer = seat::recuse(&ctx.app, ask, lot.clone(), input.x.clone()).await;
    let (actor, app) = (ctx.actor(), ctx.app.clone());
    ctx.done(&input, answer, "/calls", || async move {
        app.view(move |db| seat::pledge(db, &actor, &lot)).await
    })
    .await
}
