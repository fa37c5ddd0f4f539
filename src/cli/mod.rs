//! The commands: one file each, over the use cases or over HTTP. `--help` is enough to use them.
//!
//! Exit codes: 0 when everything asked for was done and every check ran, 1 when something is wrong,
//! 2 when something could not be checked or the command line was not understood, 141 when whoever read the
//! output left before its end, as a shell says of any command that a pipe ended.

pub mod account;
pub mod demo;
pub mod hold;
mod passphrase;
pub mod play;
pub mod rehearse;
mod say;
pub mod seal;
pub mod serve;
pub mod verify;
pub mod witness;

use std::{io::IsTerminal as _, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    domain::refusal::Refusal,
    words::{self, Lang},
};

/// Tianping (天平): tenders, sealed bids that nobody opens early, draws that anyone recomputes.
///
/// `TIANPING_LOG` says what is logged to stderr: `warn`, `info`, `tianping=debug`.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Links for people: the first start, a lost password, a lost second factor; who has an account.
    Account(account::Account),
    /// Holds a duty's keys on its own machine: makes them, keeps them, releases them by rule.
    Hold(hold::Hold),
    /// Runs the platform.
    Serve(serve::Serve),
    /// Redoes what the platform did: a draw, a key set, an opening, a receipt, the log, the tables.
    Verify(verify::Verify),
    /// Watches a log: cosigns what only grows, mirrors it, raises alarms.
    Witness(witness::Serve),
    /// Make a signing key, seal a bid offline, send or withdraw it
    Seal(seal::Seal),
    /// Show the whole job: a sandbox with people of every role and lots in every stage
    Demo(demo::Demo),
    /// Hold tenders from a CSV file as all parties, and verify everything
    Rehearse(rehearse::Rehearse),
}

impl Command {
    /// What is logged where nothing else is asked for: what a service does; of the two that show a whole
    /// job on a terminal only what goes wrong, so that what they say there can be read.
    fn log(&self) -> &'static str {
        match self {
            Self::Demo(_) | Self::Rehearse(_) => "warn",
            Self::Account(_)
            | Self::Hold(_)
            | Self::Serve(_)
            | Self::Verify(_)
            | Self::Witness(_)
            | Self::Seal(_) => "warn,tianping=info",
        }
    }
}

/// 128 and the number of the signal by which a pipe without a reader ends a command.
const UNREAD: u8 = 141;

/// What a step of a command comes to; why not is said as it is.
pub type Try<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What a command comes to.
pub type Outcome = Try<ExitCode>;

/// A refusal as it is told on a terminal: the sentence, what it rests on, what to do.
fn told(refusal: &Refusal) -> String {
    let facts: Vec<(&str, &str)> = refusal
        .facts
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let key = words::refusal(refusal.reason.code);
    let advice = words::find(Lang::En, &format!("{key}-do"), &facts).unwrap_or_default();
    format!(
        "{} ({}) {advice}",
        words::say(Lang::En, &key, &facts),
        refusal.basis()
    )
}

/// Runs the command line.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // the log goes to stderr, so that what a command prints stays clean
    let filter = tracing_subscriber::EnvFilter::try_from_env("TIANPING_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(cli.command.log()));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let outcome = match cli.command {
        Command::Account(account) => account.run(),
        Command::Hold(hold) => hold.run(),
        Command::Serve(serve) => serve.run(),
        Command::Verify(verify) => verify.run(),
        Command::Witness(witness) => witness.run(),
        Command::Seal(seal) => seal.run(),
        Command::Demo(demo) => demo.run(),
        Command::Rehearse(rehearse) => rehearse.run(),
    };
    outcome.unwrap_or_else(|error| {
        if say::is_unread(error.as_ref()) {
            return ExitCode::from(UNREAD);
        }
        eprintln!("tianping: {error}");
        ExitCode::FAILURE
    })
}
