//! What a holder's or custodian's client knows by itself, and what it signs once it may release.
//!
//! In: parts fetched, a warrant given by [`super::judge`], the client's own key. Out: the release to
//! sign, or the reason why not. Never: a release without a warrant, with an identity or share that
//! is not the key set's.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use super::bid::Submit;
use super::canon::{Checked, Flaw, Hash, Token, ensure};
use super::ceremony::{self, Stage};
use super::complaint::Heard;
use super::envelope::Identity;
use super::keyset::StageKeys;
use super::measure::Measures;
use super::parties::Parties;
use super::policy::Policy;
use super::release::{Opening, ShareRelease, StageRelease};
use super::sig::Signed;

/// The client's own trust files.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// `parties.json`.
    pub parties: &'a Parties,
    /// `log.policy`.
    pub policy: &'a Policy,
}

/// A part that the client fetched, checked and keeps: its envelope and its ciphertext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Digest of the `bid.submit/1`.
    pub submission: Hash,
    /// The bidder or contributor.
    pub bidder: Token,
    /// The part.
    pub part: Token,
    /// Its stage.
    pub stage: Token,
    /// SHA-256 of the envelope.
    pub env: Hash,
    /// SHA-256 of the ciphertext.
    pub ct: Hash,
}

impl Kept {
    /// Checks a ciphertext against the part of a signed submission that it is said to be of.
    ///
    /// # Errors
    /// No such part, other bytes, or a stream that breaks.
    pub fn check(signed: &Signed, part: &str, ct: impl Read) -> Checked<Self> {
        let (_, submit): (_, Submit) = signed.open()?;
        let part = submit.part(part)?;
        let hd = &part.hd.0;
        let measures = Measures::of(ct).map_err(|e| Flaw::new(e.to_string()))?;
        ensure(measures.fit(hd), format_args!("{}: other bytes", hd.part))?;
        Ok(Self {
            submission: signed.x_digest()?,
            bidder: hd.bidder.clone(),
            part: hd.part.clone(),
            stage: hd.stage.clone(),
            env: Hash::of(&[&part.env.0]),
            ct: hd.sha256,
        })
    }
}

/// What a client knows by itself.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// `for` of what it released, by stage.
    pub released: BTreeMap<Stage, Hash>,
    /// Digest of the list of bids at its first release, by tender and lot.
    pub lists: BTreeMap<(Token, Token), Hash>,
    /// The parts it keeps.
    pub kept: Vec<Kept>,
    /// The items it saw displayed, by draw id and attempt.
    pub displayed: BTreeMap<(Token, u64), Vec<Token>>,
    /// The complaints filed with it or at the server.
    pub filed: Vec<Heard>,
}

impl Memory {
    /// Notes what is released under a warrant; to be stored before the release leaves the machine.
    pub fn remember(&mut self, warrant: &Warrant) {
        let at = warrant.keys.keyset.at();
        if let Some(list) = warrant.list {
            let lot = (at.tender.clone(), at.lot.clone());
            self.lists.entry(lot).or_insert(list);
        }
        self.released.insert(at, warrant.event);
    }
}

/// Why a client does not release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The key set is not right, or not the one published for this stage.
    KeySet(Flaw),
    /// The chain is not whole, or withholds what decides.
    Chain(Flaw),
    /// A receipt is missing or wrong.
    Receipt(Flaw),
    /// The key set's `not_before` or the last row's quorum time (Unix ms) has not come.
    NotBefore(i64),
    /// There is not exactly one list of bids, rightly corrected.
    List(Flaw),
    /// The deadline is not the one its owner set, or the list was logged before it.
    Deadline(Flaw),
    /// Fewer bidders than the published minimum.
    TooFew,
    /// The list is not the one of this client's first release for the lot.
    AnotherList,
    /// A submission was acknowledged in time and is missing from the list.
    Complaint,
    /// Objections or grace last until then, Unix ms.
    Early(i64),
    /// A part is not in custody as logged.
    Custody(Flaw),
    /// A part is not in this client's hands.
    Missing(String),
    /// The draw is not frozen as it must be.
    Draw(Flaw),
    /// A named beacon is not entered.
    Beacon(Flaw),
    /// It released for another event before.
    AnotherEvent(Hash),
    /// The identity or share at hand is not of this key set.
    Own(Flaw),
    /// The holder has released.
    LayerThere,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeySet(flaw) => write!(f, "key set: {flaw}"),
            Self::Chain(flaw) => write!(f, "chain: {flaw}"),
            Self::Receipt(flaw) => write!(f, "receipt: {flaw}"),
            Self::NotBefore(at) => write!(f, "not before {at}"),
            Self::List(flaw) => write!(f, "list of bids: {flaw}"),
            Self::Deadline(flaw) => write!(f, "deadline: {flaw}"),
            Self::TooFew => f.write_str("fewer bidders than the minimum"),
            Self::AnotherList => f.write_str("another list of bids than at the first release"),
            Self::Complaint => f.write_str("a submission is missing from the list of bids"),
            Self::Early(until) => write!(f, "too early, not before {until}"),
            Self::Custody(flaw) => write!(f, "custody: {flaw}"),
            Self::Missing(part) => write!(f, "not in hand: {part}"),
            Self::Draw(flaw) => write!(f, "draw: {flaw}"),
            Self::Beacon(flaw) => write!(f, "beacon: {flaw}"),
            Self::AnotherEvent(event) => write!(f, "released for another event: {event}"),
            Self::Own(flaw) => write!(f, "own key: {flaw}"),
            Self::LayerThere => f.write_str("the holder has released"),
        }
    }
}

impl std::error::Error for Refused {}

/// Everything holds: the stage may be released for this event.
#[derive(Debug, Clone)]
pub struct Warrant {
    /// The keys of the stage.
    pub keys: StageKeys,
    /// c of the event to release for.
    pub event: Hash,
    /// Digest of the list of bids; none for `draw0`.
    pub list: Option<Hash>,
    /// From when custodians count the grace, Unix ms.
    pub since: i64,
}

impl Warrant {
    /// What a holder signs.
    ///
    /// # Errors
    /// An identity that is not the one of this duty's layer.
    pub fn release(&self, duty: &Token, identity: &Identity) -> Result<StageRelease, Refused> {
        let key = self.keys.key(duty).map_err(Refused::Own)?;
        let own = identity.recipient().map_err(Refused::Own)?;
        ensure(own == key.recipient, "the identity is of another key").map_err(Refused::Own)?;
        let Stage { tender, lot, stage } = key.at();
        let identity = identity.to_text().map_err(Refused::Own)?.to_string();
        Ok(StageRelease {
            tender,
            lot,
            stage,
            duty: duty.clone(),
            keyset: self.keys.id,
            event: self.event,
            identity,
        })
    }

    /// What a custodian signs for a missing holder; `seen` are the releases made so far.
    ///
    /// # Errors
    /// Within the grace, a layer that is there, or a box that does not open to the right share.
    pub fn share(
        &self,
        holder: &Token,
        custodian: (&Token, &Identity),
        parties: &Parties,
        seen: &[Signed],
        now: i64,
    ) -> Result<ShareRelease, Refused> {
        let until = self.since.saturating_add(self.keys.keyset.grace);
        if now < until {
            return Err(Refused::Early(until));
        }
        let key = self.keys.key(holder).map_err(Refused::Own)?;
        let opening = Opening {
            keys: &self.keys,
            event: self.event,
            parties,
        };
        if opening.layer(key, seen).is_some() {
            return Err(Refused::LayerThere);
        }
        let (duty, inbox) = custodian;
        let share = ceremony::share(key, duty, inbox).map_err(Refused::Own)?;
        Ok(ShareRelease {
            tender: share.tender,
            lot: share.lot,
            stage: share.stage,
            duty: share.duty,
            keyset: self.keys.id,
            event: self.event,
            i: share.i,
            s: share.s,
        })
    }
}
