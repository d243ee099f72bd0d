//! One pass over a JSON text (RFC 8259): checks it byte for byte and calls a visitor on the way.
//!
//! The scanner is iterative and has no depth limit of its own: an open container costs one bit.
//! It accepts exactly what `serde_json` accepts, strings included: both halves of a surrogate
//! pair must be there, and every string must be UTF-8 ([`Form::NotUtf8`] says so, so that a
//! visitor can go on).
mod nesting;
mod number;
mod text;

use nesting::Nesting;
pub use text::{Form, Text, unescape, unescape_into};

/// What the scanner meets, in document order. All positions are byte offsets.
pub trait Visitor {
    /// An object or array opens at `at`.
    fn begin(&mut self, container: Container, at: usize) {
        let _ = (container, at);
    }
    /// It closes; `end` is the offset after its bracket.
    fn end(&mut self, container: Container, end: usize) {
        let _ = (container, end);
    }
    /// The key of an object's next member.
    fn key(&mut self, key: Text) {
        let _ = key;
    }
    /// A string value.
    fn string(&mut self, value: Text) {
        let _ = value;
    }
    /// A number, `true`, `false` or `null` from `start` to before `end`.
    fn scalar(&mut self, start: usize, end: usize) {
        let _ = (start, end);
    }
}

/// The two kinds of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `{…}`.
    Object,
    /// `[…]`.
    Array,
}

/// Where a text stops being JSON, and what had to stand there. Never holds any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset; the text's length when it ends too early.
    pub offset: usize,
    /// What was expected.
    pub expected: &'static str,
}

/// Scans one whole JSON text. Takes time linear in `json`, and one bit of memory an open container.
pub fn scan<V: Visitor>(json: &[u8], visitor: &mut V) -> Result<(), SyntaxError> {
    let error = SyntaxError { offset: 0, expected: "" };
    let mut scanner = Scanner { json, at: 0, nesting: Nesting::default(), visitor, error };
    scanner.run().map_err(|Stop| scanner.error)
}

/// The string or key whose first byte after the quote is at `start`, in a text scanned before.
pub fn text_at(json: &[u8], start: u32) -> Option<Text> {
    text::scan(json, start as usize).ok()
}

/// The offset of the quote that ends the string whose first byte is at `start`, in a text scanned
/// before.
#[inline]
pub(crate) fn end_of_string(json: &[u8], start: usize) -> usize {
    text::end_of_scanned(json, start)
}

struct Scanner<'a, V> {
    json: &'a [u8],
    at: usize,
    nesting: Nesting,
    visitor: &'a mut V,
    /// What stopped it.
    error: SyntaxError,
}

/// The text is not JSON; the scanner knows why. Results stay in a register this way.
struct Stop;

/// What comes after a piece of the text.
enum Next {
    /// A value: the first of a container, or the one after a comma or colon.
    Value,
    /// The comma or bracket after a value.
    Separator,
    /// Only blanks.
    End,
}

impl<V: Visitor> Scanner<'_, V> {
    fn run(&mut self) -> Result<(), Stop> {
        let mut next = Next::Value;
        loop {
            self.skip_blanks();
            next = match next {
                Next::Value => self.value()?,
                Next::Separator => self.separator()?,
                Next::End if self.at == self.json.len() => return Ok(()),
                Next::End => return Err(self.expected("the end")),
            };
        }
    }

    #[inline]
    fn value(&mut self) -> Result<Next, Stop> {
        match self.peek() {
            Some(b'"') => {
                let text = self.text()?;
                self.visitor.string(text);
                Ok(Next::Separator)
            }
            Some(b'{') => self.open(Container::Object, b'}'),
            Some(b'[') => self.open(Container::Array, b']'),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal(b"true", "`true`"),
            Some(b'f') => self.literal(b"false", "`false`"),
            Some(b'n') => self.literal(b"null", "`null`"),
            _ => Err(self.expected("a value")),
        }
    }

    #[inline]
    fn open(&mut self, container: Container, closing: u8) -> Result<Next, Stop> {
        self.visitor.begin(container, self.at);
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(closing) {
            self.at += 1;
            self.visitor.end(container, self.at);
            return Ok(Next::Separator);
        }
        self.nesting.push(container);
        match container {
            Container::Object => self.member("a key or `}`"),
            Container::Array if self.at == self.json.len() => Err(self.expected("a value or `]`")),
            Container::Array => Ok(Next::Value),
        }
    }

    /// A key and its colon.
    #[inline]
    fn member(&mut self, expected: &'static str) -> Result<Next, Stop> {
        if self.peek() != Some(b'"') {
            return Err(self.expected(expected));
        }
        let key = self.text()?;
        self.visitor.key(key);
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        Ok(Next::Value)
    }

    #[inline]
    fn separator(&mut self) -> Result<Next, Stop> {
        let Some(container) = self.nesting.innermost() else {
            return Ok(Next::End);
        };
        match (self.peek(), container) {
            (Some(b','), Container::Array) => {
                self.at += 1;
                Ok(Next::Value)
            }
            (Some(b','), Container::Object) => {
                self.at += 1;
                self.skip_blanks();
                self.member("a key")
            }
            (Some(b'}'), Container::Object) | (Some(b']'), Container::Array) => {
                self.at += 1;
                self.nesting.pop();
                self.visitor.end(container, self.at);
                Ok(Next::Separator)
            }
            (_, Container::Object) => Err(self.expected("`,` or `}`")),
            (_, Container::Array) => Err(self.expected("`,` or `]`")),
        }
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a text that comes back in memory costs a third more"
    )]
    fn text(&mut self) -> Result<Text, Stop> {
        let text = text::scan(self.json, self.at + 1).map_err(|error| self.stop(error))?;
        self.at = text.end + 1;
        Ok(text)
    }

    #[inline]
    fn number(&mut self) -> Result<Next, Stop> {
        let end = number::scan(self.json, self.at).map_err(|error| self.stop(error))?;
        Ok(self.scalar(end))
    }

    fn literal(&mut self, word: &[u8], expected: &'static str) -> Result<Next, Stop> {
        let end = self.at + word.len();
        if self.json.get(self.at..end) != Some(word) {
            return Err(self.expected(expected));
        }
        Ok(self.scalar(end))
    }

    #[inline]
    fn scalar(&mut self, end: usize) -> Next {
        self.visitor.scalar(self.at, end);
        self.at = end;
        Next::Separator
    }

    #[inline]
    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    #[cold]
    fn expected(&mut self, expected: &'static str) -> Stop {
        self.stop(SyntaxError { offset: self.at, expected })
    }

    #[cold]
    fn stop(&mut self, error: SyntaxError) -> Stop {
        self.error = error;
        Stop
    }
}

#[cfg(test)]
mod tests;
