//! `tianping hold`: the machine of a duty that holds keys, keeps shares, contributes to draws: `op`,
//! `sup`, `upper`, `ten`.
//!
//! In: the duty's wrapped keys, its own trust files, the platform's address. Out: what was done. Never:
//! a secret on the command line or in the environment; two clients at work in one directory.

mod keep;
mod work;

use std::{
    fs::{self, File, OpenOptions},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use age::secrecy::SecretString;
use clap::{Args, Subcommand};

use super::{Outcome, passphrase, witness::mirror::Time};
use crate::{
    entropy::Entropy,
    hold::{
        Trouble,
        holder::{Holder, Scope},
        keys::{FileKeys, Keys as _, WORK},
        memory::Memory,
        registry::Registry,
        remote::{Clock, Remote},
    },
    proof::{
        canon::{Object as _, Token},
        parties::Parties,
        policy::Policy,
        sig::SecretKey,
    },
};

/// Holds a duty's keys: makes them, keeps them, releases them by rule.
///
/// Every command needs --dir, the directory of the duty's wrapped keys; its passphrase is asked for, or
/// read from --passphrase-file. In the first directory also lie `parties.json` and `log.policy`, which
/// the duty got out of band and compared with the digests printed in the documents, and `memory.jsonl`,
/// what this client announced and released. Who proves that the list of bids leaves his bid out, and is
/// refused by the platform, may hand the complaint to a duty: `complaint` puts it beside the memory, and no
/// key of the lot is released while it stands. The platform is asked for the rows of that bid's chain, so
/// that a bid which was replaced or withdrawn is no word against the list.
/// `agent` does everything for all lots; the other commands do one thing and end, with exit code 1 if
/// something could not be done.
#[derive(Debug, Args)]
pub struct Hold {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes the signing key and the share box of a new duty and prints its row of parties.json.
    Init(keep::Init),
    /// Joins rows that `init` printed into a parties.json.
    Parties(keep::Join),
    /// Does everything for all lots by rule, again and again: keys, shares, canaries, contributions,
    /// releases, expert draws.
    Agent(work::Agent),
    /// Makes and announces the keys that ceremonies ask for.
    Generate(work::Once),
    /// Checks and acknowledges the shares of other holders' keys.
    Acknowledge(work::Once),
    /// Answers canaries from the saved files.
    Canary(work::Once),
    /// Seals contributions to draws.
    Contribute(work::Once),
    /// Judges what is asked for and releases own keys.
    Release(work::Once),
    /// Judges what is asked for and releases shares of keys whose holders are missing after the grace.
    Recover(work::Once),
    /// Does the supervision bureau's part of expert draws: the blinded list, the calls.
    Experts(work::Once),
    /// Lists what the duty owes, and does nothing.
    Tasks(work::Tasks),
    /// Tries every saved key and every kept share, without releasing anything: the lost-key drill.
    Drill(work::Drill),
    /// Signs what the supervision bureau decides: the balls of a hall (`beacon/1`), a decision that voids
    /// a draw (`decision/1`); nothing else.
    Sign(keep::Sign),
    /// Takes a complaint about a list of bids from a bidder whom the platform refused; from then on it is
    /// heard before any key of that lot is released.
    Complaint(keep::Complained),
    /// Copies the keys and the memory for a deputy, under the deputy's own passphrase; run it again after new
    /// keys and at every take-over, since the deputy must know what was released before.
    Deputy(keep::Deputy),
    /// Hands the keys over: wraps them under a new keeper's passphrase; the old one opens nothing more.
    Handover(keep::HandOver),
    /// Answers one canary from a saved file; `canary` and `agent` call it as a fresh process.
    #[command(hide = true)]
    AnswerCanary(keep::AnswerCanary),
}

impl Hold {
    /// Runs the command.
    pub fn run(self) -> Outcome {
        match self.what {
            What::Init(init) => init.run(),
            What::Parties(join) => join.run(),
            What::Agent(agent) => agent.run(),
            What::Generate(once) => once.run(&["key"]),
            What::Acknowledge(once) => once.run(&["ack"]),
            What::Canary(once) => once.run(&["canary"]),
            What::Contribute(once) => once.run(&["contribution"]),
            What::Release(once) => once.run(&["release"]),
            What::Recover(once) => once.run(&["share"]),
            What::Experts(once) => once.run(&["items", "call"]),
            What::Tasks(tasks) => tasks.run(),
            What::Drill(drill) => drill.run(),
            What::Sign(sign) => sign.run(),
            What::Complaint(complained) => complained.run(),
            What::Deputy(deputy) => deputy.run(),
            What::Handover(handover) => handover.run(),
            What::AnswerCanary(answer) => answer.run(),
        }
    }
}

/// Where a duty's secrets lie.
#[derive(Debug, Args)]
struct Store {
    /// The directory of the wrapped keys; given twice, every key is kept in two copies.
    #[arg(
        long = "dir",
        env = "TIANPING_HOLD_DIR",
        value_delimiter = ',',
        required = true
    )]
    dirs: Vec<PathBuf>,
    /// A file whose first line is the passphrase; without it the passphrase is asked for.
    #[arg(long, env = "TIANPING_HOLD_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
    /// How many bits of work a guess of the passphrase costs (scrypt).
    #[arg(long, default_value_t = WORK, value_parser = clap::value_parser!(u8).range(1..=22))]
    work: u8,
}

impl Store {
    fn first(&self) -> Result<&PathBuf, Trouble> {
        self.dirs.first().ok_or_else(|| Trouble::new("no key directory"))
    }

    fn passphrase(&self) -> Result<SecretString, Trouble> {
        Ok(passphrase::ask(self.passphrase_file.as_ref(), "Passphrase: ")?)
    }

    /// Keeps other clients out of the directory as long as the file lives.
    fn lock(&self) -> Result<File, Trouble> {
        let path = self.first()?.join("lock");
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        file.try_lock()
            .map_err(|_| Trouble::new("another client is at work with this directory"))?;
        Ok(file)
    }
}

/// The platform and the duty that asks it.
#[derive(Debug, Args)]
struct Site {
    #[command(flatten)]
    store: Store,
    /// The platform's address, e.g. `https://jy.example.cn`.
    #[arg(long, env = "TIANPING_SERVER")]
    server: String,
    /// The duty: op, sup, upper, ten.
    #[arg(long, env = "TIANPING_HOLD_DUTY")]
    duty: String,
    /// The duty's own parties.json [default: the one in the first directory].
    #[arg(long)]
    parties: Option<PathBuf>,
    /// The duty's own log.policy [default: the one in the first directory].
    #[arg(long)]
    policy: Option<PathBuf>,
    /// The supervision bureau's own table of experts, to compare the numbers that a draw offers.
    #[arg(long)]
    registry: Option<PathBuf>,
    /// Only this lot.
    #[arg(long)]
    lot: Option<String>,
    /// Print JSON: one object a line, {"duty","what","at","trouble"}; trouble is null when it was done.
    #[arg(long)]
    json: bool,
}

/// A duty's client, ready to work.
struct Client {
    holder: Holder<FileKeys>,
    platform: Remote,
    /// Held as long as the client works.
    _lock: File,
}

impl Site {
    fn open(&self, what: &[&'static str]) -> Result<Client, Trouble> {
        let lock = self.store.lock()?;
        let dir = self.store.first()?;
        let own = |file: &Option<PathBuf>, name: &str| file.clone().unwrap_or_else(|| dir.join(name));
        let read =
            |path: PathBuf| fs::read(&path).map_err(|e| Trouble::new(format!("{}: {e}", path.display())));
        let parties = read(own(&self.parties, "parties.json"))?;
        let parties = Parties::from_bytes(parties.trim_ascii_end())?;
        let policy = read(own(&self.policy, "log.policy"))?;
        let policy: Policy = String::from_utf8_lossy(&policy).parse()?;
        let duty = Token::new(self.duty.as_str())?;
        let keys = FileKeys::open(self.store.dirs.clone(), self.store.passphrase()?, self.store.work)?;
        let signer = keys.signer();
        if duty.as_str() != "ten" && parties.key(duty.as_str())? != signer.public() {
            return Err(Trouble::new(format!(
                "the key in {} is not that of {duty}",
                dir.display()
            )));
        }
        let key = SecretKey::from_text(&signer.to_text()?)?;
        let time = Time::of(policy.logs(), Some(&self.server));
        let clock: Clock = Arc::new(move || time.now().map_err(Trouble::new));
        let platform = Remote::new(&self.server, duty.clone(), key, clock);
        let memory = Memory::open(&dir.join("memory.jsonl"), true)?;
        let mut holder = Holder::new(duty, keys, memory, (parties, policy), Entropy::system());
        holder.scope = Scope {
            what: what.to_vec(),
            lot: self.lot.as_deref().map(Token::new).transpose()?,
        };
        holder.registry = self.registry.as_deref().map(Registry::read).transpose()?;
        Ok(Client {
            holder,
            platform,
            _lock: lock,
        })
    }
}

/// 0 when everything was done, 1 when something was not.
fn code(is_done: bool) -> ExitCode {
    if is_done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
