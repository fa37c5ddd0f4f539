//! Adapters: the whole URL space on this page, one table that the server, the OpenAPI test and the
//! permission matrix read. Nothing here knows the store; a handler builds one view or asks one act.

pub mod account;
pub mod act;
pub mod addendum;
pub mod again;
pub mod agent;
pub mod audit;
pub mod award;
pub mod basis;
pub mod bid;
pub mod board;
pub mod cast;
pub mod consent;
pub mod contract;
pub mod contribution;
pub mod ctx;
pub mod desk;
pub mod document;
pub mod draw;
pub mod error;
pub mod evidence;
pub mod expert;
pub mod factor;
pub mod files;
pub mod form;
pub mod guide;
pub mod hall;
pub mod hold;
pub mod incident;
pub mod input;
pub mod interest;
pub mod invitation;
pub mod journal;
pub mod library;
pub mod message;
pub mod notice;
pub mod objection;
pub mod openapi;
pub mod organisation;
pub mod page;
pub mod panel;
pub mod project;
pub mod publication;
pub mod query;
pub mod question;
pub mod region;
pub mod release;
pub mod review;
pub mod right;
pub mod rule;
pub mod server;
pub mod session;
pub mod setup;
pub mod signing_key;
mod single;
pub mod site;
pub mod tender;
pub mod trust;
pub mod upload;

use actix_web::{
    HttpResponse, Route, guard,
    http::header::LOCATION,
    web::{ServiceConfig, delete, post, put, route},
};

use openapi::Enveloped;

/// On to another page of ours.
#[must_use]
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .finish()
}

/// What may be asked for may be asked for without its body (RFC 9110, 9.3.2); the server leaves it out.
fn get() -> Route {
    route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Makes the URL table and the routes from the same rows.
macro_rules! urls {
    ($($method:ident $path:literal $noun:ident::$verb:ident;)+) => {
        /// Every route: method and path.
        pub const URLS: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        /// Lays the routes.
        pub fn routes(cfg: &mut ServiceConfig) {
            $(cfg.route($path, $method().to($noun::$verb));)+
        }

        /// The interface of every route, for programs.
        #[derive(utoipa::OpenApi)]
        #[openapi(
            info(
                title = "天平 Tianping",
                description = "Every page is a resource: the same address answers JSON unless text/html is asked for. \
                    Money is integer fen, time Unix milliseconds; a form's x_yuan and Beijing times are the page's own. \
                    Acts carry an Idempotency-Key. Programs sign in with Authorization: Bearer.",
            ),
            paths($($noun::$verb),+),
            modifiers(&Enveloped),
        )]
        pub struct Interface;
    };
}

urls! {
    get "/static/{path:.*}" files::show;
    get "/" notice::home;
    get "/jy/{trade}" notice::list;
    get "/jy/{trade}/feed" notice::feed;
    get "/jy/{trade}/csv" notice::csv;
    get "/xm/{number}" project::notice;
    get "/xm/{number}/documents" project::documents;
    get "/xm/{number}/questions" project::questions;
    get "/xm/{number}/changes" project::changes;
    get "/xm/{number}/opening" project::opening;
    get "/xm/{number}/objections" project::objections;
    get "/xm/{number}/candidates" project::candidates;
    get "/xm/{number}/result" project::result;
    get "/xm/{number}/evidence" project::evidence;
    get "/verify" guide::verify;
    get "/environment" guide::environment;
    get "/rules" rule::list;
    get "/help" guide::help;
    get "/open-data" guide::open_data;
    get "/accessibility" guide::accessibility;
    get "/openapi.json" openapi::document;
    get "/interface/{path:.*}" openapi::viewer;
    get "/clock" site::clock;
    post "/sandbox/clock" site::move_clock;
    post "/sandbox/people" cast::create;
    get "/sandbox/messages" message::outbox;
    post "/language" site::language;
    get "/setup" setup::show;
    post "/setup" setup::create;
    get "/invitations/{id}" invitation::show;
    post "/invitations/{id}" invitation::accept;
    get "/session" session::show;
    post "/session" session::create;
    delete "/session" session::delete;
    post "/session/end" session::end;
    get "/session/agents" agent::list;
    post "/session/agents" agent::create;
    post "/session/agents/{id}/revocation" agent::revoke;
    get "/account" factor::show;
    post "/account/factor" factor::enrol;
    post "/account/password" factor::change_password;
    get "/desk" desk::show;
    get "/duties" act::duties;
    get "/accounts" account::list;
    post "/accounts" account::create;
    post "/accounts/{id}/invitation" account::invite;
    get "/accounts/{id}/closure" account::check_closure;
    post "/accounts/{id}/closure" account::close;
    post "/accounts/{id}/phone" account::phone;
    get "/authorities" account::authorities;
    post "/authorities" account::create_authority;
    get "/rights" right::list;
    post "/rights" right::create;
    get "/rights/{id}/revocation" right::check_revocation;
    post "/rights/{id}/revocation" right::revoke;
    get "/audit" audit::list;
    get "/xm/{number}/file" audit::project;
    get "/regions" region::list;
    post "/regions" region::import;
    get "/specialties" region::specialties;
    post "/specialties" region::import_specialties;
    get "/registration" organisation::form;
    post "/organisations" organisation::create;
    get "/organisation" organisation::show;
    post "/organisation" organisation::change;
    post "/organisation/people" organisation::add_person;
    post "/organisation/people/{id}/posts" organisation::set_posts;
    post "/organisation/people/{id}/invitation" organisation::invite;
    post "/organisation/people/{id}/hand-over" organisation::hand_over;
    get "/organisation/people/{id}/closure" organisation::check_closure;
    post "/organisation/people/{id}/closure" organisation::close;
    get "/organisation/keys" signing_key::list;
    post "/organisation/keys" signing_key::create;
    get "/organisation/keys/agreement" signing_key::agreement;
    get "/organisation/keys/{id}" signing_key::show;
    post "/organisation/keys/{id}/retirement" signing_key::retire;
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
    post "/lots/{id}/incident/proposal" incident::propose;
    post "/lots/{id}/incident/resolution" incident::resolve;
    get "/lots/{lot}/bids/mine" bid::mine;
    get "/lots/{lot}/bids/new" bid::new;
    get "/lots/{lot}/bids/mine/package" evidence::package;
    get "/lots/{lot}/bids/mine/acknowledgements/{seq}" evidence::acknowledgement;
    get "/lots/{lot}/stages/{stage}/identities" evidence::identities;
    get "/lots/{lot}/archive" evidence::archive;
    post "/lots/{lot}/bids" bid::submit;
    post "/lots/{lot}/bids/withdrawals" bid::withdraw;
    get "/lots/{lot}/draws/{stage}/contributions/new" contribution::new;
    get "/lots/{lot}/draws/{stage}/contributions/mine" contribution::mine;
    post "/lots/{lot}/draws/{stage}/contributions" contribution::submit;
    post "/lots/{lot}/uploads" bid::begin_upload;
    get "/uploads/{id}" bid::upload;
    put "/uploads/{id}/{i}" bid::put_piece;
    post "/lots/{lot}/sign-ins" bid::sign_in;
    get "/lots/{lot}/opening" bid::opening;
    post "/lots/{lot}/opening" bid::publish_opening;
    get "/lots/{lot}/result" award::show;
    get "/lots/{lot}/result/mine" award::own;
    post "/lots/{lot}/coefficient-draw" award::draw_coefficient;
    post "/lots/{lot}/award-draw" award::draw_order;
    post "/lots/{lot}/award-draw/balls" award::enter_balls;
    post "/lots/{lot}/voidings" award::void;
    get "/lots/{lot}/voidings/consent" consent::voiding;
    post "/lots/{lot}/voidings/consent" consent::consent_to_voiding;
    get "/draws/{draw}/{attempt}/transcript" draw::transcript;
    get "/draws/{draw}/{attempt}/bundle" draw::proof;
    get "/lots/{lot}/hall" hall::show;
    post "/lots/{lot}/hall" hall::open;
    get "/lots/{lot}/screen" hall::screen;
    post "/lots/{lot}/attendances" hall::attend;
    post "/lots/{lot}/confirmations" hall::confirm;
    get "/lots/{lot}/minutes" hall::minutes;
    post "/lots/{lot}/minutes" hall::sign_minutes;
    get "/lots/{lot}/standstill" award::check_standstill;
    post "/lots/{lot}/standstill" award::publish;
    get "/lots/{lot}/award" award::check;
    post "/lots/{lot}/award" award::decide;
    get "/lots/{lot}/contract" contract::check;
    post "/lots/{lot}/contract" contract::sign;
    get "/lots/{lot}/exclusions" award::check_exclusion;
    post "/lots/{lot}/exclusions" award::exclude;
    post "/tenders/{tender}/ceremony" hold::call;
    get "/tenders/{tender}/parties.json" hold::parties;
    get "/duties/{duty}/tasks" hold::tasks;
    get "/duties/{duty}/board" board::show;
    get "/lots/{lot}/stages/{stage}/keys" hold::keys;
    post "/lots/{lot}/stages/{stage}/keys" hold::announce;
    get "/lots/{lot}/stages/{stage}/acks" hold::acks;
    post "/lots/{lot}/stages/{stage}/acks" hold::acknowledge;
    get "/lots/{lot}/stages/{stage}/canaries" hold::canaries;
    post "/lots/{lot}/stages/{stage}/canaries" hold::answer_canary;
    post "/lots/{lot}/stages/{stage}/contributions" release::contribute;
    get "/lots/{lot}/stages/{stage}/releases" release::task;
    post "/lots/{lot}/stages/{stage}/releases" release::release;
    get "/lots/{lot}/stages/{stage}/shares" release::share_task;
    post "/lots/{lot}/stages/{stage}/shares" release::share;
    get "/lots/{lot}/stages/{stage}/parts" release::parts;
    get "/lots/{lot}/stages/{stage}/chains/{tx}" release::chain;
    get "/lots/{lot}/objections" objection::list;
    post "/lots/{lot}/objections" objection::raise;
    post "/objections/{id}/reply" objection::reply;
    get "/experts" expert::list;
    post "/experts" expert::import;
    get "/experts/{id}" expert::show;
    post "/experts/{id}/suspension" expert::suspend;
    post "/households" expert::import_households;
    post "/libraries" expert::add_library;
    get "/interests" interest::list;
    post "/interests" interest::declare;
    post "/interests/{id}/end" interest::end;
    get "/panels" panel::list;
    get "/panels/{id}" panel::show;
    get "/panels/{id}/members" panel::members;
    get "/panels/{id}/members/consent" consent::names;
    post "/panels/{id}/members/consent" consent::consent_to_names;
    post "/panels/{id}/replacements" panel::replace;
    get "/panels/{id}/request" library::request;
    get "/panels/{id}/record" library::desk;
    post "/panels/{id}/record" library::import;
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
    get "/lots/{lot}/review/{bid}/files/{sha256}" review::file;
    get "/lots/{lot}/report" review::report;
    post "/lots/{lot}/report" review::sign;
    post "/lots/{lot}/report/presumption" review::presume;
}
