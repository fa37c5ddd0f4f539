//! Tables `keyset`, `stage_key`, `stage_ack`, `canary`: the ceremonies and what came of them.

use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _,
};

use super::{Db, Fault, Row as _, Tx};
use crate::{
    domain::{
        ceremony::{Canary, Ceremony, Keyset, KeysetState, StageAck, StageKey},
        id::Id,
        tender::Lot,
        time::Instant,
    },
    proof::{
        bid::{LotParts, Slot},
        canon::{Flaw, Hash, Token},
    },
    row,
    schema::{canary, keyset, stage_ack, stage_key},
};

row!(Keyset, keyset);
row!(StageKey, stage_key);
row!(StageAck, stage_ack);
row!(Canary, canary);

/// The key set of a stage of a lot, if its ceremony is called.
pub fn of_stage(db: &mut Db, lot: &Id, stage: &str) -> QueryResult<Option<Keyset>> {
    keyset::table
        .filter(keyset::lot_id.eq(lot))
        .filter(keyset::stage.eq(stage))
        .filter(keyset::state.ne(KeysetState::Replaced))
        .select(Keyset::as_select())
        .get_result(db)
        .optional()
}

/// The key sets of a lot, in order of stage, without those replaced.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Keyset>> {
    keyset::table
        .filter(keyset::lot_id.eq(lot))
        .filter(keyset::state.ne(KeysetState::Replaced))
        .order(keyset::stage)
        .select(Keyset::as_select())
        .load(db)
}

/// Up to `limit` key sets for which something is asked of the duties by now, after an id.
pub fn asked(db: &mut Db, after: &str, now: Instant, limit: i64) -> QueryResult<Vec<Keyset>> {
    keyset::table
        .filter(keyset::asked_at.is_not_null())
        .filter(keyset::asked_at.le(now))
        .filter(keyset::id.gt(after))
        .order(keyset::id)
        .limit(limit)
        .select(Keyset::as_select())
        .load(db)
}

/// Up to `limit` key sets that are neither opened nor replaced, after an id.
pub fn kept(db: &mut Db, after: &str, limit: i64) -> QueryResult<Vec<Keyset>> {
    keyset::table
        .filter(keyset::state.ne_all([KeysetState::Opened, KeysetState::Replaced]))
        .filter(keyset::id.gt(after))
        .order(keyset::id)
        .limit(limit)
        .select(Keyset::as_select())
        .load(db)
}

/// The key sets with all that came in for them.
pub fn whole(db: &mut Db, keysets: Vec<Keyset>) -> QueryResult<Vec<Ceremony>> {
    let ids: Vec<Id> = keysets.iter().map(|keyset| keyset.id.clone()).collect();
    let keys = stage_key::table
        .filter(stage_key::keyset_id.eq_any(&ids))
        .order(stage_key::duty)
        .select(StageKey::as_select())
        .load(db)?;
    let acks = stage_ack::table
        .filter(stage_ack::keyset_id.eq_any(&ids))
        .order((stage_ack::duty, stage_ack::seat))
        .select(StageAck::as_select())
        .load(db)?;
    let canaries = canary::table
        .filter(canary::keyset_id.eq_any(&ids))
        .order((canary::duty, canary::sent_at))
        .select(Canary::as_select())
        .load(db)?;
    let of = |keyset: Keyset| {
        let own = |id: &Id| *id == keyset.id;
        Ceremony {
            keys: keys.iter().filter(|key| own(&key.keyset_id)).cloned().collect(),
            acks: acks.iter().filter(|ack| own(&ack.keyset_id)).cloned().collect(),
            canaries: canaries
                .iter()
                .filter(|canary| own(&canary.keyset_id))
                .cloned()
                .collect(),
            keyset,
        }
    };
    Ok(keysets.into_iter().map(of).collect())
}

/// A ceremony with all that came in for it.
pub fn find(db: &mut Db, id: &Id) -> QueryResult<Option<Ceremony>> {
    let Some(keyset) = Keyset::find(db, id.as_str())? else {
        return Ok(None);
    };
    Ok(whole(db, vec![keyset])?.pop())
}

/// The canary whose ciphertext has this digest.
pub fn canary(db: &mut Db, nonce: &str) -> QueryResult<Option<Canary>> {
    canary::table
        .filter(canary::nonce.eq(nonce))
        .select(Canary::as_select())
        .get_result(db)
        .optional()
}

/// The canaries of a key set.
pub fn canaries(db: &mut Db, keyset: &Id) -> QueryResult<Vec<Canary>> {
    canary::table
        .filter(canary::keyset_id.eq(keyset))
        .order(canary::id)
        .select(Canary::as_select())
        .load(db)
}

/// Up to `limit` canaries that a duty has not answered while its key is still needed.
pub fn unanswered(db: &mut Db, duty: &str, limit: i64) -> QueryResult<Vec<(Canary, Keyset)>> {
    canary::table
        .inner_join(keyset::table.on(keyset::id.eq(canary::keyset_id)))
        .filter(canary::duty.eq(duty))
        .filter(canary::answered_at.is_null())
        .filter(keyset::state.eq_any([KeysetState::Called, KeysetState::Frozen, KeysetState::Ready]))
        .order(canary::id)
        .limit(limit)
        .select((Canary::as_select(), Keyset::as_select()))
        .load(db)
}

/// The parts of every bid for a lot, with the key sets they are sealed to (protocols A.2): what the
/// publication fixes. A part is named as its stage.
///
/// # Errors
/// A fault also where a key set is not frozen, which the publication excludes.
pub fn parts(db: &mut Db, lot: &Lot) -> Result<LotParts, Fault> {
    let keysets = of_lot(db, &lot.id)?;
    let mut parts = Vec::new();
    let stages = lot
        .key_stages()
        .map_err(|refusal| Fault::new("procedure", refusal.reason.code))?;
    for stage in stages {
        let Some(kind) = stage.part() else { continue };
        let name = stage.to_string();
        let digest = keysets.iter().find(|keyset| keyset.stage == name);
        let digest = digest.and_then(|keyset| keyset.digest.as_deref());
        let digest = digest.ok_or_else(|| Flaw::new(format!("no key set of {stage}")))?;
        parts.push(Slot {
            part: stage.token()?,
            stage: stage.token()?,
            kind,
            keyset: Hash::from_hex(digest)?,
        });
    }
    parts.sort();
    Ok(LotParts {
        tender: Token::new(lot.tender_id.as_str())?,
        lot: Token::new(lot.id.as_str())?,
        parts,
    })
}

/// Asks the holders of a stage for their keys, for the event `for_c` and from `at` on, once its custody
/// is on record; nothing happens where the lot has no such stage or its identities are known. The
/// caller records.
pub fn ask_releases(tx: &mut Tx<'_>, lot: &Id, stage: &str, for_c: &Hash, at: Instant) -> Result<(), Fault> {
    let Some(mut keyset) = of_stage(tx.db, lot, stage)? else {
        return Ok(());
    };
    if keyset.state == KeysetState::Opened {
        return Ok(());
    }
    keyset.go_on(KeysetState::Due, at);
    keyset.for_c = Some(for_c.to_hex());
    tx.update(&keyset)
}
