//! Key ceremonies: which duties hold the keys of a stage, which keep shares, what each still owes
//! (protocols A.1 to A.3).
//!
//! In: a lot, the objects announced. Out: rows, or the refusal that names what does not fit. Never:
//! a key set frozen with a key, an acknowledgement or a canary missing. Signatures and points are
//! `proof`'s matter and are checked before.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{Bytes, JsonText},
    id::Id,
    refusal::{
        Lawful, Refusal,
        ceremony::{KEY_UNFIT, NO_DEADLINE, NOT_ASKED},
        require,
    },
    tender::Lot,
    time::{Instant, MINUTE, SECOND},
};
use crate::{
    proof::{
        canon::Token,
        ceremony::SealKey,
        stage::{KeyStage, named},
    },
    schema::{canary, keyset, stage_ack, stage_key},
    text_enum,
};

/// How long custodians wait for a missing holder (protocols G).
pub const GRACE_SPAN: i64 = 15 * MINUTE;
/// How long a holder has to answer a canary before the deadline.
pub const CANARY_SPAN: i64 = 15 * MINUTE;
/// What a custodian's client waits beyond the grace, for cosignatures that came after the event.
const SLACK: i64 = SECOND;
/// The duties that contribute to every draw (protocols B.2).
pub const CONTRIBUTORS: [&str; 3] = ["op", "sup", "ten"];

text_enum! {
    /// Where the key set of a stage stands.
    pub enum KeysetState {
        /// The ceremony is called: keys, acknowledgements and canary answers come in.
        Called,
        /// Frozen; the duties' contributions to its draw are missing.
        Frozen,
        /// Nothing is missing: bids may be sealed to it.
        Ready,
        /// The releases are asked for.
        Due,
        /// Every layer's identity is known.
        Opened,
        /// Another ceremony took its place before anything was sealed to it.
        Replaced,
    }
}

text_enum! {
    /// When a canary is sent.
    pub enum CanaryRound {
        /// With the key's announcement.
        Ceremony,
        /// 24 hours before the deadline.
        Day,
        /// An hour before the deadline.
        Hour,
    }
}

/// A layer as it is asked for: its holder and the escrow of its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Layer {
    /// The holder's duty.
    pub duty: String,
    /// How many shares recover the key.
    pub t: u8,
    /// The custodians' duties, in order.
    pub to: Vec<String>,
}

/// The layers of every key set, innermost first (protocols G).
#[must_use]
pub fn layers() -> Vec<Layer> {
    let layer = |duty: &str, to: [&str; 2]| Layer {
        duty: duty.to_owned(),
        t: 2,
        to: to.map(str::to_owned).to_vec(),
    };
    vec![layer("op", ["sup", "upper"]), layer("sup", ["op", "upper"])]
}

/// The key set of a stage, from the call of its ceremony to the opening.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = keyset, treat_none_as_null = true)]
pub struct Keyset {
    /// Its id; the protocols' id is `digest`.
    pub id: Id,
    /// The tender.
    pub tender_id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The stage of the protocols: `draw0`, `docs`, `price`, `draw2-a2` ...
    pub stage: String,
    /// `parties/1` as it stood at the call.
    pub parties: JsonText,
    /// The layers asked for, innermost first: a list of [`Layer`].
    pub layers: JsonText,
    /// Before this nothing is released.
    pub not_before_at: Instant,
    /// How long custodians wait for a missing holder, ms.
    pub grace_span: i64,
    /// Where it stands.
    pub state: KeysetState,
    /// When the ceremony was called.
    pub called_at: Instant,
    /// Digest of `keyset/1`, hex.
    pub digest: Option<String>,
    /// `keyset`, `keys` and `acks` of `keyset.pack/1`.
    pub pack: Option<JsonText>,
    /// c of `keyset.frozen`, hex.
    pub frozen_c: Option<String>,
    /// When it was frozen.
    pub frozen_at: Option<Instant>,
    /// c of the event that the releases are for, hex.
    pub for_c: Option<String>,
    /// From when on something is asked of the duties; none while nothing is.
    pub asked_at: Option<Instant>,
    /// When the last identity was known.
    pub opened_at: Option<Instant>,
}

impl Keyset {
    /// The ceremony of a stage, called now.
    #[must_use]
    pub fn call(
        id: Id,
        lot: &Lot,
        stage: &str,
        parties: JsonText,
        not_before_at: Instant,
        now: Instant,
    ) -> Self {
        Self {
            id,
            tender_id: lot.tender_id.clone(),
            lot_id: lot.id.clone(),
            stage: stage.to_owned(),
            parties,
            layers: JsonText::of(&layers()).unwrap_or_default(),
            not_before_at,
            grace_span: GRACE_SPAN,
            state: KeysetState::Called,
            called_at: now,
            digest: None,
            pack: None,
            frozen_c: None,
            frozen_at: None,
            for_c: None,
            asked_at: Some(now),
            opened_at: None,
        }
    }

    /// Goes on to another state, in which something may be asked of the duties from `at` on.
    pub fn go_on(&mut self, state: KeysetState, at: Instant) {
        self.state = state;
        self.asked_at = match state {
            KeysetState::Called | KeysetState::Frozen | KeysetState::Due => Some(at),
            KeysetState::Ready | KeysetState::Opened | KeysetState::Replaced => None,
        };
    }

    /// Whether something is asked by now.
    #[must_use]
    pub fn is_asked(&self, now: Instant) -> bool {
        self.asked_at.is_some_and(|asked| asked <= now)
    }

    /// Whether the holders had their time by now, so that custodians step in for those missing.
    #[must_use]
    pub fn is_late(&self, now: Instant) -> bool {
        let until = self.asked_at.map(|asked| asked.plus(self.grace_span));
        self.state == KeysetState::Due && until.is_some_and(|until| until <= now)
    }

    /// The first instant after `now` at which more is asked: the keys, then the custodians' shares.
    #[must_use]
    pub fn next_after(&self, now: Instant) -> Option<Instant> {
        let asked = self.asked_at.filter(|_| self.state == KeysetState::Due)?;
        let late = asked.plus(self.grace_span + SLACK);
        [asked, late].into_iter().find(|at| *at > now)
    }

    /// The layers asked for; none if the column was tampered with.
    #[must_use]
    pub fn plan(&self) -> Vec<Layer> {
        self.layers.get().unwrap_or_default()
    }

    /// Whether the stage is a draw, to which the duties contribute.
    #[must_use]
    pub fn is_draw(&self) -> bool {
        self.is_of(KeyStage::is_draw)
    }

    /// Whether its stage is of this sort, e.g. [`KeyStage::is_draw`].
    #[must_use]
    pub fn is_of(&self, sort: impl FnOnce(KeyStage) -> bool) -> bool {
        named(&self.stage).is_some_and(sort)
    }

    /// Refuses a key that is not the one asked for.
    ///
    /// # Errors
    /// `ceremony.not_asked`, `ceremony.key_unfit`.
    pub fn check_key(&self, key: &SealKey) -> Lawful<()> {
        require(self.state == KeysetState::Called, || {
            Refusal::new(&NOT_ASKED).fact("stage", &self.stage)
        })?;
        let plan = self.plan();
        let layer = plan.iter().find(|layer| layer.duty == key.duty.as_str());
        let layer = layer.ok_or_else(|| Refusal::new(&NOT_ASKED).fact("stage", &self.stage))?;
        let unfit = |what: &str| Refusal::new(&KEY_UNFIT).fact("why", what);
        let names = (key.tender.as_str(), key.lot.as_str(), key.stage.as_str());
        let asked = (self.tender_id.as_str(), self.lot_id.as_str(), self.stage.as_str());
        require(names == asked, || unfit("tender, lot, stage"))?;
        require(key.not_before == self.not_before_at.0, || unfit("not_before"))?;
        let to: Vec<&str> = key.escrow.to.iter().map(Token::as_str).collect();
        require(key.escrow.t == layer.t && to == layer.to, || unfit("escrow"))
    }
}

/// Before which instant the key of a stage is not released: the deadline as now planned; for the
/// expert draw, which has none, the call itself.
///
/// # Errors
/// `ceremony.no_deadline`.
pub fn not_before(stage: KeyStage, closes_at: Option<Instant>, now: Instant) -> Lawful<Instant> {
    // a later attempt at a draw rests on the list of bids, whose deadline must not lie before it (A.6)
    if stage.is_before_bids() {
        // a quorum time counts whole seconds
        return Ok(Instant(now.0 - now.0.rem_euclid(1000)));
    }
    closes_at.ok_or_else(|| Refusal::new(&NO_DEADLINE).at("closes_at"))
}

/// A holder's announced key.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = stage_key, treat_none_as_null = true)]
pub struct StageKey {
    /// Its id.
    pub id: Id,
    /// The ceremony.
    pub keyset_id: Id,
    /// The holder's duty.
    pub duty: String,
    /// Digest of the `seal.key/1`, hex.
    pub digest: String,
    /// `age1...`, once on the platform.
    pub recipient: String,
    /// The `signed/1`.
    pub signed: JsonText,
    /// When it came.
    pub announced_at: Instant,
}

/// A custodian's acknowledgement of its share.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = stage_ack, treat_none_as_null = true)]
pub struct StageAck {
    /// Its id.
    pub id: Id,
    /// The ceremony.
    pub keyset_id: Id,
    /// The holder's duty.
    pub duty: String,
    /// The custodian's duty.
    pub custodian: String,
    /// Its number, from 1.
    pub seat: i64,
    /// The `signed/1` of the `seal.ack/1`.
    pub signed: JsonText,
    /// When it came.
    pub acknowledged_at: Instant,
}

/// A canary sent to a holder.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = canary, treat_none_as_null = true)]
pub struct Canary {
    /// Its id.
    pub id: Id,
    /// The key set.
    pub keyset_id: Id,
    /// The holder's duty.
    pub duty: String,
    /// Which of the three.
    pub round: CanaryRound,
    /// Digest of the `seal.key/1`, hex.
    pub key_digest: String,
    /// SHA-256 of the ciphertext, hex.
    pub nonce: String,
    /// SHA-256 of the plaintext, hex.
    pub h: String,
    /// What the holder is sent.
    pub ciphertext: Bytes,
    /// When.
    pub sent_at: Instant,
    /// The `signed/1` of the `canary.answer/1`.
    pub answer: Option<JsonText>,
    /// When it was answered.
    pub answered_at: Option<Instant>,
    /// When the centre and the bureau were told that it failed.
    pub alarmed_at: Option<Instant>,
}

impl Canary {
    /// Until when it is to be answered.
    #[must_use]
    pub fn due_at(&self) -> Instant {
        self.sent_at.plus(CANARY_SPAN)
    }

    /// Whether it was not answered in time, and nobody was told yet; the ceremony's own has no limit.
    #[must_use]
    pub fn is_overdue(&self, now: Instant) -> bool {
        let is_open = self.answer.is_none() && self.alarmed_at.is_none();
        is_open && self.round != CanaryRound::Ceremony && self.due_at() <= now
    }
}

/// A ceremony with all that came in.
#[derive(Debug, Clone)]
pub struct Ceremony {
    /// The key set asked for.
    pub keyset: Keyset,
    /// The keys announced.
    pub keys: Vec<StageKey>,
    /// The acknowledgements.
    pub acks: Vec<StageAck>,
    /// The canaries, of every round.
    pub canaries: Vec<Canary>,
}

impl Ceremony {
    /// The key of a holder, if it is announced.
    #[must_use]
    pub fn key(&self, duty: &str) -> Option<&StageKey> {
        self.keys.iter().find(|key| key.duty == duty)
    }

    /// The acknowledgement of a custodian for a holder's key, if it is there.
    #[must_use]
    pub fn ack(&self, duty: &str, custodian: &str) -> Option<&StageAck> {
        let mut acks = self.acks.iter();
        acks.find(|ack| (ack.duty.as_str(), ack.custodian.as_str()) == (duty, custodian))
    }

    /// Whether the holder showed that its saved key opens.
    #[must_use]
    pub fn has_answered(&self, duty: &str) -> bool {
        let mut canaries = self.canaries.iter().filter(|canary| canary.duty == duty);
        canaries.any(|canary| canary.round == CanaryRound::Ceremony && canary.answer.is_some())
    }

    /// What is missing, as `(what, duty)`: `key`, `ack`, `canary`; nothing: it can be frozen.
    #[must_use]
    pub fn missing(&self) -> Vec<(&'static str, String)> {
        let mut missing = Vec::new();
        for layer in self.keyset.plan() {
            if self.key(&layer.duty).is_none() {
                missing.push(("key", layer.duty));
                continue;
            }
            let silent = layer.to.iter().filter(|to| self.ack(&layer.duty, to).is_none());
            missing.extend(silent.map(|to| ("ack", to.clone())));
            if !self.has_answered(&layer.duty) {
                missing.push(("canary", layer.duty));
            }
        }
        missing
    }
}
