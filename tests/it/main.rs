//! The one test binary: the vectors of the protocols, and the whole service through its front door.
#![expect(
    clippy::allow_attributes,
    reason = "the next line serves every test file, whether it needs it all or not"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::too_many_lines,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "tests may panic: that is how they fail"
)]

mod proof;
