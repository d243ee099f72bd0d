//! Where a content stands: a JSON pointer (RFC 6901) that is only written out when asked for.
use std::fmt::{self, Write as _};

use crate::scan;

/// The longest pointer that is written out, in bytes; a longer one ends in `/…`.
const POINTER_BYTES_MAX: usize = 512;
/// The longest key that is written out, in bytes.
const KEY_BYTES_MAX: usize = 64;
/// The deepest place that is written out; the tables of envelopes nest less.
const STEPS_MAX: usize = 64;

/// Where a content stands in its event. Displayed as a JSON pointer of at most 512 bytes that goes
/// through embedded documents as if they stood there (`/Records/0/body/detail`). A key that could
/// carry content is written `*`.
#[derive(Debug, Clone, Copy)]
pub struct Pointer<'a> {
    outer: Option<&'a Pointer<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    /// The whole event.
    Root,
    /// A member, by its key as written.
    Key(&'a [u8]),
    /// An element.
    Index(u32),
}

impl<'a> Pointer<'a> {
    /// The whole event.
    pub(crate) const ROOT: Pointer<'static> = Pointer { outer: None, step: Step::Root };

    /// A member of what stands here.
    pub(crate) fn key(&'a self, key: &'a [u8]) -> Self {
        Self { outer: Some(self), step: Step::Key(key) }
    }

    /// An element of what stands here.
    pub(crate) fn index(&'a self, index: u32) -> Self {
        Self { outer: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let innermost_first = std::iter::successors(Some(self), |pointer| pointer.outer);
        let steps: Vec<Step<'_>> =
            innermost_first.map(|pointer| pointer.step).take(STEPS_MAX).collect();
        let mut text = String::new();
        for step in steps.iter().rev() {
            let whole = text.len();
            match step {
                Step::Root => {}
                Step::Key(key) => push_key(&mut text, key),
                Step::Index(index) => write!(text, "/{index}")?,
            }
            if text.len() + "/…".len() > POINTER_BYTES_MAX {
                text.truncate(whole);
                text.push_str("/…");
                break;
            }
        }
        f.write_str(&text)
    }
}

/// Adds a key as one step. Keys are content too: only those that look like names are written out.
pub(crate) fn push_key(pointer: &mut String, key: &[u8]) {
    let unescaped = key.contains(&b'\\').then(|| scan::unescape(key));
    let key = unescaped.as_deref().unwrap_or(key);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_from_the_outside_in_and_carries_no_content() {
        let root = Pointer::ROOT;
        assert_eq!(root.to_string(), "");
        let records = root.key(b"Records");
        let record = records.index(3);
        assert_eq!(record.to_string(), "/Records/3");
        assert_eq!(record.key(b"detail-type").to_string(), "/Records/3/detail-type");
        assert_eq!(record.key(br"d\u0065tail").to_string(), "/Records/3/detail");
        for key in [&b"a/b"[..], b"", b"o'clock", "é".as_bytes(), &[b'k'; 65]] {
            assert_eq!(record.key(key).to_string(), "/Records/3/*");
        }
    }

    #[test]
    fn is_cut_when_it_is_long() {
        fn deeper(place: &Pointer<'_>, key: &[u8], left: u32) -> String {
            match left {
                0 => place.to_string(),
                _ => deeper(&place.key(key), key, left - 1),
            }
        }
        let text = deeper(&Pointer::ROOT, &[b'k'; 64], 20);
        assert_eq!(text.len(), 7 * 65 + "/…".len());
        assert!(text.ends_with("k/…"));
    }
}
