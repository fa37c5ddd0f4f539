//! The draws redone: over which items, in which attempt, and what follows from the transcript.
//!
//! In: `draw.done` with its transcript, the frozen lists of the chain. Out: K and the order. Never: a list
//! to draw from believed; a second attempt that the supervision bureau did not call for.

use super::{
    Redo,
    papers::{Priced, facts, flaw},
};
use crate::{
    domain::award::{DrawProof, Ranking},
    proof::{
        canon::{Checked, Flaw, Hash, Object as _, ensure},
        chain::Shown,
        draw::Done,
        stage::{Base, KeyStage},
        transcript::Transcript,
    },
};

impl Redo<'_> {
    /// A draw was held over exactly the items it must have; a later attempt takes the place of the
    /// earlier one, where the supervision bureau voided that.
    pub(super) fn drawn(&mut self, row: &Shown) -> Checked<()> {
        let done: Done = row.object("done")?;
        let Some(stage) = done.stage(self.lot).filter(|stage| stage.is_award()) else {
            return Ok(());
        };
        let transcript = self.transcript(&done)?;
        let pool = self.pool()?;
        ensure(pool.is_enough(), "too few qualified bids for a draw")?;
        let (items, take) = if stage.base == Base::Coefficient {
            (self.terms.draw().coefficients()?, 1)
        } else {
            let items = pool.items()?;
            let take = self.terms.n_candidates.min(items.len());
            (items, take)
        };
        ensure(
            transcript.items == items,
            format_args!("{}: other items are drawn from", done.draw),
        )?;
        ensure(
            u64::try_from(take) == Ok(transcript.take),
            "another number is drawn",
        )?;
        self.freezes.insert(stage.base, self.frozen(stage, &transcript)?);
        let held = DrawProof {
            draw: done.draw.to_string(),
            attempt: i64::try_from(stage.attempt).map_err(|e| Flaw::new(e.to_string()))?,
            sha256: done.sha256.to_hex(),
        };
        self.held.insert(stage.base, held);
        let order = transcript.order()?;
        if stage.base == Base::Order {
            self.ranking = Ranking::drawn(order);
            return Ok(());
        }
        let first = order.first().ok_or_else(|| Flaw::new("nothing is drawn"))?;
        self.k = Some(
            self.terms
                .draw()
                .band
                .coefficient(first.item.as_str())
                .map_err(flaw)?,
        );
        // whatever was drawn before this K stands no more
        self.ranking = Ranking::default();
        self.held.remove(&Base::Order);
        Ok(())
    }

    /// The digest of the list that was frozen for an attempt: the first of the chain; a second attempt
    /// rests on the bureau's decision that voids the one before.
    fn frozen(&self, stage: KeyStage, transcript: &Transcript) -> Checked<Hash> {
        let freeze = self.docket.freeze(stage)?;
        let mut frozen = freeze.x.into_iter();
        let own = frozen.find(|frozen| frozen.draw == transcript.draw);
        let own = own.ok_or_else(|| Flaw::new("another draw is frozen"))?;
        ensure(
            own.prev
                .is_none_or(|before| self.docket.voided(&before, freeze.n)),
            "the attempt before was not voided by the supervision bureau",
        )?;
        let stands = self.freezes.get(&stage.base).copied();
        ensure(
            stands.is_none_or(|before| own.prev == Some(before)),
            "a draw done twice",
        )?;
        ensure(
            freeze.c == transcript.frozen,
            "the draw is of another frozen list",
        )?;
        own.digest()
    }

    /// Refuses what rests on a draw that the bureau had voided.
    pub(super) fn stands(&self, n: u64) -> Checked<()> {
        let mut freezes = self.freezes.values();
        ensure(
            freezes.all(|frozen| !self.docket.voided(frozen, n)),
            "it rests on a voided draw",
        )
    }

    fn transcript(&self, done: &Done) -> Checked<Transcript> {
        let mut bundles = self.archive.iter().flat_map(|archive| &archive.draws);
        let own = bundles.find(|bundle| Hash::of(&[bundle.0.transcript.as_bytes()]) == done.sha256);
        let own = own.ok_or_else(|| Flaw::new(format!("no transcript of {}", done.draw)))?;
        Transcript::parse(own.0.transcript.as_bytes())
    }

    pub(super) fn priced(&mut self, row: &Shown) -> Checked<()> {
        let Some(said) = facts::<Priced>(row, "coefficient")?.filter(|said| self.is_own(&said.lot)) else {
            return Ok(());
        };
        let k = self.k()?;
        ensure(
            (said.k, said.price) == (k.to_string(), self.terms.draw().band.price(k)),
            "another K or price",
        )
    }
}
