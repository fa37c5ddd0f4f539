//! Table `draw`.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
};

use super::Db;
use crate::{
    domain::{
        draw::{Draw, DrawState},
        id::Id,
    },
    row,
    schema::draw,
};

row!(Draw, draw);

/// Every draw of a lot, in order of draw and attempt.
pub fn of_lot(db: &mut Db, lot: &Id) -> QueryResult<Vec<Draw>> {
    draw::table
        .filter(draw::lot_id.eq(lot))
        .order((draw::draw_id, draw::attempt))
        .select(Draw::as_select())
        .load(db)
}

/// The draws that one stage of keys opens.
pub fn of_stage(db: &mut Db, lot: &Id, stage: &str) -> QueryResult<Vec<Draw>> {
    draw::table
        .filter(draw::lot_id.eq(lot))
        .filter(draw::stage.eq(stage))
        .order(draw::draw_id)
        .select(Draw::as_select())
        .load(db)
}

/// The newest attempt at a draw.
pub fn newest(db: &mut Db, id: &str) -> QueryResult<Option<Draw>> {
    let attempts = draw::table
        .filter(draw::draw_id.eq(id))
        .order(draw::attempt.desc())
        .select(Draw::as_select());
    Ok(attempts.load(db)?.into_iter().next())
}

/// SHA-256 of the transcript of the newest attempt at a draw, if it is done and stands.
pub fn done(db: &mut Db, id: &str) -> QueryResult<Option<String>> {
    let attempts = draw::table
        .filter(draw::draw_id.eq(id))
        .order(draw::attempt.desc())
        .select((draw::state, draw::sha256));
    let all: Vec<(DrawState, Option<String>)> = attempts.load(db)?;
    let newest = all.into_iter().next();
    Ok(newest
        .filter(|(state, _)| *state == DrawState::Done)
        .and_then(|(_, digest)| digest))
}

/// One attempt at a draw.
pub fn attempt(db: &mut Db, id: &str, attempt: i64) -> QueryResult<Option<Draw>> {
    draw::table
        .filter(draw::draw_id.eq(id))
        .filter(draw::attempt.eq(attempt))
        .select(Draw::as_select())
        .get_result(db)
        .optional()
}

/// The stages of a lot that have a frozen list and no transcript yet.
pub fn frozen_stages(db: &mut Db, lot: &Id) -> QueryResult<Vec<String>> {
    draw::table
        .filter(draw::lot_id.eq(lot))
        .filter(draw::state.eq(DrawState::Frozen))
        .select(draw::stage)
        .distinct()
        .order(draw::stage)
        .load(db)
}
