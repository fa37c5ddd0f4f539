//! Reasons about a tender before its deadline: its terms, its papers, its publication.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &NO_PROCEDURE,
    &PROCEDURE_UNKNOWN,
    &NO_CENTRE,
    &LOT_NAME,
    &BIDDERS_MIN,
    &QUALIFIED_MIN,
    &BID_SECURITY,
    &CANDIDATES,
    &PANEL_SIZE,
    &PANEL_SHARE,
    &CRITERIA,
    &NO_LOTS,
    &NO_DOCUMENTS,
    &NOT_READY,
    &UNWITNESSED,
    &DEADLINE_UNFIT,
    &DEADLINE_MISSING,
    &SECOND_PERSON,
    &PAPER_CHANGED,
    &ENDED,
    &OVER,
    &DOCUMENT_EMPTY,
    &DOCUMENT_MEDIA,
    &DOCUMENT_LARGE,
    &DOCUMENT_OUT,
    &ANSWERED,
    &PUBLISHED,
];

/// A notice asks for a bid security, which the platform cannot take in.
pub const BID_SECURITY: Reason = Reason::new("lot.bid_security", "平台服务范围：尚不收退投标保证金");
/// There is no procedure for this trade yet; fact: `trade`.
pub const NO_PROCEDURE: Reason = Reason::new("tender.no_procedure", "交易规则：交易方式");
/// This program does not know the procedure of the lot, or not its version; facts: `procedure`, `version`.
pub const PROCEDURE_UNKNOWN: Reason = Reason::new("lot.procedure_unknown", "交易规则：程序不溯及既往");
/// No trading centre serves the region; fact: `region`.
pub const NO_CENTRE: Reason = Reason::new("tender.no_centre", "公共资源交易平台管理暂行办法");
/// Another lot of the tender has this name; fact: `name`.
pub const LOT_NAME: Reason = Reason::new("lot.name_taken", "交易规则：公告内容");
/// Fewer bidders than the rule asks for; facts: `least`, `rule`, `basis`.
pub const BIDDERS_MIN: Reason = Reason::new("lot.bidders_min", "参照招标投标法 28");
/// The documents would let a lot go on with fewer qualified bids than the rule needs; facts: `least`,
/// `rule`, `basis`.
pub const QUALIFIED_MIN: Reason = Reason::new("lot.qualified_min", "参照评标委员会和评标方法暂行规定 27");
/// Too many or no candidates; facts: `most`, `rule`, `basis`.
pub const CANDIDATES: Reason = Reason::new("lot.candidates", "参照招标投标法实施条例 53");
/// The panel is too small or even; facts: `least`, `rule`, `basis`.
pub const PANEL_SIZE: Reason = Reason::new("lot.panel_size", "参照招标投标法 37");
/// Too many seats of the owner; facts: `most`, `rule`, `basis`.
pub const PANEL_SHARE: Reason = Reason::new("lot.panel_share", "参照招标投标法 37");
/// Criteria are one per line, `clause|text`, and no clause stands twice; fact: `given`.
pub const CRITERIA: Reason = Reason::new("lot.criteria", "参照招标投标法实施条例 49");
/// The tender has no lot.
pub const NO_LOTS: Reason = Reason::new("tender.no_lots", "交易规则：公告内容");
/// The tender has no documents.
pub const NO_DOCUMENTS: Reason = Reason::new("tender.no_documents", "参照招标投标法 19");
/// Key sets or contributions are missing; fact: `missing`.
pub const NOT_READY: Reason = Reason::new("tender.not_ready", "电子招标投标办法 18、29（加密与解密）");
/// No witness watches the journal.
pub const UNWITNESSED: Reason = Reason::new("tender.unwitnessed", "平台规则：存证见证");
/// A signed deadline does not fit; facts: `lot`, `why`.
pub const DEADLINE_UNFIT: Reason = Reason::new("deadline.unfit", "电子签名法 13；参照招标投标法 24");
/// A lot's signed deadline is missing; fact: `lot`.
pub const DEADLINE_MISSING: Reason = Reason::new("deadline.missing", "电子签名法 13；参照招标投标法 24");
/// Whoever drafted what moves a deadline does not sign it too.
pub const SECOND_PERSON: Reason = Reason::new(
    "deadline.second_person",
    "平台规则：延长截止时间由同一发包人的另一人签署",
);
/// What was signed is not what would come out now.
pub const PAPER_CHANGED: Reason = Reason::new("paper.changed", "电子签名法 13");
/// The lot has ended.
pub const ENDED: Reason = Reason::new("tender.ended", "交易规则：按程序进行");
/// The deadline has passed.
pub const OVER: Reason = Reason::evidence("tender.over", "参照招标投标法 28、29");
/// The file is empty.
pub const DOCUMENT_EMPTY: Reason = Reason::new("document.empty", "接口约定：文件");
/// A kind of file that is not taken; fact: `given`.
pub const DOCUMENT_MEDIA: Reason = Reason::new("document.media", "接口约定：文件");
/// The file is too large; fact: `limit`.
pub const DOCUMENT_LARGE: Reason = Reason::new("document.large", "接口约定：文件");
/// A document that is out stays.
pub const DOCUMENT_OUT: Reason = Reason::new("document.out", "招标公告和公示信息发布管理办法 10");
/// The question has its answer.
pub const ANSWERED: Reason = Reason::new("question.answered", "参照招标投标法 23");
/// The announcement is out.
pub const PUBLISHED: Reason = Reason::new("announcement.published", "招标公告和公示信息发布管理办法 10");
