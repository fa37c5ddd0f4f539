//! One duty at work: it fetches its tasks and does them, lot by lot.
//!
//! In: tasks. Out: what was done and what was not, with the reason. Never: an object signed that the
//! duty's own checks refuse, whatever the platform asks for.

use std::collections::{BTreeMap, VecDeque};

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::{
    Outcome, Trouble,
    keys::Keys,
    memory::{Fact, Memory, check_pin},
    platform::{Kind, Parcel, Platform},
    registry::Registry,
};
use crate::{
    app::hold::{Place, Todo},
    entropy::Entropy,
    proof::{
        canon::{Hash, Object as _, Token, Whole},
        ceremony::{self, Plan, SealKey, Stage},
        envelope::Identity,
        parties::Parties,
        policy::Policy,
        sig::Signed,
    },
};

/// How many lots are posted to at once.
const AT_ONCE: usize = 64;

/// What became of a task, for the status board.
#[derive(Debug, Clone, Serialize)]
pub struct Deed {
    /// The duty.
    pub duty: Token,
    /// `key`, `ack`, `canary` ...
    pub what: &'static str,
    /// Where.
    pub at: Place,
    /// None when it was done; else why not.
    pub trouble: Option<String>,
    /// Whether nothing is wrong but that a later checkpoint is waited for.
    pub waits: bool,
}

/// What a client limits itself to; by default to nothing.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The words of the tasks it does; empty: all.
    pub what: Vec<&'static str>,
    /// The lot it does them for; none: all.
    pub lot: Option<Token>,
}

impl Scope {
    pub(super) fn holds(&self, what: &str, at: &Place) -> bool {
        let is_wanted = self.what.is_empty() || self.what.contains(&what);
        is_wanted && self.lot.as_ref().is_none_or(|lot| *lot == at.lot)
    }
}

/// A duty's client.
pub struct Holder<K> {
    /// The duty.
    pub duty: Token,
    /// Its secrets.
    pub keys: K,
    /// Its memory.
    pub memory: Memory,
    /// `parties.json` as obtained out of band: the standing duties.
    pub standing: Parties,
    /// `log.policy` as obtained out of band.
    pub policy: Policy,
    /// Its randomness.
    pub entropy: Entropy,
    /// What it limits itself to.
    pub scope: Scope,
    /// The supervision bureau's own registry of experts, if it was given one.
    pub registry: Option<Registry>,
    /// The drawn orders of the last expert draws it rebuilt, by draw id and attempt, newest first.
    pub(super) orders: VecDeque<super::pool::Order>,
}

/// An object ready to be posted, with the ciphertext of a contribution.
type Ready = (Kind, Signed, Option<Vec<u8>>);
/// Objects of one lot, ready to be posted.
pub(super) type Batch = BTreeMap<(Kind, Token), Vec<(Place, &'static str, Parcel)>>;

impl<K: Keys> Holder<K> {
    /// The client of a duty with its keys, its memory and its own trust files.
    #[must_use]
    pub fn new(duty: Token, keys: K, memory: Memory, trust: (Parties, Policy), entropy: Entropy) -> Self {
        let (standing, policy) = trust;
        Self {
            duty,
            keys,
            memory,
            standing,
            policy,
            entropy,
            scope: Scope::default(),
            registry: None,
            orders: VecDeque::new(),
        }
    }

    /// Does every task there is now; `deeds` says what became of each.
    pub async fn round(&mut self, platform: &impl Platform) -> Outcome<Vec<Deed>> {
        let mut deeds = Vec::new();
        let mut after = String::new();
        loop {
            let page = platform.tasks(&after).await?;
            let mut batch = Batch::new();
            for todo in page.tasks {
                let (at, what) = (todo.place().clone(), todo.word());
                if !self.scope.holds(what, &at) {
                    continue;
                }
                match self.prepare(platform, todo).await {
                    Ok((kind, signed, ct)) => {
                        let lot = batch.entry((kind, at.lot.clone())).or_default();
                        let stage = at.stage.clone();
                        lot.push((at, what, Parcel { stage, signed, ct }));
                    }
                    Err(trouble) => deeds.push(self.deed(what, at, Some(trouble))),
                }
            }
            deeds.extend(self.post(platform, batch).await);
            match page.next {
                Some(next) => after = next,
                None => break,
            }
        }
        if self.duty.as_str() == "sup" {
            deeds.extend(self.draw_experts(platform).await?);
        }
        Ok(deeds)
    }

    pub(super) fn deed(&self, what: &'static str, at: Place, trouble: Option<Trouble>) -> Deed {
        Deed {
            duty: self.duty.clone(),
            what,
            at,
            waits: trouble.as_ref().is_some_and(Trouble::is_wait),
            trouble: trouble.map(|trouble| trouble.0),
        }
    }

    pub(super) async fn post(&self, platform: &impl Platform, batch: Batch) -> Vec<Deed> {
        let posts = batch.into_iter().map(|((kind, lot), objects)| async move {
            let parcels = objects.iter().map(|(_, _, parcel)| parcel.clone()).collect();
            let trouble = platform.post(kind, &lot, parcels).await.err();
            let told = objects
                .into_iter()
                .map(|(at, what, _)| (what, at, trouble.clone()));
            told.collect::<Vec<_>>()
        });
        let done: Vec<Vec<_>> = stream::iter(posts).buffer_unordered(AT_ONCE).collect().await;
        let told = done.into_iter().flatten();
        told.map(|(what, at, trouble)| self.deed(what, at, trouble))
            .collect()
    }

    async fn prepare(&mut self, platform: &impl Platform, todo: Todo) -> Outcome<Ready> {
        let parties = self.parties(platform, &todo.place().tender).await?;
        Ok(match todo {
            Todo::Key {
                at,
                not_before,
                t,
                to,
            } => (Kind::Keys, self.announce(&parties, at, not_before, t, &to)?, None),
            Todo::Ack { at, key } => (Kind::Acks, self.acknowledge(&parties, &at, &key.0)?, None),
            Todo::Canary { key, ciphertext, .. } => (Kind::Canaries, self.answer(key, &ciphertext.0)?, None),
            Todo::Contribution { at, pack, seq, prev } => {
                let (signed, ct) = self.contribute(&parties, at, &pack.0, seq, prev)?;
                (Kind::Contributions, signed, Some(ct))
            }
            Todo::Release { at } => (
                Kind::Releases,
                self.release(platform, &parties, at, None).await?,
                None,
            ),
            Todo::Share { at, holder } => {
                let signed = self.release(platform, &parties, at, Some(holder)).await?;
                (Kind::Shares, signed, None)
            }
        })
    }

    /// The parties of a tender: pinned as first seen, never other standing duties than our own.
    pub(super) async fn parties(&mut self, platform: &impl Platform, tender: &Token) -> Outcome<Parties> {
        if let Some(parties) = self.memory.pinned(tender) {
            return Ok(parties.clone());
        }
        let parties = platform.parties(tender).await?;
        check_pin(&self.standing, &parties)?;
        self.memory.note(Fact::Pinned {
            tender: tender.clone(),
            parties: Whole(parties.clone()),
        })?;
        Ok(parties)
    }

    /// Makes the key of a stage, keeps it, and announces it; the same one again if it was made before.
    fn announce(
        &mut self,
        parties: &Parties,
        at: Place,
        not_before: i64,
        t: u8,
        to: &[Token],
    ) -> Outcome<Signed> {
        let digest = parties.digest()?;
        if let Some(made) = self.memory.announcement(&at, &digest, not_before) {
            return Ok(made);
        }
        let custodians = to.iter().map(|to| Ok((to.clone(), parties.inbox(to.as_str())?)));
        let plan = Plan {
            at: Stage {
                tender: at.tender.clone(),
                lot: at.lot.clone(),
                stage: at.stage.clone(),
            },
            duty: self.duty.clone(),
            not_before,
            t,
            custodians: custodians.collect::<Outcome<_>>()?,
        };
        let identity = Identity::generate(self.entropy.bytes());
        let key = ceremony::announce(&plan, &identity, &mut |bytes| self.entropy.fill(bytes))?;
        let recipient = key.recipient.to_text()?;
        self.keys.save(&recipient, &identity.to_text()?)?;
        let signed = self.keys.signer().sign_object(&key)?;
        self.memory.note(Fact::Announced {
            at,
            digest: key.digest()?,
            recipient,
            parties: digest,
            signed: Whole(signed.clone()),
        })?;
        Ok(signed)
    }

    /// Checks the share of a holder's key and acknowledges it.
    fn acknowledge(&mut self, parties: &Parties, at: &Place, announced: &Signed) -> Outcome<Signed> {
        let claimed = SealKey::from_value(&announced.x)?;
        let key: SealKey = announced.open_by(&parties.key(claimed.duty.as_str())?)?;
        if (&key.tender, &key.lot, &key.stage) != (&at.tender, &at.lot, &at.stage) {
            return Err(Trouble::new("the key is of another stage"));
        }
        let inbox = self
            .keys
            .inbox()
            .ok_or_else(|| Trouble::new("this duty has no box"))?;
        let ack = ceremony::acknowledge(&key, &self.duty, inbox)?;
        self.memory.note(Fact::Acknowledged {
            at: at.clone(),
            holder: key.duty,
        })?;
        Ok(self.keys.signer().sign_object(&ack)?)
    }

    /// Answers a canary from the saved file.
    fn answer(&self, key: Hash, ciphertext: &[u8]) -> Outcome<Signed> {
        let name = self.memory.name(&key);
        let name = name.ok_or_else(|| Trouble::new("a canary for a key that is not ours"))?;
        let answer = self.keys.answer(name, key, ciphertext)?;
        Ok(self.keys.signer().sign_object(&answer)?)
    }
}
