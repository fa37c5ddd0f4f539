//! A panel that an outside library draws: asked for by a file, imported as a signed record, called down
//! its order, and from there on a panel like any other, to the award.

use serde_json::{Value, json};
use tianping::{
    domain::{actor::Role, code::CreditCode, time::Instant},
    proof::{canon, sig::SecretKey},
};

use crate::{
    bidder::Bidder,
    consent::consent,
    hold::resident,
    story::{BUREAU, INSIDE, Story, cast_experts},
    tender::{Town, lot_terms},
    world::{Reply, Who, World},
};

const CENTRE: &str = "市公共资源交易中心";
const LIBRARY: &str = "省综合评标专家库";

/// A lot with four bids whose panel is asked of a library, an hour before the opening.
struct Asked {
    town: Town,
    lot: String,
    number: String,
    bidders: Vec<Bidder>,
    centre: Who,
    committee: Who,
    key: SecretKey,
    panel: String,
    request: Value,
}

fn signed(key: &SecretKey, x: &Value) -> String {
    let mut sig = serde_json::to_value(key.sig_of(x).unwrap()).unwrap();
    sig["t"] = json!("sig/1");
    json!({ "t": "signed/1", "x": x, "sig": sig }).to_string()
}

/// The code of a unit that nobody else has.
fn unit(n: usize) -> String {
    let code = CreditCode::compose("91", "510100", &format!("TPLX{n:04}"));
    code.unwrap().to_string()
}

impl Asked {
    async fn new() -> Self {
        let town = Town::new().await;
        let world = &town.world;
        let committee = world
            .person("committee", Role::Committee, Some("市行政审批局"))
            .await;
        let key = SecretKey::from_seed(&[9; 32]);
        let library = json!({
            "name": LIBRARY, "key": hex::encode(key.public().as_bytes()), "basis": "川发改〔2024〕1号",
        });
        let id = world
            .post("/libraries", Some(&committee), &library)
            .await
            .expect(201)
            .json();
        let (tender, lot, number) = town.published_with(&lot_terms()).await;
        let mut bidders = Vec::new();
        for (i, total) in INSIDE.iter().enumerate() {
            let bidder = Bidder::new(world, &format!("第{i}建设公司")).await;
            bidder.bid(world, &tender, &lot, *total).await.expect(201);
            bidders.push(bidder);
        }
        let centre = world.person("he", Role::CentreOperator, Some(CENTRE)).await;
        world.at("2026-06-22 08:00").await;
        let path = format!("/lots/{lot}/panel");
        let body = json!({ "answer_minutes": 30, "library": "nobody" });
        let unknown = world.post(&path, Some(&centre), &body).await.expect(422);
        assert_eq!(unknown.code(), "panel.library");
        let body = json!({ "answer_minutes": 30, "library": id });
        let asked = world.post(&path, Some(&centre), &body).await.expect(201).json();
        let panel = format!("/panels/{}", asked["panel"].as_str().unwrap());
        world.settle().await;
        let request = world.get(&format!("{panel}/request"), Some(&centre)).await;
        let request = request.expect(200).json();
        Self {
            town,
            lot,
            number,
            bidders,
            centre,
            committee,
            key,
            panel,
            request,
        }
    }

    fn world(&self) -> &World {
        &self.town.world
    }

    /// A record of so many experts, each of a unit of his own.
    fn record(&self, n: usize) -> Value {
        let expert = |i: usize| {
            json!({
                "position": i, "expert_no": format!("L{i:04}"), "name": format!("库内专家{i}"),
                "id_no": resident(i), "phone": format!("1390013{i:04}"), "employer_code": unit(i),
                "employer": format!("省第{i}设计院"), "title": "正高级工程师", "title_since": "2012-03",
            })
        };
        json!({
            "t": "panel.record/1", "panel": self.request["panel"], "library": LIBRARY,
            "request": canon::digest(&self.request).unwrap(), "drawn_at": self.world().now(),
            "operator": "省库值班员", "experts": (1..=n).map(expert).collect::<Vec<_>>(),
        })
    }

    async fn import(&self, record: &Value) -> Reply {
        self.send(&signed(&self.key, record)).await
    }

    async fn send(&self, text: &str) -> Reply {
        let path = format!("{}/record", self.panel);
        let body = json!({ "record": text });
        self.world().post(&path, Some(&self.centre), &body).await
    }

    async fn desk(&self) -> Value {
        let reply = self
            .world()
            .get(&self.panel, Some(&self.centre))
            .await
            .expect(200);
        assert!(!reply.body.contains("库内专家"), "no name on the desk");
        reply.json()
    }

    /// The states of the calls, in the order of the record.
    async fn states(&self) -> Vec<String> {
        let desk = self.desk().await;
        let seats = desk["seats"].as_array().unwrap().iter();
        seats
            .map(|seat| seat["state"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Answers the newest call of an expert, if there is one; whether there was.
    async fn answer(&self, expert: &Who, accepts: bool) -> bool {
        let calls = self.world().get("/calls", Some(expert)).await.expect(200).json();
        let call = &calls["calls"][0];
        if call["state"] != "invited" {
            return false;
        }
        let body = json!({ "accepts": accepts, "reason": "出差" });
        let path = format!("/calls/{}", call["id"].as_str().unwrap());
        self.world().post(&path, Some(expert), &body).await.expect(201);
        self.world().tick().await;
        true
    }
}

#[actix_web::test]
async fn a_librarys_panel_is_seated_reviews_and_the_lot_is_drawn() {
    let asked = Asked::new().await;
    let n = usize::try_from(asked.request["n_experts"].as_i64().unwrap()).unwrap();
    let desk = asked.desk().await;
    assert_eq!(
        (&desk["state"], &desk["asks_record"]),
        (&json!("requested"), &json!(true))
    );
    assert_eq!(desk["library"]["name"], LIBRARY);
    let avoid = asked.request["avoid"].to_string();
    assert!(avoid.contains(asked.town.owner.code.as_ref().unwrap()));
    let text = asked.request.to_string();
    assert!(
        asked
            .bidders
            .iter()
            .all(|bidder| !text.contains(bidder.who.code.as_ref().unwrap()))
    );
    assert!(
        !text.contains("锦江") && !text.contains(&asked.lot),
        "the library learns no project"
    );

    let mut record = asked.record(n + 4);
    record["experts"][0]["employer_code"] = json!(asked.town.owner.code);
    record["experts"][2]["employer_code"] = json!(asked.bidders[1].who.code);
    asked.import(&record).await.expect(201);
    let mut states = vec!["barred"];
    states.extend(vec!["invited"; n]);
    assert_eq!(
        asked.states().await,
        states,
        "who is tied to the owner is skipped"
    );

    let experts = cast_experts(asked.world(), "l", n + 4).await;
    assert!(!asked.answer(&experts[0], true).await);
    assert!(asked.answer(&experts[1], false).await, "he refuses");
    for expert in &experts[2..=n] {
        assert!(asked.answer(expert, true).await);
    }
    assert_eq!(
        asked.desk().await["state"],
        "calling",
        "the next of the record is called"
    );
    assert!(asked.answer(&experts[n + 1], true).await);
    assert_eq!(asked.desk().await["state"], "seated");

    // after the opening one turns out to work for a bidder
    asked.world().at("2026-06-22 09:06").await;
    assert_eq!(asked.states().await[2], "recused");
    assert!(asked.answer(&experts[n + 2], true).await);
    assert_eq!(asked.desk().await["state"], "seated");
    let bureau = asked.world().person("jd", Role::Supervisor, Some(BUREAU)).await;
    let head = asked.world().person("tou", Role::CentreHead, Some(CENTRE)).await;
    let page = format!("{}/members/consent", asked.panel);
    consent(asked.world(), &page, &head, "举报核查").await.expect(201);
    let named = asked
        .world()
        .get(&format!("{}/members", asked.panel), Some(&bureau))
        .await;
    let named = named.expect(200).json();
    assert_eq!(named["members"][0]["name"], "库内专家4");
    let listed = asked
        .world()
        .get("/experts", Some(&asked.committee))
        .await
        .expect(200)
        .json();
    assert_eq!((&listed["n_listed"], &listed["experts"]), (&json!(0), &json!([])));

    let evidence = asked
        .world()
        .page(&format!("/xm/{}/evidence", asked.number), None)
        .await;
    assert!(
        evidence.expect(200).body.contains(LIBRARY),
        "the public page says who drew"
    );
    let seated = [3, 4].iter().copied().chain(5..=n).chain([n + 1, n + 2]);
    let members = seated.map(|i| experts[i].clone()).collect();
    let Asked {
        town,
        lot,
        number,
        bidders,
        centre,
        ..
    } = asked;
    let story = Story {
        town,
        lot,
        number,
        centre,
        bidders,
        members,
    };
    let opening = story.get("opening", None).await;
    let digest = opening["digest"].as_str().unwrap().to_owned();
    let until = opening["objections_until"].as_i64().unwrap();
    story.world().jump(Instant(until)).await;
    story
        .sign("opening", &story.centre, &json!({}), &digest)
        .await
        .expect(201);
    story.reviewed(&[]).await;
    assert_eq!(story.stage().await, "coefficient_draw");
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    story
        .world()
        .at(&tianping::domain::time::Instant(story.publish().await).local())
        .await;
    story.world().later(60_000).await;
    story.decide().await.expect(201);
    assert_eq!(story.stage().await, "awarded");
    story.town.world.end().await;
}

#[actix_web::test]
async fn a_record_that_is_not_the_librarys_or_not_of_this_panel_is_refused() {
    let asked = Asked::new().await;
    let n = usize::try_from(asked.request["n_experts"].as_i64().unwrap()).unwrap();
    let good = asked.record(n);
    let refused = async |text: String, code: &str| {
        assert_eq!(asked.send(&text).await.expect(422).code(), code);
    };
    let forger = SecretKey::from_seed(&[8; 32]);
    refused(signed(&forger, &good), "panel.record_signature").await;
    refused(
        signed(&asked.key, &good).replace("库内专家1", "别人"),
        "panel.record_signature",
    )
    .await;
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut record = good.clone();
        edit(&mut record);
        signed(&asked.key, &record)
    };
    refused(with(&|r| r["panel"] = json!("PS-OTHER")), "panel.record").await;
    refused(with(&|r| r["request"] = json!("0".repeat(64))), "panel.record").await;
    refused(with(&|r| r["score"] = json!(1)), "panel.record").await;
    refused(with(&|r| r["experts"][0]["mark"] = json!(1)), "panel.record").await;
    refused("nothing".into(), "panel.record").await;
    refused(signed(&asked.key, &asked.record(3 * n + 1)), "panel.record").await;
    let early = asked.request["requested_at"].as_i64().unwrap() - 1;
    refused(with(&|r| r["drawn_at"] = json!(early)), "panel.record_window").await;
    let later = asked.request["begins_at"].as_i64().unwrap() + 1;
    refused(with(&|r| r["drawn_at"] = json!(later)), "panel.record_window").await;
    refused(
        with(&|r| r["experts"][1]["id_no"] = json!("110105194912310021")),
        "panel.record_expert",
    )
    .await;
    let owner = asked.town.owner.code.clone();
    refused(
        with(&|r| r["experts"][0]["employer_code"] = json!(owner)),
        "panel.record_short",
    )
    .await;
    let twin = unit(2);
    refused(
        with(&|r| r["experts"][0]["employer_code"] = json!(twin)),
        "panel.record_short",
    )
    .await;
    assert_eq!(asked.desk().await["state"], "requested", "nothing is half done");
    // a refused form does not bring the names back
    let page = format!("{}/record", asked.panel);
    let fields = [("record", &*signed(&forger, &good))];
    let reply = asked
        .world()
        .form(&page, Some(&asked.centre), &fields)
        .await
        .expect(422);
    assert!(!reply.body.contains("库内专家"), "{}", reply.body);
    assert!(reply.body.contains("registered key"));
    asked.import(&good).await.expect(201);
    assert_eq!(asked.import(&good).await.expect(422).code(), "panel.record_taken");
    asked.town.world.end().await;
}

#[actix_web::test]
async fn a_record_at_its_end_asks_for_a_supplement() {
    let asked = Asked::new().await;
    let n = usize::try_from(asked.request["n_experts"].as_i64().unwrap()).unwrap();
    asked.import(&asked.record(n)).await.expect(201);
    let experts = cast_experts(asked.world(), "l", n).await;
    for expert in &experts[1..] {
        assert!(asked.answer(expert, true).await);
    }
    // the first stays silent: the clock ends his invitation
    asked.world().later(31 * 60_000).await;
    let desk = asked.desk().await;
    assert_eq!(
        (&desk["is_exhausted"], &desk["asks_record"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(desk["seats"][0]["state"], "silent");
    assert_eq!(
        asked.import(&asked.record(n)).await.expect(422).code(),
        "panel.record"
    );
    let request = asked
        .world()
        .get(&format!("{}/request", asked.panel), Some(&asked.centre))
        .await;
    let request = request.expect(200).json();
    assert_eq!(request["attempt"], 2);
    let mut more = asked.record(n + 1);
    let last = more["experts"][n].clone();
    more["experts"] = json!([last]);
    more["experts"][0]["position"] = json!(1);
    more["request"] = json!(canon::digest(&request).unwrap());
    asked.import(&more).await.expect(201);
    let reserve = &cast_experts(asked.world(), "l", n + 1).await[n];
    assert!(asked.answer(reserve, true).await);
    assert_eq!(asked.desk().await["state"], "seated");
    asked.town.world.end().await;
}
