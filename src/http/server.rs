//! The server: the routes, the security headers of every answer, the limits of every body, the log
//! of every request.

use std::{io, net::TcpListener, time::Duration};

use actix_web::{
    App as Site, HttpRequest, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    error::PathError,
    middleware::{DefaultHeaders, Next, from_fn},
    web::{self, Data, PathConfig, PayloadConfig},
};

use super::{
    ctx::{Context, Ctx},
    error::Failure,
};
use crate::app::App;

/// The largest body that is read whole, bytes; pieces of uploads are smaller.
pub(super) const BODY_MAX: usize = 8 << 20;
/// Nothing from elsewhere, no inline script or style, framed by nobody.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";
/// How many threads read the database for all requests: more would only wait for one of the pool's
/// connections, each with memory of its own.
const READERS: usize = 8;
/// How long requests under way may take once the server is told to stop, seconds.
const SHUTDOWN: u64 = 10;

/// Serves the platform on a listener until its handle stops it.
///
/// # Errors
/// A listener that cannot be used.
pub fn serve(app: App, listener: TcpListener, workers: usize) -> io::Result<Server> {
    let is_https = app.config.public_url.starts_with("https://");
    let site = Data::new(app);
    let server = HttpServer::new(move || {
        Site::new()
            .app_data(site.clone())
            .app_data(PayloadConfig::new(BODY_MAX))
            .app_data(PathConfig::default().error_handler(unlike))
            .wrap(from_fn(super::again::bring_back))
            .wrap(from_fn(super::session::renew))
            .wrap(from_fn(log))
            .wrap(headers(is_https))
            .configure(super::routes)
            .default_service(web::to(nowhere))
    });
    let server = server
        .workers(workers)
        .worker_max_blocking_threads(READERS.div_ceil(workers.max(1)))
        .client_request_timeout(Duration::from_secs(30))
        .shutdown_timeout(SHUTDOWN)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

fn headers(is_https: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("Content-Security-Policy", POLICY))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cache-Control", "no-store"));
    if is_https {
        return headers.add(("Strict-Transport-Security", "max-age=31536000"));
    }
    headers
}

/// Who asks is in the journal where it matters; the log says what was asked, and the outcome.
async fn log(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (method, path) = (req.method().clone(), req.path().to_owned());
    let since = tokio::time::Instant::now();
    let done = next.call(req).await;
    let status = match &done {
        Ok(response) => response.status(),
        Err(e) => e.as_response_error().status_code(),
    };
    let ms = since.elapsed().as_millis();
    tracing::info!(%method, path, status = status.as_u16(), ms, "request");
    done
}

/// A piece of an address that is not of its kind, such as a number in letters: there is no such page.
fn unlike(_: PathError, req: &HttpRequest) -> actix_web::Error {
    match req.app_data::<Data<App>>() {
        Some(app) => Failure::of(&Context::of(app, req), crate::app::Error::NotFound).into(),
        None => actix_web::error::ErrorInternalServerError("no platform"),
    }
}

/// What is nowhere, in the shape of every error.
async fn nowhere(ctx: Ctx) -> Result<HttpResponse, Failure> {
    Err(Failure::of(&ctx.context, crate::app::Error::NotFound))
}
