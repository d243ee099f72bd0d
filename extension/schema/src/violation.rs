//! Why a document does not fit its schema, without any of its content.
use std::fmt;

/// The longest pointer, in bytes; a longer one ends in `/…`.
const POINTER_BYTES_MAX: usize = 512;
/// The longest key that is written out, in bytes.
const KEY_BYTES_MAX: usize = 64;
/// What ends a pointer that is cut.
const CUT: &str = "/…";

/// The first thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// A JSON pointer (RFC 6901) to the value, at most 512 bytes. Keys that do not look like names
    /// are written `*`: they could carry content.
    pub at: String,
    /// The keyword that does not hold; or, where the document cannot be judged, `json` (it is
    /// none), `utf8`, `duplicateKeys`, `depth` (nested deeper than 256) or `work` (the budget of
    /// steps is spent).
    pub keyword: &'static str,
    /// The schema's file and the JSON pointer to the keyword in it, such as
    /// `order.json#/properties/id/type`; empty where no schema is concerned.
    pub schema_at: String,
}

/// The document is no JSON (RFC 8259).
pub(crate) const JSON: &str = "json";
/// A string or key is not UTF-8.
pub(crate) const UTF8: &str = "utf8";
/// Two members of one object have the same key: readers disagree on which one counts.
pub(crate) const DUPLICATE_KEYS: &str = "duplicateKeys";
/// Nested too deep, the document or the rules that apply to one value.
pub(crate) const DEPTH: &str = "depth";
/// The budget of steps is spent.
pub(crate) const WORK: &str = "work";

impl Violation {
    /// A violation of no schema.
    pub(crate) fn of_document(at: String, keyword: &'static str) -> Self {
        Self { at, keyword, schema_at: String::new() }
    }

    /// Whether the document was not judged because that would take too much (`depth`, `work`).
    pub fn is_limit(&self) -> bool {
        [DEPTH, WORK].contains(&self.keyword)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.at.is_empty() { "the document" } else { &self.at };
        write!(f, "{place}: `{}`", self.keyword)?;
        if self.schema_at.is_empty() { Ok(()) } else { write!(f, " of {}", self.schema_at) }
    }
}

impl std::error::Error for Violation {}

/// A pointer that carries no content.
#[derive(Debug, Default)]
pub(crate) struct Pointer {
    text: String,
    cut: bool,
}

impl Pointer {
    pub(crate) fn push_index(&mut self, index: usize) {
        self.push(&index.to_string());
    }

    /// Keys are content too: only those that look like names are written out.
    pub(crate) fn push_key(&mut self, key: &[u8]) {
        let is_name_byte = |b: &u8| b.is_ascii_alphanumeric() || b"_.$-".contains(b);
        let is_name = !key.is_empty() && key.len() <= KEY_BYTES_MAX && key.iter().all(is_name_byte);
        let name = std::str::from_utf8(key).ok().filter(|_| is_name);
        self.push(name.unwrap_or("*"));
    }

    fn push(&mut self, step: &str) {
        if self.cut {
            return;
        }
        if self.text.len() + 1 + step.len() + CUT.len() > POINTER_BYTES_MAX {
            self.cut = true;
            self.text.push_str(CUT);
            return;
        }
        self.text.push('/');
        self.text.push_str(step);
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_carry_no_content_and_no_more_than_their_limit() {
        let mut pointer = Pointer::default();
        pointer.push_key(b"name");
        pointer.push_index(7);
        pointer.push_key("' OR 1=1".as_bytes());
        pointer.push_key(&[0xFF]);
        pointer.push_key(b"");
        assert_eq!(pointer.finish(), "/name/7/*/*/*");
        let mut pointer = Pointer::default();
        for _ in 0..1000 {
            pointer.push_key(b"key");
        }
        let text = pointer.finish();
        assert!(text.len() <= POINTER_BYTES_MAX && text.ends_with("/key/…"), "{text}");
    }
}
