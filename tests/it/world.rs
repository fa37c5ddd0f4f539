//! A whole service in process: its own database, a standing sandbox clock, fixed entropy, its front
//! door, and people with names.
//!
//! ```ignore
//! let world = World::new().await;
//! let owner = world.person("甲", &[(Role::Owner, Some("market"))]).await;
//! let reply = world.post("/tenders", Some(&owner), &json!({..})).await.expect(201);
//! world.at("2026-06-20 09:00").await; // runs what falls due on the way
//! world.end().await;
//! ```
//! When a world ends it must be whole: the journal verifies, no row was changed behind the
//! program's back, nothing is left due, no answer was an unexpected 500.

mod pg;
mod stands;

use std::{
    net::TcpListener,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::dev::ServerHandle;
use serde_json::{Value, json};
use tianping::{
    app::{App, Ask, verify},
    clock::Clock,
    config::Config,
    domain::{
        account::{Account, Organisation, OrganisationKind, RoleGrant},
        act::Act,
        actor::{Position, Role},
        id::Id,
        time::{DAY, Instant},
    },
    entropy::Entropy,
    hold::sandbox::Agents,
    http::server,
    store::{self, Fault, tx::Payload},
};

pub use crate::reply::{Authenticator, Reply};
use crate::tried;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery staple";

/// A service of its own.
pub struct World {
    /// The platform behind the front door, for reading and for the acts that have no door.
    pub app: App,
    /// Where it listens.
    pub url: String,
    /// Its files.
    pub dir: tempfile::TempDir,
    agent: ureq::Agent,
    server: ServerHandle,
    faults: AtomicUsize,
    made: Mutex<Vec<&'static str>>,
    pg_schema: Option<(String, String)>,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Who {
    /// The account.
    pub account: Id,
    /// The organisation, where there is one.
    pub organisation: Option<Id>,
    /// The organisation's credit code.
    pub code: Option<String>,
    /// The name to sign in with.
    pub login: String,
    /// A bearer token.
    pub token: String,
}

impl World {
    /// A new service at 2026-06-01 09:00.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A new service with other flags.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        // a fault is shown beside the test that met it
        let _ = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::ERROR)
            .with_test_writer()
            .try_init();
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config::sandbox(dir.path(), &url);
        let pg_schema = pg::schema_in(dir.path());
        if let Some((base, schema)) = &pg_schema {
            config.database = pg::address(base, schema);
        }
        change(&mut config);
        let clock = Clock::standing(Instant::parse_local("2026-06-01 09:00").unwrap());
        let app = App::start(config, clock, Entropy::fixed(7)).await.unwrap();
        play(&app, &[]);
        let server = server::serve(app.clone(), listener, 1).unwrap();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Self {
            app,
            url,
            dir,
            agent,
            server: handle,
            faults: AtomicUsize::new(0),
            made: Mutex::default(),
            pg_schema,
        }
    }

    /// The law's time.
    pub fn now(&self) -> Instant {
        self.app.clock.now()
    }

    /// Jumps to a Beijing time, `YYYY-MM-DD HH:MM`, through everything that falls due.
    pub async fn at(&self, local: &str) {
        self.jump(Instant::parse_local(local).unwrap()).await;
    }

    /// Jumps by a span in milliseconds, through everything that falls due.
    pub async fn later(&self, span: i64) {
        self.jump(self.now().plus(span)).await;
    }

    /// Jumps to an instant, through everything that falls due.
    pub async fn jump(&self, to: Instant) {
        assert!(to >= self.now(), "time only goes forward");
        self.app.forward(to).await.unwrap();
    }

    /// From now on these of the duties that the program plays stay silent.
    pub fn play(&self, silent: &[&str]) {
        play(&self.app, silent);
    }

    /// Lets everything happen that can happen now: due ticks, the log, what the duties have to do.
    pub async fn settle(&self) {
        self.app.settle().await.unwrap();
    }

    /// Does what is due now, and ticks the log: everything recorded is cosigned afterwards.
    pub async fn tick(&self) {
        self.app.run_due().await.unwrap();
        self.app.tick_log().await.unwrap();
    }

    /// Asks for JSON.
    pub async fn get(&self, path: &str, who: Option<&Who>) -> Reply {
        self.ask("GET", path, who, "application/json", None, &[]).await
    }

    /// Asks for a page.
    pub async fn page(&self, path: &str, who: Option<&Who>) -> Reply {
        self.ask("GET", path, who, "text/html", None, &[]).await
    }

    /// Posts JSON with a fresh idempotency key.
    pub async fn post(&self, path: &str, who: Option<&Who>, body: &Value) -> Reply {
        let body = ("application/json", body.to_string().into_bytes());
        self.ask("POST", path, who, "application/json", Some(body), &[])
            .await
    }

    /// Posts JSON of a signed act: with the password asked again and the digest of what is signed.
    pub async fn sign(&self, path: &str, who: &Who, body: &Value, digest: &str) -> Reply {
        let mut body = body.clone();
        body["password"] = json!(PASSWORD);
        body["digest"] = json!(digest);
        self.post(path, Some(who), &body).await
    }

    /// Posts a form as a browser without a script does, asking for a page.
    pub async fn form(&self, path: &str, who: Option<&Who>, fields: &[(&str, &str)]) -> Reply {
        let body = self.filled_in(fields);
        self.ask("POST", path, who, "text/html", Some(body), &[]).await
    }

    /// The fields with the hidden one that every form of an act has.
    fn filled_in(&self, fields: &[(&str, &str)]) -> (&'static str, Vec<u8>) {
        let key = self.app.entropy.id().0;
        let hidden = [("idempotency_key", key.as_str())];
        let fields = [fields, &hidden].concat();
        let body = serde_html_form::to_string(fields).unwrap().into_bytes();
        ("application/x-www-form-urlencoded", body)
    }

    /// Posts a form that stood on a page, as a browser says it.
    pub async fn form_on(&self, page: &str, path: &str, who: Option<&Who>, fields: &[(&str, &str)]) -> Reply {
        let body = self.filled_in(fields);
        let page = format!("{}{page}", self.url);
        let headers = [("Referer", page.as_str())];
        self.ask("POST", path, who, "text/html", Some(body), &headers)
            .await
    }

    /// Any request.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        who: Option<&Who>,
        accept: &str,
        body: Option<(&str, Vec<u8>)>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Accept", accept)
            .header("Accept-Language", "en");
        if let Some(who) = who {
            request = request.header("Authorization", format!("Bearer {}", who.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((kind, _)) = &body {
            request = request.header("Content-Type", *kind);
            // forms have it as a hidden field
            let has_key = kind.ends_with("form-urlencoded")
                || headers.iter().any(|(name, _)| *name == "Idempotency-Key");
            if !has_key {
                request = request.header("Idempotency-Key", self.app.entropy.id().0);
            }
        }
        let request = request
            .body(body.map(|(_, bytes)| bytes).unwrap_or_default())
            .unwrap();
        let agent = self.agent.clone();
        let mut response = tokio::task::spawn_blocking(move || agent.run(request))
            .await
            .unwrap()
            .unwrap();
        let location = response
            .headers()
            .get("Location")
            .map(|value| value.to_str().unwrap().to_owned());
        let reply = Reply {
            status: response.status().as_u16(),
            body: String::from_utf8_lossy(&response.body_mut().read_to_vec().unwrap()).into_owned(),
            location: location.unwrap_or_default(),
        };
        tried::answered(&reply);
        if reply.status == 500 {
            self.faults.fetch_add(1, Ordering::SeqCst);
        }
        reply
    }

    /// A fault was expected and is forgiven.
    pub fn forgive_fault(&self) {
        self.faults.fetch_sub(1, Ordering::SeqCst);
    }

    /// An organisation of a kind (`market`, `centre`, `bureau` ...), made once per name; its credit
    /// code is made from its name.
    pub async fn organisation(&self, name: &str, kind: &str) -> Organisation {
        let code = code_of(name);
        let kind: OrganisationKind = kind.parse().unwrap();
        let name = name.to_owned();
        self.makes(Act::OrganisationRegistered);
        self.app
            .act(
                Ask::new(
                    tianping::domain::actor::Actor::Public,
                    Act::OrganisationRegistered,
                ),
                move |tx| {
                    if let Some(known) = store::account::organisation_by_code(tx.db, &code)? {
                        tx.record(known.id.as_str(), Act::OrganisationRegistered, Vec::new())?;
                        return Ok(known);
                    }
                    let made = Organisation {
                        id: tx.id(),
                        code,
                        id_number: None,
                        name,
                        kind,
                        region: "510104".into(),
                        address: "成都市锦江区".into(),
                        declaration: String::new(),
                        declared_at: tx.now,
                        version: 1,
                    };
                    tx.insert(&made)?;
                    tx.record(made.id.as_str(), Act::OrganisationRegistered, Vec::new())?;
                    Ok(made)
                },
            )
            .await
            .unwrap()
    }

    /// Somebody with a role for an organisation of that name (`None` for experts and observers),
    /// signed in. All of an account's roles are of one organisation and region 510000.
    pub async fn person(&self, login: &str, role: Role, organisation: Option<&str>) -> Who {
        self.person_in(login, role, organisation, Position::Signatory)
            .await
    }

    /// The same, in a position of a market organisation; others have none.
    pub async fn person_in(
        &self,
        login: &str,
        role: Role,
        organisation: Option<&str>,
        position: Position,
    ) -> Who {
        let kind = match role {
            Role::CentreOperator | Role::CentreHead => "centre",
            Role::Supervisor => "bureau",
            Role::Committee => "committee",
            Role::Inspector => "inspection",
            Role::Auditor => "audit",
            _ => "market",
        };
        let organisation = match organisation {
            Some(name) => Some(self.organisation(name, kind).await),
            None => None,
        };
        let position = role.is_market().then_some(position);
        let account = self
            .open_account(login, role, position, organisation.as_ref().map(|o| o.id.clone()))
            .await;
        let session = self
            .app
            .begin_session(&account, "browser", true, 365 * DAY)
            .await
            .unwrap();
        Who {
            token: self.app.token(&session).unwrap(),
            account,
            code: organisation.as_ref().map(|o| o.code.clone()),
            organisation: organisation.map(|o| o.id),
            login: login.to_owned(),
        }
    }

    /// Somebody sets up an authenticator: the new session, and the authenticator.
    pub async fn enrol(&self, who: Who) -> (Who, Authenticator) {
        let page = self.get("/account", Some(&who)).await.expect(200).json();
        let url = page["url"].as_str().unwrap();
        let authenticator = Authenticator::of(url);
        let body = json!({ "totp": authenticator.code(), "password": PASSWORD });
        let fresh = self
            .post("/account/factor", Some(&who), &body)
            .await
            .expect(201)
            .json();
        let token = fresh["token"].as_str().unwrap().into();
        (Who { token, ..who }, authenticator)
    }

    /// An act of the world itself, which is no story.
    fn makes(&self, act: Act) {
        self.made.lock().unwrap().push(act.name());
    }

    async fn open_account(
        &self,
        login: &str,
        role: Role,
        position: Option<Position>,
        organisation: Option<Id>,
    ) -> Id {
        static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
        let hash = async || {
            self.app
                .passwords
                .hash(&self.app.entropy, PASSWORD)
                .await
                .unwrap()
        };
        let password_hash = HASH.get_or_init(hash).await.clone();
        let login = login.to_owned();
        self.makes(Act::AccountOpened);
        self.app
            .act(
                Ask::new(tianping::domain::actor::Actor::Public, Act::AccountOpened),
                move |tx| {
                    let mut account = Account {
                        id: tx.id(),
                        login: login.clone(),
                        name: login,
                        kind: role.account_kind().unwrap(),
                        power: None,
                        password_hash,
                        totp_secret: None,
                        phone: None,
                        email: None,
                        organisation_id: organisation,
                        region: "510000".into(),
                        opened_at: tx.now,
                        closed_at: None,
                    };
                    let grant = RoleGrant::new(tx.id(), &mut account, role, position, &[], tx.now)?;
                    tx.insert(&account)?;
                    tx.insert(&grant)?;
                    let facts = json!({ "made": "by the test" });
                    let payload = Payload::facts("account", "account.opened/1", &facts)?;
                    tx.record(account.id.as_str(), Act::AccountOpened, vec![payload])?;
                    Ok(account.id)
                },
            )
            .await
            .unwrap()
    }

    /// Ends the world in good order: everything pending gets its tick, then it must be whole.
    pub async fn end(self) {
        self.tick().await;
        self.server.stop(false).await;
    }

    /// What must hold of every world at its end.
    fn check(&self) {
        assert_eq!(self.faults.load(Ordering::SeqCst), 0, "an answer was a 500");
        let report = verify::database(&self.app.config, verify::Scope::Tables, &mut |_, _, _| {}).unwrap();
        assert!(report.findings.is_empty(), "verify db: {:#?}", report.findings);
        let now = self.now();
        let due = self
            .app
            .store
            .read(|db| store::tender::due(db, now, 10).map_err(Fault::from))
            .unwrap();
        assert!(due.is_empty(), "lots are left due: {due:?}");
        tried::ended(self, &self.made.lock().unwrap());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.app.bell.dismiss();
        if !std::thread::panicking() {
            self.check();
        }
        if let Some((base, schema)) = &self.pg_schema {
            use diesel::connection::SimpleConnection as _;
            let mut db = store::Db::open(base).unwrap();
            db.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"))
                .unwrap();
        }
    }
}

/// The program plays the duties of a sandbox, but those that stay silent.
fn play(app: &App, silent: &[&str]) {
    if app.config.sandbox {
        let agents = Agents::open(app).unwrap();
        let agents = silent.iter().fold(agents, |agents, duty| agents.without(duty));
        agents.play(app).unwrap();
    }
}

/// A credit code that stands for a name.
fn code_of(name: &str) -> String {
    let digest = tianping::proof::canon::Hash::of(&[name.as_bytes()]).to_hex();
    let body = digest[..8].to_uppercase();
    tianping::domain::code::CreditCode::compose("91", "510104", &body)
        .unwrap()
        .to_string()
}
