//! A bidder with its own client: a registered signing key, key sets checked, bids sealed and sent.

use serde_json::{Value, json};
use tianping::{
    domain::actor::Role,
    entropy::Entropy,
    proof::{
        bid::{BodyHead, Kind, Price, Slot},
        canon::{Base64, Hash, Object as _, Token},
        keyset::Pack,
        merkle,
        parties::Parties,
        policy::Policy,
        seal::{Address, Content},
        sig::SecretKey,
    },
};

use crate::world::{Reply, Who, World};

/// Somebody who bids.
pub struct Bidder {
    /// The signatory.
    pub who: Who,
    /// The organisation's key.
    pub key: SecretKey,
}

impl Bidder {
    /// A new company of that name with its signatory and its key, registered.
    pub async fn new(world: &World, name: &str) -> Self {
        let key = SecretKey::from_seed(&Hash::of(&[b"key", name.as_bytes()]).0);
        let public = Base64(key.public().as_bytes().to_vec());
        let public: String = serde_json::from_value(json!(public)).unwrap();
        let who = signatory(world, name, &public).await;
        Self { who, key }
    }

    /// The code that names the bidder in the protocols.
    pub fn token(&self) -> Token {
        Token::new(self.who.code.clone().unwrap()).unwrap()
    }

    /// Begins an upload for a lot; its id.
    pub async fn begin(&self, world: &World, lot: &str, begin: &Value) -> Reply {
        let path = format!("/lots/{lot}/uploads");
        world.post(&path, Some(&self.who), begin).await
    }

    /// Sends a piece of an upload.
    pub async fn piece(&self, world: &World, upload: &str, i: usize, bytes: &[u8]) -> Reply {
        let leaf = merkle::leaf_hash(bytes).to_hex();
        let (headers, json) = ([("X-Leaf", leaf.as_str())], "application/json");
        let body = Some(("application/octet-stream", bytes.to_vec()));
        let path = format!("/uploads/{upload}/{i}");
        world
            .ask("PUT", &path, Some(&self.who), json, body, &headers)
            .await
    }

    /// Seals a bid with this price and sends it.
    pub async fn bid(&self, world: &World, tender: &str, lot: &str, total: u64) -> Reply {
        let (x, ct) = self.seal(world, tender, lot, total).await;
        self.send(world, lot, &x, &json!({ "ct": ct })).await
    }

    /// Signs a submission and sends it; `brings` says where its ciphertexts are: `ct`, `uploads`.
    pub async fn send(&self, world: &World, lot: &str, x: &Value, brings: &Value) -> Reply {
        self.send_to(world, &format!("/lots/{lot}/bids"), x, brings).await
    }

    /// The same to any place that takes submissions.
    pub async fn send_to(&self, world: &World, path: &str, x: &Value, brings: &Value) -> Reply {
        let mut sig = serde_json::to_value(self.key.sig_of(x).unwrap()).unwrap();
        sig["t"] = json!("sig/1");
        let mut body = brings.clone();
        body["x"] = x.clone();
        body["sig"] = sig;
        world.post(path, Some(&self.who), &body).await
    }

    /// A `bid.submit/1` with its ciphertexts by part, sealed as the bidder's client does.
    pub async fn seal(&self, world: &World, tender: &str, lot: &str, total: u64) -> (Value, Value) {
        let price = Price {
            total,
            days: Some(180),
            quality: Some("合格".into()),
            manager: Some("王建造".into()),
            note: String::new(),
        };
        self.seal_price(world, tender, lot, &price).await
    }

    /// The same with a price of one's own making.
    pub async fn seal_price(&self, world: &World, tender: &str, lot: &str, price: &Price) -> (Value, Value) {
        let parts = [
            ("draw1", Kind::Draw, random()),
            ("draw2", Kind::Draw, random()),
            ("price", Kind::Price, price.bytes().unwrap()),
        ];
        let mine = format!("/lots/{lot}/bids/mine");
        self.sealed(world, (tender, lot), &mine, parts.to_vec()).await
    }

    /// A contribution to a draw that is repeated, with its ciphertext.
    pub async fn contribution(&self, world: &World, tender: &str, lot: &str, stage: &str) -> (Value, Value) {
        let mine = format!("/lots/{lot}/draws/{stage}/contributions/mine");
        let parts = vec![(stage, Kind::Draw, random())];
        self.sealed(world, (tender, lot), &mine, parts).await
    }

    /// Seals these parts, each named as its stage, as the next submission of the chain that `mine` shows.
    async fn sealed(
        &self,
        world: &World,
        (tender, lot): (&str, &str),
        mine: &str,
        bodies: Vec<(&str, Kind, Vec<u8>)>,
    ) -> (Value, Value) {
        let entropy = Entropy::system();
        let file = |path: String| async move { world.get(&path, None).await.expect(200).body };
        let parties = file(format!("/tenders/{tender}/parties.json")).await;
        let parties = Parties::from_bytes(parties.as_bytes()).unwrap();
        let policy = file(format!("/tenders/{tender}/log.policy")).await;
        let policy: Policy = policy.parse().unwrap();
        let mine = world.get(mine, Some(&self.who)).await;
        let mine = mine.expect(200).json();
        let address = Address {
            tender: Token::new(tender).unwrap(),
            lot: Token::new(lot).unwrap(),
            bidder: self.token(),
            seq: mine["seq"].as_u64().unwrap(),
            prev: mine["prev"].as_str().map(|hex| Hash::from_hex(hex).unwrap()),
        };
        let (mut parts, mut slots, mut cts) = (Vec::new(), Vec::new(), json!({}));
        for (stage, kind, body) in bodies {
            let pack = file(format!("/lots/{lot}/keysets/{stage}")).await;
            let pack = Pack::from_bytes(pack.as_bytes()).unwrap();
            let keys = pack.open(&parties, &policy).unwrap();
            let name = Token::new(stage).unwrap();
            let slot = Slot {
                part: name.clone(),
                stage: name,
                kind,
                keyset: keys.id,
            };
            let content = Content {
                head: BodyHead {
                    name: stage.into(),
                    media: None,
                },
                len: u64::try_from(body.len()).unwrap(),
                bytes: body.as_slice(),
            };
            let layers: Vec<_> = keys.recipients().copied().collect();
            let mut ct = Vec::new();
            let sealed = address
                .seal(&slot, &layers, content, entropy.bytes(), &mut ct)
                .unwrap();
            cts[stage] = json!(Base64(ct));
            parts.push(sealed.part);
            slots.push(slot);
        }
        let submit = address.submit(parts, &slots).unwrap();
        (submit.value().unwrap(), cts)
    }
}

/// What a contribution to a draw is.
fn random() -> Vec<u8> {
    Entropy::system().bytes::<32>().to_vec()
}

/// The signatory of a new company of that name, who has registered this key for it.
pub async fn signatory(world: &World, name: &str, public: &str) -> Who {
    let login = format!("sig-{}", &Hash::of(&[name.as_bytes()]).to_hex()[..8]);
    let who = world.person(&login, Role::Bidder, Some(name)).await;
    let (who, factor) = world.enrol(who).await;
    let asked = public.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let path = format!("/organisation/keys/agreement?public_key={asked}");
    let agreement = world.get(&path, Some(&who)).await.expect(200).json();
    let digest = agreement["digest"].as_str().unwrap().to_owned();
    let body = json!({ "public_key": public, "totp": factor.code() });
    world
        .sign("/organisation/keys", &who, &body, &digest)
        .await
        .expect(201);
    who
}
