//! The award redone from its archive: a platform that wrote a false paper is found out by whoever has
//! the archive, and its keys are not given for a list that does not follow from the papers.

mod lies;

use diesel::RunQueryDsl as _;
use lies::LIES;
pub use lies::Lie;
use serde_json::json;
use tianping::{
    domain::{
        actor::Role,
        award::redo::redo,
        time::{DAY, HOUR, Instant},
    },
    proof::{
        archive::Archive,
        canon::{Hash, Object as _, write},
        chain::{Chain, Row, Shown},
        event::ref_hash,
        prices::Prices,
        transcript::Transcript,
    },
    store::{Db, Fault},
};

use crate::{
    redraw::void,
    story::{BUREAU, INSIDE, Story},
};

/// The archive of a lot, and how its reader redoes one: the winner, or why not.
pub async fn archive_of(
    story: &Story,
) -> (
    Archive,
    impl Fn(&Archive) -> Result<Option<String>, String> + use<>,
) {
    story.world().settle().await;
    let bytes = story
        .world()
        .get(&story.path("archive"), None)
        .await
        .expect(200)
        .body;
    let policy = story.world().app.journal.policy.clone();
    let redo = move |archive: &Archive| {
        let redone = redo(archive, &policy);
        redone
            .map(|redone| redone.winner)
            .map_err(|flaw| flaw.to_string())
    };
    (Archive::from_bytes(bytes.as_bytes()).unwrap(), redo)
}

/// Writes the chain again so that every hash fits, as a platform could that lies from the beginning.
fn reseal(archive: &mut Archive) {
    let mut prev = None;
    for row in &mut archive.chain {
        let Row::Shown(shown) = row else { panic!("erased") };
        for pay in &shown.pay {
            let bytes = write(&pay.x).unwrap();
            let of = shown.ev.0.refs.iter_mut().find(|r| r.k == pay.k).unwrap();
            of.h = ref_hash(&pay.salt, &bytes);
        }
        if let Some(prev) = prev {
            shown.ev.0.prev = prev;
        }
        prev = Some(shown.ev.0.c(&shown.salt).unwrap());
    }
}

type Alter = fn(&mut Transcript);
type Forge = fn(&mut Archive);

/// The archive with one paper changed; the last of its kind.
pub fn with(archive: &Archive, (act, label): (&str, &str), lie: Lie) -> Archive {
    let mut other = archive.clone();
    let is_it = |row: &&mut Row| matches!(row, Row::Shown(shown) if shown.event().act == act && shown.pay.iter().any(|pay| pay.k.as_str().starts_with(label)));
    let row = other.chain.iter_mut().rev().find(is_it);
    let Some(Row::Shown(row)) = row else {
        panic!("no {act} with {label}")
    };
    let pay = row.pay.iter_mut().find(|pay| pay.k.as_str().starts_with(label));
    let x = &mut pay.unwrap().x;
    let before = x.clone();
    lie(x);
    assert_ne!(*x, before, "{act}: nothing was changed");
    reseal(&mut other);
    other
}

/// The archive of a platform that never wrote some of its events.
pub fn without(archive: &Archive, is_it: impl Fn(&Shown) -> bool) -> Archive {
    let mut other = archive.clone();
    let Row::Shown(first) = &other.chain[0] else {
        panic!("erased")
    };
    let n_first = first.event().n;
    other
        .chain
        .retain(|row| !matches!(row, Row::Shown(shown) if is_it(shown)));
    for (n, row) in (n_first..).zip(&mut other.chain) {
        if let Row::Shown(shown) = row {
            shown.ev.0.n = n;
        }
    }
    reseal(&mut other);
    other
}

/// The archive with the last event of an act dated otherwise.
fn dated(archive: &Archive, act: &str, by: i64) -> Archive {
    let mut other = archive.clone();
    let mut shown = other.chain.iter_mut().rev().filter_map(|row| match row {
        Row::Shown(shown) => Some(shown),
        Row::Erased(_) => None,
    });
    let row = shown.find(|shown| shown.event().act == act).unwrap();
    row.ev.0.ts += by;
    reseal(&mut other);
    other
}

#[actix_web::test]
async fn every_false_paper_of_an_award_is_found() {
    let totals = [&INSIDE[..], &[378_000_000, 370_000_000]].concat();
    let story = Story::opened(&json!({ "n_candidates": 2 }), &totals).await;
    story.reviewed(&[378_000_000]).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    story.publish().await;
    let drawn = story.get("result", None).await;
    story.exclude(&drawn["ranked"][0]["bidder"]).await;
    let doubt = json!({ "kind": "result", "text": "对结果有疑问" });
    let raised = story.post("objections", &story.bidders[0].who, &doubt).await;
    let reply = format!(
        "/objections/{}/reply",
        raised.expect(201).json()["id"].as_str().unwrap()
    );
    let answer = json!({ "reply": "结果无误" });
    let replied = story.world().post(&reply, Some(&story.town.owner), &answer).await;
    replied.expect(201);
    let ends_at = story.get("result", None).await["ends_at"].as_i64();
    let ends_at = ends_at.unwrap();
    story.world().jump(Instant(ends_at)).await;
    let done = story.decide().await.expect(201).json();
    let (archive, redo) = archive_of(&story).await;
    assert_eq!(
        redo(&archive),
        Ok(Some(done["winner"].as_str().unwrap().to_owned()))
    );
    let mut same = archive.clone();
    reseal(&mut same);
    assert_eq!(same, archive, "what is written again unchanged is the same");
    stays_as_published(&story).await;
    let early = redo(&dated(&archive, "candidates.published", -14 * DAY)).unwrap_err();
    assert!(early.contains("dated before"), "{early}");
    for (paper, lie, why) in LIES {
        let flaw = redo(&with(&archive, paper, lie)).unwrap_err();
        assert!(flaw.contains(why), "{paper:?}: {flaw}");
    }
    let stolen = with(&archive, ("award.decided", "notice"), |x| {
        x["winner"]["bidder"] = json!("other");
    });
    assert!(redo(&stolen).unwrap_err().contains("no such candidate"));
    for base in ["draw1", "draw2"] {
        let lies: [(Alter, &str); 3] = [
            (|x| drop(x.items.remove(0)), "other items"),
            (|x| x.take += 1, "another number"),
            (|x| x.frozen = Hash::ZERO, "another frozen list"),
        ];
        for (lie, why) in lies {
            let flaw = redo(&otherwise_drawn(&archive, base, lie))
                .unwrap_err()
                .to_string();
            assert!(flaw.contains(why), "{flaw}");
        }
    }
    story.town.world.end().await;
}

/// What was published keeps its names and digests when a company gets another name.
async fn stays_as_published(story: &Story) {
    let world = story.world();
    let company = story.bidders[0].who.organisation.clone().unwrap();
    let before = (story.get("opening", None).await, story.get("result", None).await);
    let token = story.bidders[0].token();
    let mut lines = before.0["lines"].as_array().unwrap().iter();
    let old = lines.find(|line| line["bidder"] == token.as_str()).unwrap();
    let old = old["organisation"].as_str().unwrap();
    for name in ["更名后的公司", old] {
        let sql = format!("UPDATE organisation SET name = '{name}' WHERE id = '{company}'");
        let run = |db: &mut Db| Ok::<_, Fault>(diesel::sql_query(&sql).execute(db)?);
        assert_eq!(world.app.store.read(run).unwrap(), 1, "{sql}");
        let now = (story.get("opening", None).await, story.get("result", None).await);
        assert_eq!(now, before, "{name}");
    }
}

/// The archive of a platform that has another transcript of a draw.
fn otherwise_drawn(archive: &Archive, base: &str, lie: Alter) -> Archive {
    let mut other = archive.clone();
    let id = format!("{}.{base}", archive.lot);
    let bundle = other.draws.iter_mut().find(|bundle| bundle.0.draw.as_str() == id);
    let bundle = &mut bundle.unwrap().0;
    let mut transcript = Transcript::parse(bundle.transcript.as_bytes()).unwrap();
    lie(&mut transcript);
    bundle.transcript = transcript.text().unwrap();
    let sha256 = Hash::of(&[bundle.transcript.as_bytes()]).to_hex();
    for row in &mut other.chain {
        let Row::Shown(shown) = row else { continue };
        for pay in shown.pay.iter_mut().filter(|pay| pay.x["draw"] == id.as_str()) {
            if pay.k.as_str() == "done" {
                pay.x["sha256"] = json!(sha256);
            }
        }
    }
    reseal(&mut other);
    other
}

#[actix_web::test]
async fn the_prices_of_an_archive_are_opened_again() {
    let story = Story::awarded(&json!({}), &INSIDE).await;
    let (archive, redo) = archive_of(&story).await;
    story.town.world.end().await;
    assert!(redo(&archive).is_ok());
    let lies: [(Forge, &str); 5] = [
        (|x| x.prices = None, "the prices are not shown"),
        (|x| drop(prices(x).subs.remove(0)), "is left out"),
        (
            |x| prices(x).subs[0].ct.0[100] ^= 1,
            "not the ciphertext submitted",
        ),
        (
            |x| prices(x).subs[0].sub = prices(x).subs[1].sub.clone(),
            "not the submission of the list",
        ),
        (|x| drop(prices(x).releases.remove(0)), "the layer of"),
    ];
    for (lie, why) in lies {
        let mut other = archive.clone();
        lie(&mut other);
        let flaw = redo(&other).unwrap_err();
        assert!(flaw.contains(why), "{flaw}");
    }
    // a chain that says something else before a draw is not the chain that its bundle proves
    let other = with(&archive, ("opening.published", "opening."), |x| {
        x["digest"] = json!("0".repeat(64));
    });
    let chain = Chain::check(&other.chain).unwrap();
    let flaw = other.has_chain_of(&archive.draws[0].0, &chain).unwrap_err();
    assert!(flaw.to_string().contains("another chain"), "{flaw}");
    let chain = Chain::check(&archive.chain).unwrap();
    for bundle in &archive.draws {
        archive.has_chain_of(&bundle.0, &chain).unwrap();
    }
}

fn prices(archive: &mut Archive) -> &mut Prices {
    &mut archive.prices.as_mut().unwrap().0
}

#[actix_web::test]
async fn a_draw_that_came_first_is_redone_with_its_reviews() {
    let change = json!({ "review_order": "after_ranking", "n_candidates": 1 });
    let story = Story::opened(&change, &INSIDE).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    let drawn = story.get("result", None).await;
    let first = &drawn["ranked"][0]["bidder"];
    let mut lines = drawn["bids"].as_array().unwrap().iter();
    let total = lines.find(|line| line["bidder"] == *first).unwrap()["total"].as_u64();
    story.reviewed(&[total.unwrap()]).await;
    story.publish().await;
    story.exclude(&drawn["ranked"][1]["bidder"]).await;
    story.reviewed(&[]).await;
    let ends_at = story.publish().await;
    story.world().jump(Instant(ends_at)).await;
    story.decide().await.expect(201);
    let (archive, redo) = archive_of(&story).await;
    let third = drawn["ranked"][2]["bidder"].as_str().unwrap().to_owned();
    assert_eq!(redo(&archive), Ok(Some(third)));
    let spared = with(&archive, ("evaluation.ended", "report."), |x| {
        for line in x["lines"].as_array_mut().unwrap() {
            line["outcome"] = json!("rejected");
        }
    });
    assert!(redo(&spared).is_err(), "the winner was rejected");
    story.town.world.end().await;
}

/// The archive of a platform that lets the lot fail after its first rows, under a rule.
fn failing(archive: &Archive, n_rows: usize, rule: &str) -> Archive {
    let mut other = archive.clone();
    let Some(Row::Shown(mut last)) = other.chain.pop() else {
        panic!("erased")
    };
    other.chain.truncate(n_rows);
    let Some(Row::Shown(before)) = other.chain.last() else {
        panic!("erased")
    };
    last.ev.0.n = before.ev.0.n + 1;
    "lot.failed".clone_into(&mut last.ev.0.act);
    last.pay.retain(|pay| pay.k.as_str().starts_with("ended."));
    last.ev.0.refs.retain(|r| last.pay.iter().any(|pay| pay.k == r.k));
    last.pay[0].x["stage"] = json!("failed");
    last.pay[0].x["rule"] = json!(rule);
    other.chain.push(Row::Shown(last));
    reseal(&mut other);
    other
}

/// How many rows there are up to the last of an act, with it.
fn up_to(archive: &Archive, act: &str) -> usize {
    let is_it = |row: &Row| matches!(row, Row::Shown(shown) if shown.event().act == act);
    archive.chain.iter().rposition(is_it).unwrap() + 1
}

#[actix_web::test]
async fn a_lot_fails_for_a_cause_that_its_papers_show() {
    let story = Story::awarded(&json!({}), &INSIDE).await;
    let (archive, redo) = archive_of(&story).await;
    story.town.world.end().await;
    for (act, why) in [
        ("bids.closed", "4 bid, 3 are needed"),
        ("qualified.listed", "enough are left"),
        ("draw.done", "enough are left"),
        ("candidates.published", "enough are left"),
    ] {
        for rule in ["Z43R", "Z74R"] {
            let false_end = failing(&archive, up_to(&archive, act), rule);
            let flaw = redo(&false_end).unwrap_err();
            assert!(flaw.contains(why), "{act}: {flaw}");
        }
    }

    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&INSIDE[1..]).await;
    assert_eq!(story.stage().await, "failed");
    let (archive, redo) = archive_of(&story).await;
    assert_eq!(redo(&archive), Ok(None));
    let other = with(&archive, ("lot.failed", "ended."), |x| x["rule"] = json!("Z43R"));
    let flaw = redo(&other).unwrap_err();
    assert!(flaw.contains("another rule"), "{flaw}");
    story.town.world.end().await;
}

#[actix_web::test]
async fn a_second_attempt_follows_from_the_decision_that_voided_the_first() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&[]).await;
    let bureau = story.world().person("jd", Role::Supervisor, Some(BUREAU)).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    void(&story, &bureau).await;
    story.world().settle().await;
    story.world().later(HOUR).await;
    story.draw("award-draw").await;
    let ends_at = story.publish().await;
    story.world().jump(Instant(ends_at)).await;
    let done = story.decide().await.expect(201).json();
    let (archive, redo) = archive_of(&story).await;
    story.town.world.end().await;
    let winner = done["winner"].as_str().unwrap().to_owned();
    assert_eq!(redo(&archive), Ok(Some(winner)));
    let decision = ("supervisor.decided", "decision");
    // what the bureau signed is of another list, or its signature is
    for lie in [
        (|x| x["x"]["about"] = json!("0".repeat(64))) as Lie,
        |x| x["x"]["what"] = json!("warn"),
        |x| x["x"]["reason"] = json!("other"),
    ] {
        let flaw = redo(&with(&archive, decision, lie)).unwrap_err();
        assert!(flaw.contains("was not voided"), "{flaw}");
    }
    // the decision came, and the result of the voided attempt stands as if it had not
    let kept = without(&archive, |shown| {
        shown.pay.iter().any(|pay| {
            pay.x["attempt"] == 2 && ["draw.frozen/1", "draw.done/1"].iter().any(|t| pay.x["t"] == *t)
        })
    });
    let flaw = redo(&kept).unwrap_err();
    assert!(flaw.contains("a voided draw"), "{flaw}");
}

/// What a platform's own administrator could do to a table.
fn edit(story: &Story, sql: &str) {
    let run = |db: &mut Db| Ok::<_, Fault>(diesel::sql_query(sql).execute(db)?);
    assert_eq!(story.world().app.store.read(run).unwrap(), 1, "{sql}");
}

#[actix_web::test]
async fn no_key_is_given_for_a_list_that_the_papers_do_not_lead_to() {
    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&[]).await;
    // K would be drawn from fewer values than were published
    let other = r#"UPDATE lot SET method = replace(method, '"k_max":600', '"k_max":500')"#;
    edit(&story, &format!("{other} WHERE id = '{}'", story.lot));
    let frozen = story.draw("coefficient-draw").await;
    assert_eq!(frozen["n_items"], 400);
    assert_eq!(
        story.stage().await,
        "coefficient_draw",
        "the holders keep their keys"
    );
    story.town.world.end().await;

    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&[]).await;
    story.draw("coefficient-draw").await;
    // one bidder would be missing from the list that he and all others confirmed
    let token = story.bidders[1].token();
    edit(
        &story,
        &format!("UPDATE opened_bid SET total_fen = 1 WHERE bidder = '{token}'"),
    );
    let frozen = story.draw("award-draw").await;
    assert_eq!(frozen["n_items"], 3);
    assert_eq!(story.stage().await, "award_draw", "the holders keep their keys");
    let total = INSIDE[1];
    edit(
        &story,
        &format!("UPDATE opened_bid SET total_fen = {total} WHERE bidder = '{token}'"),
    );
    story.town.world.end().await;
}
