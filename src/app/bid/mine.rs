//! A bidder's own bids on a lot, which before the closing nobody else sees.

use serde::Serialize;

use super::{bidder_of, public_lot};
use crate::{
    app::{Answer, App, Ask, Error, lot as lots},
    domain::{
        bid::{BidAct, BidState},
        id::Id,
        procedure::Stage,
        time::Instant,
    },
    proof::canon::{Hash, Object as _},
    store::{self, Db, Fault, tx::Recorded},
};

/// What a bidder sees of his own bids on a lot, and nobody else does before the closing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Mine {
    /// The lot.
    #[schema(value_type = String)]
    pub lot: Id,
    /// The project and the lot, as people call them.
    pub name: String,
    /// The number of its project.
    pub number: String,
    /// Where it stands.
    pub stage: Stage,
    /// The deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// The bidder's token.
    pub bidder: String,
    /// The seq of the next submission or withdrawal.
    pub seq: i64,
    /// Its prev; null for seq 1.
    pub prev: Option<String>,
    /// The key of seq 1, which all later ones carry.
    pub kid: Option<String>,
    /// What the last word was: `bid`, `withdrawn`, or null before the first.
    pub state: Option<&'static str>,
    /// Whether a submission counts at present.
    pub is_in: bool,
    /// When the bidder signed in to the opening, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub signed_in_at: Option<Instant>,
    /// Everything sent, in order.
    pub sent: Vec<MineRow>,
}

/// One submission or withdrawal of one's own.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MineRow {
    /// Its number.
    pub seq: i64,
    /// Which of the two.
    #[schema(value_type = String)]
    pub act: BidAct,
    /// Whether it counts.
    #[schema(value_type = String)]
    pub state: BidState,
    /// SHA-256 of what was signed.
    pub digest: String,
    /// c of its event: the address of its receipt.
    pub c: String,
    /// When its last byte arrived, Unix ms.
    #[schema(value_type = i64)]
    pub received_at: Instant,
}

/// One's own bids on a lot.
pub fn mine(db: &mut Db, ask: &Ask, lot: &str) -> Answer<Mine> {
    let organisation = bidder_of(db, ask)?;
    let lot = public_lot(db, lot)?;
    let rows = store::bid::of_bidder(db, &lot.id, &organisation.code)?;
    let mut sent = Vec::new();
    for row in &rows {
        let event = store::journal::event_at(db, &row.tx, row.n)?;
        let c = event.map(|event| event.c).unwrap_or_default();
        sent.push(MineRow {
            seq: row.seq,
            act: row.act,
            state: row.state,
            digest: row.digest.clone(),
            c,
            received_at: row.received_at,
        });
    }
    let last = rows.last();
    let (name, number) = lots::heading(db, &lot)?;
    Ok(Mine {
        name,
        number,
        seq: last.map_or(1, |last| last.seq + 1),
        prev: last.map(|last| last.digest.clone()),
        kid: rows.first().map(|first| first.kid.clone()),
        state: last.map(|last| match last.act {
            BidAct::Submission => "bid",
            BidAct::Withdrawal => "withdrawn",
        }),
        is_in: rows.iter().any(|row| row.state == BidState::Effective),
        signed_in_at: store::bid::signed_in(db, &lot.id, &organisation.id)?.map(|row| row.signed_in_at),
        lot: lot.id,
        stage: lot.stage,
        closes_at: lot.closes_at,
        bidder: organisation.code,
        sent,
    })
}

impl App {
    /// The acknowledgement of one's own submission or withdrawal once more: the bytes that the log gave
    /// for it at once, since its signatures are deterministic (RFC 8032).
    pub async fn own_acknowledgement(&self, ask: Ask, lot: String, seq: i64) -> Answer<Vec<u8>> {
        let found = self
            .view(move |db| {
                let organisation = bidder_of(db, &ask)?;
                let lot = public_lot(db, &lot)?;
                let rows = store::bid::of_bidder(db, &lot.id, &organisation.code)?;
                let row = rows
                    .into_iter()
                    .find(|row| row.seq == seq)
                    .ok_or(Error::NotFound)?;
                let event = store::journal::event_at(db, &row.tx, row.n)?;
                Ok((event.ok_or(Error::NotFound)?.c, row))
            })
            .await?;
        let (c, row) = found;
        let recorded = Recorded {
            c: Hash::from_hex(&c)?,
            n: u64::try_from(row.n).map_err(|e| Fault::new("chain", e))?,
            ts: row.received_at.0,
            tx: row.tx,
        };
        Ok(self.ack(&recorded, Hash::from_hex(&row.digest)?)?.bytes()?)
    }
}

impl Mine {
    /// Whether the opening still takes sign-ins, as far as the stage says.
    #[must_use]
    pub fn may_sign_in(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::Closing)
    }

    /// Whether there is a result that explains this bid.
    #[must_use]
    pub fn has_result(&self) -> bool {
        self.is_in && matches!(self.stage, Stage::Standstill | Stage::Awarded)
    }

    /// Where one signs in to the opening.
    #[must_use]
    pub fn sign_in_path(&self) -> String {
        format!("/lots/{}/sign-ins", self.lot)
    }
}
