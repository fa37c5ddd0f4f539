//! Chromium on a leash: chromedriver on a free port and one headless window of a given width.
//!
//! In: the programs `chromedriver` and `chromium` of this machine. Out: a session of WebDriver, which
//! is JSON over HTTP, and what Chromium alone can tell: its log, pictures of whole pages. Never: a
//! process or a profile that outlives the test, also when it panics.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Set where a missing browser is a failure: `tests/run` installs it.
const MUST: &str = "TIANPING_TEST_BROWSER";
/// How long the driver may take to listen.
const START: Duration = Duration::from_secs(60);
/// How long one of its answers may take on a busy machine.
const ANSWER: Duration = Duration::from_secs(60);

/// A program of this machine.
fn program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut places = env::split_paths(&path).flat_map(|dir| names.iter().map(move |name| dir.join(name)));
    places.find(|file| file.is_file())
}

/// Chromedriver and Chromium; where one is missing the reader is told that the story is left out.
pub fn programs() -> Option<(PathBuf, PathBuf)> {
    let found = program(&["chromedriver"]).zip(program(&["chromium", "chromium-browser", "google-chrome"]));
    if found.is_none() {
        assert!(
            env::var_os(MUST).is_none(),
            "{MUST}: chromium or chromedriver is missing"
        );
        eprintln!("left out: the browser story; Debian's chromium and chromium-driver are not installed");
    }
    found
}

/// Chromedriver, killed with its owner, and where Chromium keeps its things.
struct Leash {
    child: Child,
    profile: tempfile::TempDir,
}

impl Drop for Leash {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        end_processes_of(self.profile.path());
    }
}

/// The driver with its one session.
pub struct Driver {
    agent: ureq::Agent,
    /// The address of the session.
    url: String,
    leash: Leash,
}

/// An element of the page, by the name the driver gave it.
pub struct Element(String);

/// The name of an element's name, fixed by WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Driver {
    /// Starts both; the window has this width and prefers Chinese.
    pub async fn start(programs: &(PathBuf, PathBuf), width: u32) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let child = Command::new(&programs.0)
            .arg(format!("--port={port}"))
            .env("TMPDIR", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let leash = Leash { child, profile };
        let url = format!("http://127.0.0.1:{port}");
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER))
            .http_status_as_error(false)
            .build()
            .new_agent();
        let began = Instant::now();
        while agent.get(format!("{url}/status")).call().is_err() {
            assert!(began.elapsed() < START, "chromedriver does not listen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let wish = wishes(&programs.1, leash.profile.path(), width);
        let wish = json!({ "capabilities": { "alwaysMatch": wish } });
        let mut driver = Self {
            agent,
            url: format!("{url}/session"),
            leash,
        };
        let session = driver.ask("", wish).await.unwrap();
        driver.url = format!("{url}/session/{}", session["sessionId"].as_str().unwrap());
        driver
    }

    /// A command with a body; what the driver says is wrong.
    pub async fn ask(&self, command: &str, body: Value) -> Result<Value, String> {
        self.send("POST", command, Some(body)).await
    }

    /// Reads something.
    pub async fn read(&self, command: &str) -> Result<Value, String> {
        self.send("GET", command, None).await
    }

    /// Any command of WebDriver.
    pub async fn send(&self, method: &str, command: &str, body: Option<Value>) -> Result<Value, String> {
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{command}", self.url))
            .body(bytes)
            .unwrap();
        let agent = self.agent.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let mut answer = agent.run(request).unwrap();
            answer
                .body_mut()
                .with_config()
                .limit(64 << 20)
                .read_json::<Value>()
                .unwrap()
        });
        let mut answer = answer.await.unwrap();
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", answer["value"]["message"])),
            None => Ok(answer["value"].take()),
        }
    }

    /// The elements that are found, by `css selector` or `xpath`.
    pub async fn find(&self, using: &str, value: &str) -> Result<Vec<Element>, String> {
        let found = self
            .ask("/elements", json!({ "using": using, "value": value }))
            .await?;
        let element = |one: &Value| Element(one[ELEMENT].as_str().unwrap().to_owned());
        Ok(found.as_array().unwrap().iter().map(element).collect())
    }

    /// Does something to an element: `click`, `clear`, `value` with a text.
    pub async fn act(&self, element: &Element, what: &str, body: Value) -> Result<Value, String> {
        self.ask(&format!("/element/{}/{what}", element.0), body).await
    }

    /// Asks an element: `text`, `displayed`, `attribute/NAME`, `property/NAME`.
    pub async fn tell(&self, element: &Element, what: &str) -> Result<Value, String> {
        self.read(&format!("/element/{}/{what}", element.0)).await
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, args: Vec<Value>) -> Result<Value, String> {
        self.ask("/execute/sync", json!({ "script": script, "args": args }))
            .await
    }

    /// Where Chromium keeps what it downloads.
    pub fn downloads(&self) -> PathBuf {
        self.leash.profile.path().join("downloads")
    }

    /// What the pages complained of since the last time, as it stands in Chromium's log.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.ask("/se/log", json!({ "type": "browser" })).await.unwrap();
        let severe = |entry: &&Value| entry["level"] == "SEVERE";
        let text = |entry: &Value| entry["message"].as_str().unwrap().to_owned();
        log.as_array().unwrap().iter().filter(severe).map(text).collect()
    }

    /// Makes the viewport this wide, narrower than a window can be.
    pub async fn resize(&self, width: u32) {
        let height = if width < 600 { 844 } else { 900 };
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tool("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// The whole page as PNG, base64.
    pub async fn picture(&self) -> String {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let shot = self.tool("Page.captureScreenshot", whole).await;
        shot["data"].as_str().unwrap().to_owned()
    }

    async fn tool(&self, command: &str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        self.ask("/goog/cdp/execute", body).await.unwrap()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Chromium is asked to leave; whatever stays is ended with the leash
        let _ = self.agent.delete(&self.url).call();
    }
}

/// Ends the processes that were started with a profile, by their ids.
fn end_processes_of(profile: &Path) {
    let Ok(all) = fs::read_dir("/proc") else { return };
    let profile = profile.to_string_lossy();
    for process in all.flatten() {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains(profile.as_ref()) {
            let id = process.file_name();
            let _ = Command::new("kill")
                .arg("-KILL")
                .arg(id)
                .stderr(Stdio::null())
                .status();
        }
    }
}

/// What is asked of chromedriver.
fn wishes(chromium: &Path, profile: &Path, width: u32) -> Value {
    let args = [
        "--headless=new".to_owned(),
        "--no-sandbox".into(),
        "--disable-dev-shm-usage".into(),
        "--disable-gpu".into(),
        "--hide-scrollbars".into(),
        format!("--window-size={width},900"),
        format!("--user-data-dir={}", profile.join("profile").display()),
    ];
    json!({
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": chromium, "args": args,
            "prefs": {
                "intl.accept_languages": "zh-CN,zh",
                "download.default_directory": profile.join("downloads"),
                "download.prompt_for_download": false,
                "credentials_enable_service": false,
                "profile.password_manager_leak_detection": false,
            },
        },
    })
}
