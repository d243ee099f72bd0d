//! Goes over long texts many bytes at a time and stops at what could interest any family.
//!
//! Blocks of letters, digits and blanks are passed with a few instructions for all of their
//! bytes; the others are looked up pair by pair.

/// How many bytes are looked at together; the loop over them compiles to SIMD.
const BLOCK: usize = 64;

/// Whether the text is the inside of a JSON document, as written, or a text of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Quotes and brackets outside of strings mean nothing, line breaks are escapes.
    Json,
    /// Every byte means itself.
    Plain,
}

/// The offset of the first byte of interest at or after `from`. In a JSON document every such
/// byte stands in a string, or is the quote that closes it.
pub(super) fn next(text: &[u8], from: usize, form: Form) -> Option<usize> {
    let pairs = match form {
        Form::Json => &JSON,
        Form::Plain => &PLAIN,
    };
    let mut before = match from.checked_sub(1) {
        Some(earlier) => *text.get(earlier)?,
        None => b'"',
    };
    let mut at = from;
    let (blocks, rest) = text.get(from..)?.as_chunks::<BLOCK>();
    for block in blocks {
        let &[.., last] = block;
        if (!is_plain(before) || !is_all_plain(block)) && pairs.any(before, block) {
            return pairs.position(before, block).map(|offset| at + offset);
        }
        if form == Form::Json && is_run(block) {
            return Some(at);
        }
        before = last;
        at += BLOCK;
    }
    pairs.position(before, rest).map(|offset| at + offset)
}

#[inline]
fn is_all_plain(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(true, |plain, &byte| plain & is_plain(byte))
}

/// Letters, digits, blanks and what ends a sentence: of interest beside no other of them.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would keep it from becoming SIMD")]
const fn is_plain(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') <= b'z' - b'a';
    let digit = byte.wrapping_sub(b'0') <= b':' - b'0';
    letter | digit | (byte == b' ') | (byte == b',') | (byte == b'.') | (byte == b'"')
}

/// Only letters, digits and what else base64 has: an encoded string, and no word.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would keep it from becoming SIMD")]
fn is_run(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(true, |run, &byte| {
        let letter = (byte | 0x20).wrapping_sub(b'a') <= b'z' - b'a';
        let digit = byte.wrapping_sub(b'0') <= 9;
        run & (letter | digit | (byte == b'+') | (byte == b'/'))
    })
}

/// Kinds of pairs that are of interest, a bit each: a pair is of a kind when both have its bit.
struct Pairs {
    first: [u16; 256],
    second: [u16; 256],
}

static JSON: Pairs = Pairs::new(true);
static PLAIN: Pairs = Pairs::new(false);

impl Pairs {
    /// Whether a byte of interest is in a block.
    #[inline]
    fn any(&self, before: u8, block: &[u8; BLOCK]) -> bool {
        let mut first = look_up(&self.first, before);
        let mut any = 0;
        for &byte in block {
            any |= first & look_up(&self.second, byte);
            first = look_up(&self.first, byte);
        }
        any != 0
    }

    /// The first byte of interest.
    fn position(&self, before: u8, bytes: &[u8]) -> Option<usize> {
        let mut first = look_up(&self.first, before);
        bytes.iter().position(|&byte| {
            let is_first = first & look_up(&self.second, byte) != 0;
            first = look_up(&self.first, byte);
            is_first
        })
    }

    #[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
    const fn new(json: bool) -> Self {
        let mut pairs = Self { first: [0; 256], second: [0; 256] };
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "below 256")]
            let b = byte as u8;
            pairs.first[byte] = first(b);
            pairs.second[byte] = second(b, json);
            byte += 1;
        }
        pairs
    }
}

#[inline]
fn look_up(table: &[u16; 256], byte: u8) -> u16 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Of interest wherever it stands: what plain prose, numbers, names, dates and base64 do without.
const ALONE: u16 = 1;
/// An apostrophe that does not stand between letters, seen from either side.
const APOSTROPHE: u16 = 1 << 1;
const AFTER_APOSTROPHE: u16 = 1 << 2;
/// An opening bracket that is not after a blank.
const CALL: u16 = 1 << 3;
/// An opening brace where no object of JSON begins.
const BRACE: u16 = 1 << 4;
/// `$` and what is no amount.
const VARIABLE: u16 = 1 << 5;
/// `%` and what may be a number.
const PERCENT: u16 = 1 << 6;
/// `=` and what is no other; base64 ends in them.
const EQUALS: u16 = 1 << 7;
/// A slash that begins a path or leads on in an odd way.
const SLASH: u16 = 1 << 8;
/// `--` and `__`.
const DASHES: u16 = 1 << 9;
const UNDERSCORES: u16 = 1 << 10;
/// The beginning of a character that is not seen, or looks like another.
const FORMAT: u16 = 1 << 11;
/// An escape of JSON, other than of a tab or slash.
const ESCAPE: u16 = 1 << 12;
/// Fillers of Hangul and Mongolian, which are not seen.
const FILLER: u16 = 1 << 13;
/// A letter that looks like a colon.
const SIGN: u16 = 1 << 14;
/// A line break and a hyphen of Latin-1 that are not seen.
const NEXT_LINE: u16 = 1 << 15;

const fn first(byte: u8) -> u16 {
    let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
    let structure = byte <= b' ' || matches!(byte, b'[' | b':' | b',' | b'"');
    let mut bits = ALONE;
    bits |= if letter { 0 } else { APOSTROPHE };
    bits |= if byte == b' ' { 0 } else { CALL };
    bits |= if structure { 0 } else { BRACE };
    bits | match byte {
        b'\'' => AFTER_APOSTROPHE,
        b'$' => VARIABLE,
        b'%' => PERCENT,
        b'=' => EQUALS,
        b'/' | b'.' | b':' | b'~' | b'"' | b' ' | b'\t' | b'\n' => SLASH,
        b'-' => DASHES,
        b'_' => UNDERSCORES,
        b'\\' => ESCAPE,
        0xC2 => NEXT_LINE,
        0xE1 | 0xE3 => FILLER,
        0xE2 => FORMAT,
        0xEA => SIGN,
        _ => 0,
    }
}

const fn second(byte: u8, json: bool) -> u16 {
    let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
    let mut bits = if letter { 0 } else { AFTER_APOSTROPHE };
    bits |= if matches!(byte, b' ' | b'"' | b'0'..=b'9') { 0 } else { VARIABLE };
    bits |= if byte.is_ascii_alphanumeric() { PERCENT } else { 0 };
    bits |= if byte == b'=' { 0 } else { EQUALS };
    bits |= if json && !matches!(byte, b't' | b'/') { ESCAPE } else { 0 };
    bits | match byte {
        b'\t' => 0,
        b'\n' if json => 0,
        b'"' | b'\\' | b'\n' if !json => ALONE,
        b';' | b'<' | b'>' | b'&' | b'|' | b'*' | b'`' | b'^' | 0..b' ' | 0x7F
        // What no usual text has, and the lead bytes of disguises and of mixed scripts.
        | 0xC0 | 0xC1 | 0xC9 | 0xCA | 0xCC..=0xD8 | 0xEE..=0xFF => ALONE,
        b'\'' => APOSTROPHE,
        b'(' => CALL,
        b'{' => BRACE,
        b'/' => SLASH,
        b'-' => DASHES,
        b'_' => UNDERSCORES,
        0x80 | 0x81 | 0x88 | 0xA7 | 0x92 => FORMAT,
        0x85 => FORMAT | FILLER | NEXT_LINE,
        // Small capitals and raised letters, Cherokee.
        0x8E | 0x8F | 0xB4 | 0xB5 => FILLER,
        0x93 => FORMAT | SIGN,
        0x9C | 0x9E => SIGN,
        0xAD => NEXT_LINE,
        0xA0 => FORMAT | FILLER,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_byte_of_interest_wherever_it_stands() {
        for length in [0, 1, 5, 63, 64, 65, 127, 128, 200] {
            let text = vec![b' '; length];
            assert_eq!(next(&text, 0, Form::Plain), None);
            for at in 0..length {
                let mut text = text.clone();
                text[at] = b'<';
                assert_eq!(next(&text, 0, Form::Plain), Some(at));
                assert_eq!(next(&text, at, Form::Json), Some(at));
                assert_eq!(next(&text, at + 1, Form::Json), None);
            }
        }
    }

    #[test]
    fn pairs_are_found_across_blocks() {
        for pair in [b"' ", b"%4", b"=1", b"$a", b"--", b"__", b"//", b"x("] {
            for at in 0..200 {
                let mut text = vec![b'a'; 202];
                text[at..at + 2].copy_from_slice(pair);
                assert!(next(&text, 0, Form::Plain).is_some_and(|found| found <= at + 1), "{at}");
            }
        }
    }

    #[test]
    fn a_long_run_of_base64_is_of_interest_in_json_only() {
        let text = format!("[\"some words before\", \"{}\"]", "Ab0/".repeat(32));
        assert!(next(text.as_bytes(), 0, Form::Json).is_some_and(|at| at > 21));
        assert_eq!(next(&[b'a'; 200], 0, Form::Plain), None);
    }

    #[test]
    fn structure_of_json_is_of_no_interest() {
        let text =
            br#"{"a":[1,-2.5e+3,true,{"b":"plain text, of two parts\tand 3.5 more"}], "c": []}"#;
        assert_eq!(next(text, 0, Form::Json), None);
    }
}
