//! What a payload is, by its first bytes and, for JSON, by one look through it.
use super::envelopes::Marks;
use super::shape::Shape;
use crate::scan::{self, Container, Text, Visitor};

/// What a text is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Looks {
    /// JSON, and what its members hold if it is an envelope.
    Json(Option<Shape>),
    Xml,
    Text,
}

/// Tells what a text is. Every JSON text counts, be it a mere number.
pub(super) fn looks(text: &[u8]) -> Looks {
    match first(text) {
        Some(b'{') => match look(text) {
            Some(marks) => Looks::Json(marks.envelope(text)),
            None => Looks::Text,
        },
        Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') if is_json(text) => {
            Looks::Json(None)
        }
        Some(b'<') if is_xml(text) => Looks::Xml,
        _ => Looks::Text,
    }
}

/// Whether a text is JSON.
pub(super) fn is_json(text: &[u8]) -> bool {
    struct Nothing;
    impl Visitor for Nothing {}
    scan::scan(text, &mut Nothing).is_ok()
}

/// Without the byte order mark that some writers put before UTF-8, and most readers skip.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// The first byte that is no blank.
pub(super) fn first(text: &[u8]) -> Option<u8> {
    text.iter().copied().find(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r'))
}

/// Starts with a tag, declaration or comment, and ends with one.
pub(super) fn is_xml(text: &[u8]) -> bool {
    match text.trim_ascii() {
        [b'<', next, .., b'>'] => next.is_ascii_alphabetic() || matches!(next, b'?' | b'!'),
        _ => false,
    }
}

/// Whether it is JSON, and what its own keys say.
fn look(text: &[u8]) -> Option<Marks> {
    let mut look = Look { text, depth: 0, marks: Marks::new() };
    scan::scan(text, &mut look).is_ok().then_some(look.marks)
}

struct Look<'a> {
    text: &'a [u8],
    depth: u32,
    marks: Marks,
}

impl Visitor for Look<'_> {
    #[inline]
    fn begin(&mut self, _: Container, _: usize) {
        self.depth = self.depth.saturating_add(1);
    }

    #[inline]
    fn end(&mut self, _: Container, _: usize) {
        self.depth = self.depth.saturating_sub(1);
    }

    #[inline]
    fn key(&mut self, key: Text) {
        if self.depth == 1 {
            self.marks.add(key.of(self.text));
        }
    }
}
