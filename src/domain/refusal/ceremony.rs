//! Reasons of the key ceremony, the contributions and the releases.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &NO_HOLDERS,
    &NO_OWNER_KEY,
    &NO_DEADLINE,
    &PARTIES_UNFIT,
    &NOTHING_TO_CALL,
    &NOT_SIGNED,
    &ONE_DUTY,
    &NOT_ASKED,
    &ALREADY,
    &KEY_UNFIT,
    &RECIPIENT_USED,
    &ACK_UNFIT,
    &CANARY_WRONG,
    &KEYSET_UNFIT,
    &CONTRIBUTION_UNFIT,
    &CONTRIBUTION_LATE,
    &RELEASE_WRONG,
    &SHARE_WRONG,
];

const BASIS: &str = "电子招标投标办法 18、29（加密与解密）";

/// The platform has no trust file of its holders yet.
pub const NO_HOLDERS: Reason = Reason::new("ceremony.no_holders", BASIS);
/// The owner has registered no signing key; fact: `owner`.
pub const NO_OWNER_KEY: Reason = Reason::new("ceremony.no_owner_key", BASIS);
/// The lot has no planned deadline.
pub const NO_DEADLINE: Reason = Reason::new("ceremony.no_deadline", "招标投标法 23、24");
/// Who holds keys and shares could open or block alone; fact: `why`.
pub const PARTIES_UNFIT: Reason = Reason::new("ceremony.parties_unfit", "招标投标法 22；电子招标投标办法 18");
/// Every ceremony the lots need has been called.
pub const NOTHING_TO_CALL: Reason = Reason::new("ceremony.nothing_to_call", BASIS);
/// Not an object signed by a duty of the trust file; fact: `why`.
pub const NOT_SIGNED: Reason = Reason::new("ceremony.not_signed", "电子签名法 13");
/// One request, one duty.
pub const ONE_DUTY: Reason = Reason::new("ceremony.one_duty", "接口约定");
/// Nobody asks this of the duty now; fact: `stage`.
pub const NOT_ASKED: Reason = Reason::new("ceremony.not_asked", BASIS);
/// Another one of the duty is there already; fact: `duty`.
pub const ALREADY: Reason = Reason::new("ceremony.already", BASIS);
/// The key is not the one asked for; fact: `why`.
pub const KEY_UNFIT: Reason = Reason::new("ceremony.key_unfit", BASIS);
/// The recipient was announced before; fact: `recipient`.
pub const RECIPIENT_USED: Reason = Reason::evidence("ceremony.recipient_used", BASIS);
/// The acknowledgement is of something else; fact: `why`.
pub const ACK_UNFIT: Reason = Reason::new("ceremony.ack_unfit", BASIS);
/// The canary's answer is wrong: the saved key does not open; fact: `duty`.
pub const CANARY_WRONG: Reason = Reason::evidence("ceremony.canary_wrong", BASIS);
/// The key set is not fit to be frozen; fact: `why`.
pub const KEYSET_UNFIT: Reason = Reason::evidence("ceremony.keyset_unfit", BASIS);
/// The contribution is not one part for this draw; fact: `why`.
pub const CONTRIBUTION_UNFIT: Reason = Reason::new("contribution.unfit", "交易规则：抽取须事先密封随机数");
/// The list is fixed: no contribution changes any more.
pub const CONTRIBUTION_LATE: Reason = Reason::evidence("contribution.late", "交易规则：抽取须事先密封随机数");
/// The release is not of this layer for this event; facts: `duty`, `why`.
pub const RELEASE_WRONG: Reason = Reason::evidence("release.wrong", BASIS);
/// The share is not what the commitments promise; facts: `duty`, `why`.
pub const SHARE_WRONG: Reason = Reason::evidence("release.share_wrong", BASIS);
