//! Reasons about people: signing in, accounts, powers, organisations, their keys.

use super::Reason;

/// Of this file.
pub const REASONS: &[&Reason] = &[
    &LINE,
    &LOGIN_FORM,
    &LOGIN_TAKEN,
    &PASSWORD_WEAK,
    &PHONE,
    &EMAIL,
    &SIGN_IN,
    &CLOSED,
    &LAST_ONE,
    &LINK_SPENT,
    &SET_UP_DONE,
    &SEPARATION,
    &ALREADY_HELD,
    &ORGANISATION_KIND,
    &MARKET_ROLE,
    &NO_POSITION,
    &POSITION,
    &NOT_ADMINISTRATOR,
    &CODE_TAKEN,
    &NOT_DECLARED,
    &HAND_OVER,
    &NO_FACTOR,
    &NOT_BY_ANOTHER,
    &KEY_FORM,
    &KEY_TAKEN,
    &KEY_AGREEMENT,
    &CODE_FORM,
    &CODE_PARENT,
    &NOT_A_TABLE,
];

const LEVEL: &str = "网络安全等级保护：身份鉴别";
const THREE: &str = "网络安全等级保护：三员分立";
const APART: &str = "公共资源交易平台管理暂行办法 18（管办分离）；平台规则 P11";
const DECLARED: &str = "公共资源交易平台管理暂行办法：市场主体自主注册，告知承诺";
const SIGNATURE: &str = "电子签名法 13；密钥使用约定书";

/// Not one line of text of at most so many characters; facts: `field`, `max`.
pub const LINE: Reason = Reason::new("field.line", "接口约定");
/// Not a name to sign in with.
pub const LOGIN_FORM: Reason = Reason::new("account.login_form", LEVEL);
/// The name to sign in with is another account's.
pub const LOGIN_TAKEN: Reason = Reason::new("account.login_taken", LEVEL);
/// Too short, too plain, or the login itself; fact: `min`.
pub const PASSWORD_WEAK: Reason = Reason::new("account.password_weak", LEVEL);
/// Not a phone number. It carries no fact: the number is personal.
pub const PHONE: Reason = Reason::new("account.phone", "接口约定");
/// Not an address of mail.
pub const EMAIL: Reason = Reason::new("account.email", "接口约定");
/// Login and password do not belong together.
pub const SIGN_IN: Reason = Reason::new("session.sign_in", LEVEL);
/// The account is closed.
pub const CLOSED: Reason = Reason::new("account.closed", LEVEL);
/// Nobody else would hold the role; fact: `role`.
pub const LAST_ONE: Reason = Reason::new("account.last_one", THREE);
/// A link for one administrator would be shown to another.
pub const NOT_BY_ANOTHER: Reason = Reason::new("account.not_by_another", THREE);
/// The one-time link was used, has ended, or is not one.
pub const LINK_SPENT: Reason = Reason::new("account.link_spent", LEVEL);
/// The platform has its administrators.
pub const SET_UP_DONE: Reason = Reason::new("setup.done", THREE);
/// The account may not join this role to what it is; facts: `held`, `role`.
pub const SEPARATION: Reason = Reason::new("right.separation", APART);
/// The account holds this right.
pub const ALREADY_HELD: Reason = Reason::new("right.already_held", "平台规则 P11");
/// The role does not belong to such an organisation; fact: `role`.
pub const ORGANISATION_KIND: Reason = Reason::new("right.organisation_kind", APART);
/// Only owner, agency and bidder are declared by organisations themselves; fact: `role`.
pub const MARKET_ROLE: Reason = Reason::new("organisation.market_role", APART);
/// A person needs a role and a position.
pub const NO_POSITION: Reason = Reason::new("organisation.no_position", "平台规则：岗位授权");
/// The person's position does not allow the act; facts: `act`, `needed`.
pub const POSITION: Reason = Reason::new("account.position", "平台规则：岗位授权");
/// Only the organisation's administrator does this.
pub const NOT_ADMINISTRATOR: Reason = Reason::new("organisation.not_administrator", "平台规则：岗位授权");
/// The organisation is registered.
pub const CODE_TAKEN: Reason = Reason::new("organisation.code_taken", DECLARED);
/// The declaration was not made.
pub const NOT_DECLARED: Reason = Reason::new("organisation.not_declared", DECLARED);
/// Not a lawful stand-in: another person of the same organisation, from a time until a later one.
pub const HAND_OVER: Reason = Reason::new("account.hand_over", "平台规则：岗位授权");
/// The second factor must be set up first.
pub const NO_FACTOR: Reason = Reason::new("account.no_factor", "网络安全等级保护：双因子鉴别");
/// Not an Ed25519 public key.
pub const KEY_FORM: Reason = Reason::new("signing_key.form", SIGNATURE);
/// The key is registered.
pub const KEY_TAKEN: Reason = Reason::new("signing_key.taken", SIGNATURE);
/// What was signed is not the agreement on this key.
pub const KEY_AGREEMENT: Reason = Reason::new("signing_key.agreement", SIGNATURE);
/// Not a code of a specialty; fact: `given`.
pub const CODE_FORM: Reason = Reason::new("code.form", "公共资源交易评标专家专业分类标准");
/// The parent's code is not known; fact: `given`.
pub const CODE_PARENT: Reason = Reason::new("code.parent", "公共资源交易评标专家专业分类标准");
/// Not a table with this heading; fact: `heading`.
pub const NOT_A_TABLE: Reason = Reason::new("field.table", "接口约定");
