//! What the publication of the result says (结果公示, rule Z82): what the method found — of a draw K and
//! the band —, every bid in or out with its reason, the full ranking, the candidates, how and to whom
//! to object.
//!
//! Never: a certificate number in full, an expert's name, a bid left out.

use serde::{Deserialize, Serialize};

use super::{BandDraw, Exclusion, Fate, Ground, Outcome};
use crate::{
    domain::{band::Coefficient, method::AwardPrice, money::Fen, procedure::ReviewOrder},
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
    /// Whether it may win, and if not, why.
    pub fate: Fate,
    /// What the ranking made of it.
    pub outcome: Outcome,
}

/// A place of the ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RankedLine {
    /// From 1.
    pub place: usize,
    /// The bidder's token.
    pub bidder: String,
    /// The bidder's name.
    pub name: String,
    /// What gave the place.
    #[serde(flatten)]
    pub ground: Ground,
    /// Why it is no candidate, where it was excluded.
    pub exclusion: Option<Exclusion>,
}

/// A candidate in the publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CandidateLine {
    /// From 1.
    pub rank: usize,
    /// The place in the ranking, from 1.
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

/// What the method of the award came to: the part of a publication that no other method has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum MethodResult {
    /// 合理造价随机抽取.
    ReasonablePriceDraw(DrawResult),
}

impl MethodResult {
    /// What the draw came to, for what only a draw has.
    #[must_use]
    pub fn draw(&self) -> &DrawResult {
        let Self::ReasonablePriceDraw(draw) = self;
        draw
    }
}

/// What the reasonable-price draw came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DrawResult {
    /// What the winner is paid.
    pub award_price: AwardPrice,
    /// The provisional sums, `a + b`, fen.
    #[schema(value_type = i64)]
    pub sums: Fen,
    /// The lower end of the band, fen.
    #[schema(value_type = i64)]
    pub low: Fen,
    /// The upper end of the band, fen.
    #[schema(value_type = i64)]
    pub high: Fen,
    /// Digest of the list that the award is drawn from.
    pub list: String,
    /// K as drawn, per cent with two decimals; none before.
    pub k: Option<String>,
    /// `P = f(K)`, fen.
    #[schema(value_type = Option<i64>)]
    pub price: Option<Fen>,
    /// The draws done: of K, of the order.
    pub draws: Vec<DrawProof>,
}

impl DrawResult {
    /// What follows from the terms, the list and K; the draws are those held.
    #[must_use]
    pub fn of(terms: &BandDraw, list: String, k: Option<Coefficient>, draws: Vec<DrawProof>) -> Self {
        Self {
            award_price: terms.award_price,
            sums: terms.sums,
            low: terms.band.low(),
            high: terms.band.high(),
            list,
            k: k.map(|k| k.to_string()),
            price: k.map(|k| terms.band.price(k)),
            draws,
        }
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
    /// 最高投标限价.
    #[schema(value_type = i64)]
    pub ceiling: Fen,
    /// What the method came to.
    pub method: MethodResult,
    /// Every bid, bytewise by bidder.
    pub bids: Vec<Line>,
    /// The full ranking.
    pub ranked: Vec<RankedLine>,
    /// The candidates.
    pub candidates: Vec<CandidateLine>,
    /// Who takes objections: the owner.
    pub objections_to: Contact,
    /// Who takes complaints after the reply: the supervising bureau.
    pub complaints_to: Contact,
    /// The page on which anybody recomputes it.
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
    /// SHA-256 of the publication of the result that it rests on.
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
