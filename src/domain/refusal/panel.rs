//! Reasons about the panel: its draw, its calls, its members.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &SIZE,
    &SHARE,
    &WINDOW,
    &ANSWER_MINUTES,
    &EXISTS,
    &NO_PANEL,
    &POOL_SMALL,
    &POOL_NARROW,
    &CONTRIBUTIONS,
    &NOT_SUP,
    &NOT_ASKED,
    &ITEMS,
    &POSITION,
    &PROOF,
    &ANSWERED,
    &SILENT,
    &NO_REASON,
    &LIBRARY,
    &RECORD,
    &RECORD_SIGNATURE,
    &RECORD_WINDOW,
    &RECORD_EXPERT,
    &RECORD_SHORT,
    &RECORD_TAKEN,
    &SEAT,
    &REPRESENTATIVE,
    &NOT_SEATED,
    &PLEDGE,
    &PLEDGED,
    &NOT_BIDDER,
];

/// Fewer than five or even; facts: `n`, `min`, `rule`, `basis`.
pub const SIZE: Reason = Reason::new("panel.size", "参照招标投标法 37；本地限额以下工程交易规则");
/// Less than two thirds are experts; facts: `n`, `of`, `rule`, `basis`.
pub const SHARE: Reason = Reason::new("panel.share", "参照招标投标法 37；本地限额以下工程交易规则");
/// Before the window; facts: `at`, `rule`, `basis`.
pub const WINDOW: Reason = Reason::evidence(
    "panel.window",
    "参照评标委员会和评标方法暂行规定 8；本地评标专家抽取规则",
);
/// Minutes to answer out of bounds; facts: `min`, `max`.
pub const ANSWER_MINUTES: Reason = Reason::new("panel.answer_minutes", "平台规则");
/// The lot has its panel; fact: `code`.
pub const EXISTS: Reason = Reason::new(
    "panel.exists",
    "评标专家和评标专家库管理办法（2024年第26号令）：不得重复抽取",
);
/// The lot has no panel yet.
pub const NO_PANEL: Reason = Reason::new("panel.none", "交易规则：按程序进行");
/// Too few may be drawn; facts: `n`, `min`.
pub const POOL_SMALL: Reason = Reason::new(
    "panel.pool_small",
    "评标专家和评标专家库管理办法（2024年第26号令）：扩大地区或专业",
);
/// A warning: the list is short for a draw; facts: `lot`, `n`, `min`.
pub const POOL_NARROW: Reason = Reason::new(
    "panel.pool_narrow",
    "评标专家和评标专家库管理办法（2024年第26号令）：扩大地区或专业",
);
/// A duty has not contributed to the draw; fact: `duty`.
pub const CONTRIBUTIONS: Reason = Reason::new("panel.contributions", "随机抽取协议 B.2");
/// Not signed by the supervision bureau's key; fact: `why`.
pub const NOT_SUP: Reason = Reason::new("panel.not_sup", "随机抽取协议 B.7");
/// Nothing of this kind is asked; fact: `state`.
pub const NOT_ASKED: Reason = Reason::new("panel.not_asked", "随机抽取协议 B.7");
/// The items are not one for each expert who may be drawn; facts: `n`, `given`.
pub const ITEMS: Reason = Reason::new("panel.items", "随机抽取协议 B.7");
/// Not the next position; fact: `position`.
pub const POSITION: Reason = Reason::evidence("panel.position", "随机抽取协议 B.7：依公布的顺序逐一通知");
/// The expert named is not the one of the item.
pub const PROOF: Reason = Reason::evidence("panel.proof", "随机抽取协议 B.7");
/// Answered before, or left.
pub const ANSWERED: Reason = Reason::new("panel.answered", "评标专家抽取规则");
/// Too late to answer; fact: `at`.
pub const SILENT: Reason = Reason::new("panel.silent", "评标专家抽取规则：逾期未答复视为不参加");
/// A refusal without a reason.
pub const NO_REASON: Reason = Reason::new(
    "panel.no_reason",
    "评标专家和评标专家库管理办法（2024年第26号令）",
);
/// No such library is recorded.
pub const LIBRARY: Reason = Reason::new("panel.library", "招标投标法实施条例 45、46");
/// Not the record of what was asked for; fact: `why`.
pub const RECORD: Reason = Reason::new(
    "panel.record",
    "招标投标法实施条例 46；评标专家和评标专家库管理办法（2024年第26号令）：抽取记录",
);
/// Not signed with the library's registered key.
pub const RECORD_SIGNATURE: Reason = Reason::evidence("panel.record_signature", "电子签名法 13");
/// Drawn outside the window; facts: `at`, `from`, `until`.
pub const RECORD_WINDOW: Reason = Reason::evidence(
    "panel.record_window",
    "参照评标委员会和评标方法暂行规定 8；本地评标专家抽取规则",
);
/// An expert of the record that cannot be taken; facts: `position`, `member`.
pub const RECORD_EXPERT: Reason = Reason::new(
    "panel.record_expert",
    "评标专家和评标专家库管理办法（2024年第26号令）：抽取记录",
);
/// Too few of the record may be called; facts: `n`, `min`.
pub const RECORD_SHORT: Reason = Reason::new(
    "panel.record_short",
    "招标投标法实施条例 48；评标专家和评标专家库管理办法（2024年第26号令）：补充抽取",
);
/// No record is asked for now; fact: `state`.
pub const RECORD_TAKEN: Reason = Reason::evidence(
    "panel.record_taken",
    "评标专家和评标专家库管理办法（2024年第26号令）：不得重复抽取",
);
/// No such seat, or nobody sits there; fact: `position`.
pub const SEAT: Reason = Reason::new("panel.seat", "招标投标法实施条例 48");
/// Not one of the owner's people, or no seat left for them.
pub const REPRESENTATIVE: Reason = Reason::new("panel.representative", "参照招标投标法 37");
/// The panel is not complete.
pub const NOT_SEATED: Reason = Reason::new(
    "panel.not_seated",
    "招标投标法实施条例 48：评标委员会不足法定人数不得评标",
);
/// Another paper than the pledge was signed.
pub const PLEDGE: Reason = Reason::new("panel.pledge", "评标委员会和评标方法暂行规定 12、13");
/// Pledged before.
pub const PLEDGED: Reason = Reason::new("panel.pledged", "评标委员会和评标方法暂行规定 12、13");
/// The organisation named does not bid; fact: `given`.
pub const NOT_BIDDER: Reason = Reason::new("panel.not_bidder", "评标委员会和评标方法暂行规定 12");
