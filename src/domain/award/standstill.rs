//! What the publication of the draw says (抽取结果公示, rule Z82): K, the band, every bid in or out
//! with its reason, the full drawn order, the candidates, how and to whom to object.
//!
//! Never: a certificate number in full, an expert's name, a bid left out.

use serde::{Deserialize, Serialize};

use super::{Exclusion, Fate, Outcome};
use crate::{
    domain::{method::AwardPrice, money::Fen, procedure::ReviewOrder},
    proof::{
        canon::Object,
        stage::{KeyStage, named},
    },
};

/// A bid in the publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AwardLine)]
pub struct Line {
    /// The bidder's token.
    pub bidder: String,
    /// The bidder's name.
    pub name: String,
    /// The price, where the bid was opened.
    #[schema(value_type = Option<i64>)]
    pub total: Option<Fen>,
    /// Whether it went into the draw, and if not, why.
    pub fate: Fate,
    /// What the draw made of it.
    pub outcome: Outcome,
}

/// A place of the drawn order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DrawnLine {
    /// From 1.
    pub place: usize,
    /// The bidder's token.
    pub bidder: String,
    /// The bidder's name.
    pub name: String,
    /// The ticket that gave the place, hex.
    pub ticket: String,
    /// Why it is no candidate, where it was excluded.
    pub exclusion: Option<Exclusion>,
}

/// A candidate in the publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CandidateLine {
    /// From 1.
    pub rank: usize,
    /// The place in the drawn order, from 1.
    pub place: usize,
    /// The bidder's token.
    pub bidder: String,
    /// The bidder's name.
    pub name: String,
    /// The price of the bid.
    #[schema(value_type = i64)]
    pub total: Fen,
    /// What the contract would cost.
    #[schema(value_type = i64)]
    pub contract_price: Fen,
    /// The time for completion, days.
    pub days: Option<i64>,
    /// The promised quality.
    pub quality: Option<String>,
    /// The project manager, with the certificate's number [`masked`].
    pub manager: Option<String>,
}

/// Where to object or complain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contact {
    /// The organisation's name.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// A draw, for whoever recomputes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DrawProof {
    /// The draw id of the protocols.
    pub draw: String,
    /// The attempt, from 1.
    pub attempt: i64,
    /// SHA-256 of the transcript: the seed.
    pub sha256: String,
}

impl DrawProof {
    /// Which of the two draws it is, for message keys.
    #[must_use]
    pub fn word(&self) -> &'static str {
        draw_word(&self.draw)
    }
}

/// Which of the two draws an id of the protocols names.
pub(super) fn draw_word(id: &str) -> &'static str {
    let stage = id.rsplit_once('.').and_then(|(_, stage)| named(stage));
    match stage {
        Some(KeyStage::COEFFICIENT) => "coefficient",
        Some(_) | None => "order",
    }
}

/// The whole publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standstill {
    /// The number of the tender.
    pub number: String,
    /// The name of the tender.
    pub tender: String,
    /// The name of the lot.
    pub lot: String,
    /// The order of review.
    pub order: ReviewOrder,
    /// What the winner is paid.
    pub award_price: AwardPrice,
    /// 最高投标限价.
    #[schema(value_type = i64)]
    pub ceiling: Fen,
    /// The provisional sums, `a + b`.
    #[schema(value_type = i64)]
    pub sums: Fen,
    /// K as drawn, per cent with two decimals.
    pub k: String,
    /// `P = f(K)`.
    #[schema(value_type = i64)]
    pub price: Fen,
    /// The lower end of the band.
    #[schema(value_type = i64)]
    pub low: Fen,
    /// The upper end of the band.
    #[schema(value_type = i64)]
    pub high: Fen,
    /// Every bid, bytewise by bidder.
    pub bids: Vec<Line>,
    /// The full drawn order.
    pub drawn: Vec<DrawnLine>,
    /// The candidates.
    pub candidates: Vec<CandidateLine>,
    /// The two draws.
    pub draws: Vec<DrawProof>,
    /// Who takes objections: the owner.
    pub objections_to: Contact,
    /// Who takes complaints after the reply: the supervising bureau.
    pub complaints_to: Contact,
    /// The page on which anybody recomputes the draw.
    pub verify_at: String,
}

impl Object for Standstill {
    const T: &'static str = "award.standstill/1";
}

/// The award notice (成交通知书), `award.notice/1`: what the owner signs and the winner gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AwardNotice)]
pub struct Notice {
    /// The number of the tender.
    pub number: String,
    /// The name of the tender.
    pub tender: String,
    /// The name of the lot.
    pub lot: String,
    /// The owner's name.
    pub owner: String,
    /// The winner.
    pub winner: CandidateLine,
    /// SHA-256 of the publication of the draw that it rests on.
    pub standstill: String,
}

impl Object for Notice {
    const T: &'static str = "award.notice/1";
}

/// A text with every long run of letters and digits hidden but for its first three and last four:
/// how the number of a certificate is published.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut run: Vec<char> = Vec::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            run.push(c);
        } else {
            hide(&mut run, &mut out);
            out.push(c);
        }
    }
    hide(&mut run, &mut out);
    out
}

/// Moves a run to the output; 8 characters and fewer tell no certificate.
fn hide(run: &mut Vec<char>, out: &mut String) {
    let n = run.len();
    let shown = |i: usize| n <= 8 || i < 3 || i + 4 >= n;
    out.extend(
        run.drain(..)
            .enumerate()
            .map(|(i, c)| if shown(i) { c } else { '*' }),
    );
}
