//! Tianping (天平), the scales: an open platform on which public resources are traded.

pub mod clock;
pub mod domain;
pub mod entropy;
pub mod proof;
pub mod store;
