//! No dead link, no dead form, no raw key of the locales, no id twice on any page, for a visitor and for every role
//! from the desk.

use std::collections::{BTreeSet, VecDeque};

use tianping::http::URLS;

use super::everybody;
use crate::{
    tender::Town,
    world::{Who, World},
};

/// How many pages of one reader are followed.
const PAGES_MAX: usize = 150;

fn attributes<'a>(body: &'a str, name: &str) -> impl Iterator<Item = String> + 'a {
    let start = format!(" {name}=\"");
    body.split(start.as_str())
        .skip(1)
        .map(|rest| {
            rest.split('"')
                .next()
                .unwrap()
                .replace("&amp;", "&")
                .replace("&#38;", "&")
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// Whether some route takes this form.
fn is_taken(action: &str) -> bool {
    let path = action.split('?').next().unwrap();
    let fits = |pattern: &str| {
        let (mut asked, mut laid) = (path.split('/'), pattern.split('/'));
        loop {
            match (asked.next(), laid.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a == b || (b.starts_with('{') && !a.is_empty()) => {}
                _ => return false,
            }
        }
    };
    URLS.iter().any(|(_, pattern)| fits(pattern))
}

/// Ids that more than one element of the page has: a label, a hint or a link would mean the first only.
fn doubled(body: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    attributes(body, "id")
        .filter(|id| !seen.insert(id.clone()))
        .collect()
}

/// Texts of the page that are keys of the locales, shown because their words are missing.
fn raw_keys(body: &str) -> Vec<String> {
    let texts = body
        .split('>')
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().trim());
    let is_key = |text: &&str| {
        let mut words = text.split('-');
        let letters = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
        text.contains('-') && words.all(letters)
    };
    texts.filter(is_key).map(str::to_owned).collect()
}

async fn walk(world: &World, who: Option<&Who>, from: &[&str]) -> Vec<String> {
    let mut seen: BTreeSet<String> = from.iter().map(|path| (*path).to_owned()).collect();
    let mut ahead: VecDeque<(String, String)> =
        from.iter().map(|path| ((*path).into(), "start".into())).collect();
    let mut wrong = Vec::new();
    let mut n = 0;
    while let Some((path, by)) = ahead.pop_front() {
        n += 1;
        if n > PAGES_MAX {
            break;
        }
        let page = world.page(&path, who).await;
        if page.status != 200 {
            wrong.push(format!("{path}: {} (linked from {by})", page.status));
            continue;
        }
        if !page.body.contains("</html>") {
            continue;
        }
        wrong.extend(
            raw_keys(&page.body)
                .iter()
                .map(|key| format!("{path}: {key} has no words")),
        );
        wrong.extend(
            doubled(&page.body)
                .iter()
                .map(|id| format!("{path}: more than one #{id}")),
        );
        for action in attributes(&page.body, "action") {
            if !is_taken(&action) {
                wrong.push(format!("{path}: no route takes the form {action}"));
            }
        }
        for link in attributes(&page.body, "href") {
            let own = link.split('#').next().unwrap().to_owned();
            if own.starts_with('/') && seen.insert(own.clone()) {
                ahead.push_back((own, path.clone()));
            }
        }
    }
    wrong
}

#[actix_web::test]
async fn every_link_leads_somewhere() {
    let town = Town::new().await;
    let (tender, lot, number) = town.published().await;
    let people = everybody(&town).await;
    town.world.tick().await;
    let project = format!("/xm/{number}");
    let mut wrong = Vec::new();
    let mut told = |who: &str, found: Vec<String>| {
        wrong.extend(found.into_iter().map(|what| format!("{who}: {what}")));
    };
    told(
        "visitor",
        walk(&town.world, None, &["/", &project, "/session"]).await,
    );
    let workspace = format!("/tenders/{tender}/workspace");
    let mine = format!("/lots/{lot}/bids/mine");
    for (name, who) in &people {
        let mut from = vec!["/desk"];
        if *name == "bidder" {
            from.extend([project.as_str(), &workspace, &mine]);
        }
        told(name, walk(&town.world, Some(who), &from).await);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    town.world.end().await;
}

#[actix_web::test]
async fn whatever_can_be_read_has_a_head() {
    let town = Town::new().await;
    let (_, _, number) = town.published().await;
    for path in ["/", "/clock", "/static/site.css", &format!("/xm/{number}")] {
        let reply = town.world.ask("HEAD", path, None, "text/html", None, &[]).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{path}");
    }
    let reply = town
        .world
        .ask("HEAD", "/nowhere", None, "text/html", None, &[])
        .await;
    assert_eq!(reply.status, 404);
    town.world.end().await;
}
