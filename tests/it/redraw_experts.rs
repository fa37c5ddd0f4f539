//! A panel of which the drawn order is used up: people come into the list, the bureau voids the order with
//! the centre's consent, fresh keys are made, and who is missing is drawn anew.

use serde_json::{Value, json};
use tianping::domain::actor::Role;

use crate::{
    bidder::Bidder,
    consent::consent,
    hold::{experts, more_experts},
    redraw::signed_by,
    story::{BUREAU, CENTRE, cast_experts},
    tender::Town,
    world::{Reply, Who, World},
};

/// A lot whose panel was asked for, and its people.
struct Asked {
    town: Town,
    committee: Who,
    centre: Who,
    bureau: Who,
    lot: String,
    panel: String,
}

impl Asked {
    /// The local list has exactly as many experts as the panel needs.
    async fn new() -> Self {
        let town = Town::new().await;
        let world = &town.world;
        let committee = experts(world, 5).await;
        let (tender, lot, _) = town.published().await;
        for i in 0..3 {
            let bidder = Bidder::new(world, &format!("第{i}建设公司")).await;
            let reply = bidder.bid(world, &tender, &lot, 380_000_000 + i).await;
            reply.expect(201);
        }
        let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
        let bureau = world.person("jd", Role::Supervisor, Some(BUREAU)).await;
        world.at("2026-06-22 08:00").await;
        let body = json!({ "answer_minutes": 30 });
        let asked = world
            .post(&format!("/lots/{lot}/panel"), Some(&centre), &body)
            .await;
        let id = asked.expect(201).json()["panel"].as_str().unwrap().to_owned();
        world.settle().await;
        Self {
            committee,
            centre,
            bureau,
            panel: format!("/panels/{id}"),
            lot,
            town,
        }
    }

    fn world(&self) -> &World {
        &self.town.world
    }

    async fn desk(&self, who: &Who) -> Value {
        self.world().get(&self.panel, Some(who)).await.expect(200).json()
    }

    /// Those who are invited say this; who was.
    async fn answer(&self, known: &[Who], refuses: Option<usize>) -> Vec<usize> {
        let mut invited = Vec::new();
        for (i, expert) in known.iter().enumerate() {
            let calls = self.world().get("/calls", Some(expert)).await.expect(200).json();
            let open = calls["calls"].as_array().unwrap().iter();
            for call in open.filter(|call| call["state"] == "invited") {
                let path = format!("/calls/{}", call["id"].as_str().unwrap());
                let says = json!({ "accepts": refuses != Some(i), "reason": "出差" });
                self.world().post(&path, Some(expert), &says).await.expect(201);
                invited.push(i);
            }
        }
        invited
    }

    /// The bureau signs what its page shows, and sends it.
    async fn void(&self) -> Reply {
        let asked = format!("{}?reason=%E7%94%A8%E5%B0%BD", self.panel);
        let desk = self
            .world()
            .get(&asked, Some(&self.bureau))
            .await
            .expect(200)
            .json();
        let paper = &desk["again"]["paper"];
        let decision: Value = serde_json::from_str(paper["object"].as_str().unwrap()).unwrap();
        let body = json!({ "signed": signed_by(self.world(), "sup", &decision) });
        let page = format!("/lots/{}/voidings", self.lot);
        let digest = paper["digest"].as_str().unwrap();
        self.world().sign(&page, &self.bureau, &body, digest).await
    }

    async fn owed_by_the_bureau(&self) -> bool {
        let desk = self.world().get("/desk", Some(&self.bureau)).await;
        let desk = desk.expect(200).json();
        let mut tasks = desk["tasks"].as_array().unwrap().iter();
        tasks.any(|task| task["kind"] == "redraw_experts")
    }
}

#[actix_web::test]
async fn an_order_that_is_used_up_is_voided_and_the_missing_are_drawn_from_a_longer_list() {
    let asked = Asked::new().await;
    let world = asked.world();
    let known = cast_experts(world, "e", 5).await;
    assert!(!asked.owed_by_the_bureau().await);
    assert_eq!(asked.answer(&known, Some(2)).await, [0, 1, 2, 3, 4]);
    let desk = asked.desk(&asked.centre).await;
    assert_eq!(
        (
            &desk["is_exhausted"],
            &desk["again"]["n_missing"],
            &desk["again"]["n_free"]
        ),
        (&json!(true), &json!(1), &json!(0))
    );
    assert!(desk["again"]["paper"].is_null(), "papers are the bureau's");
    assert!(asked.owed_by_the_bureau().await);
    let path = format!("/lots/{}/voidings/consent", asked.lot);
    let given = consent(world, &path, &asked.centre, "名单用尽").await.expect(201);
    assert_eq!(given.json()["place"], asked.panel.as_str());
    assert_eq!(asked.void().await.expect(422).code(), "panel.pool_small");
    let page = async |query: &str| {
        let path = format!("{}{query}", asked.panel);
        world.page(&path, Some(&asked.bureau)).await.expect(200).body
    };
    assert!(page("").await.contains("import of experts"));
    more_experts(world, &asked.committee, 6..=8).await;
    assert!(page("").await.contains("name=\"reason\""));
    assert!(page("?reason=used%20up").await.contains("name=\"signed\""));
    let voided = asked.void().await.expect(201).json();
    assert_eq!(
        (&voided["attempt"], &voided["stage"]),
        (&json!(1), &json!("draw0-a2"))
    );
    assert!(!asked.owed_by_the_bureau().await);
    world.settle().await;
    // who refused is not asked again, who sits is not asked twice
    let all = cast_experts(world, "e", 8).await;
    let invited = asked.answer(&all, None).await;
    assert!(matches!(invited[..], [5..=7]), "{invited:?}");
    let desk = asked.desk(&asked.centre).await;
    assert_eq!(
        (&desk["state"], &desk["n_pool"], &desk["again"]),
        (&json!("seated"), &json!(3), &json!(null))
    );
    // the opening compares the members of both attempts with the bidders
    world.at("2026-06-22 09:06").await;
    assert_eq!(asked.desk(&asked.centre).await["state"], "seated");
    asked.town.world.end().await;
}

#[actix_web::test]
async fn an_order_that_goes_on_is_not_voided() {
    let asked = Asked::new().await;
    let path = format!("/lots/{}/voidings/consent", asked.lot);
    let early = consent(asked.world(), &path, &asked.centre, "换一批").await;
    assert_eq!(early.expect(422).code(), "award.not_voided");
    let desk = asked.desk(&asked.bureau).await;
    assert_eq!(
        (&desk["is_exhausted"], &desk["again"]),
        (&json!(false), &json!(null))
    );
    asked.town.world.end().await;
}
