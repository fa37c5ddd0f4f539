//! Steps 9 to 12: the hall with its one button per step, the minutes, the publication, an objection
//! and its reply, the award, and what everybody can read afterwards.

use std::fs;

use serde_json::Value;
use tianping::domain::time::Instant;

use super::scene::Scene;

impl Scene {
    /// A bidder signs in and confirms the list, K and the order are drawn, the big screen shows them.
    pub async fn drawn_in_the_hall(&self) {
        let b = &self.browser;
        self.takes(&self.centre).await;
        b.visit(&self.at("hall")).await;
        b.press("hall-open").await;
        self.takes(&self.bidders[0]).await;
        b.visit(&self.at("hall")).await;
        b.press("hall-attend").await;
        b.press("hall-confirm").await;
        b.sees(&b.says("hall-confirmed")).await;
        self.takes(&self.centre).await;
        b.visit(&self.at("hall")).await;
        b.press("hall-draw-k").await;
        self.world.settle().await;
        b.visit(&self.at("hall")).await;
        b.press("hall-draw-order").await;
        b.visit(&self.at("screen")).await;
        self.world.settle().await;
        // the wall renews itself
        b.seen(".order li:nth-child(3)").await;
        b.keep("-screen-drawn").await;
        let result = self.result().await;
        let drawn = result["ranked"].as_array().unwrap();
        assert_eq!(drawn.len(), 3, "{result}");
        for (n, line) in drawn.iter().enumerate() {
            let place = format!(".order li:nth-child({})", n + 1);
            b.shows(&place, line["name"].as_str().unwrap()).await;
        }
    }

    async fn result(&self) -> Value {
        self.world.get(&self.at("result"), None).await.expect(200).json()
    }

    /// The minutes are signed by the centre, the owner and the supervisor.
    pub async fn minutes_signed(&self) {
        let b = &self.browser;
        for who in [&self.centre, &self.owner, &self.bureau] {
            self.takes(who).await;
            b.visit(&self.at("hall")).await;
            b.follow(&self.at("minutes")).await;
            self.signs("hall-sign").await;
        }
        for duty in ["sup", "upper", "op"] {
            b.visit(&format!("/duties/{duty}/board")).await;
        }
        self.takes(&self.bureau).await;
        b.visit(&format!("/xm/{}/file", self.number)).await;
    }

    /// The owner publishes; the shortest standstill is the law's.
    pub async fn result_published(&self) {
        let b = &self.browser;
        self.takes(&self.owner).await;
        b.visit(&self.of("")).await;
        b.follow(&self.at("standstill")).await;
        b.fill("ends_at", "2026-06-23T09:00").await;
        b.fill("password", tianping::app::cast::PASSWORD).await;
        b.press_refused("award-publish").await;
        b.fill("ends_at", "").await;
        self.signs("award-publish").await;
        b.leave().await;
        b.visit(&format!("/xm/{}/candidates", self.number)).await;
        let first = self.result().await["candidates"][0]["name"]
            .as_str()
            .unwrap()
            .to_owned();
        b.sees(&first).await;
    }

    /// An objection holds the award until it is answered; then everybody is told, and told why.
    pub async fn awarded(&self) {
        let (b, s) = (&self.browser, self.script);
        self.takes(&self.bidders[1]).await;
        b.visit(&self.at("result")).await;
        b.follow(&self.at("objections")).await;
        b.fill("text", s.objection).await;
        b.press("objection-send").await;
        self.takes(&self.owner).await;
        b.visit(&self.at("objections")).await;
        let field = b.attr("main textarea", "id").await;
        b.fill(&field, s.reply).await;
        b.press("objection-answer-send").await;
        let ends_at = self.result().await["ends_at"].as_i64().unwrap();
        self.world.jump(Instant(ends_at)).await;
        b.visit(&self.of("")).await;
        b.follow(&self.at("award")).await;
        self.signs("award-decide").await;
        let result = self.result().await;
        assert_eq!(result["stage"], "awarded");
        for who in &self.bidders {
            self.takes(who).await;
            b.visit("/messages").await;
            b.visit(&self.at("bids/mine")).await;
            b.follow(&self.at("result/mine")).await;
            let won = result["winner"] == who.code.clone().unwrap();
            b.sees(&b.says(if won { "award-own-won" } else { "award-own-other" }))
                .await;
        }
        self.kept().await;
    }

    /// What stays: the public pages and the archive of the lot.
    async fn kept(&self) {
        let b = &self.browser;
        self.world.tick().await;
        b.leave().await;
        for page in [
            "",
            "/opening",
            "/objections",
            "/candidates",
            "/result",
            "/evidence",
        ] {
            b.visit(&format!("/xm/{}{page}", self.number)).await;
        }
        for page in ["result", "hall", "screen", "minutes"] {
            b.visit(&self.at(page)).await;
        }
        b.visit(&format!("/xm/{}/evidence", self.number)).await;
        let name = format!("{}.archive", self.lot);
        let saved = b.save("main a[href$='/archive']", &name).await;
        let archive: Value = serde_json::from_slice(&fs::read(saved).unwrap()).unwrap();
        assert_eq!(archive["lot"], self.lot.as_str());
        for page in [
            "/verify",
            "/rules",
            "/duties",
            "/help",
            "/open-data",
            "/accessibility",
            "/health",
        ] {
            b.visit(page).await;
        }
        b.visit("/environment").await;
        b.shows("#environment-verdict", &b.says("environment-all-well"))
            .await;
        b.keep("-environment-tried").await;
    }
}
