//! The supervision bureau's part of an expert draw (protocols B.7): it blinds the pool under a key of
//! its own, and resolves the drawn positions one at a time.
//!
//! In: numbers of experts, positions asked for. Out: `pool.items/1`, `expert.call/1`, signed. Never:
//! the pool key off this machine; a position resolved before its turn, or for an item that the draw,
//! rebuilt here from its bundle, does not have there.

use super::{
    Outcome, Trouble,
    holder::{Batch, Deed, Holder},
    keys::Keys,
    memory::{Fact, pool_name},
    platform::{Kind, Parcel, Platform},
};
use crate::{
    app::{hold::Place, panel::pool::Wanted},
    domain::pool::{ExpertCall, Pool, PoolItems},
    proof::{
        bundle::{Bundle, Submission},
        canon::{Hash, Token, Whole},
        draw::Who,
        sig::Signed,
        stage::KeyStage,
        transcript::Transcript,
    },
};

/// How many drawn orders are kept at hand, from their beginning to beyond where calls commonly end;
/// what is not kept is rebuilt when it is asked for.
const ORDERS: (usize, usize) = (1024, 50);

/// A position asked for.
struct Position {
    draw: Token,
    attempt: u64,
    n: u64,
    item: Token,
}

/// The beginning of a drawn order under its draw id and attempt.
pub(super) type Order = ((Token, u64), Box<[Drawn]>);

/// Who stands at a place of a drawn order, and the salt that proves it.
#[derive(Clone)]
pub(super) struct Drawn {
    item: Token,
    expert_no: Token,
    salt: Hash,
}

impl<K: Keys> Holder<K> {
    /// Does everything that the expert draws ask now.
    pub(super) async fn draw_experts(&mut self, platform: &impl Platform) -> Outcome<Vec<Deed>> {
        let mut deeds = Vec::new();
        let mut batch = Batch::new();
        for wanted in platform.wanted().await? {
            let (at, kind, what) = place(&wanted)?;
            if !self.scope.holds(what, &at) {
                continue;
            }
            match self.prepare_draw(platform, &at, wanted).await {
                Ok(signed) => {
                    let stage = at.stage.clone();
                    let lot = batch.entry((kind, at.lot.clone())).or_default();
                    let ct = None;
                    lot.push((at, what, Parcel { stage, signed, ct }));
                }
                Err(trouble) => deeds.push(self.deed(what, at, Some(trouble))),
            }
        }
        deeds.extend(self.post(platform, batch).await);
        Ok(deeds)
    }

    async fn prepare_draw(
        &mut self,
        platform: &impl Platform,
        at: &Place,
        wanted: Wanted,
    ) -> Outcome<Signed> {
        match wanted {
            Wanted::Items {
                draw,
                attempt,
                experts,
                ..
            } => {
                let experts = experts.into_iter().map(Token::new).collect::<Result<_, _>>()?;
                self.blind(at, Token::new(draw)?, count(attempt)?, experts)
            }
            Wanted::Call {
                draw,
                attempt,
                position,
                item,
                ..
            } => {
                let asked = Position {
                    draw: Token::new(draw)?,
                    attempt: count(attempt)?,
                    n: count(position)?,
                    item: Token::new(item)?,
                };
                self.resolve(platform, at, &asked).await
            }
        }
    }

    /// Blinds the pool; asked again for the same draw it takes the same key.
    fn blind(&mut self, at: &Place, draw: Token, attempt: u64, experts: Vec<Token>) -> Outcome<Signed> {
        if let Some(registry) = &self.registry {
            registry.check(&draw, &experts)?;
        }
        let name = pool_name(&draw, attempt);
        if self.keys.load(&name).is_err() {
            let key = Hash(self.entropy.bytes());
            self.keys.save(&name, &key.to_hex())?;
        }
        self.memory.note(Fact::Pooled {
            draw: draw.clone(),
            attempt,
            experts,
        })?;
        let items = PoolItems {
            tender: at.tender.clone(),
            lot: at.lot.clone(),
            items: self.pool(&draw, attempt)?.items(),
            draw,
            attempt,
        };
        Ok(self.keys.signer().sign_object(&items)?)
    }

    /// The pool that was blinded for an attempt.
    pub(super) fn pool(&self, draw: &Token, attempt: u64) -> Outcome<Pool> {
        let experts = self.memory.pool(draw, attempt);
        let experts = experts.ok_or_else(|| Trouble::new(format!("no pool of {draw} was blinded here")))?;
        let key = Hash::from_hex(&self.keys.load(&pool_name(draw, attempt))?)?;
        Ok(Pool::new(&key.0, &experts)?)
    }

    /// Says who stands at a position, if it is the next one and the drawn order has the item there.
    async fn resolve(&mut self, platform: &impl Platform, at: &Place, asked: &Position) -> Outcome<Signed> {
        let called = self.memory.called(&asked.draw, asked.attempt);
        if asked.n > called + 1 {
            return Err(Trouble::new(format!("position {} is not the next", asked.n)));
        }
        let key = (asked.draw.clone(), asked.attempt);
        let i = usize::try_from(asked.n - 1).map_err(Trouble::new)?;
        let kept = self.orders.iter().find(|(known, _)| *known == key);
        let drawn = match kept.and_then(|(_, order)| order.get(i)) {
            Some(drawn) => Some(drawn.clone()),
            None => self.rebuild(platform, at, key, i).await?,
        };
        let drawn = drawn.filter(|drawn| drawn.item == asked.item);
        let drawn = drawn.ok_or_else(|| Trouble::new("the drawn order has another item there"))?;
        let call = ExpertCall {
            lot: at.lot.clone(),
            draw: asked.draw.clone(),
            attempt: asked.attempt,
            position: asked.n,
            expert_no: drawn.expert_no,
            salt: drawn.salt,
        };
        self.memory.note(Fact::Called {
            draw: asked.draw.clone(),
            attempt: asked.attempt,
            position: asked.n,
        })?;
        Ok(self.keys.signer().sign_object(&call)?)
    }

    /// Rebuilds an order, keeps its beginning, and says who stands at a place of it, from 0.
    async fn rebuild(
        &mut self,
        platform: &impl Platform,
        at: &Place,
        (draw, attempt): (Token, u64),
        i: usize,
    ) -> Outcome<Option<Drawn>> {
        let order = self.order(platform, at, &draw).await?;
        let pool = self.pool(&draw, attempt)?;
        let mut beginning = Vec::new();
        for item in order.into_iter().take(ORDERS.1.max(i + 1)) {
            let (expert_no, salt) = pool.resolve(&item)?;
            beginning.push(Drawn {
                item,
                expert_no,
                salt,
            });
        }
        let drawn = beginning.get(i).cloned();
        self.orders.retain(|(known, _)| *known != (draw.clone(), attempt));
        self.orders.push_front(((draw, attempt), beginning.into()));
        self.orders.truncate(ORDERS.0);
        Ok(drawn)
    }

    /// The drawn order, rebuilt from everything that the draw rests on.
    async fn order(&mut self, platform: &impl Platform, at: &Place, draw: &Token) -> Outcome<Vec<Token>> {
        let parties = self.parties(platform, &at.tender).await?;
        let task = platform.release_task(at).await?;
        let task = task.ok_or_else(Trouble::waits)?;
        let shown = platform.shown(at).await?;
        let mut subs = Vec::new();
        for held in shown.held {
            let bidder = held.signed.0.x.get("bidder").and_then(serde_json::Value::as_str);
            subs.push(Submission {
                who: Who::new(bidder.unwrap_or_default())?,
                sub: held.signed,
                ct: held.ct,
            });
        }
        let bundle = Bundle {
            parties: Whole(parties.clone()),
            pack: task.pack,
            draw: draw.clone(),
            chain: task.rows,
            receipt: task.receipts.last().cloned().unwrap_or_default(),
            releases: shown.releases,
            subs,
            transcript: String::new(),
        };
        let bundle = bundle.complete(&parties, &self.policy)?;
        let order = Transcript::parse(bundle.transcript.as_bytes())?.order()?;
        Ok(order.into_iter().map(|drawn| drawn.item).collect())
    }
}

fn count(n: i64) -> Outcome<u64> {
    u64::try_from(n).map_err(Trouble::new)
}

/// Where it belongs, what is posted for it, and its word.
fn place(wanted: &Wanted) -> Outcome<(Place, Kind, &'static str)> {
    let (tender, lot, attempt, kind, what) = match wanted {
        Wanted::Items {
            tender, lot, attempt, ..
        } => (tender, lot, *attempt, Kind::Items, "items"),
        Wanted::Call {
            tender, lot, attempt, ..
        } => (tender, lot, *attempt, Kind::Calls, "call"),
    };
    let at = Place {
        tender: Token::new(tender.as_str())?,
        lot: Token::new(lot.as_str())?,
        stage: KeyStage::EXPERTS.at(count(attempt)?).token()?,
    };
    Ok((at, kind, what))
}
