//! The papers that an award is redone from, as far as it follows from them.
//!
//! In: rows of a tender's chain. Out: a lot's procedure and terms as the notice published them, its list
//! of qualified bids, the facts of an event. Never: a paper of another lot; terms of a procedure that
//! this program does not have.

use serde::{Deserialize, de::DeserializeOwned};

use super::super::{Exclusion, Fate, Terms};
use crate::{
    domain::{
        act::Act,
        announcement::{LotPaper, NoticePaper},
        bid::OpenedBid,
        money::Fen,
        procedure::{Procedure, Stage},
        refusal::Refusal,
        time::Instant,
    },
    proof::{
        canon::{Checked, Flaw, Hash, Token, ensure},
        chain::{Chain, Shown},
    },
};

/// The notice, and when it came out.
pub(super) fn notice(chain: &Chain<'_>) -> Checked<(NoticePaper, Instant)> {
    let mut rows = chain.of(Act::TenderPublished.name());
    let (_, row) = rows
        .next()
        .ok_or_else(|| Flaw::new("the tender is not published"))?;
    Ok((row.object("notice")?, Instant(row.event().ts)))
}

/// A lot as the notice published it.
pub(super) fn published(notice: &NoticePaper, lot: &Token) -> Checked<LotPaper> {
    let mut lots = notice.lots.iter();
    let own = lots.find(|paper| paper.lot.as_str() == lot.as_str()).cloned();
    own.ok_or_else(|| Flaw::new(format!("the notice has no lot {lot}")))
}

/// An act that somebody signed with his password names the digest of this paper.
pub(super) fn is_signed(row: &Shown, digest: &Hash) -> Checked<()> {
    let signature = facts::<Signature>(row, "signature")?;
    ensure(
        signature.is_some_and(|signature| signature.digest == *digest),
        "it is not the paper that was signed",
    )
}

/// `act.signature/1`.
#[derive(Deserialize)]
struct Signature {
    digest: Hash,
}

/// The procedure that the notice names.
pub(super) fn procedure(paper: &LotPaper) -> Checked<&'static Procedure> {
    let (id, version) = &paper.procedure;
    let known = Procedure::by_id(id, *version);
    known.ok_or_else(|| Flaw::new(format!("{id} {version} is no procedure that this program knows")))
}

/// The terms that the notice published.
pub(super) fn terms(paper: &LotPaper) -> Checked<Terms> {
    let procedure = procedure(paper)?;
    let order = procedure.order.word();
    ensure(
        paper.review_order == order,
        "another order of review than the procedure's",
    )?;
    ensure(
        procedure.award == paper.method.method(),
        "the terms of another method than the procedure's",
    )?;
    Terms::published(procedure, paper).map_err(flaw)
}

/// What a refusal of the law says of a paper.
pub(super) fn flaw(refusal: Refusal) -> Flaw {
    Flaw::new(refusal.reason.code)
}

/// A payload of facts, where the event has it.
pub(super) fn facts<T: DeserializeOwned>(row: &Shown, label: &str) -> Checked<Option<T>> {
    let read = |x: &serde_json::Value| T::deserialize(x).map_err(|e| Flaw::new(format!("{label}: {e}")));
    row.payload(label).map(read).transpose()
}

/// The list of qualified bids that an event says of this lot.
pub(super) fn list(row: &Shown, lot: &Token) -> Checked<Option<Listed>> {
    let list = facts::<Listed>(row, "qualified")?;
    Ok(list.filter(|list| list.lot == lot.as_str()))
}

/// `opening.published/1`.
#[derive(Deserialize)]
pub(super) struct Opened {
    pub(super) digest: Hash,
    pub(super) lines: Vec<OpenedLine>,
}

#[derive(Deserialize)]
pub(super) struct OpenedLine {
    pub(super) bidder: String,
    pub(super) organisation: String,
    pub(super) code: Option<String>,
    pub(super) total_fen: Option<Fen>,
    days: Option<i64>,
    quality: Option<String>,
    manager: Option<String>,
}

impl OpenedLine {
    /// Days, quality and manager.
    pub(super) fn promises(&self) -> (Option<i64>, Option<String>, Option<String>) {
        (self.days, self.quality.clone(), self.manager.clone())
    }

    pub(super) fn bid(self) -> OpenedBid {
        OpenedBid {
            id: self.bidder.as_str().into(),
            bid_id: self.bidder.as_str().into(),
            lot_id: "".into(),
            organisation_id: self.bidder.as_str().into(),
            bidder: self.bidder,
            code: self.code,
            total_fen: self.total_fen,
            days: self.days,
            quality: self.quality,
            manager: self.manager,
            note: None,
        }
    }
}

/// `qualified.listed/1`.
#[derive(Deserialize)]
pub(super) struct Listed {
    lot: String,
    pub(super) digest: Hash,
    pub(super) low: Fen,
    pub(super) high: Fen,
    pub(super) bids: Vec<ListedBid>,
}

#[derive(Deserialize)]
pub(super) struct ListedBid {
    pub(super) bidder: String,
    pub(super) fate: Fate,
}

/// `award.coefficient/1`.
#[derive(Deserialize)]
pub(super) struct Priced {
    pub(super) lot: String,
    pub(super) k: String,
    pub(super) price: Fen,
}

/// `award.exclusion/1`.
#[derive(Deserialize)]
pub(super) struct Excluding {
    pub(super) lot: String,
    pub(super) bidder: String,
    #[serde(flatten)]
    pub(super) exclusion: Exclusion,
}

/// `standstill.span/1`.
#[derive(Deserialize)]
pub(super) struct Spanned {
    pub(super) lot: String,
    pub(super) ends_at: i64,
}

/// `lot.ended/1`.
#[derive(Deserialize)]
pub(super) struct Ended {
    lot: String,
    stage: String,
    pub(super) rule: Option<String>,
}

/// How an event says that this lot ended, where it does: in the stage that its act leads to, and under a
/// rule exactly where it failed.
pub(super) fn ended(row: &Shown, lot: &Token) -> Checked<Option<Ended>> {
    let Some(ended) = facts::<Ended>(row, &format!("ended.{lot}"))? else {
        return Ok(None);
    };
    let ends = [
        (Act::AwardDecided, Stage::Awarded),
        (Act::LotFailed, Stage::Failed),
        (Act::TenderWithdrawn, Stage::Withdrawn),
        (Act::LotTerminated, Stage::Terminated),
    ];
    let mut ends = ends.into_iter().filter(|(act, _)| act.name() == row.event().act);
    let (_, stage) = ends.next().ok_or_else(|| Flaw::new("this act ends no lot"))?;
    ensure(
        (ended.lot.as_str(), ended.stage.as_str()) == (lot.as_str(), stage.word()),
        "it ends another lot, or in another stage",
    )?;
    ensure(
        ended.rule.is_some() == (stage == Stage::Failed),
        "a rule is named exactly where a lot fails",
    )?;
    Ok(Some(ended))
}
