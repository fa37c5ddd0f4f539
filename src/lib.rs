//! Tianping (天平), the scales: an open platform on which public resources are traded.

pub mod domain;
pub mod proof;
