//! The tender before its deadline, through the front door: a town with an owner and a centre, and
//! the stories of drafts, publication, questions and addenda, incidents and ends.

mod draft;
mod end;
mod publication;
mod talk;

use serde_json::{Value, json};
use tianping::{
    domain::actor::Role,
    proof::sig::{SecretKey, Signed},
    secrets,
};

use crate::world::{Reply, Who, World};

/// A world with an owner, its centre and a recorded basis.
pub struct Town {
    pub world: World,
    pub owner: Who,
    pub basis: String,
}

/// Terms of a lot that nothing is wrong with.
pub fn lot_terms() -> Value {
    json!({
        "name": "一标段", "method": "reasonable_price_draw", "ceiling_fen": 398_000_000, "k_min": "1.00", "k_max": "6.00", "specialty": "a08",
        "criteria": [{ "clause": "3.1", "text": "营业执照有效" }, { "clause": "3.2", "text": "资质等级符合" }],
        "closes_at": 1_782_090_000_000_i64, // 2026-06-22 09:00
    })
}

impl Town {
    pub async fn new() -> Self {
        let world = World::new().await;
        world.organisation("市公共资源交易中心", "centre").await;
        let owner = world.person("zhang", Role::Owner, Some("锦江建设公司")).await;
        let basis = json!({
            "document_no": "川建发〔2023〕5号", "title": "限额以下工程交易规则", "issued_at": 1_677_600_000_000_i64,
            "valid_from_at": 1_680_278_400_000_i64, "cap_fen": 400_000_000, "trade": "construction",
            "region": "510000", "review": "passed",
        });
        let basis = world
            .post("/bases", Some(&owner), &basis)
            .await
            .expect(201)
            .json();
        let basis = basis["id"].as_str().unwrap().to_owned();
        Self { world, owner, basis }
    }

    /// A project that nothing is wrong with.
    pub fn project(&self) -> Value {
        json!({
            "name": "锦江区道路整治", "region": "510104", "funding": "private", "project_sum_fen": 398_000_000,
            "basis_id": self.basis, "summary": "路面、排水与照明", "budget_share": 0,
        })
    }

    /// The second signatory of the owner.
    pub async fn second(&self) -> Who {
        self.world.person("zhou", Role::Owner, Some("锦江建设公司")).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.world.post(path, Some(&self.owner), body).await
    }

    /// A tender with one lot in draft; their ids.
    pub async fn draft(&self) -> (String, String) {
        self.draft_with(&lot_terms()).await
    }

    /// A tender in draft with one lot of these terms; their ids.
    pub async fn draft_with(&self, terms: &Value) -> (String, String) {
        let tender = self.post("/tenders", &self.project()).await.expect(201).json();
        let id = tender["id"].as_str().unwrap().to_owned();
        let lot = self
            .post(&format!("/tenders/{id}/lots"), terms)
            .await
            .expect(201)
            .json();
        (id, lot["id"].as_str().unwrap().to_owned())
    }

    /// Sends a file as a raw body.
    pub async fn put(&self, tender: &str, name: &str, bytes: &[u8]) -> Reply {
        let name: String = name.bytes().map(|b| format!("%{b:02X}")).collect();
        let path = format!("/tenders/{tender}/documents/{name}");
        let body = Some(("application/octet-stream", bytes.to_vec()));
        let key = self.world.app.entropy.id().0;
        let (headers, json) = ([("Idempotency-Key", key.as_str())], "application/json");
        self.world
            .ask("PUT", &path, Some(&self.owner), json, body, &headers)
            .await
    }

    /// The ceremony of a tender, done by the built-in holders, with everything cosigned.
    pub async fn ceremony(&self, tender: &str) {
        self.post(&format!("/tenders/{tender}/ceremony"), &json!({}))
            .await
            .expect(201);
        self.world.settle().await;
    }

    /// What the owner's key signs, signed.
    pub fn signed(&self, object: &Value) -> Value {
        let dir = self.world.dir.path().join("holders/ten");
        let seed = secrets::key(&dir, "duty.key", &self.world.app.entropy).unwrap();
        let x: Value = match object {
            Value::String(text) => serde_json::from_str(text).unwrap(),
            other => other.clone(),
        };
        let key = SecretKey::from_seed(&seed);
        let sig = serde_json::to_value(key.sig_of(&x).unwrap()).unwrap();
        let mut sig = sig;
        sig["t"] = json!("sig/1");
        let signed = Signed { x, sig };
        let mut value = serde_json::to_value(signed).unwrap();
        value["t"] = json!("signed/1");
        value
    }

    /// A tender published at 2026-06-01 09:00; its id, its lot's, its number.
    pub async fn published(&self) -> (String, String, String) {
        self.published_with(&lot_terms()).await
    }

    /// A tender published now, its lot of these terms; its id, its lot's, its number.
    pub async fn published_with(&self, terms: &Value) -> (String, String, String) {
        let (tender, lot) = self.called_with(terms).await;
        let number = self.publish_checked(&tender).await;
        (tender, lot, number)
    }

    /// A tender with its document, whose keys are called for; its lot of these terms.
    pub async fn called_with(&self, terms: &Value) -> (String, String) {
        let (tender, lot) = self.draft_with(terms).await;
        self.put(&tender, "文件.pdf", b"%PDF-1.7 documents")
            .await
            .expect(201);
        self.ceremony(&tender).await;
        (tender, lot)
    }

    /// Publishes a tender that lacks nothing; its number.
    pub async fn publish_checked(&self, tender: &str) -> String {
        let check = self.check(tender).await;
        assert!(check["refused"].is_null(), "{check}");
        let published = self.publish(tender, &check, None).await.expect(201).json();
        published["number"].as_str().unwrap().to_owned()
    }

    async fn check(&self, tender: &str) -> Value {
        let path = format!("/tenders/{tender}/publication");
        self.world.get(&path, Some(&self.owner)).await.expect(200).json()
    }

    /// Publishes a tender that lacks nothing, as this person.
    pub async fn publish_by(&self, tender: &str, who: &Who) -> Reply {
        let check = self.check(tender).await;
        self.publish_as(who, tender, &check, None).await
    }

    async fn publish(&self, tender: &str, check: &Value, closes_at: Option<i64>) -> Reply {
        self.publish_as(&self.owner, tender, check, closes_at).await
    }

    async fn publish_as(&self, who: &Who, tender: &str, check: &Value, closes_at: Option<i64>) -> Reply {
        let mut object: Value =
            serde_json::from_str(check["deadlines"][0]["object"].as_str().unwrap()).unwrap();
        if let Some(at) = closes_at {
            object["deadline"] = json!(at);
        }
        let body = json!({ "deadlines": [self.signed(&object)], "version": check["version"] });
        let path = format!("/tenders/{tender}/publication");
        self.world
            .sign(&path, who, &body, check["digest"].as_str().unwrap())
            .await
    }
}
