//! Tianping (天平), the scales.
pub mod proof;
