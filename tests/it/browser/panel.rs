//! Steps 6 to 8: the panel is asked for, an expert accepts, bids are opened and published, one member
//! pledges, reviews and signs in the page; the other members answer as programs.

use std::fs;

use serde_json::{Value, json};
use tianping::app::cast::PASSWORD;

use super::{scene::Scene, sealing::FILE};
use crate::world::Who;

/// The price whose bid the panel rejects, fen.
pub const REJECTED: u64 = 376_000_000;

impl Scene {
    /// The centre asks in the page; of those called one accepts in the page.
    pub async fn panel_called(&mut self) {
        let b = &self.browser;
        self.world.at("2026-06-22 08:00").await;
        self.takes(&self.centre).await;
        b.visit("/desk").await;
        b.visit(&self.at("panel/request")).await;
        b.press("panel-request").await;
        self.world.settle().await;
        let mut called = Vec::new();
        for expert in &self.experts {
            let calls = self.world.get("/calls", Some(expert)).await.json();
            if let Some(call) = calls["calls"][0]["id"].as_str() {
                called.push((expert.clone(), format!("/calls/{call}")));
            }
        }
        let (first, call) = &called[0];
        self.takes(first).await;
        b.visit("/desk").await;
        b.follow("/calls").await;
        b.follow(call).await;
        b.press("panel-accept").await;
        for (expert, call) in &called[1..] {
            let yes = json!({ "accepts": true });
            self.world.post(call, Some(expert), &yes).await.expect(201);
        }
        self.experts = called.into_iter().map(|(expert, _)| expert).collect();
        self.takes(&self.centre).await;
        b.visit("/panels").await;
        let desk = b.attr("main a[href^='/panels/']", "href").await;
        b.follow(&desk).await;
    }

    /// A bidder signs in for the opening; after the deadline the record is looked at and published.
    pub async fn opened(&self) {
        let b = &self.browser;
        self.takes(&self.bidders[0]).await;
        b.visit("/desk").await;
        b.follow(&self.at("bids/mine")).await;
        b.press("bid-sign-in").await;
        self.world.at("2026-06-22 09:06").await;
        b.visit(&self.at("bids/mine")).await;
        b.follow(&self.at("opening")).await;
        b.sees("3,900,000.00").await;
        // the minutes to object that the notice promised
        self.world.at("2026-06-22 09:12").await;
        self.takes(&self.centre).await;
        b.visit("/desk").await;
        b.visit(&self.at("opening")).await;
        self.signs("opening-publish").await;
        b.sees(&b.says("opening-published")).await;
    }

    /// The other members' requests.
    async fn member(&self, member: &Who, page: &str, body: Value) -> Value {
        let mut body = body;
        body["password"] = json!(PASSWORD);
        let path = self.at(page);
        self.world
            .post(&path, Some(member), &body)
            .await
            .expect(201)
            .json()
    }

    async fn seen_by(&self, member: &Who, page: &str) -> Value {
        self.world
            .get(&self.at(page), Some(member))
            .await
            .expect(200)
            .json()
    }

    /// Pledges, reviews and the report.
    pub async fn reviewed(&self) {
        let (b, s) = (&self.browser, self.script);
        let (first, others) = self.experts.split_first().unwrap();
        for other in others {
            let pledge = self.seen_by(other, "panel/pledge").await;
            self.member(other, "panel/pledge", json!({ "digest": pledge["digest"] }))
                .await;
        }
        self.takes(first).await;
        b.visit("/calls").await;
        let call = b.attr("main a[href^='/calls/']", "href").await;
        b.follow(&call).await;
        b.follow(&self.at("panel/pledge")).await;
        self.signs("panel-sign-pledge").await;
        b.follow(&self.at("review")).await;
        let desk = self.seen_by(first, "review").await;
        let file = b.attr("main td a[download='bid.zip']", "href").await;
        let read = fs::read(b.save(&format!("main a[href='{file}']"), "bid.zip").await).unwrap();
        assert!(read == FILE, "the member reads what the bidder sealed");
        for other in [
            None,
            Some(&self.owner),
            Some(&self.centre),
            Some(&self.bidders[0]),
        ] {
            let refused = self.world.get(&file, other).await;
            assert!(matches!(refused.status, 401 | 403 | 404), "{}", refused.status);
        }
        for bid in desk["bids"].as_array().unwrap() {
            let alias = bid["bid"].as_str().unwrap();
            let is_out = bid["total_fen"] == REJECTED;
            let mark = if is_out { "reject" } else { "pass" };
            b.tap(&format!("input[name='mark_{alias}'][value='{mark}']"))
                .await;
            if is_out {
                b.press_refused("review-save").await;
                b.choose(&format!("clause_{alias}"), s.clause).await;
                b.fill(&format!("reason_{alias}"), s.reason).await;
            }
        }
        b.press("review-save").await;
        for other in others {
            let desk = self.seen_by(other, "review").await;
            let mark = |bid: &Value| {
                let is_out = bid["total_fen"] == REJECTED;
                let [clause, reason] = if is_out { [s.clause, s.reason] } else { ["", ""] };
                json!({ "bid": bid["bid"], "passed": !is_out, "clause": clause, "reason": reason })
            };
            let marks: Vec<Value> = desk["bids"].as_array().unwrap().iter().map(mark).collect();
            let path = self.at("review");
            self.world
                .post(&path, Some(other), &json!({ "marks": marks }))
                .await
                .expect(201);
        }
        b.visit(&self.at("review")).await;
        b.follow(&self.at("report")).await;
        b.sees(s.reason).await;
        self.signs("review-sign").await;
        for other in others {
            let report = self.seen_by(other, "report").await;
            self.member(
                other,
                "report",
                json!({ "digest": report["digest"], "opinion": "agrees" }),
            )
            .await;
        }
        b.visit(&self.at("report")).await;
    }
}
