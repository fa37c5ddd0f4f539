//! The award session (抽取会): its steps, which of them is lawful now, and its minutes.
//!
//! In: the lot, how far its session is, its draws. Out: the agenda in order, with one step to do at most;
//! the paper that is signed. Never: two steps that can be done at once; minutes that leave out a
//! voided attempt.

use serde::{Deserialize, Serialize};

use super::{AwardSession, standstill::draw_word};
use crate::{
    domain::{
        actor::Role,
        draw::{Draw, DrawPurpose, DrawState},
        money::Fen,
        procedure::Stage,
        tender::Lot,
        time::Instant,
    },
    proof::canon::Object,
    text_enum,
};

text_enum! {
    /// A step of the session.
    pub enum SessionItem {
        /// 形成入围名单.
        List,
        /// 宣布开始.
        Session,
        /// 冻结 K 值名单.
        FreezeK,
        /// 公布 K 值.
        DrawK,
        /// 冻结入围名单.
        FreezeOrder,
        /// 摇球.
        Balls,
        /// 公布抽取顺序.
        DrawOrder,
        /// 签署会议记录.
        Minutes,
    }
}

text_enum! {
    /// How far a step is.
    pub enum SessionProgress {
        /// 已完成.
        Done,
        /// 可以办理: somebody here does it.
        Todo,
        /// 等待: the holders' keys are asked for, or the bidders' contributions.
        Waiting,
        /// 尚不能开始.
        Blocked,
    }
}

/// A step with its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SessionStep)]
pub struct Step {
    /// Which.
    pub item: SessionItem,
    /// How far.
    pub progress: SessionProgress,
    /// When it was done, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub at: Option<Instant>,
}

/// The agenda of a lot's session; `draws` are the attempts that stand.
#[must_use]
pub fn agenda(lot: &Lot, session: &AwardSession, draws: &[Draw], n_signatures: usize) -> Vec<Step> {
    let of = |purpose| draws.iter().rev().find(|draw| draw.purpose == purpose);
    let (k, order) = (of(DrawPurpose::Coef), of(DrawPurpose::Award));
    let frozen = |draw: Option<&Draw>| draw.map(|draw| draw.frozen_at);
    let balls = order
        .filter(|draw| draw.digits.is_some())
        .map(|draw| draw.frozen_at);
    let is_here = |stage| lot.stage == stage;
    let mut steps = vec![
        (
            SessionItem::List,
            Some(session.listed_at),
            SessionProgress::Blocked,
        ),
        (
            SessionItem::Session,
            session.opened_at,
            when(is_here(Stage::CoefficientDraw)),
        ),
        (
            SessionItem::FreezeK,
            frozen(k),
            when(is_here(Stage::CoefficientDraw) && session.opened_at.is_some()),
        ),
        (SessionItem::DrawK, session.k_drawn_at, waits(k)),
        (
            SessionItem::FreezeOrder,
            frozen(order),
            when(is_here(Stage::AwardDraw)),
        ),
        (SessionItem::DrawOrder, session.order_drawn_at, waits(order)),
        (
            SessionItem::Minutes,
            session.order_drawn_at.filter(|_| n_signatures >= SIGNERS),
            when(session.order_drawn_at.is_some()),
        ),
    ];
    if lot.method.has_balls() {
        let ready = order.is_some_and(|draw| draw.state == DrawState::Frozen);
        steps.insert(5, (SessionItem::Balls, balls, when(ready)));
    }
    steps
        .into_iter()
        .map(|(item, at, otherwise)| Step {
            item,
            at,
            progress: if at.is_some() {
                SessionProgress::Done
            } else {
                otherwise
            },
        })
        .collect()
}

/// No list is frozen while the keys of a repeated draw are made and the bidders contribute to it.
pub fn hold(agenda: &mut [Step]) {
    for step in agenda {
        let is_freeze = matches!(step.item, SessionItem::FreezeK | SessionItem::FreezeOrder);
        if is_freeze && step.progress == SessionProgress::Todo {
            step.progress = SessionProgress::Waiting;
        }
    }
}

/// How many sign the minutes: the centre, the owner, the supervisor.
const SIGNERS: usize = 3;

fn when(is_time: bool) -> SessionProgress {
    if is_time {
        SessionProgress::Todo
    } else {
        SessionProgress::Blocked
    }
}

fn waits(draw: Option<&Draw>) -> SessionProgress {
    match draw.map(|draw| draw.state) {
        Some(DrawState::Frozen) => SessionProgress::Waiting,
        Some(DrawState::Done | DrawState::Voided) | None => SessionProgress::Blocked,
    }
}

/// An attempt at a draw, as the minutes name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = HeldDraw)]
pub struct Held {
    /// The draw id of the protocols.
    pub draw: String,
    /// From 1.
    pub attempt: i64,
    /// What became of it.
    pub state: DrawState,
    /// When its list was frozen.
    #[schema(value_type = i64)]
    pub frozen_at: Instant,
    /// The digits of the hall's balls.
    pub digits: Option<String>,
    /// SHA-256 of its transcript.
    pub sha256: Option<String>,
    /// When it was done.
    #[schema(value_type = Option<i64>)]
    pub done_at: Option<Instant>,
}

impl Held {
    /// Which of the two draws it was, for message keys.
    #[must_use]
    pub fn word(&self) -> &'static str {
        draw_word(&self.draw)
    }

    /// The attempt of a row.
    #[must_use]
    pub fn of(draw: Draw) -> Self {
        Self {
            draw: draw.draw_id,
            attempt: draw.attempt,
            state: draw.state,
            frozen_at: draw.frozen_at,
            digits: draw.digits,
            sha256: draw.sha256,
            done_at: draw.done_at,
        }
    }
}

/// The minutes of the session (会议记录), `award.minutes/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Minutes {
    /// The number of the tender.
    pub number: String,
    /// The name of the tender.
    pub tender: String,
    /// The name of the lot.
    pub lot: String,
    /// When the list of qualified bids stood.
    #[schema(value_type = i64)]
    pub listed_at: Instant,
    /// When the session was opened.
    #[schema(value_type = Option<i64>)]
    pub session_at: Option<Instant>,
    /// How many bids there are.
    pub n_bids: usize,
    /// How many of them were drawn from.
    pub n_qualified: usize,
    /// Digest of the list drawn from.
    pub list: String,
    /// How many bidders confirmed it.
    pub n_confirmed: usize,
    /// Who signed in to the session, in order of time: the role and the organisation's name.
    #[schema(value_type = Vec<(String, String)>)]
    pub present: Vec<(Role, String)>,
    /// Every attempt at both draws, voided ones included.
    pub draws: Vec<Held>,
    /// K as drawn.
    pub k: String,
    /// `P = f(K)`.
    #[schema(value_type = i64)]
    pub price: Fen,
    /// The lower end of the interval.
    #[schema(value_type = i64)]
    pub low: Fen,
    /// Its upper end.
    #[schema(value_type = i64)]
    pub high: Fen,
    /// The drawn order, by token.
    pub order: Vec<String>,
    /// What was objected to the list, and the replies.
    pub objections: Vec<(String, String)>,
}

impl Object for Minutes {
    const T: &'static str = "award.minutes/1";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        bytes::{JsonOf, JsonText},
        id::Id,
        method::MethodTerms,
        tender::sample_lot,
    };

    fn draw(stage: &str, purpose: DrawPurpose, state: DrawState) -> Draw {
        Draw {
            id: Id::from(stage),
            lot_id: Id::from("lot"),
            stage: stage.into(),
            draw_id: format!("lot.{stage}"),
            attempt: 1,
            purpose,
            state,
            frozen: JsonText::default(),
            frozen_at: Instant(3),
            digits: None,
            transcript: None,
            sha256: None,
            done_at: None,
            void_reason: None,
            voided_at: None,
        }
    }

    #[test]
    fn one_step_is_lawful_at_a_time() {
        let mut lot = sample_lot();
        let MethodTerms::ReasonablePriceDraw(mut terms) = MethodTerms::clone(&lot.method);
        terms.has_balls = true;
        lot.method = JsonOf::of(MethodTerms::ReasonablePriceDraw(terms)).unwrap();
        lot.stage = Stage::CoefficientDraw;
        let mut session = AwardSession::begin(Id::from("session"), &lot.id, String::new(), Instant(1));
        let todo = |lot: &Lot, session: &AwardSession, draws: &[Draw]| -> Vec<SessionItem> {
            let steps = agenda(lot, session, draws, 0).into_iter();
            let open = steps
                .filter(|step| matches!(step.progress, SessionProgress::Todo | SessionProgress::Waiting));
            open.map(|step| step.item).collect()
        };
        assert_eq!(todo(&lot, &session, &[]), [SessionItem::Session]);
        session.opened_at = Some(Instant(2));
        assert_eq!(todo(&lot, &session, &[]), [SessionItem::FreezeK]);
        let frozen = [draw("draw1", DrawPurpose::Coef, DrawState::Frozen)];
        assert_eq!(todo(&lot, &session, &frozen), [SessionItem::DrawK]);
        lot.stage = Stage::AwardDraw;
        session.k_drawn_at = Some(Instant(4));
        let done = draw("draw1", DrawPurpose::Coef, DrawState::Done);
        assert_eq!(
            todo(&lot, &session, std::slice::from_ref(&done)),
            [SessionItem::FreezeOrder]
        );
        let mut order = draw("draw2-a2", DrawPurpose::Award, DrawState::Frozen);
        let both = |order: &Draw| [done.clone(), order.clone()];
        assert_eq!(
            todo(&lot, &session, &both(&order)),
            [SessionItem::Balls, SessionItem::DrawOrder]
        );
        order.digits = Some("3 17 4".into());
        assert_eq!(todo(&lot, &session, &both(&order)), [SessionItem::DrawOrder]);
        session.order_drawn_at = Some(Instant(5));
        assert_eq!(todo(&lot, &session, &both(&order)), [SessionItem::Minutes]);
        let all = agenda(&lot, &session, &both(&order), SIGNERS);
        assert!(all.iter().all(|step| step.progress == SessionProgress::Done));
    }
}
