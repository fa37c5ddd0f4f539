//! Contributions and releases of a duty's client.
//!
//! In: a proven key set, or a task with what the platform shows beside it. Out: a sealed submission, a
//! release, a share. Never: a release that the judge does not allow, or that is not remembered before
//! it leaves; a contribution that does not open again in the client's own hands.

use super::{Outcome, Trouble, holder::Holder, keys::Keys, memory::Fact, platform::Platform};
use crate::{
    app::hold::Place,
    domain::award::redo,
    proof::{
        bid::{BodyHead, Slot},
        canon::{Hash, Token},
        chain::Chain,
        complaint::{Complaint, Heard},
        docket::Docket,
        envelope::Identity,
        judge::judge,
        keyset::Pack,
        parties::Parties,
        seal::{Address, Content},
        sig::Signed,
        stage::KeyStage,
        warrant::{Kept, Trust},
    },
};

impl<K: Keys> Holder<K> {
    /// Seals 32 random bytes to the key set of a draw.
    pub(super) fn contribute(
        &self,
        parties: &Parties,
        at: Place,
        pack: &Pack,
        seq: u64,
        prev: Option<Hash>,
    ) -> Outcome<(Signed, Vec<u8>)> {
        let keys = pack.open(parties, &self.policy)?;
        if keys.keyset.at() != at.stage() {
            return Err(Trouble::new("the key set is of another stage"));
        }
        let address = Address {
            tender: at.tender,
            lot: at.lot,
            bidder: self.duty.clone(),
            seq,
            prev,
        };
        let slot = Slot::contribution(at.stage, keys.id);
        let layers: Vec<_> = keys.recipients().copied().collect();
        let body: [u8; 32] = self.entropy.bytes();
        let content = Content {
            head: BodyHead {
                name: "contribution".into(),
                media: None,
            },
            len: 32,
            bytes: body.as_slice(),
        };
        let mut ct = Vec::new();
        let sealed = address.seal(&slot, &layers, content, self.entropy.bytes(), &mut ct)?;
        let throw_away: Vec<[u8; 32]> = layers.iter().map(|_| self.entropy.bytes()).collect();
        sealed.self_test(&throw_away, ct.as_slice())?;
        let submit = address.submit(vec![sealed.part], &[slot])?;
        Ok((self.keys.signer().sign_object(&submit)?, ct))
    }

    /// A complaint on file, where it is of this lot, with the rows that the platform shows of its chain: who
    /// replaced or withdrew his bid might keep them back. A platform that has lost them is not believed.
    async fn hear(
        &self,
        platform: &impl Platform,
        at: &Place,
        complaint: Complaint,
    ) -> Outcome<Option<Heard>> {
        let is_of_lot = |(tender, lot, _)| (tender, lot) == (at.tender.clone(), at.lot.clone());
        if !complaint.matter().is_ok_and(is_of_lot) {
            return Ok(None);
        }
        let rows = match complaint.chain(&self.policy) {
            Some(tx) => platform.chain(at, &tx).await?,
            None => Vec::new(),
        };
        Ok(Some(Heard { complaint, rows }))
    }

    /// Judges a stage, and signs its own key or its share of a missing holder's.
    pub(super) async fn release(
        &mut self,
        platform: &impl Platform,
        parties: &Parties,
        at: Place,
        holder: Option<Token>,
    ) -> Outcome<Signed> {
        let task = platform.release_task(&at).await?;
        let task = task.ok_or_else(Trouble::waits)?;
        let shown = platform.shown(&at).await?;
        let mut memory = self.memory.judged_by(&at.tender);
        for held in &shown.held {
            let ct = held.ct.0.as_slice();
            memory
                .kept
                .push(Kept::check(&held.signed.0, held.part.as_str(), ct)?);
        }
        memory.filed.extend(shown.complaints.into_iter().map(Heard::from));
        for complaint in self.memory.complaints()? {
            if let Some(heard) = self.hear(platform, &at, complaint).await? {
                memory.filed.push(heard);
            }
        }
        let stage: KeyStage = at.stage.as_str().parse()?;
        let chain = Chain::check(&task.rows)?;
        for (draw, attempt, items) in shown.displayed {
            if self.duty.as_str() == "sup" && stage.is_before_bids() {
                self.pool(&draw, attempt)?.check(&items)?;
            }
            memory.displayed.insert((draw, attempt), items);
        }
        if stage.is_draw() && !stage.is_before_bids() {
            // not what the platform says it displays: what follows from the papers everybody has
            let docket = Docket::read(chain.clone(), parties, &at.tender, &at.lot)?;
            let items = redo::items(docket, &at.lot, stage.base)?;
            let draws = task
                .draws
                .iter()
                .map(|draw| ((draw.clone(), stage.attempt), items.clone()));
            memory.displayed.extend(draws);
        }
        let trust = Trust {
            parties,
            policy: &self.policy,
        };
        let now = platform.now();
        let warrant = judge((&task, chain), trust, &memory, now).map_err(Trouble::new)?;
        if warrant.keys.keyset.at() != at.stage() {
            return Err(Trouble::new("the task is of another stage"));
        }
        let signer = self.keys.signer();
        let signed = if let Some(holder) = holder {
            let inbox = self
                .keys
                .inbox()
                .ok_or_else(|| Trouble::new("this duty has no box"))?;
            let seen: Vec<Signed> = shown.releases.into_iter().map(|whole| whole.0).collect();
            let share = warrant.share(&holder, (&self.duty, inbox), parties, &seen, now);
            signer.sign_object(&share.map_err(Trouble::new)?)?
        } else {
            let name = warrant.keys.key(&self.duty)?.recipient.to_text()?;
            let identity = Identity::parse(&self.keys.load(&name)?)?;
            let release = warrant.release(&self.duty, &identity).map_err(Trouble::new)?;
            signer.sign_object(&release)?
        };
        self.memory.note(Fact::Released {
            at,
            event: warrant.event,
            list: warrant.list,
        })?;
        Ok(signed)
    }
}
