//! Questions on the documents, asked on the asker's own chain, and their public answers, without
//! his name, on the tender's.
//!
//! Never: a question that tells who asked; one asked too late to be answered before the deadline.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    document::begin_chain,
    law::planned,
    message,
    tender::{owned, published},
};
use crate::{
    domain::{
        act::Act,
        duty::DutyKind,
        field::text,
        id::Id,
        procedure::Stage,
        question::Question,
        refusal::{Refusal, require, tender::ANSWERED},
        rule::Moment,
        time::Instant,
    },
    store::{self, Db, Row as _, tx::Payload},
};

/// A question, or an answer.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What is asked or answered.
    pub text: String,
}

/// A question as everybody sees it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Asked {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// What is asked.
    pub text: String,
    /// When, Unix ms.
    #[schema(value_type = i64)]
    pub asked_at: Instant,
    /// The answer.
    pub answer: Option<String>,
    /// When it came, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub answered_at: Option<Instant>,
}

impl Asked {
    fn of(question: Question) -> Self {
        Self {
            id: question.id,
            text: question.text,
            asked_at: question.asked_at,
            answer: question.answer,
            answered_at: question.answered_at,
        }
    }
}

/// Until when questions may be asked: the earliest last day of the tender's open lots (rule Z17).
pub fn until(db: &mut Db, tender: &Id) -> Answer<Option<Instant>> {
    let mut until: Option<Instant> = None;
    for lot in store::tender::lots(db, tender)? {
        let (Stage::Open, Some(closes_at)) = (lot.stage, lot.closes_at) else {
            continue;
        };
        let cutoff = planned(db, &lot, closes_at, |planner| {
            Ok(planner
                .cutoff(Moment::DocumentsObjected, Moment::ClosesAt, closes_at)?
                .map(|bound| bound.at))
        })?;
        let cutoff = cutoff.unwrap_or(closes_at);
        until = Some(until.map_or(cutoff, |least| least.min(cutoff)));
    }
    Ok(until)
}

/// Refuses a question after its last day, naming it and the rule.
fn must_be_in_time(db: &mut Db, tender: &Id, now: Instant) -> Answer<()> {
    let lots = store::tender::lots(db, tender)?;
    let open: Vec<_> = lots.into_iter().filter(|lot| lot.stage == Stage::Open).collect();
    if open.is_empty() {
        return Err(Error::NotFound);
    }
    for lot in open {
        let Some(closes_at) = lot.closes_at else { continue };
        planned(db, &lot, closes_at, |planner| {
            Ok(planner.require_before(Moment::DocumentsObjected, now, Moment::ClosesAt, closes_at)?)
        })?;
    }
    Ok(())
}

/// Asks.
pub async fn ask(app: &App, ask: Ask, tender: &Id, x: Words) -> Answer<Asked> {
    text(&x.text, "text", 2000)?;
    let (id, actor) = (tender.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let tender = published(tx.db, &id)?;
        must_be_in_time(tx.db, &id, tx.now)?;
        let chain = begin_chain(tx, &actor, &id)?;
        let question = Question {
            id: tx.id(),
            tender_id: id,
            account_id: Id::from(actor.token()),
            text: x.text.trim().to_owned(),
            asked_at: tx.now,
            answer: None,
            answered_by: None,
            answered_at: None,
        };
        tx.insert(&question)?;
        store::duty::owe(tx, DutyKind::AnswerQuestion, &tender.id, |duty| {
            duty.about("question", &question.id, &tender.name)
                .in_tender(&tender)
        })?;
        let facts = serde_json::json!({ "text": question.text });
        let payload = Payload::facts("question", "question/1", &facts)?;
        tx.record(&chain, Act::QuestionAsked, vec![payload])?;
        Ok(Asked::of(question))
    })
    .await
}

/// Answers, for everybody to read; the asker is told, and so is everyone interested.
pub async fn answer(app: &App, ask: Ask, question: &Id, x: Words) -> Answer<Asked> {
    text(&x.text, "text", 4000)?;
    let (id, actor) = (question.clone(), ask.actor.clone());
    app.act(ask, move |tx| {
        let mut question = Question::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
        let tender = owned(tx.db, &actor, &question.tender_id)?;
        require(question.answer.is_none(), || Refusal::new(&ANSWERED))?;
        question.answer = Some(x.text.trim().to_owned());
        question.answered_by = Some(Id::from(actor.token()));
        question.answered_at = Some(tx.now);
        tx.update(&question)?;
        store::duty::meet(tx, DutyKind::AnswerQuestion, &question.id)?;
        let facts = [("name", tender.name.as_str())];
        let link = format!("/xm/{}/questions", tender.number);
        message::tell_interested(tx, &tender.id, "message-answer", &facts, &link)?;
        let said = serde_json::json!({ "question": question.text, "answer": question.answer });
        let payload = Payload::facts("answer", "question.answered/1", &said)?;
        tx.record(tender.id.as_str(), Act::QuestionAnswered, vec![payload])?;
        Ok(Asked::of(question))
    })
    .await
}

/// The questions of a tender: to its owner all of them, to the public those that are answered.
pub fn all(db: &mut Db, tender: &Id, is_owner: bool) -> Answer<Vec<Asked>> {
    let all = store::question::of_tender(db, tender)?.into_iter();
    Ok(all
        .filter(|question| is_owner || question.answer.is_some())
        .map(Asked::of)
        .collect())
}

/// What an account itself asked.
pub fn own(db: &mut Db, tender: &Id, account: &Id) -> Answer<Vec<Asked>> {
    let all = store::question::of_tender(db, tender)?.into_iter();
    Ok(all
        .filter(|question| question.account_id == *account)
        .map(Asked::of)
        .collect())
}

/// The tender of a question.
pub async fn tender_of(app: &App, question: &Id) -> Answer<Id> {
    let id = question.clone();
    app.view(move |db| Ok(Question::find(db, id.as_str())?.ok_or(Error::NotFound)?.tender_id))
        .await
}
