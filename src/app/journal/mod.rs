//! The living journal: the log of this installation, its trust file, its ticks and what they prove.
//!
//! In: events that acts committed. Out: positions in the one tree, signed and cosigned checkpoints,
//! receipts, disclosures. Never: a checkpoint that does not continue the last one signed, which is
//! kept outside the database; a start on a database that fell behind it.

pub mod cosign;
pub mod proofs;
pub mod publish;
pub mod tick;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use super::{Answer, App, Error, witness::Witness};
use crate::{
    config::Config,
    domain::time::Instant,
    entropy::Entropy,
    proof::{
        canon::{Flaw, Hash, Token},
        chain::Row,
        merkle::{Edge, Node},
        note::{Checkpoint, KeyType, Note, Vkey},
        policy::Policy,
        receipt::Ack,
        sig::{PublicKey, Signed},
        tiles,
    },
    secrets::{Secrets, replace_private},
    store::{Db, Fault, Store, journal, tx::Recorded},
};
use cosign::Cosigner;

/// The log of this installation.
pub struct Journal {
    /// Its name, and the name of its key.
    pub origin: String,
    /// The text of the trust file.
    pub policy_text: String,
    /// The trust file, parsed.
    pub policy: Policy,
    /// The last checkpoint signed, beside the secrets.
    kept: PathBuf,
    cosigners: Vec<Cosigner>,
    /// One tick at a time.
    turn: tokio::sync::Mutex<()>,
    /// The size of the largest tree that counts.
    counted: watch::Sender<u64>,
    stopped: AtomicBool,
    /// Why the witness did not sign the last checkpoint.
    trouble: Mutex<Option<String>>,
}

impl Journal {
    /// Opens the log: the trust file is made in a sandbox and must be there otherwise, and the
    /// database must hold the last checkpoint that was signed.
    pub fn open(
        config: &Config,
        secrets: &Secrets,
        entropy: &Entropy,
        store: &Store,
        origin: String,
    ) -> Result<Self, Fault> {
        let log = Vkey::new(&origin, KeyType::Ed25519, secrets.log_key.public())?;
        let own = cosign::in_process(config, entropy)?;
        let policy_text = policy_text(config, &log, own.as_ref().map(Witness::vkey).transpose()?)?;
        let policy: Policy = policy_text.parse()?;
        if !policy.logs().contains(&log) {
            return Err(Fault::new(
                "log.policy",
                format!("it does not name this log: {log}"),
            ));
        }
        let kept = config.secrets.join("checkpoint");
        let size = store.read(|db| check_kept(db, &kept, &log))?;
        let counted =
            store.read(|db| journal::last_counted(db, policy.is_witnessed()).map_err(Fault::from))?;
        let counted = counted.map_or(Ok(0), |tick| whole(tick.size))?;
        tracing::info!(%log, size, counted, "journal");
        Ok(Self {
            cosigners: cosign::all(config, own, policy.logs()),
            origin,
            policy_text,
            policy,
            kept,
            turn: tokio::sync::Mutex::new(()),
            counted: watch::Sender::new(counted),
            stopped: AtomicBool::new(false),
            trouble: Mutex::new(None),
        })
    }

    /// Stops all writing: what is stored is not what was signed.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// Whether writing was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// The size of the largest tree that counts.
    #[must_use]
    pub fn counted_size(&self) -> u64 {
        *self.counted.borrow()
    }

    /// Why the witness did not sign the last checkpoint, if it did not.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn keep(&self, checkpoint: &str) -> Result<(), Fault> {
        replace_private(&self.kept, checkpoint.as_bytes())
    }
}

impl App {
    /// The log's word, at once, that an act is recorded; `x` is the digest of the signed object
    /// that came in.
    pub fn ack(&self, recorded: &Recorded, x: Hash) -> Answer<Signed> {
        let ack = Ack {
            origin: self.journal.origin.clone(),
            c: recorded.c,
            tx: Token::new(recorded.tx.as_str())?,
            n: recorded.n,
            ts: recorded.ts,
            x,
        };
        Ok(self.secrets.log_key.sign_object(&ack)?)
    }

    /// The public half of the key that signs checkpoints and acknowledgements.
    #[must_use]
    pub fn log_key(&self) -> PublicKey {
        self.secrets.log_key.public()
    }

    /// The receipt of an event (tlog-proof): `None` before a checkpoint that counts contains it.
    pub async fn receipt(&self, c: Hash) -> Answer<Option<String>> {
        let journal = self.journal.clone();
        self.view(move |db| journal.receipt(db, &c)).await
    }

    /// Whether a checkpoint that counts contains the event: a cosigned one, or under `quorum none`
    /// a signed one.
    pub async fn is_cosigned(&self, c: Hash) -> Answer<bool> {
        let journal = self.journal.clone();
        self.view(move |db| journal.is_cosigned(db, &c)).await
    }

    /// Waits until a checkpoint that counts contains the event; false when `patience` ran out.
    pub async fn wait_cosigned(&self, c: Hash, patience: Duration) -> Answer<bool> {
        let mut counted = self.journal.counted.subscribe();
        let until = tokio::time::Instant::now() + patience;
        loop {
            counted.mark_unchanged();
            if self.is_cosigned(c).await? {
                return Ok(true);
            }
            if tokio::time::timeout_at(until, counted.changed()).await.is_err() {
                return Ok(false);
            }
        }
    }

    /// The events of a chain from position `from_n` on, with the payloads under the labels that
    /// `wants` says yes to.
    pub async fn disclosure(
        &self,
        chain: String,
        from_n: u64,
        wants: impl Fn(&str) -> bool + Send + 'static,
    ) -> Answer<Vec<Row>> {
        self.view(move |db| proofs::disclosure(db, &chain, from_n, &wants))
            .await
    }

    /// The quorum time of an event in Unix ms (under `quorum none` its tick), once it counts.
    pub async fn quorum_ms(&self, c: Hash) -> Answer<Option<i64>> {
        let journal = self.journal.clone();
        self.view(move |db| journal.quorum_ms(db, &c)).await
    }
}

/// The text of `log.policy`, made where the operator need not give one.
fn policy_text(config: &Config, log: &Vkey, witness: Option<Vkey>) -> Result<String, Fault> {
    let path = config.data.join("log.policy");
    if path.exists() {
        return Ok(fs::read_to_string(path)?);
    }
    let text = match (witness, config.unwitnessed) {
        (Some(witness), _) => format!("log {log}\nwitness sandbox {witness}\nquorum sandbox\n"),
        (None, true) => format!("log {log}\nquorum none\n"),
        (None, false) => {
            return Err(Fault::new(
                "log.policy",
                format!(
                    "write {} with three lines: this log, the line that `tianping witness --log` prints at \
                     the supervision bureau, and `quorum` with the name of that witness (or start with \
                     --unwitnessed); this log is\nlog {log}",
                    path.display()
                ),
            ));
        }
    };
    fs::write(path, &text)?;
    Ok(text)
}

/// Compares the database with the last checkpoint signed; the size of its tree.
fn check_kept(db: &mut Db, kept: &Path, log: &Vkey) -> Result<u64, Fault> {
    let size = journal::last_tick(db)?.map_or(Ok(0), |tick| whole(tick.size))?;
    if !kept.exists() {
        return Ok(size);
    }
    let refused = |why: &str| Fault::new("journal", format!("refuses to start: {why}"));
    let note: Note = fs::read_to_string(kept)?.parse()?;
    for line in note.signatures.iter().filter(|line| log.made(line)) {
        log.verify(&note.text, line)?;
    }
    let signed = Checkpoint::from_text(&note.text)?;
    if signed.origin != log.name() {
        return Err(refused("the last checkpoint signed is of another log"));
    }
    if size < signed.size {
        return Err(refused("the database is behind the last checkpoint signed"));
    }
    let edge = Edge::load(signed.size, |node| stored_node(db, node))?;
    if edge.root() != signed.root {
        return Err(refused("the tree is not the one of the last checkpoint signed"));
    }
    Ok(size)
}

/// The hash of a full subtree from the stored tiles.
pub fn stored_node(db: &mut Db, node: Node) -> Result<Hash, Fault> {
    tiles::node(node, |tile| stored_tile(db, tile))
}

fn stored_tile(db: &mut Db, tile: tiles::Tile) -> Result<Vec<Hash>, Fault> {
    let bytes = journal::tile(db, tile.level.into(), count(tile.index)?)?.unwrap_or_default();
    let (hashes, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(Flaw::new(format!("{tile:?} is cut off")).into());
    }
    Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
}

/// A stored count as a number of things.
pub fn whole(count: i64) -> Result<u64, Fault> {
    u64::try_from(count).map_err(|e| Fault::new("journal", e))
}

/// A number of things as a stored count.
pub fn count(whole: u64) -> Result<i64, Fault> {
    i64::try_from(whole).map_err(|e| Fault::new("journal", e))
}

/// The journal as its health is shown; nothing in it tells how many events there were.
#[derive(Debug, Clone)]
pub struct Health {
    /// The size of the tree.
    pub size: u64,
    /// The last tick.
    pub ticked_at: Option<Instant>,
    /// The size of the largest tree that counts.
    pub counted: u64,
    /// Whether there is a quorum of witnesses at all.
    pub is_witnessed: bool,
    /// Why the witness did not sign the last checkpoint.
    pub trouble: Option<String>,
}

impl App {
    /// How the journal is doing.
    pub async fn journal_health(&self) -> Answer<Health> {
        let last = self
            .view(|db| journal::last_tick(db).map_err(Error::from))
            .await?;
        Ok(Health {
            size: last.as_ref().map_or(Ok(0), |tick| whole(tick.size))?,
            ticked_at: last.map(|tick| Instant(tick.ts)),
            counted: self.journal.counted_size(),
            is_witnessed: self.journal.policy.is_witnessed(),
            trouble: self.journal.trouble(),
        })
    }
}
