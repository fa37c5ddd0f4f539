//! A draw that is repeated: the bidders are invited to contribute, the list waits for them, and what they
//! gave is in the transcript that anybody recomputes (protocols B.5).

use std::{fs, process::Command};

use age::secrecy::SecretString;
use diesel::RunQueryDsl as _;
use serde_json::{Value, json};
use tianping::{
    domain::{
        actor::Role,
        time::{HOUR, Instant, MINUTE},
    },
    hold::keys::wrap,
    proof::{bundle::Bundle, canon::Object as _, parties::Parties, transcript::Transcript},
    store::{Db, Fault},
};

use crate::{
    bidder::Bidder,
    redraw::void,
    story::{BUREAU, INSIDE, Story},
};

const STAGE: &str = "draw2-a2";

/// A lot whose order was drawn, and the draw voided; the fresh keys are there.
async fn voided() -> Story {
    let story = Story::opened(&json!({}), &INSIDE).await;
    story.reviewed(&[]).await;
    let bureau = story.world().person("jd", Role::Supervisor, Some(BUREAU)).await;
    story.draw("coefficient-draw").await;
    story.draw("award-draw").await;
    void(&story, &bureau).await;
    let hall = story.get("hall", None).await;
    assert_eq!(
        hall["invitation"]["until"],
        Value::Null,
        "the keys are made first"
    );
    story.world().settle().await;
    story
}

fn place(stage: &str, page: &str) -> String {
    format!("draws/{stage}/contributions{page}")
}

/// Seals and sends with the real command, on the bidder's own machine; the lines of the acknowledgement.
async fn by_command(story: &Story, bidder: &Bidder, tender: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let word = SecretString::from("correct horse".to_owned());
    let text = format!("{}\n", bidder.key.to_text().unwrap().as_str());
    fs::write(dir.path().join("key"), wrap(&text, &word, 2).unwrap()).unwrap();
    fs::write(dir.path().join("word"), "correct horse\n").unwrap();
    for (file, path) in [
        ("parties.json", format!("/tenders/{tender}/parties.json")),
        ("log.policy", format!("/tenders/{tender}/log.policy")),
        ("a2.keyset", story.path(&format!("keysets/{STAGE}"))),
        ("price.keyset", story.path("keysets/price")),
    ] {
        let body = story.world().get(&path, None).await.expect(200).body;
        fs::write(dir.path().join(file), body).unwrap();
    }
    let (url, token) = (story.world().url.clone(), bidder.who.token.clone());
    let code = bidder.who.code.clone().unwrap();
    let run = move |args: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tianping"));
        command.arg("seal").args(args.split(' ')).current_dir(dir.path());
        command.env("TIANPING_TOKEN", &token).env("TIANPING_URL", &url);
        command.output().unwrap()
    };
    let said = tokio::task::spawn_blocking(move || {
        let trust = "--key key --passphrase-file word --parties parties.json --policy log.policy";
        let wrong = run(&format!(
            "contribute -o w.bid {trust} --keyset price.keyset --bidder {code}"
        ));
        let why = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert!(why.contains("not a draw that is repeated"), "{why}");
        let sealed = run(&format!(
            "contribute -o c.bid {trust} --keyset a2.keyset --bidder {code}"
        ));
        assert!(sealed.status.success(), "{sealed:?}");
        let sent = run("send c.bid --policy log.policy");
        assert!(sent.status.success(), "{sent:?}");
        String::from_utf8(sent.stdout).unwrap()
    });
    said.await.unwrap()
}

/// Who may not contribute, where, and why.
async fn others_are_refused(story: &Story, tender: &str) {
    let world = story.world();
    let own = &story.bidders[1];
    let (x, ct) = own.contribution(world, tender, &story.lot, STAGE).await;
    let brings = json!({ "ct": ct });
    let to = story.path(&place(STAGE, ""));
    let stranger = Bidder::new(world, "局外公司").await;
    let page = story.path(&place(STAGE, "/new"));
    let sealing = world.get(&page, Some(&stranger.who)).await.expect(422);
    assert_eq!(sealing.code(), "draw.not_invited");
    let strange = stranger.send_to(world, &to, &x, &brings).await.expect(422);
    assert_eq!(strange.code(), "draw.not_invited");
    let rival = &story.bidders[2];
    let forged = rival.send_to(world, &to, &x, &brings).await.expect(422);
    assert_eq!(forged.code(), "bid.not_yours");
    let bare = own.send_to(world, &to, &x, &json!({})).await.expect(422);
    assert_eq!(bare.code(), "bid.part");
    let first = story.path(&place("draw2", ""));
    let first = own.send_to(world, &first, &x, &brings).await.expect(422);
    assert_eq!(first.code(), "ceremony.not_asked");
    let third = story.path(&place("draw2-a3", ""));
    own.send_to(world, &third, &x, &brings).await.expect(404);
    world.get(&page, Some(&story.centre)).await.expect(403);
}

#[actix_web::test]
async fn the_bidders_contribute_to_a_draw_that_is_repeated() {
    let story = voided().await;
    let world = story.world();
    let sealing = story
        .get(&place(STAGE, "/new"), Some(&story.bidders[0].who))
        .await;
    assert_eq!(sealing["parts"].as_array().unwrap().len(), 1, "{sealing}");
    let tender = sealing["tender"].as_str().unwrap().to_owned();
    let invitation = story.get("hall", Some(&story.bidders[0].who)).await["invitation"].clone();
    assert_eq!(invitation["may_give"], true, "{invitation}");
    let until = invitation["until"].as_i64().unwrap();
    assert!(until <= world.now().0 + HOUR && until > world.now().0 + HOUR - 5 * MINUTE);
    let owed = async || {
        let desk = world.get("/desk", Some(&story.bidders[0].who)).await;
        let desk = desk.expect(200).json();
        desk["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|task| task["kind"] == "contribute")
    };
    assert!(owed().await);
    let inbox = world
        .get("/messages", Some(&story.bidders[0].who))
        .await
        .expect(200);
    assert!(inbox.body.contains(&place(STAGE, "/new")), "{}", inbox.body);
    let ack = by_command(&story, &story.bidders[0], &tender).await;
    let c = ack
        .lines()
        .find_map(|line| line.strip_prefix("acknowledged\t"))
        .unwrap();
    assert!(!owed().await, "done and gone");
    others_are_refused(&story, &tender).await;
    // another one takes the place of the first; the same twice is the same
    let second = &story.bidders[1];
    for seq in [1, 2] {
        let (x, ct) = second.contribution(world, &tender, &story.lot, STAGE).await;
        assert_eq!(x["seq"], seq);
        let to = story.path(&place(STAGE, ""));
        second
            .send_to(world, &to, &x, &json!({ "ct": ct }))
            .await
            .expect(201);
    }
    let frozen = &story.get("hall", None).await["agenda"][4];
    assert_eq!(
        (&frozen["item"], &frozen["progress"]),
        (&json!("freeze_order"), &json!("waiting"))
    );
    let early = story
        .post("award-draw", &story.centre, &json!({}))
        .await
        .expect(422);
    assert_eq!(early.code(), "draw.invited");
    let hall = story.get("hall", Some(&story.bidders[0].who)).await;
    assert_eq!(
        (&hall["invitation"]["own"], &hall["invitation"]["n_given"]),
        (&json!(c), &json!(2))
    );
    world.jump(Instant(until)).await;
    let receipt = world
        .get(&format!("/receipts/{c}"), Some(&story.bidders[0].who))
        .await;
    receipt.expect(200);
    let (x, ct) = second.contribution(world, &tender, &story.lot, STAGE).await;
    story.draw("award-draw").await;
    let late = story.path(&place(STAGE, ""));
    let late = second
        .send_to(world, &late, &x, &json!({ "ct": ct }))
        .await
        .expect(422);
    assert_eq!(late.code(), "contribution.late");
    assert_eq!(story.get("hall", None).await["invitation"], Value::Null);

    let bundle = format!("/draws/{}.draw2/2/bundle", story.lot);
    let bundle = world.get(&bundle, None).await.expect(200).body;
    let bundle = Bundle::from_bytes(bundle.as_bytes()).unwrap();
    let parties: Parties = bundle.parties.0.clone();
    let verified = bundle.verify(&parties, &world.app.journal.policy).unwrap();
    let transcript: Transcript = verified.transcript;
    let who: Vec<String> = transcript
        .contribs
        .iter()
        .map(|row| row.who.to_string())
        .collect();
    let named = |i: usize| format!("b.{}", story.bidders[i].token());
    let mut expected = vec![named(0), named(1), "op".into(), "sup".into(), "ten".into()];
    expected.sort();
    assert_eq!(who, expected);
    assert!(transcript.contribs.iter().all(|row| row.value.is_some()));
    story.town.world.end().await;
}

/// What somebody signed and the platform acknowledged, as a complaint.
fn complaint(bidder: &Bidder, x: &Value, ack: Value) -> Value {
    let mut sig = serde_json::to_value(bidder.key.sig_of(x).unwrap()).unwrap();
    sig["t"] = json!("sig/1");
    let x = json!({ "t": "signed/1", "x": x, "sig": sig });
    json!({ "ack": ack, "receipt": null, "x": x, "rows": [] })
}

#[actix_web::test]
async fn who_is_in_the_repeated_draw_cannot_complain_and_who_is_dropped_can() {
    let story = voided().await;
    let world = story.world();
    let tender = story
        .get(&place(STAGE, "/new"), Some(&story.bidders[0].who))
        .await["tender"]
        .clone();
    let tender = tender.as_str().unwrap();
    let mut complaints = Vec::new();
    for i in [0, 0, 1] {
        let bidder = &story.bidders[i];
        let (x, ct) = bidder.contribution(world, tender, &story.lot, STAGE).await;
        let to = story.path(&place(STAGE, ""));
        let ack = bidder.send_to(world, &to, &x, &json!({ "ct": ct })).await;
        complaints.push(complaint(bidder, &x, ack.expect(201).json()));
    }
    let to = story.path("objections");
    let early = world.post(&to, None, &complaints[2]).await.expect(422);
    assert_eq!(early.code(), "complaint.no_list");
    // what a platform's own administrator could do
    let move_to = |stage: &str| {
        let sql = format!(
            "UPDATE contribution SET stage = '{stage}' WHERE who = 'b.{}' AND stage LIKE 'draw2-a%'",
            story.bidders[1].token()
        );
        let run = |db: &mut Db| Ok::<_, Fault>(diesel::sql_query(&sql).execute(db)?);
        assert_eq!(world.app.store.read(run).unwrap(), 1, "{sql}");
    };
    move_to("draw2-a9");
    let hall = story.get("hall", None).await;
    world
        .jump(Instant(hall["invitation"]["until"].as_i64().unwrap()))
        .await;
    story.draw("award-draw").await;
    for (complaint, why) in complaints.iter().zip(["replaced", "in the list"]) {
        let refused = world.post(&to, None, complaint).await.expect(422);
        assert_eq!(refused.code(), "complaint.unfounded", "{why}");
    }
    world.post(&to, None, &complaints[2]).await.expect(201);
    move_to(STAGE);
    story.town.world.end().await;
}
