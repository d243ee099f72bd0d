//! What one pass collects: limits that are broken, duplicate keys, and the outline.
use super::fault::Faults;
use super::outline::{Outline, Sketch};
use super::pointer;
use super::twins::Twins;
use crate::digest::Digest;
use crate::limits::{self, Limits};
use crate::scan::{Container, Form, Text, Visitor};

/// The visitor of [`super::decode`].
pub(super) struct Survey<'a> {
    body: &'a [u8],
    limits: &'a Limits,
    /// Open containers, those beyond the limit included.
    depth: u32,
    /// How many of them are beyond it.
    beyond: u32,
    /// The innermost container within the limit; of no account while `beyond` is not 0.
    current: Frame,
    /// Those around it, from [`OUTSIDE`] on.
    outer: Vec<Frame>,
    /// Members seen so far.
    keys: u32,
    /// None when duplicates are not looked for, or no longer.
    twins: Option<Twins>,
    sketch: Sketch,
    faults: Faults,
}

/// An open container and where in it the pass stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) container: Container,
    /// An object: where its current key starts. An array: how many elements were met. 0 in one
    /// that was only just opened.
    pub(super) place: u32,
    /// How many keys of outer objects are being held.
    held: u32,
}

/// What stands around the root.
const OUTSIDE: Frame = Frame { container: Container::Object, place: 0, held: 0 };

impl<'a> Survey<'a> {
    /// A survey of `body`, which is at most `u32::MAX` bytes long.
    pub(super) fn new(body: &'a [u8], limits: &'a Limits, digest: Digest, faults: Faults) -> Self {
        Self {
            body,
            limits,
            depth: 0,
            beyond: 0,
            current: OUTSIDE,
            outer: Vec::new(),
            keys: 0,
            twins: limits.duplicate_keys.then(|| Twins::new(digest)),
            sketch: Sketch::default(),
            faults,
        }
    }

    /// Where the pass stands.
    pub(super) fn pointer(&self) -> String {
        let current = (self.beyond == 0).then_some(&self.current);
        pointer::to(self.body, self.outer.iter().chain(current).skip(1))
    }

    /// What was found.
    pub(super) fn finish(self) -> (Outline, Faults) {
        (self.sketch.finish(), self.faults)
    }

    #[inline]
    fn enter_value(&mut self) {
        if self.current.container == Container::Array {
            self.current.place = self.current.place.wrapping_add(1);
        }
    }

    #[inline]
    fn measure(&mut self, text: Text) {
        if text.len() as u64 > self.limits.string_bytes {
            let limit = self.limits.string_bytes;
            self.fault(limits::STRING_BYTES, || {
                format!("a string of {} bytes; the limit is {limit}", text.len())
            });
        }
        if text.form == Form::NotUtf8 {
            let error = std::str::from_utf8(text.of(self.body)).err();
            let offset = text.start + error.map_or(0, |error| error.valid_up_to());
            self.fault(limits::UTF8, || format!("byte {offset}: not UTF-8"));
        }
    }

    /// The first fault of a check counts; the others cost next to nothing.
    #[cold]
    fn fault(&mut self, check: &'static str, detail: impl FnOnce() -> String) {
        if !self.faults.has(check) {
            let at = self.pointer();
            self.faults.add(check, at, detail());
        }
    }

    /// Holds a key until its object ends, unless that is too deep.
    #[inline]
    fn hold(&mut self, key: Text) {
        if let (Some(twins), 0) = (&mut self.twins, self.beyond) {
            twins.hold(self.body, key);
        }
    }

    /// The current object ends: are two of its keys the same?
    #[inline]
    fn release(&mut self) {
        let Some(twins) = &mut self.twins else { return };
        if let Some(place) = twins.release(self.body, self.current.held) {
            self.current.place = place;
            self.twins = None;
            let detail = || "two members have the same key".to_owned();
            self.fault(limits::DUPLICATE_KEYS, detail);
        }
    }

    /// The pass leaves the limit on depth behind.
    #[cold]
    fn go_beyond(&mut self) {
        self.outer.push(self.current);
        self.current = OUTSIDE;
        let limit = self.limits.depth;
        self.fault(limits::DEPTH, || format!("deeper than {limit}"));
    }

    /// The pass comes back within it.
    #[cold]
    fn come_back(&mut self) {
        self.current = self.outer.pop().unwrap_or(OUTSIDE);
    }

    #[cold]
    fn too_many_keys(&mut self) {
        self.twins = None;
        let limit = self.limits.keys;
        self.fault(limits::KEYS, || format!("more than {limit} members"));
    }
}

impl Visitor for Survey<'_> {
    #[inline]
    fn begin(&mut self, container: Container, at: usize) {
        self.enter_value();
        self.sketch.begin(self.depth, at);
        self.depth += 1;
        if self.depth > self.limits.depth {
            self.beyond += 1;
            if self.beyond == 1 {
                self.go_beyond();
            }
            return;
        }
        self.outer.push(self.current);
        let held = self.twins.as_ref().map_or(0, Twins::held);
        self.current = Frame { container, place: 0, held };
    }

    #[inline]
    fn end(&mut self, container: Container, end: usize) {
        self.depth -= 1;
        self.sketch.end(self.depth, end);
        if self.beyond > 0 {
            self.beyond -= 1;
            if self.beyond == 0 {
                self.come_back();
            }
            return;
        }
        if container == Container::Object {
            self.release();
        }
        self.current = self.outer.pop().unwrap_or(OUTSIDE);
    }

    #[inline]
    fn key(&mut self, key: Text) {
        self.sketch.key(self.depth, key);
        self.current.place = narrow(key.start);
        self.measure(key);
        self.keys = self.keys.saturating_add(1);
        if self.keys <= self.limits.keys {
            self.hold(key);
        } else if self.keys == self.limits.keys + 1 {
            self.too_many_keys();
        }
    }

    #[inline]
    fn string(&mut self, value: Text) {
        self.enter_value();
        self.measure(value);
        self.sketch.leaf(self.depth, value.start - 1, value.end + 1);
    }

    #[inline]
    fn scalar(&mut self, start: usize, end: usize) {
        self.enter_value();
        self.sketch.leaf(self.depth, start, end);
    }
}

/// Positions fit: bodies over `u32::MAX` bytes are not scanned.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "longer bodies are not scanned")]
pub(super) const fn narrow(position: usize) -> u32 {
    position as u32
}
