//! The panel (评审小组) of a lot: when its experts may be drawn, whom a position may call, who sits
//! (rules Z60 to Z68, E00 to E10).
//!
//! In: the panel, its seats so far, a candidate, an instant. Out: the next position to call, the
//! state a call begins in, a seat after an answer, or the refusal. Never: a position called out of
//! the published order, two members of one unit, a seat for somebody who is tied to those that take
//! part, a panel that is even, too small or short of experts.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{Bytes, JsonText},
    expert::{Bar, Candidate},
    id::Id,
    procedure::PanelRule,
    refusal::{Lawful, Refusal, panel as reason, require},
    rule::Rules,
    tender::Lot,
    time::{HOUR, Instant, MINUTE},
};
use crate::{
    proof::stage::KeyStage,
    schema::{panel, panel_seat},
    text_enum,
};

/// How long a member is booked from the planned beginning: half a day.
pub const BUSY_SPAN: i64 = 4 * HOUR;
/// How many times the experts needed a list should have, so that the draw is one (M17).
pub const POOL_TIMES: i64 = 3;
/// The minutes an expert may be given to answer.
pub const ANSWER_MINUTES: std::ops::RangeInclusive<i64> = 5..=240;

text_enum! {
    /// How far a panel is.
    pub enum PanelState {
        /// 已申请: the supervision bureau's client owes the items, or a library its record.
        Requested,
        /// 抽取中: the list is frozen.
        Drawing,
        /// 通知中: positions are called in the published order.
        Calling,
        /// 已组成.
        Seated,
        /// 评审结束.
        Ended,
    }
}

text_enum! {
    /// Who a member is.
    pub enum SeatKind {
        /// 评审专家.
        Expert,
        /// 发包人代表.
        Owner,
    }
}

text_enum! {
    /// What became of a call, and of the seat it may have become.
    pub enum SeatState {
        /// 已通知.
        Invited,
        /// 已接受: a member.
        Accepted,
        /// 拒绝.
        Refused,
        /// 未答复.
        Silent,
        /// Skipped: seated already.
        Taken,
        /// Skipped: the own unit has a member.
        SameUnit,
        /// Skipped: called or seated elsewhere at that time.
        Busy,
        /// Skipped: suspended, or tied to somebody who takes part.
        Barred,
        /// 回避: left for a tie to a bidder.
        Recused,
        /// 缺席: left for another reason.
        Absent,
    }
}

/// The panel of a lot. Its chain in the journal is its id.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = panel, treat_none_as_null = true)]
pub struct Panel {
    /// Its id.
    pub id: Id,
    /// The lot.
    pub lot_id: Id,
    /// What the draw desk sees instead of the project's name.
    pub code: String,
    /// GB/T 2260 code of the place of the works.
    pub region: String,
    /// The outside library whose record gives the order; none: a draw of our own from the local list.
    pub library_id: Option<Id>,
    /// The library's signed record, encrypted.
    pub record: Option<Bytes>,
    /// How far it is.
    pub state: PanelState,
    /// The draw id of the protocols; where a library draws, the digest of what is asked of it.
    pub draw_id: String,
    /// The attempt at the draw.
    pub attempt: i64,
    /// How many experts the frozen list or the library's record holds.
    pub n_pool: Option<i64>,
    /// How many experts are to sit.
    pub n_experts: i64,
    /// How many of the owner's people are to sit.
    pub n_owner_seats: i64,
    /// How long an expert has to answer, ms.
    pub answer_span: i64,
    /// When the evaluation is planned to begin.
    pub begins_at: Instant,
    /// Who asked for it.
    pub requested_by: Id,
    /// When.
    pub requested_at: Instant,
    /// Since when something is asked of the supervision bureau's client.
    pub asked_at: Option<Instant>,
    /// When the program compared the members with the bidders.
    pub checked_at: Option<Instant>,
    /// When the last seat was taken.
    pub seated_at: Option<Instant>,
    /// `panel.report/1`, once every member has reviewed every bid.
    pub report: Option<JsonText>,
    /// When the evaluation ended.
    pub ended_at: Option<Instant>,
    /// Raised by every change.
    pub version: i64,
}

/// A call of one position, and the seat it may have become.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = panel_seat, treat_none_as_null = true)]
pub struct Seat {
    /// Its id.
    pub id: Id,
    /// The panel.
    pub panel_id: Id,
    /// The lot.
    pub lot_id: Id,
    /// Expert or owner.
    pub kind: SeatKind,
    /// The attempt at the draw.
    pub attempt: i64,
    /// The position in the drawn order, from 1; of the owner's people, their number.
    pub position: i64,
    /// The expert.
    pub expert_id: Option<Id>,
    /// The account that answers, reviews and signs.
    pub account_id: Option<Id>,
    /// Credit code of the own unit.
    pub unit: String,
    /// What became of it.
    pub state: SeatState,
    /// Why refused or left; may be empty.
    pub reason: String,
    /// `signed/1` of `expert.call/1`.
    pub proof: Option<JsonText>,
    /// When it was called.
    pub called_at: Instant,
    /// From this instant on no answer is silence.
    pub answer_by_at: Instant,
    /// When it was answered.
    pub answered_at: Option<Instant>,
    /// When the member left.
    pub left_at: Option<Instant>,
    /// Booked from.
    pub busy_from_at: Instant,
    /// Booked until.
    pub busy_until_at: Instant,
    /// Digest of the pledge.
    pub pledge: Option<String>,
    /// When it was signed.
    pub pledged_at: Option<Instant>,
}

/// Refuses a make-up of the panel that the rules forbid (Z60, Z61).
///
/// # Errors
/// `panel.size`, `panel.share`.
pub fn check_make_up(
    n_members: i64,
    n_owner: i64,
    rule: &PanelRule,
    rules: &Rules,
    now: Instant,
) -> Lawful<()> {
    let size = rules.rule(rule.size, now.date())?;
    require(n_members >= size.n && n_members % 2 == 1, || {
        size.cite(
            Refusal::new(&reason::SIZE)
                .fact("n", n_members)
                .fact("min", size.n),
        )
    })?;
    let share = rules.rule(rule.share, now.date())?;
    let n_experts = n_members - n_owner;
    let enough = n_owner >= 0 && 3 * n_experts >= share.n * n_members;
    require(enough, || {
        share.cite(
            Refusal::new(&reason::SHARE)
                .fact("n", n_experts)
                .fact("of", n_members)
                .fact("thirds", share.n),
        )
    })
}

/// The first instant at which the experts of an evaluation that begins then may be drawn (E04).
///
/// # Errors
/// `rule.missing`.
pub fn window_opens(rule: &PanelRule, rules: &Rules, begins_at: Instant, now: Instant) -> Lawful<Instant> {
    let span = rules.rule(rule.window, now.date())?.span().unwrap_or_default();
    Ok(begins_at.plus(-span))
}

/// Refuses a draw before its window.
///
/// # Errors
/// `panel.window`, with the first lawful instant.
pub fn check_window(rule: &PanelRule, rules: &Rules, begins_at: Instant, now: Instant) -> Lawful<()> {
    let opens = window_opens(rule, rules, begins_at, now)?;
    let row = rules.rule(rule.window, now.date())?;
    require(now >= opens, || {
        row.cite(Refusal::new(&reason::WINDOW).fact("at", opens))
    })
}

impl Seat {
    /// Whether the expert did not answer in time.
    #[must_use]
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.state == SeatState::Invited && now >= self.answer_by_at
    }

    /// Whether it is a seat taken, or one that may still be.
    #[must_use]
    pub fn is_held(&self, now: Instant) -> bool {
        self.state == SeatState::Accepted || (self.state == SeatState::Invited && !self.is_overdue(now))
    }

    /// Whether it is a member's seat.
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.state == SeatState::Accepted
    }

    /// Whether the expert is not drawn again for this panel: he sits, may yet, refused or left.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        use SeatState::{Absent, Accepted, Invited, Recused, Refused};
        matches!(self.state, Invited | Accepted | Refused | Recused | Absent)
    }

    /// No answer in time.
    pub fn fall_silent(&mut self) {
        self.state = SeatState::Silent;
        self.left_at = Some(self.answer_by_at);
    }

    /// The expert answers.
    ///
    /// # Errors
    /// `panel.answered` when it was answered or left before, `panel.silent` when too late,
    /// `panel.no_reason` for a refusal without one.
    pub fn answer(&mut self, accepts: bool, why: &str, now: Instant) -> Lawful<()> {
        require(
            matches!(self.state, SeatState::Invited | SeatState::Silent),
            || Refusal::new(&reason::ANSWERED),
        )?;
        require(self.is_held(now), || {
            Refusal::new(&reason::SILENT).fact("at", self.answer_by_at)
        })?;
        require(accepts || !why.trim().is_empty(), || {
            Refusal::new(&reason::NO_REASON).at("reason")
        })?;
        why.trim().clone_into(&mut self.reason);
        self.answered_at = Some(now);
        if accepts {
            self.state = SeatState::Accepted;
        } else {
            self.state = SeatState::Refused;
            self.left_at = Some(now);
        }
        Ok(())
    }

    /// The member leaves: what he concluded is void (Z68).
    pub fn leave(&mut self, state: SeatState, why: &str, now: Instant) {
        self.state = state;
        why.clone_into(&mut self.reason);
        self.left_at = Some(now);
    }
}

impl Panel {
    /// Whether the names are still secret to everybody but the parties: until the evaluation of the lot
    /// is over (B.7).
    #[must_use]
    pub fn hides_names(&self, lot: &Lot) -> bool {
        self.ended_at.is_none() && !lot.stage.is_final()
    }

    /// The position to call next, from 1: while experts are missing and the order goes on. `None`
    /// when nobody is to be called now.
    #[must_use]
    pub fn next_position(&self, seats: &[Seat], now: Instant) -> Option<i64> {
        let n_order = self.n_pool.unwrap_or_default();
        let of_draw = || seats.iter().filter(|seat| seat.kind == SeatKind::Expert);
        let called = of_draw().filter(|seat| seat.attempt == self.attempt);
        let next = called.map(|seat| seat.position).max().unwrap_or_default() + 1;
        let is_short = self.n_missing(seats, now) > 0;
        (self.state == PanelState::Calling && is_short && next <= n_order).then_some(next)
    }

    /// How many experts are missing, of whom no call is open either.
    #[must_use]
    pub fn n_missing(&self, seats: &[Seat], now: Instant) -> i64 {
        let experts = seats.iter().filter(|seat| seat.kind == SeatKind::Expert);
        let n_held = experts.filter(|seat| seat.is_held(now)).count();
        self.n_experts - i64::try_from(n_held).unwrap_or(i64::MAX).min(self.n_experts)
    }

    /// The stage of keys of the attempt at the draw.
    #[must_use]
    pub fn key_stage(&self) -> KeyStage {
        KeyStage::EXPERTS.at(self.attempt.unsigned_abs())
    }

    /// A fresh draw is asked for: the next attempt, over the list as it stands then.
    pub fn draw_again(&mut self, now: Instant) {
        self.attempt += 1;
        self.state = PanelState::Requested;
        self.n_pool = None;
        self.asked_at = Some(now);
        self.version += 1;
    }

    /// Whether the order has come to its end with seats still free: the area or the specialty must
    /// be widened and a new draw held (E06, E07).
    #[must_use]
    pub fn is_exhausted(&self, seats: &[Seat], now: Instant) -> bool {
        let n_order = self.n_pool.unwrap_or_default();
        let experts = seats.iter().filter(|seat| seat.kind == SeatKind::Expert);
        let is_short = self.n_missing(seats, now) > 0;
        let n_called = experts.filter(|seat| seat.attempt == self.attempt).count();
        self.state == PanelState::Calling && is_short && i64::try_from(n_called).is_ok_and(|n| n >= n_order)
    }

    /// The state in which a position's call begins: an invitation, or the reason it is skipped.
    #[must_use]
    pub fn call(&self, candidate: &Candidate, bar: Option<Bar>, seats: &[Seat], now: Instant) -> SeatState {
        let held = || seats.iter().filter(|seat| seat.is_held(now));
        if held().any(|seat| seat.expert_id.as_ref() == Some(&candidate.expert.id)) {
            return SeatState::Taken;
        }
        if held().any(|seat| seat.unit == candidate.expert.employer_code) {
            return SeatState::SameUnit;
        }
        match bar {
            Some(Bar::Busy) => SeatState::Busy,
            Some(Bar::Standing | Bar::Tie) => SeatState::Barred,
            None => SeatState::Invited,
        }
    }

    /// Whether an outside library draws: then the platform itself calls the order of its record.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.library_id.is_some()
    }

    /// The attempt of which a library's record is asked for now: the first, or a supplement once the
    /// order has come to its end.
    #[must_use]
    pub fn attempt_asked(&self, seats: &[Seat], now: Instant) -> Option<i64> {
        match self.state {
            PanelState::Requested if self.is_external() => Some(self.attempt),
            PanelState::Calling if self.is_external() && self.is_exhausted(seats, now) => {
                Some(self.attempt + 1)
            }
            PanelState::Requested
            | PanelState::Drawing
            | PanelState::Calling
            | PanelState::Seated
            | PanelState::Ended => None,
        }
    }

    /// The order of a library's record is taken: from here on its positions are called.
    pub fn take_order(&mut self, attempt: i64, digest: String, n: i64, sealed: Bytes) {
        self.attempt = attempt;
        self.draw_id = digest;
        self.n_pool = Some(n);
        self.record = Some(sealed);
        self.state = PanelState::Calling;
        self.version += 1;
    }

    /// Whether every seat has its member.
    #[must_use]
    pub fn is_complete(&self, seats: &[Seat]) -> bool {
        let n_of = |kind| {
            let members = seats.iter().filter(|seat| seat.is_member() && seat.kind == kind);
            i64::try_from(members.count()).unwrap_or(i64::MAX)
        };
        n_of(SeatKind::Expert) == self.n_experts && n_of(SeatKind::Owner) == self.n_owner_seats
    }

    /// Settles where the panel stands after its seats changed: complete, or calling again.
    pub fn settle(&mut self, seats: &[Seat], now: Instant) {
        let is_called = matches!(self.state, PanelState::Calling | PanelState::Seated);
        if is_called && self.is_complete(seats) {
            if self.state == PanelState::Calling {
                self.seated_at = Some(now);
            }
            self.state = PanelState::Seated;
            self.asked_at = None;
        } else if is_called {
            self.state = PanelState::Calling;
            self.asked_at = Some(now).filter(|_| !self.is_external());
            self.seated_at = None;
        }
        self.version += 1;
    }

    /// How long experts have to answer.
    ///
    /// # Errors
    /// `panel.answer_minutes` outside of [`ANSWER_MINUTES`].
    pub fn answer_span_of(minutes: i64) -> Lawful<i64> {
        require(ANSWER_MINUTES.contains(&minutes), || {
            Refusal::new(&reason::ANSWER_MINUTES)
                .fact("min", ANSWER_MINUTES.start())
                .fact("max", ANSWER_MINUTES.end())
                .at("answer_minutes")
        })?;
        Ok(minutes * MINUTE)
    }
}

#[cfg(test)]
mod tests;
