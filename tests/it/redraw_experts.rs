//! A panel of which the drawn order is used up: people come into the list, the bureau voids the order with
//! the centre's consent, fresh keys are made, and who is missing is drawn anew.

use serde_json::{Value, json};
use tianping::{
    domain::actor::Role,
    proof::{bundle::Bundle, canon::Object as _},
};

use crate::{
    bidder::Bidder,
    consent::consent,
    hold::{experts, more_experts},
    redo::archive_of,
    redraw::signed_by,
    story::{BUREAU, CENTRE, INSIDE, Story, cast_experts},
    tender::Town,
    world::{Reply, Who, World},
};

/// A lot whose panel was asked for, and its people.
struct Asked {
    story: Story,
    committee: Who,
    bureau: Who,
    panel: String,
}

impl Asked {
    /// The local list has exactly as many experts as the panel needs.
    async fn new() -> Self {
        let town = Town::new().await;
        let world = &town.world;
        let committee = experts(world, 5).await;
        let (tender, lot, number) = town.published().await;
        let mut bidders = Vec::new();
        for (i, total) in INSIDE.into_iter().enumerate() {
            let bidder = Bidder::new(world, &format!("第{i}建设公司")).await;
            bidder.bid(world, &tender, &lot, total).await.expect(201);
            bidders.push(bidder);
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
        let story = Story {
            members: Vec::new(),
            town,
            lot,
            number,
            centre,
            bidders,
        };
        Self {
            story,
            committee,
            bureau,
            panel: format!("/panels/{id}"),
        }
    }

    fn world(&self) -> &World {
        self.story.world()
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
        let digest = paper["digest"].as_str().unwrap();
        self.story.sign("voidings", &self.bureau, &body, digest).await
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
    let mut asked = Asked::new().await;
    let world = asked.world();
    let known = cast_experts(world, "e", 5).await;
    assert!(!asked.owed_by_the_bureau().await);
    assert_eq!(asked.answer(&known, Some(2)).await, [0, 1, 2, 3, 4]);
    let desk = asked.desk(&asked.story.centre).await;
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
    let path = asked.story.path("voidings/consent");
    let given = consent(world, &path, &asked.story.centre, "名单用尽").await;
    let given = given.expect(201);
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
    let desk = asked.desk(&asked.story.centre).await;
    assert_eq!(
        (&desk["state"], &desk["n_pool"], &desk["again"]),
        (&json!("seated"), &json!(3), &json!(null))
    );
    let bundle = format!("/draws/{}.draw0.a08/2/bundle", asked.story.lot);
    let bundle = world.get(&bundle, None).await.expect(200).body;
    let bundle = Bundle::from_bytes(bundle.as_bytes()).unwrap();
    let policy = world.app.journal.policy.clone();
    let verified = bundle.verify(&bundle.parties.0, &policy).unwrap();
    assert_eq!(
        (verified.transcript.attempt, verified.transcript.items.len()),
        (2, 3)
    );
    // the members of both attempts sit together to the award, which its archive redoes
    world.at("2026-06-22 09:06").await;
    let members = [0, 1, 3, 4, invited[0]].map(|i| all[i].clone());
    asked.story.members = members.to_vec();
    let story = &asked.story;
    story.record_published().await;
    story.reviewed(&[]).await;
    story.drawn_and_decided().await;
    let (archive, redo) = archive_of(story).await;
    let winner = story.get("result", None).await["winner"].clone();
    assert_eq!(redo(&archive).unwrap().as_deref(), winner.as_str());
    asked.story.town.world.end().await;
}

#[actix_web::test]
async fn an_order_that_goes_on_is_not_voided() {
    let asked = Asked::new().await;
    let path = asked.story.path("voidings/consent");
    let early = consent(asked.world(), &path, &asked.story.centre, "换一批").await;
    assert_eq!(early.expect(422).code(), "award.not_voided");
    let desk = asked.desk(&asked.bureau).await;
    assert_eq!(
        (&desk["is_exhausted"], &desk["again"]),
        (&json!(false), &json!(null))
    );
    asked.story.town.world.end().await;
}
