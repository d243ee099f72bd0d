//! Every string of a JSON text with the place it stands at.
use std::fmt::Write as _;

use tollgate_event::scan::{self, Container, Text, Visitor};

/// The longest key that a place names, in bytes; others are `*`, as in all pointers that are shown.
const KEY_BYTES_MAX: usize = 64;
/// The deepest place that is told.
const DEPTH_MAX: usize = 64;

/// Calls `visit` with the pointer and the unescaped bytes of each string value.
pub(super) fn each_string(json: &[u8], visit: &mut dyn FnMut(&str, &[u8])) {
    let mut walk = Walk { json, visit, open: Vec::new(), pointer: String::new() };
    // What is no JSON was told before; its strings count as far as they go.
    let _ = scan::scan(json, &mut walk);
}

struct Walk<'a> {
    json: &'a [u8],
    visit: &'a mut dyn FnMut(&str, &[u8]),
    open: Vec<Level>,
    /// The place of the innermost container, and of what is in it while that is met.
    pointer: String,
}

struct Level {
    container: Container,
    /// How long the pointer to it is.
    length: usize,
    /// How many elements of an array were met.
    met: u32,
}

impl Walk<'_> {
    /// A value begins: in an array, its index ends the pointer.
    fn enter(&mut self) {
        let Some(level) = self.open.last_mut() else { return };
        if level.container == Container::Array {
            self.pointer.truncate(level.length);
            // Writing to a string cannot fail.
            let _ = write!(self.pointer, "/{}", level.met);
            level.met += 1;
        }
    }
}

impl Visitor for Walk<'_> {
    fn begin(&mut self, container: Container, _: usize) {
        self.enter();
        self.open.push(Level { container, length: self.pointer.len(), met: 0 });
    }

    fn end(&mut self, _: Container, _: usize) {
        if let Some(level) = self.open.pop() {
            self.pointer.truncate(level.length);
        }
    }

    fn key(&mut self, key: Text) {
        let Some(level) = self.open.last() else { return };
        self.pointer.truncate(level.length);
        let key = key.of(self.json);
        let fits = |b: &u8| b.is_ascii_alphanumeric() || b"_.$-".contains(b);
        let is_name = !key.is_empty() && key.len() <= KEY_BYTES_MAX && key.iter().all(fits);
        self.pointer.push('/');
        self.pointer.push_str(std::str::from_utf8(key).ok().filter(|_| is_name).unwrap_or("*"));
    }

    fn string(&mut self, value: Text) {
        self.enter();
        if self.open.len() <= DEPTH_MAX {
            (self.visit)(&self.pointer, &scan::unescape(value.of(self.json)));
        }
    }

    fn scalar(&mut self, _: usize, _: usize) {
        self.enter();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_has_its_place() {
        let json = br#"{"a":"x","b":[1,"y",{"c d":"z"},["w"]],"e":{"f":"\u0041"}}"#;
        let mut found = Vec::new();
        each_string(json, &mut |at, text| {
            found.push(format!("{at}={}", String::from_utf8_lossy(text)));
        });
        assert_eq!(found, ["/a=x", "/b/1=y", "/b/2/*=z", "/b/3/0=w", "/e/f=A"]);
        let mut found = Vec::new();
        each_string(b"\"x\"", &mut |at, _| found.push(at.to_owned()));
        assert_eq!(found, [""]);
    }
}
