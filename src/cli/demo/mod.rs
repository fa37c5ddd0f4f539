//! `tianping demo`: a sandbox in a fresh directory with people of every role and lots in every stage.
//!
//! In: an address. Out: the front door at once, the logins, then the lots as the parties make them
//! through the public interface. Never: a directory that holds something already.

mod scene;

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;

use super::{
    Outcome,
    play::{
        company::{self, REGION, STAFF_REGION},
        door::{Done, Trouble},
        sandbox,
    },
};
use crate::{
    app::cast::{PASSWORD, Part, Troupe},
    domain::{
        account::OrganisationKind,
        actor::{Position, Role},
        time::Instant,
    },
};

/// When the demo begins.
const BEGINS: &str = "2026-06-01 09:00";

/// Show the whole job: a sandbox with people of every role and lots in every stage
///
/// Holders of keys, the witness and the owner's signing key are played by the program itself; nothing
/// here has legal effect. The clock begins at 2026-06-01 09:00 and moves on while the lots are made.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where to keep its files: an empty or new directory; a temporary one where it is missing.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Make the people, and no lots.
    #[arg(long)]
    bare: bool,
}

impl Demo {
    /// Runs until it is told to stop.
    pub fn run(self) -> Outcome {
        let kept = tempfile::tempdir()?;
        let dir = self.data.clone().unwrap_or_else(|| kept.path().to_owned());
        if dir.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(format!(
                "{}: not empty; the demo begins in a fresh directory",
                dir.display()
            )
            .into());
        }
        let at = Instant::parse_local(BEGINS).ok_or_else(|| Trouble::broken(BEGINS))?;
        let sandbox = sandbox::own(&dir, TcpListener::bind(self.listen)?, at)?;
        println!("http://{}", self.listen);
        println!("password of everybody: {PASSWORD}; the page of signing in shows the one-time codes");
        let scene = extras(&sandbox).and_then(|()| scene::Scene::cast(&sandbox))?;
        println!("people:\n{}", people(&scene));
        println!("holders of keys, witness and the owner's signing key are played by the program");
        if !self.bare {
            let made = scene.make(|what| println!("{what}"));
            match made {
                Ok(()) => println!("ready: lots in every stage"),
                Err(trouble) => eprintln!("tianping: the lots could not all be made: {trouble}"),
            }
        }
        if let Some(thread) = sandbox.thread {
            thread
                .join()
                .map_err(|_| Trouble::broken("the sandbox ended badly"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Those of the cast who have no part in the lots.
const EXTRAS: [(&str, Role, &str, OrganisationKind); 10] = [
    ("clerk", Role::Owner, "锦江建设发展公司", OrganisationKind::Market),
    (
        "agency",
        Role::Agency,
        "天府招标代理公司",
        OrganisationKind::Market,
    ),
    (
        "head",
        Role::CentreHead,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "inspector",
        Role::Inspector,
        "纪检监察组",
        OrganisationKind::Inspection,
    ),
    ("auditor", Role::Auditor, "审计局", OrganisationKind::Audit),
    (
        "observer",
        Role::CivicObserver,
        "住房和城乡建设局",
        OrganisationKind::Bureau,
    ),
    (
        "sysadmin",
        Role::SystemAdmin,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "secadmin",
        Role::SecurityAdmin,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "auditadmin",
        Role::AuditAdmin,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "newcomer",
        Role::Bidder,
        "新锐市政工程公司",
        OrganisationKind::Market,
    ),
];

fn extras(sandbox: &sandbox::Sandbox) -> Done<()> {
    let parts: Vec<Part> = EXTRAS
        .iter()
        .map(|(login, role, organisation, kind)| Part {
            login: (*login).to_owned(),
            name: None,
            role: *role,
            // the only extra of a party of the lots: who drafts and proposes, and cannot sign
            position: (*login == "clerk").then_some(Position::Preparer),
            organisation: Some(Troupe {
                name: (*organisation).to_owned(),
                kind: *kind,
                code: None,
            }),
            region: if role.is_market() { REGION } else { STAFF_REGION }.to_owned(),
        })
        .collect();
    company::cast(&sandbox.door, &sandbox.token, &parts).map(drop)
}

/// The list of logins, a role a line.
fn people(scene: &scene::Scene<'_>) -> String {
    let principals = [
        ("owner", "owner"),
        ("centre", "centre operator"),
        ("committee", "committee"),
        ("bureau", "supervisor"),
    ];
    let principals = principals.map(|(login, role)| (login.to_owned(), role.to_owned()));
    let extras = EXTRAS.map(|(login, role, ..)| (login.to_owned(), role.word().replace('_', " ")));
    let bidders = scene
        .bidders()
        .map(|login| (login.to_owned(), "bidder".to_owned()));
    let experts = scene
        .experts()
        .take(3)
        .map(|login| (login.to_owned(), "expert".to_owned()));
    let lines = principals.into_iter().chain(bidders).chain(experts).chain(extras);
    let lines: Vec<String> = lines
        .map(|(login, role)| format!("  {login:<12} {role}"))
        .collect();
    lines.join("\n")
}
