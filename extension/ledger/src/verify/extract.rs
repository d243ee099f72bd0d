//! Finds records in whatever a log was exported as: alone on a line, several in a row, behind a
//! timestamp, or as an escaped string inside JSON, also inside JSON inside JSON.
use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::parse::{Parsed, parse};
use crate::ocsf::{START, UNMAPPED};
use crate::record::MARKER;

/// A record longer than this is no record of ours; the rest of its line is skipped.
pub(super) const FOUND_BYTES_MAX: usize = 1 << 20;
/// How many times a record may be wrapped in a JSON string.
const WRAPPINGS_MAX: u32 = 4;
/// What plain and escaped markers have in common.
const WORD: &[u8] = b"tollgate";
/// What stands in every record behind the marker, and hardly anywhere else.
const LINK: &[u8] = br#","prev":""#;

/// Made once: to make one takes as long as to search half a record.
static WORDS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(WORD));
static MARKERS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MARKER));

/// What was found in a line.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// A JSON object that begins as a record does, from `{` to `}`, if there is one.
    pub(super) object: Option<&'a [u8]>,
    /// What it says, if it is a record.
    pub(super) parsed: Option<Parsed>,
    /// All that can belong to the piece, up to the next one or the end: what is left to look at
    /// if the object turns out to be no record.
    pub(super) whole: &'a [u8],
}

/// Hands every piece of the line to `found`, in order.
pub(super) fn extract(line: &[u8], found: &mut impl FnMut(Piece<'_>)) {
    if !scan(line, WRAPPINGS_MAX, found) && memmem::find(line, LINK).is_some() {
        found(Piece { object: None, parsed: None, whole: line });
    }
}

/// Returns whether there was any piece.
fn scan(text: &[u8], wrappings: u32, found: &mut impl FnMut(Piece<'_>)) -> bool {
    let mut rest = text;
    // The end of what was handed out: an event begins after it.
    let mut taken = 0;
    let mut any = false;
    while let Some(at) = WORDS.find(rest) {
        let Some((before, word)) = rest.split_at_checked(at) else { break };
        let passed = text.len() - rest.len();
        rest = match marker(before, word) {
            Some(Marker::Plain { start }) => {
                any = true;
                let marker = passed + start;
                let start = event_start(text.get(taken..marker).unwrap_or_default());
                let rest = plain(text, start.map_or(marker, |start| taken + start), marker, found);
                taken = text.len() - rest.len();
                rest
            }
            Some(Marker::Escaped) if wrappings > 0 => match unwrap_string(before, rest) {
                Some((inner, after)) => {
                    any |= scan(inner.as_bytes(), wrappings - 1, found);
                    taken = text.len() - after.len();
                    after
                }
                None => skip(word, WORD.len()),
            },
            _ => skip(word, WORD.len()),
        };
    }
    any
}

enum Marker {
    /// The record's `{` is at this offset.
    Plain { start: usize },
    /// The quotes of the marker are escaped.
    Escaped,
}

/// Reads the marker around the word, if it is one: `{"tollgate":1,"kind":"`, or the same with
/// backslashes before its quotes.
fn marker(before: &[u8], word: &[u8]) -> Option<Marker> {
    if before.ends_with(br#"{""#) {
        let start = before.len() - 2;
        let tail = MARKER.as_bytes().get(2..)?;
        return word.starts_with(tail).then_some(Marker::Plain { start });
    }
    let escaped = before.ends_with(br#"\""#) && word.get(WORD.len()..)?.starts_with(b"\\");
    escaped.then_some(Marker::Escaped)
}

/// Where in `before` the event begins whose record follows it; none if the record stands alone.
/// The start of an event cannot stand inside one: in a text its quotes would be escaped.
fn event_start(before: &[u8]) -> Option<usize> {
    before.ends_with(UNMAPPED).then(|| memmem::rfind(before, START)).flatten()
}

/// Takes the object that starts at `start`, whose marker is at `marker`; returns what follows it. A
/// record never holds another plain marker inside, so the next marker ends the search: hostile
/// lines cannot make it quadratic.
fn plain<'a>(
    text: &'a [u8],
    start: usize,
    marker: usize,
    found: &mut impl FnMut(Piece<'_>),
) -> &'a [u8] {
    let rest = skip(text, start);
    let own = marker.saturating_sub(start) + 1;
    let next = MARKERS.find(skip(rest, own)).map_or(rest.len(), |at| at + own);
    let whole = rest.get(..next).unwrap_or(rest);
    let (object, parsed) = read(whole);
    found(Piece { object, parsed, whole });
    skip(rest, object.unwrap_or(whole).len())
}

/// The object at the start of `whole`, and what it says. Nearly always nothing follows it but the end
/// of the line: then reading it shows where it ends, and it need not be looked for before.
fn read(whole: &[u8]) -> (Option<&[u8]>, Option<Parsed>) {
    let all = whole.trim_ascii_end();
    if all.len() <= FOUND_BYTES_MAX
        && let Some(parsed) = parse(all)
    {
        return (Some(all), Some(parsed));
    }
    let object = object_length(whole).and_then(|length| whole.get(..length));
    (object, object.filter(|object| object.len() < all.len()).and_then(parse))
}

/// The length of the JSON object at the start of `text`, by its braces.
fn object_length(text: &[u8]) -> Option<usize> {
    let text = text.get(..FOUND_BYTES_MAX).unwrap_or(text);
    let mut depth = 0_u32;
    let mut at = 0;
    loop {
        at += memchr::memchr3(b'"', b'{', b'}', text.get(at..)?)? + 1;
        match text.get(at - 1)? {
            b'"' => at += string_length(text.get(at..)?)?,
            b'{' => depth += 1,
            _ => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
    }
}

/// The length of the rest of a string, its closing quote included.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)? + 1;
        if text.get(at - 1) == Some(&b'"') {
            return Some(at);
        }
        // What stands behind a backslash means nothing.
        at += 1;
    }
}

/// The JSON string literal that is open at the end of `before` (a prefix of `text`), unescaped,
/// and what follows it.
fn unwrap_string<'a>(before: &[u8], text: &'a [u8]) -> Option<(Cow<'a, str>, &'a [u8])> {
    let start = opening_quote(before)?;
    let literal = skip(text, start);
    let length = literal_length(literal)?;
    let (literal, after) = literal.split_at_checked(length)?;
    let inner = serde_json::from_slice::<Unescaped<'a>>(literal).ok()?;
    Some((inner.0, after))
}

#[derive(serde::Deserialize)]
struct Unescaped<'a>(#[serde(borrow)] Cow<'a, str>);

/// The last quote that no backslash escapes.
fn opening_quote(text: &[u8]) -> Option<usize> {
    memchr::memrchr_iter(b'"', text).find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        backslashes % 2 == 0
    })
}

/// The length of the string literal at the start of `text`, both quotes included.
fn literal_length(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    let closing = text.iter().skip(1).position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })?;
    Some(closing + 2)
}

fn skip(text: &[u8], bytes: usize) -> &[u8] {
    text.get(bytes..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = r#"{"tollgate":1,"kind":"gap","detail":"a } \" { b","n":{"m":[1]}}"#;
    const B: &str = r#"{"tollgate":1,"kind":"gap","detail":"é"}"#;

    /// What was found, `!` before what is damaged.
    fn all(line: &str) -> Vec<String> {
        let mut list = Vec::new();
        extract(line.as_bytes(), &mut |piece| {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            list.push(piece.object.map_or_else(|| format!("!{}", text(piece.whole)), text));
        });
        list
    }

    fn quoted(text: &str) -> String {
        serde_json::to_string(text).unwrap()
    }

    #[test]
    fn every_wrapping_gives_the_same_bytes() {
        let wrapper = format!(r#"{{"timestamp":"t","level":"INFO","message":{}}}"#, quoted(A));
        for line in [
            A.to_owned(),
            format!("2026-03-16T09:26:53.589Z {A}"),
            format!("{A}\r"),
            format!("x \"y {A}"),
            format!(r#"{{"message":{A},"level":"INFO"}}"#),
            wrapper.clone(),
            format!("2026-03-16T09:26:53.589Z {wrapper}"),
            // A pretty-printed export has one string a line.
            format!(r#"            "message": {},"#, quoted(&format!("{A}\n"))),
            format!(r#"{{"logEvents":[{{"id":"1","message":{}}}]}}"#, quoted(&wrapper)),
            format!(r#"{{"a":{}}}"#, quoted(&format!(r#"{{"b":{}}}"#, quoted(&wrapper)))),
        ] {
            assert_eq!(all(&line), [A], "{line}");
        }
    }

    #[test]
    fn several_records_on_one_line() {
        assert_eq!(all(&format!("{A}{B}{A}")), [A, B, A]);
        assert_eq!(all(&format!("{A} , {B}")), [A, B]);
        let two = format!(r#"[{{"message":{}}},{{"message":{}}}]"#, quoted(A), quoted(B));
        assert_eq!(all(&two), [A, B]);
        assert_eq!(all(&format!(r#"{{"message":{}}}{B}"#, quoted(&format!("{A}{B}")))), [A, B, B]);
    }

    #[test]
    fn a_record_quoted_inside_a_record_is_part_of_it() {
        let outer = format!(r#"{{"tollgate":1,"kind":"gap","detail":{}}}"#, quoted(A));
        assert_eq!(all(&outer), [outer.as_str()]);
        assert_eq!(all(&quoted(&outer)), [outer.as_str()]);
    }

    #[test]
    fn a_cut_record_is_damaged_and_the_next_is_found() {
        let (cut, _) = A.split_at(30);
        assert_eq!(all(cut), [format!("!{cut}")]);
        assert_eq!(all(&format!("{cut}{B}")), [format!("!{cut}"), B.to_owned()]);
    }

    #[test]
    fn a_record_without_its_beginning_is_damaged() {
        let rest = r#"ollgate":1,"kind":"gap","seq":1,"prev":"00"}"#;
        assert_eq!(all(rest), [format!("!{rest}")]);
    }

    #[test]
    fn a_record_longer_than_any_is_damaged() {
        let long = format!(r#"{{"tollgate":1,"kind":"gap","x":"{}"}}"#, "y".repeat(1 << 20));
        assert_eq!(all(&long), [format!("!{long}")]);
    }

    #[test]
    fn other_lines_hold_nothing() {
        for line in ["", "tollgate", r#"{"tollgate":2}"#, r#""{\"tollgate\"", r#"{\"tollgate\":1"#]
        {
            assert!(all(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn hostile_lines_take_linear_time() {
        let line = r#"{\"tollgate\":1"#.repeat(100_000);
        assert!(all(&line).is_empty());
        let line = MARKER.repeat(100_000);
        assert_eq!(all(&line).len(), 100_000);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            extract(&bytes, &mut |_| {});
        }

        #[test]
        fn any_mixture_of_parts_is_survived(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "\"", "\\", "\\\"", "tollgate", "\":1,\"kind\":\"", "\\\":1,", ",", A, MARKER,
            ]), 0..40),
        ) {
            extract(parts.concat().as_bytes(), &mut |_| {});
        }

        #[test]
        fn wrapping_is_undone(text in ".*", wrappings in 0..4_u32) {
            let record = format!(r#"{{"tollgate":1,"kind":"gap","detail":{}}}"#, quoted(&text));
            let line = (0..wrappings).fold(record.clone(), |line, _| quoted(&format!("x{line}\ny")));
            prop_assert_eq!(all(&line), [record]);
        }
    }
}
