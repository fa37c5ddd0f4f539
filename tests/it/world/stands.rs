//! The world itself.

use serde_json::json;
use tianping::domain::time::HOUR;

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
    world.end().await;
}
