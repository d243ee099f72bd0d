//! Goes over long texts many bytes at a time and stops at what could interest any family.
//!
//! Blocks of letters, digits and blanks are passed with a few instructions for all of their
//! bytes; the others are looked up pair by pair.

use crate::family::Families;
use tollgate_lanes::{BLOCK, Sets, Wide};

/// How many bytes are looked up one by one first.
const NEAR: usize = 16;

/// Whether the text is the inside of a JSON document, as written, or a text of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Quotes and brackets outside of strings mean nothing, line breaks are escapes.
    Json,
    /// Every byte means itself.
    Plain,
}

/// The kinds of pairs that a look stops at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) form: Form,
    /// Whether only families ask that are on by themselves: to them most marks of prose and of
    /// code say nothing.
    pub(super) few: bool,
}

impl Marks {
    /// Those of a text in which these families are asked.
    pub(super) const fn of(form: Form, families: Families) -> Self {
        Self { form, few: families.without(Families::LITERAL).is_empty() }
    }

    const fn all(form: Form) -> Self {
        Self { form, few: false }
    }

    const fn few(form: Form) -> Self {
        Self { form, few: true }
    }

    fn rare(self) -> &'static Sets {
        let [[json, json_few], [plain, plain_few]] = &RARE;
        match (self.form, self.few) {
            (Form::Json, false) => json,
            (Form::Json, true) => json_few,
            (Form::Plain, false) => plain,
            (Form::Plain, true) => plain_few,
        }
    }

    const fn kinds(self) -> u32 {
        let (form, other) = match self.form {
            Form::Json => (ESCAPE | NESTED, ESCAPED_QUOTE),
            Form::Plain => (PLAIN | VALUE, PLAIN_QUOTE),
        };
        let other =
            OTHER | APOSTROPHE | AFTER_APOSTROPHE | CALL | VARIABLE | DASHES | NEXT_LINE | other;
        form | EVERYWHERE | if self.few { 0 } else { other }
    }
}

/// The offset of the first byte of interest at or after `from`. In a JSON document every such
/// byte stands in a string, or is the quote that closes it.
pub(super) fn next(text: &[u8], from: usize, marks: Marks) -> Option<usize> {
    let kinds = marks.kinds();
    let mut before = match from.checked_sub(1) {
        Some(earlier) => *text.get(earlier)?,
        None => b'"',
    };
    let mut at = from;
    // Where marks stand close together, a look at whole blocks would be made for each of them.
    if let Some(near) = text.get(from..from + NEAR) {
        if let Some(offset) = position(before, near, kinds) {
            return Some(from + offset);
        }
        before = *near.last()?;
        at += NEAR;
    }
    let (blocks, rest) = text.get(at..)?.as_chunks::<BLOCK>();
    let found = match Wide::get() {
        Some(wide) => wide.run(
            #[inline(always)]
            |wide| among_wide(wide, before, blocks, marks),
        ),
        None => among(before, blocks, marks),
    };
    if let Some(offset) = found {
        return Some(at + offset);
    }
    let before = blocks.last().map_or(before, |&[.., last]| last);
    position(before, rest, kinds).map(|offset| at + blocks.len() * BLOCK + offset)
}

/// The first byte of interest in whole blocks.
fn among(before: u8, blocks: &[[u8; BLOCK]], marks: Marks) -> Option<usize> {
    let kinds = marks.kinds();
    // In a JSON document a quote that stands for itself is no part of a string.
    let quote = if marks.form == Form::Json { b'"' } else { b' ' };
    let mut before = before;
    for (number, block) in blocks.iter().enumerate() {
        let &[.., last] = block;
        if (!is_plain(before, quote) || !is_all_plain(block, quote)) && any(before, block, kinds) {
            return position(before, block, kinds).map(|offset| number * BLOCK + offset);
        }
        if marks.form == Form::Json && is_run(block) {
            return Some(number * BLOCK);
        }
        before = last;
    }
    None
}

/// The same. Only bytes are looked up that are rare and one half at least of a pair of interest.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built with the instructions of the caller")]
fn among_wide(wide: Wide, before: u8, blocks: &[[u8; BLOCK]], marks: Marks) -> Option<usize> {
    let (kinds, rare) = (marks.kinds(), marks.rare());
    let mut before = before;
    // Whether the byte before is the first half of a pair.
    let mut carried = u64::from(is_rare_first(before, kinds));
    for (number, block) in blocks.iter().enumerate() {
        let lanes = wide.load(block);
        let [first, second] = lanes.members(rare);
        let mut rare = second | first << 1 | carried;
        while rare != 0 {
            let at = rare.trailing_zeros() as usize;
            let earlier = at.checked_sub(1).and_then(|at| block.get(at)).copied().unwrap_or(before);
            if block.get(at).is_some_and(|&byte| is_pair(earlier, byte, kinds)) {
                return Some(number * BLOCK + at);
            }
            rare &= rare - 1;
        }
        // Words have blanks between them.
        if marks.form == Form::Json && lanes.equal(b' ') == 0 && is_run(block) {
            return Some(number * BLOCK);
        }
        let &[.., last] = block;
        (before, carried) = (last, first >> (BLOCK - 1));
    }
    None
}

/// Pairs that are looked for by their first byte: it is rarer than the second.
const BY_FIRST: u32 = AFTER_APOSTROPHE
    | VARIABLE
    | PERCENT
    | EQUALS
    | ESCAPE
    | ESCAPED_QUOTE
    | FORMAT
    | FILLER
    | SIGN
    | NEXT_LINE;

fn is_rare_first(byte: u8, kinds: u32) -> bool {
    look_up(&PAIRS.first, byte) & kinds & BY_FIRST != 0
}

#[inline]
fn is_pair(before: u8, byte: u8, kinds: u32) -> bool {
    look_up(&PAIRS.first, before) & look_up(&PAIRS.second, byte) & kinds != 0
}

/// The bytes that are worth a look-up for these kinds of pairs: first and second halves.
const fn rare(kinds: u32) -> Sets {
    let (mut sets, mut byte) = ([[false; 256]; 2], 0);
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        #[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
        {
            sets[0][byte] = first(byte as u8) & kinds & BY_FIRST != 0;
            sets[1][byte] = second(byte as u8) & kinds & !BY_FIRST != 0;
        }
        byte += 1;
    }
    Sets::new([&sets[0], &sets[1]])
}

/// By form, and by whether few families ask.
static RARE: [[Sets; 2]; 2] = [
    [rare(Marks::all(Form::Json).kinds()), rare(Marks::few(Form::Json).kinds())],
    [rare(Marks::all(Form::Plain).kinds()), rare(Marks::few(Form::Plain).kinds())],
];

#[inline]
fn is_all_plain(block: &[u8; BLOCK], quote: u8) -> bool {
    block.iter().fold(true, |plain, &byte| plain & is_plain(byte, quote))
}

/// Letters, digits, blanks and what ends a sentence: of interest beside no other of them.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would keep it from becoming SIMD")]
const fn is_plain(byte: u8, quote: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') <= b'z' - b'a';
    let digit = byte.wrapping_sub(b'0') <= b':' - b'0';
    letter | digit | (byte == b' ') | (byte == b',') | (byte == b'.') | (byte == quote)
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

/// Whether a byte of interest is in a block.
#[inline]
fn any(before: u8, block: &[u8; BLOCK], kinds: u32) -> bool {
    let mut first = look_up(&PAIRS.first, before);
    let mut any = 0;
    for &byte in block {
        any |= first & look_up(&PAIRS.second, byte);
        first = look_up(&PAIRS.first, byte);
    }
    any & kinds != 0
}

/// The first byte of interest.
fn position(before: u8, bytes: &[u8], kinds: u32) -> Option<usize> {
    let mut first = look_up(&PAIRS.first, before);
    bytes.iter().position(|&byte| {
        let is_first = first & look_up(&PAIRS.second, byte) & kinds != 0;
        first = look_up(&PAIRS.first, byte);
        is_first
    })
}

/// Kinds of pairs, a bit each: a pair is of a kind when both have its bit.
struct Pairs {
    first: [u32; 256],
    second: [u32; 256],
}

static PAIRS: Pairs = Pairs::new();

impl Pairs {
    #[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
    const fn new() -> Self {
        let mut pairs = Self { first: [0; 256], second: [0; 256] };
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "below 256")]
            let b = byte as u8;
            pairs.first[byte] = first(b);
            pairs.second[byte] = second(b);
            byte += 1;
        }
        pairs
    }
}

#[inline]
fn look_up(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Of interest wherever it stands: what plain prose, numbers, names, dates and base64 do without.
const ALONE: u32 = 1;
/// The same to families that are not on by themselves.
const OTHER: u32 = 1 << 1;
/// The same where the text is not JSON.
const PLAIN: u32 = 1 << 2;
const PLAIN_QUOTE: u32 = 1 << 3;
/// An apostrophe that does not stand between letters, seen from either side.
const APOSTROPHE: u32 = 1 << 4;
const AFTER_APOSTROPHE: u32 = 1 << 5;
/// An opening bracket that is not after a blank.
const CALL: u32 = 1 << 6;
/// An opening brace where no object of JSON begins.
const BRACE: u32 = 1 << 7;
/// `$` and what is no amount.
const VARIABLE: u32 = 1 << 8;
/// `%` and what may be a number.
const PERCENT: u32 = 1 << 9;
/// `=` and what is no other; base64 ends in them.
const EQUALS: u32 = 1 << 10;
/// A slash that begins a path or leads on in an odd way.
const SLASH: u32 = 1 << 11;
/// `--` and `__`.
const DASHES: u32 = 1 << 12;
const UNDERSCORES: u32 = 1 << 13;
/// The beginning of a character that is not seen, or looks like another.
const FORMAT: u32 = 1 << 14;
/// Fillers of Hangul and Mongolian, which are not seen.
const FILLER: u32 = 1 << 15;
/// A letter that looks like a colon.
const SIGN: u32 = 1 << 16;
/// An escape of JSON, other than of a tab, slash or quote.
const ESCAPE: u32 = 1 << 17;
const ESCAPED_QUOTE: u32 = 1 << 18;
/// An escape where JSON in a string, or a serialised object, begins.
const NESTED: u32 = 1 << 19;
/// `;}`, in which serialised objects end, and `:$`, the stream of a file.
const ENDING: u32 = 1 << 20;
const STREAM: u32 = 1 << 21;
/// A quote where the text of a serialised object begins; in JSON every value does so.
const VALUE: u32 = 1 << 22;
/// A line break, controls and a hyphen of Latin-1 that are not seen.
const NEXT_LINE: u32 = 1 << 23;
/// What is of interest in both forms, whoever asks.
const EVERYWHERE: u32 = ALONE
    | BRACE
    | EQUALS
    | PERCENT
    | SLASH
    | UNDERSCORES
    | FORMAT
    | FILLER
    | SIGN
    | ENDING
    | STREAM;

const fn first(byte: u8) -> u32 {
    let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
    let structure = byte <= b' ' || matches!(byte, b'[' | b':' | b',' | b'"');
    let mut bits = ALONE | OTHER | PLAIN | PLAIN_QUOTE;
    bits |= if letter { 0 } else { APOSTROPHE };
    bits |= if byte == b' ' { 0 } else { CALL };
    bits |= if structure { 0 } else { BRACE };
    bits | match byte {
        b'\'' => AFTER_APOSTROPHE | SLASH,
        b'$' => VARIABLE,
        b'%' => PERCENT,
        b'=' => EQUALS | SLASH,
        b':' => SLASH | NESTED | STREAM | VALUE,
        b';' => SLASH | ENDING,
        b'/' | b'.' | b'~' | b'"' | b' ' | b'\t' | b'\n' | b'(' | b',' | b'>' | b'|' | b'`' => {
            SLASH
        }
        b'{' | b'[' => NESTED,
        b'-' => DASHES,
        b'_' => UNDERSCORES,
        b'\\' => ESCAPE | ESCAPED_QUOTE,
        0xC2 => NEXT_LINE,
        0xE1 | 0xE3 => FILLER,
        0xE2 => FORMAT,
        0xEA => SIGN,
        _ => 0,
    }
}

const fn second(byte: u8) -> u32 {
    let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
    let mut bits = if letter { 0 } else { AFTER_APOSTROPHE };
    bits |= if matches!(byte, b' ' | b'"' | b'0'..=b'9') { 0 } else { VARIABLE };
    bits |= if byte.is_ascii_alphanumeric() { PERCENT } else { 0 };
    bits |= if byte == b'=' { 0 } else { EQUALS };
    bits |= if matches!(byte, b't' | b'/' | b'"') { 0 } else { ESCAPE };
    bits | match byte {
        b'\t' => 0,
        b'\n' => PLAIN,
        b'"' => PLAIN_QUOTE | ESCAPED_QUOTE | VALUE,
        b'\\' => PLAIN | NESTED,
        b';' | b'>' | b'|' | b'*' | b'`' => OTHER,
        b'<' | b'&' | b'^' | 0..b' ' | 0x7F
        // What no usual text has, and the lead bytes of disguises and of mixed scripts.
        | 0xC0 | 0xC1 | 0xC9 | 0xCA | 0xCC..=0xD8 | 0xEE..=0xFF => ALONE,
        b'\'' => APOSTROPHE,
        b'(' => CALL,
        b'{' => BRACE,
        b'}' => ENDING,
        b'$' => STREAM,
        b'/' => SLASH,
        b'-' => DASHES,
        b'_' => UNDERSCORES,
        // The last three: slashes of mathematics and Coptic, full stops of old script.
        0x80 | 0x83 | 0x84 | 0x88 | 0xA7 | 0x92 | 0x9F | 0xB3 | 0xB8 => FORMAT,
        0x81 => FORMAT | NEXT_LINE,
        0x85 => FORMAT | FILLER | NEXT_LINE,
        // Small capitals and raised letters, Cherokee.
        // Strokes, Ogham and runes.
        0x87 | 0x8E | 0x9A | 0xB4 | 0xB5 => FILLER,
        0x8F | 0x9B => FILLER | NEXT_LINE,
        0x93 => FORMAT | SIGN,
        0x9C | 0x9E => SIGN,
        // Controls of terminals, and a hyphen.
        // A sign that is a backslash to some.
        0x8D | 0x90 | 0x9D | 0xA5 | 0xAD => NEXT_LINE,
        0xA0 => FORMAT | FILLER,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop, prop_assert_eq, prop_oneof, proptest};

    const JSON: Marks = Marks::of(Form::Json, Families::ALL);
    const PLAIN_TEXT: Marks = Marks::of(Form::Plain, Families::ALL);

    #[test]
    fn finds_the_first_byte_of_interest_wherever_it_stands() {
        for length in [0, 1, 5, 63, 64, 65, 127, 128, 200] {
            let text = vec![b' '; length];
            assert_eq!(next(&text, 0, PLAIN_TEXT), None);
            for at in 0..length {
                let mut text = text.clone();
                text[at] = b'<';
                assert_eq!(next(&text, 0, PLAIN_TEXT), Some(at));
                assert_eq!(next(&text, at, JSON), Some(at));
                assert_eq!(next(&text, at + 1, JSON), None);
            }
        }
    }

    #[test]
    fn pairs_are_found_across_blocks() {
        for pair in [b"' ", b"%4", b"=1", b"$a", b"--", b"__", b"//", b"x("] {
            for at in 0..200 {
                let mut text = vec![b'a'; 202];
                text[at..at + 2].copy_from_slice(pair);
                assert!(next(&text, 0, PLAIN_TEXT).is_some_and(|found| found <= at + 1), "{at}");
            }
        }
    }

    #[test]
    fn a_long_run_of_base64_is_of_interest_in_json_only() {
        let text = format!("[\"some words before\", \"{}\"]", "Ab0/".repeat(32));
        assert!(next(text.as_bytes(), 0, JSON).is_some_and(|at| at > 21));
        assert_eq!(next(&[b'a'; 200], 0, PLAIN_TEXT), None);
    }

    #[test]
    fn structure_of_json_is_of_no_interest() {
        let text =
            br#"{"a":[1,-2.5e+3,true,{"b":"plain text, of two parts\tand 3.5 more"}], "c": []}"#;
        assert_eq!(next(text, 0, JSON), None);
    }

    proptest! {
        #[test]
        fn both_ways_find_the_same_byte(
            text in prop::collection::vec(
                prop_oneof![
                    4 => prop::sample::select(b"abc XYZ019,.".to_vec()),
                    1 => proptest::num::u8::ANY,
                ],
                0..400,
            ),
            before: u8,
        ) {
            let (blocks, _) = text.as_chunks::<BLOCK>();
            let Some(wide) = Wide::get() else { return Ok(()) };
            for form in [Form::Json, Form::Plain] {
                for marks in [Marks::all(form), Marks::few(form)] {
                    let found = wide.run(|wide| among_wide(wide, before, blocks, marks));
                    prop_assert_eq!(found, among(before, blocks, marks));
                }
            }
        }
    }

    #[test]
    fn every_pair_is_found_both_ways() {
        let Some(wide) = Wide::get() else { return };
        for (first, second) in (0..=u8::MAX).flat_map(|a| (0..=u8::MAX).map(move |b| (a, b))) {
            let mut block = [b'a'; BLOCK];
            [block[31], block[32]] = [first, second];
            for form in [Form::Json, Form::Plain] {
                for marks in [Marks::all(form), Marks::few(form)] {
                    let found = wide.run(|wide| among_wide(wide, b'a', &[block], marks));
                    assert_eq!(found, among(b'a', &[block], marks), "{first:#x} {second:#x}");
                }
            }
        }
    }
}
