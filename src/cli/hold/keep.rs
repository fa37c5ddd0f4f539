//! What a duty's keeper does with its keys alone: making them, deputies, hand-over.

use std::{
    fs,
    io::{self, Read as _},
    path::PathBuf,
};

use age::secrecy::SecretString;
use clap::Args;

use super::{Outcome, Store, code, passphrase};
use crate::{
    cli::say,
    domain::code::CreditCode,
    entropy::Entropy,
    hold::keys::{self, FileKeys, Keys as _},
    proof::{
        canary,
        canon::{Hash, Object as _, Token},
        closing::Decision,
        complaint::Complaint,
        draw::Beacon,
        envelope::Identity,
        note::{KeyType, Vkey},
        parties::{Parties, Party},
        policy::Policy,
        sig::SecretKey,
    },
};

/// The flags of `init`.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    store: Store,
    /// The duty: op, sup, upper, ten.
    #[arg(long, value_parser = ["op", "sup", "upper", "ten", "agency"])]
    duty: String,
    /// The unified social credit code (统一社会信用代码) of the organisation.
    #[arg(long)]
    org: String,
    /// The name of the signing key, e.g. jianguan.example.cn/hold/1 [default: the credit code].
    #[arg(long)]
    name: Option<String>,
}

impl Init {
    /// Makes the keys and prints the row.
    pub fn run(self) -> Outcome {
        let duty = Token::new(self.duty.as_str())?;
        let org = CreditCode::parse(&self.org, "org").map_err(|refusal| crate::cli::told(&refusal))?;
        let passphrase = self.store.passphrase()?;
        let entropy = Entropy::system();
        let seed: [u8; 32] = entropy.bytes();
        let inbox = Identity::generate(entropy.bytes());
        FileKeys::create(&self.store.dirs, &passphrase, self.store.work, (&seed, &inbox))?;
        let public = SecretKey::from_seed(&seed).public();
        let name = self.name.unwrap_or_else(|| org.to_string());
        let row = Party {
            duty,
            org: org.to_string(),
            key: Some(Vkey::new(name, KeyType::Ed25519, public)?),
            inbox: Some(inbox.recipient()?),
        };
        say::line(serde_json::to_string(&row)?)?;
        Ok(code(true))
    }
}

/// The flags of `parties`.
#[derive(Debug, Args)]
pub struct Join {
    /// Files with one row each.
    #[arg(required = true)]
    rows: Vec<PathBuf>,
}

impl Join {
    /// Prints the file; its SHA-256 goes to stderr, to be printed in the documents.
    pub fn run(self) -> Outcome {
        let mut parties = Vec::new();
        for path in &self.rows {
            let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            parties.push(serde_json::from_str::<Party>(&text)?);
        }
        parties.sort_by(|a, b| a.duty.cmp(&b.duty));
        let bytes = Parties { parties }.bytes()?;
        eprintln!("SHA-256 {}", Hash::of(&[&bytes]));
        say::line(String::from_utf8(bytes)?)?;
        Ok(code(true))
    }
}

/// The flags of `deputy`.
#[derive(Debug, Args)]
pub struct Deputy {
    #[command(flatten)]
    store: Store,
    /// The deputy's directory.
    #[arg(long)]
    to: PathBuf,
    /// A file whose first line is the deputy's passphrase; without it it is asked for.
    #[arg(long)]
    to_passphrase_file: Option<PathBuf>,
}

impl Deputy {
    /// Copies the keys, the trust files and the memory.
    pub fn run(self) -> Outcome {
        let _lock = self.store.lock()?;
        let own = self.store.passphrase()?;
        let deputy = passphrase::fresh(self.to_passphrase_file.as_ref(), "The deputy's passphrase: ")?;
        let dir = self.store.first()?;
        let n = keys::copy(dir, &own, &self.to, &deputy, self.store.work)?;
        for name in ["parties.json", "log.policy", "memory.jsonl"] {
            if dir.join(name).exists() {
                fs::copy(dir.join(name), self.to.join(name))?;
            }
        }
        say::line(format_args!(
            "{n} keys are in {} for the deputy",
            self.to.display()
        ))?;
        say::line("only one of the two may be at work: stop this client before the deputy starts its own")?;
        Ok(code(true))
    }
}

/// The flags of `handover`.
#[derive(Debug, Args)]
pub struct HandOver {
    #[command(flatten)]
    store: Store,
    /// A file whose first line is the new keeper's passphrase; without it it is asked for.
    #[arg(long)]
    new_passphrase_file: Option<PathBuf>,
}

impl HandOver {
    /// Wraps every key anew.
    pub fn run(self) -> Outcome {
        let _lock = self.store.lock()?;
        let own = self.store.passphrase()?;
        let new = passphrase::fresh(self.new_passphrase_file.as_ref(), "The new keeper's passphrase: ")?;
        let n = keys::rewrap(&self.store.dirs, &own, &new, self.store.work)?;
        say::line(format_args!("{n} files open with the new passphrase only"))?;
        say::line("destroy every older copy of them, and those of deputies")?;
        Ok(code(true))
    }
}

/// The flags of `sign`.
#[derive(Debug, Args)]
pub struct Sign {
    #[command(flatten)]
    store: Store,
    /// The file with the object as the page shows it; "-" reads it from stdin.
    object: PathBuf,
}

impl Sign {
    /// Prints `signed/1`; what was signed and its SHA-256 go to stderr, to be compared with the page.
    pub fn run(self) -> Outcome {
        let bytes = if self.object.as_os_str() == "-" {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes)?;
            bytes
        } else {
            fs::read(&self.object).map_err(|e| format!("{}: {e}", self.object.display()))?
        };
        let bytes = bytes.trim_ascii();
        let keys = FileKeys::open(self.store.dirs.clone(), self.store.passphrase()?, self.store.work)?;
        let signed = if let Ok(beacon) = Beacon::from_bytes(bytes) {
            eprintln!(
                "balls of {} attempt {}: {}",
                beacon.draw, beacon.attempt, beacon.digits
            );
            keys.signer().sign_object(&beacon)?
        } else {
            let decision = Decision::from_bytes(bytes)
                .map_err(|flaw| format!("neither beacon/1 nor decision/1 in canonical form: {flaw}"))?;
            eprintln!("{} of {}: {}", decision.what, decision.lot, decision.reason);
            keys.signer().sign_object(&decision)?
        };
        eprintln!("SHA-256 {}", Hash::of(&[bytes]).to_hex());
        say::line(String::from_utf8(signed.bytes()?)?)?;
        Ok(code(true))
    }
}

/// The flags of `complaint`.
#[derive(Debug, Args)]
pub struct Complained {
    #[command(flatten)]
    store: Store,
    /// The file that the bidder handed over, as `tianping seal complain` writes it.
    file: PathBuf,
}

impl Complained {
    /// Keeps the complaint, unless it cannot be read or has no word of the log in it. No key is needed.
    pub fn run(self) -> Outcome {
        let dir = self.store.first()?;
        let bytes = fs::read(&self.file).map_err(|e| format!("{}: {e}", self.file.display()))?;
        let complaint: Complaint = serde_json::from_slice(&bytes)
            .map_err(|e| format!("{}: no complaint: {e}", self.file.display()))?;
        let policy: Policy = fs::read_to_string(dir.join("log.policy"))?.parse()?;
        if complaint.chain(&policy).is_none() {
            return Err("no acknowledgement or receipt of the log for the submission in it".into());
        }
        let name = format!("{}.json", complaint.x.0.x_digest()?.to_hex());
        let all = dir.join("complaints");
        fs::create_dir_all(&all)?;
        // whole or not at all: a client reads every file there is
        let half = all.join(format!("{name}.part"));
        fs::write(&half, &bytes)?;
        fs::rename(&half, all.join(&name))?;
        say::line(all.join(&name).display())?;
        Ok(code(true))
    }
}

/// The flags of `answer-canary`.
#[derive(Debug, Args)]
pub struct AnswerCanary {
    /// Digest of the announcement.
    #[arg(long)]
    key: String,
    /// The saved file.
    #[arg(long)]
    file: PathBuf,
}

impl AnswerCanary {
    /// One line of passphrase and the ciphertext on stdin, the answer on stdout.
    pub fn run(self) -> Outcome {
        let mut input = Vec::new();
        io::stdin().read_to_end(&mut input)?;
        let at = input
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or("no passphrase")?;
        let (line, rest) = input.split_at(at);
        let word = SecretString::from(String::from_utf8(line.to_vec())?);
        let sealed = fs::read(&self.file)?;
        let identity = Identity::parse(keys::unwrap(&sealed, &word)?.trim())?;
        let ciphertext = rest.get(1..).unwrap_or_default();
        let answer = canary::answer(&identity, Hash::from_hex(&self.key)?, ciphertext)?;
        say::line(String::from_utf8(answer.bytes()?)?)?;
        Ok(code(true))
    }
}
