//! `tianping account`: what the operators do on the server for people who cannot sign in.
//!
//! In: an installation, running or not. Out: one-time links, each to be handed to its person, or the
//! list of accounts. Never: a password chosen for somebody, a right given, an act without its event.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{
    Outcome, Try, say,
    serve::{Installation, sentence},
};
use crate::{
    app::{App, Ask, Error, account::AccountRow, invitation::Invited, platform, setup::SetUp},
    clock::{self, Clock},
    domain::{act::Act, actor::Actor, time::Instant},
    entropy::Entropy,
};

/// The arguments of `account`.
#[derive(Debug, Args)]
pub struct Account {
    #[command(flatten)]
    at: Installation,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A one-time link: of the first start, or for somebody who lost the password.
    Link {
        /// The name to sign in with; without it the link of the first start.
        login: Option<String>,
    },
    /// Takes a lost second factor away and prints a one-time link; every session of the account ends.
    Reset {
        /// The name to sign in with.
        login: String,
    },
    /// Makes the three administrators, who are three people; prints a one-time link for each.
    Create(Create),
    /// The accounts of staff and administrators.
    List,
}

#[derive(Debug, Args)]
struct Create {
    /// GB/T 2260 code of the place the platform serves.
    #[arg(long)]
    region: String,
    /// The system administrator, LOGIN:NAME.
    #[arg(long, value_parser = person)]
    system: (String, String),
    /// The security administrator, LOGIN:NAME.
    #[arg(long, value_parser = person)]
    security: (String, String),
    /// The audit administrator, LOGIN:NAME.
    #[arg(long, value_parser = person)]
    audit: (String, String),
}

fn person(text: &str) -> Result<(String, String), String> {
    let (login, name) = text.split_once(':').ok_or("expected LOGIN:NAME")?;
    Ok((login.to_owned(), name.to_owned()))
}

/// A link as it is printed.
#[derive(Debug, Serialize)]
struct Printed {
    login: String,
    name: String,
    link: String,
}

impl Account {
    /// Runs the command.
    pub fn run(self) -> Outcome {
        actix_web::rt::System::new().block_on(async {
            let app = self.open()?;
            match &self.what {
                What::List => self.list(&app).await,
                What::Link { login: None } => self.first_link(&app).await,
                What::Link { login: Some(login) } => {
                    self.hand_out(&app, &[told(app.readmit(login, false).await)?])
                }
                What::Reset { login } => self.hand_out(&app, &[told(app.readmit(login, true).await)?]),
                What::Create(create) => self.create(&app, create).await,
            }
        })
    }

    /// The installation, which may be running meanwhile; nothing of a start is recorded.
    fn open(&self) -> Try<App> {
        let config = self.at.config(false);
        let sandbox = platform::is_sandbox(&config)?
            .ok_or("there is no platform yet: start it once with `tianping serve`")?;
        let clock = if sandbox {
            // a command is no passage of the law's time
            Clock::standing(Instant(0))
        } else {
            Clock::real()
        };
        let (app, last) = told(App::open(self.at.config(sandbox), clock, Entropy::system()))?;
        app.clock.forward_to(last.map_or_else(clock::machine, Instant));
        Ok(app)
    }

    async fn first_link(&self, app: &App) -> Outcome {
        let Some(link) = told(app.set_up_link().await)? else {
            return Err("there are administrators; give a login for a link of theirs".into());
        };
        self.print(&[Printed {
            login: String::new(),
            name: String::new(),
            link,
        }])
    }

    async fn create(&self, app: &App, create: &Create) -> Outcome {
        let link = told(app.set_up_link().await)?.ok_or("there are administrators")?;
        let token = link.split_once("?token=").map(|(_, token)| token.to_owned());
        let [system, security, audit] = [&create.system, &create.security, &create.audit].map(Clone::clone);
        let x = SetUp {
            token: token.unwrap_or_default(),
            region: create.region.clone(),
            system_login: system.0,
            system_name: system.1,
            security_login: security.0,
            security_name: security.1,
            audit_login: audit.0,
            audit_name: audit.1,
        };
        let ask = Ask::new(Actor::Public, Act::PlatformSetUp);
        self.hand_out(app, &told(app.set_up(ask, x).await)?)
    }

    fn hand_out(&self, app: &App, invited: &[Invited]) -> Outcome {
        let links = app.links(invited).links.into_iter().map(|link| Printed {
            login: link.login,
            name: link.name,
            link: link.link,
        });
        self.print(&links.collect::<Vec<_>>())
    }

    fn print(&self, links: &[Printed]) -> Outcome {
        if self.json {
            say::line(serde_json::to_string_pretty(links)?)?;
            return Ok(ExitCode::SUCCESS);
        }
        for row in links {
            say::line(format_args!(
                "{}",
                [&row.login, &row.name, &row.link]
                    .map(String::as_str)
                    .join(" ")
                    .trim()
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn list(&self, app: &App) -> Outcome {
        let mut rows: Vec<AccountRow> = Vec::new();
        let mut after = String::new();
        loop {
            let page = told(app.accounts(&after).await)?;
            let Some(last) = page.rows.last().map(|row| row.login.clone()) else {
                break;
            };
            rows.extend(page.rows);
            if page.next.is_none() {
                break;
            }
            after = last;
        }
        if self.json {
            say::line(serde_json::to_string_pretty(&rows)?)?;
            return Ok(ExitCode::SUCCESS);
        }
        for row in rows {
            let state = match (row.closed_at, row.has_password, row.has_factor) {
                (Some(_), ..) => "closed",
                (None, false, _) => "no password",
                (None, true, false) => "no second factor",
                (None, true, true) => "ready",
            };
            let roles: Vec<&str> = row.roles.iter().map(|role| role.word()).collect();
            say::line(format_args!(
                "{}\t{}\t{}\t{state}\t{}",
                row.login,
                row.name,
                row.kind,
                roles.join(" ")
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// An answer of a use case, its error as the operator is told it.
fn told<T>(answer: Result<T, Error>) -> Result<T, String> {
    answer.map_err(|error| match error {
        Error::NotFound => "there is no such account".to_owned(),
        Error::Refused(refusal) => super::told(&refusal),
        Error::Forbidden | Error::Stale | Error::Slow(_) | Error::Unknown | Error::Fault(_) => {
            sentence(&error)
        }
    })
}
