//! The bundle of a draw (B.6): everything from which anyone rebuilds its transcript.
//!
//! In: the chain of the tender, the key set, the releases, the submissions of all contributors, and
//! the reader's own trust files. Out: the transcript, or the first check that fails. Never: a
//! contribution left out, a value from bytes that are lost, a release for another list.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bid::{LotParts, Slot, Submit};
use super::canon::{Base64, Checked, Flaw, Hash, Object, Token, Whole, ascends, ensure};
use super::chain::Row;
use super::closing::BidsClosed;
use super::docket::{Contributor, Docket, Entry};
use super::draw::{Frozen, Who, balls_value};
use super::envelope::Identity;
use super::keyset::{Pack, StageKeys};
use super::opening::{self, Body, Closed, Code};
use super::parties::Parties;
use super::policy::Policy;
use super::receipt::{Proven, Receipt};
use super::release::Opening;
use super::sig::{Sig, Signed};
use super::stage::{KeyStage, named};
use super::transcript::{BeaconRow, Contrib, Transcript};

/// `draw.bundle/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The trust file, which has to be the reader's own.
    pub parties: Whole<Parties>,
    /// The key set of the stage.
    pub pack: Whole<Pack>,
    /// The draw id.
    pub draw: Token,
    /// The tender's chain from `tender.published` to the freeze and the beacon.
    pub chain: Vec<Row>,
    /// The receipt of the last row.
    pub receipt: String,
    /// Of holders and custodians, enough for every layer.
    pub releases: Vec<Whole<Signed>>,
    /// The submissions of all contributors but null rows, ascending by who.
    pub subs: Vec<Submission>,
    /// The transcript that follows from all this.
    pub transcript: String,
}

impl Object for Bundle {
    const T: &'static str = "draw.bundle/1";

    fn check(&self) -> Checked<()> {
        ensure(
            ascends(self.subs.iter().map(|sub| &sub.who)),
            "submissions do not ascend by who",
        )
    }
}

/// The submission of a contributor, with the ciphertext of its part of the draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The contributor.
    pub who: Who,
    /// The signed `bid.submit/1`.
    pub sub: Whole<Signed>,
    /// The ciphertext.
    pub ct: Base64,
}

/// What a bundle proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The transcript; its order is the result.
    pub transcript: Transcript,
    /// The receipt of the last row; without a quorum time it is "not witnessed".
    pub proven: Proven,
    /// n of the rows that are erased; they are printed, and then not every check ran.
    pub unchecked: Vec<u64>,
}

impl Bundle {
    /// Checks everything, rebuilds the transcript and compares its bytes.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify(&self, parties: &Parties, policy: &Policy) -> Checked<Verified> {
        let verified = self.rebuild(parties, policy)?;
        ensure(
            verified.transcript.text()? == self.transcript,
            "bundle: another transcript",
        )?;
        Ok(verified)
    }

    /// Fills in the transcript.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn complete(mut self, parties: &Parties, policy: &Policy) -> Checked<Self> {
        self.transcript = self.rebuild(parties, policy)?.transcript.text()?;
        Ok(self)
    }

    fn rebuild(&self, parties: &Parties, policy: &Policy) -> Checked<Verified> {
        self.check()?;
        ensure(self.parties.0 == *parties, "bundle: other parties")?;
        let keys = self.pack.0.open(parties, policy)?;
        let keyset = &keys.keyset;
        let docket = Docket::open(&self.chain, parties, &keyset.tender, &keyset.lot)?;
        let receipt: Receipt = self.receipt.parse()?;
        let proven = receipt.check(policy)?;
        ensure(
            docket.last()?.c == proven.c,
            "bundle: the receipt is not of the last row",
        )?;
        let (n, event, frozen) = self.freeze(&docket, &keys)?;
        let opening = Opening {
            keys: &keys,
            event,
            parties,
        };
        let releases: Vec<Signed> = self.releases.iter().map(|signed| signed.0.clone()).collect();
        let lot = Lot {
            parties,
            keys: &keys,
            parts: docket.parts()?,
            identities: opening.identities(&releases)?,
        };
        Ok(Verified {
            transcript: Transcript {
                contribs: self.contribs(&docket, n, &frozen, &lot)?,
                beacons: beacons(&docket, n, &frozen)?,
                draw: frozen.draw,
                attempt: frozen.attempt,
                prev: frozen.prev,
                purpose: frozen.purpose,
                take: frozen.take,
                frozen: event,
                items: frozen.items,
            },
            proven,
            unchecked: docket.unchecked(),
        })
    }

    /// The first freeze of this draw and attempt: its place, its name, what it says.
    fn freeze(&self, docket: &Docket, keys: &StageKeys) -> Checked<(u64, Hash, Frozen)> {
        let frozen = self.frozen(docket, keys.keyset.stage.as_str().parse()?)?;
        if let Some(before) = frozen.x.stage_before()? {
            let before = self.frozen(docket, before)?;
            ensure(
                before.n < frozen.n && frozen.x.prev == Some(before.x.digest()?),
                "bundle: not the attempt after the one before",
            )?;
        }
        Ok((frozen.n, frozen.c, frozen.x))
    }

    fn frozen(&self, docket: &Docket, stage: KeyStage) -> Checked<Entry<Frozen>> {
        let Entry { n, c, x } = docket.freeze(stage)?;
        let own = x.into_iter().find(|frozen| frozen.draw == self.draw);
        let x = own.ok_or_else(|| Flaw::new("bundle: another draw is frozen"))?;
        ensure(x.stage()? == stage, "bundle: the draw is of another stage")?;
        Ok(Entry { n, c, x })
    }

    /// The rows of all contributors: each part is found, is the one frozen, and is opened.
    fn contribs(&self, docket: &Docket, n: u64, frozen: &Frozen, lot: &Lot) -> Checked<Vec<Contrib>> {
        let list = list(docket, n, frozen)?;
        let known = |who: &Who| {
            let subs = self.subs.iter().filter(|sub| sub.who == *who);
            subs.filter_map(|sub| sub.sub.0.x_digest().ok()).collect()
        };
        let contributors = docket.contributors(frozen, n, list.as_ref(), &known)?;
        let named = contributors.iter().filter(|row| row.hashes.is_some());
        ensure(
            self.subs.iter().map(|sub| &sub.who).eq(named.map(|row| &row.who)),
            "bundle: not the submissions of all contributors",
        )?;
        let mut subs = self.subs.iter();
        let mut contribs = Vec::with_capacity(contributors.len());
        for Contributor {
            who,
            submission,
            hashes,
        } in contributors
        {
            let mut row = Contrib {
                who,
                value: None,
                env: None,
            };
            if let (Some((env, ct)), Some(sub)) = (hashes, hashes.and_then(|_| subs.next())) {
                let name = |flaw| Flaw::new(format!("bundle: {}: {flaw}", row.who));
                row.value = lot.value(sub, submission, env, ct).map_err(name)?;
                row.env = Some(env);
            }
            contribs.push(row);
        }
        Ok(contribs)
    }
}

/// The list of bids that the freeze names; none for `draw0`.
fn list(docket: &Docket, n: u64, frozen: &Frozen) -> Checked<Option<BidsClosed>> {
    let Some(closed) = frozen.closed else {
        return Ok(None);
    };
    let list = docket.list()?;
    ensure(
        list.c == closed && list.n < n,
        "bundle: the frozen draw names another list of bids",
    )?;
    Ok(Some(list.x))
}

fn beacons(docket: &Docket, n: u64, frozen: &Frozen) -> Checked<Vec<BeaconRow>> {
    let names = frozen.beacons.iter();
    names
        .map(|name| {
            Ok(BeaconRow {
                name: name.clone(),
                value: balls_value(&docket.beacon(frozen, n, name)?.digits)?,
            })
        })
        .collect()
}

/// What the contributions to a draw are judged by.
struct Lot<'a> {
    parties: &'a Parties,
    keys: &'a StageKeys,
    parts: LotParts,
    identities: Vec<Identity>,
}

impl Lot<'_> {
    /// The value of a contribution; none if it does not open, which is its contributor's doing.
    fn value(&self, own: &Submission, listed: Option<Hash>, env: Hash, ct: Hash) -> Checked<Option<Hash>> {
        let Whole(signed) = &own.sub;
        self.check_signature(&own.who, signed)?;
        ensure(
            listed.is_none_or(|listed| signed.x_digest() == Ok(listed)),
            "not the submission of the list",
        )?;
        let keyset = &self.keys.keyset;
        let said = |member: &str| signed.x.get(member).and_then(Value::as_str);
        ensure(
            said("tender") == Some(keyset.tender.as_str())
                && said("lot") == Some(keyset.lot.as_str())
                && said("bidder") == Some(own.who.name()),
            "the submission of another",
        )?;
        ensure(
            Hash::of(&[&own.ct.0]) == ct && self.envelope(&signed.x)? == env,
            "not the part that was frozen",
        )?;
        let Ok(submit) = Submit::read(&signed.x, &self.required(&own.who)?) else {
            return Ok(None);
        };
        let mut parts = submit.parts.iter();
        let part = parts.find(|part| part.hd.0.stage == keyset.stage);
        let part = part.ok_or_else(|| Flaw::new("no part of this stage"))?;
        match opening::open(part, &self.identities, own.ct.0.as_slice(), std::io::sink()) {
            Ok(opened) => match opened.body {
                Body::Draw(value) => Ok(Some(value)),
                Body::Docs | Body::Price(_) => Err(Flaw::new("not a part of a draw")),
            },
            Err(Closed::Code(Code::Hash)) => Err(Flaw::new("the ciphertext is lost")),
            Err(Closed::Code(_)) => Ok(None),
            Err(Closed::Io(error)) => Err(Flaw::new(error.to_string())),
        }
    }

    /// A duty's key is the one of the parties. A bidder's signature holds, but whose key made it no file says:
    /// what he submitted is fixed by the list of bids, or by the frozen list.
    fn check_signature(&self, who: &Who, signed: &Signed) -> Checked<()> {
        let key = Sig::from_value(&signed.sig)?.verify(&signed.x)?;
        ensure(
            !who.is_duty() || key == self.parties.key(who.name())?,
            "signed by another key",
        )
    }

    /// The parts a contributor's submission has: bidders bring theirs with the bid, unless the
    /// draw is one that the bid did not foresee.
    fn required(&self, who: &Who) -> Checked<Vec<Slot>> {
        let keyset = &self.keys.keyset;
        if who.is_duty() || !named(keyset.stage.as_str()).is_some_and(KeyStage::is_listed) {
            return Ok(vec![Slot::contribution(keyset.stage.clone(), self.keys.id)]);
        }
        let mut slots = self.parts.parts.iter();
        ensure(
            slots.any(|slot| slot.stage == keyset.stage && slot.keyset == self.keys.id),
            "the lot has no part with this key set",
        )?;
        Ok(self.parts.parts.clone())
    }

    /// SHA-256 of the envelope of the part of this stage, also in a submission that is none.
    fn envelope(&self, x: &Value) -> Checked<Hash> {
        let stage = self.keys.keyset.stage.as_str();
        let parts = x.get("parts").and_then(Value::as_array);
        let mut parts = parts.into_iter().flatten();
        let env = parts
            .find(|part| part.pointer("/hd/stage").and_then(Value::as_str) == Some(stage))
            .and_then(|part| part.get("env"))
            .ok_or_else(|| Flaw::new("no part of this stage"))?;
        let env: Base64 = serde_json::from_value(env.clone()).map_err(|e| Flaw::new(e.to_string()))?;
        Ok(Hash::of(&[&env.0]))
    }
}
