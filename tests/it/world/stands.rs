//! The world itself.

use serde_json::json;
use tianping::{app::platform, config::Config, domain::time::HOUR};

use super::World;

#[actix_web::test]
async fn a_world_stands() {
    let world = World::new().await;
    let clock = world.get("/clock", None).await.expect(200).json();
    assert_eq!(clock["now"], world.now().0);
    let started = world.get("/health", None).await.expect(200).json();
    assert_eq!(
        (&started["status"], &started["counted"]),
        (&json!("ok"), &json!(16))
    );
    let to = world.now().plus(HOUR);
    world
        .post("/sandbox/clock", None, &json!({ "to_at": to }))
        .await
        .expect(201);
    assert_eq!(world.now(), to);
    let back = world
        .post("/sandbox/clock", None, &json!({ "to_at": 1 }))
        .await
        .expect(422);
    assert_eq!(back.code(), "field.bad");
    let both = json!({ "to_at": to.0 + 1, "to_due": true });
    let both = world.post("/sandbox/clock", None, &both).await.expect(422);
    assert_eq!(both.code(), "field.unknown");
    // started again, it goes on from where it was
    let stood = platform::stood(&world.app.config).unwrap();
    assert!(stood.is_some_and(|at| at > world.now().plus(-HOUR) && at <= world.now()));
    let new = tempfile::tempdir().unwrap();
    let config = Config {
        database: new.path().join("tianping.db").display().to_string(),
        data: new.path().to_owned(),
        ..(*world.app.config).clone()
    };
    assert_eq!(platform::stood(&config).unwrap(), None);
    world.end().await;
}
