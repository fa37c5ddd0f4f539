//! The law, pure: every rule is a function of (facts, actor, now). It returns new facts or a
//! named [`refusal::Refusal`]; it never reads a clock, a random source, a table or a request.
//!
//! # Glossary
//!
//! English terms of the Open Contracting Data Standard first, UNCITRAL second, own words last.
//!
//! | Chinese | code |
//! | --- | --- |
//! | 招标项目 / 标段(包) | `Tender` / `Lot` |
//! | 招标人、采购人、出让人、转让方 | `Owner` |
//! | 代理机构 / 交易中心 | `Agency` / `Centre` |
//! | 投标人、供应商、竞买人、意向受让方 | `Bidder` |
//! | 公告 / 招标文件 / 澄清答疑 / 变更补遗 | `Notice` / `Documents` / `Clarification` / `Addendum` |
//! | 资格预审 / 资格后审 | `Prequalification` / `Postqualification` |
//! | 投标文件 / 报价 | `Bid` / `Offer` (sealed / live) |
//! | 投标截止 / 开标 | `closes_at` / `Opening` |
//! | 最高投标限价 | `ceiling` |
//! | 评标委员会 / 专家 / 抽取 / 回避 | `Panel` / `Expert` / `PanelDraw` / `Recusal` |
//! | 评标 / 否决投标 | `Evaluation` / `Rejection` |
//! | 合理造价随机抽取 | `ReasonablePriceDraw`; band `PriceBand`; passing set `Qualified` |
//! | 中标候选人 / 公示 | `Candidate` / `Standstill` |
//! | 中标通知书 (成交通知书) | `AwardNotice` |
//! | 流标 / 终止 / 暂停 / 撤回 | `Failed` / `Terminated` / `Suspended` / `Withdrawn` |
//! | 异议、质疑 / 投诉 | `Objection` (to the owner) / `Complaint` (to the supervisor) |
//! | 行政监督部门 / 纪检监察 / 社会监督员 | `Supervisor` / `Inspector` / `CivicObserver` |
//! | 时限义务 | `Duty` |
//! | 存证 / 检查点 | `Journal`, `Entry` / `Checkpoint` |

pub mod account;
pub mod act;
pub mod actor;
pub mod announcement;
pub mod award;
pub mod band;
pub mod basis;
pub mod bid;
pub mod bytes;
pub mod calendar;
pub mod ceremony;
pub mod chain;
pub mod code;
pub mod complaint;
pub mod consent;
pub mod contribution;
pub mod credential;
pub mod dates;
pub mod document;
pub mod draw;
pub mod duty;
pub mod expert;
pub mod field;
pub mod guard;
pub mod id;
pub mod incident;
pub mod library;
pub mod lot;
pub mod message;
pub mod method;
pub mod money;
pub mod notice;
pub mod objection;
pub mod organisation;
pub mod panel;
pub mod platform;
pub mod pool;
pub mod procedure;
pub mod question;
pub mod refusal;
pub mod region;
pub mod release;
pub mod review;
pub mod rule;
pub mod signing_key;
pub mod tender;
pub mod terms;
pub mod text;
pub mod time;
pub mod timeline;
