//! Who speaks to the outside, for the extension's process and for the command: TLS and the AWS SDK
//! live here alone.
//!
//! To add a service: write `src/<topic>.rs` with a function that answers the topic's question (see
//! the crate `tollgate-link`), and a row in `desk.rs`.

mod aws;
mod desk;
mod outside;
mod serve;
mod sinks;
mod values;

pub use desk::Desk;
pub use serve::serve;
