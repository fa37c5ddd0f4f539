//! The holders of a sandbox: the program itself plays `op`, `sup`, `upper` and `ten`, with the code of
//! the real client and keys that nobody wraps, in the data directory.
//!
//! In: a sandbox. Out: everything the duties have to do, done. Never: anything of this outside a
//! sandbox: [`Agents::open`] refuses, and nothing else loads a layer identity.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
};

use zeroize::Zeroizing;

use super::{
    Outcome, Trouble,
    holder::{Deed, Holder},
    keys::Keys,
    memory::Memory,
    platform::Direct,
};
use crate::{
    app::{
        App,
        ceremony::TRUST_FILE,
        hold::{Client, Place},
        sandbox::{DUTY_KEY, HOLDERS, OWNER},
    },
    domain::code::CreditCode,
    proof::{
        canon::{Object as _, Token},
        envelope::Identity,
        note::{KeyType, Vkey},
        parties::{Parties, Party},
        sig::SecretKey,
    },
    secrets::key,
};

/// How many threads read the database for them.
const READERS: usize = 4;

/// The organisations that the built-in duties belong to: duty, region of the code, its body.
pub const ORGANISATIONS: [(&str, &str, &str); 3] = [
    ("op", "350200", "TPCENTR1"),
    ("sup", "350200", "TPBUREAU"),
    ("upper", "350000", "TPUPPER1"),
];

/// The credit code of a built-in organisation: an invented public body (12).
pub fn credit_code(duty: &str) -> Outcome<String> {
    let row = ORGANISATIONS.iter().find(|(name, ..)| *name == duty);
    let (_, region, body) = row.ok_or_else(|| Trouble::new(format!("no built-in {duty}")))?;
    let code = CreditCode::compose("12", region, body).map_err(|_| Trouble::new("credit code"))?;
    Ok(code.to_string())
}

/// Unwrapped secrets: the duty's keys in files, the identities appended to one file.
pub struct PlainKeys {
    signer: SecretKey,
    inbox: Identity,
    file: File,
    texts: BTreeMap<String, Zeroizing<String>>,
}

impl PlainKeys {
    fn open(dir: &Path, app: &App) -> Outcome<Self> {
        fs::create_dir_all(dir)?;
        let seed = key(dir, DUTY_KEY, &app.entropy).map_err(Trouble::new)?;
        let inbox = key(dir, "box.key", &app.entropy).map_err(Trouble::new)?;
        let path = dir.join("identities");
        let known = if path.exists() {
            Zeroizing::new(fs::read_to_string(&path)?)
        } else {
            Zeroizing::default()
        };
        let lines = known.lines().filter_map(|line| line.split_once(' '));
        Ok(Self {
            signer: SecretKey::from_seed(&seed),
            inbox: Identity::generate(*inbox),
            texts: lines
                .map(|(name, text)| (name.to_owned(), Zeroizing::new(text.to_owned())))
                .collect(),
            file: OpenOptions::new().create(true).append(true).open(path)?,
        })
    }
}

impl Keys for PlainKeys {
    fn signer(&self) -> &SecretKey {
        &self.signer
    }

    fn inbox(&self) -> Option<&Identity> {
        Some(&self.inbox)
    }

    fn save(&mut self, name: &str, text: &str) -> Outcome<()> {
        if self.texts.contains_key(name) {
            return Err(Trouble::new(format!("{name} is kept already")));
        }
        writeln!(self.file, "{name} {text}")?;
        self.texts
            .insert(name.to_owned(), Zeroizing::new(text.to_owned()));
        Ok(())
    }

    fn load(&self, name: &str) -> Outcome<Zeroizing<String>> {
        let text = self.texts.get(name).cloned();
        text.ok_or_else(|| Trouble::new(format!("no identity {name}")))
    }
}

/// The built-in holders.
pub struct Agents {
    holders: Vec<Holder<PlainKeys>>,
    /// What the log was told could not be done.
    told: BTreeMap<(Token, &'static str, Place), String>,
}

impl Agents {
    /// Opens the keys of all duties, making them and the trust file at first.
    pub fn open(app: &App) -> Outcome<Self> {
        if !app.config.sandbox {
            return Err(Trouble::new("built-in holders belong to a sandbox"));
        }
        let dir = app.config.data.join(HOLDERS);
        let duties = ORGANISATIONS.iter().map(|(duty, ..)| *duty).chain([OWNER]);
        let mut keys = Vec::new();
        for duty in duties {
            keys.push((Token::new(duty)?, PlainKeys::open(&dir.join(duty), app)?));
        }
        let standing = standing(app, &keys)?;
        let mut holders = Vec::new();
        for (duty, keys) in keys {
            let memory = Memory::open(&dir.join(duty.as_str()).join("memory.jsonl"), false)?;
            let trust = (standing.clone(), app.journal.policy.clone());
            holders.push(Holder::new(duty, keys, memory, trust, app.entropy.clone()));
        }
        Ok(Self {
            holders,
            told: BTreeMap::new(),
        })
    }

    /// The same, and one of them stays silent from now on.
    #[must_use]
    pub fn without(mut self, duty: &str) -> Self {
        self.holders.retain(|holder| holder.duty.as_str() != duty);
        self
    }

    /// Takes the calls of a sandbox on a thread of its own, until its bell dismisses them.
    pub fn play(mut self, app: &App) -> Outcome<()> {
        let mut calls = app.bell.hear();
        let app = app.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(READERS)
            .enable_all()
            .build()?;
        let work = move || {
            runtime.block_on(async {
                while let Some(call) = calls.recv().await {
                    let mut callers = vec![call];
                    while let Ok(call) = calls.try_recv() {
                        callers.push(call);
                    }
                    let done = self.work(&app).await;
                    for caller in callers {
                        // who only rang does not wait for the answer
                        caller.send(done).ok();
                    }
                }
            });
        };
        std::thread::Builder::new().name("holders".into()).spawn(work)?;
        Ok(())
    }

    /// Does what there is to do and says in the log what could not be done, once; whether anything
    /// was done.
    async fn work(&mut self, app: &App) -> bool {
        let deeds = match self.run_once(app).await {
            Ok(deeds) => deeds,
            Err(trouble) => {
                tracing::error!(%trouble, "the built-in holders cannot work");
                return false;
            }
        };
        let mut done = false;
        for deed in deeds.into_iter().filter(|deed| !deed.waits) {
            let name = (deed.duty, deed.what, deed.at);
            let Some(trouble) = deed.trouble else {
                done = true;
                self.told.remove(&name);
                continue;
            };
            if self.told.get(&name) != Some(&trouble) {
                let (duty, what, at) = &name;
                tracing::warn!(%duty, what, lot = %at.lot, stage = %at.stage, trouble, "not done");
                self.told.insert(name, trouble);
            }
        }
        done
    }

    /// Lets every duty do what it has to do, until nobody has anything to do; the deeds of all.
    pub async fn run_once(&mut self, app: &App) -> Outcome<Vec<Deed>> {
        let mut all = Vec::new();
        loop {
            let mut done = 0;
            for holder in &mut self.holders {
                let client = Client {
                    duty: holder.duty.clone(),
                    key: holder.keys.signer().public(),
                };
                let deeds = holder.round(&Direct::new(app, client)).await?;
                done += deeds.iter().filter(|deed| deed.trouble.is_none()).count();
                all.extend(deeds);
            }
            if done == 0 {
                return Ok(all);
            }
        }
    }
}

/// The trust file of the built-in duties, written at first.
fn standing(app: &App, keys: &[(Token, PlainKeys)]) -> Outcome<Parties> {
    let path = app.config.data.join(TRUST_FILE);
    if path.exists() {
        return Ok(Parties::from_bytes(fs::read(&path)?.trim_ascii_end())?);
    }
    let mut parties = Vec::new();
    for (duty, keys) in keys {
        let is_owner = duty.as_str() == OWNER;
        let name = format!("sandbox.{duty}");
        parties.push(Party {
            duty: duty.clone(),
            org: if is_owner {
                OWNER.to_owned()
            } else {
                credit_code(duty.as_str())?
            },
            key: Some(Vkey::new(name, KeyType::Ed25519, keys.signer.public())?),
            inbox: if is_owner {
                None
            } else {
                Some(keys.inbox.recipient()?)
            },
        });
    }
    parties.sort_by(|a, b| a.duty.cmp(&b.duty));
    let parties = Parties { parties };
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(&path, parties.bytes()?)?;
    Ok(parties)
}
