//! Releases (protocols A.6): `release.task/1`, `stage.release/1`, `share.release/1`, and the opening
//! of the layers with them.
//!
//! In: the checked keys of a stage and signed releases for one event. Out: the identity of every
//! layer. Never: a release for another event, one signed by another, an identity that is not the
//! layer's, a share that the commitments do not promise.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::canon::{Checked, Flaw, Hash, Object, Token, Whole, ensure};
use super::ceremony::SealKey;
use super::chain::Row;
use super::envelope::Identity;
use super::escrow::{self, Share};
use super::keyset::{Pack, StageKeys};
use super::parties::Parties;
use super::sig::Signed;

/// `release.task/1`: what a client is given to judge whether it may release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The key set of the stage, with its proof.
    pub pack: Whole<Pack>,
    /// The draw ids to be opened; none for `docs` and `price`.
    pub draws: Vec<Token>,
    /// The chain of the tender, from `tender.published`.
    pub rows: Vec<Row>,
    /// Receipts of the list of bids and of the last row.
    pub receipts: Vec<String>,
}

impl Object for Task {
    const T: &'static str = "release.task/1";
}

/// `stage.release/1`: a holder gives out its layer's identity.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRelease {
    /// The tender's id.
    pub tender: Token,
    /// The lot's id.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// The holder's duty.
    pub duty: Token,
    /// The id of the key set.
    pub keyset: Hash,
    /// c of the event it releases for.
    #[serde(rename = "for")]
    pub event: Hash,
    /// `AGE-SECRET-KEY-1...`; whether it is the layer's is judged when it is used.
    pub identity: String,
}

impl Object for StageRelease {
    const T: &'static str = "stage.release/1";
}

impl fmt::Debug for StageRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StageRelease of {} for {}", self.duty, self.event)
    }
}

/// `share.release/1`: a custodian gives out its share of a missing holder's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareRelease {
    /// The tender's id.
    pub tender: Token,
    /// The lot's id.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// The holder's duty.
    pub duty: Token,
    /// The id of the key set.
    pub keyset: Hash,
    /// c of the event it releases for.
    #[serde(rename = "for")]
    pub event: Hash,
    /// The custodian's number, from 1.
    pub i: u8,
    /// Its share.
    pub s: Share,
}

impl Object for ShareRelease {
    const T: &'static str = "share.release/1";
}

/// The keys of a stage, and the event for which they are released.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The keys.
    pub keys: &'a StageKeys,
    /// c of the event.
    pub event: Hash,
    /// Who signs for which duty.
    pub parties: &'a Parties,
}

impl Opening<'_> {
    /// The identities of all layers, innermost first. Releases that are not right are passed over:
    /// the first right identity per layer wins, any t right shares recover it.
    ///
    /// # Errors
    /// The first layer that is missing.
    pub fn identities(&self, releases: &[Signed]) -> Checked<Vec<Identity>> {
        let layers = self.keys.keys.iter();
        layers
            .map(|key| {
                self.layer(key, releases)
                    .ok_or_else(|| Flaw::new(format!("the layer of {} is missing", key.duty)))
            })
            .collect()
    }

    /// The identity of one layer, if these releases give it.
    #[must_use]
    pub fn layer(&self, key: &SealKey, releases: &[Signed]) -> Option<Identity> {
        let identity = releases.iter().find_map(|signed| self.identity(key, signed).ok());
        identity.or_else(|| {
            let right = releases.iter().filter_map(|signed| self.share(key, signed).ok());
            let shares: BTreeMap<u8, Share> = right.collect();
            let t = usize::from(key.escrow.t);
            let shares: Vec<(u8, Share)> = shares.into_iter().take(t).collect();
            (shares.len() == t)
                .then(|| escrow::recover(&key.recipient, &shares).ok())
                .flatten()
        })
    }

    /// The identity that a holder's release gives out.
    ///
    /// # Errors
    /// Not the holder's release of this stage for this event, or another identity.
    pub fn identity(&self, key: &SealKey, signed: &Signed) -> Checked<Identity> {
        let release: StageRelease = signed.open_by(&self.parties.key(key.duty.as_str())?)?;
        let names = (&release.tender, &release.lot, &release.stage, &release.duty);
        self.check(key, names, release.keyset, release.event)?;
        let identity = Identity::parse(&release.identity)?;
        ensure(
            identity.recipient()? == key.recipient,
            "release: the identity is not the layer's",
        )?;
        Ok(identity)
    }

    /// The share that a custodian's release gives out.
    ///
    /// # Errors
    /// Not a custodian's release of this layer for this event, or a wrong share.
    pub fn share(&self, key: &SealKey, signed: &Signed) -> Checked<(u8, Share)> {
        let release = ShareRelease::from_value(&signed.x)?;
        let names = (&release.tender, &release.lot, &release.stage, &release.duty);
        self.check(key, names, release.keyset, release.event)?;
        let seat = usize::from(release.i).checked_sub(1);
        let custodian = seat.and_then(|seat| key.escrow.to.get(seat));
        let custodian = custodian.ok_or_else(|| Flaw::new("release: no such custodian"))?;
        signed.open_by::<ShareRelease>(&self.parties.key(custodian.as_str())?)?;
        escrow::check_share(&key.escrow.commits, release.i, &release.s)?;
        Ok((release.i, release.s))
    }

    fn check(
        &self,
        key: &SealKey,
        names: (&Token, &Token, &Token, &Token),
        keyset: Hash,
        event: Hash,
    ) -> Checked<()> {
        ensure(
            names == (&key.tender, &key.lot, &key.stage, &key.duty)
                && (keyset, event) == (self.keys.id, self.event),
            "release: of another stage, layer or event",
        )
    }
}
