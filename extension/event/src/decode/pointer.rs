//! JSON pointers (RFC 6901) that carry no content.
use std::fmt::Write as _;

use super::survey::Frame;
use crate::scan::{Container, text_at};

/// The longest pointer, in bytes; a longer one ends in `/…`.
const POINTER_BYTES_MAX: usize = 512;
/// The longest key that is written out, in bytes.
const KEY_BYTES_MAX: usize = 64;
/// What ends a pointer that is cut.
const CUT: &str = "/…";

/// The place that the innermost of `frames` stands at.
pub(super) fn to<'f>(body: &[u8], frames: impl Iterator<Item = &'f Frame>) -> String {
    let mut pointer = String::new();
    for frame in frames {
        let whole = pointer.len();
        match (frame.container, frame.place) {
            // Nothing in it was met yet: the place is the container itself.
            (_, 0) => break,
            (Container::Object, key) => push_key(&mut pointer, body, key),
            // Writing to a string cannot fail.
            (Container::Array, met) => drop(write!(pointer, "/{}", met - 1)),
        }
        if pointer.len() + CUT.len() > POINTER_BYTES_MAX {
            pointer.truncate(whole);
            pointer.push_str(CUT);
            break;
        }
    }
    pointer
}

/// Keys are content too: only those that look like names are written out.
fn push_key(pointer: &mut String, body: &[u8], start: u32) {
    let key = text_at(body, start).map_or(&[] as &[u8], |key| key.of(body));
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
