//! What the supervision bureau's client does in an expert draw (protocols B.7), and what it signs.
//!
//! The client's work, for each panel that asks (`GET /duties/sup/panels`, done by `hold::pool`):
//!
//! 1. *items*: compare the numbers offered with its own copy of the registry; make 32 random bytes
//!    as the pool key and keep them; [`Pool::new`]; sign [`PoolItems`] and post it. The list is
//!    frozen from it.
//! 2. before it releases its key of the stage: [`Pool::check`] against the items of `draw.frozen/1`.
//! 3. *call*: take the item at the position asked for from the order of the transcript it rebuilt,
//!    [`Pool::resolve`] it, sign [`ExpertCall`] and post it; again until nothing is asked.
//!
//! In: a pool key, numbers of experts, items. Out: items, or who an item is. Never: the pool key
//! on the server; a position resolved before its turn.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::proof::{
    canon::{Checked, Flaw, Hash, Object, Token, ascends, ensure},
    draw::PoolItem,
};

/// `pool.items/1`: the items of an expert draw, blinded under the client's pool key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolItems {
    /// The tender.
    pub tender: Token,
    /// The lot.
    pub lot: Token,
    /// The draw id.
    pub draw: Token,
    /// The attempt, from 1.
    pub attempt: u64,
    /// hex64 each, strictly ascending.
    pub items: Vec<Token>,
}

impl Object for PoolItems {
    const T: &'static str = "pool.items/1";

    fn check(&self) -> Checked<()> {
        ensure(ascends(&self.items), "items are not strictly ascending")?;
        let hex = |item: &Token| Hash::from_hex(item.as_str()).is_ok();
        ensure(self.items.iter().all(hex), "an item that is not hex64")
    }
}

/// `expert.call/1`: who stands at a position of the drawn order, with the salt that proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpertCall {
    /// The lot.
    pub lot: Token,
    /// The draw id.
    pub draw: Token,
    /// The attempt, from 1.
    pub attempt: u64,
    /// The place in the drawn order, from 1.
    pub position: u64,
    /// The number of the expert.
    pub expert_no: Token,
    /// HMAC-SHA-256(pool key, number).
    pub salt: Hash,
}

impl Object for ExpertCall {
    const T: &'static str = "expert.call/1";

    fn check(&self) -> Checked<()> {
        ensure(self.position >= 1, "position counts from 1")
    }
}

impl ExpertCall {
    /// Whether the expert named is the one that an item of the list hides.
    #[must_use]
    pub fn is_of(&self, item: &Token) -> bool {
        PoolItem::of(self.salt, &self.expert_no).item.to_hex() == item.as_str()
    }
}

/// A pool as only the client that made its key sees it: each item, and who it is.
#[derive(Debug, Clone)]
pub struct Pool {
    by_item: BTreeMap<Token, (Token, Hash)>,
}

impl Pool {
    /// The pool of these experts under a pool key.
    ///
    /// # Errors
    /// A number twice.
    pub fn new(pool_key: &[u8; 32], experts: &[Token]) -> Checked<Self> {
        let mut by_item = BTreeMap::new();
        for expert_no in experts {
            let made = PoolItem::new(pool_key, expert_no)?;
            let before = by_item.insert(Token::new(made.item.to_hex())?, (expert_no.clone(), made.salt));
            ensure(before.is_none(), format!("{expert_no} is twice in the pool"))?;
        }
        Ok(Self { by_item })
    }

    /// The items, ascending, as they are posted and frozen.
    #[must_use]
    pub fn items(&self) -> Vec<Token> {
        self.by_item.keys().cloned().collect()
    }

    /// Whether the items frozen are exactly this pool: the check before the key of the stage is
    /// released.
    ///
    /// # Errors
    /// An item more, less or other.
    pub fn check(&self, items: &[Token]) -> Checked<()> {
        ensure(
            items.iter().eq(self.by_item.keys()),
            "the frozen list is not the pool",
        )
    }

    /// Who an item is, and the salt that proves it.
    ///
    /// # Errors
    /// An item of another pool.
    pub fn resolve(&self, item: &Token) -> Checked<(Token, Hash)> {
        let found = self.by_item.get(item);
        found
            .cloned()
            .ok_or_else(|| Flaw::new(format!("{item} is not in the pool")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tokens(numbers: &[&str]) -> Vec<Token> {
        numbers.iter().map(|no| Token::new(*no).unwrap()).collect()
    }

    #[test]
    fn a_pool_resolves_its_own_items_and_no_others() {
        let experts = tokens(&["E1", "E2", "E3"]);
        let pool = Pool::new(&[7; 32], &experts).unwrap();
        let items = pool.items();
        let mut found: Vec<Token> = items.iter().map(|item| pool.resolve(item).unwrap().0).collect();
        found.sort();
        assert_eq!(found, experts);
        let other = Pool::new(&[8; 32], &experts).unwrap();
        assert!(items.iter().all(|item| other.resolve(item).is_err()));
        assert!(Pool::new(&[7; 32], &tokens(&["E1", "E1"])).is_err());
    }

    #[test]
    fn a_call_proves_who_the_item_is() {
        let pool = Pool::new(&[7; 32], &tokens(&["E1", "E2"])).unwrap();
        let items = pool.items();
        let (expert_no, salt) = pool.resolve(&items[0]).unwrap();
        let call = ExpertCall {
            lot: Token::new("l").unwrap(),
            draw: Token::new("l.draw0.a08").unwrap(),
            attempt: 1,
            position: 1,
            expert_no,
            salt,
        };
        assert!(call.is_of(&items[0]) && !call.is_of(&items[1]));
        let bytes = call.bytes().unwrap();
        assert_eq!(ExpertCall::from_bytes(&bytes).unwrap(), call);
        assert!(ExpertCall { position: 0, ..call }.bytes().is_err());
    }

    #[test]
    fn posted_items_ascend_and_are_digests() {
        let of = |items: serde_json::Value| {
            let value = json!({"t": "pool.items/1", "tender": "t", "lot": "l", "draw": "l.draw0.a08", "attempt": 1, "items": items});
            PoolItems::from_value(&value)
        };
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        assert!(of(json!([a, b])).is_ok());
        for bad in [
            json!([b, a]),
            json!([a, a]),
            json!(["E0001"]),
            json!([a.to_uppercase()]),
        ] {
            assert!(of(bad).is_err());
        }
    }

    #[test]
    fn a_frozen_list_with_another_item_is_noticed() {
        let pool = Pool::new(&[7; 32], &tokens(&["E1", "E2"])).unwrap();
        let items = pool.items();
        pool.check(&items).unwrap();
        assert!(pool.check(&items[..1]).is_err());
        let other = Pool::new(&[7; 32], &tokens(&["E1", "E3"])).unwrap();
        assert!(pool.check(&other.items()).is_err());
    }
}
