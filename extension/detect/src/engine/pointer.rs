//! JSON pointers (RFC 6901) to strings that were found by their offset.
use std::fmt::Write as _;
use std::iter::Peekable;
use std::slice::IterMut;

use tollgate_event::scan::{self, Container, Text, Visitor};

use super::look::Hit;

/// The longest pointer, in bytes; a longer one ends in `/…`.
const POINTER_BYTES_MAX: usize = 512;
/// The longest key that is written out, in bytes.
const KEY_BYTES_MAX: usize = 64;
/// What ends a pointer that is cut.
const CUT: &str = "/…";

/// Whether a text begins and ends as an object or array does.
pub(super) fn looks_like_json(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let inside = |open: &[u8], close: &[u8]| text.starts_with(open) && text.ends_with(close);
    text.len() > 2 && (inside(b"{", b"}") || inside(b"[", b"]"))
}

/// Whether a text is JSON.
pub(super) fn is_json(text: &[u8]) -> bool {
    scan::scan(text, &mut Nobody).is_ok()
}

struct Nobody;
impl Visitor for Nobody {}

/// Puts the pointer of each hit's string before its inner one. Hits come in document order.
pub(super) fn resolve(json: &[u8], hits: &mut [Hit]) {
    if hits.is_empty() {
        return;
    }
    let mut resolver = Resolver { json, hits: hits.iter_mut().peekable(), frames: Vec::new() };
    // What is no JSON ends early; the pointers after that place stay as they are.
    let _ = scan::scan(json, &mut resolver);
}

struct Resolver<'a> {
    json: &'a [u8],
    /// Those that are still to be met.
    hits: Peekable<IterMut<'a, Hit>>,
    frames: Vec<Frame>,
}

/// An open container.
struct Frame {
    container: Container,
    /// The key of the member in hand.
    key: Option<Text>,
    /// How many elements were met.
    met: usize,
}

impl Resolver<'_> {
    /// A value begins.
    fn value(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.met += 1;
        }
    }

    /// Every hit in `text`, and those that were not met before.
    fn meet(&mut self, text: Text) {
        if self.hits.peek().is_none_or(|hit| hit.place > text.end) {
            return;
        }
        let pointer = self.pointer();
        while let Some(hit) = self.hits.next_if(|hit| hit.place <= text.end) {
            hit.inner.insert_str(0, &pointer);
            cut(&mut hit.inner);
        }
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for frame in &self.frames {
            match (frame.container, frame.key) {
                (Container::Object, None) => break,
                (Container::Object, Some(key)) => push_key(&mut pointer, &key.decoded(self.json)),
                // Writing to a string cannot fail.
                (Container::Array, _) => drop(write!(pointer, "/{}", frame.met.saturating_sub(1))),
            }
            if pointer.len() > POINTER_BYTES_MAX {
                break;
            }
        }
        pointer
    }
}

impl Visitor for Resolver<'_> {
    fn begin(&mut self, container: Container, _: usize) {
        self.value();
        self.frames.push(Frame { container, key: None, met: 0 });
    }

    fn end(&mut self, _: Container, _: usize) {
        self.frames.pop();
    }

    fn key(&mut self, key: Text) {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(key);
        }
        self.meet(key);
    }

    fn string(&mut self, value: Text) {
        self.value();
        self.meet(value);
    }

    fn scalar(&mut self, _: usize, _: usize) {
        self.value();
    }
}

/// Keys are content too: only those that look like names are written out.
pub(super) fn push_key(pointer: &mut String, key: &[u8]) {
    let is_name_byte = |b: &u8| b.is_ascii_alphanumeric() || b"_.$-".contains(b);
    let is_name = !key.is_empty() && key.len() <= KEY_BYTES_MAX && key.iter().all(is_name_byte);
    match std::str::from_utf8(key) {
        Ok(name) if is_name => {
            pointer.push('/');
            pointer.push_str(name);
        }
        _ => pointer.push_str("/*"),
    }
}

/// Ends a pointer that is too long after its last whole part.
fn cut(pointer: &mut String) {
    if pointer.len() > POINTER_BYTES_MAX {
        let head = pointer.get(..POINTER_BYTES_MAX - CUT.len()).unwrap_or_default();
        let whole = head.rfind('/').unwrap_or_default();
        pointer.truncate(whole);
        pointer.push_str(CUT);
    }
}
