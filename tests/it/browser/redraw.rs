//! Step 10, a second attempt: the bureau voids the draw with the centre's consent, a bidder contributes
//! to the next one in the page, and the order is drawn again.

use tianping::domain::time::HOUR;

use super::scene::Scene;

impl Scene {
    /// The order is drawn once more, with what a bidder added to it.
    pub async fn drawn_again(&self) {
        let (b, s) = (&self.browser, self.script);
        self.takes(&self.centre).await;
        b.visit(&self.at("hall")).await;
        b.tap("main details summary").await;
        b.follow(&self.at("voidings/consent")).await;
        b.fill("reason", s.interrupted).await;
        b.press("consent-check").await;
        self.signs("consent-give").await;
        self.takes(&self.bureau).await;
        b.visit(&self.at("hall")).await;
        b.tap("main details summary").await;
        b.fill("reason", s.interrupted).await;
        b.press("seal-continue").await;
        self.signs("hall-paper-send").await;
        b.sees(&b.says("hall-invitation-keys")).await;
        self.world.settle().await;
        self.contributes().await;
        self.world.later(HOUR).await;
        self.takes(&self.centre).await;
        b.visit(&self.at("hall")).await;
        b.press("hall-draw-order").await;
        self.world.settle().await;
        b.visit(&self.at("hall")).await;
        b.sees(s.interrupted).await;
        let draws = self.world.get(&self.at("minutes"), None).await.expect(200).json();
        let draws = &draws["minutes"]["draws"];
        assert_eq!(draws[2]["state"], "done", "{draws}");
    }

    /// A bidder on the list takes up the invitation.
    async fn contributes(&self) {
        let b = &self.browser;
        let who = &self.bidders[0];
        self.takes(who).await;
        b.visit("/messages").await;
        b.visit(&self.at("hall")).await;
        b.follow(&self.at("draws/draw2-a2/contributions/new")).await;
        self.key_opened(&self.key_of(who)).await;
        b.look(200).await;
        b.tap("#seal-content-go").await;
        b.seen("#seal-step-check").await;
        b.look(200).await;
        b.tap("#seal-check-go").await;
        b.seen("#seal-step-send").await;
        b.look(200).await;
        b.tap("#seal-send-go").await;
        self.received("seal-receipt-verified").await;
        b.follow(&self.at("hall")).await;
        b.sees(&b.says("hall-contribute-done")).await;
    }
}
