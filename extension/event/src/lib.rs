//! What arrived: limits, decoding, triggers, items and callers. Pure.
//!
//! An event goes through [`RawEvent`] → [`decode()`] → [`Decoded`] → [`classify()`] →
//! [`Classified`].
//! Neither step can fail, does I/O, reads a clock or panics: what is wrong with an event is
//! collected as [`Fault`]s, and what is unknown is [`Trigger::Direct`].
pub mod limits;
pub mod scan;

mod classify;
mod decode;
mod digest;
mod origin;
mod raw;
mod trigger;
mod value;

pub use classify::{Assertions, Classified, classify};
pub use decode::{Decoded, Fault, decode};
pub use digest::{Digest, NotADigest};
pub use limits::Limits;
pub use origin::{Caller, Items, Route, Source};
pub use raw::{Intake, Invocation, RawEvent};
pub use trigger::{Trigger, UnknownTrigger};
pub use value::TEXT_BYTES_MAX;
