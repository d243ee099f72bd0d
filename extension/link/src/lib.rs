//! How the extension's process and the courier speak: frames and their types. Pure.
//!
//! The two processes share one stream socket; its other end is the courier's standard input. Each
//! direction is a row of frames:
//!
//! | bytes | content |
//! | --- | --- |
//! | 4 | length of what follows, little endian; at most [`FRAME_BYTES_MAX`] |
//! | 8 | number of the question, little endian; 0 is the courier's greeting |
//! | rest | `postcard` encoding of an [`Ask`] (to the courier) or an [`Outcome`] (from it) |
//!
//! Answers come in any order. A question that the other side does not know is answered with a
//! [`Failure`] of the cause [`Cause::Unknown`]. Both programs come from one layer, so there is one version:
//! the greeting is a [`health::Pong`] that names it, and another one ends the talk.
//!
//! To add a question: write `src/<topic>.rs` with its two types, and a row in `message.rs`.

pub mod attest;
mod blob;
pub mod budget;
pub mod callback;
pub mod copies;
mod failure;
pub mod fetch;
mod frame;
pub mod health;
mod message;
pub mod secret;
pub mod sink;

pub use blob::Blob;
pub use failure::{Cause, Failure};
pub use frame::{
    FRAME_BYTES_MAX, Frames, LinkError, ask_of, encode_ask, encode_outcome, outcome_of,
};
pub use message::{Answer, Ask, Outcome, Question};

/// The version of the language. Raised with each change of a message.
pub const LINK_VERSION: u32 = 1;
