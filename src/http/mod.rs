//! Adapters: the whole URL space on this page, one table that the server, the OpenAPI test and the
//! permission matrix read. Nothing here knows the store; a handler builds one view or asks one act.

pub mod ctx;
pub mod error;
pub mod hold;
pub mod input;
pub mod message;
pub mod page;
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
    get "/" site::home;
    get "/clock" site::clock;
    post "/language" site::language;
    get "/messages" message::inbox;
    get "/duties/{duty}/tasks" hold::tasks;
    get "/lots/{lot}/stages/{stage}/keys" hold::keys;
    post "/lots/{lot}/stages/{stage}/keys" hold::announce;
    get "/lots/{lot}/stages/{stage}/acks" hold::acks;
    post "/lots/{lot}/stages/{stage}/acks" hold::acknowledge;
    get "/lots/{lot}/stages/{stage}/canaries" hold::canaries;
    post "/lots/{lot}/stages/{stage}/canaries" hold::answer_canary;
}
