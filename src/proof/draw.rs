//! The objects of a draw: the frozen list, the beacon entered, the draw done, an expert's item.
//!
//! In: lists, contributors and digits. Out: the objects of the journal and a checked `draw.frozen/1`.
//! Never: a list in another order than the transcript's, a contributor twice, a duty without its part.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::Sha256;

use super::canon::{Checked, Flaw, Hash, Object, Token, ascends, ensure};
use super::stage::{KeyStage, named};

/// The only beacon source: balls drawn in the hall on camera; others are reserved and refused.
pub const HALL_BALLS: &str = "hall-balls";

/// A contributor: `op`, `sup`, `ten`, `b.<bidder>` or `s.<supplier>`, at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Who(String);

impl Who {
    /// Checks the form.
    ///
    /// # Errors
    /// Any other name.
    pub fn new(text: impl Into<String>) -> Checked<Self> {
        let who = Self(text.into());
        let known = who.is_duty() || (who.name() != who.0 && Token::new(who.name()).is_ok());
        ensure(
            known && who.0.len() <= 64,
            format_args!("not a contributor: {:?}", who.0),
        )?;
        Ok(who)
    }

    /// The contributor that a bidder is.
    ///
    /// # Errors
    /// A bidder's code of more than 62 characters.
    pub fn bidder(bidder: &Token) -> Checked<Self> {
        Self::new(format!("b.{bidder}"))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of the three duties, whose rows are never null.
    #[must_use]
    pub fn is_duty(&self) -> bool {
        matches!(self.0.as_str(), "op" | "sup" | "ten")
    }

    /// The `bidder` of its submission: the duty, or what follows the prefix.
    #[must_use]
    pub fn name(&self) -> &str {
        let prefixed = self.0.strip_prefix("b.").or_else(|| self.0.strip_prefix("s."));
        prefixed.unwrap_or(&self.0)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A row of contributors: who, SHA-256 of the envelope and of the ciphertext; both null if voided.
pub type ContribRow = (Who, Option<Hash>, Option<Hash>);

/// A beacon named before anything opens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconName {
    /// [`HALL_BALLS`].
    pub src: String,
    /// The attempt.
    pub round: u64,
}

/// `draw.frozen/1`: everything that decides a draw, fixed before anything opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The draw id, `<lot>.<draw stage>[.<specialty>]`, the same for all attempts.
    pub draw: Token,
    /// From 1.
    pub attempt: u64,
    /// Digest of the previous attempt's `draw.frozen/1`; null for attempt 1.
    pub prev: Option<Hash>,
    /// `award`, `expert`, `order`, `coef`, ...
    pub purpose: Token,
    /// How many items are selected.
    pub take: u64,
    /// c of `bids.closed`; null for `draw0`.
    pub closed: Option<Hash>,
    /// What is drawn from, strictly ascending.
    pub items: Vec<Token>,
    /// Who contributes, strictly ascending by who.
    pub contribs: Vec<ContribRow>,
    /// The beacons named, strictly ascending.
    pub beacons: Vec<BeaconName>,
}

impl Object for Frozen {
    const T: &'static str = "draw.frozen/1";

    fn check(&self) -> Checked<()> {
        self.draw_stage()?;
        ensure(
            (self.attempt == 1) == self.prev.is_none(),
            "prev is null exactly for attempt 1",
        )?;
        ensure(self.attempt >= 1, "attempt counts from 1")?;
        let items = u64::try_from(self.items.len()).unwrap_or(u64::MAX);
        ensure((1..=items).contains(&self.take), "take is 1 to the items")?;
        ensure(ascends(&self.items), "items are not strictly ascending")?;
        ensure(
            ascends(self.contribs.iter().map(|(who, _, _)| who)),
            "contributors are not strictly ascending",
        )?;
        let duties = self.contribs.iter().filter(|(who, _, _)| who.is_duty());
        ensure(duties.count() == 3, "op, sup and ten do not all contribute")?;
        for (who, env, ct) in &self.contribs {
            ensure(env.is_some() == ct.is_some(), format_args!("{who}: half a row"))?;
            ensure(
                env.is_some() || !who.is_duty(),
                format_args!("{who}: a duty is never null"),
            )?;
        }
        check_beacons(self.beacons.iter(), self.attempt)
    }
}

impl Frozen {
    /// The stage that opens for this attempt: the draw stage, from attempt 2 with `-a<n>`.
    ///
    /// # Errors
    /// A draw id of another form, or of another lot.
    pub fn stage(&self) -> Checked<KeyStage> {
        Ok(self.draw_stage()?.at(self.attempt))
    }

    /// The stage of the attempt before; none for attempt 1.
    ///
    /// # Errors
    /// As [`Frozen::stage`].
    pub fn stage_before(&self) -> Checked<Option<KeyStage>> {
        Ok(self.stage()?.before())
    }

    /// The draw stage in the id, checked: it belongs to the lot, and only `draw0` is not closed.
    fn draw_stage(&self) -> Checked<KeyStage> {
        let wrong = || Flaw::new(format!("not a draw id of lot {}: {}", self.lot, self.draw));
        let mut pieces = self.draw.as_str().split('.');
        ensure(pieces.next() == Some(self.lot.as_str()), wrong().0)?;
        let stage = pieces.next().ok_or_else(wrong)?;
        let specialty = pieces.next();
        let whole = pieces.next().is_none() && specialty.is_none_or(is_specialty);
        let stage = named(stage).filter(|stage| whole && stage.is_draw() && stage.attempt == 1);
        let stage = stage.ok_or_else(wrong)?;
        ensure(
            self.closed.is_none() == stage.is_before_bids(),
            "closed is null exactly for draw0",
        )?;
        Ok(stage)
    }
}

fn is_specialty(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.len() <= 26
        && text.bytes().next().is_some_and(letter)
        && text.bytes().all(|b| letter(b) || b == b'-')
}

/// The source and round of the beacons of one attempt.
pub(super) fn check_beacons<'a>(
    beacons: impl Iterator<Item = &'a BeaconName> + Clone,
    attempt: u64,
) -> Checked<()> {
    ensure(beacons.clone().count() <= 1, "a beacon twice")?;
    for beacon in beacons {
        ensure(
            beacon.src == HALL_BALLS && beacon.round == attempt,
            "another beacon than hall-balls of this attempt",
        )?;
    }
    Ok(())
}

/// `beacon/1`: the digits drawn in the hall, signed by the supervision bureau; the first counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beacon {
    /// The draw id.
    pub draw: Token,
    /// The attempt.
    pub attempt: u64,
    /// [`HALL_BALLS`].
    pub src: String,
    /// The attempt.
    pub round: u64,
    /// The digits as drawn, space separated.
    pub digits: String,
}

impl Object for Beacon {
    const T: &'static str = "beacon/1";

    fn check(&self) -> Checked<()> {
        let name = BeaconName {
            src: self.src.clone(),
            round: self.round,
        };
        check_beacons(std::iter::once(&name), self.attempt)?;
        balls_value(&self.digits).map(|_| ())
    }
}

/// The value of balls: SHA-256(digits LF).
///
/// # Errors
/// Anything but 1 to 100 groups of 1 to 4 digits with one space between.
pub fn balls_value(digits: &str) -> Checked<Hash> {
    let groups: Vec<&str> = digits.split(' ').collect();
    let numbers = groups
        .iter()
        .all(|group| (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit()));
    ensure(
        numbers && groups.len() <= 100,
        "not the digits of balls, with single spaces",
    )?;
    Ok(Hash::of(&[digits.as_bytes(), b"\n"]))
}

/// `draw.done/1`: SHA-256 of the transcript that everybody rebuilds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// The draw id.
    pub draw: Token,
    /// The attempt.
    pub attempt: u64,
    /// SHA-256 of the transcript, which is the seed.
    pub sha256: Hash,
}

impl Object for Done {
    const T: &'static str = "draw.done/1";
}

impl Done {
    /// The stage of this draw of a lot; none where the draw is another lot's.
    #[must_use]
    pub fn stage(&self, lot: &Token) -> Option<KeyStage> {
        let rest = self.draw.as_str().strip_prefix(lot.as_str())?.strip_prefix('.')?;
        let stage = rest.split('.').next().and_then(named)?;
        Some(stage.at(self.attempt))
    }
}

/// An expert as an item of a draw, and the salt that proves later who it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolItem {
    /// HMAC-SHA-256(`pool_key`, number of the expert); shown only to those who may know the name.
    pub salt: Hash,
    /// What stands in the list.
    pub item: Hash,
}

impl PoolItem {
    /// From the draw's pool key, made and kept by the supervision bureau's own client.
    ///
    /// # Errors
    /// None in practice: HMAC takes keys of any length.
    pub fn new(pool_key: &[u8; 32], expert_no: &Token) -> Checked<Self> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(pool_key).map_err(|e| Flaw::new(format!("pool key: {e}")))?;
        mac.update(expert_no.as_str().as_bytes());
        Ok(Self::of(Hash(mac.finalize().into_bytes().into()), expert_no))
    }

    /// From the salt, as one checks who was drawn.
    #[must_use]
    pub fn of(salt: Hash, expert_no: &Token) -> Self {
        let text = format!("tianping-draw/1 item\n{salt}\n{expert_no}\n");
        Self {
            salt,
            item: Hash::of(&[text.as_bytes()]),
        }
    }
}
