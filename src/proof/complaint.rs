//! Complaints about the list of bids (protocols A.6, 3) and, for what it cannot name, about the frozen
//! list of a draw: a submission acknowledged and not listed.
//!
//! In: an acknowledgement or receipt, the signed submission, perhaps the rows of its chain. Out:
//! whether a release has to wait for it. Never: a complaint that stops a release without the log's
//! own word, or one with it that is passed over.

use serde::{Deserialize, Serialize};

use super::bid::{Submit, Withdraw};
use super::canon::{Checked, Flaw, Hash, Token, Whole, ensure};
use super::chain::{Chain, Row, Shown};
use super::closing::BidsClosed;
use super::draw::Frozen;
use super::event::act;
use super::policy::Policy;
use super::receipt::{Ack, Receipt};
use super::sig::Signed;
use super::stage::{KeyStage, named};

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
    pub fn stands(&self, list: List<'_>, policy: &Policy) -> bool {
        self.complaint.stands_against(&self.rows, list, policy)
    }
}

/// The list that a submission should be on.
#[derive(Debug, Clone, Copy)]
pub enum List<'a> {
    /// That of the bids, with the contributions made before the deadline.
    Bids(&'a BidsClosed),
    /// That of a draw whose contributions are made later: before the bids, or when it is repeated. Nothing
    /// is acknowledged for it once it is frozen.
    Draw(&'a Frozen),
}

impl List<'_> {
    /// Whether it was still open at a time, Unix ms.
    fn took(self, ts: i64) -> bool {
        match self {
            Self::Bids(list) => ts < list.deadline,
            Self::Draw(_) => true,
        }
    }

    /// Whether it would have to name what is of a tender, a lot and, if the bids do not foresee it, a stage.
    fn is_of(self, (tender, lot, later): (&Token, &Token, Option<KeyStage>)) -> bool {
        match self {
            Self::Bids(list) => (tender, lot) == (&list.tender, &list.lot) && later.is_none(),
            Self::Draw(frozen) => {
                (tender, lot) == (&frozen.tender, &frozen.lot)
                    && later.is_some()
                    && frozen.stage().ok() == later
            }
        }
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
    /// Whether a submission was received while the list was open and is neither listed nor shown by the rows
    /// to precede what is. The log may show rows of the chain that the complaint left out: what was
    /// superseded is no word against the list. They take nothing else away: a log that lost its own rows
    /// is not believed for that. What proves nothing is unfounded.
    #[must_use]
    pub fn stands_against(&self, rows: &[Row], list: List<'_>, policy: &Policy) -> bool {
        let is_left_out = |word: &Word| match list {
            List::Bids(list) => !is_listed(word, [&self.rows, rows], list),
            List::Draw(frozen) => !self.is_drawn_with(word, [&self.rows, rows], frozen),
        };
        let mut words = self.words(policy);
        self.matter()
            .is_ok_and(|(tender, lot, later)| list.is_of((&tender, &lot, later)))
            && words.any(|word| list.took(word.ts) && is_left_out(&word))
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

    /// The tender and the lot of the signed submission or withdrawal, and the stage of a contribution that
    /// the frozen draw names and not the list of bids.
    ///
    /// # Errors
    /// Neither of the two, or a signature that is wrong.
    pub fn matter(&self) -> Checked<(Token, Token, Option<KeyStage>)> {
        let Whole(signed) = &self.x;
        if let Ok((_, submit)) = signed.open::<Submit>() {
            let stage = submit
                .parts
                .first()
                .and_then(|part| named(part.hd.0.stage.as_str()));
            let later = stage.filter(|stage| stage.is_draw() && !stage.is_listed());
            return Ok((submit.tender, submit.lot, later));
        }
        let (_, withdraw) = signed.open::<Withdraw>()?;
        Ok((withdraw.tender, withdraw.lot, None))
    }

    /// Whether the frozen draw has the contribution, or what the rows show to have taken its place; a row
    /// voided is the supervisor's matter.
    fn is_drawn_with(&self, word: &Word, shown: [&[Row]; 2], frozen: &Frozen) -> bool {
        let is_in = |signed: &Signed| {
            let (_, submit) = signed.open::<Submit>()?;
            let part = submit.parts.first().ok_or_else(|| Flaw::new("no part"))?;
            let own = (Some(Hash::of(&[&part.env.0])), Some(part.hd.0.sha256));
            let mut rows = frozen.contribs.iter();
            let row = rows.find(|(who, ..)| who.name() == submit.bidder.as_str());
            Checked::Ok(row.is_some_and(|(_, env, ct)| env.is_none() || (*env, *ct) == own))
        };
        let follows = |rows: &[Row]| {
            let later = after(word, rows).into_iter().flatten();
            later
                .filter_map(|(_, row)| row.object::<Signed>("bid").ok())
                .any(|signed| is_in(&signed) == Ok(true))
        };
        is_in(&self.x.0) == Ok(true) || shown.into_iter().any(follows)
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
            matches!(
                event.act.as_str(),
                act::BID_SUBMITTED | act::BID_WITHDRAWN | act::CONTRIBUTION_SUBMITTED
            ),
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

fn leads(word: &Word, rows: &[Row], head: Hash) -> bool {
    after(word, rows).is_some_and(|later| later.iter().any(|(c, _)| *c == head))
}

/// The rows that follow an event on its chain, each shown with its name: only then each names the one
/// before. None where the rows are no chain, or another.
fn after<'a>(word: &Word, rows: &'a [Row]) -> Option<Vec<(Hash, &'a Shown)>> {
    let chain = Chain::check(rows).ok()?;
    let later = chain.links.iter().skip_while(|link| link.c != word.c).skip(1);
    let shown = later.map_while(|link| link.shown.map(|shown| (link.c, shown)));
    let shown = shown.collect();
    (chain.tx == Some(&word.tx)).then_some(shown)
}
