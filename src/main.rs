//! Tianping (天平), the scales.
fn main() {}
