//! Which kinds of bytes and neighbours a text has: one table look-up for each byte of a pair.
use crate::text::Classes;

/// The bits that `before` allows and `of` gives: a kind of pair is there when both have its bit.
struct Tables {
    /// By the byte before.
    before: [u64; 256],
    /// By the byte itself.
    of: [u64; 256],
}

/// Kinds of pairs that need a second product of sets; folded into the first when done.
const APOSTROPHE_AFTER: u64 = 1 << 55;
const COMMENT_END: u64 = 1 << 56;
const OPENER_AFTER: u64 = 1 << 57;
const FILTER_STAR: u64 = 1 << 58;
const FILTER_OPERATOR: u64 = 1 << 59;
const FORMAT_THREE: u64 = 1 << 60;
const FORMAT_TWO: u64 = 1 << 61;
const LETTER_AFTER: u64 = 1 << 62;
const OTHER_SCRIPT: u64 = 1 << 63;

static TABLES: Tables = Tables::new();

/// What stands before the first byte: no byte of a text, but like a blank.
const START: u64 = TABLES_START;
const TABLES_START: u64 = SINGLES
    | Classes::LONE_APOSTROPHE.bits()
    | Classes::ROOT.bits()
    | Classes::LEADING_SIGN.bits()
    | OTHER_SCRIPT;
/// The kinds of single bytes: whatever stands before.
const SINGLES: u64 = (1 << 36) - 1;

/// Gathers the kinds of a text in any number of pieces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds {
    seen: u64,
    before: u64,
}

impl Kinds {
    /// At the start of a text.
    pub(super) const fn start() -> Self {
        Self { seen: 0, before: START }
    }

    /// After a byte.
    pub(super) fn after(byte: u8) -> Self {
        Self { seen: 0, before: look_up(&TABLES.before, byte) }
    }

    /// Takes the next byte.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) {
        self.seen |= self.before & look_up(&TABLES.of, byte);
        self.before = look_up(&TABLES.before, byte);
    }

    /// Takes the next bytes.
    #[inline]
    pub(super) fn take_all(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.take(byte);
        }
    }

    /// What was seen, when the text ends here.
    pub(super) fn finish(mut self) -> Classes {
        // The end is no letter.
        self.seen |= self.before & APOSTROPHE_AFTER;
        let mut seen = self.seen;
        let pairs = [
            (APOSTROPHE_AFTER, Classes::LONE_APOSTROPHE),
            (COMMENT_END, Classes::COMMENT),
            (OPENER_AFTER, Classes::OPENER),
            (FILTER_STAR | FILTER_OPERATOR, Classes::FILTER),
            (FORMAT_THREE | FORMAT_TWO, Classes::FORMAT),
        ];
        for (other, kind) in pairs {
            if seen & other != 0 {
                seen |= kind.bits();
            }
        }
        if seen & LETTER_AFTER != 0 && seen & OTHER_SCRIPT != 0 {
            seen |= Classes::MIXED.bits();
        }
        let foreign = if seen & OTHER_SCRIPT == 0 { Classes::default() } else { Classes::FOREIGN };
        Classes::from_bits(seen & ((1 << 55) - 1)).with(foreign)
    }
}

/// The kinds in a whole text.
pub(super) fn of(text: &[u8]) -> Classes {
    let mut kinds = Kinds::start();
    kinds.take_all(text);
    kinds.finish()
}

/// The kinds in a part of a text, as neighbours of what stands before it.
pub(super) fn of_part(text: &[u8], start: usize, end: usize) -> Classes {
    let mut kinds = match start.checked_sub(1).and_then(|before| text.get(before)) {
        Some(&before) => Kinds::after(before),
        None => Kinds::start(),
    };
    kinds.take_all(text.get(start..end).unwrap_or_default());
    kinds.finish()
}

#[inline]
fn look_up(table: &[u64; 256], byte: u8) -> u64 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

impl Tables {
    #[expect(clippy::indexing_slicing, reason = "runs when it is compiled")]
    const fn new() -> Self {
        let mut tables = Self { before: [0; 256], of: [0; 256] };
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "below 256")]
            let b = byte as u8;
            tables.before[byte] = before(b);
            tables.of[byte] = single(b) | second(b);
            byte += 1;
        }
        tables
    }
}

/// The kind of a byte alone.
const fn single(byte: u8) -> u64 {
    let kind = match byte {
        b'\r' | b'\n' => Classes::BREAK,
        b'\t' => Classes::TAB,
        0..0x20 | 0x7F | 0xC0 | 0xC1 | 0xEE | 0xF3..=0xFF => Classes::CONTROL,
        b'!' => Classes::BANG,
        b'"' => Classes::QUOTE,
        b'#' => Classes::HASH,
        b'$' => Classes::DOLLAR,
        b'%' => Classes::PERCENT,
        b'&' => Classes::AMPERSAND,
        b'\'' => Classes::APOSTROPHE,
        b'(' | b')' => Classes::PAREN,
        b'*' => Classes::STAR,
        b'+' => Classes::PLUS,
        b'-' => Classes::DASH,
        b'.' => Classes::DOT,
        b'/' => Classes::SLASH,
        b':' => Classes::COLON,
        b';' => Classes::SEMICOLON,
        b'<' => Classes::LESS,
        b'=' => Classes::EQUALS,
        b'>' => Classes::GREATER,
        b'?' => Classes::QUESTION,
        b'@' => Classes::AT,
        b'[' | b']' => Classes::BRACKET,
        b'\\' => Classes::BACKSLASH,
        b'^' => Classes::CARET,
        b'_' => Classes::UNDERSCORE,
        b'`' => Classes::BACKTICK,
        b'{' | b'}' => Classes::BRACE,
        b'|' => Classes::PIPE,
        b'~' => Classes::TILDE,
        b',' => Classes::COMMA,
        b'0'..=b'9' => Classes::DIGIT,
        b'A'..=b'Z' | b'a'..=b'z' => Classes::LETTER,
        b' ' => Classes::SPACE,
        0x80..=0xBF | 0xC2..=0xED | 0xEF..=0xF2 => Classes::HIGH,
    };
    kind.bits() | if byte >= 0x80 { Classes::HIGH.bits() } else { 0 }
}

/// The kinds of pairs that a byte can be the first of.
const fn before(byte: u8) -> u64 {
    let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
    let mut bits = SINGLES | OTHER_SCRIPT;
    if !letter {
        bits |= Classes::LONE_APOSTROPHE.bits();
    }
    if byte.is_ascii_alphabetic() {
        bits |= Classes::MIXED.bits();
    }
    if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b']' | b')' | b'}') {
        bits |= Classes::CALL.bits();
    }
    if matches!(
        byte,
        0..=b' ' | b'"' | b'\'' | b'(' | b',' | b';' | b'=' | b'>' | b'|' | b'&' | b'`'
    ) {
        bits |= Classes::ROOT.bits();
    }
    if matches!(byte, b',' | b';' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'{') {
        bits |= Classes::LEADING_SIGN.bits();
    }
    bits | match byte {
        b'\'' => APOSTROPHE_AFTER,
        b'.' => Classes::DOTS.bits(),
        b'-' => Classes::DASHES.bits(),
        b'/' => Classes::SLASHES.with(Classes::COMMENT).bits(),
        b'*' => COMMENT_END | Classes::OPENER.bits() | FILTER_STAR | Classes::FILTER.bits(),
        b':' => Classes::SCHEME.with(Classes::DRIVE).bits(),
        b'{' => OPENER_AFTER | Classes::OPENER.bits(),
        b'$' => Classes::OPENER.with(Classes::VARIABLE).bits(),
        b'#' | b'@' | b'~' | b'%' => Classes::OPENER.bits(),
        b'<' => Classes::TAG.with(Classes::OPENER).bits(),
        b'&' | b'|' => Classes::TWICE.with(Classes::SEPARATOR).bits(),
        b';' | b'\n' | b'\r' => Classes::SEPARATOR.bits(),
        b'\\' => Classes::DRIVE.bits(),
        b'_' => Classes::UNDERSCORES.bits(),
        b')' => Classes::FILTER.bits(),
        b'(' => FILTER_OPERATOR,
        0xCA | 0xE2 | 0xEA | 0xEF => Classes::FORMAT.bits(),
        // A line break and a hyphen of Latin-1, halves of pairs of UTF-16.
        0xC2 => FORMAT_THREE | FORMAT_TWO,
        0xE1 | 0xE3 | 0xED => FORMAT_THREE,
        0xCD | 0xD8 | 0xE0 | 0xF0 => FORMAT_TWO,
        0xBF => LETTER_AFTER | Classes::FORMAT.bits(),
        0x80..=0xBE => LETTER_AFTER,
        _ => 0,
    }
}

/// The kinds of pairs that a byte can be the second of.
const fn second(byte: u8) -> u64 {
    let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
    let mut bits = 0;
    if !letter {
        bits |= APOSTROPHE_AFTER;
    }
    if byte.is_ascii_alphabetic() {
        bits |= Classes::TAG.with(Classes::VARIABLE).bits() | LETTER_AFTER;
    }
    if byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'\t' | b'/' | b'$' | b'"' | b'\'') {
        bits |= Classes::SEPARATOR.bits();
    }
    if matches!(byte, 0xC9 | 0xCA | 0xCC..=0xD7) {
        bits |= Classes::MIXED.bits() | OTHER_SCRIPT;
    }
    bits | match byte {
        b'\'' => Classes::LONE_APOSTROPHE.bits(),
        b'(' => Classes::CALL.with(Classes::FILTER).with(Classes::VARIABLE).bits(),
        b'.' => Classes::DOTS.bits(),
        b'-' => Classes::DASHES.with(Classes::LEADING_SIGN).bits(),
        b'/' => {
            let slash = Classes::SLASHES.with(Classes::SCHEME).with(Classes::ROOT);
            slash.with(Classes::TAG).bits() | COMMENT_END | OPENER_AFTER
        }
        b'*' => Classes::COMMENT.bits() | OPENER_AFTER,
        b'{' => Classes::OPENER.bits(),
        b'%' | b'#' => OPENER_AFTER | Classes::TAG.bits(),
        b'@' => OPENER_AFTER | Classes::LEADING_SIGN.bits(),
        b'$' => OPENER_AFTER,
        b'=' | b'+' => Classes::LEADING_SIGN.bits(),
        b'!' => Classes::TAG.bits() | FILTER_OPERATOR,
        b'?' | 0..=b' ' => Classes::TAG.bits(),
        b'&' | b'|' => Classes::TWICE.bits() | FILTER_OPERATOR,
        b'\\' => Classes::DRIVE.bits(),
        b'_' => Classes::UNDERSCORES.bits(),
        b')' => FILTER_STAR,
        0x80 | 0x81 | 0x84 | 0x88 | 0x9C => Classes::FORMAT.bits() | FORMAT_TWO,
        0x85 => Classes::FORMAT.bits() | FORMAT_THREE | FORMAT_TWO,
        0x8E | 0x8F => FORMAT_THREE | FORMAT_TWO,
        0xAD | 0xB4 | 0xB5 => FORMAT_THREE,
        0x82..=0x8D | 0x90 | 0x9B | 0x9D | 0x9F => FORMAT_TWO,
        0x92 | 0x93 | 0x9E | 0xA7 | 0xAC | 0xB7..=0xB9 | 0xBB..=0xBF => Classes::FORMAT.bits(),
        0xA0 => Classes::FORMAT.bits() | FORMAT_THREE,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, kind: Classes) -> bool {
        of(text.as_bytes()).has(kind)
    }

    #[test]
    fn an_apostrophe_between_letters_is_part_of_a_word() {
        for name in ["O'Brien", "l'été", "été's"] {
            assert!(!has(name, Classes::LONE_APOSTROPHE), "{name}");
            assert!(has(name, Classes::APOSTROPHE), "{name}");
        }
        for text in ["' or", "x'", "a' b", "1'1", "a '"] {
            assert!(has(text, Classes::LONE_APOSTROPHE), "{text}");
        }
    }

    #[test]
    fn every_kind_of_pair_is_seen_where_it_is_and_nowhere_else() {
        for (kind, yes, no) in [
            (Classes::CALL, "sleep(5)", "(see below)"),
            (Classes::DOTS, "../", "./."),
            (Classes::DASHES, "x--", "x - -"),
            (Classes::SLASHES, "//h", "/ /"),
            (Classes::COMMENT, "a/**/b", "// **"),
            (Classes::COMMENT, "x*/", "x/y*"),
            (Classes::SCHEME, "http://", "a: /"),
            (Classes::OPENER, "{{7*7}}", "{7}"),
            (Classes::OPENER, "${x}", "$ {x}"),
            (Classes::OPENER, "{% x %}", "{ % }"),
            (Classes::TAG, "<b>", "1<2"),
            (Classes::TWICE, "a&&b", "a & b"),
            (Classes::ROOT, "/etc", "a/etc"),
            (Classes::ROOT, "cat /etc", "http://x"),
            (Classes::DRIVE, "c:\\x", "c: \\x"),
            (Classes::LEADING_SIGN, "=1", "1=1"),
            (Classes::SEPARATOR, "; ls", "x;"),
            (Classes::UNDERSCORES, "__proto__", "_a_"),
            (Classes::FILTER, "*)(uid=*", "f(x)"),
            (Classes::FILTER, "(&(a=b)", "(a)"),
            (Classes::VARIABLE, "$(id)", "5 $"),
            (Classes::FORMAT, "a\u{202e}b", "日本語 ไทย हिन्दी"),
            (Classes::FORMAT, "\u{ff1c}", "Ελληνικά العربية"),
            (Classes::MIXED, "p\u{430}ypal", "Привет мир"),
            (Classes::MIXED, "\u{430}pple", "été"),
        ] {
            assert!(has(yes, kind), "{yes}");
            assert!(!has(no, kind), "{no}");
        }
    }
}
