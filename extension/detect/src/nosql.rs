//! Document and key-value databases: operators where a value belongs, and code or commands of
//! theirs behind a quote, a separator or a line break.
mod code;
mod operator;
mod query;
#[cfg(test)]
mod tests;

use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::VARIABLE,
    Classes::DOLLAR,
    Classes::TWICE.with(Classes::EQUALS),
    Classes::LONE_APOSTROPHE.with(Classes::SEMICOLON),
    Classes::QUOTE.with(Classes::SEMICOLON),
    Classes::APOSTROPHE.with(Classes::BRACE),
    Classes::APOSTROPHE.with(Classes::TWICE),
    Classes::QUOTE.with(Classes::TWICE),
    Classes::SEMICOLON.with(Classes::CALL),
    Classes::STAR.with(Classes::COLON),
    Classes::DOT.with(Classes::CALL),
    Classes::BREAK.with(Classes::SPACE),
];

/// What wakes it whatever the classes; in lower case.
pub(crate) const LITERALS: &str = "\
    return true\nreturn(true\nthis.password\ndb.injection\nmapreduce\nredis.call\nflushall\n\
    slaveof \nconfig set \nflush_all\nscript_fields\njava.lang\ndetach delete\nload csv\n\
    call apoc.\ncall dbms.\ncall db.\norg.couchdb\nmatch (";

/// What reading a byte costs, in steps.
const STEPS_A_BYTE: u64 = 2;
/// What judging a byte that has a meaning costs, in steps.
const STEPS_A_SIGN: u64 = 160;
/// What judging a clause of a graph query costs, in steps.
const STEPS_A_CLAUSE: u64 = 400;
/// Free texts that are longer are prose or code.
const FREE_BYTES_MAX: usize = 160;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(STEPS_A_BYTE * text.lower.len() as u64).ok()?;
    if text.role == Role::Key && operator::key(text.lower) {
        return Some(Match::high("operator"));
    }
    if text.role.is_free() {
        let short = text.lower.len() <= FREE_BYTES_MAX && !text.lower.contains(&b'\n');
        return if short { code::breakout(text.lower) } else { None };
    }
    for (at, first) in text.lower.iter().copied().enumerate() {
        if matches!(first, b'$' | b'|' | b'&' | b';' | b'\'' | b'"' | b'}' | b'{' | b'\n') {
            work.spend(STEPS_A_SIGN).ok()?;
        }
        let found = match first {
            b'$' => operator::value(text.bytes, text.lower, at),
            b'|' | b'&' => code::joined(text.lower, at),
            b';' | b'\'' | b'"' => {
                let found = code::behind(text.lower, at);
                match query::clause(text.lower, at).filter(|_| found.is_none()) {
                    Some((from, closed)) => {
                        work.spend(STEPS_A_CLAUSE).ok()?;
                        query::behind(text.lower, from, closed)
                    }
                    None => found,
                }
            }
            b'd' if at == 0 || !is_word(text.lower, at - 1) => code::database(text.lower, at),
            b't' if at == 0 || !is_word(text.lower, at - 1) => code::document(text.lower, at),
            b'}' => operator::next_document(text.lower, at),
            b'\n' => query::line(text.bytes, text.lower, at),
            b'{' | b'*' => query::symbol(text.lower, at),
            b'r' | b'j' | b'm' | b'l' | b'c' | b'o' if at == 0 || !is_word(text.lower, at - 1) => {
                query::word(text.lower, at)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn is_word(text: &[u8], at: usize) -> bool {
    text.get(at)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..))
}

fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// Past blanks, at most a few.
fn skip_blanks(text: &[u8], mut from: usize) -> usize {
    let end = from + 16;
    while from < end && matches!(byte(text, from), b' ' | b'\t' | b'\n' | b'\r' | b'+') {
        from += 1;
    }
    from
}

fn starts(text: &[u8], from: usize, with: &[u8]) -> bool {
    text.get(from..).is_some_and(|tail| tail.starts_with(with))
}

/// Whether one of `parts` begins within the next bytes.
fn near(text: &[u8], from: usize, length: usize, parts: &[&[u8]]) -> bool {
    let tail = text.get(from..(from + length).min(text.len())).unwrap_or_default();
    parts.iter().any(|part| {
        part.first().is_some_and(|first| {
            memchr::memchr_iter(*first, tail)
                .any(|at| tail.get(at..).is_some_and(|rest| rest.starts_with(part)))
        })
    })
}
