//! Step 5: two companies make their keys in the page, register them, seal, send and replace in the
//! page; two more bid with their own client.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tianping::{
    app::cast::PASSWORD,
    cli::play::{
        bidder::{self, Offer},
        company,
        door::Door,
        owner::Project,
    },
    domain::{account::OrganisationKind::Market, actor::Role},
};

use super::{
    panel::REJECTED,
    scene::{Scene, part},
};
use crate::world::Who;

/// What the bidders of the page seal as their qualification.
pub const FILE: &[u8] = &[7; 3 << 20];
const PASSPHRASE: &str = "twelve scales and a feather";

impl Scene {
    /// Four bids, one of them sent again with another price, one withdrawn and sent anew.
    pub async fn sealed(&self) {
        let mut keys = Vec::new();
        for who in &self.bidders {
            keys.push(self.key_registered(who).await);
        }
        self.bids(&self.bidders[0], &keys[0], "3920000", 1).await;
        self.bids(&self.bidders[1], &keys[1], "3850000", 1).await;
        // thought better of
        self.bids(&self.bidders[0], &keys[0], "3900000.00", 2).await;
        self.withdraws(&self.bidders[1], &keys[1]).await;
        self.bids(&self.bidders[1], &keys[1], "3800000", 3).await;
        self.clients_bid().await;
        self.world.tick().await;
    }

    /// Two companies bid with their own client.
    async fn clients_bid(&self) {
        let names = &self.script.bidders[2..];
        let logins = ["qingyi", "fujiang"].iter().zip(names);
        let parts = logins.map(|(login, name)| part(login, Role::Bidder, Some((*name, Market, None))));
        let players = self.cast(parts.collect()).await;
        let door = Door::new(&self.world.url);
        let project = Project {
            tender: self.tender.clone(),
            number: self.number.clone(),
            lot: self.lot.clone(),
        };
        let s = self.script;
        let bids = move || {
            let envelopes = bidder::envelopes(&door, &project, true).unwrap();
            for (player, total) in players.iter().zip([385_000_000, REJECTED]) {
                let offer = Offer {
                    total,
                    quality: s.quality.into(),
                    manager: s.manager.into(),
                };
                let company = company::with_key(&door, player).unwrap();
                bidder::bid(&door, &company, &envelopes, &offer).unwrap();
            }
        };
        tokio::task::spawn_blocking(bids).await.unwrap();
    }

    /// A key is made in the page, kept in a file, and registered with the second factor.
    async fn key_registered(&self, who: &Who) -> PathBuf {
        let b = &self.browser;
        self.takes(who).await;
        b.visit("/desk").await;
        b.follow("/organisation/keys").await;
        b.fill("key-passphrase", PASSPHRASE).await;
        b.fill("key-again", "another one, not the same").await;
        b.tap("#key-make").await;
        b.sees(&b.says("seal-error-again")).await;
        b.fill("key-again", PASSPHRASE).await;
        b.tap("#key-make").await;
        b.seen("#key-made").await;
        b.keep("-key-made").await;
        let saved = b.save("#key-save", "tianping.key").await;
        let kept = self.key_of(who);
        fs::rename(saved, &kept).unwrap();
        b.press("signing-key-read").await;
        b.fill("totp", "000000").await;
        b.fill("password", PASSWORD).await;
        b.press_refused("signing-key-register").await;
        b.fill("totp", &self.code_of(who).await).await;
        self.signs("signing-key-register").await;
        b.sees(&b.says("signing-key-registered-at")).await;
        kept
    }

    /// Where the bidder keeps his key.
    pub fn key_of(&self, who: &Who) -> PathBuf {
        self.world.dir.path().join(format!("{}.key", who.login))
    }

    /// As far as the bid's contents: trust files compared, key opened.
    async fn desk_open(&self, who: &Who, key: &Path) {
        let b = &self.browser;
        self.takes(who).await;
        b.visit(&self.of("/workspace")).await;
        b.follow(&self.at("bids/new")).await;
        self.key_opened(key).await;
    }

    /// On a page of sealing: trust files compared, key opened.
    pub async fn key_opened(&self, key: &Path) {
        let b = &self.browser;
        b.seen("#seal-stages dd").await;
        b.tap("#seal-trust-go").await;
        b.sees(&b.says("seal-error-compared")).await;
        b.look(200).await;
        b.tap("#seal-compared").await;
        b.tap("#seal-trust-go").await;
        b.seen("#seal-step-key").await;
        b.attach("seal-keyfile", key).await;
        b.fill("seal-passphrase", PASSPHRASE).await;
        b.look(200).await;
        b.tap("#seal-key-go").await;
        b.seen("#seal-step-content").await;
    }

    /// Seals and sends a bid of this price; it is the submission of this number.
    async fn bids(&self, who: &Who, key: &Path, yuan: &str, seq: u32) {
        let (b, s) = (&self.browser, self.script);
        self.desk_open(who, key).await;
        let docs = self.world.dir.path().join("bid.zip");
        fs::write(&docs, FILE).unwrap();
        b.attach("docs-file", &docs).await;
        b.fill("price-total", "3.9 million").await;
        b.tap("#seal-content-go").await;
        b.sees(&b.says("seal-error-amount")).await;
        b.fill("price-total", yuan).await;
        b.fill("price-days", "180").await;
        b.fill("price-quality", s.quality).await;
        b.fill("price-manager", s.manager).await;
        b.look(200).await;
        b.tap("#seal-content-go").await;
        b.seen("#seal-step-check").await;
        b.sees(s.manager).await;
        b.look(200).await;
        b.tap("#seal-check-go").await;
        b.seen("#seal-step-send").await;
        b.look(200).await;
        b.tap("#seal-send-go").await;
        self.received("seal-receipt-verified").await;
        b.follow(&self.at("bids/mine")).await;
        b.sees(&b.says("bid-is-in")).await;
        let mine = self.world.get(&self.at("bids/mine"), Some(who)).await.json();
        assert_eq!(mine["seq"], seq + 1, "{mine}");
    }

    /// The acknowledgement at once, the receipt after the journal's next tick, both verified in the page.
    pub async fn received(&self, verified: &str) {
        let b = &self.browser;
        b.seen("#seal-step-done").await;
        b.seen("#seal-ack-save").await;
        self.world.tick().await;
        b.sees(&b.says(verified)).await;
        b.seen("#seal-receipt-save").await;
        b.look(200).await;
    }

    async fn withdraws(&self, who: &Who, key: &Path) {
        let b = &self.browser;
        self.desk_open(who, key).await;
        b.tap("#seal-withdraw-go").await;
        b.sees(&b.says("seal-error-sure")).await;
        b.tap("#seal-withdraw-sure").await;
        b.tap("#seal-withdraw-go").await;
        self.received("seal-receipt-verified").await;
        b.follow(&self.at("bids/mine")).await;
        b.sees(&b.says("bid-is-not-in")).await;
    }
}
