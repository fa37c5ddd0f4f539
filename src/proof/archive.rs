//! The archive of a lot as one file that verifies itself: the tender's chain with every paper on it,
//! its receipt, and the bundle of every award draw.
//!
//! In: the file and the reader's own trust files. Out: what it holds, and what it withholds. Never: a
//! draw of the chain without its bundle; a bundle of another chain; a chain that begins after the
//! publication of the lot or stops before its end; a paper left out in silence.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    bundle::Bundle,
    canon::{Checked, Flaw, Hash, Object, Token, Whole, ensure},
    chain::{Chain, Row},
    draw::Done,
    event::{Label, act},
    parties::Parties,
    policy::Policy,
    prices::Prices,
    receipt::{Proven, Receipt},
    stage::KeyStage,
};

/// `lot.archive/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The trust file, which has to be the reader's own.
    pub parties: Whole<Parties>,
    /// The tender's chain from its publication, with its papers.
    pub chain: Vec<Row>,
    /// The receipt of the last row.
    pub receipt: String,
    /// The bundles of the lot's award draws, in order of the chain.
    pub draws: Vec<Whole<Bundle>>,
    /// What the prices are opened from again; none where they never were.
    pub prices: Option<Whole<Prices>>,
}

impl Object for Archive {
    const T: &'static str = "lot.archive/1";
}

/// What an archive proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The acts of the chain, in order: n and `noun.verb`.
    pub acts: Vec<(u64, String)>,
    /// The draws: id and digest of the transcript.
    pub draws: Vec<(Token, Hash)>,
    /// The receipt of the last row.
    pub proven: Proven,
    /// n of the rows that are erased, of the chain or of the beginnings of it that its bundles have.
    pub unchecked: BTreeSet<u64>,
    /// The papers that the chain refers to and the archive does not show: n and label.
    pub withheld: Vec<(u64, Label)>,
}

impl Archive {
    /// Checks chain, receipt and draws.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify(&self, parties: &Parties, policy: &Policy) -> Checked<Verified> {
        ensure(self.parties.0 == *parties, "archive: other parties")?;
        let chain = Chain::check(&self.chain)?;
        ensure(
            chain.tx == Some(&self.tender),
            "archive: the chain of another tender",
        )?;
        self.is_whole(&chain)?;
        let last = chain.links.last().ok_or_else(|| Flaw::new("archive: no rows"))?;
        let proven = self.receipt.parse::<Receipt>()?.check(policy)?;
        ensure(proven.c == last.c, "archive: the receipt is not of the last row")?;
        let said = last.shown.map(|row| row.event().ts);
        // witnesses sign whole seconds
        ensure(
            said.is_none_or(|ts| proven.quorum_ms / 1000 >= ts / 1000),
            "archive: the last row was in the log before its own time",
        )?;
        let done = self.done(&chain)?;
        ensure(
            done.len() == self.draws.len(),
            "archive: not one bundle for each draw of the chain",
        )?;
        let mut unchecked: BTreeSet<u64> = chain.unchecked().into_iter().collect();
        let mut draws = Vec::new();
        for (done, bundle) in done.iter().zip(&self.draws) {
            let verified = bundle.0.verify(parties, policy)?;
            let sha256 = Hash::of(&[bundle.0.transcript.as_bytes()]);
            let is_it = (&done.draw, done.attempt, done.sha256)
                == (&verified.transcript.draw, verified.transcript.attempt, sha256);
            ensure(
                is_it,
                format_args!("archive: another transcript of {}", done.draw),
            )?;
            self.has_chain_of(&bundle.0, &chain)?;
            unchecked.extend(verified.unchecked);
            draws.push((done.draw.clone(), sha256));
        }
        let acts = chain.shown().map(|(_, shown)| {
            let event = shown.event();
            (event.n, event.act.clone())
        });
        Ok(Verified {
            acts: acts.collect(),
            draws,
            proven,
            unchecked,
            withheld: withheld(&chain),
        })
    }

    /// The chain of a bundle is a beginning of the archive's own.
    ///
    /// # Errors
    /// A row that is another, or a bundle of a longer chain.
    pub fn has_chain_of(&self, bundle: &Bundle, chain: &Chain<'_>) -> Checked<()> {
        let own = chain.links.iter().map(|link| (link.n, link.c));
        let rest = Chain::check(&bundle.chain)?.links.into_iter();
        let mut pairs = rest
            .map(|link| (link.n, link.c))
            .zip(own.chain(std::iter::repeat((0, Hash::ZERO))));
        ensure(
            pairs.all(|(of, own)| of == own),
            format_args!("archive: the bundle of {} is of another chain", bundle.draw),
        )
    }

    /// The chain reaches from the publication of this very lot to its end.
    fn is_whole(&self, chain: &Chain<'_>) -> Checked<()> {
        let parts = format!("parts.{}", self.lot);
        let first = chain.links.first().and_then(|link| link.shown);
        let is_published = first
            .is_some_and(|row| row.event().act == act::TENDER_PUBLISHED && row.payload(&parts).is_some());
        ensure(
            is_published,
            format_args!("archive: it does not begin with the publication of {}", self.lot),
        )?;
        let ended = format!("ended.{}", self.lot);
        let is_ended = chain.shown().any(|(_, row)| {
            act::LOT_ENDS.contains(&row.event().act.as_str()) && row.payload(&ended).is_some()
        });
        ensure(
            is_ended,
            format_args!("archive: it stops before the end of {}", self.lot),
        )
    }

    /// The award draws that the chain says were done for the lot.
    fn done(&self, chain: &Chain<'_>) -> Checked<Vec<Done>> {
        let mut all = Vec::new();
        for (_, shown) in chain.of(act::DRAW_DONE) {
            let done: Done = shown.object("done")?;
            if done.stage(&self.lot).is_some_and(KeyStage::is_award) {
                all.push(done);
            }
        }
        Ok(all)
    }
}

/// What the rows refer to and do not show, but for rows of tables: those show what they hold in papers.
fn withheld(chain: &Chain<'_>) -> Vec<(u64, Label)> {
    let mut all = Vec::new();
    for (_, row) in chain.shown() {
        let event = row.event();
        let hidden = event
            .refs
            .iter()
            .filter(|r| !r.k.as_str().starts_with("row.") && row.payload(r.k.as_str()).is_none());
        all.extend(hidden.map(|r| (event.n, r.k.clone())));
    }
    all
}
