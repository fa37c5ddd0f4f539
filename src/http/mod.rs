//! Adapters: the whole URL space on this page, one table that the server, the OpenAPI test and the
//! permission matrix read. Nothing here knows the store; a handler builds one view or asks one act.

pub mod addendum;
pub mod basis;
pub mod bid;
pub mod ctx;
pub mod document;
pub mod error;
pub mod files;
pub mod form;
pub mod hold;
pub mod incident;
pub mod input;
pub mod journal;
pub mod message;
pub mod notice;
pub mod objection;
pub mod page;
pub mod project;
pub mod publication;
pub mod question;
pub mod server;
pub mod site;
pub mod tender;
pub mod trust;
pub mod upload;

use actix_web::{
    HttpResponse,
    http::header::LOCATION,
    web::{self, ServiceConfig},
};

/// On to another page of ours.
#[must_use]
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .finish()
}

/// Makes the URL table and the routes from the same rows.
macro_rules! urls {
    ($($method:ident $path:literal $handler:path;)+) => {
        /// Every route: method and path.
        pub const URLS: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        /// Lays the routes.
        pub fn routes(cfg: &mut ServiceConfig) {
            $(cfg.route($path, web::$method().to($handler));)+
        }
    };
}

urls! {
    get "/static/{path:.*}" files::show;
    get "/" notice::home;
    get "/jy/{trade}" notice::list;
    get "/jy/{trade}/feed" notice::feed;
    get "/jy/{trade}/csv" notice::csv;
    get "/xm/{number}" project::notice;
    get "/xm/{number}/questions" project::questions;
    get "/xm/{number}/changes" project::changes;
    get "/xm/{number}/evidence" project::evidence;
    get "/clock" site::clock;
    post "/sandbox/clock" site::move_clock;
    post "/language" site::language;
    get "/messages" message::inbox;
    get "/checkpoint" journal::checkpoint;
    get "/tile/{path:.*}" journal::tile;
    get "/log.policy" journal::policy;
    get "/receipts/{c}" journal::receipt;
    get "/health" journal::health;
    get "/bases" basis::list;
    post "/bases" basis::create;
    get "/tenders" tender::list;
    post "/tenders" tender::create;
    get "/tenders/new" tender::new;
    get "/tenders/{id}" tender::show;
    post "/tenders/{id}" tender::change;
    get "/tenders/{id}/change" tender::edit;
    post "/tenders/{id}/lots" tender::create_lot;
    get "/tenders/{id}/lots/new" tender::new_lot;
    post "/lots/{id}" tender::change_lot;
    get "/lots/{id}/change" tender::edit_lot;
    get "/tenders/{id}/dates" tender::dates;
    get "/tenders/{id}/workspace" tender::workspace;
    get "/tenders/{id}/documents" document::list;
    post "/tenders/{id}/documents" document::create;
    put "/tenders/{id}/documents/{name}" document::put;
    get "/documents/{id}" document::show;
    post "/documents/{id}/removal" document::remove;
    get "/tenders/{id}/log.policy" trust::policy;
    get "/lots/{id}/keysets/{stage}" trust::keyset;
    get "/tenders/{id}/publication" publication::preview;
    post "/tenders/{id}/publication" publication::create;
    get "/tenders/{id}/questions" question::list;
    post "/tenders/{id}/questions" question::create;
    post "/questions/{id}/answer" question::answer;
    get "/tenders/{id}/addenda/new" addendum::new;
    post "/tenders/{id}/addenda" addendum::create;
    get "/addenda/{id}" addendum::show;
    post "/addenda/{id}/publication" addendum::publish;
    get "/tenders/{id}/withdrawal" publication::withdrawal;
    post "/tenders/{id}/withdrawal" publication::withdraw;
    get "/lots/{id}/termination" publication::termination;
    post "/lots/{id}/termination" publication::terminate;
    get "/lots/{id}/incident" incident::show;
    post "/lots/{id}/incident" incident::create;
    post "/lots/{id}/incident/resolution" incident::resolve;
    get "/lots/{lot}/bids/mine" bid::mine;
    post "/lots/{lot}/bids" bid::submit;
    post "/lots/{lot}/bids/withdrawals" bid::withdraw;
    post "/lots/{lot}/uploads" bid::begin_upload;
    get "/uploads/{id}" bid::upload;
    put "/uploads/{id}/{i}" bid::put_piece;
    post "/lots/{lot}/sign-ins" bid::sign_in;
    get "/lots/{lot}/opening" bid::opening;
    post "/lots/{lot}/opening" bid::publish_opening;
    post "/tenders/{tender}/ceremony" hold::call;
    get "/tenders/{tender}/parties.json" hold::parties;
    get "/duties/{duty}/tasks" hold::tasks;
    get "/lots/{lot}/stages/{stage}/keys" hold::keys;
    post "/lots/{lot}/stages/{stage}/keys" hold::announce;
    get "/lots/{lot}/stages/{stage}/acks" hold::acks;
    post "/lots/{lot}/stages/{stage}/acks" hold::acknowledge;
    get "/lots/{lot}/stages/{stage}/canaries" hold::canaries;
    post "/lots/{lot}/stages/{stage}/canaries" hold::answer_canary;
    get "/lots/{lot}/objections" objection::list;
    post "/lots/{lot}/objections" objection::raise;
    post "/objections/{id}/reply" objection::reply;
}
