//! Key sets (protocols A.3): `keyset/1`, and `keyset.pack/1` with everything that proves it.
//!
//! In: announcements and acknowledgements, or a `.keyset` file with the reader's own trust files.
//! Out: the key set, or the checked keys of a stage. Never: a key set that one organisation, or
//! centre, owner and agency together, could open; trust in a key that the file itself brings.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::canon::{Checked, Flaw, Hash, Object, Token, Whole, ensure};
use super::ceremony::{SealAck, SealKey, Stage};
use super::coalition;
use super::envelope::Recipient;
use super::event::act;
use super::parties::Parties;
use super::policy::Policy;
use super::receipt::Receipt;
use super::sig::Signed;

/// A layer of a key set; the first is innermost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// The holder's duty.
    pub duty: Token,
    /// What the layer is sealed to.
    pub recipient: Recipient,
    /// Digest of the `seal.key/1`.
    pub key: Hash,
    /// Digests of the `seal.ack/1`, in custodian order.
    pub acks: Vec<Hash>,
}

/// `keyset/1`: the frozen keys of one stage; its digest is its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyset {
    /// The tender's id.
    pub tender: Token,
    /// The lot's id.
    pub lot: Token,
    /// The stage.
    pub stage: Token,
    /// Unix milliseconds before which nothing is released.
    pub not_before: i64,
    /// Digest of `parties/1`.
    pub parties: Hash,
    /// How long custodians wait for a holder, in milliseconds.
    pub grace: i64,
    /// The layers, innermost first.
    pub layers: Vec<Layer>,
}

impl Object for Keyset {
    const T: &'static str = "keyset/1";

    fn check(&self) -> Checked<()> {
        ensure(
            self.not_before >= 0 && self.grace >= 0,
            "not_before or grace is negative",
        )?;
        ensure(!self.layers.is_empty(), "no layers")?;
        let recipients: BTreeSet<_> = self.layers.iter().map(|layer| layer.recipient).collect();
        ensure(recipients.len() == self.layers.len(), "a recipient twice")
    }
}

impl Keyset {
    /// The key set of these announcements, in layer order, each with its acknowledgements in
    /// custodian order. It is fit to be frozen once [`Keyset::open`] accepts it.
    ///
    /// # Errors
    /// No announcement, or objects that are none.
    pub fn of(
        parties: &Parties,
        grace: i64,
        keys: &[Whole<Signed>],
        acks: &[Vec<Whole<Signed>>],
    ) -> Checked<Self> {
        let first = keys.first().ok_or_else(|| Flaw::new("no layers"))?;
        let first = SealKey::from_value(&first.0.x)?;
        let mut layers = Vec::new();
        for (Whole(signed), acks) in keys.iter().zip(acks) {
            let key = SealKey::from_value(&signed.x)?;
            layers.push(Layer {
                duty: key.duty,
                recipient: key.recipient,
                key: signed.x_digest()?,
                acks: acks.iter().map(|ack| ack.0.x_digest()).collect::<Checked<_>>()?,
            });
        }
        Ok(Self {
            tender: first.tender,
            lot: first.lot,
            stage: first.stage,
            not_before: first.not_before,
            parties: parties.digest()?,
            grace,
            layers,
        })
    }

    /// Checks 1, 2 and 4 of A.3: everything but the receipt.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn open(
        &self,
        parties: &Parties,
        keys: &[Whole<Signed>],
        acks: &[Vec<Whole<Signed>>],
    ) -> Checked<StageKeys> {
        self.check()?;
        ensure(self.parties == parties.digest()?, "key set: other parties")?;
        ensure(
            keys.len() == self.layers.len() && acks.len() == self.layers.len(),
            "key set: not one key and one list of acks for each layer",
        )?;
        let mut opened = Vec::new();
        for ((layer, Whole(key)), acks) in self.layers.iter().zip(keys).zip(acks) {
            opened.push(self.open_layer(layer, parties, key, acks)?);
        }
        check_coalitions(&opened, parties)?;
        Ok(StageKeys {
            id: self.digest()?,
            keyset: self.clone(),
            keys: opened,
        })
    }

    fn open_layer(
        &self,
        layer: &Layer,
        parties: &Parties,
        signed: &Signed,
        acks: &[Whole<Signed>],
    ) -> Checked<SealKey> {
        let key: SealKey = signed.open_by(&parties.key(layer.duty.as_str())?)?;
        ensure(
            signed.x_digest()? == layer.key
                && key.at() == self.at()
                && key.not_before == self.not_before
                && (&key.duty, &key.recipient) == (&layer.duty, &layer.recipient),
            format_args!("key set: the key of {} is not that of the layer", layer.duty),
        )?;
        ensure(
            acks.len() == key.escrow.to.len() && acks.len() == layer.acks.len(),
            format_args!("key set: not one ack per custodian of {}", layer.duty),
        )?;
        for (((i, to), Whole(signed)), digest) in (1..).zip(&key.escrow.to).zip(acks).zip(&layer.acks) {
            let ack: SealAck = signed.open_by(&parties.key(to.as_str())?)?;
            ensure(
                signed.x_digest()? == *digest
                    && (&ack.tender, &ack.lot, &ack.stage) == (&self.tender, &self.lot, &self.stage)
                    && (&ack.duty, &ack.to, ack.i, ack.key) == (&layer.duty, to, i, layer.key),
                format_args!("key set: the ack of {to} for {} is of something else", layer.duty),
            )?;
        }
        Ok(key)
    }

    /// The stage it is for.
    #[must_use]
    pub fn at(&self) -> Stage {
        Stage {
            tender: self.tender.clone(),
            lot: self.lot.clone(),
            stage: self.stage.clone(),
        }
    }
}

fn check_coalitions(keys: &[SealKey], parties: &Parties) -> Checked<()> {
    let mut layers = Vec::new();
    for key in keys {
        let custodians = key.escrow.to.iter().map(|to| parties.org(to.as_str()));
        layers.push(coalition::Layer {
            holder: parties.org(key.duty.as_str())?,
            t: key.escrow.t,
            custodians: custodians.collect::<Checked<_>>()?,
        });
    }
    let owner_side = ["op", "ten", "agency"];
    let owner_side = owner_side.iter().filter_map(|duty| parties.org(duty).ok());
    coalition::check(&layers, &owner_side.collect())
}

/// The keys of a stage, every check passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageKeys {
    /// The id of the key set.
    pub id: Hash,
    /// The key set.
    pub keyset: Keyset,
    /// The announcements, in layer order.
    pub keys: Vec<SealKey>,
}

impl StageKeys {
    /// The announced key of a holder.
    ///
    /// # Errors
    /// The duty holds no layer.
    pub fn key(&self, holder: &Token) -> Checked<&SealKey> {
        let mut keys = self.keys.iter();
        keys.find(|key| key.duty == *holder)
            .ok_or_else(|| Flaw::new(format!("{holder} holds no layer of this key set")))
    }

    /// What the layers are sealed to, innermost first.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.keyset.layers.iter().map(|layer| &layer.recipient)
    }
}

/// `keyset.pack/1`: the file `<stage>.keyset`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The key set.
    pub keyset: Whole<Keyset>,
    /// The signed `seal.key/1`, in layer order.
    pub keys: Vec<Whole<Signed>>,
    /// The signed `seal.ack/1`, per layer in custodian order.
    pub acks: Vec<Vec<Whole<Signed>>>,
    /// The salt of the reference `keyset`.
    pub salt: Hash,
    /// The receipt of `keyset.frozen`.
    pub receipt: String,
}

impl Object for Pack {
    const T: &'static str = "keyset.pack/1";
}

impl Pack {
    /// All checks of A.3, with the reader's own trust files.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn open(&self, parties: &Parties, policy: &Policy) -> Checked<StageKeys> {
        let Whole(keyset) = &self.keyset;
        let keys = keyset.open(parties, &self.keys, &self.acks)?;
        let receipt: Receipt = self.receipt.parse()?;
        receipt.check(policy)?;
        let event = receipt.event();
        ensure(
            event.act == act::KEYSET_FROZEN && event.tx == keyset.tender,
            "key set: the receipt is of another event",
        )?;
        event.refers_to("keyset", &self.salt, &keyset.value()?)?;
        Ok(keys)
    }
}
