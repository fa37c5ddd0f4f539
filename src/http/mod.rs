//! Adapters: the whole URL space on this page, one table that the server, the OpenAPI test and the
//! permission matrix read. Nothing here knows the store; a handler builds one view or asks one act.

pub mod asset;
pub mod ctx;
pub mod error;
pub mod input;
pub mod notice;
pub mod page;
pub mod project;
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
    get "/" notice::home;
    get "/jy/{trade}" notice::list;
    get "/jy/{trade}/feed" notice::feed;
    get "/jy/{trade}/csv" notice::csv;
    get "/xm/{number}" project::notice;
    get "/xm/{number}/evidence" project::evidence;
    get "/static/{path:.*}" asset::show;
    get "/clock" site::clock;
    post "/language" site::language;
}
