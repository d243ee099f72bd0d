//! Opening an event: everything in it that a sender can influence, decoded, with caps on the work.
//!
//! What a trigger's events hold is said by tables ([`tables`]) that one walk follows ([`shape`]);
//! HTTP requests have a walk of their own ([`http`]). Payloads go through one mechanism
//! ([`opener`]), whatever they came in: a string is unescaped, base64 decoded, gzip and zlib are
//! inflated, JSON is told from text, and an envelope in a payload is walked like an event.
mod base64;
mod content;
mod envelopes;
mod here;
mod http;
mod inflate;
mod opener;
mod payload;
mod percent;
mod place;
mod shape;
mod tables;
mod unmarshal;

use bytes::Bytes;

use crate::classify::{Classified, classify};
use crate::decode::{Fault, decode};
use crate::limits::Limits;
use crate::raw::{Invocation, RawEvent};
use crate::trigger::Trigger;
use crate::value::Value;
pub(crate) use base64::decode_into as base64_decode;
pub use content::{Content, Media, Part};
use here::Here;
pub(crate) use http::is_request;
use opener::Opener;
pub(crate) use percent::unpercent;
pub use place::Pointer;
pub(crate) use place::push_key;

/// The event's base64 and packed data give more bytes than [`Caps::inflated_bytes`].
pub const INFLATED_BYTES: &str = "limits.inflated_bytes";
/// Envelopes stand in one another deeper than [`Caps::nesting`].
pub const NESTING: &str = "limits.nesting";

/// Opening the event takes more steps than [`Caps::steps`]: what lies beyond is not given.
pub const SCAN: &str = "limits.scan";

/// The largest batch that any service sends, in items. What lies beyond belongs to no item.
pub(crate) const ITEMS_MAX: u32 = 10_000;

/// Bounds on what opening one event may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// All bytes that base64, gzip and zlib may make of one event. What is only unescaped or
    /// unmarshalled does not count: it is never more than it was. Default: 16 MiB.
    pub inflated_bytes: u64,
    /// Envelopes in one another, the event itself not counted, and packed data in packed data.
    /// Default: 6.
    pub nesting: u8,
    /// Steps, of about a nanosecond each: contents that are given, and payloads that are gone over
    /// for what they are. Default: 20 million.
    pub steps: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self { inflated_bytes: 16 * 1024 * 1024, nesting: 6, steps: 20_000_000 }
    }
}

/// Calls `visit` with every content of an event that a sender can influence, in order, each once:
/// as its innermost documents. What the service itself wrote is left out.
///
/// An object in a payload is taken for an envelope only if all its members are that envelope's, so
/// that nobody can hide a document in one; and a request's body never is. Whoever holds contents
/// against a schema must still say no to an item that yields none of the kind the schema is for.
///
/// Gives what could not be opened, each check at most once an item: [`INFLATED_BYTES`] (what would
/// go beyond is not opened, or only as far), [`NESTING`] (what lies deeper is given as JSON),
/// [`SCAN`] (what would take more steps is not given) and `schema.envelope` for base64 or gzip that the service promises and that is broken (given as it
/// stands). A fault's place begins with its item's pointer; one beyond the largest batch has none.
///
/// An event that cannot be read is one content. Work is linear in the event and in
/// [`Caps::inflated_bytes`], times the nesting.
pub fn open(event: &Classified, caps: &Caps, visit: &mut dyn FnMut(&Content<'_>)) -> Vec<Fault> {
    let mut opener = Opener::new(*caps, visit);
    let root = Value::root(event.decoded());
    let body = event.raw().body();
    match event.trigger() {
        _ if root.json().is_empty() => opener.unreadable(body),
        Trigger::Pipes => opener.items(Here::Known(root), tables::RECORD, &Pointer::ROOT),
        trigger if http::is_request(trigger) => http::open(&mut opener, root),
        trigger => match tables::of(trigger) {
            Some(shape) => opener.walk_all(Here::Known(root), shape, &Pointer::ROOT),
            None => opener.json(Part::Input, None, root.json(), &Pointer::ROOT),
        },
    }
    opener.finish()
}

/// Takes any bytes through everything that this crate does with an event: for fuzzing. Gives how
/// many contents and how many bytes in them it has.
pub fn exercise(body: &[u8]) -> (u64, u64) {
    let raw = RawEvent::new(Invocation::default(), Bytes::copy_from_slice(body));
    let event = classify(decode(raw, &Limits::default()));
    let items = event.batch();
    let refused: Vec<u32> = items.iter().map(|item| item.index).step_by(2).collect();
    let kept = event.without(&refused).unwrap_or_default();
    debug_assert!(kept.len() <= body.len());
    let (mut contents, mut bytes) = (0, 0);
    let faults = open(&event, &Caps::default(), &mut |content| {
        contents += 1;
        bytes += content.bytes.len() as u64;
        debug_assert!(content.pointer.to_string().len() <= 512);
    });
    debug_assert!(faults.len() <= 4 * (ITEMS_MAX as usize + 1));
    (contents, bytes)
}

/// What gzip in base64 begins with, at most `bytes_max` bytes of it. The end of the text may be
/// missing, at a whole group of four; nothing if it is not what it should be.
pub(crate) fn gzip_beginning(text: &[u8], bytes_max: usize) -> Vec<u8> {
    let (mut packed, mut inflated) = (Vec::new(), Vec::new());
    if base64::decode_into(text, &mut packed).is_some() {
        // What came before the cut counts.
        let _cut = inflate::inflate_into(inflate::Packing::Gzip, &packed, bytes_max, &mut inflated);
    }
    inflated
}

#[cfg(test)]
mod tests;
