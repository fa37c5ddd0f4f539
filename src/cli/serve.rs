//! `tianping serve`: the platform, until it is told to stop.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::ExitCode,
};

use actix_web::rt::{System, SystemRunner};
use clap::Args;
use tokio::sync::watch;

use super::Outcome;
use crate::{
    app::{self, App, Error},
    clock::{self, Clock},
    config::Config,
    domain::time::Instant,
    entropy::Entropy,
    http, worker,
};

/// How many threads ask the database beside those of the server's workers.
const READERS: usize = 4;

/// Which installation a command works on.
#[derive(Debug, Clone, Args)]
pub struct Installation {
    /// Directory of the database file, the documents, the trust files and the secrets.
    #[arg(long, env = "TIANPING_DATA", default_value = "data")]
    data: PathBuf,
    /// Directory of the keys, if it is to lie elsewhere.
    #[arg(long, env = "TIANPING_SECRETS")]
    secrets: Option<PathBuf>,
    /// `postgres://…`, instead of the SQLite file in the data directory.
    #[arg(long, env = "TIANPING_DATABASE")]
    database: Option<String>,
    /// Where it listens; the proxy that ends TLS connects here.
    #[arg(long, env = "TIANPING_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address people use, e.g. `https://jy.example.cn`; by default where it listens.
    #[arg(long, env = "TIANPING_PUBLIC_URL")]
    public_url: Option<String>,
}

impl Installation {
    /// How to run on it, as a sandbox or not.
    #[must_use]
    pub fn config(&self, sandbox: bool) -> Config {
        let data = self.data.clone();
        let file = data.join("tianping.db").display().to_string();
        let own = || format!("http://{}", self.listen);
        Config {
            database: self.database.clone().unwrap_or(file),
            secrets: self.secrets.clone().unwrap_or_else(|| data.join("secrets")),
            public_url: self.public_url.clone().unwrap_or_else(own),
            data,
            sandbox,
            unwitnessed: false,
            smtp: None,
            origin: None,
            witnesses: Vec::new(),
        }
    }
}

/// The flags of `serve`; each can be an environment variable.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    at: Installation,
    /// A sandbox: its clock can be moved, and nothing in it is real. Fixed when the database is made.
    #[arg(long, env = "TIANPING_SANDBOX")]
    sandbox: bool,
    /// The sandbox's time when it is made, e.g. "2026-06-01 09:00" (Beijing); later it goes on from where it was.
    #[arg(long = "at", requires = "sandbox", value_parser = local)]
    begins: Option<Instant>,
    /// Publish tenders without a witness of the journal; every receipt then says so.
    #[arg(long, env = "TIANPING_UNWITNESSED")]
    unwitnessed: bool,
    /// The address of a witness of the journal; may be given several times.
    #[arg(long, env = "TIANPING_WITNESS", value_delimiter = ',')]
    witness: Vec<String>,
    /// The name of the journal of a new database, e.g. jy.example.cn/audit/1.
    #[arg(long, env = "TIANPING_ORIGIN")]
    origin: Option<String>,
    /// The mail server, e.g. smtps://user:password@mail.example.cn.
    #[arg(long, env = "TIANPING_SMTP", hide_env_values = true)]
    smtp: Option<String>,
}

fn local(text: &str) -> Result<Instant, String> {
    Instant::parse_local(text).ok_or_else(|| "expected YYYY-MM-DD HH:MM, Beijing time".into())
}

impl Serve {
    fn config(&self) -> Config {
        Config {
            unwitnessed: self.unwitnessed,
            smtp: self.smtp.clone(),
            origin: self.origin.clone(),
            witnesses: self.witness.clone(),
            ..self.at.config(self.sandbox)
        }
    }

    /// Runs the command.
    pub fn run(self) -> Outcome {
        let config = self.config();
        let clock = if self.sandbox {
            // one that was there before goes on from where it was
            let stood = app::platform::stood(&config).map_err(|fault| sentence(&fault.into()))?;
            Clock::sandbox(stood.or(self.begins).unwrap_or_else(clock::machine))
        } else {
            Clock::real()
        };
        system()?.block_on(async {
            let listener = TcpListener::bind(self.at.listen)?;
            let app = App::start(config, clock, Entropy::system())
                .await
                .map_err(|error| sentence(&error))?;
            eprintln!("tianping: {}", app.config.public_url);
            if let Some(link) = app.set_up_link().await.map_err(|error| sentence(&error))? {
                eprintln!("tianping: first start; the three administrators are made here: {link}");
            }
            if self.sandbox {
                eprintln!(
                    "tianping: token that casts this sandbox's people: {}",
                    app.cast_token()
                );
            }
            run(app, listener).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// The system on which a platform runs beside its server's workers. What blocks is queries, and they
/// wait for one of a few connections: more threads would only hold memory.
pub fn system() -> std::io::Result<SystemRunner> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(READERS)
        .build()?;
    Ok(System::with_tokio_rt(move || runtime))
}

/// Why the platform does not start, for the operator.
pub fn sentence(error: &Error) -> String {
    if let Error::Fault(fault) = &error {
        return fault.to_string();
    }
    format!("{error:?}")
}

/// Serves a platform on a listener, with its worker, until SIGINT or SIGTERM; requests under way
/// are answered.
pub async fn run(app: App, listener: TcpListener) -> std::io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let work = tokio::spawn(worker::run(app.clone(), stopped));
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let server = http::server::serve(app, listener, workers)?;
    let handle = server.handle();
    tokio::spawn(async move {
        terminated().await;
        tracing::info!("stopping");
        handle.stop(true).await;
    });
    server.await?;
    stop.send_replace(true);
    work.await.map_err(std::io::Error::other)
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}
