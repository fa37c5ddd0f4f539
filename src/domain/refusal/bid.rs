//! Reasons about sealed bids.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &LATE,
    &NOT_OPEN,
    &ENDED,
    &INCIDENT,
    &SEQ,
    &KEY,
    &NOTHING,
    &FORM,
    &SIGNATURE,
    &NOT_YOURS,
    &OWN_TENDER,
    &PART,
    &UPLOAD,
    &PIECE,
    &QUOTA,
    &UPLOAD_DIGEST,
    &TOO_LARGE,
    &SIGN_IN_OVER,
    &NOT_OPENED,
    &RECORD_CHANGED,
    &OBJECTIONS_RUN,
    &UNANSWERED,
];

/// At the deadline or later; facts: `closes_at`, `received_at`.
pub const LATE: Reason = Reason::evidence(
    "bid.late",
    "招标投标法 28；招标投标法实施条例 36；电子招标投标办法 27",
);
/// The notice is not published.
pub const NOT_OPEN: Reason = Reason::new("bid.not_open", "电子招标投标办法 24");
/// The tender was withdrawn or terminated.
pub const ENDED: Reason = Reason::new("bid.ended", "招标投标法实施条例 31");
/// The lot is on incident and its old deadline has passed.
pub const INCIDENT: Reason =
    Reason::evidence("bid.incident", "电子招标投标办法：系统故障时中止，原截止时间顺延");
/// Not the next of its bidder; facts: `seq`, `prev`.
pub const SEQ: Reason = Reason::new("bid.seq", "封标协议 A.4");
/// Another key than the one of seq 1; fact: `kid`.
pub const KEY: Reason = Reason::new("bid.key", "封标协议 A.4；电子签名法 13");
/// Nothing to withdraw.
pub const NOTHING: Reason = Reason::new("bid.nothing", "招标投标法 29");
/// The submission is not of its form (E-HEAD); fact: `flaw`.
pub const FORM: Reason = Reason::new("bid.form", "封标协议 A.7 E-HEAD");
/// The signature does not verify, or its key is not registered to the organisation; fact: `flaw`.
pub const SIGNATURE: Reason = Reason::new("bid.signature", "电子签名法 13；电子招标投标办法 25");
/// Signed for another lot or by another bidder.
pub const NOT_YOURS: Reason = Reason::evidence("bid.not_yours", "封标协议 A.4");
/// A part is missing, or its bytes are not those of its head; facts: `part`, `flaw`.
pub const PART: Reason = Reason::new(
    "bid.part",
    "封标协议 A.5；电子招标投标办法 27（未完成上传视为未递交）",
);
/// The owner or its agency bids on its own tender.
pub const OWN_TENDER: Reason = Reason::new("bid.own_tender", "招标投标法实施条例 34；招标投标法 13");
/// The upload is not complete; fact: `part`.
pub const UPLOAD: Reason = Reason::new("bid.upload", "电子招标投标办法 27（未完成上传视为未递交）");
/// Every piece is there and the whole is not what was announced; fact: `part`.
pub const UPLOAD_DIGEST: Reason = Reason::new("bid.upload_digest", "封标协议 A.5");
/// More announced in a day than one account may; fact: `max` in GiB.
pub const QUOTA: Reason = Reason::new("bid.quota", "平台运行规则：上传限额");
/// A piece is of another length, place or digest; fact: `i`.
pub const PIECE: Reason = Reason::new("bid.piece", "封标协议 A.5");
/// Larger than the platform takes; fact: `max`.
pub const TOO_LARGE: Reason = Reason::new("bid.too_large", "平台公布的文件大小上限");
/// The opening is over.
pub const SIGN_IN_OVER: Reason = Reason::new("bid.sign_in_over", "电子招标投标办法 29");
/// The bids are not opened yet.
pub const NOT_OPENED: Reason = Reason::evidence("bid.not_opened", "招标投标法 36；电子招标投标办法 28");
/// The record signed is not the record shown now.
pub const RECORD_CHANGED: Reason = Reason::new("bid.record_changed", "招标投标法 36");
/// The time to object to the opening is not over; fact: `until`.
pub const OBJECTIONS_RUN: Reason = Reason::new("bid.objections_run", "招标投标法实施条例 44");
/// Received in time but not decided before the list was closed: the supervisor decides.
pub const UNANSWERED: Reason = Reason::evidence("bid.unanswered", "封标协议 A.6");
