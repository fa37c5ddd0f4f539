//! What outsiders rely on, written down: the refusals with their sentences, the duty table, the
//! routes, and that the interface describes every one of them.

use std::collections::BTreeSet;

use tianping::{
    domain::{act::DUTIES, refusal},
    http::{Interface, URLS},
    words::{Lang, find},
};
use utoipa::OpenApi as _;

#[test]
fn refusals() {
    let mut text = String::new();
    let mut all: Vec<_> = refusal::catalogue().collect();
    all.sort_by_key(|reason| reason.code);
    for reason in all {
        let key = format!("refusal-{}", reason.code.replace(['.', '_'], "-"));
        let mark = if reason.evidence { " (evidence)" } else { "" };
        text += &format!("{}{mark} [{}]\n", reason.code, reason.basis);
        for lang in Lang::ALL {
            text += &format!("  {}\n", find(lang, &key, &[]).unwrap());
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn duties() {
    let rows = DUTIES.iter().map(|duty| {
        let roles: Vec<_> = duty.roles.iter().map(|role| role.word()).collect();
        let signed = if duty.is_signed { " signed" } else { "" };
        let position = if duty.needs_signatory() {
            " (signatory)"
        } else {
            ""
        };
        format!("{}: {}{signed}{position}\n", duty.name, roles.join(" "))
    });
    insta::assert_snapshot!(rows.collect::<String>());
}

/// `{path:.*}` of the router is `{path}` of the document.
fn plain(path: &str) -> String {
    path.replace(":.*", "")
}

#[test]
fn the_interface_describes_every_route_and_no_other() {
    let document = serde_json::to_value(Interface::openapi()).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((method.clone(), path.clone()));
        }
    }
    let laid: BTreeSet<_> = URLS
        .iter()
        .map(|(method, path)| ((*method).to_owned(), plain(path)))
        .collect();
    assert_eq!(laid.len(), URLS.len(), "two routes of one method and path");
    let unlike: Vec<_> = laid.symmetric_difference(&described).collect();
    assert!(
        unlike.is_empty(),
        "in the routes or in the document only: {unlike:#?}"
    );
}

#[test]
fn every_reference_of_the_interface_leads_somewhere() {
    let document = serde_json::to_value(Interface::openapi()).unwrap();
    let text = document.to_string();
    let known = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(known.contains_key(name), "{name}");
    }
}

#[test]
fn the_interface_says_where_each_parameter_is_and_what_an_act_carries() {
    let document = serde_json::to_value(Interface::openapi()).unwrap();
    let mut unlike = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let named = |place: &str| -> BTreeSet<String> {
                let all = operation["parameters"].as_array();
                let placed = all.into_iter().flatten().filter(|one| one["in"] == place);
                placed
                    .map(|one| one["name"].as_str().unwrap().to_owned())
                    .collect()
            };
            let holes = path.split('{').skip(1);
            let holes: BTreeSet<_> = holes
                .map(|rest| rest.split('}').next().unwrap().to_owned())
                .collect();
            let has_key = named("header").contains("Idempotency-Key");
            if named("path") != holes || has_key == (method == "get") {
                unlike.push(format!("{method} {path}"));
            }
        }
    }
    assert!(unlike.is_empty(), "{unlike:#?}");
    let decides = &document["paths"]["/lots/{lot}/exclusions"]["post"]["requestBody"];
    let schema = decides["content"]["application/json"]["schema"]["$ref"]
        .as_str()
        .unwrap();
    let fields = document.pointer(&format!("{}/properties", &schema[1..])).unwrap();
    for field in ["bidder", "reason", "password", "digest", "version"] {
        assert!(fields.get(field).is_some(), "{field}");
    }
    assert_eq!(
        document["components"]["securitySchemes"]["token"]["scheme"],
        "bearer"
    );
}

/// The names under which types stand in the interface: their own, or what `schema(as = ..)` says.
fn schema_names(text: &str, out: &mut Vec<String>) {
    for after in text.split("ToSchema").skip(1) {
        let declared = after.split("pub ").nth(1).unwrap_or_default();
        let attributes = after.split("pub ").next().unwrap_or_default();
        let mut words = declared.split(|c: char| !c.is_alphanumeric());
        let is_type = matches!(words.next(), Some("struct" | "enum"));
        let own = words.next().unwrap_or_default();
        let said = attributes.split("schema(as = ").nth(1);
        let said = said.and_then(|rest| rest.split([')', ',']).next());
        if is_type && attributes.starts_with([')', ',']) {
            out.push(said.unwrap_or(own).to_owned());
        }
    }
}

#[test]
fn no_two_types_share_a_name_in_the_interface() {
    fn walk(folder: &std::path::Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else {
                schema_names(&std::fs::read_to_string(&path).unwrap(), out);
            }
        }
    }
    let mut names = Vec::new();
    walk(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut names,
    );
    assert!(names.len() > 100, "types are found");
    names.sort();
    let twice: Vec<_> = names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| &pair[0])
        .collect();
    assert!(twice.is_empty(), "one would hide the other: {twice:?}");
}
