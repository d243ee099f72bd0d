//! What records hold of events and callers, and in which form they are written.
use crate::options::{Format, Metrics, RedactHow};
use crate::sources::FieldPattern;

/// What a record holds and how it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordOptions {
    /// The form of records. Default: native.
    pub format: Format,
    /// Fields that are masked or kept, whatever their values look like.
    pub fields: Vec<RedactField>,
    /// The X25519 public key that content is sealed to, with `payload: sealed`.
    pub seal_to: Option<[u8; 32]>,
    /// The environment variable that holds the key of pseudonyms.
    pub pseudonym_key_env: Option<String>,
    /// How long records are to be kept, in the owner's words.
    pub retention: Option<String>,
    /// Whether metrics are written beside the records. Default: off.
    pub metrics: Metrics,
}

/// One field of an event, or several, and what happens to it in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactField {
    pub(crate) at: FieldPattern,
    /// Whether it is masked or kept.
    pub how: RedactHow,
}

impl RedactField {
    /// Whether it means the field at this JSON pointer, which starts at the event's root. Steps are
    /// compared as they are, without the escapes of RFC 6901.
    pub fn matches(&self, pointer: &str) -> bool {
        self.at.matches(pointer)
    }
}

/// Reads the 64 hex digits of a key.
pub(crate) fn key_from_hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().as_chunks::<2>().0) {
        let pair = str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok().filter(|_| !pair.starts_with('+'))?;
    }
    Some(key)
}
