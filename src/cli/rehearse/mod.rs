//! `tianping rehearse`: real or invented tenders held as all parties through the public interface, and
//! everything that comes out verified.
//!
//! In: a CSV of tenders and bids. Out: a line for each tender, the count of each lawful outcome, one
//! summary line; exit 1 on any difference. Never: a platform that is no sandbox.

mod check;
mod plan;
mod run;
mod table;

use std::{
    env,
    net::TcpListener,
    path::PathBuf,
    process::{Command, ExitCode},
    time::Duration,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use self::{
    plan::{Rules, waves},
    run::{Manner, Rehearsal},
};
use super::{
    Outcome,
    play::{
        door::{Done, Trouble, at},
        sandbox,
    },
};
use crate::{
    app::App,
    domain::{band::PriceBand, money::Fen, terms::per_cent, time::DAY},
};

/// Hold tenders from a CSV file as all parties, and verify everything
///
/// Columns: tender,date,work,ceiling,minimum,bidder,bid,outcome (amounts in yuan). Works of 4,000,000
/// yuan and more must be tendered: the guard refuses them, which is counted as a lawful outcome. Bids
/// marked `rejected` are rejected by the panel; the other columns decide nothing.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// The tenders.
    file: PathBuf,
    /// A running sandbox to rehearse on; without it one is started in a temporary directory.
    #[arg(long, requires = "token")]
    server: Option<String>,
    /// The token of that sandbox, as the start of `serve --sandbox` prints it.
    #[arg(
        long,
        requires = "server",
        env = "TIANPING_SANDBOX_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// K: first value, end (not drawn), step, per cent.
    #[arg(long, default_value = "1.00:6.00:0.01", value_parser = coefficients)]
    k: (String, String, String),
    /// The panel reviews after the draw, the drawn ones only.
    #[arg(long)]
    after_draw: bool,
    /// The least number of qualified bids; never below the rule's.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(3..))]
    min_qualified: u16,
    /// Every bid has a part for documents.
    #[arg(long)]
    docs: bool,
    /// Print JSON, one line per tender.
    #[arg(long)]
    json: bool,
}

fn coefficients(text: &str) -> Result<(String, String, String), String> {
    let parts: Vec<&str> = text.split(':').collect();
    let [min, max, step] = parts.as_slice() else {
        return Err("expected MIN:END:STEP, e.g. 1.00:6.00:0.01".into());
    };
    let k = ((*min).to_owned(), (*max).to_owned(), (*step).to_owned());
    hundredths(&k)?;
    Ok(k)
}

/// The range of K in hundredths of a per cent.
fn hundredths(k: &(String, String, String)) -> Result<(i64, i64, i64), String> {
    let read =
        |text: &str| per_cent(text, "").map_err(|_| format!("{text}: a per cent with two decimals at most"));
    let (min, max, step) = (read(&k.0)?, read(&k.1)?, read(&k.2)?);
    let sample = Fen(100_000_000);
    PriceBand::new(sample, Fen(0), Fen(0), min, max, step).map_err(|refusal| super::told(&refusal))?;
    Ok((min, max, step))
}

impl Rehearse {
    /// Rehearses.
    pub fn run(self) -> Outcome {
        let rules = Rules {
            k: hundredths(&self.k)?,
            n_qualified_min: self.min_qualified.into(),
        };
        let tenders = plan::read(&self.file)?;
        let expected: Vec<_> = tenders
            .iter()
            .map(|tender| tender.expected(&rules))
            .collect::<Result<_, _>>()?;
        let waves = waves(&expected);
        let first = waves.first().ok_or_else(|| Trouble::broken("no tenders"))?;
        let dir = tempfile::tempdir()?;
        let stage = match (&self.server, &self.token) {
            (Some(server), Some(token)) => sandbox::given(server, token)?,
            _ => sandbox::own(
                dir.path(),
                TcpListener::bind("127.0.0.1:0")?,
                first.notice_at.plus(-DAY),
            )?,
        };
        let manner = Manner {
            k: self.k.clone(),
            after_draw: self.after_draw,
            needs_docs: self.docs,
            rules,
        };
        let begun = std::time::Instant::now();
        let bar = bar(tenders.len(), self.json);
        bar.set_message("the company is cast");
        let mut rehearsal = Rehearsal::cast(&stage, &manner, &tenders)?;
        rehearsal.hold(&waves, &bar)?;
        bar.set_message("everything is verified");
        if let Some(app) = &stage.app {
            // the holders have done their part: what they remember is given back first
            app.bell.dismiss();
        }
        rehearsal.verify();
        let wrong = stage.app.as_ref().map_or(Ok(Vec::new()), tables)?;
        bar.finish_and_clear();
        tracing::info!(seconds = begun.elapsed().as_secs(), "rehearsed");
        let is_good = table::print(&tenders, rehearsal.held(), &wrong, self.json)?;
        Ok(if is_good {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// What `tianping verify db` finds, run as anybody runs it.
fn tables(app: &App) -> Done<Vec<String>> {
    let program = env::current_exe().map_err(Trouble::broken)?;
    let mut command = Command::new(program);
    command
        .args(["verify", "db", "--json", "--data"])
        .arg(&app.config.data);
    let output = command.output().map_err(Trouble::broken)?;
    let report: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| Trouble::broken(String::from_utf8_lossy(&output.stderr)))?;
    Ok(serde_json::from_value(at(&report, "/wrong").clone())?)
}

fn bar(n: usize, is_hidden: bool) -> ProgressBar {
    if is_hidden {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(n.try_into().unwrap_or_default());
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
