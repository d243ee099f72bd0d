//! Who speaks to the outside, for the extension's process and for the command: TLS and the AWS SDK
//! live here alone.
//!
//! To add a service: write `src/<topic>.rs` with a function that answers the topic's question (see
//! the crate `tollgate-link`), and a row in `desk.rs`.

mod attest;
mod aws;
mod budget;
mod callback;
mod copies;
mod desk;
mod fetch;
pub mod operator;
mod outside;
pub mod reader;
mod secret;
mod serve;
mod signed;
mod sinks;
#[cfg(test)]
mod trial;
mod values;

pub use desk::Desk;
pub use serve::serve;
