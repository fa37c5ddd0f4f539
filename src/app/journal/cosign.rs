//! Asking the witnesses: in process for a sandbox, by HTTP otherwise. What they sign is stored by a
//! job of its own; until then the tick stands and does not count.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{Journal, proofs, stored_node, whole};
use crate::{
    app::{
        Answer, App, Error,
        witness::{Silence, Witness},
    },
    config::Config,
    domain::time::Instant,
    entropy::Entropy,
    proof::{
        merkle,
        note::{Note, NoteSignature, Vkey},
        witness::{AddCheckpoint, Refused},
    },
    store::{
        Fault,
        journal::{self, Tick},
    },
};

/// How long a witness may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A witness as the log sees it.
pub struct Cosigner {
    party: Party,
    /// The size it signed last, as far as this process knows.
    seen: AtomicU64,
}

#[derive(Clone)]
enum Party {
    InProcess(Arc<Witness>),
    Remote { url: String, agent: ureq::Agent },
}

/// The witness of a sandbox that was given no other, its store in the data directory.
pub fn in_process(config: &Config, entropy: &Entropy) -> Result<Option<Witness>, Fault> {
    if !config.sandbox || config.unwitnessed || !config.witnesses.is_empty() {
        return Ok(None);
    }
    let dir = config.data.join("witness");
    Ok(Some(Witness::open(&dir, "sandbox.witness", entropy)?))
}

/// Every witness to ask.
pub fn all(config: &Config, own: Option<Witness>, logs: &[Vkey]) -> Vec<Cosigner> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build()
        .new_agent();
    let remote = config.witnesses.iter().map(|url| Party::Remote {
        url: format!("{}/add-checkpoint", url.trim_end_matches('/')),
        agent: agent.clone(),
    });
    let own = own.map(|witness| Party::InProcess(Arc::new(witness.watching(logs))));
    own.into_iter()
        .chain(remote)
        .map(|party| Cosigner {
            party,
            seen: AtomicU64::new(0),
        })
        .collect()
}

impl Party {
    async fn ask(&self, body: String, now: Instant) -> Result<String, Silence> {
        let party = self.clone();
        tokio::task::spawn_blocking(move || match &party {
            Self::InProcess(witness) => Ok(witness.add_checkpoint(&body, now)?.0),
            Self::Remote { url, agent } => post(agent, url, body),
        })
        .await
        .map_err(|e| Fault::new("witness", e))?
    }
}

fn post(agent: &ureq::Agent, url: &str, body: String) -> Result<String, Silence> {
    let fault = |e: &dyn std::fmt::Display| Fault::new("witness", format!("{url}: {e}"));
    let mut response = agent.post(url).send(body).map_err(|e| fault(&e))?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().map_err(|e| fault(&e))?;
    match status {
        200 => Ok(text),
        409 => Err(match text.trim().parse() {
            Ok(size) => Refused::Size(size).into(),
            Err(_) => fault(&"409 without a size").into(),
        }),
        other => Err(fault(&format!("{other} {}", text.trim())).into()),
    }
}

impl App {
    /// Asks every witness to cosign a tick, and stores what they signed once it is a quorum.
    pub(super) async fn cosign(&self, tick: &Tick) -> Answer<()> {
        let log = self.journal.clone();
        let size = whole(tick.size)?;
        if log.policy.is_witnessed() {
            let mut lines = String::new();
            let mut trouble = None;
            for cosigner in &log.cosigners {
                match self.ask(cosigner, tick).await {
                    Ok(line) => lines.push_str(&line),
                    Err(why) => trouble = Some(why),
                }
            }
            let quorum = quorum(&log, tick, &lines);
            let trouble = quorum
                .as_ref()
                .err()
                .map(|none| trouble.unwrap_or_else(|| none.clone()));
            if let Some(why) = &trouble {
                tracing::warn!(size, why, "no quorum of witnesses");
            }
            *log.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
            if quorum.is_err() {
                return Ok(());
            }
            let tree = tick.size;
            self.maintain(move |db| Ok(journal::set_cosignatures(db, tree, &lines)?))
                .await?;
        }
        log.counted.send_replace(size);
        Ok(())
    }

    /// The cosignature lines of one witness.
    async fn ask(&self, cosigner: &Cosigner, tick: &Tick) -> Result<String, String> {
        // once more when the witness saw another size than we believed
        for _ in 0..2 {
            let old = cosigner.seen.load(Ordering::SeqCst);
            let body = self
                .add_checkpoint(old, tick)
                .await
                .map_err(|e| format!("{e:?}"))?;
            match cosigner.party.ask(body, self.clock.now()).await {
                Ok(line) => {
                    let size = whole(tick.size).map_err(|e| e.to_string())?;
                    cosigner.seen.store(size, Ordering::SeqCst);
                    return Ok(line);
                }
                Err(Silence::Refused(Refused::Size(seen))) if seen != old => {
                    cosigner.seen.store(seen, Ordering::SeqCst);
                }
                Err(Silence::Refused(refused)) => return Err(refused.to_string()),
                Err(Silence::Fault(fault)) => return Err(fault.to_string()),
            }
        }
        Err("the witness saw another tree than this log has".into())
    }

    async fn add_checkpoint(&self, old: u64, tick: &Tick) -> Answer<String> {
        let (size, checkpoint) = (whole(tick.size)?, proofs::note(tick)?);
        let proof = self
            .view(move |db| {
                if old == 0 || old > size {
                    return Ok(Vec::new());
                }
                merkle::consistency(old, size, |node| stored_node(db, node)).map_err(Error::from)
            })
            .await?;
        let request = AddCheckpoint {
            old,
            proof,
            checkpoint,
        };
        Ok(request.to_string())
    }
}

/// Whether the policy accepts the tick with these cosignature lines.
fn quorum(log: &Journal, tick: &Tick, lines: &str) -> Result<(), String> {
    let mut note: Note = proofs::note(tick).map_err(|e| e.0)?;
    for line in lines.lines() {
        note.signatures
            .push(line.parse::<NoteSignature>().map_err(|e| e.0)?);
    }
    log.policy.accept(&note).map(|_| ()).map_err(|e| e.0)
}
