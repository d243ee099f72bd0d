//! The strings of a JSON document that are of interest, found without reading the rest.
//!
//! Every byte that the sieve stops at stands in a string if the document is JSON; from there the
//! string's quotes are looked for in both directions.
use memchr::{memchr2, memrchr};

use super::look::{Ahead, LAYERS, Look};
use super::pointer;
use super::sieve::Form;
use crate::deserialize;
use crate::text::Role;
use crate::work::Exhausted;

/// How much of a long string is decoded at once, and how much of it twice.
const PIECE: usize = 8192;
const OVERLAP: usize = 256;

impl Look<'_> {
    /// Looks at a document.
    pub(super) fn json(&mut self, json: &[u8], layer: u32) -> Result<(), Exhausted> {
        self.work.spend(json.len() as u64 / 8 + 8)?;
        let mut ahead = Ahead::new(json, Form::Json, self.families, Role::Value);
        let mut done = 0;
        while let Some(at) = ahead.next(done, self.work) {
            self.work.spend(0)?;
            let start = start_of_string(json, done, at);
            let (end, escaped) = end_of_string(json, start);
            // What is found at the end of a string is a piece of no string; and time must pass.
            let end = end.max(at);
            self.begin(start);
            self.quiet = ahead.is_quiet(end);
            let role = role(json, end);
            self.string(json.get(start..end).unwrap_or_default(), escaped, role, layer)?;
            if role == Role::Key {
                self.add_value(json.get(end + 1..).unwrap_or_default());
            }
            done = end + 1;
        }
        Ok(())
    }

    /// What the value adds to the finding in its key: what stands behind the key.
    fn add_value(&mut self, after: &[u8]) {
        let place = self.place;
        if let Some(hit) = self.hits.last_mut().filter(|hit| hit.place == place) {
            hit.matched = deserialize::with_value(hit.matched, after);
        }
    }

    /// Looks at a document in a string of the document in hand.
    pub(super) fn nested_json(&mut self, json: &[u8], layer: u32) -> Result<(), Exhausted> {
        let (place, found, before) = (self.place, self.found, self.hits.len());
        // A document in a string is one: its own strings are not hidden by that.
        let encoded = std::mem::replace(&mut self.encoded, false);
        let done = self.json(json, layer);
        self.encoded = encoded;
        self.quiet = false;
        let hits = self.hits.get_mut(before..).unwrap_or_default();
        pointer::resolve(json, hits);
        for hit in hits {
            hit.place = place;
        }
        (self.place, self.found) = (place, found);
        done
    }

    /// Looks at a string as written.
    fn string(
        &mut self,
        raw: &[u8],
        escaped: bool,
        role: Role,
        layer: u32,
    ) -> Result<(), Exhausted> {
        if !escaped {
            return self.embedded(raw, role, layer);
        }
        self.work.spend(raw.len() as u64 / 8)?;
        if raw.len() <= PIECE || layer < LAYERS && matches!(raw.first(), Some(b'{' | b'[')) {
            return self.embedded(&unescaped(raw), role, layer);
        }
        let mut start = 0;
        loop {
            let end = cut(raw, start, start + PIECE);
            let piece = raw.get(start..end).unwrap_or_default();
            let piece = unescaped(piece);
            if start == 0 {
                self.text(&piece, role, layer)?;
            } else {
                self.part(&piece, role, layer)?;
            }
            if end == raw.len() {
                return Ok(());
            }
            start = cut(raw, start, end - OVERLAP);
        }
    }
}

/// A place at `at` or one byte before, where no escape is cut in two; `start` is such a place.
fn cut(raw: &[u8], start: usize, at: usize) -> usize {
    let Some(before) = raw.get(start..at) else { return raw.len() };
    let backslashes = before.iter().rev().take_while(|&&byte| byte == b'\\').count();
    at - backslashes % 2
}

/// The offset after the quote that opens the string around `at`; not before `from`.
fn start_of_string(json: &[u8], from: usize, at: usize) -> usize {
    let mut before = json.get(from..at).unwrap_or_default();
    while let Some(quote) = memrchr(b'"', before) {
        before = before.get(..quote).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|&&byte| byte == b'\\').count();
        if backslashes % 2 == 0 {
            return from + quote + 1;
        }
    }
    from
}

/// The offset of the quote that closes the string that starts at `start`, and whether the string
/// has escapes.
fn end_of_string(json: &[u8], start: usize) -> (usize, bool) {
    let mut at = start;
    let mut escaped = false;
    while let Some(found) = json.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if json.get(at + found) == Some(&b'"') {
            return (at + found, escaped);
        }
        escaped = true;
        at += found + 2;
    }
    (json.len(), escaped)
}

/// Only keys have a colon after them.
fn role(json: &[u8], end: usize) -> Role {
    let after = json.get(end + 1..).unwrap_or_default();
    let next = after.iter().find(|byte| !byte.is_ascii_whitespace());
    if next == Some(&b':') { Role::Key } else { Role::Value }
}

/// A string without its escapes.
fn unescaped(raw: &[u8]) -> Vec<u8> {
    tollgate_event::scan::unescape(raw)
}
