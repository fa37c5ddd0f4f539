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
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Outcome,
    play::{
        company::{self, REGION, STAFF_REGION},
        door::{Done, Trouble},
        sandbox,
    },
    say,
};
use crate::{
    app::cast::{PASSWORD, Part, Player, Troupe},
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
    /// Print JSON, one line per thing said.
    #[arg(long)]
    json: bool,
}

/// Somebody of the cast, as the demo prints him.
#[derive(Debug, Serialize)]
struct Listed {
    login: String,
    role: Role,
    /// The one-time code of now, where one is asked for.
    code: Option<String>,
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
        let address = format!("http://{}", self.listen);
        self.tell(
            &format!(
                "{address}\npassword of everybody: {PASSWORD}; the page of signing in shows the one-time codes"
            ),
            json!({ "address": address, "password": PASSWORD }),
        );
        let (extras, scene) = (extras(&sandbox)?, scene::Scene::cast(&sandbox)?);
        let people = people(&scene, &extras);
        self.tell(
            &format!(
                "people, with the one-time codes of now:\n{}\nholders of keys, witness and the owner's signing key are played by the program",
                table(&people)
            ),
            json!({ "people": people }),
        );
        if !self.bare {
            let made = scene.make(|what| self.tell(what, json!({ "made": what })));
            match made {
                Ok(()) => self.tell("ready: lots in every stage", json!({ "ready": true })),
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

    /// Says something on the terminal; the demo goes on when nobody reads it any more.
    fn tell(&self, words: &str, json: Value) {
        let said = if self.json {
            say::line(json)
        } else {
            say::line(words)
        };
        if let Err(error) = said {
            tracing::info!(%error, "not said");
        }
    }
}

/// Those of the cast who have no part in the lots: login, name, role, organisation.
const EXTRAS: [(&str, &str, Role, &str, OrganisationKind); 10] = [
    (
        "clerk",
        "吴小燕",
        Role::Owner,
        "锦江建设发展公司",
        OrganisationKind::Market,
    ),
    (
        "agency",
        "马国庆",
        Role::Agency,
        "天府招标代理公司",
        OrganisationKind::Market,
    ),
    (
        "head",
        "高向阳",
        Role::CentreHead,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "inspector",
        "唐正",
        Role::Inspector,
        "纪检监察组",
        OrganisationKind::Inspection,
    ),
    (
        "auditor",
        "许明哲",
        Role::Auditor,
        "审计局",
        OrganisationKind::Audit,
    ),
    (
        "observer",
        "冯玉兰",
        Role::CivicObserver,
        "住房和城乡建设局",
        OrganisationKind::Bureau,
    ),
    (
        "sysadmin",
        "邓立新",
        Role::SystemAdmin,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "secadmin",
        "曹海燕",
        Role::SecurityAdmin,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "auditadmin",
        "韩长青",
        Role::AuditAdmin,
        "公共资源交易中心",
        OrganisationKind::Centre,
    ),
    (
        "newcomer",
        "林子涵",
        Role::Bidder,
        "新锐市政工程公司",
        OrganisationKind::Market,
    ),
];

fn extras(sandbox: &sandbox::Sandbox) -> Done<Vec<Player>> {
    let parts: Vec<Part> = EXTRAS
        .iter()
        .map(|(login, name, role, organisation, kind)| Part {
            login: (*login).to_owned(),
            name: Some((*name).to_owned()),
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
    company::cast(&sandbox.door, &sandbox.token, &parts)
}

/// Everybody who can sign in: of the experts the first few.
fn people(scene: &scene::Scene<'_>, extras: &[Player]) -> Vec<Listed> {
    let bidders = scene.bidders().map(|bidder| (bidder, Role::Bidder));
    let experts = scene
        .experts()
        .iter()
        .take(3)
        .map(|expert| (expert, Role::Expert));
    let extras = extras
        .iter()
        .zip(EXTRAS)
        .map(|(player, (_, _, role, ..))| (player, role));
    let all = scene
        .principals()
        .into_iter()
        .chain(bidders)
        .chain(experts)
        .chain(extras);
    all.map(|(player, role)| Listed {
        login: player.login.clone(),
        role,
        code: player.totp.clone(),
    })
    .collect()
}

/// The list of logins: role, and the one-time code where one is asked for.
fn table(people: &[Listed]) -> String {
    let line = |one: &Listed| {
        let role = one.role.word().replace('_', " ");
        let code = one.code.as_deref().unwrap_or("-");
        format!("  {:<12} {role:<16} {code}", one.login)
    };
    people.iter().map(line).collect::<Vec<_>>().join("\n")
}
