//! Tianping (天平), the scales: an open platform on which public resources are traded.

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
