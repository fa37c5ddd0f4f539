//! A refused form comes back on its own page, filled in, with the field at fault named.

use crate::world::World;

#[actix_web::test]
async fn a_form_that_cannot_be_read_comes_back_filled_in() {
    let world = World::new().await;
    let fields = [
        ("kind", "market"),
        ("code", "91350100M000100Y43"),
        ("name", "照明工程公司"),
        ("declared", "true"),
        ("new_password", "never shown again"),
    ];
    let send = |page: &'static str| world.form_on(page, "/organisations", None, &fields);
    let back = send("/registration?from=home").await.expect(422);
    assert!(back.body.contains("value=\"照明工程公司\""), "{}", back.body);
    assert!(back.body.contains("action=\"/organisations\"") && back.body.contains("id=\"problem\""));
    assert!(back.body.contains("aria-invalid=\"true\""), "the field is named");
    assert!(!back.body.contains("never shown again"));
    // a page of another host, a page that is none: the refusal alone
    for page in [".evil.example/registration", "/nowhere"] {
        let told = send(page).await.expect(422);
        assert!(!told.body.contains("照明工程公司"));
        assert!(told.body.contains("site.css"));
    }
    // programs get what they always got
    let json = world
        .post("/organisations", None, &serde_json::json!({ "name": "x" }))
        .await
        .expect(422);
    assert_eq!(json.code(), "field.missing");
    world.end().await;
}
