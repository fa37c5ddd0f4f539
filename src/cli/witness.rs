//! `tianping witness`: the supervision bureau's own machine, which lets the log grow and never change.
//!
//! It cosigns what continues what it saw, mirrors the entries, and raises an alarm when a time
//! falls, is off its clock, or when the mirrored entries are not the tree it signed.

pub mod mirror;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::StatusCode,
    web::{self, Data, PayloadConfig},
};
use clap::Args;

use super::{Outcome, say};
use crate::{
    app::witness::{Silence, Witness},
    entropy::Entropy,
    proof::{note::Vkey, policy::Policy, witness::Refused},
};
use mirror::{Alarms, Time};

/// The largest request: a checkpoint and a proof are a few kilobytes.
const BODY_MAX: usize = 64 << 10;

/// The flags of `witness`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The witness's own directory: key, memory, mirror. Lost, a new witness is needed.
    #[arg(long, env = "TIANPING_WITNESS_STORE", default_value = "witness")]
    store: PathBuf,
    /// Its name, e.g. jiandu.example.cn/w1.
    #[arg(long, env = "TIANPING_WITNESS_NAME")]
    name: String,
    /// Where to listen.
    #[arg(long, env = "TIANPING_WITNESS_LISTEN", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The verifier key of a log to watch, as its first start prints it; may be given several times.
    #[arg(long = "log")]
    logs: Vec<Vkey>,
    /// A log.policy whose logs to watch.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// The platform's address, to mirror its entries and, in a sandbox, to take the time from it.
    #[arg(long)]
    mirror: Option<String>,
    /// Print the line for the log.policy as JSON; how it is then, `/health` says as JSON.
    #[arg(long)]
    json: bool,
}

impl Serve {
    /// Runs the command.
    pub fn run(self) -> Outcome {
        let mut logs = self.logs.clone();
        if let Some(path) = &self.policy {
            let policy: Policy = fs::read_to_string(path)?.parse()?;
            logs.extend_from_slice(policy.logs());
        }
        let witness = Witness::open(&self.store, &self.name, &Entropy::system())?.watching(&logs);
        let (short, vkey) = (self.name.replace(['/', '.'], "-"), witness.vkey()?);
        if self.json {
            say::line(serde_json::json!({ "witness": short, "vkey": vkey.to_string() }))?;
        } else {
            say::line(format_args!("witness {short} {vkey}"))?;
        }
        if logs.is_empty() {
            eprintln!("tianping: no log to watch: give --log or --policy");
            return Ok(ExitCode::from(2));
        }
        let alarms = Alarms::open(&self.store)?;
        let witness = Arc::new(witness);
        let time = Time::of(&logs, self.mirror.as_deref());
        if let (Some(url), [log]) = (&self.mirror, logs.as_slice()) {
            mirror::Mirror::open(&self.store, url, log.name(), alarms.clone(), time.clone())?
                .follow(witness.clone())?;
        }
        let listener = TcpListener::bind(self.listen)?;
        actix_web::rt::System::new().block_on(async { serve(witness, alarms, time, listener)?.await })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What a request needs.
struct Site {
    witness: Arc<Witness>,
    alarms: Alarms,
    time: Time,
    /// One at a time asks the platform's clock.
    turn: Mutex<()>,
}

/// Serves a witness on a listener.
///
/// # Errors
/// A listener that cannot be used.
pub fn serve(
    witness: Arc<Witness>,
    alarms: Alarms,
    time: Time,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let site = Data::new(Site {
        witness,
        alarms,
        time,
        turn: Mutex::new(()),
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(site.clone())
            .app_data(PayloadConfig::new(BODY_MAX))
            .route("/add-checkpoint", web::post().to(add_checkpoint))
            .route("/health", web::get().to(health))
    });
    Ok(server.workers(1).listen(listener)?.run())
}

async fn add_checkpoint(site: Data<Site>, body: String) -> HttpResponse {
    let asked = site.clone();
    let answer = tokio::task::spawn_blocking(move || {
        let _turn = asked.turn.lock();
        let now = asked.time.now().map_err(Silence::Fault)?;
        asked.witness.add_checkpoint(&body, now)
    })
    .await;
    match answer {
        Ok(Ok((line, checkpoint))) => {
            tracing::info!(origin = checkpoint.origin, size = checkpoint.size, "cosigned");
            HttpResponse::Ok().body(line)
        }
        Ok(Err(Silence::Refused(refused))) => {
            if matches!(refused, Refused::Proof(_) | Refused::Size(_)) {
                tracing::warn!(%refused, "refused");
            }
            if let Refused::Proof(why) = &refused {
                site.alarms
                    .raise(&format!("the log does not continue what was signed: {why}"));
            }
            let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let mut response = HttpResponse::build(status);
            if matches!(refused, Refused::Size(_)) {
                response.content_type("text/x.tlog.size");
            }
            response.body(format!("{refused}\n"))
        }
        Ok(Err(Silence::Fault(fault))) => {
            tracing::error!(%fault, "the witness is at fault");
            HttpResponse::InternalServerError().finish()
        }
        Err(error) => {
            tracing::error!(%error, "the witness is at fault");
            HttpResponse::InternalServerError().finish()
        }
    }
}

async fn health(site: Data<Site>) -> HttpResponse {
    let (mirrored, alarms) = site.alarms.state();
    let status = if alarms.is_empty() { "ok" } else { "alarm" };
    HttpResponse::Ok().json(serde_json::json!({
        "status": status, "mirrored": mirrored, "alarms": alarms,
    }))
}
