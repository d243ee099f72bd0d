//! Binary forms, as they are or behind base64 or hexadecimal digits: told by their first bytes.
use super::grammar;
use crate::bytes::{at, before, begins_any, between, contains, contains_any, from};
use crate::finding::Match;

/// How much of a base64 text is looked into.
const PEEK: usize = 400;

/// The fewest digits of base64 that are looked into.
const SHORTEST: usize = 12;

/// The first bytes of a stream of Java objects.
const JAVA: &[u8] = b"\xac\xed\x00\x05";
/// The first bytes of what .NET's binary formatter writes.
const DOTNET: &[u8] = b"\x00\x01\x00\x00\x00\xff\xff\xff\xff";

/// Hexadecimal digits that a text begins with.
pub(super) fn hexadecimal(whole: &[u8]) -> Option<Match> {
    let digits = whole.strip_prefix(b"0x").or(whole.strip_prefix(b"0X")).unwrap_or(whole);
    let head = between(digits, 0, PEEK);
    let length = head.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if length < 8 {
        return None;
    }
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(value(*high)? << 4 | value(*low)?),
        _ => None,
    };
    let bytes: Vec<u8> = between(head, 0, length).chunks(2).map_while(pair).collect();
    // Numbers are written so, too: beyond Java's, a form must be whole.
    let whole = length >= 24 && length % 2 == 0 && (length < PEEK || digits.len() == length);
    raw(&bytes).filter(|found| {
        found.technique == "java-object"
            || whole && (found.technique != "pickle" || bytes.ends_with(b".") || length == PEEK)
    })
}

/// Judges the base64 text that begins at `place`: behind a name, in quotes.
pub(super) fn token_at(bytes: &[u8], place: usize) -> Option<Match> {
    if is_base64(before(bytes, place)) { None } else { token(from(bytes, place)) }
}

/// Whether a text begins like a binary form, or with as many digits of base64 as one has.
pub(super) fn may_lead(whole: &[u8]) -> bool {
    let head = between(whole, 0, SHORTEST);
    head.len() == SHORTEST && head.iter().all(|byte| is_base64(*byte)) || raw(whole).is_some()
}

/// Judges a text by its beginning.
pub(super) fn leading(whole: &[u8]) -> Option<Match> {
    raw(whole).or_else(|| token(whole))
}

/// Judges the run of base64 digits that a text begins with.
fn token(text: &[u8]) -> Option<Match> {
    let length = text.iter().take_while(|byte| is_base64(**byte)).count();
    let token = between(text, 0, length);
    if token.len() < SHORTEST {
        return None;
    }
    raw(&decode(between(token, 0, PEEK)))
        .filter(|found| found.technique != "pickle" || ends_pickle(token) || token.len() > PEEK)
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The bytes that base64 digits stand for.
fn decode(digits: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len());
    let mut bits = 0_u32;
    let mut held = 0_u32;
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap_or(0));
        }
    }
    bytes
}

/// Whether a base64 text ends in the full stop that ends every pickle.
fn ends_pickle(token: &[u8]) -> bool {
    let tail = from(token, token.len() / 4 * 4 - if token.len().is_multiple_of(4) { 4 } else { 0 });
    decode(tail).last() == Some(&b'.')
}

/// Judges bytes by what they begin with.
fn raw(bytes: &[u8]) -> Option<Match> {
    if bytes.starts_with(JAVA) {
        return Some(Match::high("java-object"));
    }
    // A state of a page that begins with such a form, or is one.
    if bytes.starts_with(DOTNET) || bytes.starts_with(b"\xff\x01\x32") && bytes.len() > 16 {
        return Some(Match::high("dotnet-object"));
    }
    if bytes.starts_with(b"\x1f\x8b") && contains(between(bytes, 0, 24), b"\x5b\xf3\x96\x81\xb5") {
        return Some(Match::high("java-object"));
    }
    if pickle(bytes) || grammar::pickled(bytes) {
        return Some(Match::high("pickle"));
    }
    if let Some(found) = ruby(bytes) {
        return Some(found);
    }
    if bytes.starts_with(b"pst0") {
        return Some(Match::medium("perl-object"));
    }
    // A call of Java's remote methods, and compiled code of Lua, Java and Python.
    if begins_any(
        bytes,
        &[
            b"JRMI\x00",
            b"\x1bLua",
            b"\xca\xfe\xba\xbe\x00",
            b"\xe3\x00\x00\x00\x00",
            b"c\x00\x00\x00\x00\x00\x00\x00\x00",
        ],
    ) {
        return Some(Match::high("binary-object"));
    }
    begins_any(bytes, &[b"O:", b"C:", b"a:"]).then(|| grammar::php(bytes)).flatten()
}

/// A pickle of protocol 2 to 5: its mark, then an opcode that can stand first.
fn pickle(bytes: &[u8]) -> bool {
    let protocol = at(bytes, 1);
    if at(bytes, 0) != 0x80 || !(2..=5).contains(&protocol) {
        return false;
    }
    // What only builds numbers, lists and strings calls nothing.
    let first = at(bytes, 2);
    let framed = first == 0x95;
    let body = from(bytes, if framed { 11 } else { 2 });
    let opcode = at(body, 0);
    let calls = contains_any(body, &[b"\x93", b"R", b"c", b"\x81", b"i", b"o"]);
    let leads = b"c(]}X\x8cqKIUNSVJMG)\x88\x89\x8a";
    (framed || leads.contains(&opcode)) && calls
}

/// Ruby's Marshal 4.8: an object, a user type or a struct, or a list or a table of anything.
fn ruby(bytes: &[u8]) -> Option<Match> {
    if !bytes.starts_with(b"\x04\x08") {
        return None;
    }
    let next = at(bytes, 3);
    match at(bytes, 2) {
        b'o' | b'U' | b'u' | b'e' | b'S' | b'c' | b'C'
            if next.is_ascii_punctuation() || next < b' ' || contains(bytes, b"::") =>
        {
            Some(Match::high("ruby-object"))
        }
        b'[' | b'{' if (6..0x7f).contains(&next) && is_element(at(bytes, 4)) => {
            Some(Match::medium("ruby-object"))
        }
        _ => None,
    }
}

/// Whether a value of that form can begin so.
const fn is_element(mark: u8) -> bool {
    matches!(
        mark,
        b':' | b';'
            | b'I'
            | b'"'
            | b'o'
            | b'U'
            | b'u'
            | b'e'
            | b'c'
            | b'C'
            | b'S'
            | b'i'
            | b'['
            | b'{'
            | b'@'
            | b'T'
            | b'F'
            | b'0'
            | b'f'
            | b'l'
            | b'm'
    )
}
