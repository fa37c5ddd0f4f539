//! What the chain of a tender says of one lot: its parts, its list of bids, its deadline, its draws.
//!
//! In: disclosure rows from `tender.published` on, and who may sign what. Out: the entry that counts,
//! with its place and its name. Never: a payload withheld where it decides, the second of two
//! freezes, a correction or decision that the supervision bureau did not sign.

use super::bid::LotParts;
use super::canon::{Checked, Flaw, Hash, Object, Token, ensure};
use super::chain::{Chain, Link, Row, Shown};
use super::closing::{BidsClosed, CustodyChecked, DeadlineSet, Decision};
use super::draw::{Beacon, BeaconName, Frozen, Who};
use super::event::act;
use super::parties::Parties;
use super::sig::Signed;
use super::stage::{self, KeyStage};

/// An entry of the chain that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    /// Its position on the chain.
    pub n: u64,
    /// c of the event.
    pub c: Hash,
    /// What it says.
    pub x: T,
}

/// A contributor of a frozen draw, and what its part must hash to; none for a null row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// Who it is.
    pub who: Who,
    /// Digest of its `bid.submit/1`, where the list of bids fixes it.
    pub submission: Option<Hash>,
    /// SHA-256 of the envelope and of the ciphertext.
    pub hashes: Option<(Hash, Hash)>,
}

/// The chain of a tender, read for one lot.
#[derive(Debug, Clone)]
pub struct Docket<'a> {
    chain: Chain<'a>,
    parties: &'a Parties,
    tender: &'a Token,
    lot: &'a Token,
}

impl<'a> Docket<'a> {
    /// Reads rows that begin with `tender.published` of this tender.
    ///
    /// # Errors
    /// Rows that are no chain; those of [`Docket::read`].
    pub fn open(rows: &'a [Row], parties: &'a Parties, tender: &'a Token, lot: &'a Token) -> Checked<Self> {
        Self::read(Chain::check(rows)?, parties, tender, lot)
    }

    /// Reads a chain that begins with `tender.published` of this tender.
    ///
    /// # Errors
    /// A chain of another beginning or tender.
    pub fn read(chain: Chain<'a>, parties: &'a Parties, tender: &'a Token, lot: &'a Token) -> Checked<Self> {
        let first = chain.links.first().and_then(|link| link.shown);
        ensure(
            chain.tx == Some(tender) && first.is_some_and(|s| s.event().act == act::TENDER_PUBLISHED),
            "the chain does not begin with the publication of the tender",
        )?;
        Ok(Self {
            chain,
            parties,
            tender,
            lot,
        })
    }

    /// The whole chain.
    #[must_use]
    pub fn chain(&self) -> &Chain<'a> {
        &self.chain
    }

    /// The last row.
    ///
    /// # Errors
    /// None in practice: a chain has rows.
    pub fn last(&self) -> Checked<&Link<'a>> {
        self.chain.links.last().ok_or_else(|| Flaw::new("no rows"))
    }

    /// n of the rows that are erased.
    #[must_use]
    pub fn unchecked(&self) -> Vec<u64> {
        self.chain.unchecked()
    }

    fn of(&self, act: &'static str, label: &str) -> impl Iterator<Item = (u64, Hash, &'a Shown)> {
        let rows = self.chain.of(act).map(|(c, shown)| (shown.event().n, c, shown));
        rows.filter(move |(_, _, shown)| shown.event().reference(label).is_some())
    }

    fn sup<T: Object>(&self, signed: &Signed) -> Checked<T> {
        signed.open_by(&self.parties.key("sup")?)
    }

    /// The parts fixed at publication.
    ///
    /// # Errors
    /// Withheld, or of another lot.
    pub fn parts(&self) -> Checked<LotParts> {
        let label = format!("parts.{}", self.lot);
        let mut rows = self.of(act::TENDER_PUBLISHED, &label);
        let (_, _, row) = rows.next().ok_or_else(|| Flaw::new(format!("no {label}")))?;
        let parts: LotParts = row.object(&label)?;
        self.own(&parts.tender, &parts.lot)?;
        Ok(parts)
    }

    fn own(&self, tender: &Token, lot: &Token) -> Checked<()> {
        ensure(
            (tender, lot) == (self.tender, self.lot),
            "a payload of another tender or lot",
        )
    }

    /// The one `bids.closed` of the lot, as it was logged first.
    fn closed(&self) -> Checked<Entry<BidsClosed>> {
        let label = format!("closed.{}", self.lot);
        let mut rows = self.of(act::BIDS_CLOSED, &label);
        let (n, c, row) = rows.next().ok_or_else(|| Flaw::new("the bids are not closed"))?;
        ensure(rows.next().is_none(), "the bids are closed twice")?;
        Ok(Entry {
            n,
            c,
            x: row.object(&label)?,
        })
    }

    /// The list of bids that counts: that of `bids.closed`, or the last correction by sup.
    ///
    /// # Errors
    /// No list or two, one withheld, or a correction that is early or signed by another.
    pub fn list(&self) -> Checked<Entry<BidsClosed>> {
        let label = format!("closed.{}", self.lot);
        let mut list = self.closed()?;
        for (n, c, row) in self.of(act::BIDS_CORRECTED, &label) {
            ensure(n > list.n, "a correction before the list")?;
            list = Entry {
                n,
                c,
                x: self.sup(&row.object(&label)?)?,
            };
        }
        self.own(&list.x.tender, &list.x.lot)?;
        Ok(list)
    }

    /// The deadline: the last one set before `bids.closed`.
    ///
    /// # Errors
    /// None, one withheld, or not signed by the owner of the tender.
    pub fn deadline(&self) -> Checked<DeadlineSet> {
        let label = format!("deadline.{}", self.lot);
        let closed = self.closed()?.n;
        let mut last = None;
        for (_, _, row) in self.of(act::DEADLINE_SET, &label).filter(|(n, ..)| *n < closed) {
            last = Some(row.object::<Signed>(&label)?);
        }
        let signed = last.ok_or_else(|| Flaw::new("no deadline"))?;
        let deadline: DeadlineSet = signed.open_by(&self.parties.key("ten")?)?;
        self.own(&deadline.tender, &deadline.lot)?;
        Ok(deadline)
    }

    /// The last custody check of a stage.
    ///
    /// # Errors
    /// None, or one withheld.
    pub fn custody(&self, stage: &Token) -> Checked<CustodyChecked> {
        let mut last = None;
        for (_, _, row) in self.of(act::CUSTODY_CHECKED, "custody") {
            let check: CustodyChecked = row.object("custody")?;
            if (&check.tender, &check.lot, &check.stage) == (self.tender, self.lot, stage) {
                last = Some(check);
            }
        }
        last.ok_or_else(|| Flaw::new("no custody check of this stage"))
    }

    /// Whether sup voided the object with this digest before position `n`.
    #[must_use]
    pub fn voided(&self, about: &Hash, n: u64) -> bool {
        let mut rows = self
            .of(act::SUPERVISOR_DECIDED, "decision")
            .filter(|row| row.0 < n);
        rows.any(|(_, _, row)| {
            let signed = row.object::<Signed>("decision");
            let decision = signed.and_then(|signed| self.sup::<Decision>(&signed));
            decision.is_ok_and(|d| {
                self.own(&d.tender, &d.lot).is_ok() && d.what.as_str() == "void" && d.about == Some(*about)
            })
        })
    }

    /// The first event that freezes draws of a stage, with all it freezes: the only valid one.
    ///
    /// # Errors
    /// None, or a list of these draws withheld or of another draw, stage, lot or tender.
    pub fn freeze(&self, stage: KeyStage) -> Checked<Entry<Vec<Frozen>>> {
        let prefix = format!("frozen.{}.{}", self.lot, stage.at(1));
        for (c, row) in self.chain.of(act::DRAW_FROZEN) {
            let mut frozen = Vec::new();
            for label in row.event().refs.iter().map(|r| r.k.as_str()) {
                let rest = label.strip_prefix(&prefix);
                if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                    let x: Frozen = row.object(label)?;
                    self.own(&x.tender, &x.lot)?;
                    ensure(
                        label == format!("frozen.{}", x.draw),
                        "frozen under another label",
                    )?;
                    frozen.push(x);
                }
            }
            let of_stage = frozen
                .iter()
                .filter(|x| x.stage().is_ok_and(|s| s == stage))
                .count();
            if of_stage > 0 {
                ensure(of_stage == frozen.len(), "one freeze of two stages")?;
                return Ok(Entry {
                    n: row.event().n,
                    c,
                    x: frozen,
                });
            }
        }
        Err(Flaw::new(format!("no draw of {stage} is frozen")))
    }

    /// The contributors of a draw frozen at `n`, checked: for the first attempt of `draw1` and
    /// `draw2` exactly those of the list, otherwise those frozen, of the bidders only such as are on the
    /// list; null rows need a decision.
    /// `known` gives the digests of the submissions of a contributor that no list names.
    ///
    /// # Errors
    /// Another set of contributors, or a null row without an earlier decision.
    pub fn contributors(
        &self,
        frozen: &Frozen,
        n: u64,
        list: Option<&BidsClosed>,
        known: &impl Fn(&Who) -> Vec<Hash>,
    ) -> Checked<Vec<Contributor>> {
        let stage = frozen.stage()?;
        let listed = match list {
            Some(list) if stage.is_listed() => Some(listed(list, stage)?),
            Some(_) | None => None,
        };
        if let Some(listed) = &listed {
            let names = frozen.contribs.iter().map(|(who, ..)| who);
            ensure(
                names.eq(listed.iter().map(|(who, _)| who)),
                "the contributors are not those of the list",
            )?;
        }
        if let Some(list) = list.filter(|_| stage.invites_bidders()) {
            for (who, ..) in frozen.contribs.iter().filter(|(who, ..)| !who.is_duty()) {
                let mut bidders = list.effective().map(|sub| Who::bidder(&sub.bidder));
                ensure(
                    bidders.any(|bidder| bidder.as_ref() == Ok(who)),
                    format_args!("{who} has no bid on the list"),
                )?;
            }
        }
        let mut contributors = Vec::new();
        for (i, (who, env, ct)) in frozen.contribs.iter().enumerate() {
            let submission = listed
                .as_ref()
                .and_then(|listed| listed.get(i))
                .map(|(_, last)| *last);
            let hashes = env.zip(*ct);
            let voided = || {
                let about = submission.map_or_else(|| known(who), |last| vec![last]);
                about.iter().any(|about| self.voided(about, n))
            };
            ensure(
                hashes.is_some() || voided(),
                format_args!("{who}: a null row without a decision"),
            )?;
            contributors.push(Contributor {
                who: who.clone(),
                submission,
                hashes,
            });
        }
        Ok(contributors)
    }

    /// The balls entered for a frozen beacon: the first by sup after the freeze at `n`.
    ///
    /// # Errors
    /// None, or one withheld.
    pub fn beacon(&self, frozen: &Frozen, n: u64, name: &BeaconName) -> Checked<Beacon> {
        for (_, _, row) in self.of(act::BEACON_ENTERED, "beacon").filter(|row| row.0 > n) {
            let signed: Signed = row.object("beacon")?;
            let Ok(beacon) = self.sup::<Beacon>(&signed) else {
                continue;
            };
            if (&beacon.draw, beacon.attempt) == (&frozen.draw, frozen.attempt)
                && (&beacon.src, beacon.round) == (&name.src, name.round)
            {
                return Ok(beacon);
            }
        }
        Err(Flaw::new(format!("{}: no {} entered", frozen.draw, name.src)))
    }
}

/// Who contributes to `draw1` or `draw2` and the digests of their submissions, ascending.
fn listed(list: &BidsClosed, stage: KeyStage) -> Checked<Vec<(Who, Hash)>> {
    let is_own = |named: &Token| stage::named(named.as_str()) == Some(stage);
    let duties = list.duty_subs.iter().filter(|sub| is_own(&sub.stage));
    let duties = duties.map(|sub| Ok((Who::new(sub.duty.as_str())?, sub.last)));
    let bidders = list
        .effective()
        .map(|sub| Ok((Who::bidder(&sub.bidder)?, sub.last)));
    let mut all = duties.chain(bidders).collect::<Checked<Vec<_>>>()?;
    all.sort();
    Ok(all)
}
