//! Tells the marks of plain prose from those that could belong to an attack.
//!
//! The sieve stops at every quote and line break, and prose is full of them. Here a mark is
//! passed that has plain words on both sides: no word of a query language or a shell, no sign, no
//! digit. What makes an attack stands beside some mark that is not passed.
use super::address;
use super::sieve::Form;
use crate::work::Work;
use crate::{shell, sql};

/// What looking at a mark costs, in steps.
const STEPS_A_MARK: u64 = 8;
/// What a name with its value costs more: the words around them are looked up in every language.
const STEPS_A_NAME: u64 = 64;
/// The longest word that is followed.
const WORD_BYTES_MAX: usize = 24;
/// Plain words that must follow one that a query or a shell knows, too, in bytes.
const CALM_BYTES: usize = 40;
/// Parts of a word with hyphens.
const PARTS_MAX: usize = 3;
/// Blanks in a row.
const BLANKS_MAX: usize = 4;

/// Whether the mark that the sieve found at `at` is one of plain prose; not when the work is used
/// up.
pub(super) fn is_prose(text: &[u8], at: usize, form: Form, work: &mut Work) -> bool {
    if work.spend(STEPS_A_MARK).is_err() {
        return false;
    }
    let Some(&byte) = text.get(at) else { return false };
    let before = at.checked_sub(1).and_then(|before| text.get(before)).copied().unwrap_or(b'"');
    match (form, before, byte) {
        (Form::Json, b'\\', b'"') => quote(text, at - 1, at + 1, form),
        (Form::Json, b'\\', b'u') => is_escaped_letter(text.get(at + 1..).unwrap_or_default()),
        (Form::Json, b'\\', b'n' | b'r') => line_break(text, at - 1, at + 1, form),
        (Form::Plain, _, b'"') | (_, _, b'\'') => quote(text, at, at + 1, form),
        // The byte after an apostrophe: that was looked at from the other side, or is the first.
        (_, b'\'', _) if !matches!(byte, b'\\' | b'"') => quote(text, at - 1, at, form),
        (_, 0xE2, 0x80) => typographic(text, at, form),
        (Form::Plain, _, b'\n' | b'\r') => line_break(text, at, at + 1, form),
        (_, letter, b';') if letter.is_ascii_alphabetic() => semicolon(text, at),
        (_, b'-', b'-') => between(text, at - 1, at + 1),
        (_, b'=', _) => named(text, at - 1, work) || address::is_plain_around(text, at, work),
        (_, _, b'&') => joins(text, at) || address::is_plain_around(text, at, work),
        (_, b'/', b'/') if address::is_comment(text, at) => true,
        (_, b'/' | b':', b'/') => address::is_plain_around(text, at, work),
        _ => false,
    }
}

/// Quotes, dashes and dots as printers set them.
fn typographic(text: &[u8], at: usize, form: Form) -> bool {
    match text.get(at + 1) {
        Some(0x98 | 0x99) => {
            let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
            let inner = letter(text.get(at.wrapping_sub(2))) && letter(text.get(at + 2));
            inner || quote(text, at - 1, at + 2, form)
        }
        Some(0x9C | 0x9D) => quote(text, at - 1, at + 2, form),
        Some(0x93 | 0x94 | 0xA6 | 0xA2) => true,
        _ => false,
    }
}

/// A quote that opens before a word, or closes behind one.
fn quote(text: &[u8], start: usize, end: usize, form: Form) -> bool {
    let head = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let opens = head.ends_with(b" ") || head.ends_with(b" (") || ends_in_break(head, form);
    if opens {
        return is_calm(after);
    }
    let closes = head.last().is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || *byte >= 0x80 || b",.!?".contains(byte)
    });
    let closes = closes && !ends_in_keyword(head);
    let after = after.strip_prefix(b",").or(after.strip_prefix(b".")).unwrap_or(after);
    let is_break = form == Form::Json && after.starts_with(b"\\n");
    let next = if is_break { after.get(2..).unwrap_or_default() } else { after };
    closes
        && (is_break || after.starts_with(b" ") || after.starts_with(b"\n"))
        && is_calm(blanks(next))
}

fn ends_in_break(head: &[u8], form: Form) -> bool {
    match form {
        Form::Json => head.ends_with(b"\\n"),
        Form::Plain => head.ends_with(b"\n"),
    }
}

/// A line break before a word, a point of a list or another line break.
fn line_break(text: &[u8], start: usize, end: usize, form: Form) -> bool {
    let head = text.get(..start).unwrap_or_default();
    // What begins with a break has no line before it.
    let has_line = head.last().is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || *byte >= 0x80 || b",.!?:;) \n".contains(byte)
    }) || ends_in_break(head, form)
        || head.ends_with(b"\\r")
        || head.ends_with(b"\r");
    let mut after = text.get(end..).unwrap_or_default();
    for _ in 0..BLANKS_MAX {
        let escape = || match form {
            Form::Json => after.strip_prefix(b"\\n").or(after.strip_prefix(b"\\r")),
            Form::Plain => after.strip_prefix(b"\n").or(after.strip_prefix(b"\r")),
        };
        after = match escape() {
            Some(rest) => rest,
            None => break,
        };
    }
    let after = after.strip_prefix(b"- ").unwrap_or(after);
    let digits = after.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let after = match after.get(digits..) {
        Some([b'.' | b')', b' ', rest @ ..]) if digits > 0 => rest,
        _ => after,
    };
    has_line && !ends_in_keyword(head) && (is_calm(after) || begins_sentence(after))
}

/// Whether a line begins with a small word that a query has only behind others, and a plain one.
fn begins_sentence(text: &[u8]) -> bool {
    const SMALL: [&[u8]; 10] =
        [b"then", b"when", b"if", b"as", b"on", b"in", b"is", b"all", b"by", b"else"];
    let Some(rest) = word(text) else { return false };
    let (first, _) = text.split_at(text.len() - rest.len());
    let is_small = SMALL.iter().any(|small| first.eq_ignore_ascii_case(small));
    let next = blanks(rest);
    let second = next.iter().take(WORD_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic());
    let (second, _) = next.split_at(second.count());
    is_small && !second.is_empty() && !is_known(second)
}

/// A semicolon between words of which no language knows the second.
fn semicolon(text: &[u8], at: usize) -> bool {
    const WORDS: [&[u8]; 8] =
        [b"return", b"while", b"for", b"do", b"var", b"let", b"function", b"alert"];
    let (head, after) = text.split_at_checked(at).unwrap_or_default();
    let Some(after) = after.strip_prefix(b"; ") else { return false };
    // A quote is a mark of its own.
    let after = after.strip_prefix(b"\\").unwrap_or(after);
    let after = after.strip_prefix(b"\"").unwrap_or(after);
    let Some(rest) = word(after) else { return false };
    let (first, _) = after.split_at(after.len() - rest.len());
    let known = is_known(first) || WORDS.iter().any(|word| first.eq_ignore_ascii_case(word));
    !known && !ends_in_keyword(head)
}

/// A dash in a sentence: words before and behind it, and blanks or none on both sides.
fn between(text: &[u8], start: usize, end: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let (head, after) = match (head, after) {
        ([head @ .., b' '], [b' ', after @ ..]) => (head, after),
        both => both,
    };
    let sentence = head.get(head.len().saturating_sub(WORD_BYTES_MAX)..).unwrap_or_default();
    sentence.len() == WORD_BYTES_MAX
        && sentence.iter().all(|byte| is_plain(*byte))
        && sentence.last().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b',')
        && is_calm(after)
}

/// Whether four hex digits are of a letter of Latin, Kana, Hangul or Han, or of a half of an emoji:
/// many writers of JSON escape them.
fn is_escaped_letter(digits: &[u8]) -> bool {
    let digits = digits.get(..4).unwrap_or_default();
    let code =
        digits.iter().try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?));
    // Two of Han are taken for a line break where bytes are cut.
    matches!(
        code,
        Some(
            0xC0..=0x24F
            | 0x3041..=0x30FF
            | 0x4E00..=0x5609
            | 0x560E..=0x9FFF
            | 0xAC00..=0xD7A3
            | 0xD83C..=0xD83E
            | 0xDC00..=0xDFFF,
        )
    )
}

/// An ampersand between words, or between the capitals of a name.
fn joins(text: &[u8], at: usize) -> bool {
    let (head, after) = text.split_at_checked(at).unwrap_or_default();
    match (head, after) {
        ([.., letter, b' '], [_, b' ', rest @ ..]) => {
            letter.is_ascii_alphabetic() && word(rest).is_some() && is_calm(rest)
        }
        ([.., b'A'..=b'Z'], [_, rest @ ..]) => {
            let capitals = rest.iter().take(4).take_while(|byte| byte.is_ascii_uppercase()).count();
            let (name, rest) = rest.split_at(capitals);
            let ends = matches!(rest, [b' ', next, ..] if next.is_ascii_alphanumeric());
            (1..=3).contains(&capitals) && ends && !is_known(name)
        }
        _ => false,
    }
}

/// A name and a plain value, as log lines have them: `state=paid took`.
fn named(text: &[u8], at: usize, work: &mut Work) -> bool {
    if work.spend(STEPS_A_NAME).is_err() {
        return false;
    }
    let (head, after) = text.split_at_checked(at).unwrap_or_default();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let length = head.iter().rev().take(WORD_BYTES_MAX).take_while(is_name).count();
    let (before, name) = head.split_at(head.len() - length);
    let value = after.get(1..).unwrap_or_default();
    let length = value.iter().take(2 * WORD_BYTES_MAX).take_while(is_name).count();
    let (value, rest) = value.split_at(length);
    let [before @ .., b' '] = before else { return false };
    let before = before.strip_suffix(b",").unwrap_or(before);
    let ends = match rest {
        [b' ', rest @ ..] | [b',', b' ', rest @ ..] => {
            rest.first().is_some_and(u8::is_ascii_alphanumeric) && !begins_with_keyword(rest)
        }
        _ => false,
    };
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && before.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-:]".contains(byte))
        && ends
        && !value.is_empty()
        && !is_known(value)
        && !is_strong(name)
        && !ends_in_keyword(before)
}

/// Whether a text begins with a word of a query.
fn begins_with_keyword(text: &[u8]) -> bool {
    let letters = text.iter().take(WORD_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic());
    let (first, _) = text.split_at(letters.count());
    is_strong(first)
}

/// Whether a text begins with a word that nothing but prose knows; or with another, and nothing
/// but such words after it.
fn is_calm(text: &[u8]) -> bool {
    let text = number(text);
    let Some(rest) = word(text) else { return false };
    let (first, _) = text.split_at(text.len() - rest.len());
    if !is_known(first) {
        return true;
    }
    let Some(mut stretch) = rest.get(..CALM_BYTES) else { return false };
    if !stretch.iter().all(|byte| is_plain(*byte)) {
        return false;
    }
    // The last one may be cut, and counts as it stands.
    while !stretch.is_empty() {
        let length = stretch.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (one, after) = stretch.split_at(length);
        if is_strong(one) {
            return false;
        }
        stretch = after.get(1..).unwrap_or_default();
    }
    true
}

/// What follows the number that a text begins with, and one blank.
fn number(text: &[u8]) -> &[u8] {
    let is_digit = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let digits = text.iter().take(WORD_BYTES_MAX).take_while(is_digit).count();
    match text.split_at_checked(digits) {
        Some(([b'0'..=b'9', ..], [b' ', rest @ ..])) => rest,
        _ => text,
    }
}

/// What follows the word that a text begins with, when that is prose too.
fn word(text: &[u8]) -> Option<&[u8]> {
    let count =
        |text: &[u8]| text.iter().take(WORD_BYTES_MAX).take_while(|byte| is_letter(**byte)).count();
    let letters = count(text);
    let mut rest = text.get(letters..)?;
    // Names of headers have hyphens as well; what stands behind them says which it is.
    for _ in 0..PARTS_MAX {
        let [b'-' | b'\'', part @ ..] = rest else { break };
        rest = part.get(count(part)..)?;
    }
    let goes_on = match rest {
        [b' ' | b',' | b'.' | b'!' | b'?', next, ..] => {
            // Neither a call nor a second sign.
            next.is_ascii_alphanumeric() || *next == b' ' || *next >= 0x80
        }
        [0xE2, 0x80, ..] => true,
        _ => false,
    };
    (letters > 0 && goes_on).then_some(rest)
}

/// Whether the word that a text ends in is one of a query.
fn ends_in_keyword(head: &[u8]) -> bool {
    let last = head.iter().rev().take(WORD_BYTES_MAX).take_while(|b| b.is_ascii_alphabetic());
    let start = head.len() - last.count();
    // The letter of an escape is none of the word's.
    let escaped = start.checked_sub(1).and_then(|at| head.get(at)) == Some(&b'\\');
    is_strong(head.get(start + usize::from(escaped)..).unwrap_or_default())
}

/// A letter of ASCII, or a byte of one of Latin, Greek or Cyrillic: no blank that looks like one,
/// and no sign.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, 0x80..=0xBF | 0xC3..=0xC8 | 0xCE..=0xD1)
}

fn blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take(BLANKS_MAX).take_while(|byte| **byte == b' ').count();
    text.get(blanks..).unwrap_or_default()
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b' ' | b',' | b'.')
}

fn is_known(word: &[u8]) -> bool {
    with_lower(word, |lower| sql::is_keyword(lower) || shell::is_command(lower))
}

/// Whether a word makes a query of what stands before it.
fn is_strong(word: &[u8]) -> bool {
    with_lower(word, sql::is_keyword)
}

fn with_lower(word: &[u8], is: impl Fn(&[u8]) -> bool) -> bool {
    let mut lower = [0; WORD_BYTES_MAX];
    match lower.get_mut(..word.len()) {
        Some(lower) => {
            lower.copy_from_slice(word);
            lower.make_ascii_lowercase();
            is(lower)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(text: &str, mark: &str) -> bool {
        let at = text.find(mark).unwrap() + mark.len() - 1;
        is_prose(text.as_bytes(), at, Form::Json, &mut Work::default())
    }

    #[test]
    fn marks_of_prose_are_passed() {
        for (text, mark) in [
            (r#"then \"It is late, \" she said"#, "\\\""),
            (r#"so \"never again,\" she wrote to them"#, ",\\\""),
            (r"the end.\nThe next one begins", "\\n"),
            (r"the end.\n\n- The next one begins", "\\n"),
            ("it is a room that was quiet -- bright and near", "--"),
            ("the cats' tails are long", "'"),
            ("ring twice; caf\u{e9} and so on", ";"),
            (r#"a \"fragile\" 12.50 EUR, it is"#, "e\\\""),
            (r"caf\u00e9 and more", "\\u"),
            (r"\u732b", "\\u"),
            ("what R&D paid for it", "&"),
            ("two tables & chairs of oak", "&"),
            ("INFO order.service - parcel=1042 state=paid took 31 ms", "=1"),
            ("INFO order.service - parcel=1042 state=paid took 31 ms", "=p"),
        ] {
            assert!(passed(text, mark), "{text}");
        }
    }

    #[test]
    fn marks_before_words_of_a_program_are_not() {
        for (text, mark) in [
            (r#"a\" or 1"#, "\\\""),
            (r#"admin\" or true"#, "\\\""),
            ("x' union select a", "'"),
            ("x' ; drop", "'"),
            ("x'--", "'"),
            (r"x\nls -la", "\\n"),
            (r"x\ncat", "\\n"),
            (r"x\nSet-Cookie: a", "\\n"),
            (r#"x\" onclick=a"#, "\\\""),
            ("1 -- x", "--"),
            ("x\" 1 or 1", "\""),
            ("x' \u{a0}or 1", "'"),
            (r"\u0027 or 1", "\\u"),
            (r"\u560a", "\\u"),
            (r"\ud835\udc00", "\\u"),
            ("X&DIR a", "&"),
            ("a & id & b", "&"),
            ("1 or name=name and", "=n"),
            ("x onload=alert(1)", "=a"),
            ("a' and exists anything that one can think of", "'"),
        ] {
            assert!(!passed(text, mark), "{text}");
        }
    }
}
