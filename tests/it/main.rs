//! The one test binary: the vectors of the protocols, and the whole service through its front door.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::too_many_lines,
    clippy::missing_panics_doc,
    missing_docs,
    dead_code,
    reason = "tests may panic: that is how they fail"
)]

mod attendance;
mod award;
mod bidder;
mod browser;
mod consent;
mod contract;
mod duty;
mod giving_up;
mod hold;
mod hostile;
mod installation;
mod interest;
mod invited;
mod journal;
mod law;
mod library;
mod locales;
mod objection;
mod opened_again;
mod people;
mod play;
mod position;
mod project_file;
mod proof;
mod redo;
mod redraw;
mod redraw_experts;
mod reply;
mod schema;
mod seal;
mod secrecy;
mod site;
mod story;
mod tender;
mod tidy;
mod tried;
mod upload;
mod verify_db;
mod world;
