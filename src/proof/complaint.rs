//! Complaints about the list of bids (protocols A.6, 3): a submission acknowledged and not listed.
//!
//! In: an acknowledgement or receipt, the signed submission, perhaps the rows of its chain. Out:
//! whether a release has to wait for it. Never: a complaint that stops a release without the log's
//! own word, or one with it that is passed over.

use serde::{Deserialize, Serialize};

use super::bid::{Submit, Withdraw};
use super::canon::{Checked, Flaw, Hash, Token, Whole, ensure};
use super::chain::{Chain, Row};
use super::closing::BidsClosed;
use super::event::act;
use super::policy::Policy;
use super::receipt::{Ack, Receipt};
use super::sig::Signed;
use super::stage::named;

/// What is filed, at the server or with a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// The log's acknowledgement, or null.
    pub ack: Option<Whole<Signed>>,
    /// The receipt, or null.
    pub receipt: Option<String>,
    /// The signed submission or withdrawal.
    pub x: Whole<Signed>,
    /// Rows of its chain, from it to the listed head, where a later one superseded it.
    pub rows: Vec<Row>,
}

/// A complaint as a client hears it.
#[derive(Debug, Clone)]
pub struct Heard {
    /// What was filed.
    pub complaint: Complaint,
    /// The rows of its chain that the platform shows, where the complaint may have left some out.
    pub rows: Vec<Row>,
}

impl Heard {
    /// Whether a release has to wait for it.
    #[must_use]
    pub fn stands(&self, list: &BidsClosed, policy: &Policy) -> bool {
        self.complaint.stands_against(&self.rows, list, policy)
    }
}

impl From<Complaint> for Heard {
    /// By its own rows alone.
    fn from(complaint: Complaint) -> Self {
        let rows = Vec::new();
        Self { complaint, rows }
    }
}

/// An event that the log owns up to.
struct Word {
    tx: Token,
    c: Hash,
    ts: i64,
}

impl Complaint {
    /// Whether a submission of this lot was received before the deadline and is neither the listed
    /// head of its chain nor shown by the rows to precede it. What proves nothing is unfounded.
    #[must_use]
    pub fn is_founded(&self, list: &BidsClosed, policy: &Policy) -> bool {
        self.stands_against(&[], list, policy)
    }

    /// The same, where the log shows these rows of the chain, which the complaint may have left out: what
    /// was superseded is no word against the list. They take nothing else away: a log that lost its own
    /// rows is not believed for that.
    #[must_use]
    pub fn stands_against(&self, rows: &[Row], list: &BidsClosed, policy: &Policy) -> bool {
        let is_left_out = |word: &Word| !is_listed(word, [&self.rows, rows], list);
        let mut words = self.words(policy);
        self.is_of_lot((&list.tender, &list.lot))
            && words.any(|word| word.ts < list.deadline && is_left_out(&word))
    }

    /// The chain that the log says the submission is on.
    #[must_use]
    pub fn chain(&self, policy: &Policy) -> Option<Token> {
        self.words(policy).next().map(|word| word.tx)
    }

    fn words(&self, policy: &Policy) -> impl Iterator<Item = Word> {
        let words = [self.acknowledged(policy), self.receipted(policy)];
        words.into_iter().flatten()
    }

    /// Whether the submission is a signed one of this lot, and of those that a list names.
    #[must_use]
    pub fn is_of_lot(&self, own: (&Token, &Token)) -> bool {
        let of_lot = |tender: &Token, lot: &Token| (tender, lot) == own;
        let Whole(signed) = &self.x;
        let submitted = signed.open::<Submit>().is_ok_and(|(_, submit)| {
            let later = submit
                .parts
                .first()
                .is_some_and(|part| is_later_stage(part.hd.0.stage.as_str()));
            of_lot(&submit.tender, &submit.lot) && !later
        });
        submitted
            || signed
                .open::<Withdraw>()
                .is_ok_and(|(_, w)| of_lot(&w.tender, &w.lot))
    }

    fn acknowledged(&self, policy: &Policy) -> Checked<Word> {
        let Whole(signed) = self.ack.as_ref().ok_or_else(|| Flaw::new("no ack"))?;
        let ack = Ack::open(signed, policy)?;
        ensure(ack.x == self.x.0.x_digest()?, "the ack is of another submission")?;
        Ok(Word {
            tx: ack.tx,
            c: ack.c,
            ts: ack.ts,
        })
    }

    /// The receipt names the submission only through a row that shows it.
    fn receipted(&self, policy: &Policy) -> Checked<Word> {
        let text = self.receipt.as_ref().ok_or_else(|| Flaw::new("no receipt"))?;
        let receipt: Receipt = text.parse()?;
        let named = receipt.check(policy)?.c;
        let event = receipt.event();
        ensure(
            matches!(event.act.as_str(), act::BID_SUBMITTED | act::BID_WITHDRAWN),
            "the receipt is of another act",
        )?;
        let chain = Chain::check(&self.rows)?;
        let row = chain.shown().find(|(c, _)| *c == named);
        let (c, row) = row.ok_or_else(|| Flaw::new("the row of the receipt is not shown"))?;
        ensure(
            row.object::<Signed>("bid")? == self.x.0,
            "the receipt is of another submission",
        )?;
        Ok(Word {
            tx: event.tx.clone(),
            c,
            ts: event.ts,
        })
    }
}

/// Whether the list names this event as a head, or some of the rows lead from it to the listed head.
fn is_listed(word: &Word, shown: [&[Row]; 2], list: &BidsClosed) -> bool {
    let bidders = list.subs.iter().map(|sub| (&sub.tx, sub.head));
    let duties = list.duty_subs.iter().map(|sub| (&sub.tx, sub.head));
    let head = bidders.chain(duties).find(|(tx, _)| **tx == word.tx);
    head.is_some_and(|(_, head)| head == word.c || shown.iter().any(|rows| leads(word, rows, head)))
}

/// The rows after the event must all be shown: only then each names the one before.
fn leads(word: &Word, rows: &[Row], head: Hash) -> bool {
    let Ok(chain) = Chain::check(rows) else {
        return false;
    };
    let mut after = chain.links.iter().skip_while(|link| link.c != word.c).skip(1);
    let reached = after
        .by_ref()
        .take_while(|link| link.shown.is_some())
        .any(|link| link.c == head);
    chain.tx == Some(&word.tx) && reached
}

/// Contributions to `draw0` and to later attempts are named by the frozen draw, not by the list.
fn is_later_stage(stage: &str) -> bool {
    named(stage).is_some_and(|stage| stage.is_draw() && !stage.is_listed())
}
