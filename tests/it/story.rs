//! A lot brought to its award through the front door: the panel called and seated, bids opened, reviewed,
//! drawn, published; each step as the people do it.

use serde_json::{Value, json};
use tianping::{
    app::cast::{self, Cast, Part},
    domain::{actor::Role, time::Instant},
};

use crate::{
    bidder::Bidder,
    hold::experts,
    tender::{Town, lot_terms},
    world::{Reply, Who, World},
};

pub const CENTRE: &str = "市公共资源交易中心";
pub const BUREAU: &str = "市住建局";

/// A lot that was opened and is about to be awarded.
pub struct Story {
    pub town: Town,
    pub lot: String,
    pub number: String,
    pub centre: Who,
    pub bidders: Vec<Bidder>,
    pub members: Vec<Who>,
}

/// What the companies offer, fen; the interval is [374,120,000, 394,020,000].
pub const INSIDE: [u64; 4] = [390_000_000, 385_000_000, 380_000_000, 376_000_000];

/// The experts signed in, as many as the list has.
pub async fn experts_in(world: &World, n: usize) -> Vec<Who> {
    experts(world, n).await;
    cast_experts(world, "e", n).await
}

/// The experts signed in who have accounts under their numbers: a letter and four digits.
pub async fn cast_experts(world: &World, letter: &str, n: usize) -> Vec<Who> {
    let part = |i: usize| Part {
        login: format!("{letter}{i:04}"),
        name: None,
        role: Role::Expert,
        position: None,
        organisation: None,
        region: "510100".into(),
    };
    let cast = Cast {
        token: world.app.cast_token(),
        parts: (1..=n).map(part).collect(),
    };
    let players = world.app.cast(cast).await.unwrap();
    players.into_iter().map(who).collect()
}

/// Somebody of the sandbox's cast.
pub fn who(player: cast::Player) -> Who {
    Who {
        account: player.account,
        organisation: None,
        code: player.code,
        login: player.login,
        token: player.token,
    }
}

impl Story {
    /// A lot on these terms with these bids, its panel seated, opened and its record published.
    pub async fn opened(change: &Value, totals: &[u64]) -> Self {
        let town = Town::new().await;
        let world = &town.world;
        let known = experts_in(world, 12).await;
        let mut terms = lot_terms();
        for (key, value) in change.as_object().unwrap() {
            terms[key] = value.clone();
        }
        let (tender, lot, number) = town.published_with(&terms).await;
        let mut bidders = Vec::new();
        for (i, total) in totals.iter().enumerate() {
            let bidder = Bidder::new(world, &format!("第{i}建设公司")).await;
            bidder.bid(world, &tender, &lot, *total).await.expect(201);
            bidders.push(bidder);
        }
        let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
        world.at("2026-06-22 08:00").await;
        let body = json!({ "answer_minutes": 30 });
        let panel = format!("/lots/{lot}/panel");
        world.post(&panel, Some(&centre), &body).await.expect(201);
        world.settle().await;
        let mut members = Vec::new();
        for expert in known {
            let calls = world.get("/calls", Some(&expert)).await.expect(200).json();
            if let Some(call) = calls["calls"][0]["id"].as_str() {
                let path = format!("/calls/{call}");
                let yes = json!({ "accepts": true });
                world.post(&path, Some(&expert), &yes).await.expect(201);
                members.push(expert);
            }
        }
        world.at("2026-06-22 09:06").await;
        let story = Self {
            town,
            lot,
            number,
            centre,
            bidders,
            members,
        };
        story.record_published().await;
        story
    }

    /// The centre signs and publishes the record of the opening, once the time to object is over.
    pub async fn record_published(&self) {
        assert_eq!(self.n_owed_by_the_centre("opening").await, 1);
        let record = self.get("opening", None).await;
        let digest = record["digest"].as_str().unwrap().to_owned();
        let early = self.sign("opening", &self.centre, &json!({}), &digest).await;
        assert_eq!(early.expect(422).code(), "bid.objections_run");
        let until = record["objections_until"].as_i64().unwrap();
        self.world().jump(Instant(until)).await;
        self.sign("opening", &self.centre, &json!({}), &digest)
            .await
            .expect(201);
        assert_eq!(self.n_owed_by_the_centre("opening").await, 0);
    }

    /// A lot on these terms with these bids, brought to its award.
    pub async fn awarded(change: &Value, totals: &[u64]) -> Self {
        let story = Self::opened(change, totals).await;
        story.reviewed(&[]).await;
        story.drawn_and_decided().await;
        story
    }

    /// From the list to the award.
    pub async fn drawn_and_decided(&self) {
        self.draw("coefficient-draw").await;
        self.draw("award-draw").await;
        let ends_at = self.publish().await;
        self.world().jump(Instant(ends_at)).await;
        self.decide().await.expect(201);
    }

    /// How many tasks of the centre lead to a page of the lot.
    async fn n_owed_by_the_centre(&self, page: &str) -> usize {
        let desk = self
            .world()
            .get("/desk", Some(&self.centre))
            .await
            .expect(200)
            .json();
        let tasks = desk["tasks"].as_array().unwrap().iter();
        tasks
            .filter(|task| task["link"] == self.path(page).as_str())
            .count()
    }

    pub fn world(&self) -> &World {
        &self.town.world
    }

    pub fn path(&self, page: &str) -> String {
        format!("/lots/{}/{page}", self.lot)
    }

    pub async fn get(&self, page: &str, who: Option<&Who>) -> Value {
        self.world().get(&self.path(page), who).await.expect(200).json()
    }

    pub async fn post(&self, page: &str, who: &Who, body: &Value) -> Reply {
        self.world().post(&self.path(page), Some(who), body).await
    }

    pub async fn sign(&self, page: &str, who: &Who, body: &Value, digest: &str) -> Reply {
        self.world().sign(&self.path(page), who, body, digest).await
    }

    /// As [`Story::sign`], by somebody whom the sandbox cast.
    pub async fn sign_cast(&self, page: &str, who: &Who, body: &Value, digest: &str) -> Reply {
        let mut body = body.clone();
        body["password"] = json!(cast::PASSWORD);
        body["digest"] = json!(digest);
        self.post(page, who, &body).await
    }

    /// Every member pledges, marks what is asked and signs; bids of these prices are rejected.
    pub async fn reviewed(&self, rejected: &[u64]) {
        for member in &self.members {
            let pledge = self.get("panel/pledge", Some(member)).await;
            if pledge["pledged_at"].is_null() {
                let digest = pledge["digest"].as_str().unwrap();
                self.sign_cast("panel/pledge", member, &json!({}), digest)
                    .await
                    .expect(201);
            }
        }
        while self.get("review", Some(&self.members[0])).await["is_ready"] == false {
            for member in &self.members {
                let desk = self.get("review", Some(member)).await;
                let open = desk["bids"].as_array().unwrap().iter();
                let marks: Vec<Value> = open
                    .filter(|bid| bid["mark"].is_null())
                    .map(|bid| {
                        let is_out = rejected.iter().any(|total| bid["total_fen"] == *total);
                        json!({ "bid": bid["bid"], "passed": !is_out, "clause": if is_out { "3.2" } else { "" },
                            "reason": if is_out { "资质等级不足" } else { "" } })
                    })
                    .collect();
                self.post("review", member, &json!({ "marks": marks }))
                    .await
                    .expect(201);
            }
        }
        let report = self.get("report", Some(&self.members[0])).await;
        let digest = report["digest"].as_str().unwrap().to_owned();
        for member in &self.members {
            let agreed = json!({ "opinion": "agrees" });
            self.sign_cast("report", member, &agreed, &digest)
                .await
                .expect(201);
        }
    }

    /// The centre freezes a list, the holders give their keys, time completes the draw.
    pub async fn draw(&self, page: &str) -> Value {
        let frozen = self.post(page, &self.centre, &json!({})).await.expect(201).json();
        self.world().settle().await;
        frozen
    }

    /// The owner publishes the result; when it ends.
    pub async fn publish(&self) -> i64 {
        let check = self.get("standstill", Some(&self.town.owner)).await;
        let digest = check["digest"].as_str().unwrap();
        let published = self
            .sign("standstill", &self.town.owner, &json!({}), digest)
            .await;
        published.expect(201).json()["ends_at"].as_i64().unwrap()
    }

    pub async fn decide(&self) -> Reply {
        let check = self.get("award", Some(&self.town.owner)).await;
        let digest = check["digest"].as_str().unwrap().to_owned();
        self.sign("award", &self.town.owner, &json!({}), &digest).await
    }

    pub async fn exclude(&self, bidder: &Value) -> Value {
        let owner = &self.town.owner;
        let ask = format!(
            "exclusions?bidder={}&cause=gave_up&clause=5.1&reason=abandoned",
            bidder.as_str().unwrap()
        );
        let check = self.get(&ask, Some(owner)).await;
        let body = json!({ "bidder": bidder, "cause": "gave_up", "clause": "5.1", "reason": "abandoned" });
        let digest = check["digest"].as_str().unwrap();
        self.sign("exclusions", owner, &body, digest)
            .await
            .expect(201)
            .json()
    }

    pub async fn stage(&self) -> String {
        self.get("result", None).await["stage"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn decide_early(&self) -> Reply {
        let path = self.path("award");
        self.world().get(&path, Some(&self.town.owner)).await.expect(422)
    }
}
