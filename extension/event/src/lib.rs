//! What arrived: limits, decoding, triggers, items and callers. Pure.
//!
//! An event goes through [`RawEvent`] → [`decode()`] → [`Decoded`] → [`classify()`] →
//! [`Classified`].
//! Neither step can fail, does I/O, reads a clock or panics: what is wrong with an event is
//! collected as [`Fault`]s, and what is unknown is [`Trigger::Direct`].
pub mod limits;
pub mod scan;

mod batch;
mod classify;
mod decode;
mod digest;
mod envelope;
mod features;
mod identity;
mod open;
mod origin;
mod raw;
mod request;
mod said;
mod trigger;
mod value;
mod walk;
mod without;

pub use batch::Item;
pub use classify::{Assertions, Classified, classify};
pub use decode::{Decoded, Fault, decode};
pub use digest::{Digest, NotADigest};
pub use envelope::ENVELOPE;
pub use features::Features;
pub use identity::{ClientCertificate, Identity};
pub use limits::Limits;
pub use open::{
    Caps, Content, INFLATED_BYTES, Media, NESTING, Part, Pointer, SCAN, exercise, open,
};
pub use origin::{Caller, Items, Route, Source};
pub use raw::{Intake, Invocation, RawEvent};
pub use request::Request;
pub use trigger::{Trigger, UnknownTrigger};
pub use value::TEXT_BYTES_MAX;
pub use without::without_member;
