//! An installation of one's own, that is no sandbox: platform and witness, each a process, as the
//! first start tells; its journal is verified from the witness's mirror alone.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{self, Sender},
    thread,
};

use tianping::cli::play::door::Door;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tianping");

const ORIGIN: &str = "jy.example.cn/audit/1";

/// A process that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Somebody's machine: a directory, and an address.
struct Machine {
    dir: PathBuf,
    address: String,
}

impl Machine {
    fn new(dir: &Path, name: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            dir: dir.join(name),
            address: port.local_addr().unwrap().to_string(),
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn command(&self, what: &str, store: &str, more: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args([what, "--listen", &self.address, store])
            .arg(&self.dir);
        command.args(more).env("TIANPING_LOG", "warn");
        command
    }

    /// Starts it; the first line it prints that holds this.
    fn start(&self, what: &str, store: &str, more: &[&str], line: &str) -> (Running, String) {
        let mut command = self.command(what, store, more);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (say, heard) = mpsc::channel();
        // both are read to the end, or the process would write into a closed pipe
        listen(child.stdout.take().unwrap(), say.clone());
        listen(child.stderr.take().unwrap(), say);
        let running = Running(child);
        let said = heard.into_iter().find(|said| said.contains(line));
        (
            running,
            said.unwrap_or_else(|| panic!("{what} did not say {line}")),
        )
    }
}

fn listen(to: impl Read + Send + 'static, say: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(to).lines().map_while(Result::ok) {
            let _ = say.send(line);
        }
    });
}

fn verify(what: &str, args: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["verify", what]);
    for (name, path) in args {
        command.arg(name).arg(path);
    }
    command.output().unwrap()
}

#[test]
fn a_first_start_says_what_it_needs_and_a_witness_watches_it() {
    let dir = tempfile::tempdir().unwrap();
    let centre = Machine::new(dir.path(), "centre");
    let bureau = Machine::new(dir.path(), "bureau");
    let (url, watched) = (centre.url(), bureau.url());
    // without a name nothing is made that a later start, or a sandbox, would take for its own
    let unnamed = centre.command("serve", "--data", &[]).output().unwrap();
    let why = String::from_utf8(unnamed.stderr).unwrap();
    assert!(why.contains("--origin") && !centre.dir.exists(), "{why}");
    let refused = centre.command("serve", "--data", &["--origin", ORIGIN]).output();
    let why = String::from_utf8(refused.unwrap().stderr).unwrap();
    for own in [centre.dir.clone(), centre.dir.join("tianping.db")] {
        let mode = fs::metadata(&own).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is the service's own", own.display());
    }
    let log = why.lines().find(|line| line.starts_with("log ")).expect(&why);
    let vkey = log.strip_prefix("log ").unwrap();
    let name = "jiandu.example.cn/w1";
    let more = ["--name", name, "--log", vkey, "--mirror", &url];
    let (_witness, row) = bureau.start("witness", "--store", &more, "witness ");
    let called = row.split(' ').nth(1).unwrap();
    let policy = centre.dir.join("log.policy");
    fs::write(&policy, format!("{log}\n{row}\nquorum {called}\n")).unwrap();
    let more = ["--origin", ORIGIN, "--witness", &watched];
    let (platform, link) = centre.start("serve", "--data", &more, "first start");
    let door = Door::new(&url);
    let (_, path) = link.split_once(&url).expect(&link);
    door.bytes(path, "").unwrap();
    let checkpoint = dir.path().join("checkpoint");
    let mirror = bureau.dir.join("entries");
    let args = [
        ("--policy", policy.as_path()),
        ("--entries", &mirror),
        ("--checkpoint", &checkpoint),
    ];
    let verified = door.until("the witness", || {
        fs::write(&checkpoint, door.bytes("/checkpoint", "")?).unwrap();
        let verified = verify("journal", &args);
        Ok(verified.status.success().then_some(verified))
    });
    let said = String::from_utf8(verified.unwrap().stdout).unwrap();
    assert!(said.contains("witnessed\tyes"), "{said}");
    let mut entries = fs::read(&mirror).unwrap();
    let at = entries.len() / 2;
    entries[at] ^= 1;
    fs::write(&mirror, &entries).unwrap();
    assert!(!verify("journal", &args).status.success());
    drop(platform);
    let whole = verify("db", &[("--data", &centre.dir)]);
    assert!(whole.status.success(), "{whole:?}");
    // the second start is told nothing it knows
    let (_platform, _) = centre.start("serve", "--data", &["--witness", &watched], &url);
    assert!(door.get("/clock", "").unwrap()["sandbox"] != true);
}
