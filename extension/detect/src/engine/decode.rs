//! Undoes one layer of what hides a text: all encodings that it is written in, in one pass.
//!
//! Percent signs (of bytes and of UTF-16 units), character references of HTML, backslash escapes
//! of programming languages, overlong UTF-8, and forms of other width. A text that mixes them is
//! decoded as a whole; what was encoded twice takes two layers.
mod base64;
mod reference;

pub(super) use base64::decode as base64;

use crate::text::Classes;
use crate::work::Work;

/// What a text must have for a layer to be possible.
pub(super) const MARKERS: Classes = Classes::PERCENT
    .with(Classes::AMPERSAND)
    .with(Classes::BACKSLASH)
    .with(Classes::FORMAT)
    .with(Classes::CONTROL);

/// What looking at a marker costs; an ampersand's may be one of many names.
const STEPS_A_MARKER: u64 = 12;
const STEPS_A_SIGN: u64 = 4;
const STEPS_A_NAME: u64 = 48;

/// A text without its outermost layer.
pub(super) struct Layer {
    pub(super) text: Vec<u8>,
    /// Whether a character that looks like one of ASCII, or an overlong one, was undone.
    pub(super) folded: bool,
}

/// The text without its outermost layer; `None` when there is none, or the work is used up. At
/// most as long as the text. Quotes as printers set them become plain ones only if `quotes`.
pub(super) fn layer(text: &[u8], classes: Classes, quotes: bool, work: &mut Work) -> Option<Layer> {
    if !classes.has_any(MARKERS) {
        return None;
    }
    let mut decoded = Vec::new();
    let (mut changed, mut folded) = (false, false);
    let mut folders = None;
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| is_marker(byte)) {
        let (plain, marked) = rest.split_at(at);
        let steps = match marked.first() {
            Some(b'&') => STEPS_A_NAME,
            Some(0xCA | 0xE2 | 0xEA) => STEPS_A_SIGN,
            _ => STEPS_A_MARKER,
        };
        work.spend(steps).ok()?;
        let is_kept = !quotes && is_quote(marked)
            || matches!(marked, [b'\\', b'n' | b'r' | b't', ..])
                && *folders.get_or_insert_with(|| is_path(text));
        let piece = if is_kept { None } else { piece(marked) };
        if let Some((piece, length)) = piece {
            if !changed {
                decoded.reserve(text.len());
                decoded.extend_from_slice(text.get(..text.len() - rest.len()).unwrap_or_default());
                changed = true;
            }
            decoded.extend_from_slice(plain);
            folded |= marked.first().is_some_and(|byte| !byte.is_ascii());
            piece.write(&mut decoded);
            rest = marked.get(length..).unwrap_or_default();
        } else {
            let (passed, after) = rest.split_at(at + 1);
            if changed {
                decoded.extend_from_slice(passed);
            }
            rest = after;
        }
    }
    if !changed {
        return None;
    }
    decoded.extend_from_slice(rest);
    // In a query `+` is a blank; where it is, blanks are not written as such.
    if classes.has(Classes::PLUS.with(Classes::PERCENT)) && !classes.has(Classes::SPACE) {
        for byte in &mut decoded {
            if *byte == b'+' {
                *byte = b' ';
            }
        }
    }
    Some(Layer { text: decoded, folded })
}

/// Whether what follows an ampersand is a character reference.
pub(super) fn is_reference(after: &[u8]) -> bool {
    reference::decode(after).is_some()
}

#[inline]
const fn is_marker(byte: u8) -> bool {
    matches!(
        byte,
        b'%' | b'&' | b'\\' | 0xC0 | 0xC1 | 0xCA | 0xE0 | 0xE2 | 0xEA | 0xEF | 0xF0 | 0xF8 | 0xFC
    )
}

/// Whether a text begins with a quote or prime that is taken for an ASCII one.
const fn is_quote(text: &[u8]) -> bool {
    matches!(text, [0xE2, 0x80, 0x98 | 0x99 | 0x9B | 0xB2 | 0xB3, ..] | [0xCA, 0xB9..=0xBC, ..])
}

/// Whether a text is a path as Windows writes it, whose folders may begin as an escape does:
/// `C:\repo\new`, `bin\release\app`.
fn is_path(text: &[u8]) -> bool {
    let drive = matches!(text, [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    let from = if drive { 2 } else { 0 };
    let rest = text.get(from..).unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b" ._-()\\".contains(byte);
    if rest.len() > PATH_BYTES_MAX || !rest.iter().all(is_name) {
        return false;
    }
    let ending = rest.iter().rposition(|byte| *byte == b'.').unwrap_or_default();
    let is_file = (2..=6).contains(&(rest.len() - ending)) && ending > 0;
    let mut parts = rest.split(|byte| *byte == b'\\');
    let first = parts.next().unwrap_or_default();
    let mut letters = 0;
    // A break is followed by a word with a capital, a number or another break.
    let folders = parts.all(|part| {
        letters += usize::from(!matches!(part.first(), Some(b'n' | b'r' | b't' | b'x' | b'u')));
        part.get(..2).is_some_and(|head| head.iter().all(u8::is_ascii_alphanumeric))
            && !part.get(1).is_some_and(u8::is_ascii_uppercase)
    });
    folders && (drive || (letters > 0 || is_file) && !first.contains(&b' '))
}

/// The longest path that is taken for one.
const PATH_BYTES_MAX: usize = 260;

/// What an encoded piece stands for.
enum Piece {
    Byte(u8),
    Twice(u8),
    Char(char),
    Nothing,
}

impl Piece {
    fn write(self, decoded: &mut Vec<u8>) {
        match self {
            Self::Byte(byte) => decoded.push(byte),
            Self::Twice(byte) => decoded.extend_from_slice(&[byte, byte]),
            Self::Char(char) => {
                decoded.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Self::Nothing => {}
        }
    }

    fn of(code: u32) -> Self {
        Self::Char(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

/// The encoded piece that `text` starts with, and its length.
fn piece(text: &[u8]) -> Option<(Piece, usize)> {
    match text {
        [b'%', b'u' | b'U', rest @ ..] => Some((Piece::of(hex(rest, 4)?), 6)),
        [b'%', rest @ ..] => Some((Piece::Byte(u8::try_from(hex(rest, 2)?).ok()?), 3)),
        [b'&', rest @ ..] => {
            let (code, length) = reference::decode(rest)?;
            Some((Piece::of(code), length + 1))
        }
        [b'\\', rest @ ..] => escape(rest).map(|(piece, length)| (piece, length + 1)),
        _ => folded(text),
    }
}

/// An escape of a programming language, after its backslash.
fn escape(rest: &[u8]) -> Option<(Piece, usize)> {
    let byte = |byte| Some((Piece::Byte(byte), 1));
    match rest {
        [b'x' | b'X' | b'u' | b'U', b'{', digits @ ..] => {
            let length = digits.iter().take(9).position(|&byte| byte == b'}')?;
            Some((Piece::of(hex(digits, length)?), length + 3))
        }
        [b'x' | b'X', digits @ ..] => Some((Piece::Byte(u8::try_from(hex(digits, 2)?).ok()?), 3)),
        [b'U', digits @ ..] if hex(digits, 8).is_some() => Some((Piece::of(hex(digits, 8)?), 9)),
        [b'u', digits @ ..] if pair(digits).is_some() => Some((Piece::of(pair(digits)?), 11)),
        [b'u' | b'U', digits @ ..] => Some((Piece::of(hex(digits, 4)?), 5)),
        [first @ b'0'..=b'3', digits @ ..] if octal(*first, digits).is_some() => {
            Some((Piece::Byte(octal(*first, digits)?), 3))
        }
        [b'0', ..] => byte(0),
        [b'n', ..] => byte(b'\n'),
        [b'r', ..] => byte(b'\r'),
        [b't', ..] => byte(b'\t'),
        [b'\r', b'\n', ..] => Some((Piece::Nothing, 2)),
        [b'\n', ..] => Some((Piece::Nothing, 1)),
        [quote @ (b'"' | b'\'' | b'/'), ..] => byte(*quote),
        _ => None,
    }
}

/// The character of two escaped surrogates, after the first `\\u`: `d83d\\ude00`.
fn pair(digits: &[u8]) -> Option<u32> {
    let high = hex(digits, 4)?.checked_sub(0xD800).filter(|high| *high < 0x400)?;
    let low = hex(digits.get(4..)?.strip_prefix(b"\\u")?, 4)?.checked_sub(0xDC00);
    Some(0x1_0000 + (high << 10) + low.filter(|low| *low < 0x400)?)
}

fn octal(first: u8, digits: &[u8]) -> Option<u8> {
    let [a @ b'0'..=b'7', b @ b'0'..=b'7', ..] = digits else { return None };
    Some((first - b'0') << 6 | (a - b'0') << 3 | (b - b'0'))
}

/// Overlong UTF-8, and characters that many readers take for an ASCII one.
fn folded(text: &[u8]) -> Option<(Piece, usize)> {
    match *text {
        // Some readers take any second byte.
        [lead @ (0xC0 | 0xC1), next, ..] => Some((Piece::Byte((lead & 1) << 6 | next & 0x3F), 2)),
        [0xE0, a @ 0x80..=0x9F, b @ 0x80..=0xBF, ..] => {
            Some((Piece::of(u32::from(a & 0x3F) << 6 | u32::from(b & 0x3F)), 3))
        }
        [0xF0, a @ 0x80..=0x8F, b @ 0x80..=0xBF, c @ 0x80..=0xBF, ..] => {
            let code = u32::from(a & 0x3F) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F);
            Some((Piece::of(code), 4))
        }
        // Forms of five and six bytes, which old readers take.
        [0xF8, 0x80, 0x80, a @ 0x80..=0x81, b @ 0x80..=0xBF, ..] => {
            Some((Piece::Byte((a & 1) << 6 | b & 0x3F), 5))
        }
        [0xFC, 0x80, 0x80, 0x80, a @ 0x80..=0x81, b @ 0x80..=0xBF, ..] => {
            Some((Piece::Byte((a & 1) << 6 | b & 0x3F), 6))
        }
        // Fullwidth forms U+FF01 to U+FF5E.
        [0xEF, a @ (0xBC | 0xBD), b @ 0x80..=0xBF, ..] => {
            let code = u32::from(a & 0x3F) << 6 | u32::from(b & 0x3F);
            let ascii = code.checked_sub(0xF00 - 0x20).filter(|ascii| (0x21..0x7F).contains(ascii));
            Some((Piece::Byte(u8::try_from(ascii?).ok()?), 3))
        }
        // Small forms U+FE50 to U+FE6B.
        [0xEF, 0xB9, b @ 0x90..=0xAB, ..] => small_form(b).map(|byte| (Piece::Byte(byte), 3)),
        // A leader of two dots.
        [0xE2, 0x80, 0xA5, ..] => Some((Piece::Twice(b'.'), 3)),
        [0xE2, a @ 0x80..=0xA7, b, ..] => punctuation(a, b).map(|byte| (Piece::Byte(byte), 3)),
        // Letters and primes that code pages have as quotes.
        [0xCA, 0xB9 | 0xBB | 0xBC, ..] => Some((Piece::Byte(b'\''), 2)),
        [0xCA, 0xBA, ..] => Some((Piece::Byte(b'"'), 2)),
        [0xEA, 0x9E, 0x89, ..] => Some((Piece::Byte(b':'), 3)),
        // Mathematical alphabets, U+1D400 to U+1D6A3: letters of ASCII, 52 by 52.
        [0xF0, 0x9D, a @ 0x90..=0x9A, b @ 0x80..=0xBF, ..] => {
            let code = u8::try_from((u16::from(a - 0x90) << 6 | u16::from(b & 0x3F)) % 52).ok()?;
            let styled = a < 0x9A || b <= 0xA3;
            let letter = if code < 26 { b'A' + code } else { b'a' + code - 26 };
            styled.then_some((Piece::Byte(letter), 4))
        }
        _ => None,
    }
}

fn small_form(last: u8) -> Option<u8> {
    const FORMS: [u8; 28] = *b",\0.\0;:?!-(){}\0\0#&*+-<>=\0\\$%@";
    FORMS.get(usize::from(last - 0x90)).copied().filter(|&byte| byte != 0)
}

/// Punctuation of U+2000 to U+29FF that is normalised to ASCII: by compatibility (NFKC), or as
/// the best fit of a code page.
fn punctuation(a: u8, b: u8) -> Option<u8> {
    match (a, b) {
        (0x80, 0x98 | 0x99 | 0x9B | 0xB2) => Some(b'\''),
        (0x80, 0xB3) => Some(b'"'),
        (0x80, 0xA4) => Some(b'.'),
        (0x81, 0x84) | (0x88, 0x95) | (0xA7, 0xB8) => Some(b'/'),
        (0x88, 0x96) | (0xA7, 0xB5 | 0xB9) => Some(b'\\'),
        (0x88, 0xB6) => Some(b':'),
        (0x80, 0xB9) => Some(b'<'),
        (0x80, 0xBA) => Some(b'>'),
        _ => None,
    }
}

/// The number in the first `digits` bytes.
fn hex(text: &[u8], digits: usize) -> Option<u32> {
    let digits = text.get(..digits)?;
    digits.iter().try_fold(0u32, |value, &digit| {
        value.checked_mul(16)?.checked_add(char::from(digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::kinds;

    fn decoded(text: &[u8]) -> Option<Vec<u8>> {
        layer(text, kinds::of(text), true, &mut Work::default()).map(|layer| layer.text)
    }

    #[test]
    fn every_encoding_is_undone() {
        for (encoded, plain) in [
            ("%2e%2E%2f", "../"),
            ("%252e", "%2e"),
            ("a+b%20c", "a b c"),
            ("a+b %41", "a+b A"),
            ("%u002e%uff0e", ".．"),
            ("&lt;b&gt;&quot;&#39;&#x2f;", "<b>\"'/"),
            ("&#0000060&#x3Cb", "<\u{3cb}"),
            ("\\x2e\\u002e\\u{2e}\\056", "...."),
            ("a\\r\\nb", "a\r\nb"),
            ("\\\"x\\\"", "\"x\""),
            ("．．／", "../"),
            ("‘x’", "'x'"),
            ("%26lt%3B", "&lt;"),
            ("&lpar;&colon;&NewLine;", "(:\n"),
        ] {
            let decoded = decoded(encoded.as_bytes());
            let decoded = decoded.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            assert_eq!(decoded.as_deref(), Some(plain), "{encoded}");
        }
        assert_eq!(decoded(b"\xC0\xAE\xE0\x80\xAE\xF0\x80\x80\xAE\xC1\x9C"), Some(b"...\\".into()));
    }

    #[test]
    fn quotes_stay_when_nobody_asks_about_them() {
        let layer = |text: &str| {
            let text = text.as_bytes();
            super::layer(text, kinds::of(text), false, &mut Work::default()).map(|layer| layer.text)
        };
        assert_eq!(layer("it’s ‘x’ “y”"), None);
        assert_eq!(layer("‘%41").as_deref(), Some("‘A".as_bytes()));
    }

    #[test]
    fn what_only_looks_encoded_stays() {
        for text in
            ["100 %", "50%zz", "R&D", "a & b; c", "fish &chips;", "C:\\dir", "日本", "%", "&", "\\"]
        {
            assert_eq!(decoded(text.as_bytes()), None, "{text}");
        }
    }
}
