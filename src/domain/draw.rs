//! Draws as rows: frozen, done or voided. What is drawn from what is in `proof::draw`.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{bytes::JsonText, id::Id, time::Instant};
use crate::{schema::draw, text_enum};

text_enum! {
    /// What a draw decides.
    pub enum DrawPurpose {
        /// 抽取评审专家.
        Expert,
        /// 抽取 K 值.
        Coef,
        /// 抽取入选人.
        Award,
    }
}

text_enum! {
    /// How far a draw is.
    pub enum DrawState {
        /// 名单已冻结.
        Frozen,
        /// 已完成.
        Done,
        /// 已作废: by the supervision bureau's decision.
        Voided,
    }
}

impl DrawPurpose {
    /// Whether the draw is part of the award, and not of making up the panel.
    #[must_use]
    pub fn is_of_award(self) -> bool {
        match self {
            Self::Coef | Self::Award => true,
            Self::Expert => false,
        }
    }
}

/// One attempt at one draw.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = draw, treat_none_as_null = true)]
pub struct Draw {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// The stage whose keys open its contributions.
    pub stage: String,
    /// The draw id of the protocols.
    pub draw_id: String,
    /// From 1.
    pub attempt: i64,
    /// What it decides.
    pub purpose: DrawPurpose,
    /// How far it is.
    pub state: DrawState,
    /// `draw.frozen/1`.
    pub frozen: JsonText,
    /// When the list was frozen.
    pub frozen_at: Instant,
    /// The digits of the hall balls, once entered.
    pub digits: Option<String>,
    /// The transcript, once done.
    pub transcript: Option<String>,
    /// Its SHA-256, the seed.
    pub sha256: Option<String>,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// Why the supervision bureau voided it.
    pub void_reason: Option<String>,
    /// When it was voided.
    pub voided_at: Option<Instant>,
}
