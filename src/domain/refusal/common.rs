//! Reasons that belong to no noun: input, powers, order, time.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &FIELD_BAD,
    &FIELD_UNKNOWN,
    &FIELD_MISSING,
    &NOT_YOURS,
    &NOT_NOW,
    &WRONG_STAGE,
    &PASSWORD,
    &SECOND_FACTOR,
    &KEY_REUSED,
    &TOO_LARGE,
];

/// A field is not of its form; facts: `field`, `expected`.
pub const FIELD_BAD: Reason = Reason::new("field.bad", "接口约定");
/// There is no such field; facts: `field`, `expected`, the names there are.
pub const FIELD_UNKNOWN: Reason = Reason::new("field.unknown", "接口约定");
/// A field must be given; fact: `field`.
pub const FIELD_MISSING: Reason = Reason::new("field.missing", "接口约定");
/// The duty table does not give this act to this role; facts: `act`, `role`.
pub const NOT_YOURS: Reason = Reason::new("act.not_yours", "公共资源交易平台管理暂行办法 18（管办分离）");
/// The act may only be done later; fact: `at`.
pub const NOT_NOW: Reason = Reason::evidence("act.not_now", "电子招标投标办法 27、28");
/// The lot is at another stage; facts: `stage`, `needed`.
pub const WRONG_STAGE: Reason = Reason::evidence("act.wrong_stage", "交易规则：按程序进行");
/// The password asked again is wrong.
pub const PASSWORD: Reason = Reason::new("act.password", "网络安全等级保护：身份鉴别");
/// The second factor is missing or wrong.
pub const SECOND_FACTOR: Reason = Reason::new("act.second_factor", "网络安全等级保护：双因子鉴别");
/// The idempotency key was used for another request; fact: `key`.
pub const KEY_REUSED: Reason = Reason::new("request.key_reused", "接口约定：同一请求键只用于同一请求");
/// A request is larger than the platform takes at once; fact: `limit`.
pub const TOO_LARGE: Reason = Reason::new("request.too_large", "接口约定：单次请求的大小上限");
