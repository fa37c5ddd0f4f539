//! What outsiders verify, standing alone: bytes in, bytes or verdicts out.
//!
//! Every format here is byte-exact and has test vectors in `tests/vectors`; nothing in this
//! folder reads a clock, a table, a request or a file, and nothing here knows the rest of the
//! program. The server, the bidder's command, the holder's agent and the verifier all use it, so
//! that what is promised and what is checked cannot drift apart.

pub mod archive;
pub mod bid;
pub mod bundle;
pub mod canary;
pub mod canon;
pub mod ceremony;
pub mod chain;
pub mod closing;
pub mod coalition;
pub mod complaint;
pub mod docket;
pub mod draw;
pub mod envelope;
pub mod escrow;
pub mod event;
pub mod judge;
pub mod keyset;
mod keytext;
pub mod measure;
pub mod merkle;
pub mod note;
pub mod offer;
pub mod opening;
pub mod package;
pub mod parties;
pub mod policy;
pub mod prices;
pub mod receipt;
pub mod release;
pub mod seal;
pub mod sig;
pub mod stage;
pub mod tick;
pub mod tiles;
pub mod transcript;
pub mod warrant;
pub mod witness;
