//! The award redone from its archive: a platform that wrote a false paper is found out by whoever has
//! the archive, and its keys are not given for a list that does not follow from the papers.

use diesel::RunQueryDsl as _;
use serde_json::{Value, json};
use tianping::{
    domain::{actor::Role, award::redo::redo, time::Instant},
    proof::{
        archive::Archive,
        canon::{Hash, Object as _, write},
        chain::Row,
        event::ref_hash,
        transcript::Transcript,
    },
    store::{Db, Fault},
};

use crate::{
    redraw::void,
    story::{BUREAU, INSIDE, Story},
};

pub async fn archive_of(story: &Story) -> Archive {
    story.world().settle().await;
    let bytes = story
        .world()
        .get(&story.path("archive"), None)
        .await
        .expect(200)
        .body;
    Archive::from_bytes(bytes.as_bytes()).unwrap()
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

pub type Lie = fn(&mut Value);
type Alter = fn(&mut Transcript);

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

fn swap(list: &mut Value) {
    list.as_array_mut().unwrap().swap(0, 1);
}

fn drop_first(list: &mut Value) {
    list.as_array_mut().unwrap().remove(0);
}

/// What a platform could write falsely: the event and label, the change, and what is found.
const LIES: [((&str, &str), Lie, &str); 26] = [
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["method"]["k_max"] = json!(500),
        "fate",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["candidates"] = json!(1),
        "another frozen list",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["procedure"][1] = json!(2),
        "no procedure",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["review_order"] = json!("after_draw"),
        "another order of review",
    ),
    (
        ("tender.published", "notice"),
        |x| x["lots"][0]["min"] = json!(1),
        "another least number",
    ),
    (
        ("opening.published", "opening."),
        |x| drop_first(&mut x["lines"]),
        "left out",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][0]["bidder"] = json!("nobody"),
        "did not bid",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][1] = x["lines"][0].clone(),
        "twice",
    ),
    (
        ("opening.published", "opening."),
        |x| x["lines"][0]["total_fen"] = json!(1),
        "another fate",
    ),
    (
        ("evaluation.ended", "report."),
        |x| {
            for line in x["lines"].as_array_mut().unwrap() {
                line["outcome"] = json!("passed");
            }
        },
        "another fate",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| drop_first(&mut x["bids"]),
        "another fate",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| {
            for bid in x["bids"].as_array_mut().unwrap() {
                bid["fate"] = json!({ "fate": "qualified" });
            }
        },
        "another fate",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| x["low"] = json!(1),
        "another band",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| x["digest"] = json!("0".repeat(64)),
        "another list",
    ),
    (
        ("qualified.listed", "qualified"),
        |x| x["lot"] = json!("other"),
        "no list",
    ),
    (
        ("coefficient.drawn", "coefficient"),
        |x| x["k"] = json!("1.23"),
        "another K",
    ),
    (
        ("coefficient.drawn", "coefficient"),
        |x| x["price"] = json!(1),
        "another K",
    ),
    (
        ("candidate.excluded", "exclusion"),
        |x| x["bidder"] = json!("nobody"),
        "not drawn",
    ),
    (
        ("candidate.excluded", "exclusion"),
        |x| x["lot"] = json!("other"),
        "no such candidate",
    ),
    (
        ("candidates.published", "span"),
        |x| x["ends_at"] = json!(x["ends_at"].as_i64().unwrap() + 1),
        "before the publication ended",
    ),
    (
        ("candidates.published", "standstill"),
        |x| swap(&mut x["drawn"]),
        "another order",
    ),
    (
        ("candidates.published", "standstill"),
        |x| swap(&mut x["candidates"]),
        "no such candidate",
    ),
    (
        ("candidates.published", "standstill"),
        |x| drop_first(&mut x["candidates"]),
        "other candidates",
    ),
    (
        ("candidates.published", "standstill"),
        |x| drop_first(&mut x["bids"]),
        "fate or outcome",
    ),
    (
        ("award.decided", "notice"),
        |x| x["winner"]["contract_price"] = json!(1),
        "no such candidate",
    ),
    (
        ("award.decided", "notice"),
        |x| x["standstill"] = json!("0".repeat(64)),
        "last publication",
    ),
];

#[actix_web::test]
async fn every_false_paper_of_an_award_is_found() {
    let totals = [&INSIDE[..], &[378_000_000, 370_000_000]].concat();
    let story = Story::opened(&json!({ "n_candidates": 2 }), &totals).await;
    story.reviewed(&[378_000_000]).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    story.publish().await;
    let drawn = story.get("result", None).await;
    story.exclude(&drawn["drawn"][0]["bidder"]).await;
    let ends_at = story.get("result", None).await["ends_at"].as_i64();
    let ends_at = ends_at.unwrap();
    story.world().jump(Instant(ends_at)).await;
    let done = story.decide().await.expect(201).json();
    let archive = archive_of(&story).await;
    assert_eq!(
        redo(&archive),
        Ok(Some(done["winner"].as_str().unwrap().to_owned()))
    );
    let mut same = archive.clone();
    reseal(&mut same);
    assert_eq!(same, archive, "what is written again unchanged is the same");
    for (paper, lie, why) in LIES {
        let flaw = redo(&with(&archive, paper, lie)).unwrap_err().to_string();
        assert!(flaw.contains(why), "{paper:?}: {flaw}");
    }
    let stolen = with(&archive, ("award.decided", "notice"), |x| {
        x["winner"]["bidder"] = json!("other");
    });
    assert!(
        redo(&stolen)
            .unwrap_err()
            .to_string()
            .contains("no such candidate")
    );
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
async fn a_draw_that_came_first_is_redone_with_its_reviews() {
    let change = json!({ "review_order": "after_draw", "n_candidates": 1 });
    let story = Story::opened(&change, &INSIDE).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    let drawn = story.get("result", None).await;
    let first = &drawn["drawn"][0]["bidder"];
    let mut lines = drawn["bids"].as_array().unwrap().iter();
    let total = lines.find(|line| line["bidder"] == *first).unwrap()["total"].as_u64();
    story.reviewed(&[total.unwrap()]).await;
    story.publish().await;
    story.exclude(&drawn["drawn"][1]["bidder"]).await;
    story.reviewed(&[]).await;
    let ends_at = story.publish().await;
    story.world().jump(Instant(ends_at)).await;
    story.decide().await.expect(201);
    let archive = archive_of(&story).await;
    let third = drawn["drawn"][2]["bidder"].as_str().unwrap().to_owned();
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
    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&[]).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    let ends_at = story.publish().await;
    story.world().jump(Instant(ends_at)).await;
    story.decide().await.expect(201);
    let archive = archive_of(&story).await;
    story.town.world.end().await;
    for (act, why) in [
        ("bids.closed", "4 bid, 3 are needed"),
        ("qualified.listed", "enough are left"),
        ("draw.done", "enough are left"),
        ("candidates.published", "enough are left"),
    ] {
        for rule in ["Z43R", "Z74R"] {
            let false_end = failing(&archive, up_to(&archive, act), rule);
            let flaw = redo(&false_end).unwrap_err().to_string();
            assert!(flaw.contains(why), "{act}: {flaw}");
        }
    }

    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&INSIDE[1..]).await;
    assert_eq!(story.stage().await, "failed");
    let archive = archive_of(&story).await;
    assert_eq!(redo(&archive), Ok(None));
    let other = with(&archive, ("lot.failed", "ended."), |x| x["rule"] = json!("Z43R"));
    let flaw = redo(&other).unwrap_err().to_string();
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
    story.draw("award-draw").await;
    let ends_at = story.publish().await;
    story.world().jump(Instant(ends_at)).await;
    let done = story.decide().await.expect(201).json();
    let archive = archive_of(&story).await;
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
        let flaw = redo(&with(&archive, decision, lie)).unwrap_err().to_string();
        assert!(flaw.contains("was not voided"), "{flaw}");
    }
    // the decision came, and the result of the voided attempt stands as if it had not
    let mut kept = archive.clone();
    let is_second = |row: &Row| {
        matches!(row, Row::Shown(shown) if shown.pay.iter().any(|pay| {
            pay.x["attempt"] == 2 && ["draw.frozen/1", "draw.done/1"].iter().any(|t| pay.x["t"] == *t)
        }))
    };
    let Row::Shown(first) = &kept.chain[0] else {
        panic!("erased")
    };
    let n_first = first.event().n;
    kept.chain.retain(|row| !is_second(row));
    for (n, row) in (n_first..).zip(&mut kept.chain) {
        if let Row::Shown(shown) = row {
            shown.ev.0.n = n;
        }
    }
    reseal(&mut kept);
    let flaw = redo(&kept).unwrap_err().to_string();
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
