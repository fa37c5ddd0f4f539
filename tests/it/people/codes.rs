//! Codes imported from CSV, with bad lines listed.

use serde_json::json;
use tianping::domain::actor::Role;

use crate::world::World;

#[actix_web::test]
async fn codes_are_imported_and_bad_lines_listed() {
    let world = World::new().await;
    let office = world.person("office", Role::Committee, Some("公管办")).await;
    let csv = "code,name\n350000,福建省\n3502,厦门市\n350200,厦门市\n350300,\n";
    let done = world
        .post("/regions", Some(&office), &json!({ "csv": csv }))
        .await
        .expect(201)
        .json();
    assert_eq!(
        (
            &done["imported"]["n_taken"],
            done["rows"].as_array().unwrap().len()
        ),
        (&json!(2), 2)
    );
    let lines: Vec<_> = done["imported"]["bad"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| (bad["line"].clone(), bad["code"].clone()))
        .collect();
    assert_eq!(
        lines,
        [(json!(3), json!("code.region")), (json!(5), json!("field.line"))]
    );
    let again = world
        .post("/regions", Some(&office), &json!({ "csv": csv }))
        .await
        .expect(201)
        .json();
    assert_eq!(
        (&again["imported"]["n_taken"], &again["imported"]["n_known"]),
        (&json!(0), &json!(2))
    );
    let csv = "code,name,parent\nA08,市政,\nA0801,给水排水,A08\nB01,桥梁,B\n";
    let done = world
        .post("/specialties", Some(&office), &json!({ "csv": csv }))
        .await
        .expect(201)
        .json();
    assert_eq!(done["imported"]["bad"][0]["code"], "code.parent");
    let heading = world
        .post("/regions", Some(&office), &json!({ "csv": "name,code\n" }))
        .await;
    assert_eq!(heading.expect(422).code(), "field.table");
    world.page("/regions", Some(&office)).await.expect(200);
    world.end().await;
}
