//! Strings: RFC 8259, section 7. Skips plain text many bytes at a time.
use std::borrow::Cow;

use super::SyntaxError;

/// A string or key: the bytes between its quotes, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Offset of the first byte after the opening quote.
    pub start: usize,
    /// Offset of the closing quote.
    pub end: usize,
    /// How it is written.
    pub form: Form,
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// UTF-8 without escapes: its bytes are its value.
    Plain,
    /// UTF-8 with escapes.
    Escaped,
    /// Not UTF-8, with or without escapes.
    NotUtf8,
}

impl Text {
    /// Its length as written, in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether nothing stands between its quotes.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Its bytes as written, out of the text it was found in.
    pub fn of(self, json: &[u8]) -> &[u8] {
        json.get(self.start..self.end).unwrap_or_default()
    }

    /// Its bytes with the escapes decoded, out of the text it was found in.
    pub fn decoded(self, json: &[u8]) -> Cow<'_, [u8]> {
        match self.form {
            Form::Plain => self.of(json).into(),
            Form::Escaped | Form::NotUtf8 => unescape(self.of(json)).into(),
        }
    }
}

/// Decodes the escapes of a string that was scanned before.
pub fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(backslash) = rest.iter().position(|&byte| byte == b'\\') {
        let (plain, escape) = rest.split_at(backslash);
        decoded.extend_from_slice(plain);
        rest = decode_escape(escape, &mut decoded);
    }
    decoded.extend_from_slice(rest);
    decoded
}

/// Scans the string whose first byte after the quote is at `start`.
#[inline]
pub(super) fn scan(json: &[u8], start: usize) -> Result<Text, SyntaxError> {
    match end_of_short(json, start) {
        Some(end) => Ok(Text { start, end, form: Form::Plain }),
        None => scan_any(json, start),
    }
}

/// The end of a string of ASCII without escapes, if it is near. Most are such.
#[inline]
fn end_of_short(json: &[u8], start: usize) -> Option<usize> {
    const WORDS: usize = 5;
    for at in (start..).step_by(WORD).take(WORDS) {
        let word = word_at(json, at)?;
        let stops = stops_in(word) | word & HIGH_BITS;
        if stops != 0 {
            let end = at + stops.trailing_zeros() as usize / 8;
            return (json.get(end) == Some(&b'"')).then_some(end);
        }
    }
    None
}

fn scan_any(json: &[u8], start: usize) -> Result<Text, SyntaxError> {
    let mut at = start;
    let mut form = Form::Plain;
    let mut ascii = true;
    loop {
        let plain = skip_plain(json, at);
        ascii &= plain.ascii;
        match json.get(plain.end) {
            Some(b'"') => {
                let text = Text { start, end: plain.end, form };
                let utf8 = ascii || std::str::from_utf8(text.of(json)).is_ok();
                return Ok(if utf8 { text } else { Text { form: Form::NotUtf8, ..text } });
            }
            Some(b'\\') => {
                form = Form::Escaped;
                at = skip_escape(json, plain.end + 1)?;
            }
            Some(_) => {
                return Err(expected(plain.end, "an escape in place of a control character"));
            }
            None => return Err(expected(plain.end, "`\"`")),
        }
    }
}

/// A run without quotes, backslashes and control characters.
struct Plain {
    end: usize,
    ascii: bool,
}

/// Eight bytes at a time; a long run goes on in blocks, which compile to SIMD.
#[inline]
fn skip_plain(json: &[u8], start: usize) -> Plain {
    let mut at = start;
    let mut high = 0;
    while let Some(word) = word_at(json, at) {
        let stops = stops_in(word);
        if stops != 0 {
            // All bits below the first stop's own high bit.
            let before = (stops & stops.wrapping_neg()) - 1;
            high |= word & before & HIGH_BITS;
            return Plain { end: at + stops.trailing_zeros() as usize / 8, ascii: high == 0 };
        }
        high |= word & HIGH_BITS;
        at += WORD;
        if at == start + BLOCK {
            let (end, blocks_high) = skip_blocks(json, at);
            high |= u64::from(blocks_high & 0x80);
            at = end;
        }
    }
    let mut ascii = high == 0;
    while let Some(&byte) = json.get(at)
        && !is_stop(byte)
    {
        ascii &= byte.is_ascii();
        at += 1;
    }
    Plain { end: at, ascii }
}

/// Skips whole blocks without a stop; gives the offset after them and the OR of their bytes.
fn skip_blocks(json: &[u8], start: usize) -> (usize, u8) {
    let mut at = start;
    let mut ored = 0;
    let (blocks, _) = json.get(start..).unwrap_or_default().as_chunks::<BLOCK>();
    for block in blocks {
        if block.iter().fold(false, |stop, &byte| stop | is_stop(byte)) {
            break;
        }
        ored |= block.iter().fold(0, |ored, &byte| ored | byte);
        at += BLOCK;
    }
    (at, ored)
}

/// How many bytes are looked at with one branch.
const WORD: usize = 8;
/// How many bytes are looked at together in a long run, and after how many it counts as long.
const BLOCK: usize = 64;

const ONES: u64 = u64::MAX / 255;
const HIGH_BITS: u64 = ONES << 7;

#[inline]
fn word_at(json: &[u8], at: usize) -> Option<u64> {
    json.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// Marks the stops of a little-endian word in their high bits. Marks above the lowest one may be
/// wrong: a borrow can run through them.
#[inline]
const fn stops_in(word: u64) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | quote | backslash) & HIGH_BITS
}

#[inline]
const fn is_stop(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The offset after the escape whose letter is at `at`.
#[inline]
fn skip_escape(json: &[u8], at: usize) -> Result<usize, SyntaxError> {
    match json.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 1),
        Some(b'u') => skip_unicode(json, at + 1),
        _ => Err(expected(at, "an escape")),
    }
}

/// The offset after the hex digits at `at`, and after the other half of a surrogate pair.
fn skip_unicode(json: &[u8], at: usize) -> Result<usize, SyntaxError> {
    const OTHER_HALF: &str = "both halves of a surrogate pair";
    let after = at + 4;
    match hex4(json, at).ok_or_else(|| expected(at, "four hex digits"))? {
        0xD800..=0xDBFF => match (json.get(after..after + 2), hex4(json, after + 2)) {
            (Some(b"\\u"), Some(0xDC00..=0xDFFF)) => Ok(after + 6),
            _ => Err(expected(after, OTHER_HALF)),
        },
        0xDC00..=0xDFFF => Err(expected(at, OTHER_HALF)),
        _ => Ok(after),
    }
}

/// Decodes the escape that `escape` starts with; gives what comes after it.
fn decode_escape<'a>(escape: &'a [u8], decoded: &mut Vec<u8>) -> &'a [u8] {
    let (unit, length) = match escape.get(1) {
        Some(b'u') => match (hex4(escape, 2), hex4(escape, 8)) {
            (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
                (0x1_0000 + ((high - 0xD800) << 10 | (low - 0xDC00)), 12)
            }
            (unit, _) => (unit.unwrap_or_default(), 6),
        },
        Some(b'b') => (0x08, 2),
        Some(b'f') => (0x0C, 2),
        Some(b'n') => (0x0A, 2),
        Some(b'r') => (0x0D, 2),
        Some(b't') => (0x09, 2),
        other => (other.copied().unwrap_or_default().into(), 2),
    };
    let character = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
    decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    escape.get(length..).unwrap_or_default()
}

fn hex4(json: &[u8], at: usize) -> Option<u32> {
    let digits = json.get(at..)?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

#[cold]
fn expected(offset: usize, expected: &'static str) -> SyntaxError {
    SyntaxError { offset, expected }
}
