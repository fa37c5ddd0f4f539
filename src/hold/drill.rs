//! The lost-key drill: whether every key this client holds still opens from its saved file, and whether
//! every share it keeps still opens from its box, so that a lost key could be recovered.
//!
//! In: the client's own files and the key sets of the platform. Out: one line per key and share. Never:
//! a key or a share that leaves the machine.

use super::{
    Outcome, Trouble,
    holder::{Deed, Holder},
    keys::Keys,
    platform::Platform,
};
use crate::{
    app::hold::Place,
    proof::{canon::Token, ceremony, envelope::Identity},
};

impl<K: Keys> Holder<K> {
    /// Tries every key and every share that is not released; `step` is called after each.
    pub async fn drill(&mut self, platform: &impl Platform, step: &dyn Fn()) -> Outcome<Vec<Deed>> {
        let mut deeds = Vec::new();
        let own: Vec<(Place, String)> = self
            .memory
            .own()
            .map(|(at, name)| (at.clone(), name.to_owned()))
            .collect();
        for (at, name) in own {
            if self.scope.holds("key", &at) && !self.memory.has_released(&at) {
                let trouble = self.try_key(&name).err();
                deeds.push(self.deed("key", at, trouble));
                step();
            }
        }
        let kept: Vec<(Place, Token)> = self
            .memory
            .shares()
            .map(|(at, holder)| (at.clone(), holder.clone()))
            .collect();
        for (at, holder) in kept {
            if self.scope.holds("share", &at) && !self.memory.has_released(&at) {
                let trouble = self.try_share(platform, &at, &holder).await.err();
                deeds.push(self.deed("share", at, trouble));
                step();
            }
        }
        Ok(deeds)
    }

    /// How many lines a drill will have at most.
    #[must_use]
    pub fn n_drill(&self) -> usize {
        self.memory.own().count() + self.memory.shares().count()
    }

    fn try_key(&self, name: &str) -> Outcome<()> {
        let identity = Identity::parse(&self.keys.load(name)?)?;
        if identity.recipient()?.to_text()? == name {
            return Ok(());
        }
        Err(Trouble::new("the saved file holds another key"))
    }

    async fn try_share(&mut self, platform: &impl Platform, at: &Place, holder: &Token) -> Outcome<()> {
        let parties = self.parties(platform, &at.tender).await?;
        let pack = platform.pack(at).await?;
        let pack = pack.ok_or_else(Trouble::waits)?;
        let keys = pack.open(&parties, &self.policy)?;
        let inbox = self
            .keys
            .inbox()
            .ok_or_else(|| Trouble::new("this duty has no box"))?;
        ceremony::share(keys.key(holder)?, &self.duty, inbox)?;
        Ok(())
    }
}
