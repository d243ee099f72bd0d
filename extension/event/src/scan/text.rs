//! Strings: RFC 8259, section 7. Skips plain text many bytes at a time.
use std::borrow::Cow;

use super::SyntaxError;
use tollgate_lanes::{BLOCK, Sets, Wide};

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
    let mut decoded = Vec::new();
    unescape_into(raw, &mut decoded);
    decoded
}

/// Decodes the escapes of a string that was scanned before, at the end of a buffer. Makes no more
/// bytes than there are in `raw`.
pub fn unescape_into(raw: &[u8], buffer: &mut Vec<u8>) {
    let begin = buffer.len();
    // Whole words are written, so that the last one may reach beyond the text.
    buffer.resize(begin + raw.len() + WORD, 0);
    let written = unescape_to(raw, buffer.get_mut(begin..).unwrap_or_default());
    buffer.truncate(begin + written);
}

/// Copies words whole and goes on behind the first backslash in them; gives how many bytes were
/// written.
fn unescape_to(raw: &[u8], out: &mut [u8]) -> usize {
    let (mut read, mut write, mut plain_words) = (0, 0, 0);
    while let Some(word) = chunk_at(raw, read) {
        if let Some(target) = chunk_at_mut(out, write) {
            *target = word;
        }
        let stops = marks(u64::from_le_bytes(word), b'\\') & HIGH_BITS;
        if stops == 0 {
            (read, write, plain_words) = (read + WORD, write + WORD, plain_words + 1);
            if plain_words == BLOCK / WORD {
                let plain = copy_blocks(raw, read, out, write);
                (read, write, plain_words) = (read + plain, write + plain, 0);
            }
            continue;
        }
        plain_words = 0;
        let plain = stops.trailing_zeros() as usize / 8;
        write += plain;
        read += plain + unescape_one(raw, read + plain, out, &mut write);
    }
    while let Some(&byte) = raw.get(read) {
        if byte == b'\\' {
            read += unescape_one(raw, read, out, &mut write);
        } else {
            put(out, &mut write, byte);
            read += 1;
        }
    }
    write
}

/// Copies blocks without a backslash; gives how many bytes they are.
fn copy_blocks(raw: &[u8], read: usize, out: &mut [u8], write: usize) -> usize {
    let (blocks, _) = raw.get(read..).unwrap_or_default().as_chunks::<BLOCK>();
    let (targets, _) = out.get_mut(write..).unwrap_or_default().as_chunks_mut::<BLOCK>();
    let mut copied = 0;
    for (block, target) in blocks.iter().zip(targets) {
        if block.iter().fold(false, |found, byte| found | is_backslash(*byte)) {
            break;
        }
        *target = *block;
        copied += BLOCK;
    }
    copied
}

#[inline]
const fn is_backslash(byte: u8) -> bool {
    byte == b'\\'
}

/// Decodes the escape at `at`; gives its length.
#[inline]
fn unescape_one(raw: &[u8], at: usize, out: &mut [u8], write: &mut usize) -> usize {
    let letter = raw.get(at + 1).copied().unwrap_or_default();
    if letter == b'u' {
        let (character, length) = unicode_escape(raw.get(at..).unwrap_or_default());
        for byte in character.encode_utf8(&mut [0; 4]).as_bytes() {
            put(out, write, *byte);
        }
        return length;
    }
    let byte = match letter {
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => 0x0A,
        b'r' => 0x0D,
        b't' => 0x09,
        other => other,
    };
    put(out, write, byte);
    2
}

#[inline]
fn put(out: &mut [u8], write: &mut usize, byte: u8) {
    if let Some(target) = out.get_mut(*write) {
        *target = byte;
    }
    *write += 1;
}

#[inline]
fn chunk_at(raw: &[u8], at: usize) -> Option<[u8; WORD]> {
    raw.get(at..)?.first_chunk().copied()
}

#[inline]
fn chunk_at_mut(out: &mut [u8], at: usize) -> Option<&mut [u8; WORD]> {
    out.get_mut(at..)?.first_chunk_mut()
}

/// The offset of the quote that ends the string whose first byte is at `start`, in a text that was
/// scanned before; the text's length if there is none.
#[inline]
pub(super) fn end_of_scanned(json: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        let end = skip_plain(json, at).end;
        match json.get(end) {
            Some(b'"') => return end,
            Some(b'\\') => at = end + 2,
            Some(_) => at = end + 1,
            None => return json.len(),
        }
    }
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
    let mut begun = Begun { start, at: start, form: Form::Plain, ascii: true };
    if let Some(wide) = Wide::get() {
        let done = wide.run(
            #[inline(always)]
            |wide| begun.blocks(wide, json),
        )?;
        if let Some(end) = done {
            return Ok(begun.ends(json, end));
        }
    }
    begun.rest(json)
}

/// The same without looking at many bytes at once.
#[cfg(test)]
pub(super) fn scan_narrow(json: &[u8], start: usize) -> Result<Text, SyntaxError> {
    Begun { start, at: start, form: Form::Plain, ascii: true }.rest(json)
}

/// A string that was scanned up to `at`.
struct Begun {
    start: usize,
    at: usize,
    form: Form,
    ascii: bool,
}

impl Begun {
    /// Goes over whole blocks; gives the string's end when it is in one of them.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "built with the instructions of the caller")]
    fn blocks(&mut self, wide: Wide, json: &[u8]) -> Result<Option<usize>, SyntaxError> {
        while let Some(block) = json.get(self.at..).and_then(<[u8]>::first_chunk) {
            let block = wide.load(block);
            let [mut stops, _] = block.members(&STOPS);
            let high = block.beyond_ascii();
            let next = self.at + BLOCK;
            loop {
                let at = self.at + stops.trailing_zeros() as usize;
                if at >= next {
                    self.ascii &= high == 0;
                    self.at = next;
                    break;
                }
                if json.get(at) == Some(&b'"') {
                    let before = (stops & stops.wrapping_neg()) - 1;
                    self.ascii &= high & before == 0;
                    return Ok(Some(at));
                }
                let after = self.escape(json, at)?;
                if after >= next {
                    self.ascii &= high == 0;
                    self.at = after;
                    break;
                }
                stops &= u64::MAX << (after - self.at);
            }
        }
        Ok(None)
    }

    /// Goes over the rest in words and bytes.
    fn rest(mut self, json: &[u8]) -> Result<Text, SyntaxError> {
        loop {
            let plain = skip_plain(json, self.at);
            self.ascii &= plain.ascii;
            if json.get(plain.end) == Some(&b'"') {
                return Ok(self.ends(json, plain.end));
            }
            self.at = self.escape(json, plain.end)?;
        }
    }

    /// The offset after the escape at `at`.
    #[inline]
    fn escape(&mut self, json: &[u8], at: usize) -> Result<usize, SyntaxError> {
        match json.get(at) {
            Some(b'\\') => {
                self.form = Form::Escaped;
                skip_escape(json, at + 1)
            }
            Some(_) => Err(expected(at, "an escape in place of a control character")),
            None => Err(expected(at, "`\"`")),
        }
    }

    fn ends(self, json: &[u8], end: usize) -> Text {
        let text = Text { start: self.start, end, form: self.form };
        let utf8 = self.ascii || std::str::from_utf8(text.of(json)).is_ok();
        if utf8 { text } else { Text { form: Form::NotUtf8, ..text } }
    }
}

/// What no string has for itself.
const STOPS: Sets = {
    let (mut stops, mut byte) = ([false; 256], 0);
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        #[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
        {
            stops[byte] = is_stop(byte as u8);
        }
        byte += 1;
    }
    Sets::new([&stops, &[false; 256]])
};

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
    (control | marks(word, b'"') | marks(word, b'\\')) & HIGH_BITS
}

/// Marks a byte in the high bits of a word, among other bits; marks above the lowest one may be
/// wrong.
#[inline]
const fn marks(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * byte as u64);
    zero.wrapping_sub(ONES) & !zero
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

/// The character of the `\u` escape that `escape` starts with, and the escape's length.
fn unicode_escape(escape: &[u8]) -> (char, usize) {
    let (unit, length) = match (hex4(escape, 2), hex4(escape, 8)) {
        (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
            (0x1_0000 + ((high - 0xD800) << 10 | (low - 0xDC00)), 12)
        }
        (unit, _) => (unit.unwrap_or_default(), 6),
    };
    (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), length)
}

fn hex4(json: &[u8], at: usize) -> Option<u32> {
    let digits = json.get(at..)?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

#[cold]
fn expected(offset: usize, expected: &'static str) -> SyntaxError {
    SyntaxError { offset, expected }
}
