//! `tianping account`: what the operators do on the server, beside a platform that runs.

use std::process::Command;

use serde_json::{Value, json};
use tianping::domain::actor::Role;

use super::{accept, signed_in, staff};
use crate::world::World;

/// Runs the command on the world's installation.
fn account(world: &World, args: &[&str]) -> Result<Value, String> {
    let config = &world.app.config;
    let done = Command::new(env!("CARGO_BIN_EXE_tianping"))
        .args(["account", "--json", "--public-url", &world.url])
        .arg("--data")
        .arg(&config.data)
        .args(["--database", &config.database])
        .args(args)
        .output()
        .unwrap();
    if done.status.success() {
        return Ok(serde_json::from_slice(&done.stdout).unwrap());
    }
    Err(String::from_utf8(done.stderr).unwrap())
}

#[actix_web::test]
async fn operators_hand_out_links_and_take_lost_factors_away() {
    let world = World::new().await;
    let link = account(&world, &["link"]).unwrap();
    assert_eq!(
        link[0]["link"],
        json!(world.app.set_up_link().await.unwrap().unwrap())
    );
    let three = ["--system", "sys:甲", "--security", "sec:乙", "--audit", "aud:丙"];
    let create = [&["create", "--region", "510000"], &three[..]].concat();
    let made = account(&world, &create).unwrap();
    // the journal's times run a little ahead of a clock that stands
    world.later(1000).await;
    for row in made.as_array().unwrap() {
        accept(&world, row["link"].as_str().unwrap()).await;
    }
    assert!(
        account(&world, &create)
            .unwrap_err()
            .contains("there are administrators")
    );
    assert!(
        account(&world, &["link"])
            .unwrap_err()
            .contains("there are administrators")
    );
    assert!(
        account(&world, &["link", "nobody"])
            .unwrap_err()
            .contains("no such account")
    );
    let sys = staff(&world, "sys").await;
    world.get("/accounts", Some(&sys)).await.expect(200);
    let list = account(&world, &["list"]).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 3);
    // the second factor is lost: it is taken away, and the session ends at once
    let fresh = account(&world, &["reset", "sys"]).unwrap();
    world.get("/accounts", Some(&sys)).await.expect(401);
    accept(&world, fresh[0]["link"].as_str().unwrap()).await;
    let without = signed_in(&world, "sys").await;
    world.get("/accounts", Some(&without)).await.expect(403);
    let sys = staff(&world, "sys").await;
    world.get("/accounts", Some(&sys)).await.expect(200);
    world.end().await;
}

#[actix_web::test]
async fn a_list_whose_reader_has_read_enough_ends_quietly() {
    let world = World::new().await;
    world.person("anybody", Role::Supervisor, Some("市住建局")).await;
    let config = &world.app.config;
    for json in [false, true] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_tianping"));
        command.args(["account", "--public-url", &world.url]);
        command.arg("--data").arg(&config.data);
        command.args(["--database", &config.database]);
        command.arg("list").args(json.then_some("--json")).stdout(writer);
        let done = command.output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(141), "{said}");
        assert!(
            !said.contains("panicked") && !said.contains("tianping: "),
            "{said}"
        );
    }
    world.end().await;
}
