//! Adapters: the whole URL space on this page, one table that the server, the OpenAPI test and the
//! permission matrix read. Nothing here knows the store; a handler builds one view or asks one act.

pub mod bid;
pub mod ctx;
pub mod error;
pub mod expert;
pub mod files;
pub mod hold;
pub mod input;
pub mod journal;
pub mod message;
pub mod notice;
pub mod objection;
pub mod page;
pub mod panel;
pub mod project;
pub mod review;
pub mod server;
pub mod site;

use actix_web::web::{self, ServiceConfig};

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
    get "/experts" expert::list;
    post "/experts" expert::import;
    get "/experts/{id}" expert::show;
    post "/experts/{id}/suspension" expert::suspend;
    post "/households" expert::import_households;
    post "/libraries" expert::add_library;
    get "/panels" panel::list;
    get "/panels/{id}" panel::show;
    get "/panels/{id}/members" panel::members;
    post "/panels/{id}/replacements" panel::replace;
    get "/lots/{lot}/panel" panel::room;
    post "/lots/{lot}/panel" panel::request;
    get "/lots/{lot}/panel/request" panel::form;
    post "/lots/{lot}/panel/representatives" panel::name_representative;
    get "/duties/sup/panels" panel::wanted;
    post "/lots/{lot}/stages/draw0/items" panel::items;
    post "/lots/{lot}/panel/calls" panel::call;
    get "/calls" panel::calls;
    get "/calls/{id}" panel::invitation;
    post "/calls/{id}" panel::answer;
    get "/lots/{lot}/panel/pledge" panel::pledge;
    post "/lots/{lot}/panel/pledge" panel::sign_pledge;
    post "/lots/{lot}/panel/recusal" panel::recuse;
    get "/lots/{lot}/review" review::desk;
    post "/lots/{lot}/review" review::save;
    get "/lots/{lot}/report" review::report;
    post "/lots/{lot}/report" review::sign;
    post "/lots/{lot}/report/presumption" review::presume;
}
