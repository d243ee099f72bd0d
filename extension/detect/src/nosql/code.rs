//! JavaScript that a database runs: `$where`, `mapReduce`, and what is appended to them.
use super::{byte, is_word, near, skip_blanks, starts};
use crate::finding::Match;

/// Bytes of a value that code is appended to.
const VALUE_BYTES_MAX: usize = 512;

/// A literal at `from`: behind it, and whether the text leaves it open.
fn literal(lower: &[u8], from: usize) -> Option<(usize, bool)> {
    let first = byte(lower, from);
    if matches!(first, b'\'' | b'"') {
        let tail = lower.get(from + 1..(from + 66).min(lower.len()))?;
        return match tail.iter().position(|byte| *byte == first) {
            Some(end) => Some((from + end + 2, false)),
            None if from + 66 > lower.len() => Some((lower.len(), true)),
            None => None,
        };
    }
    let mut end = from;
    while byte(lower, end).is_ascii_digit() && end < from + 20 {
        end += 1;
    }
    if end > from {
        return Some((end, false));
    }
    [b"true".as_slice(), b"false", b"null"]
        .into_iter()
        .find(|word| starts(lower, from, word))
        .map(|word| (from + word.len(), false))
}

/// `1==1`, `'a'=='a`: literals that are compared as JavaScript does it.
fn tautology(lower: &[u8], from: usize) -> bool {
    let Some((end, _)) = literal(lower, from) else { return false };
    let operator = skip_blanks(lower, end);
    let length = [b"===".as_slice(), b"!==", b"==", b"!=", b">=", b"<=", b">", b"<"]
        .into_iter()
        .find(|sign| starts(lower, operator, sign))
        .map_or(0, <[u8]>::len);
    length > 0 && literal(lower, skip_blanks(lower, operator + length)).is_some()
}

/// `|| 1==1`, `&& this.password.match(…)`
pub(super) fn joined(lower: &[u8], at: usize) -> Option<Match> {
    if byte(lower, at) != byte(lower, at + 1) || at > 0 && byte(lower, at - 1) == byte(lower, at) {
        return None;
    }
    let mut from = skip_blanks(lower, at + 2);
    while matches!(byte(lower, from), b'(' | b'!' | b'+') && from < at + 12 {
        from += 1;
    }
    if tautology(lower, from) {
        return Some(Match::high("tautology"));
    }
    let broken = at <= VALUE_BYTES_MAX
        && lower.get(..at).is_some_and(|head| {
            head.iter().all(|byte| !matches!(byte, b'(' | b'{'))
                && head.iter().any(|byte| matches!(byte, b'\'' | b'"'))
                || head.iter().all(u8::is_ascii_digit)
        });
    if starts(lower, from, b"this.") && (broken || at == 0) {
        return Some(Match::high("document-code"));
    }
    let function = starts(lower, from, b"function(") || starts(lower, from, b"function (");
    if function && (broken || at == 0) {
        return Some(Match::high("document-code"));
    }
    let waits = starts(lower, from, b"sleep(") && byte(lower, from + 6).is_ascii_digit();
    waits.then_some(Match::high("delay"))
}

/// What follows a quote or a semicolon: `';return true`, `;sleep(5000)`, `';while(1);`
pub(super) fn behind(lower: &[u8], at: usize) -> Option<Match> {
    let mut from = skip_blanks(lower, at + 1);
    while matches!(byte(lower, from), b';' | b')' | b'}' | b'\'' | b'"') && from < at + 8 {
        from = skip_blanks(lower, from + 1);
    }
    let separated = lower.get(at..from).is_some_and(|between| between.contains(&b';'));
    if !separated {
        return None;
    }
    // A program that begins with `{` or has a function before it is one, not the end of one.
    let inside = lower
        .get(..at)
        .is_some_and(|head| at > VALUE_BYTES_MAX || head.contains(&b'{') || head.contains(&b'\n'));
    if inside {
        return None;
    }
    if starts(lower, from, b"return") && !is_word(lower, from + 6) {
        let value = skip_blanks(lower, from + 6);
        let given = matches!(byte(lower, value), b'\'' | b'"' | b'(' | b'!')
            || literal(lower, value).is_some_and(|(end, _)| {
                matches!(
                    byte(lower, skip_blanks(lower, end)),
                    0 | b';' | b'}' | b'/' | b'&' | b'|' | b'\'' | b'"'
                )
            })
            || starts(lower, value, b"this.");
        return given.then_some(Match::high("return"));
    }
    let waits = starts(lower, from, b"sleep(") && byte(lower, from + 6).is_ascii_digit();
    let turns = starts(lower, from, b"while(")
        || starts(lower, from, b"for(;;")
        || starts(lower, from, b"do{");
    if waits || turns {
        return Some(Match::high("delay"));
    }
    let dated =
        near(lower, from, 48, &[b"new date("]) && near(lower, from, 160, &[b"while(", b"while ("]);
    dated.then_some(Match::high("delay"))
}

/// `db.injection.insert(…)`
pub(super) fn database(lower: &[u8], at: usize) -> Option<Match> {
    if !starts(lower, at, b"db.") {
        return None;
    }
    let mut from = at + 3;
    while (is_word(lower, from) || byte(lower, from) == b'.') && from < at + 64 {
        from += 1;
    }
    let path = lower.get(at + 3..from)?;
    let verb = path.rsplit(|byte| *byte == b'.').next()?;
    let called = byte(lower, from) == b'(';
    let known = matches!(
        verb,
        b"insert"
            | b"insertone"
            | b"insertmany"
            | b"find"
            | b"findone"
            | b"update"
            | b"updateone"
            | b"updatemany"
            | b"remove"
            | b"drop"
            | b"dropdatabase"
            | b"mapreduce"
            | b"eval"
            | b"getcollectionnames"
            | b"getcollection"
            | b"aggregate"
            | b"deleteone"
            | b"deletemany"
            | b"save"
            | b"count"
            | b"runcommand"
            | b"version"
            | b"admincommand"
            | b"getmongo"
    );
    (called && known).then_some(Match::medium("database-call"))
}

/// `this.password.match(/.*/)` from the first word on, or behind a quote.
pub(super) fn document(lower: &[u8], at: usize) -> Option<Match> {
    if !starts(lower, at, b"this.") {
        return None;
    }
    let mut from = at + 5;
    while is_word(lower, from) && from < at + 64 {
        from += 1;
    }
    let asks =
        [b".match(/".as_slice(), b".startswith(", b"==", b" ==", b".length", b"[0]", b".charat("]
            .iter()
            .any(|part| starts(lower, from, part));
    let first =
        at <= 64 && lower.get(..at).is_some_and(|head| !head.iter().any(u8::is_ascii_alphanumeric));
    (asks && first && from > at + 5).then_some(Match::medium("document-code"))
}

/// In prose and source code only a value that breaks out at once counts: `' || '1'=='1`.
pub(super) fn breakout(lower: &[u8]) -> Option<Match> {
    let quote = lower.iter().take(32).position(|byte| matches!(byte, b'\'' | b'"'))?;
    let next = skip_blanks(lower, quote + 1);
    match byte(lower, next) {
        b'|' | b'&' => joined(lower, next),
        b';' => behind(lower, next),
        _ => None,
    }
}
