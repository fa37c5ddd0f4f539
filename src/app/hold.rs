//! What the duties of the ceremonies have to do, over all lots in one answer, and how their clients
//! show who they are.
//!
//! In: a duty and the key its client signed with. Out: its tasks. Never: a task for a key that the
//! tender's `parties.json` does not name; anything that would decrypt.

use serde::{Deserialize, Serialize};

use super::{Answer, App, Error, ceremony, journal::Journal};
use crate::{
    clock,
    domain::{
        ceremony::{CONTRIBUTORS, Canary, Ceremony, Keyset, KeysetState},
        id::Id,
        refusal::{Refusal, ceremony::NOT_SIGNED},
        release::Release,
        time::{Instant, MINUTE},
    },
    proof::{
        canon::{Base64, Hash, Object, Token, Whole},
        ceremony::Stage,
        keyset::Pack,
        sig::{PublicKey, Signed},
    },
    store::{self, Db},
};

/// How many key sets one answer looks at.
const PAGE: i64 = 200;
/// How far a client's clock may be off ours when it asks.
const SKEW: i64 = 5 * MINUTE;

/// `hold.ask/1`: a client asks for what its duty has to do; signed with the duty's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldAsk {
    /// The duty.
    pub duty: Token,
    /// The path asked for, without its query.
    pub path: String,
    /// The machine's time, Unix ms.
    pub at: i64,
}

impl Object for HoldAsk {
    const T: &'static str = "hold.ask/1";
}

/// A client that showed which key it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The duty it speaks for, where the tender's parties name its key.
    pub duty: Token,
    /// Its key.
    pub key: PublicKey,
}

impl Client {
    /// Reads a signed question for a path, asked within the last minutes of the machine's time.
    ///
    /// # Errors
    /// `ceremony.not_signed`.
    pub fn of(signed: &Signed, path: &str) -> Answer<Self> {
        let refused = |why: &str| Refusal::new(&NOT_SIGNED).fact("why", why);
        let opened = signed.open::<HoldAsk>();
        let (key, ask) = opened.map_err(|flaw| refused(&flaw.to_string()))?;
        if ask.path != path {
            return Err(refused("path").into());
        }
        if (clock::machine().0 - ask.at).abs() > SKEW {
            return Err(refused("at").into());
        }
        Ok(Self { duty: ask.duty, key })
    }

    /// The key sets whose parties name it.
    fn named(&self, keysets: Vec<Keyset>) -> Answer<Vec<Keyset>> {
        let mut named = Vec::new();
        for keyset in keysets {
            if self.is_named(&keyset)? {
                named.push(keyset);
            }
        }
        Ok(named)
    }

    /// Whether the parties of a key set name its key for its duty.
    fn is_named(&self, keyset: &Keyset) -> Answer<bool> {
        let key = ceremony::parties_of(keyset)?.key(self.duty.as_str());
        Ok(key.is_ok_and(|key| key == self.key))
    }
}

/// Refuses a client that the parties of a stage's key set do not name, as if there were no such stage.
pub async fn must_be_named(app: &App, client: Client, lot: &Id, stage: &str) -> Answer<()> {
    let (lot, stage) = (lot.clone(), stage.to_owned());
    app.view(move |db| {
        let keyset = store::ceremony::of_stage(db, &lot, &stage)?;
        let named = client.named(keyset.into_iter().collect())?;
        if named.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(())
    })
    .await
}

/// Where a task belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
}

impl Place {
    /// The same as the protocols' objects name it.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage {
            tender: self.tender.clone(),
            lot: self.lot.clone(),
            stage: self.stage.clone(),
        }
    }

    fn of(keyset: &Keyset) -> Answer<Self> {
        Ok(Self {
            tender: Token::new(keyset.tender_id.as_str())?,
            lot: Token::new(keyset.lot_id.as_str())?,
            stage: Token::new(keyset.stage.as_str())?,
        })
    }
}

/// Something a duty has to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Todo {
    /// Make a key and announce it.
    Key {
        /// Where.
        at: Place,
        /// Before this it is not released, Unix ms.
        not_before: i64,
        /// How many shares recover it.
        t: u8,
        /// The custodians, in order.
        to: Vec<Token>,
    },
    /// Check a share and acknowledge it.
    Ack {
        /// Where.
        at: Place,
        /// The holder's announcement.
        key: Whole<Signed>,
    },
    /// Answer a canary.
    Canary {
        /// Where.
        at: Place,
        /// Digest of the announcement.
        key: Hash,
        /// What to open.
        ciphertext: Base64,
    },
    /// Seal 32 random bytes to the key set of a draw.
    Contribution {
        /// Where.
        at: Place,
        /// The key set, with its proof.
        pack: Whole<Pack>,
        /// The number of the submission on this duty's chain.
        seq: u64,
        /// Digest of the one before.
        prev: Option<Hash>,
    },
    /// Judge the task of the stage, and release this duty's key.
    Release {
        /// Where.
        at: Place,
    },
    /// Judge the task of the stage, and release this custodian's share of a missing holder's key.
    Share {
        /// Where.
        at: Place,
        /// The holder.
        holder: Token,
    },
}

impl Todo {
    /// Its word: `key`, `ack`, `canary`, `contribution`, `release`, `share`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Key { .. } => "key",
            Self::Ack { .. } => "ack",
            Self::Canary { .. } => "canary",
            Self::Contribution { .. } => "contribution",
            Self::Release { .. } => "release",
            Self::Share { .. } => "share",
        }
    }

    /// Where it belongs.
    #[must_use]
    pub fn place(&self) -> &Place {
        match self {
            Self::Key { at, .. }
            | Self::Ack { at, .. }
            | Self::Canary { at, .. }
            | Self::Contribution { at, .. }
            | Self::Release { at }
            | Self::Share { at, .. } => at,
        }
    }
}

/// The tasks of a duty.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tasks {
    /// The duty.
    pub duty: Token,
    /// What it has to do.
    pub tasks: Vec<Todo>,
    /// Where to go on; none when this was the last page.
    pub next: Option<String>,
}

/// What a client's duty has to do over all lots, after a place of an earlier answer.
pub async fn tasks(app: &App, client: Client, after: String) -> Answer<Tasks> {
    let (journal, now) = (app.journal.clone(), app.clock.now());
    app.view(move |db| {
        let keysets = store::ceremony::asked(db, &after, now, PAGE)?;
        let full = i64::try_from(keysets.len()).is_ok_and(|n| n == PAGE);
        let next = keysets
            .last()
            .filter(|_| full)
            .map(|keyset| keyset.id.to_string());
        let keysets = client.named(keysets)?;
        let mut tasks = owed_by(db, &journal, client.duty.as_str(), keysets, now)?;
        if after.is_empty() {
            for (canary, keyset) in store::ceremony::unanswered(db, client.duty.as_str(), PAGE)? {
                if keyset.state != KeysetState::Called && client.is_named(&keyset)? {
                    tasks.push(canary_task(&keyset, &canary)?);
                }
            }
        }
        Ok(Tasks {
            duty: client.duty,
            tasks,
            next,
        })
    })
    .await
}

/// What a client's duty has to do for one stage.
pub async fn tasks_of(app: &App, client: Client, lot: Id, stage: String) -> Answer<Tasks> {
    let (journal, now) = (app.journal.clone(), app.clock.now());
    app.view(move |db| {
        let keyset = store::ceremony::of_stage(db, &lot, &stage)?;
        let keysets = client.named(keyset.into_iter().collect())?;
        let tasks = owed_by(db, &journal, client.duty.as_str(), keysets, now)?;
        Ok(Tasks {
            duty: client.duty,
            tasks,
            next: None,
        })
    })
    .await
}

/// What key sets ask of a duty by now.
pub fn owed_by(
    db: &mut Db,
    journal: &Journal,
    duty: &str,
    keysets: Vec<Keyset>,
    now: Instant,
) -> Answer<Vec<Todo>> {
    let mut tasks = Vec::new();
    for ceremony in store::ceremony::whole(db, keysets)? {
        let keyset = &ceremony.keyset;
        if !keyset.is_asked(now) {
            continue;
        }
        match keyset.state {
            KeysetState::Called => owed(&ceremony, duty, &mut tasks)?,
            KeysetState::Frozen => tasks.extend(contribution(db, journal, keyset, duty)?),
            KeysetState::Due => releases(db, keyset, duty, now, &mut tasks)?,
            KeysetState::Ready | KeysetState::Opened | KeysetState::Replaced => {}
        }
    }
    Ok(tasks)
}

/// The contribution a duty owes to a frozen draw stage, once its pack can be proved.
fn contribution(db: &mut Db, journal: &Journal, keyset: &Keyset, duty: &str) -> Answer<Option<Todo>> {
    if !keyset.is_draw() || !CONTRIBUTORS.contains(&duty) {
        return Ok(None);
    }
    let last = store::contribution::last(db, &keyset.lot_id, &keyset.stage, duty)?;
    if last
        .as_ref()
        .is_some_and(|last| Some(&last.keyset) == keyset.digest.as_ref())
    {
        return Ok(None);
    }
    let Some(pack) = ceremony::pack(db, journal, keyset)? else {
        return Ok(None);
    };
    let seq = last.as_ref().map_or(0, |last| last.seq) + 1;
    Ok(Some(Todo::Contribution {
        at: Place::of(keyset)?,
        pack: Whole(pack),
        seq: u64::try_from(seq).map_err(|e| store::Fault::new("seq", e))?,
        prev: last.map(|last| Hash::from_hex(&last.x_digest)).transpose()?,
    }))
}

/// What a duty owes to a stage whose keys are asked for: its own key, and after the grace its shares
/// of the keys that are missing.
fn releases(db: &mut Db, keyset: &Keyset, duty: &str, now: Instant, tasks: &mut Vec<Todo>) -> Answer<()> {
    let made = store::release::of_keyset(db, &keyset.id)?;
    let is_late = keyset.is_late(now);
    for layer in keyset.plan() {
        let of_layer = |release: &&Release| release.duty == layer.duty;
        if made
            .iter()
            .filter(of_layer)
            .any(|release| release.identity.is_some())
        {
            continue;
        }
        let at = Place::of(keyset)?;
        if layer.duty == duty {
            tasks.push(Todo::Release { at });
        } else if is_late && layer.to.iter().any(|to| to == duty) {
            let signed = made.iter().filter(of_layer).any(|release| release.signer == duty);
            if !signed {
                let holder = Token::new(layer.duty)?;
                tasks.push(Todo::Share { at, holder });
            }
        }
    }
    Ok(())
}

/// What a duty owes to a ceremony that is not ended.
fn owed(ceremony: &Ceremony, duty: &str, tasks: &mut Vec<Todo>) -> Answer<()> {
    let at = Place::of(&ceremony.keyset)?;
    for layer in ceremony.keyset.plan() {
        let key = ceremony.key(&layer.duty);
        match key {
            None if layer.duty == duty => tasks.push(Todo::Key {
                at: at.clone(),
                not_before: ceremony.keyset.not_before_at.0,
                t: layer.t,
                to: layer.to.iter().map(Token::new).collect::<Result<_, _>>()?,
            }),
            Some(key)
                if layer.to.iter().any(|to| to == duty) && ceremony.ack(&layer.duty, duty).is_none() =>
            {
                let key = Whole(ceremony::intake::signed(&key.signed)?);
                tasks.push(Todo::Ack { at: at.clone(), key });
            }
            None | Some(_) => {}
        }
    }
    let open = |canary: &&Canary| canary.duty == duty && canary.answer.is_none();
    for canary in ceremony.canaries.iter().filter(open) {
        tasks.push(canary_task(&ceremony.keyset, canary)?);
    }
    Ok(())
}

fn canary_task(keyset: &Keyset, canary: &Canary) -> Answer<Todo> {
    Ok(Todo::Canary {
        at: Place::of(keyset)?,
        key: Hash::from_hex(&canary.key_digest)?,
        ciphertext: Base64(canary.ciphertext.0.clone()),
    })
}
