//! Tianping (天平), the scales: an open platform on which public resources are traded.
//!
//! # Where things are
//!
//! - [`proof`]: the byte-exact formats that outsiders verify; knows nothing of the rest
//! - [`domain`]: the law, pure, and the glossary
//! - [`store`]: all SQL, for two databases
//! - [`app`]: use cases: load, decide, save, record
//! - [`http`], [`cli`], [`worker`]: pages and JSON, commands, what time makes due
//! - [`hold`]: the client of those who hold keys
//! - [`clock`], [`config`], [`entropy`], [`secrets`], [`words`]: leaves that everybody may use
//!
//! # What always holds
//!
//! 1. Imports go downward only: `schema, proof < domain < store < app < hold < http, worker < cli`.
//! 2. [`app::App::act`] is the only way to write: one transaction, one reading of the clock, at least
//!    one event in the same commit, and every row written is sealed into it.
//! 3. Where bids are sealed, nothing that anybody can see before the opening depends on how many there are.
//! 4. The law never reads a clock, a random source or a table, and never branches on which trade.
//! 5. Money is integer fen, time integer milliseconds; there are no floats.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod entropy;
pub mod hold;
pub mod http;
pub mod proof;
#[expect(missing_docs, reason = "generated")]
pub mod schema;
pub mod secrets;
pub mod store;
pub mod words;
pub mod worker;

pub(crate) use domain::text::text_enum;
